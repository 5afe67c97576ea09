"""A sound case of any size, for the time and memory that reading and checking take.

`python tests/big_case.py 50000` writes it as a workbook and as CSV and says what reading each took.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from good_case import Sheets, write_csv

YEARS = range(2026, 2046)
MEASURE = """
import sys, time
import openpyxl, pandas
sys.path.insert(0, "tests")
from memory import peak_mib
start, spent = time.perf_counter(), time.process_time()
from planner.case import check_case
checked = check_case(sys.argv[1])
seconds, used = time.perf_counter() - start, time.process_time() - spent
assert checked.case is not None, [str(problem) for problem in checked.problems[:5]]
rows = sum(checked.overview.rows.values())
warned = len(checked.warnings)
print(f"{rows:,} rows: {seconds:.1f} s ({used:.1f} s of processor), peak {peak_mib():.0f} MiB, {warned} warnings")
"""


def big(rows: int) -> Sheets:
    """About so many rows, shared out over the sheets as in a large real case."""
    materials = [f"material {n}" for n in range(60)]
    places = [f"place {n}" for n in range(80)]
    countries = ["USA"] + [f"C{n:02}" for n in range(30)]
    offers = rows * 12 // 100
    plants = rows // 100
    segments = rows * 15 // 100 // len(YEARS)
    sheets: Sheets = {
        "settings": [["setting", "value"], ["home_country", "USA"], ["base_year", 2026], ["discount_rate", 0.07]],
        "periods": [["period", "years"], *([year, 1] for year in YEARS)],
        "countries": [
            ["country", "name", "group"],
            *([c, f"Country {c}", "allied" if n % 2 else None] for n, c in enumerate(countries)),
        ],
        "places": [["place", "country"], *([p, countries[n % 31]] for n, p in enumerate(places))],
        "materials": [
            ["material", "stage", "hts", "disposal_usd_per_t"],
            *([m, f"stage {n % 6}", "2846.90", 5] for n, m in enumerate(materials)),
        ],
        "suppliers": [
            ["supplier", "country", "qualified"],
            *([f"supplier {n}", countries[n % 31], "yes"] for n in range(offers // 8)),
        ],
        "offers": [
            [
                "offer",
                "supplier",
                "material",
                "origin",
                "mined_in",
                "from",
                "price_usd_per_t",
                "max_t_per_year",
                "source",
                "year",
                "grade",
            ]
        ],
        "offer_prices": [["offer", "period", "price_usd_per_t"]],
        "lanes": [["from", "to", "material", "freight_usd_per_t"], ["*", "*", "*", 100]],
        "facilities": [
            ["facility", "place", "capacity_t_per_year", "availability"],
            *([f"plant {n}", places[n % 80], 1000 + n, 0.9] for n in range(plants)),
        ],
        "processes": [
            ["facility", "process", "cost_usd_per_t", "step"],
            *([f"plant {n}", f"process {n % 300}", 500, "refined"] for n in range(plants)),
        ],
        "recipes": [["process", "material", "t_per_t"]],
        "segments": [
            ["segment", "place", "material", "shortage_usd_per_t"],
            *([f"segment {n}", places[n % 80], materials[n % 60], 900000] for n in range(segments)),
        ],
        "demand": [
            ["segment", "period", "t_per_year"],
            *([f"segment {n}", year, 100 + n % 50] for n in range(segments) for year in YEARS),
        ],
        "tariffs": [["authority", "hts", "origin", "rate", "from", "effect"]],
        "returns": [["stream", "place", "material", "period", "t_per_year", "collection_usd_per_t"]],
    }
    for n in range(min(300, plants)):
        sheets["recipes"] += [[f"process {n}", materials[n % 60], -1], [f"process {n}", materials[(n + 1) % 60], 0.8]]
    for n in range(offers):
        row = [f"offer {n}", f"supplier {n % (offers // 8)}", materials[n % 60], countries[n % 31], "C01", 2026]
        sheets["offers"].append([*row, 50000 + n % 900, 1000, "made up", "2026", "D"])
    for n in range(rows * 40 // 100):
        sheets["offer_prices"].append([f"offer {n % offers}", 2026 + n // offers, 51000 + n % 700])
    for n in range(rows * 15 // 100):
        sheets["lanes"].append([places[n % 80], places[n // 80 % 80], materials[n // 6400 % 60], 50 + n % 40])
    day = dt.date(2026, 1, 1)
    for n in range(rows * 8 // 100):
        sheets["tariffs"].append([f"law {n // 31}", "2846", countries[n % 31], 0.1, day, "adds"])
    for n in range(rows * 5 // 100):
        sheets["returns"].append(
            [f"stream {n // 20}", places[n // 20 % 80], materials[n // 20 % 60], 2026 + n % 20, 10, 50]
        )
    return sheets


def write_big(sheets: Sheets, path: Path) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def measure(path: Path) -> str:
    here = Path(__file__).resolve().parents[1]
    command: list[Any] = [sys.executable, "-c", MEASURE, path]
    return subprocess.run(command, cwd=here, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        sheets = big(rows)
        for path in (write_big(sheets, Path(folder) / "case.xlsx"), write_csv(sheets, Path(folder) / "case")):
            sys.stdout.write(f"{path.suffix or 'csv'}: {measure(path)}\n")


if __name__ == "__main__":
    main()

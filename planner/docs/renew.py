"""Write what is made from other files: the generated pages and the shipped workbook (`make docs`)."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import zipfile
from pathlib import Path

from planner.case.convert import convert
from planner.docs.answers import answers_page
from planner.docs.chain import chain_picture
from planner.docs.formulation import formulation_page
from planner.docs.reference import write_reference
from planner.docs.rows import rows_of
from planner.schema.quick import DUTIES_TODAY, QUICK_SHEET

HOME = Path(__file__).resolve().parents[2]
SHIPPED = HOME / "inputs" / "us_base_case"
WRITTEN_WHEN = "docProps/core.xml"


def write_pages() -> tuple[Path, ...]:
    """Write every generated page and workbook into the project, and say which."""
    program = HOME / "models" / "README.md"
    program.write_text(formulation_page(), encoding="utf-8")
    told, drawn = HOME / "docs" / "json.md", HOME / "docs" / "pictures" / "chain.svg"
    told.write_text(answers_page(), encoding="utf-8")
    drawn.write_text(chain_picture(SHIPPED), encoding="utf-8")
    DUTIES_TODAY.write_text(duties_page(SHIPPED), encoding="utf-8", newline="")
    return program, told, drawn, write_reference(HOME / "inputs"), renew_workbook(SHIPPED), DUTIES_TODAY


def duties_page(folder: Path) -> str:
    """The duties of a case that have no end, with the countries of each group in its place, as CSV."""
    members: dict[str, list[str]] = {}
    for row in rows_of(folder / "countries.csv"):
        for group in row["group"].split(";"):
            members.setdefault(group.strip(), []).append(row["country"])
    columns = [column for column in QUICK_SHEET["duties"].by_name if column in rows_of(folder / "tariffs.csv")[0]]
    page = io.StringIO()
    lines = csv.writer(page, lineterminator="\n")
    lines.writerow(columns)
    for row in rows_of(folder / "tariffs.csv"):
        if not row["to"]:
            row["origin"] = "; ".join(members.get(row["origin"], [row["origin"]]))
            lines.writerow([row[column] for column in columns])
    return page.getvalue()


def renew_workbook(folder: Path) -> Path:
    """Write the workbook beside a folder of CSV files again, unless it is as it should be."""
    workbook = folder.with_suffix(".xlsx")
    with tempfile.TemporaryDirectory() as room:
        fresh = convert(folder, Path(room) / workbook.name)
        if not workbook.exists() or contents(workbook) != contents(fresh):
            shutil.copyfile(fresh, workbook)
    return workbook


def contents(workbook: Path) -> dict[str, bytes]:
    """All that a workbook holds, apart from when it was written."""
    with zipfile.ZipFile(workbook) as package:
        return {name: package.read(name) for name in sorted(package.namelist()) if name != WRITTEN_WHEN}


if __name__ == "__main__":
    write_pages()

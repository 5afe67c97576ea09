"""How far the base case's answer goes when its assumed figures do: each low and high, one at a time (a tornado).

python -m benchmarks.ranges [--json FILE]

Each line lays events over the case from its first year on and asks the relaxation, as the levers are asked. Home shares
are of the case's own need, whatever an event makes of it.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.__main__ import BASE_CASE
from benchmarks.kept import signed
from benchmarks.levers import Answer, relaxed
from planner.case import read_case
from planner.case.changes import Change, Original

MAGNET_PLACES = ("Fort Worth", "Sumter", "San Marcos", "Stillwater", "Benson", "Northlake", "Columbus")
CIVIL = ("Traction motor magnets", "Industrial motor magnets", "Electronics magnets", "Wind turbine magnets")
Events = list[dict[str, Any]]
RAMPS = ("ramp_1", "ramp_2", "ramp_3")
AT_ONCE = "ramp of plants that stand or are being built: none, as it is"
INPUTS: dict[str, tuple[Events, Events]] = {
    "conversion of magnets at home -10, +15 $/kg": (
        [{"kind": "cost", "place": place, "value": -10_000} for place in MAGNET_PLACES],
        [{"kind": "cost", "place": place, "value": 15_000} for place in MAGNET_PLACES],
    ),
    "all variable cost of home plants -20, +20 %": (
        [{"kind": "cost", "country": "USA", "factor": 0.8}],
        [{"kind": "cost", "country": "USA", "factor": 1.2}],
    ),
    "need of civil magnets -15, +25 %": (
        [{"kind": "demand", "segment": segment, "factor": 0.85} for segment in CIVIL],
        [{"kind": "demand", "segment": segment, "factor": 1.25} for segment in CIVIL],
    ),
    "price of NdPr, bought and sold, -25, +25 %": (
        [{"kind": "price", "element": "NdPr", "factor": 0.75}],
        [{"kind": "price", "element": "NdPr", "factor": 1.25}],
    ),
    "price of Dy and Tb -40, +100 %": (
        [{"kind": "price", "element": element, "factor": 0.6} for element in ("Dy", "Tb")],
        [{"kind": "price", "element": element, "factor": 2.0} for element in ("Dy", "Tb")],
    ),
    "price of Chinese magnets -15, +15 %": (
        [{"kind": "price", "country": "CHN", "stage": "magnet", "factor": 0.85}],
        [{"kind": "price", "country": "CHN", "stage": "magnet", "factor": 1.15}],
    ),
    "volume of Chinese magnets -30, +30 %": (
        [{"kind": "supply", "country": "CHN", "stage": "magnet", "factor": 0.7}],
        [{"kind": "supply", "country": "CHN", "stage": "magnet", "factor": 1.3}],
    ),
    "what home plants get out of their capacity -25, +0 %": (
        [{"kind": "capacity", "country": "USA", "factor": 0.75}],
        [{"kind": "capacity", "country": "USA", "factor": 1.0}],
    ),
    "capex of what is built -20, +50 %": (
        [{"kind": "capex", "country": "USA", "factor": 0.8}],
        [{"kind": "capex", "country": "USA", "factor": 1.5}],
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ranges", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", type=Path, help="also write the figures here")
    chosen = parser.parse_args()
    base, found = ask()
    print(table(base, found))
    if chosen.json:
        kept = {name: [asdict(answer) for answer in both] for name, both in found.items()}
        chosen.json.write_text(json.dumps({"base": asdict(base), **kept}, indent=1))
    return 0


def ask() -> tuple[Answer, dict[str, tuple[Answer, Answer]]]:
    """The case as it is, and each input at its low and its high end."""
    base, found = relaxed(read_case(BASE_CASE)), {}
    for name, ends in INPUTS.items():
        found[name] = (asked(ends[0]), asked(ends[1]))
        print(name, file=sys.stderr, flush=True)
    at_once = relaxed(Original.read(BASE_CASE).changed(Change.parse(f"facilities.{ramp} set") for ramp in RAMPS))
    found[AT_ONCE] = (at_once, base)
    return base, found


def asked(events: Events) -> Answer:
    """The answer with these events in every year."""
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder) / "scenarios.csv", [{"scenario": "changed", "probability": 1}])
        _write(Path(folder) / "events.csv", [{"scenario": "changed", "from": 2026, **event} for event in events])
        return relaxed(read_case(BASE_CASE, [Path(folder)]))


def _write(path: Path, rows: Events) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def table(base: Answer, found: dict[str, tuple[Answer, Answer]]) -> str:
    """A line an input, the widest in cost first: cost and home share at its low and its high end."""
    lines = [["what is assumed", "cost, M$, low", "high", "home 2028, low", "high", "home 2030, low", "high"]]
    lines += [["---", *["---:"] * (len(lines[0]) - 1)]]
    order = sorted(found, key=lambda name: -abs(found[name][1].cost_musd - found[name][0].cost_musd))
    for name in order:
        low, high = found[name]
        line = [name, signed(low.cost_musd - base.cost_musd), signed(high.cost_musd - base.cost_musd)]
        lines.append([*line, *(f"{answer.home[year]:.0%}" for year in (2028, 2030) for answer in (low, high))])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())

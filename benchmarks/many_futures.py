"""Trees of a hundred and of three hundred futures, made of the stories in inputs/us_futures.

They are products, as the tree `thirty` is, and their futures are told apart one after the other: what China does in
2027, 2028 and 2030, plants in 2028, tariffs and a surge of demand in 2029, other markets in 2030 and 2031, the growth
of later years in 2033. A future has the rows of all stories that it is made of, and its probability is the product of
theirs; so they are taken as independent, which they are not.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from itertools import product
from math import prod
from pathlib import Path

FUTURES = Path("inputs/us_futures")
LIKE = FUTURES / "thirty"  # its other sheets are those of the trees made here, too
MADE = ("hundred", "three_hundred")

Row = dict[str, str]


@dataclass(frozen=True)
class Story:
    """What may happen: its name, blank where nothing does, its chance, and the rows that say what it changes."""

    name: str
    chance: float
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Future:
    """One story of each kind, together."""

    name: str
    chance: float
    rows: tuple[Row, ...] = field(repr=False)


def tree_of(*kinds: tuple[Story, ...]) -> list[Future]:
    """Every way to take one story of each kind, its chance their product."""
    return [
        Future(
            ", ".join(story.name for story in stories if story.name),
            prod(story.chance for story in stories),
            tuple(row for story in stories for row in story.rows),
        )
        for stories in product(*kinds)
    ]


def made(tree: str) -> list[Future]:
    """The futures of the tree `hundred` or `three_hundred`, whose chances sum to one.

    A hundred are 5 of China x 2 of plants x 5 of markets x 2 of tariffs; three hundred are these x 3 of later growth.
    The chances of China, plants and markets are those of `thirty`, where that of a ban is shared by three.
    """
    china = (
        Story("as today", 0.60),
        Story("October controls", 0.22, _rows("october_controls")),
        Story("two-year ban", 0.07, _rows("ban_two_years")),
        Story("lasting ban", 0.08, _rows("ban_lasting")),
        Story("ban from 2027", 0.03, _rows("ban_soon")),
    )
    plants = (Story("", 0.75), Story("late plants", 0.25, _rows("late_plants")))
    markets = (
        Story("", 0.50),
        Story("demand surge", 0.15, _rows("demand_surge")),
        Story("price collapse", 0.18, _rows("price_collapse")),
        Story("recession", 0.09, _rows("recession")),
        Story("allied outage", 0.08, _rows("allied_outage")),
    )
    later = {"from": "2029"}  # with the next president
    tariffs = (Story("", 0.8), Story("high tariffs", 0.2, tuple(row | later for row in _rows("tariffs_high"))))
    growth = (Story("", 0.5), _growth("slower growth", 0.25, 0.85), _growth("faster growth", 0.25, 1.15))
    kinds = (china, plants, markets, tariffs)
    return tree_of(*kinds, growth) if tree == "three_hundred" else tree_of(*kinds)


def overlay(tree: str, folder: Path) -> Path:
    """Write the sheets of a tree into a folder, to lay over the base case; the same tree gives the same bytes."""
    futures = made(tree)
    told = {"source": "planner assumption", "year": "2026", "grade": "D", "note": "made as a product by the benchmarks"}
    _write(folder / "scenarios.csv", [{"scenario": f.name, "probability": f"{f.chance:.10g}", **told} for f in futures])
    _write(folder / "events.csv", [row | {"scenario": f.name} for f in futures for row in f.rows])
    for sheet in LIKE.glob("*.csv"):
        if not (folder / sheet.name).exists():
            (folder / sheet.name).write_bytes(sheet.read_bytes())
    return folder


def _rows(story: str) -> tuple[Row, ...]:
    """The events of a folder of inputs/us_futures, that has one future."""
    with (FUTURES / story / "events.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _growth(name: str, chance: float, factor: float) -> Story:
    """All needs from 2033 on times a factor."""
    row = dict.fromkeys(_rows("recession")[0], "")
    row |= {"kind": "demand", "from": "2033", "factor": f"{factor}"}
    row |= {"source": "planner assumption", "year": "2026", "grade": "D", "note": "needs of later years"}
    return Story(name, chance, (row,))


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

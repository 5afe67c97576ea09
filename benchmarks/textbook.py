"""The planner beside textbooks: facility location, networks of lanes and of processes, lot sizing, in three ways each.

    python -m benchmarks.textbook [--large] [--gap 0.0001] [--time-limit 120]

planner     the case, read from a workbook's sheets, translated and solved as every case is
plain       the planner's own arrays, handed to HiGHS as they are
textbook    the formulation of the textbooks with its strong rows stated, written for HiGHS directly

Problems are invented, in the shape of published ones; the same seed gives the same problem. Seconds are of the
processor, one thread, of the solve alone. `--large` adds 100 sites for 1,000 customers, which takes many minutes.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.__main__ import aligned
from planner.case import read_case
from planner.planning.built import Built
from planner.solver.highs import Live, Outcome, SolveOptions
from planner.solver.program import Program

Rows = list[dict[str, Any]]
SETTINGS = {"home_country": "USA", "base_year": 2026, "discount_rate": 0, "mip_gap": 0.0001}


@dataclass(frozen=True)
class Problem:
    """A problem as sheets of a case, and as the textbook has it."""

    name: str
    sheets: Mapping[str, Rows]
    textbook: Program

    def case_in(self, folder: Path) -> Path:
        """Write the case as CSV files, one a sheet."""
        settings: Rows = [{"setting": name, "value": value} for name, value in SETTINGS.items()]
        usa: Rows = [{"country": "USA", "name": "USA"}]
        for sheet, rows in {"settings": settings, "countries": usa, **self.sheets}.items():
            with (folder / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(dict.fromkeys(column for row in rows for column in row)))
                writer.writeheader()
                writer.writerows(rows)
        return folder


@dataclass
class Formulation:
    """Columns and rows of a program as a textbook writes them."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def column(self, cost: float, upper: float = math.inf, whole: bool = False) -> int:
        """A new column of zero or more."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: Mapping[int, float], lower: float = -math.inf, upper: float = math.inf) -> None:
        """A new row."""
        self.rows.append((dict(terms), lower, upper))

    def program(self) -> Program:
        """All of it as arrays."""
        lengths = [len(terms) for terms, _, _ in self.rows]
        return Program(
            columns={},
            rows={},
            cost=np.array(self.cost),
            offset=0.0,
            lower=np.zeros(len(self.cost)),
            upper=np.array(self.upper),
            integer=np.array(self.whole, dtype=np.bool_),
            row_lower=np.array([lower for _, lower, _ in self.rows]),
            row_upper=np.array([upper for _, _, upper in self.rows]),
            starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            columns_in=np.array([column for terms, _, _ in self.rows for column in terms], dtype=np.int32),
            coefficients=np.array([size for terms, _, _ in self.rows for size in terms.values()]),
        )


def facility_location(sites: int, customers: int, slack: float = 3.0, seed: int = 1) -> Problem:
    """Sites of `slack` times their average share of the need, in a square with their customers; freight by distance."""
    draw = random.Random(seed)
    here = [(draw.random(), draw.random()) for _ in range(sites)]
    there = [(draw.random(), draw.random()) for _ in range(customers)]
    need = [float(draw.randint(10, 100)) for _ in there]
    room = [round(slack * sum(need) / sites * draw.uniform(0.7, 1.3), 1) for _ in here]
    opening = [1.2 * sum(need) / sites * draw.uniform(0.5, 1.5) for _ in room]
    musd = [[round(1.5 * math.dist(a, b), 3) for b in there] for a in here]
    names, users = [f"s{i}" for i in range(sites)], [f"c{j}" for j in range(customers)]
    sheets = _places([*names, *users]) | _needed({user: {2026: t} for user, t in zip(users, need, strict=True)})
    sheets |= {
        "facilities": [{"facility": name, "place": name} for name in names],
        "processes": [{"facility": name, "process": "make", "cost_usd_per_t": 0} for name in names],
        "recipes": [{"process": "make", "material": "oxide", "t_per_t": 1}],
        "build_options": [
            {"option": name, "facility": name, "min_t_per_year": room[i], "max_t_per_year": room[i],
             "capex_fixed_musd": opening[i], "capex_usd_per_t": 0, "lead_years": 0, "life_years": 1}
            for i, name in enumerate(names)
        ],
        "lanes": _lanes(names, users, musd),
    }  # fmt: skip
    book = Formulation()
    opened = [book.column(musd_, 1.0, whole=True) for musd_ in opening]
    sent = [[book.column(musd[i][j] * need[j], 1.0) for j in range(customers)] for i in range(sites)]
    for j in range(customers):
        book.row({sent[i][j]: 1.0 for i in range(sites)}, lower=1.0, upper=1.0)
    for i in range(sites):
        book.row({sent[i][j]: need[j] for j in range(customers)} | {opened[i]: -room[i]}, upper=0.0)
        for j in range(customers):
            book.row({sent[i][j]: 1.0, opened[i]: -1.0}, upper=0.0)
    return Problem(f"facility location {sites} x {customers}, slack {slack:g}", sheets, book.program())


def fixed_charge_lanes(sources: int, customers: int, seed: int = 1) -> Problem:
    """Sources that could sell twice the need, and lanes that each cost something to use at all."""
    draw = random.Random(seed)
    need = [float(draw.randint(10, 100)) for _ in range(customers)]
    room = [round(2.0 * sum(need) / sources * draw.uniform(0.7, 1.3), 1) for _ in range(sources)]
    musd = [[round(draw.uniform(0.2, 1.5), 3) for _ in need] for _ in room]
    opening = [[round(draw.uniform(5.0, 40.0), 2) for _ in need] for _ in room]
    names, users = [f"s{i}" for i in range(sources)], [f"c{j}" for j in range(customers)]
    sheets = _places([*names, *users]) | _needed({user: {2026: t} for user, t in zip(users, need, strict=True)})
    sheets |= _offers({name: (room[i], 0.0, "oxide") for i, name in enumerate(names)})
    sheets["lanes"] = [
        lane | {"fixed_musd_per_year": opening[i // customers][i % customers]}
        for i, lane in enumerate(_lanes(names, users, musd))
    ]
    book = Formulation()
    sent = [[book.column(cost) for cost in row] for row in musd]
    for j, t in enumerate(need):
        book.row({row[j]: 1.0 for row in sent}, lower=t, upper=t)
    for i, row in enumerate(sent):
        book.row(dict.fromkeys(row, 1.0), upper=room[i])
        for j, column in enumerate(row):
            used = book.column(opening[i][j], 1.0, whole=True)
            book.row({column: 1.0, used: -min(room[i], need[j])}, upper=0.0)
    return Problem(f"fixed-charge lanes {sources} x {customers}", sheets, book.program())


def lot_sizing(items: int, periods: int, seed: int = 1) -> Problem:
    """Items bought in lots of a bounded size, each lot at a fixed cost, and kept for later."""
    draw = random.Random(seed)
    need = [[float(draw.randint(10, 100)) for _ in range(periods)] for _ in range(items)]
    opening = [round(draw.uniform(10.0, 60.0), 2) for _ in range(items)]
    holding = [round(draw.uniform(0.1, 0.4), 3) for _ in range(items)]
    soonest = [max(sum(row[: t + 1]) / (t + 1) for t in range(periods)) for row in need]
    room = [round(1.3 * tons + 1.0, 1) for tons in soonest]
    goods, years = [f"i{k}" for k in range(items)], [2026 + t for t in range(periods)]
    sheets = _places(["works", "market"]) | {
        "periods": [{"period": year, "years": 1} for year in years],
        "materials": [{"material": good, "stage": "oxides", "hts": "2846"} for good in goods],
        "segments": [{"segment": g, "place": "market", "material": g, "max_shortage_share": 0} for g in goods],
        "demand": [
            {"segment": good, "period": year, "t_per_year": need[k][t]}
            for k, good in enumerate(goods)
            for t, year in enumerate(years)
        ],
        "stocks": [
            {"place": "market", "material": good, "holding_usd_per_t_year": 1e6 * holding[k], "max_t": sum(need[k])}
            for k, good in enumerate(goods)
        ],
        "lanes": [
            {
                "from": "works",
                "to": "market",
                "material": good,
                "freight_usd_per_t": 0,
                "fixed_musd_per_year": opening[k],
            }
            for k, good in enumerate(goods)
        ],
    }
    sheets |= _offers({good: (room[k], 0.0, good) for k, good in enumerate(goods)}, "works")
    book = Formulation()
    for k, row in enumerate(need):
        kept = -1
        for t, asked in enumerate(row):
            bought, lot = book.column(0.0), book.column(opening[k], 1.0, whole=True)
            before, kept = kept, book.column(holding[k])
            terms = {bought: 1.0, kept: -1.0} | ({before: 1.0} if before >= 0 else {})
            book.row(terms, lower=asked, upper=asked)
            book.row({bought: 1.0, lot: -min(room[k], sum(row[t:]))}, upper=0.0)
    return Problem(f"lot sizing {items} x {periods}", sheets, book.program())


class Works(NamedTuple):
    """What makes a ton of a good of `ratio` tons of another: what a ton costs, and what it costs to build, by size."""

    name: str
    taken: str
    made: str
    ratio: float
    most_t: float
    running_usd: float
    fixed_musd: float
    variable_usd: float


def process_network(stages: int, goods: int, makers: int, periods: int, seed: int = 1) -> Problem:
    """Which processes to build when, and how large: each makes a good of one stage from one of the stage before.

    As in Sahinidis, Grossmann, Fornari and Chathrathi (1989), without sales: needs grow, raw goods are bought, each
    good has several `makers`, and capacity costs a fixed and a variable amount, paid off over the horizon.
    """
    draw = random.Random(seed)
    name = [[f"g{stage}_{k}" for k in range(goods)] for stage in range(stages + 1)]
    years = [2026 + t for t in range(periods)]
    growth = [(draw.uniform(20.0, 60.0), draw.uniform(1.05, 1.2)) for _ in range(goods)]
    need = [[round(first * times**t, 1) for t in range(periods)] for first, times in growth]
    price = [round(draw.uniform(20_000.0, 60_000.0), 0) for _ in range(goods)]
    most = {name[stages][k]: max(need[k]) for k in range(goods)}
    works: list[Works] = []
    for stage in range(stages, 0, -1):
        asked: dict[str, float] = dict.fromkeys(name[stage - 1], 0.0)
        for made in name[stage]:
            for number, taken in enumerate(draw.sample(name[stage - 1], makers)):
                ratio, room = round(draw.uniform(1.05, 1.6), 3), round(0.7 * most[made], 1)
                running, variable = round(draw.uniform(1e3, 9e3), 0), round(draw.uniform(5e4, 2e5), 0)
                fixed = round(draw.uniform(2.0, 9.0), 2)
                works.append(Works(f"{made}_{number}", taken, made, ratio, room, running, fixed, variable))
                asked[taken] += ratio * room
        most |= asked
    sheets = _places(["works"]) | {
        "periods": [{"period": year, "years": 1} for year in years],
        "materials": [{"material": good, "stage": "oxides", "hts": "2846"} for row in name for good in row],
        "segments": [{"segment": g, "place": "works", "material": g, "max_shortage_share": 0} for g in name[stages]],
        "demand": [
            {"segment": good, "period": year, "t_per_year": need[k][t]}
            for k, good in enumerate(name[stages])
            for t, year in enumerate(years)
        ],
        "facilities": [{"facility": one.name, "place": "works"} for one in works],
        "processes": [{"facility": one.name, "process": one.name, "cost_usd_per_t": one.running_usd} for one in works],
        "recipes": [
            {"process": one.name, "material": good, "t_per_t": t}
            for one in works
            for good, t in ((one.taken, -one.ratio), (one.made, 1.0))
        ],
        "build_options": [
            {"option": one.name, "facility": one.name, "max_t_per_year": one.most_t, "capex_fixed_musd": one.fixed_musd,
             "capex_usd_per_t": one.variable_usd, "lead_years": 0, "life_years": periods}
            for one in works
        ],
    }  # fmt: skip
    sheets |= _offers({good: (2.0 * most[good], price[k], good) for k, good in enumerate(name[0])}, "works")
    book = Formulation()
    balance: list[dict[str, dict[int, float]]] = [{good: {} for row in name for good in row} for _ in years]
    for t in range(periods):
        for k, good in enumerate(name[0]):
            balance[t][good][book.column(price[k] / 1e6, 2.0 * most[good])] = 1.0
    for one in works:
        begun: list[int] = []
        standing: dict[int, float] = {}
        for t in range(periods):
            paid = (periods - t) / periods
            begun.append(book.column(paid * one.fixed_musd, 1.0, whole=True))
            size, run = book.column(paid * one.variable_usd / 1e6), book.column(one.running_usd / 1e6)
            standing[size] = -1.0
            book.row({size: 1.0, begun[t]: -one.most_t}, upper=0.0)
            book.row({run: 1.0} | standing, upper=0.0)
            balance[t][one.made][run] = 1.0
            balance[t][one.taken][run] = -one.ratio
        book.row(dict.fromkeys(begun, 1.0), upper=1.0)
    for t in range(periods):
        for stage, row in enumerate(name):
            for k, good in enumerate(row):
                asked_t = need[k][t] if stage == stages else 0.0
                book.row(balance[t][good], lower=asked_t, upper=asked_t)
    return Problem(f"process network {stages} x {goods} x {makers}, {periods} years", sheets, book.program())


def _places(names: Iterable[str]) -> dict[str, Rows]:
    return {
        "periods": [{"period": 2026, "years": 1}],
        "places": [{"place": name, "country": "USA"} for name in names],
        "materials": [{"material": "oxide", "stage": "oxides", "hts": "2846"}],
    }


def _needed(needs: Mapping[str, Mapping[int, float]]) -> dict[str, Rows]:
    """A segment at each place, which must have all it needs."""
    usual = {"material": "oxide", "max_shortage_share": 0}
    return {
        "segments": [{"segment": place, "place": place} | usual for place in needs],
        "demand": [
            {"segment": place, "period": period, "t_per_year": t}
            for place, by_period in needs.items()
            for period, t in by_period.items()
        ],
    }


def _offers(offers: Mapping[str, tuple[float, float, str]], place: str = "") -> dict[str, Rows]:
    """An offer of a supplier at its own place, or at one place for all: most, price and material."""
    return {
        "suppliers": [{"supplier": "all", "country": "USA", "qualified": "yes"}],
        "offers": [
            {"offer": name, "supplier": "all", "material": material, "origin": "USA", "ships_from": place or name,
             "price_usd_per_t": usd, "max_t_per_year": most}
            for name, (most, usd, material) in offers.items()
        ],
    }  # fmt: skip


def _lanes(names: list[str], users: list[str], musd: list[list[float]]) -> Rows:
    return [
        {"from": name, "to": user, "material": "*", "freight_usd_per_t": 1e6 * musd[i][j]}
        for i, name in enumerate(names)
        for j, user in enumerate(users)
    ]


SMALL: list[Callable[[], Problem]] = [
    lambda: facility_location(25, 50),
    lambda: facility_location(50, 50),
    lambda: facility_location(50, 50, slack=13.0),
    lambda: fixed_charge_lanes(12, 16),
    lambda: lot_sizing(12, 20),
    lambda: process_network(3, 4, 3, 5),
]
LARGE: list[Callable[[], Problem]] = [lambda: facility_location(100, 1000)]


def compare(problem: Problem, options: SolveOptions) -> dict[str, dict[str, float]]:
    """Seconds of the processor, cost, bound and gap of each way; and what the planner's relaxation proves."""
    with tempfile.TemporaryDirectory() as folder:
        built = Built.of(read_case(problem.case_in(Path(folder))))
    ways: dict[str, Callable[[], Outcome]] = {
        "planner": lambda: built.solve(options)[1],
        "plain": lambda: Live(built.program, options).solve(),
        "textbook": lambda: Live(problem.textbook, options).solve(),
    }
    found = {}
    for name, solve in ways.items():
        began = time.process_time()
        outcome = solve()
        found[name] = {"s": time.process_time() - began, "nodes": float(outcome.nodes)} | {
            key: math.nan if figure is None else figure
            for key, figure in (("cost", outcome.objective), ("bound", outcome.bound), ("gap", outcome.gap))
        }
        if outcome.checked is not None:
            found[name]["root"] = outcome.checked
    relaxed = Live(built.program.relaxed, options).solve().objective
    found["planner"]["relaxed"] = math.nan if relaxed is None else relaxed
    return found


def table(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """A line a problem."""
    heads = ["cost, M$", "relaxed", "with strong rows", "planner s", "gap", "plain s", "gap", "textbook s", "gap"]
    lines = [("", heads)]
    for name, ways in found.items():
        planner = ways["planner"]
        cells = [f"{planner[key]:,.1f}" for key in ("cost", "relaxed", "root")]
        for way in ("planner", "plain", "textbook"):
            cells += [f"{ways[way]['s']:.1f}", f"{100 * ways[way]['gap']:.2f} %"]
        lines.append((name, cells))
    return aligned(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.textbook", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--gap", type=float, default=0.0001)
    parser.add_argument("--time-limit", type=float, default=120.0)
    chosen = parser.parse_args()
    options = SolveOptions(mip_gap=chosen.gap, time_limit_s=chosen.time_limit, threads=1)
    problems = [make() for make in SMALL + (LARGE if chosen.large else [])]
    print(table({problem.name: compare(problem, options) for problem in problems}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

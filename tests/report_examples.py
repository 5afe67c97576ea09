"""A small plan with two futures on paper for the report's tests, and a reader of the sheets that the report wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from audit_cases import Rows, case_of, changed, line, plan_of
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from planner.case import Case
from planner.plan import PLAN_TABLES, Plan
from planner.planning.quotes import quote_tables
from planner.reporting import write_report
from planner.translate import translate

START, CALM, BAN = "2026", "2027 calm", "2027 ban"
PROBABILITY = {START: 1.0, CALM: 0.75, BAN: 0.25}
FACTOR = {START: 1.0, CALM: 2.0, BAN: 2.0}  # years of the period, since nothing is discounted

SHEETS: dict[str, Rows] = {
    "periods": [{"period": 2026, "years": 1}, {"period": 2027, "years": 2}],
    "countries": [
        {"country": "USA", "name": "United States"},
        {"country": "MYS", "name": "Malaysia"},
        {"country": "CHN", "name": "China"},
    ],
    "places": [{"place": "Texas", "country": "USA"}, {"place": "Kuantan", "country": "MYS"}],
    "materials": [
        {"material": "NdPr oxide", "stage": "oxide", "customs_value_usd_per_t": 65_000},
        {"material": "magnet", "stage": "magnet"},
        {"material": "scrap", "stage": "scrap"},
    ],
    "suppliers": [
        {"supplier": "Lynas", "country": "MYS", "qualified": True},
        {"supplier": "Baotou", "country": "CHN", "qualified": False, "qualification_cost_musd": 2, "grade": "C"},
    ],
    "offers": [
        {"offer": "Lynas NdPr", "supplier": "Lynas", "material": "NdPr oxide", "origin": "MYS", "ships_from": "Kuantan",
         "mined_in": "MYS", "price_usd_per_t": 70_000, "grade": "A", "source": "annual report", "year": "2026"},
        {"offer": "Baotou NdPr", "supplier": "Baotou", "material": "NdPr oxide", "origin": "CHN",
         "price_usd_per_t": 60_000, "grade": "D"},
    ],
    "lanes": [{"from": "*", "to": "*", "material": "*", "freight_usd_per_t": 100, "grade": "B"}],
    "facilities": [
        {"facility": "Texas magnets", "place": "Texas", "capacity_t_per_year": 120},
        {"facility": "Texas recycling", "place": "Texas"},
    ],
    "processes": [
        {"facility": "Texas magnets", "process": "sinter", "cost_usd_per_t": 10_000, "grade": "B"},
        {"facility": "Texas recycling", "process": "leach", "cost_usd_per_t": 5_000, "step": "refined"},
    ],
    "recipes": [
        {"process": "sinter", "material": "NdPr oxide", "t_per_t": -0.3},
        {"process": "sinter", "material": "magnet", "t_per_t": 1},
        {"process": "leach", "material": "scrap", "t_per_t": -1},
        {"process": "leach", "material": "NdPr oxide", "t_per_t": 0.25},
    ],
    "build_options": [
        {"option": "Recycling one", "facility": "Texas recycling", "max_t_per_year": 60, "capex_fixed_musd": 10,
         "capex_usd_per_t": 20_000, "lead_years": 1, "life_years": 10, "grade": "D"},
        {"option": "Recycling two", "facility": "Texas recycling", "max_t_per_year": 60, "capex_fixed_musd": 50,
         "capex_usd_per_t": 10_000, "lead_years": 1, "permit_years": 2, "life_years": 10},
    ],
    "segments": [
        {"segment": "EV motors", "place": "Texas", "material": "magnet", "priority": 1, "shortage_usd_per_t": 500_000},
        {"segment": "Defence", "place": "Texas", "material": "NdPr oxide", "priority": 2,
         "shortage_usd_per_t": 1_000_000},
    ],
    "demand": [
        {"segment": "EV motors", "period": 2026, "t_per_year": 100},
        {"segment": "EV motors", "period": 2027, "t_per_year": 100},
        {"segment": "Defence", "period": 2026, "t_per_year": 10},
        {"segment": "Defence", "period": 2027, "t_per_year": 10},
    ],
    "returns": [
        {"stream": "Old motors", "place": "Texas", "material": "scrap", "segment": "EV motors", "lifetime_years": 1,
         "t_per_t_used": 0.5, "collection_usd_per_t": 1_000},
    ],
    "stocks": [{"place": "Texas", "material": "NdPr oxide", "initial_t": 5, "holding_usd_per_t_year": 1_000}],
    "sales": [{"place": "Texas", "material": "magnet", "price_usd_per_t": 50_000}],
    "tariffs": [
        {"authority": "general", "hts": "2846", "origin": "*", "rate": 0.05, "effect": "adds", "grade": "A"},
        {"authority": "Section 301", "hts": "2846", "origin": "CHN", "rate": 0.25, "effect": "adds", "grade": "A"},
    ],
}  # fmt: skip


def _line(term: str, node: str, musd: float, **more: Any) -> tuple[Any, ...]:
    once = term == "qualification"
    return line(term, node, musd, 1.0 if once else FACTOR[node], **more)


def _bought(offer: str, start: str, node: str, t: float, price: float) -> list[tuple[Any, ...]]:
    about = {"item": offer, "material": "NdPr oxide", "from_": start, "to": "Texas", "t": t}
    rates = [("purchases", "", price), ("freight", "", 100.0)]
    if offer == "Baotou NdPr":
        rates += [("duties", "general", 0.05 * price), ("duties", "Section 301", 0.25 * price)]
    return [_line(term, node, t * usd / 1e6, layer=layer, usd=usd, **about) for term, layer, usd in rates]


def _graded_case() -> Case:
    """The case of these sheets, with the grades and sources that some of their rows state."""
    about = ("source", "year", "grade")
    bare = {name: [{k: v for k, v in row.items() if k not in about} for row in rows] for name, rows in SHEETS.items()}
    case = case_of({"base_year": 2026, "discount_rate": 0.0}, **bare)
    for name, rows in SHEETS.items():
        for column in about:
            case.tables[name][column] = [row.get(column) for row in rows]
    return case


def two_futures() -> tuple[Case, Plan]:
    """2026, then 2027 and 2028 calm (0.75) or under a ban on Chinese oxide (0.25); nothing is discounted.

    2026: 20 t Lynas at 70,000 = 1.4; 20.3 t Baotou at 60,000 = 1.218, duty 5 % 0.0609 and 25 % 0.3045; freight at
    100 $/t 0.002 and 0.00203; Baotou's qualification 2 (once); 101 t magnets from 30.3 t oxide cost 1.01, one of them
    sold for 0.05; 5 t in stock 0.005. Recycling one (50 t: 10 + 1 M$, ten years, so 1.1 a year from 2027) is begun.
    2027, 2028 calm, a year: Lynas 1.4, freight 0.002; 10 t Baotou 0.6, duty 0.03 and 0.15, freight 0.001; 40 t scrap
    collected 0.04 and leached 0.2 to 10 t; 100 t magnets 1.0; annuity 1.1; stock 0.005. Under the ban no Baotou: 80 t
    magnets 0.8, EV motors 20 t short 10, Defence 4 t short 4. Scrap: half of the deliveries a year before: 50 t, but
    (50 + 40)/2 under the ban.
    """
    case = _graded_case()
    t_calm, t_ban = 100.0, 80.0
    ledger = [
        *_bought("Lynas NdPr", "Kuantan", START, 20, 70_000),
        *_bought("Baotou NdPr", "CHN", START, 20.3, 60_000),
        _line("qualification", START, 2.0, item="Baotou"),
        _line("operation", START, 1.01, item="Texas magnets / sinter", from_="Texas", t=101, usd=10_000),
        _line("sales", START, -0.05, item="magnet", material="magnet", from_="Texas", t=1, usd=-50_000),
    ]
    for node, magnets in ((CALM, t_calm), (BAN, t_ban)):
        ledger += _bought("Lynas NdPr", "Kuantan", node, 20, 70_000)
        ledger += [
            _line("operation", node, magnets / 100, item="Texas magnets / sinter", from_="Texas", t=magnets, usd=1e4),
            _line("operation", node, 0.2, item="Texas recycling / leach", from_="Texas", t=40, usd=5_000),
            _line("collection", node, 0.04, item="Old motors", material="scrap", from_="Texas", t=40, usd=1_000),
            _line("investment", node, 1.1, item="Recycling one", t=50, usd=22_000),
        ]
    ledger += _bought("Baotou NdPr", "CHN", CALM, 10, 60_000)
    ledger += [
        _line("holding", n, 0.005, item="NdPr oxide", material="NdPr oxide", from_="Texas", t=5, usd=1_000)
        for n in PROBABILITY
    ]
    ledger += [
        _line("shortage", BAN, 10.0, item="EV motors", material="magnet", to="Texas", t=20, usd=500_000),
        _line("shortage", BAN, 4.0, item="Defence", material="NdPr oxide", to="Texas", t=4, usd=1_000_000),
    ]
    objective = sum(PROBABILITY[row[6]] * row[-1] for row in ledger)
    plan = plan_with(objective, ledger, _parts(t_calm, t_ban))
    for name, quotes in quote_tables(case, translate(case)).items():  # nothing of them is decided
        plan = changed(plan, name, quotes[list(PLAN_TABLES[name])])
    return case, replace(plan, case_name="two futures", status="within gap", bound_musd=objective - 0.5, gap=0.01)


RECYCLING = {"option": "Recycling one", "with_partnership": "", "node": START}
NEEDS = {"EV motors": 100.0, "Defence": 10.0}
LOSSES = {"EV motors": 500_000.0, "Defence": 1_000_000.0}

Parts = dict[str, list[dict[str, Any]]]
USUAL = {"origin_class": "", "tier": 0, "t_per_t": 1.0, "times": 1}


def plan_with(objective: float, ledger: list[tuple[Any, ...]], parts: Parts) -> Plan:
    """A plan of these rows; what they leave out is usual or blank, and tables that are left out are empty."""
    plan = plan_of(objective, ledger=ledger)
    for name, rows in parts.items():
        columns = list(PLAN_TABLES[name])
        filled = [{column: row.get(column, USUAL.get(column)) for column in columns} for row in rows]
        plan = changed(plan, name, pd.DataFrame(filled, columns=columns))
    return plan


def _node(node: str, period: int, years: int, parent: str | None, probability: float) -> dict[str, Any]:
    discount = {"discount": float(years), "discount_first": 1.0}
    return {"node": node, "period": period, "years": years, "parent": parent, "probability": probability, **discount}


def _parts(t_calm: float, t_ban: float) -> Parts:
    made = {START: 101.0, CALM: t_calm, BAN: t_ban}
    served = {START: (100.0, 10.0), CALM: (t_calm, 10.0), BAN: (t_ban, 6.0)}
    baotou = {START: 20.3, CALM: 10.0}
    late = (CALM, BAN)

    def own(material: str, node: str, t: float) -> dict[str, Any]:
        return {"from_place": "Texas", "material": material, "to_place": "Texas", "node": node, "t_per_year": t}

    def bought(offer: str, node: str, t: float) -> dict[str, Any]:
        return {"offer": offer, "place": "Texas", "node": node, "t_per_year": t}

    def ran(facility: str, process: str, node: str, t: float) -> dict[str, Any]:
        return {"facility": facility, "process": process, "node": node, "t_per_year": t}

    def made_or_taken(facility: str, process: str, material: str, node: str, t: float) -> dict[str, Any]:
        return {**ran(facility, process, node, t), "material": material}

    def given(segment: str, material: str, node: str, t: float) -> dict[str, Any]:
        return {"segment": segment, "material": material, "node": node, "t_per_year": t}

    def stands(facility: str, node: str, usable: float, used: float) -> dict[str, Any]:
        return {"facility": facility, "node": node, "usable_t_per_year": usable, "used_t_per_year": used}

    def binds(rule: str, item: str, node: str, limit: float, worth: float) -> dict[str, Any]:
        return {"rule": rule, "item": item, "node": node, "limit": limit, "unit": "t/yr", "worth_usd": worth}

    return {
        "nodes": [
            _node(START, 2026, 1, None, 1.0),
            _node(CALM, 2027, 2, START, 0.75),
            _node(BAN, 2027, 2, START, 0.25),
        ],
        "purchases": [bought("Lynas NdPr", n, 20.0) for n in PROBABILITY]
        + [bought("Baotou NdPr", n, t) for n, t in baotou.items()],
        "arisings": [
            {"stream": "Old motors", "place": "Texas", "material": "scrap", "node": n, "t_per_year": t}
            for n, t in ((CALM, 50.0), (BAN, 45.0))
        ],
        "qualifications": [{"supplier": "Baotou", "node": START}],
        "activity": [ran("Texas magnets", "sinter", n, t) for n, t in made.items()]
        + [ran("Texas recycling", "leach", n, 40.0) for n in late],
        "shipments": [own("magnet", n, t) for n, t in made.items()]
        + [own(material, n, t) for n in late for material, t in (("NdPr oxide", 10.0), ("scrap", 40.0))],
        "throughput": [made_or_taken("Texas magnets", "sinter", "magnet", n, t) for n, t in made.items()]
        + [made_or_taken("Texas magnets", "sinter", "NdPr oxide", n, -0.3 * t) for n, t in made.items()]
        + [made_or_taken("Texas recycling", "leach", "scrap", n, -40.0) for n in late]
        + [made_or_taken("Texas recycling", "leach", "NdPr oxide", n, 10.0) for n in late],
        "builds": [{**RECYCLING, "times": 1, "size_t_per_year": 50.0, "capex_musd": 11.0}],
        "build_years": [{**RECYCLING, "leaf": n, "first_output": 2027, "last_output": 2036} for n in late],
        "needs": [
            {"segment": s, "node": n, "t_per_year": t, "shortage_usd_per_t": LOSSES[s]}
            for s, t in NEEDS.items()
            for n in PROBABILITY
        ],
        "collections": [
            {"stream": "Old motors", "place": "Texas", "material": "scrap", "node": n, "t_per_year": 40.0} for n in late
        ],
        "stocks": [{"place": "Texas", "material": "NdPr oxide", "node": n, "t": 5.0} for n in PROBABILITY],
        "deliveries": [given("EV motors", "magnet", n, ev) for n, (ev, _) in served.items()]
        + [given("Defence", "NdPr oxide", n, defence) for n, (_, defence) in served.items()],
        "shortages": [
            {"segment": segment, "node": BAN, "t_per_year": t} for segment, t in (("EV motors", 20.0), ("Defence", 4.0))
        ],
        "sales": [{"place": "Texas", "material": "magnet", "price_usd_per_t": 5e4, "node": START, "t_per_year": 1.0}],
        "capacities": [stands("Texas magnets", n, 120.0, t) for n, t in made.items()]
        + [stands("Texas recycling", n, 50.0, 40.0) for n in late],
        "binding": [
            binds("offer sold out", "Lynas NdPr", BAN, 20.0, 400_000.0),
            binds("facility at capacity", "Texas magnets", START, 0.0, 1_000.0),
        ],
    }


def nothing() -> tuple[Case, Plan]:
    """A case in which nothing is needed, bought or built."""
    kept = {name: SHEETS[name] for name in ("periods", "countries", "places", "materials")}
    nodes = [_node("2026", 2026, 1, None, 1.0), _node("2027", 2027, 2, "2026", 1.0)]
    return case_of({"discount_rate": 0.0}, **kept), plan_with(0.0, [], {"nodes": nodes})


def renamed(case: Case, plan: Plan, names: dict[str, str]) -> tuple[Case, Plan]:
    """The same case and plan with other names, wherever a cell holds one of them."""

    def frame(table: pd.DataFrame) -> pd.DataFrame:
        return table.map(lambda value: names.get(value, value) if isinstance(value, str) else value)

    tables = {name: frame(table) for name, table in case.tables.items()}
    parts = {name: frame(table) for name, table in plan.tables.items()}
    return replace(case, tables=tables), replace(plan, tables=parts)


class Report:
    """What a written report holds, found by what stands there."""

    def __init__(self, case: Case, plan: Plan, path: Path, record: dict[str, str] | None = None) -> None:
        self.path = write_report(case, plan, path, record)
        self.book = load_workbook(self.path)

    def part(self, name: str) -> tuple[Worksheet, int, int]:
        """The sheet on which a part of the report stands, its first row and its last, by the summary's links."""
        places = {"Summary": ("Summary", 1)}
        for row in self.book["Summary"].iter_rows():
            for cell in row:
                if cell.hyperlink:
                    sheet, _, at = cell.hyperlink.location.rpartition("!A")
                    places[cell.value] = (sheet.strip("'"), int(at))
        sheet, first = places[name]
        later = [at for other, at in places.values() if other == sheet and at > first]
        return self.book[sheet], first, min(later, default=self.book[sheet].max_row + 1) - 1

    def texts(self, name: str) -> list[str]:
        """Every text of a part."""
        sheet, first, last = self.part(name)
        rows = sheet.iter_rows(min_row=first, max_row=last)
        return [cell.value for row in rows for cell in row if isinstance(cell.value, str)]

    def tables(self, name: str) -> list[pd.DataFrame]:
        """The tables of a part: a row of white bold headings, the rows below it, and the total where there is one."""
        return list(_tables_of(*self.part(name)))

    def table(self, sheet: str, *headings: str) -> pd.DataFrame:
        """The first table that has these headings."""
        for table in self.tables(sheet):
            if set(headings) <= set(table.columns):
                return table
        raise AssertionError(f"{sheet} has no table headed {headings}")


def _tables_of(sheet: Worksheet, first: int, end: int) -> Iterator[pd.DataFrame]:
    last = 0
    for row in range(first, end + 1):
        if row <= last or not _heads(sheet, row) or _heads(sheet, row + 1):
            continue
        columns = [c for c in range(1, sheet.max_column + 1) if _is_heading(sheet, row, c)]
        lines, last = [], row
        while last < sheet.max_row and sheet.cell(last + 1, columns[0]).border.bottom.style:
            last += 1
            lines.append([sheet.cell(last, c).value for c in columns])
        yield pd.DataFrame(lines, columns=[str(sheet.cell(row, c).value) for c in columns])


def _heads(sheet: Worksheet, row: int) -> bool:
    return row <= sheet.max_row and any(_is_heading(sheet, row, c) for c in (1, 2))


def _is_heading(sheet: Worksheet, row: int, column: int) -> bool:
    font = sheet.cell(row, column).font
    return bool(font.bold and font.color and font.color.rgb == "FFFFFFFF")

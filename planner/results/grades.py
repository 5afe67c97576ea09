"""Which grade of data each line of the ledger rests on: the grade of the row that sets its price."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from models.costs import TERMS
from planner.results.facts import Facts, records, remembered

GRADES = ("A", "B", "C", "D", "")
MEANINGS = {"A": "official", "B": "company or press", "C": "study", "D": "assumed", "": "not graded"}


@remembered
def graded_cost(facts: Facts) -> pd.DataFrame:
    """The ledger with the size of each line (expected, discounted, without sign) and its grade."""
    lines = facts.ledger[["term", "layer", "item", "material", "from", "to", "expected_musd"]].copy()
    lines["size_musd"] = lines["expected_musd"].abs()
    tables = facts.case.tables
    grades = {name: _worst(tables[t.sheet], t.item) for name, t in TERMS.items() if t.sheet in tables}
    processes = facts.case.tables["processes"]
    grades["operation"] = _worst(processes.assign(item=processes["facility"] + " / " + processes["process"]), "item")
    for option, grade in _worst(facts.case.tables["build_options"], "option").items():
        grades["fixed_operation"].setdefault(option, grade)
    freight, quoted = _lane_grades(facts), _worst(tables["delivered_prices"], ("offer", "place"))
    lines["grade"] = [
        quoted[row.item, row.to]
        if row.term in ("purchases", "freight") and (row.item, row.to) in quoted
        else freight(row.material, row.origin_end, row.to)
        if row.term == "freight"
        else grades.get(row.term, {}).get(_key(row), "")
        for row in records(lines.rename(columns={"from": "origin_end"}))
    ]
    return lines


@remembered
def by_grade(facts: Facts) -> pd.DataFrame:
    """One row a grade on which anything rests, the best first: grade, meaning, size_musd and share (of all cost and
    income, by size).
    """
    costs = graded_cost(facts)
    sums = costs.groupby("grade")["size_musd"].sum().reindex(list(GRADES), fill_value=0.0)
    whole = float(sums.sum())
    table = pd.DataFrame({"grade": list(GRADES), "meaning": list(MEANINGS.values()), "size_musd": sums.to_numpy()})
    table["share"] = table["size_musd"] / whole if whole else 0.0
    return table[table["size_musd"] > 0].reset_index(drop=True)


def _key(row: Any) -> Any:
    """What names the pricing row: the authority, the material thrown away, the place of stock or sale, or the item."""
    if row.term == "duties":
        return row.layer
    if row.term == "disposal":
        return row.material
    if row.term in ("holding", "sales"):
        return row.to or row.origin_end or row.item
    return row.item


def _worst(table: pd.DataFrame, column: str | tuple[str, ...]) -> dict[Any, str]:
    """The worst grade among the rows of each name: a chain is as good as its weakest figure; not graded is worst."""
    ranks = table["grade"].fillna("").map({g: i for i, g in enumerate(GRADES)})
    worst = ranks.groupby(table[column] if isinstance(column, str) else [table[name] for name in column]).max()
    return {name: GRADES[int(rank)] for name, rank in worst.items()}


def _lane_grades(facts: Facts) -> Any:
    """Finds the grade of the lane row that sets the freight between two ends: the most specific that fills the cell."""
    lanes = facts.case.tables["lanes"]
    lanes = lanes[lanes["freight_usd_per_t"].notna()]
    rows = zip(lanes["material"], lanes["from"], lanes["to"], lanes["grade"].fillna(""), strict=True)
    known = {(material, start, end): grade for material, start, end, grade in rows}
    places = facts.case.country_of
    found: dict[tuple[Any, Any, Any], str] = {}

    def grade(material: str, start: str, end: str) -> str:
        key = (material, start, end)
        if key not in found:
            ways = product(
                (material, facts.stages.get(material), "*"),
                (start, places.get(start), "*"),
                (end, places.get(end), "*"),
            )
            found[key] = next((known[way] for way in ways if way in known), "")
        return found[key]

    return grade

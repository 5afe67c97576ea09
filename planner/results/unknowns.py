"""What is not known: the assumed rows of the case that carry most of the plan's cost, each in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.results.facts import Facts, records, remembered, term_name
from planner.results.grades import MEANINGS, graded_cost
from planner.results.words import capital

ASSUMED = ("D", "")
# What the row of a cost term sets, by its item. A term that is not listed stands with its own name.
PRICED = {
    "purchases": "price of {item}",
    "contracts": "price under the contract {item}",
    "freight": "freight of {item}",
    "qualification": "qualifying {item}",
    "setups": "dealing with {item}",
    "signing": "signing {item}",
    "investment": "capital cost of {item}",
    "closure": "closing {item}",
    "fixed_operation": "fixed cost of {item}",
    "operation": "running cost of {item}",
    "collection": "collecting {item}",
    "holding": "keeping {item} in stock",
    "disposal": "disposing of {item}",
    "shortage": "loss of going short: {item}",
    "sales": "price at which {item} is sold",
    "production_support": "support {item}",
    "grants": "support {item}",
}


@remembered
def unknowns(facts: Facts) -> pd.DataFrame:
    """The assumed rows that carry most cost: what (the row sets, in words), grade (in words), musd (discounted, by
    size), share (of all), and tenth_musd (by how much the plan's cost moves if it is off by a tenth, all decisions
    held).
    """
    costs = graded_cost(facts)
    whole = costs["size_musd"].sum()
    weak = costs[costs["grade"].isin(ASSUMED)]
    sums = weak.groupby(["term", "item", "grade"], as_index=False)[["size_musd"]].sum()
    sums = sums.sort_values(["size_musd", "item"], ascending=[False, True], kind="stable")
    return pd.DataFrame(
        {
            "what": [_set_by(facts, str(row.term), str(row.item)) for row in records(sums)],
            "grade": [MEANINGS[grade] for grade in sums["grade"]],
            "musd": sums["size_musd"],
            "share": sums["size_musd"] / whole if whole else 0.0,
            "tenth_musd": 0.1 * sums["size_musd"],
        }
    ).reset_index(drop=True)


def assumed_share(facts: Facts) -> float:
    """The share of cost (with income by its size) that rests on assumed or ungraded rows."""
    costs = graded_cost(facts)
    whole = costs["size_musd"].sum()
    return float(costs.loc[costs["grade"].isin(ASSUMED), "size_musd"].sum() / whole) if whole else 0.0


def _set_by(facts: Facts, term: str, item: str) -> str:
    """What a row of the case sets, in words: price of Lynas NdPr oxide."""
    if term == "operation":
        item = _plants(facts).get(item, item)
    words = PRICED.get(term)
    said = words.format_map({"item": item}) if words else f"{term_name(term)}: {item}" if item else term_name(term)
    return capital(said)


@remembered
def _plants(facts: Facts) -> Mapping[str, str]:
    """Processes by plant: the plant alone where it has one process only, else both, as in MP 10X (make magnets)."""
    table = facts.case.tables["processes"][["facility", "process"]].drop_duplicates()
    number = table.groupby("facility")["process"].transform("size")
    return {
        f"{row.facility} / {row.process}": row.facility if row.number == 1 else f"{row.facility} ({row.process})"
        for row in records(table.assign(number=number))
    }

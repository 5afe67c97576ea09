"""What the case decides beforehand, in words: a plan is the cheapest only among those that keep to it."""

from __future__ import annotations

import pandas as pd

from planner.case.decisions import Decision, decided_rows
from planner.results.facts import Facts
from planner.results.words import listed, plain
from planner.schema.decided import FORCE, LANE


def settled(facts: Facts) -> pd.DataFrame:
    """One line a row of the sheet: said (forced or forbidden), kind, name."""
    rows = [
        ("forced" if said == FORCE else "forbidden", one.kind, _name(facts, one))
        for _, said, one in decided_rows(facts.case)
    ]
    return pd.DataFrame(rows, columns=["said", "kind", "name"], dtype=object)


def _name(facts: Facts, decision: Decision) -> str:
    if decision.kind == LANE:
        return " to ".join(facts.country_name(end) for end in decision.cells.values())
    return facts.country_name(decision.name) if decision.kind == "country" else decision.name


def settled_sentence(facts: Facts) -> str:
    """What is forced and forbidden, in a sentence; empty where nothing is."""
    rows = settled(facts)
    said = []
    for word in ("forced", "forbidden"):
        own = rows[rows["said"] == word]
        names = [f"{kind} {plain(name)}" for kind, name in zip(own["kind"], own["name"], strict=True)]
        said += [f"{listed(names, 4)} {'is' if len(names) == 1 else 'are'} {word}"] if names else []
    return f"Bound by the case: {'; '.join(said)}. What that costs is read by solving without it." if said else ""

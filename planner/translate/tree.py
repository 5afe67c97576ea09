"""The scenario tree on which everything is indexed; without scenarios it is the periods in a row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from models.data import Tree
from planner.case import Case
from planner.schema import digits_of
from planner.translate import columns

ONLY = "the only future"


def scenario_tree(case: Case) -> Tree:
    """The nodes of a case in order of time, with their probabilities and discount factors.

    A node is a period and the scenarios that cannot be told apart in it: those whose events known by the period's
    last year are the same. It is named after its period and, where there are several in it, after its first scenario
    in the alphabet.
    `discount_years` adds (1 + r)^(base − year) over the period's years; `discount_first_year` is that of its first
    year alone.
    """
    periods = case.tables["periods"].sort_values("period")
    calendar = [(int(y), int(w)) for y, w in zip(periods["period"], periods["years"], strict=True)]
    chances = scenario_chances(case)
    names, members, parent, starts, lengths = [], {}, {}, {}, {}
    before: dict[str, str | None] = dict.fromkeys(chances, None)
    for year, years in calendar:
        groups = _told_apart(case, tuple(chances), year + years - 1)
        for group in groups:
            name = _node_name(year, group, len(groups))
            names.append(name)
            members[name], parent[name], starts[name], lengths[name] = group, before[group[0]], year, years
        before = {scenario: name for name in names[-len(groups) :] for scenario in members[name]}
    paths: dict[str, tuple[str, ...]] = {}
    for name in names:
        above = parent[name]
        paths[name] = (*(paths[above] if above else ()), name)
    base, rate = int(case.settings["base_year"]), float(case.settings["discount_rate"])
    worth = {n: [(1 + rate) ** (base - y) for y in range(starts[n], starts[n] + lengths[n])] for n in names}
    return Tree(
        NODES=tuple(names),
        LEAVES=tuple(dict.fromkeys(name for name in before.values() if name)),
        PATH=paths,
        SCENARIOS=members,
        parent=parent,
        period=starts,
        years=lengths,
        probability={n: sum(chances[scenario] for scenario in members[n]) for n in names},
        discount_years={n: sum(worth[n]) for n in names},
        discount_first_year={n: worth[n][0] for n in names},
    )


def scenario_chances(case: Case) -> dict[str, float]:
    """The probability of each scenario, by name; blank ones share what is left, and without any there is one future."""
    table = case.tables["scenarios"].sort_values("scenario")
    if table.empty:
        return {ONLY: 1.0}
    given = table["probability"]
    left = (1.0 - given.sum()) / max(1, given.isna().sum())
    chances = given.fillna(left)
    total = float(chances.sum())
    return {name: float(chance) / total for name, chance in zip(table["scenario"], chances, strict=True)}


def known_events(case: Case, scenario: str, last_year: int) -> pd.DataFrame:
    """The events of a scenario that are known by the end of a year; blank known_from means the event's first year."""
    events = case.tables["events"]
    known_from = events["known_from"].fillna(events["from"])
    return events[(events["scenario"] == scenario) & (known_from <= last_year)]


def _told_apart(case: Case, scenarios: tuple[str, ...], last_year: int) -> list[tuple[str, ...]]:
    """The scenarios in groups of those whose known events are the same.

    A default that is typed (known from its first year, to the last year of the horizon) equals a blank.
    """
    if case.tables["events"].empty:
        return [scenarios]
    groups: dict[Any, list[str]] = {}
    ends = int((case.tables["periods"]["period"] + case.tables["periods"]["years"]).max()) - 1
    for scenario in scenarios:
        known = known_events(case, scenario, last_year)
        known = known.assign(
            known_from=known["known_from"].fillna(known["from"]),
            to=known["to"].fillna(ends).clip(upper=ends),
            hts=known["hts"].map(lambda hts: digits_of(hts) if isinstance(hts, str) else None),
        )
        facts = known.drop(columns=["scenario", "source", "year", "grade", "note"])
        records = facts.astype(object).where(facts.notna(), None).itertuples(index=False)
        groups.setdefault(frozenset(records), []).append(scenario)
    return [tuple(group) for group in groups.values()]


def _node_name(year: int, group: tuple[str, ...], groups: int) -> str:
    if groups == 1:
        return str(year)
    others = f" +{len(group) - 1}" if len(group) > 1 else ""
    return f"{year} {group[0]}{others}"


def node_table(tree: Tree) -> pd.DataFrame:
    """One row a node."""
    nodes = pd.DataFrame(
        {
            "node": tree.NODES,
            "period": [tree.period[n] for n in tree.NODES],
            "years": [tree.years[n] for n in tree.NODES],
            "parent": pd.Series([tree.parent[n] for n in tree.NODES], dtype=object),
            "probability": [tree.probability[n] for n in tree.NODES],
            "discount": [tree.discount_years[n] for n in tree.NODES],
            "discount_first": [tree.discount_first_year[n] for n in tree.NODES],
        }
    )
    return columns.NODES.of(nodes.astype({"node": object}))


def scenario_table(case: Case, tree: Tree) -> pd.DataFrame:
    """One row a scenario."""
    chances = scenario_chances(case)
    leaf = {scenario: n for n in tree.LEAVES for scenario in tree.SCENARIOS[n]}
    table = columns.SCENARIOS.rows((name, leaf[name], chance) for name, chance in chances.items())
    return table.astype({"scenario": object, "leaf": object})


def descents(tree: Tree) -> pd.DataFrame:
    """Each node with each of its ancestors and itself."""
    rows = [(m, n, tree.period[m], tree.period[n], tree.years[n]) for n in tree.NODES for m in tree.PATH[n]]
    return columns.DESCENTS.rows(rows).astype({"begun": object, "node": object})

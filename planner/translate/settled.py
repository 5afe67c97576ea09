"""The `Settled` part: what the case forces and forbids, and by which decisions of the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from models.data import Data, Groups, Index, Part, Settled, Tree
from planner.case import Case
from planner.case.decisions import Decision, decided_rows
from planner.checks.catalogue import problem
from planner.errors import InputInvalid, Problem
from planner.schema.decided import BEGUN_ONCE, DECISIONS_SHEET, FORBID, FORCE, LANE, LEAST_FORCED_T
from planner.translate.tools import grouped

FIRST_DECISION = {"supplier": "qualify", "contract": "sign", "partnership": "join", "project": "build"}
GOODS_OF = {"project": ("size",), "contract": ("lift",), "partnership": ()}  # of what is begun; the others buy and lift
NOTHING: Groups[Part] = Groups({})
NOTHING_SETTLED = Settled((), NOTHING, (), NOTHING, LEAST_FORCED_T, (), NOTHING, (), NOTHING)
Flows = Mapping[str, pd.DataFrame]  # the flow tables by the name of their decision
Indices = Mapping[str, Sequence[Index]]  # the indices of each decision of the program, in order
Placed = tuple[str, int]  # one of them: its name, and its place among these


@dataclass(frozen=True)
class Chosen:
    """By which decisions of the program something is chosen: those by which it begins, and the tons that follow."""

    begun: tuple[Placed, ...]
    goods: tuple[Placed, ...]

    def forced_by(self, decision: Decision) -> tuple[Placed, ...]:
        """Those of which one, or a ton, makes it chosen."""
        return self.begun if decision.kind in BEGUN_ONCE else self.goods


def over_of(data: Data) -> Indices:
    """What the decisions are taken over by which anything is chosen."""
    return {
        "qualify": data.supply.QUALIFIABLE,
        "sign": data.contracts.SIGNABLE,
        "join": data.partnerships.JOINABLE,
        "build": data.investment.BUILDS,
        "size": data.investment.BUILDS,
        "run": data.plants.RUNS,
        "buy": data.supply.PURCHASES,
        "lift": data.contracts.LIFTS,
        "ship": data.movement.SHIPMENTS,
        "ship_stock": data.movement.STOCK_SHIPMENTS,
    }


def chosen_by(case: Case, flows: Flows, data: Data, decision: Decision) -> Chosen:
    """By what a decision of a case is taken in its program."""
    name, kind, over = decision.name, decision.kind, over_of(data)
    if kind == LANE:
        start, end = decision.cells.values()
        return Chosen((), tuple(_on_lane(case, flows, over, start, end)))
    begun = _with_first(over, FIRST_DECISION.get(kind, ""), {name})
    if kind in GOODS_OF:
        return Chosen(begun, tuple(one for goods in GOODS_OF[kind] for one in _with_first(over, goods, {name})))
    offers, contracts = case.tables["offers"], case.tables["contracts"]
    column = {"supplier": "supplier", "offer": "offer", "country": "origin"}[kind]
    own = set(offers.loc[offers[column] == name, "offer"])
    agreed = set(contracts.loc[contracts["offer"].isin(own), "contract"])
    goods = _with_first(over, "buy", own) + _with_first(over, "lift", agreed)
    return Chosen(begun, goods + (_with_first(over, "run", _plants_in(case, name)) if kind == "country" else ()))


def _plants_in(case: Case, country: str) -> set[str]:
    places, facilities = case.tables["places"], case.tables["facilities"]
    there = set(places.loc[places["country"] == country, "place"])
    return set(facilities.loc[facilities["place"].isin(there), "facility"])


def _with_first(over: Indices, name: str, first: set[str]) -> tuple[Placed, ...]:
    """The decisions of a name whose index begins with one of these."""
    return tuple((name, place) for place, key in enumerate(over.get(name, ())) if key[0] in first)


def _on_lane(case: Case, flows: Flows, over: Indices, start: str, end: str) -> Iterator[Placed]:
    country = case.country_of

    def fits(place: Any, wanted: str) -> bool:
        return wanted in (place, country.get(place))

    for kind, frame in flows.items():
        place_of = {key: place for place, key in enumerate(over[kind])}
        ends = ("from_place", "to_place") if kind in ("ship", "ship_stock") else ("from", "place")
        for key, here, there in zip(frame["decision"], frame[ends[0]], frame[ends[1]], strict=True):
            if here != there and fits(here, start) and fits(there, end) and key in place_of:
                yield kind, place_of[key]


def settle(case: Case, flows: Flows, data: Data) -> Data:
    """What the program knows, with what the case forces and forbids; a letter for what is forced and nobody can do."""
    if case.tables[DECISIONS_SHEET].empty:
        return data
    rows = [(row, said, one, chosen_by(case, flows, data, one)) for row, said, one in decided_rows(case)]
    refuse_unforceable(
        case, [(row, one) for row, said, one, known in rows if said == FORCE and not known.forced_by(one)]
    )
    over, tree = over_of(data), data.tree
    forced = [(one, known) for _, said, one, known in rows if said == FORCE]
    forbidden = [(one, known) for _, said, one, known in rows if said == FORBID]
    begins = [(str(one), known.begun) for one, known in forced if one.kind in BEGUN_ONCE]
    uses = [(str(one), known.goods) for one, known in forced if one.kind not in BEGUN_ONCE]
    never_begun = _by_node(over, [(str(one), known.begun) for one, known in forbidden])
    never_used = _by_node(over, [(str(one), known.goods) for one, known in forbidden])
    settled = Settled(
        BEGUN=tuple((one, leaf) for one, _ in begins for leaf in tree.LEAVES),
        BEGINS=_by_future(over, tree, begins, dict.fromkeys(tree.NODES, 1)),
        USED=tuple((one, leaf) for one, _ in uses for leaf in tree.LEAVES),
        USES=_by_future(over, tree, uses, tree.years),
        least_t=LEAST_FORCED_T,
        NEVER_BEGUN=_keys(never_begun),
        BEGINS_AT=never_begun,
        NEVER_USED=_keys(never_used),
        USES_AT=never_used,
    )
    return replace(data, settled=settled)


def _keys(groups: Groups[Part]) -> tuple[Index, ...]:
    """The keys of some groups, in their order."""
    return tuple(key for key in groups if isinstance(key, tuple))


def _by_node(over: Indices, rows: Iterable[tuple[str, Iterable[Placed]]]) -> Groups[Part]:
    """The parts of each decision by the node in which they are."""
    parts = [(one, (1.0, name, over[name][place])) for one, placed in rows for name, place in placed]
    return grouped([(one, part[2][-1]) for one, part in parts], [part for _, part in parts])


def _by_future(
    over: Indices, tree: Tree, rows: Iterable[tuple[str, Iterable[Placed]]], weight: Mapping[str, int]
) -> Groups[Part]:
    """The same by each future that a node is part of, each so many times."""
    by_node = [(one, _by_node(over, [(one, placed)])) for one, placed in rows]
    parts = [
        ((one, leaf), (float(weight[node]), name, index))
        for one, at in by_node
        for leaf in tree.LEAVES
        for node in tree.PATH[leaf]
        for _, name, index in at[one, node]
    ]
    return grouped([key for key, _ in parts], [part for _, part in parts])


def refuse_unforceable(case: Case, rows: Iterable[tuple[int, Decision]]) -> None:
    """Raise a letter for each row that forces what nobody can do in this case."""
    problems: list[Problem] = []
    for row, decision in rows:
        column = next(iter(decision.cells))
        cell = case.cell(DECISIONS_SHEET, row, column).split("!")[-1]
        text = f"expected something that can be chosen: this {decision.kind} has no place in any plan of this case"
        fix = "Look at its years, its lanes and who takes its goods; or delete the row."
        sheet = case.titles.get(DECISIONS_SHEET, DECISIONS_SHEET)
        found = f"'{decision.name}'"
        problems.append(problem("cross.decided", sheet, cell, column, found, message=text, fix=fix))
    if problems:
        raise InputInvalid(problems)

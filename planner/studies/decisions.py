"""Decisions forced or forbidden: a supplier, offer, contract, partnership, project, lane or country.

    project=Texas separation        begun at some time, in every future; or never
    supplier=Lynas                  at least a ton is bought over the years, in every future; or nothing
    lane=CHN > Texas                what goes from a place or country to a place

What is forbidden becomes bounds of columns, so a program that is held live stays live; what is forced becomes a row for
each future.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.case import Case
from planner.checks.countries import meaning
from planner.checks.names import did_you_mean, folded
from planner.errors import StudyError
from planner.planning.built import Built
from planner.solver.program import Program, Rows

FIRST_DECISION = {"supplier": "qualify", "contract": "sign", "partnership": "join", "project": "build"}
NAMED_ON = {
    "supplier": ("suppliers", "supplier"),
    "offer": ("offers", "offer"),
    "contract": ("contracts", "contract"),
    "partnership": ("partnerships", "partnership"),
    "project": ("build_options", "option"),
    "country": ("countries", "country"),
}
DECIDABLE = (*NAMED_ON, "lane")
BEGUN_ONCE = {"contract", "partnership", "project"}  # forced by being begun; the others by a ton at least
LEAST_T = 1.0
FORCED = "forced"


@dataclass(frozen=True)
class Decision:
    """A kind and a name, as the workbook spells it; of a lane `start > end`."""

    kind: str
    name: str

    @classmethod
    def parse(cls, text: str, case: Case) -> Decision:
        """From `kind=name`; StudyError where the case has no such thing."""
        kind, _, name = (part.strip() for part in text.partition("="))
        if kind not in DECIDABLE or not name:
            raise StudyError(f"'{text}' is not a decision. Write kind=name, with a kind of {', '.join(DECIDABLE)}.")
        if kind == "lane":
            ends = [one.strip() for one in name.split(">")]
            if len(ends) != 2:
                raise StudyError(f"'{text}': write a lane as lane=FROM > TO, each a place or a country.")
            places, known = list(case.tables["places"]["place"]), list(case.tables["countries"]["country"])
            ends = [end if _among(end, places) else _country(end, case) for end in ends]
            return cls(kind, " > ".join(_known(kind, end, [*places, *known]) for end in ends))
        sheet, column = NAMED_ON[kind]
        name = _country(name, case) if kind == "country" else name
        return cls(kind, _known(kind, name, list(case.tables[sheet][column])))

    def __str__(self) -> str:
        return f"{self.kind}={self.name}"


def _country(name: str, case: Case) -> str:
    countries = case.tables["countries"]
    return str(meaning(zip(countries["country"], countries["name"], strict=True))(name))


def _among(name: str, known: list[str]) -> str | None:
    return next((str(one) for one in known if folded(one) == folded(name)), None)


def _known(kind: str, name: str, known: list[str]) -> str:
    if found := _among(name, known):
        return found
    raise StudyError(f"The case has no {kind} {name!r}. {did_you_mean(name, known)}".rstrip())


@dataclass(frozen=True)
class Columns:
    """The columns of a decision: those by which it begins, and the tons that follow from it."""

    begun: tuple[int, ...]
    goods: tuple[int, ...]


def columns_of(built: Built, decision: Decision) -> Columns:
    """Where a decision stands in a program."""
    name, program = decision.name, built.program
    if decision.kind == "lane":
        start, end = name.split(" > ")
        return Columns((), tuple(_on_lane(built, start, end)))
    begun = _with_first(program, FIRST_DECISION.get(decision.kind, ""), {name})
    if decision.kind == "project":
        return Columns(begun, _with_first(program, "size", {name}))
    if decision.kind == "contract":
        return Columns(begun, _with_first(program, "lift", {name}))
    if decision.kind == "partnership":
        return Columns(begun, ())
    offers, contracts = built.case.tables["offers"], built.case.tables["contracts"]
    column = {"supplier": "supplier", "offer": "offer", "country": "origin"}[decision.kind]
    own = set(offers.loc[offers[column] == name, "offer"])
    agreed = set(contracts.loc[contracts["offer"].isin(own), "contract"])
    goods = _with_first(program, "buy", own) + _with_first(program, "lift", agreed)
    if decision.kind == "country":
        goods += _with_first(program, "run", _plants_in(built.case, name))
    return Columns(begun, goods)


def _plants_in(case: Case, country: str) -> set[str]:
    places, facilities = case.tables["places"], case.tables["facilities"]
    there = set(places.loc[places["country"] == country, "place"])
    return set(facilities.loc[facilities["place"].isin(there), "facility"])


def _with_first(program: Program, decision: str, names: set[str]) -> tuple[int, ...]:
    """The columns of a decision whose index begins with one of these names."""
    index, where = program.columns.get(decision, ([], slice(0, 0)))
    return tuple(column for column, key in zip(range(where.start, where.stop), index, strict=True) if key[0] in names)


def _on_lane(built: Built, start: str, end: str) -> Iterable[int]:
    country = dict(zip(*(built.case.tables["places"][name] for name in ("place", "country")), strict=True))

    def fits(place: object, wanted: str) -> bool:
        return wanted in (place, country.get(place))

    for kind, frame in built.known.flows.by_kind.items():
        index, where = built.program.columns.get(kind, ([], slice(0, 0)))
        column = dict(zip(index, range(where.start, where.stop), strict=True))
        ends = ("from_place", "to_place") if kind in ("ship", "ship_stock") else ("from", "place")
        for key, here, there in zip(frame["decision"], frame[ends[0]], frame[ends[1]], strict=True):
            if fits(here, start) and fits(there, end) and key in column:
                yield column[key]


def decided(built: Built, program: Program, force: Iterable[Decision], forbid: Iterable[Decision]) -> Program:
    """The program with decisions forced and forbidden."""
    for decision in forbid:
        program = _forbidden(built, program, decision)
    rows = [forced_rows(built, decision) for decision in force]
    return program.with_rows(FORCED, Rows.together(rows)) if rows else program


def _forbidden(built: Built, program: Program, decision: Decision) -> Program:
    columns = columns_of(built, decision)
    if decision.kind in ("contract", "partnership") and not columns.begun:
        table, column = NAMED_ON[decision.kind]
        rows = built.case.tables[table].set_index(column)
        if bool(rows.loc[decision.name, "signed"]):
            raise StudyError(f"The {decision.kind} {decision.name} is signed already, so it cannot be forbidden.")
    upper = program.upper.copy()
    upper[[*columns.begun, *columns.goods]] = 0.0
    return replace(program, upper=upper, lower=np.minimum(program.lower, upper))


def forced_rows(built: Built, decision: Decision) -> Rows:
    """A row for each future: begun at least once on its path, or at least a ton over its years."""
    columns, tree = columns_of(built, decision), built.known.data.tree
    once = decision.kind in BEGUN_ONCE
    chosen = columns.begun if once else columns.goods
    if not chosen:
        raise StudyError(
            f"The {decision.kind} {decision.name} has no place in any plan of this case, so nothing forces it."
        )
    node_of, rows = _nodes(built.program, chosen), []
    for leaf in tree.LEAVES:
        path = set(tree.PATH[leaf])
        own = np.array([column for column in chosen if node_of[column] in path], dtype=np.int32)
        weights = np.array([1.0 if once else float(tree.years[node_of[column]]) for column in own.tolist()])
        least = 1.0 if once else LEAST_T
        length = np.array([len(own)], dtype=np.int32)
        rows.append(Rows([(str(decision), leaf)], np.array([-least]), length, own, -weights))
    return Rows.together(rows)


def _nodes(program: Program, columns: Iterable[int]) -> Mapping[int, str]:
    return {column: program.column_name(column)[1][-1] for column in columns}

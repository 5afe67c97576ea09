"""Why a case cannot be met: the least that must give way, in the words and cells of the workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from planner.case import Case
from planner.schema import MEASURES
from planner.solver.cuts import CUT
from planner.solver.elastic import Violation
from planner.solver.highs import SolveOptions
from planner.solver.large import explain
from planner.solver.program import Program

LIMITS = {
    "need_is_met": 1000.0,
    "offer_maximum": 1.0,
    "lane_maximum": 1.0,
    "minimum_utilisation": 1.0,
    "collection_minimum": 1.0,
    "stock_room": 1.0,
    "stock_reserve": 1.0,
    "short": 1.0,
    "limit_at_most": 1.0,
    "limit_at_least": 1.0,
    "limit_equal": 1.0,
    "hhi_of_one": 1.0,
    CUT: 1.0,
}
POLICY = ("limit_at_most", "limit_at_least", "limit_equal", "hhi_of_one", CUT)
MOST_NAMED = 20


def why_infeasible(case: Case, program: Program, options: SolveOptions) -> str:
    """The sentences for a case without a plan: which needs or limits must give way, where, and by how many tons.

    Needs give way last: they weigh a thousand times as much as limits.
    """
    violations = explain(
        program,
        options,
        may_give={name: w for name, w in LIMITS.items() if name in program.rows or name in program.columns},
    )
    if not violations:
        return "No plan can meet this case, and no limit in tons explains it; look at builds that require each other."
    lines = [_sentence(case, violation) for violation in violations[:MOST_NAMED]]
    more = len(violations) - len(lines)
    ending = [f"... and {more} more."] if more > 0 else []
    return "\n".join(["No plan can meet every need and limit. The least that must give way:", *lines, *ending])


def _sentence(case: Case, violation: Violation) -> str:
    if violation.component in POLICY:
        return _limit(case, violation)
    where, words = _WORDS[violation.component](case, violation.index)
    verb = "raised" if violation.side == "upper" else "lowered"
    if violation.component == "need_is_met":
        return f"{where}: {words} is short by {violation.amount:,.3f} t/yr."
    return f"{where}: {words} would have to be {verb} by {violation.amount:,.3f} t from {violation.limit:,.3f} t."


def _limit(case: Case, violation: Violation) -> str:
    """By how much a row of the limits sheet is missed, in the unit in which it is missed."""
    name, *_, node = violation.index
    whom = f" for {violation.index[1]}" if violation.component.startswith("limit_") and violation.index[1] else ""
    table = case.tables["limits"]
    row = _row(table, limit=name)
    facts = table.loc[row]
    measure = MEASURES[str(facts["measure"])]
    bound = f"{measure.name} {facts['sense']} {facts['value']:g}"
    unit = measure.missed_in or measure.unit
    where = _cell(case, "limits", row, "value")
    when = f" in {node}" if node else ""
    return f"{where}: the limit {name}{whom}{when} ({bound}) is missed by {violation.amount:,.3f} {unit}."


def _row(table: pd.DataFrame, **wanted: Any) -> int | None:
    """The sheet row of the first entry that has these values."""
    fits = pd.Series(True, index=table.index)
    for column, value in wanted.items():
        fits &= table[column] == value
    found = table.index[fits]
    return int(found[0]) if len(found) else None


def _cell(case: Case, sheet: str, row: int | None, column: str) -> str:
    return case.cell(sheet, row, column) if row is not None else sheet


def _need(case: Case, index: Any) -> tuple[str, str]:
    segment, node = index
    row = _row(case.tables["demand"], segment=segment, period=int(node[:4]))
    return _cell(case, "demand", row, "t_per_year"), f"the need of {segment} in {node}"


def _shortage(case: Case, index: Any) -> tuple[str, str]:
    segment, node = index
    row = _row(case.tables["segments"], segment=segment)
    return _cell(case, "segments", row, "max_shortage_share"), f"the shortage allowed to {segment} in {node}"


def _offer(case: Case, index: Any) -> tuple[str, str]:
    offer, node = index
    return _cell(
        case, "offers", _row(case.tables["offers"], offer=offer), "max_t_per_year"
    ), f"the maximum of {offer} in {node}"


def _lane(case: Case, index: Any) -> tuple[str, str]:
    row, start, end, node = index
    return case.cell("lanes", int(row), "max_t_per_year"), f"the maximum of the lane from {start} to {end} in {node}"


def _use(case: Case, index: Any) -> tuple[str, str]:
    facility, node = index
    row = _row(case.tables["facilities"], facility=facility)
    return _cell(case, "facilities", row, "min_utilisation"), f"the minimum use of {facility} in {node}"


def _take_back(case: Case, index: Any) -> tuple[str, str]:
    stream, place, material, node = index
    row = _row(case.tables["returns"], stream=stream, place=place, material=material)
    return _cell(case, "returns", row, "min_collection_share"), f"the collection of {stream} that is demanded in {node}"


def _stock(column: str, words: str) -> Callable[[Case, Any], tuple[str, str]]:
    def named(case: Case, index: Any) -> tuple[str, str]:
        place, material, node = index
        row = _row(case.tables["stocks"], place=place, material=material)
        return _cell(case, "stocks", row, column), f"the {words} for {material} at {place} in {node}"

    return named


_WORDS: dict[str, Callable[[Case, Any], tuple[str, str]]] = {
    "need_is_met": _need,
    "offer_maximum": _offer,
    "lane_maximum": _lane,
    "minimum_utilisation": _use,
    "collection_minimum": _take_back,
    "stock_room": _stock("max_t", "room"),
    "stock_reserve": _stock("reserve_t", "least stock"),
    "short": _shortage,
}

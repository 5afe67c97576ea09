"""Why a case cannot be met: the least that must give way, in the words and cells of the workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.case import Case
from planner.case.decisions import decided_rows
from planner.case.quantity import quantity_of
from planner.schema import MEASURES
from planner.schema.decided import DECISIONS_SHEET
from planner.solver.cuts import CUT
from planner.solver.elastic import Violation
from planner.solver.highs import SolveOptions
from planner.solver.large import explain
from planner.solver.program import Program

SETTLED_ROWS = ("forced_to_begin", "forced_to_use", "forbidden_to_begin", "forbidden_to_use")
GIVING_WEIGHTS = {
    "need_is_met": 1000.0,
    "offer_maximum": 1.0,
    "first_order": 1.0,
    "award_stays": 1.0,
    "lane_maximum": 1.0,
    "minimum_utilisation": 1.0,
    "collection_minimum": 1.0,
    "stock_room": 1.0,
    "stock_reserve": 1.0,
    "stock_cover": 1.0,
    "short": 1.0,
    "limit_at_most": 1.0,
    "limit_at_least": 1.0,
    "limit_equal": 1.0,
    "hhi_of_one": 1.0,
    CUT: 1.0,
    **dict.fromkeys(SETTLED_ROWS, 0.1),  # what is asked of the plan on top gives way before what is
}
SHORT = {"need_is_met": "t/yr", "stock_cover": "t"}  # what is not there, rather than a number that would have to change
POLICY_ROWS = ("limit_at_most", "limit_at_least", "limit_equal", "hhi_of_one", CUT)
MOST_NAMED = 20


def why_infeasible(case: Case, program: Program, options: SolveOptions) -> str:
    """The sentences for a case without a plan: which needs or limits must give way, where, and by how many tons.

    Needs give way last: they weigh a thousand times as much as limits.
    """
    violations = explain(
        program,
        options,
        may_give={name: w for name, w in GIVING_WEIGHTS.items() if name in program.rows or name in program.columns},
    )
    if not violations:
        return "No plan can meet this case, and no limit in tons explains it; look at builds that require each other."
    told = quantity_of(case).told
    lines = [told(_sentence(case, violation)) for violation in violations[:MOST_NAMED]]
    more = len(violations) - len(lines)
    ending = [f"... and {more} more."] if more > 0 else []
    return "\n".join(["No plan can meet every need and limit. The least that must give way:", *lines, *ending])


def _sentence(case: Case, violation: Violation) -> str:
    if violation.component in POLICY_ROWS:
        return _limit(case, violation)
    if violation.component in SETTLED_ROWS:
        return _settled(case, violation)
    place = GIVES_WAY[violation.component](case, violation.index)
    verb = "raised" if violation.side == "upper" else "lowered"
    where = f"{place.address(case)}: {place.words} in {violation.index[-1]}"
    if violation.component in SHORT:
        return f"{where} is short by {violation.amount:,.3f} {SHORT[violation.component]}."
    return f"{where} would have to be {verb} by {violation.amount:,.3f} t from {violation.limit:,.3f} t."


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
    where = _of_limit(case, violation.index).address(case)
    when = f" in {node}" if node else ""
    return f"{where}: the limit {name}{whom}{when} ({bound}) is missed by {violation.amount:,.3f} {unit}."


def _settled(case: Case, violation: Violation) -> str:
    """What is forced and cannot be done, or forbidden and cannot be done without."""
    settled, when = violation.index
    row, decision = next((row, one) for row, _, one in decided_rows(case) if str(one) == settled)
    where = f"{case.cell(DECISIONS_SHEET, row, next(iter(decision.cells)))}: {decision}"
    if violation.component == "forced_to_begin":
        return f"{where} is forced, but cannot be begun in the future that ends in {when}."
    if violation.component == "forced_to_use":
        return (
            f"{where} is forced, but short of its ton by {violation.amount:,.3f} t in the future that ends in {when}."
        )
    if violation.component == "forbidden_to_begin":
        return f"{where} is forbidden, but would have to be begun in {when}."
    return f"{where} is forbidden, but {violation.amount:,.3f} t of it would have to be taken in {when}."


@dataclass(frozen=True)
class Place:
    """The cell in which a limit stands, and what it limits in words; `row` is None where it has no row of its own."""

    sheet: str
    row: int | None
    column: str
    words: str

    def address(self, case: Case) -> str:
        return case.cell(self.sheet, self.row, self.column) if self.row is not None else self.sheet


def _row(table: pd.DataFrame, **wanted: Any) -> int | None:
    """The sheet row of the first entry that has these values."""
    fits = pd.Series(True, index=table.index)
    for column, value in wanted.items():
        fits &= table[column] == value
    found = table.index[fits]
    return int(found[0]) if len(found) else None


def _need(case: Case, index: Any) -> Place:
    segment, node = index
    row = _row(case.tables["demand"], segment=segment, period=int(node[:4]))
    return Place("demand", row, "t_per_year", f"the need of {segment}")


def _shortage(case: Case, index: Any) -> Place:
    row = _row(case.tables["segments"], segment=index[0])
    return Place("segments", row, "max_shortage_share", f"the shortage allowed to {index[0]}")


def _offer(case: Case, index: Any) -> Place:
    """The maximum of an offer in a period, where it has one of its own, or else in all."""
    offer, node = index
    words, prices = f"the maximum of {offer}", case.tables["offer_prices"]
    own = _row(prices[prices["max_t_per_year"].notna()], offer=offer, period=int(node[:4]))
    if own is not None:
        return Place("offer_prices", own, "max_t_per_year", words)
    return Place("offers", _row(case.tables["offers"], offer=offer), "max_t_per_year", words)


def _order(case: Case, index: Any) -> Place:
    row, to = _row(case.tables["offers"], offer=index[0]), f" to {index[1]}" if index[1] else ""
    return Place("offers", row, "lead_days", f"what orders of {index[0]} can bring{to}, the first being on its way,")


def _stays(case: Case, index: Any) -> Place:
    row = _row(case.tables["offers"], offer=index[0])
    return Place("offers", row, "stays_share", f"the share of today's award of {index[0]} that stays")


def _lane(case: Case, index: Any) -> Place:
    row, start, end, _ = index
    return Place("lanes", int(row), "max_t_per_year", f"the maximum of the lane from {start} to {end}")


def _of_facility(column: str, words: str) -> Callable[[Case, Any], Place]:
    def named(case: Case, index: Any) -> Place:
        row = _row(case.tables["facilities"], facility=index[0])
        return Place("facilities", row, column, f"the {words} of {index[0]}")

    return named


def _of_returns(column: str, words: str) -> Callable[[Case, Any], Place]:
    def named(case: Case, index: Any) -> Place:
        stream, place, material, _ = index
        row = _row(case.tables["returns"], stream=stream, place=place, material=material)
        return Place("returns", row, column, f"the collection of {stream} that {words}")

    return named


def _of_stock(column: str, words: str) -> Callable[[Case, Any], Place]:
    def named(case: Case, index: Any) -> Place:
        place, material, _ = index
        row = _row(case.tables["stocks"], place=place, material=material)
        return Place("stocks", row, column, f"the {words} for {material} at {place}")

    return named


def _of_limit(case: Case, index: Any) -> Place:
    return Place("limits", _row(case.tables["limits"], limit=index[0]), "value", f"the limit {index[0]}")


GIVES_WAY: dict[str, Callable[[Case, Any], Place]] = {
    "need_is_met": _need,
    "offer_maximum": _offer,
    "first_order": _order,
    "award_stays": _stays,
    "lane_maximum": _lane,
    "facility_capacity": _of_facility("capacity_t_per_year", "capacity"),
    "minimum_utilisation": _of_facility("min_utilisation", "minimum use"),
    "collection_maximum": _of_returns("max_collection_share", "can be had"),
    "collection_minimum": _of_returns("min_collection_share", "is demanded"),
    "stock_room": _of_stock("max_t", "room"),
    "stock_reserve": _of_stock("reserve_t", "least stock"),
    "stock_cover": _of_stock("cover_days", "safety stock"),
    "short": _shortage,
    "limit_at_most": _of_limit,
    "limit_at_least": _of_limit,
    "limit_equal": _of_limit,
}

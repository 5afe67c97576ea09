"""What is proven of a plan, in words: the one place for command line, JSON, report and pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from planner.results.scale import MoneyScale, scale_for
from planner.results.words import musd, musd_apart, percent
from planner.status import LEAST_GAP, Status, beyond_cost

CENT_MUSD = 1e-8


class Found(Protocol):
    """What a plan and the record of a run know of its proof; all money is M$ and speaks of the objective."""

    @property
    def status(self) -> str: ...
    @property
    def cost_musd(self) -> float | None: ...
    @property
    def objective_musd(self) -> float: ...
    @property
    def bound_musd(self) -> float | None: ...
    @property
    def gap(self) -> float | None: ...
    @property
    def gap_asked(self) -> float | None: ...
    @property
    def checked_musd(self) -> float | None: ...
    @property
    def tolerance_musd(self) -> float | None: ...
    @property
    def off(self) -> float | None: ...


@dataclass(frozen=True)
class Verdict:
    """How good the plan is proven to be: a few words, whether that is what was asked for, and two sentences.

    `checked` says how much of the bound is checked without the solver; it is empty where nothing is proven.
    """

    words: str
    proven: bool
    sentence: str
    checked: str


def proven(found: Found, money: MoneyScale | None = None) -> Verdict:
    """What the status, the bound and the gap prove, in a buyer's words. All three speak of the objective.

    Without a unit of money it is that of a plan that costs so much.
    """
    money = scale_for((found.cost_musd, found.objective_musd)) if money is None else money
    least = found.objective_musd if found.bound_musd is None else found.bound_musd
    own, floor = musd_apart(found.objective_musd, least, money)
    if is_priced(found):
        lower, better, best, this = "have an objective below", "better", f"has one of {own}", f"this one has {own}"
    else:
        lower, better, best, this = "be cheaper than", "cheaper", f"costs {own}", f"this one costs {own}"
    if found.bound_musd is None or found.gap is None:
        sentence = f"Nothing is proven: the search ended early. The best plan found {best}; {better} ones may exist."
        return Verdict("Best plan found, nothing proven", False, sentence, "")
    bound, gap = f"no plan can {lower} {floor}", percent(found.gap)
    checked = _checked(found, found.bound_musd, money)
    if found.status == Status.OPTIMAL:
        word = "best" if better == "better" else "cheapest"
        return Verdict("Proven best plan", True, f"Proven {word}: {bound}, and {this}.", checked)
    room = max(0.0, found.objective_musd - found.bound_musd)
    save = f"at most {musd(room, money)} ({gap}) could still be saved"
    if found.status == Status.WITHIN_GAP:
        sentence = f"Proven to within {gap}: {bound}; {this}, so {save}."
        return Verdict(f"Proven within {gap} of the best", True, sentence, checked)
    sentence = f"Stopped before the aim was reached: {bound}; the best plan found {best}, so {save} by a longer run."
    return Verdict(f"Best plan when the search was stopped: within {gap} of the best", False, sentence, checked)


def is_priced(found: Found) -> bool:
    """Whether the objective holds more than the cost; a record of before knows no cost apart."""
    return found.cost_musd is not None and beyond_cost(found.cost_musd, found.objective_musd)


def _checked(found: Found, bound: float, money: MoneyScale) -> str:
    """What of the bound is worked out without the solver, and what its tolerance may be worth in the rest."""
    if found.checked_musd is None:
        return f"Nothing of this bound is checked without the solver{_worth(found, money)}."
    rest = bound - found.checked_musd
    if rest <= LEAST_GAP * abs(bound):
        return "All of this bound is checked without the solver."
    proves, part = musd(bound, money), musd(found.checked_musd, money)
    part = f"all but {_amount(rest, money)}" if part == proves else part
    return f"The search proves {proves}; of this {part} is checked without the solver{_worth(found, money)}."


def _worth(found: Found, money: MoneyScale) -> str:
    known = found.tolerance_musd
    return "" if known is None else f", whose tolerance may be worth {_amount(known, money)}"


def _amount(value: float, money: MoneyScale) -> str:
    return "less than a cent" if value < CENT_MUSD else musd(value, money)


def proof_lines(found: Found, unit: MoneyScale | None = None) -> list[tuple[str, str]]:
    """The lines of a run record that say what is proven, each with all its digits, in this unit of money.

    Without one it is that of a plan that costs so much.
    """
    told = scale_for((found.cost_musd, found.objective_musd)) if unit is None else unit

    def money(value: float | None) -> str:
        return "not known" if value is None else f"{told.of(value):,.{2 if told.small else 6}f} {told.unit}"

    def share(value: float | None) -> str:
        return "not known" if value is None else f"{value:.6%}"

    room = None if found.bound_musd is None else max(0.0, found.objective_musd - found.bound_musd)
    tolerance, off = found.tolerance_musd, found.off
    worth = "not known" if tolerance is None else f"{told.of(tolerance):.2g} {told.unit}"
    return [
        ("Status", str(found.status)),
        ("Cost of the plan", money(found.objective_musd if found.cost_musd is None else found.cost_musd)),
        ("Objective of the plan", money(found.objective_musd)),
        ("No plan has an objective below", money(found.bound_musd)),
        ("Of this, checked without the solver", money(found.checked_musd)),
        ("The solver's tolerances may be worth", worth),
        ("No row is missed by more than", "not known" if off is None else f"{off:.2g} (t/yr, t or M$)"),
        ("Could still be saved at most", money(room)),
        ("Gap reached", share(found.gap)),
        ("Gap asked for", share(found.gap_asked)),
    ]

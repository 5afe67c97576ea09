"""What is proven is said in the same words everywhere, and what of it rests on the solver's word alone."""

from dataclasses import dataclass, replace

import pytest

from planner.results.proven import proof_lines, proven
from planner.results.scale import MoneyScale


@dataclass(frozen=True)
class Found:
    """A plan of 200 M$, or the record of a run that found it."""

    status: str = "within gap"
    cost_musd: float | None = 200.0
    objective_musd: float = 200.0
    bound_musd: float | None = 198.0
    gap: float | None = 0.01
    gap_asked: float | None = 0.02
    checked_musd: float | None = 190.0
    tolerance_musd: float | None = 0.003
    off: float | None = 4e-12


@pytest.mark.parametrize(
    ("changed", "checked"),
    [
        (
            {},
            "The search proves 198 M$; of this 190 M$ is checked without the solver, whose tolerance may be worth "
            "3,000 $.",
        ),
        ({"checked_musd": 198.0}, "All of this bound is checked without the solver."),
        ({"checked_musd": 198.0 - 1e-8}, "All of this bound is checked without the solver."),
        (
            {"checked_musd": 197.999, "tolerance_musd": 1e-9},
            "The search proves 198 M$; of this all but 1,000 $ is checked without the solver, whose tolerance may be "
            "worth less than a cent.",
        ),
        (
            {"checked_musd": None},
            "Nothing of this bound is checked without the solver, whose tolerance may be worth 3,000 $.",
        ),
        (
            {"checked_musd": 190.0, "tolerance_musd": None},
            "The search proves 198 M$; of this 190 M$ is checked without the solver.",
        ),
        ({"bound_musd": None, "gap": None}, ""),
    ],
)
def test_what_is_checked_is_told_from_what_the_search_says(changed, checked):
    """8 of the 198 M$ rest on the solver's word; 1e-8 M$ of them are a cent, which is the rounding of the sum."""
    assert proven(replace(Found(), **changed)).checked == checked


@pytest.mark.parametrize(
    ("changed", "words", "sure"),
    [
        ({"status": "optimal", "bound_musd": 200.0, "gap": 0.0}, "Proven best plan", True),
        ({}, "Proven within 1.0 % of the best", True),
        ({"status": "stopped with a plan"}, "Best plan when the search was stopped: within 1.0 % of the best", False),
        ({"status": "stopped with a plan", "bound_musd": None}, "Best plan found, nothing proven", False),
        # no bound is no proof, whatever a status says
        ({"status": "optimal", "bound_musd": None, "gap": None}, "Best plan found, nothing proven", False),
    ],
)
def test_proven_not_proven_and_stopped_have_one_meaning(changed, words, sure):
    found = proven(replace(Found(), **changed))
    assert (found.words, found.proven) == (words, sure)


def test_where_risk_has_a_price_the_objective_is_what_is_proven():
    found = proven(replace(Found(), cost_musd=150.0), MoneyScale("EUR"))
    assert "no plan can have an objective below 198 M EUR; this one has 200 M EUR" in found.sentence


def test_the_record_has_every_figure_of_the_proof():
    """200 - 198 = 2 M$ could still be saved."""
    said = dict(proof_lines(Found()))
    assert said["Of this, checked without the solver"] == "190.000000 M$"
    assert said["The solver's tolerances may be worth"] == "0.003 M$"
    assert said["No row is missed by more than"] == "4e-12 (t/yr, t or M$)"
    assert said["Could still be saved at most"] == "2.000000 M$"
    assert (said["Gap reached"], said["Gap asked for"]) == ("1.000000%", "2.000000%")


def test_the_record_of_a_small_plan_is_in_dollars_and_cents():
    """Of 0.0062 M$ 0.0001 M$ could still be saved."""
    found = replace(Found(), cost_musd=0.0062, objective_musd=0.0062, bound_musd=0.0061, checked_musd=0.0061)
    said = dict(proof_lines(found))
    assert (said["Cost of the plan"], said["Could still be saved at most"]) == ("6,200.00 $", "100.00 $")
    assert "at most 100 $" in proven(found).sentence


@pytest.mark.parametrize(
    ("bound", "both"),
    [
        (199.988, "no plan can be cheaper than 199.99 M$; this one costs 200.00 M$"),
        (199.6, "no plan can be cheaper than 199.6 M$; this one costs 200.0 M$"),
        (200.0 - 1e-9, "no plan can be cheaper than 200 M$; this one costs 200 M$"),
    ],
)
def test_a_cost_and_its_bound_are_told_apart(bound, both):
    """Whole millions would both be 200; a thousandth of a dollar is nothing that anybody signs for."""
    found = proven(replace(Found(), bound_musd=bound, gap=(200.0 - bound) / 200.0))
    assert both in found.sentence

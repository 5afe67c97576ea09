"""The program and the auditor agree on small cases drawn by lot that have everything: see audit_random_more."""

import pytest
from audit_random import random_case
from audit_random_more import add_everything

from planner.audit import audit
from planner.planning.solve import solve_case

QUICK, ALL = (9, 57), range(80)  # half-open price bands, sales beside purchases of a class


@pytest.mark.parametrize(
    "seed", [*QUICK, *(pytest.param(seed, marks=pytest.mark.slow) for seed in ALL if seed not in QUICK)]
)
def test_the_books_of_a_case_with_everything_close(seed):
    """Every case has a plan, and every sum of it can be told from the case's rows alone."""
    case = random_case(seed, add_everything)
    assert audit(case, solve_case(case)) == ()

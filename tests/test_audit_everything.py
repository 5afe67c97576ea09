"""The program and the auditor agree on small cases drawn by lot that have everything: see audit_random_more."""

import pytest
from audit_random import random_case
from audit_random_more import add_everything
from seeds import drawn_by

from planner.audit import audit
from planner.planning.solve import solve_case

QUICK = (9,)  # half-open price bands
SLOW = (*range(40), 57)  # 57: sales beside purchases of a class, which `test_balance` has by hand


@pytest.mark.parametrize("seed", drawn_by(QUICK, slow=SLOW, more=(n for n in range(40, 80) if n not in SLOW)))
def test_the_books_of_a_case_with_everything_close(seed):
    """Every case has a plan, and every sum of it can be told from the case's rows alone."""
    case = random_case(seed, add_everything)
    assert audit(case, solve_case(case)) == ()

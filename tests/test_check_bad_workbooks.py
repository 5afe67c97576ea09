"""Every bad workbook yields exactly its one problem, at its cell, with what to do."""

from __future__ import annotations

import time

import pytest
from bad_workbooks import EVERY, complaint

from planner.case import check_case


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: bad.name.encode("ascii", "replace").decode())
def test_a_bad_workbook_yields_its_problem_and_no_other_error(bad, tmp_path):
    path = bad.make(tmp_path)
    start = time.process_time()
    checked = check_case(path)
    assert not complaint(bad, checked)
    assert time.process_time() - start < 5

"""The fault table names tests that are there: one that was renamed would leave its row without any."""

import re

import pytest
from table import TESTS, WAYS


@pytest.mark.parametrize("what", WAYS)
def test_each_row_of_the_fault_table_has_its_tests(what):
    file, parts = WAYS[what]
    tests = re.findall(r"^def (test_\w+)", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE)
    for part in parts:
        assert any(part in name for name in tests), part


def test_there_are_sixteen_of_them():
    assert len(WAYS) == 16

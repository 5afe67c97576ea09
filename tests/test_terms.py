"""One table says what each cost term is; whoever else speaks of a term agrees with it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from models.costs import PAID_ONCE, TERMS
from planner.audit import costs as audited
from planner.plan import PLAN_TABLES
from planner.schema import SHEET


def payments() -> list[tuple[str, bool]]:
    """Each term that the auditor enters by name, and whether it is entered as paid once."""
    tree = ast.parse(Path(audited.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [
        (str(call.args[0].value), any(word.arg == "once" for word in call.keywords))
        for call in calls
        if call.func.attr == "pay" and isinstance(call.args[0], ast.Constant)
    ]


def test_the_auditor_finds_by_itself_which_terms_are_paid_once():
    """It shares no code with the program, so it says so again: qualification, signing, closure, joining."""
    assert {term for term, once in payments() if once} == set(PAID_ONCE)
    assert {term for term, _ in payments()} <= set(TERMS)


def test_terms_are_told_apart_by_what_people_call_them():
    """Two rows of a report under one name could not be told apart."""
    labels = [term.label.lower() for term in TERMS.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", TERMS)
def test_what_prices_a_term_is_on_its_sheet(name):
    """The row whose grade and price a line of the ledger has is found by a column of its sheet."""
    term = TERMS[name]
    if term.sheet:
        assert term.item in SHEET[term.sheet].by_name
    assert bool(term.price) == bool(term.once)
    if term.once:
        assert term.price in SHEET[term.sheet].by_name
        assert {term.item, "node"} <= set(PLAN_TABLES[term.once])

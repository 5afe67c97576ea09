"""The schema says what each measure is; program and auditor have each of them, and nothing that only one knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from planner.audit import measures as audited
from planner.schema import MEASURES, MeasureKind
from planner.translate.counts import COUNTING
from planner.translate.measures import Measures
from planner.translate.risk import OF_FUTURES


@pytest.mark.parametrize("name", [name for name, measure in MEASURES.items() if measure.kind is MeasureKind.SUM])
def test_what_is_a_sum_is_added_up_under_its_own_name(name):
    """A measure without its method would be refused only when somebody used it."""
    assert callable(getattr(Measures, name))


def test_counts_and_measures_over_all_futures_are_those_of_the_schema():
    """Three are counted, in the order in which `counts` looks at them, and four are over all futures."""
    assert tuple(name for name, measure in MEASURES.items() if measure.kind is MeasureKind.COUNT) == COUNTING
    assert len(COUNTING) == 3
    assert len(OF_FUTURES) == 4


def test_the_auditor_adds_up_every_measure_by_itself():
    """Those over all futures it has from the futures; what is given off it has by name."""
    text = Path(audited.__file__).read_text(encoding="utf-8")
    keys = {key.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Dict)
            for key in node.keys if isinstance(key, ast.Constant)}  # fmt: skip
    given_off = {audited.CO2, audited.WATER, audited.RESIDUE}
    assert {name for name, measure in MEASURES.items() if not measure.of_futures} <= keys | given_off

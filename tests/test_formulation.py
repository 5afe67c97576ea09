"""models/README.md says what the program is, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pyomo.environ as pyo
import pytest

from models.build import build
from models.symbols import DECISIONS
from planner.case import read_case
from planner.docs.formulation import formulation_page, rule_files, rules_in
from planner.translate import translate

HOME = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def program() -> pyo.ConcreteModel:
    return build(translate(read_case(HOME / "inputs" / "us_base_case")).data)


def test_the_page_is_fresh() -> None:
    """`make docs` writes it; whoever changes a rule runs it."""
    assert (HOME / "models" / "README.md").read_text(encoding="utf-8") == formulation_page()


def test_every_decision_of_the_program_has_its_symbol_and_unit(program: pyo.ConcreteModel) -> None:
    built = [component.name for component in program.component_objects(pyo.Var)]
    assert sorted(built) == sorted(symbol.name for symbol in DECISIONS)
    assert all(symbol.unit and symbol.meaning for symbol in DECISIONS)


def test_every_rule_and_cost_term_of_the_program_is_on_the_page_with_its_unit(program: pyo.ConcreteModel) -> None:
    rules = {name: text for path in rule_files() for name, text in rules_in(path).items()}
    for kind in (pyo.Constraint, pyo.Expression):
        for component in program.component_objects(kind):
            assert component.name in rules, component.name
            assert re.search(r"\[\S.*\]\$\$", rules[component.name]), f"{component.name} states no unit"

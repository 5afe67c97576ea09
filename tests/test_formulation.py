"""models/README.md says what the program is, no more and no less."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pyomo.environ as pyo
import pytest

from models.build import build
from models.symbols import DECISIONS, INDEX_LETTERS
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


@pytest.mark.slow
def test_every_decision_of_the_program_has_its_symbol_and_unit(program: pyo.ConcreteModel) -> None:
    built = [component.name for component in program.component_objects(pyo.Var)]
    assert sorted(built) == sorted(symbol.name for symbol in DECISIONS)
    assert all(symbol.unit and symbol.meaning for symbol in DECISIONS)


@pytest.mark.slow
def test_every_rule_and_cost_term_of_the_program_is_on_the_page_with_its_unit(program: pyo.ConcreteModel) -> None:
    rules = {name: text for path in rule_files() for name, text in rules_in(path).items()}
    for kind in (pyo.Constraint, pyo.Expression):
        for component in program.component_objects(kind):
            assert component.name in rules, component.name
            assert re.search(r"\[\S.*\]\$\$", rules[component.name]), f"{component.name} states no unit"


# An index letter means the same everywhere ----------------------------------------------------------------------------

LETTERS = [letter for row in INDEX_LETTERS for letter in row.split(", ")]
GREEK = {"\\ell": "l", "\\rho": "ρ", "\\iota": "ι"}
LOOSER = {"h": "g"}  # a looser class stands where a class does
INDEX = {symbol.name: {LOOSER.get(name, name).rstrip("'") for name in symbol.index.split()} for symbol in DECISIONS}


def letters_in(subscript: str) -> set[str]:
    """The letters of a subscript: `mk\\rho gn'` has m, k, ρ, g and n, and `v(o)n` has v, which o tells, and n."""
    found = re.findall(r"\\[a-z]+|[A-Za-z]'*", re.sub(r"\(.\)", "", subscript))
    letters = {GREEK.get(one, one).rstrip("'") for one in found}
    return {LOOSER.get(one, one) for one in letters}


def formulas() -> Iterator[tuple[str, str]]:
    """The name and the algebra of each rule."""
    for path in rule_files():
        for name, text in rules_in(path).items():
            yield from ((name, formula) for formula in re.findall(r"\$\$(.*?)\$\$", text, re.S))


def wrong_indices(formula: str) -> list[str]:
    """Decisions with an index that is not theirs, and letters that stand alone although they are indices."""
    names = re.findall(r"\\mathrm\{([a-z_\\]+)\}_(?:\{([^{}]*)\}|([A-Za-z]))", formula)
    wrong = [
        f"{name} by {letter}"
        for name, many, one in ((name.replace("\\", ""), many, one) for name, many, one in names)
        for letter in letters_in(many or one) - INDEX.get(name, letters_in(many or one))
    ]
    bare = re.sub(r"\\(?:mathrm|text)\{[^{}]*\}", "", formula)
    numbers = re.findall(r"(?<![A-Za-z\\_{])([a-z])_", bare)
    return wrong + [f"{letter} as a number" for letter in numbers if letter != "x"]


def test_a_letter_is_declared_once_with_one_meaning() -> None:
    """`j` was a price band and a partnership: a reader of `extra` had to guess which."""
    assert sorted({letter.rstrip("'") for letter in LETTERS}) == sorted(set(LETTERS) - {"n'", "n''"})
    assert len(LETTERS) == len(set(LETTERS))
    assert [meaning for meaning in INDEX_LETTERS.values() if ";" in meaning] == []
    assert len(set(INDEX_LETTERS.values())) == len(INDEX_LETTERS)
    for symbol in DECISIONS:
        assert set(symbol.index.split()) <= {*LETTERS, "price"}, symbol.name


@pytest.mark.parametrize(("name", "formula"), list(formulas()), ids=[name for name, _ in formulas()])
def test_a_decision_has_the_indices_that_were_declared(name: str, formula: str) -> None:
    """Some may be left out (a sum over all), none may be another's."""
    assert wrong_indices(formula) == [], name


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_code_names_indices_as_the_page_does(path: Path) -> None:
    """A parameter of one letter is an index, and `model.run[f, p, g, n]` has those of a run."""
    for rule in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(rule, ast.FunctionDef):
            given = {one.arg for one in rule.args.args if len(one.arg) == 1}
            assert given <= set(LETTERS), f"{rule.name} of {given - set(LETTERS)}"
        if isinstance(rule, ast.Subscript) and isinstance(rule.value, ast.Attribute) and rule.value.attr in INDEX:
            parts = rule.slice.elts if isinstance(rule.slice, ast.Tuple) else [rule.slice]
            used = {part.id for part in parts if isinstance(part, ast.Name) and len(part.id) == 1} - {"x"}
            assert used <= INDEX[rule.value.attr], f"{rule.value.attr} by {used - INDEX[rule.value.attr]}"


def test_a_wrong_index_is_seen() -> None:
    """A contract is lifted by contract, not by offer; and w is a way to build, not a rate."""
    assert wrong_indices(r"\mathrm{lift}_{odgn} \le 1") == ["lift by o"]
    assert wrong_indices(r"w_{oj} \, \mathrm{buy}_{otdgn}") == ["w as a number"]
    assert wrong_indices(r"\sum_{n'} \mathrm{qualify}_{v(o)n'} + \mathrm{use\_lane}_{\ell idn}") == []

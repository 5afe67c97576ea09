"""What is assumed of Pyomo's private parts, which no promise of theirs covers: hence the ceiling in pyproject.toml.

`models.algebra` makes decisions and sums without Pyomo's look-ups, and `planner.solver` reads them back the same way.
"""

import importlib.metadata
import tomllib
from pathlib import Path

import pyomo.environ as pyo
from pyomo.core.base.var import VarData
from pyomo.core.expr.numeric_expr import LinearExpression, MonomialTermExpression, ProductExpression

from models.algebra import Sum, decide, total


def test_the_installed_pyomo_is_one_that_was_looked_at():
    """The ceiling stands, and this is below it."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (pyomo,) = [line for line in project["dependencies"] if line.startswith("pyomo")]
    assert pyomo == "pyomo>=6.10,<6.11"
    assert importlib.metadata.version("pyomo").startswith("6.10.")


def test_a_decision_put_in_by_hand_is_what_pyomo_itself_would_make():
    """`_data` holds a variable's members by index; `_index` and `_domain` say whose they are; setub bounds them."""
    model, theirs = pyo.ConcreteModel(), pyo.ConcreteModel()
    ours = decide(model, "buy", [("a", 1), ("b", 2)], upper={("a", 1): 5.0})
    theirs.buy = pyo.Var([("a", 1), ("b", 2)], domain=pyo.NonNegativeReals)
    theirs.buy["a", 1].setub(5.0)
    assert list(ours._data) == list(theirs.buy._data)
    for index, made in ours.items():
        assert type(made) is VarData is type(theirs.buy[index])
        assert made.index() == index
        assert (made.lb, made.ub, made.domain) == (theirs.buy[index].lb, theirs.buy[index].ub, theirs.buy[index].domain)
        assert (made.name, made.parent_component()) == (f"buy[{','.join(map(str, index))}]", ours)


def test_an_expression_keeps_its_arguments_where_they_are_read():
    """`_args_` of a term is (number, decision); of our own sum it is made when Pyomo asks; `_nargs` counts it."""
    model = pyo.ConcreteModel()
    buy = decide(model, "buy", ["a", "b"])
    assert MonomialTermExpression((2.0, buy["a"]))._args_ == (2.0, buy["a"])
    assert ProductExpression((2.0, buy["a"]))._args_ == (2.0, buy["a"])
    some = total([(2.0, buy["a"]), (3.0, buy["b"])], plus=1.0)
    assert some.__class__ is Sum
    assert issubclass(Sum, LinearExpression)
    assert (some.nargs(), len(some.args)) == (3, 3)
    buy["a"].value, buy["b"].value = 10.0, 100.0
    assert pyo.value(some) == 2 * 10 + 3 * 100 + 1


def test_a_row_keeps_the_very_sum_that_its_rule_returned():
    """The hand-over reads the two lists of `Sum` from `body`; a Pyomo that opened it would take ten times the room."""
    model = pyo.ConcreteModel()
    buy = decide(model, "buy", ["a"])
    some = total([(1.0, buy["a"])])
    model.row = pyo.Constraint(expr=some <= 4.0)
    assert model.row.body is some
    assert (model.row.lower, model.row.upper) == (None, 4.0)

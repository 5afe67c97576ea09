"""The three words in which every rule is written: decide, constrain, total."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression, MonomialTermExpression

Pairs = Iterable[tuple[float, Any]]


def total(*pairs: Pairs, plus: float = 0.0) -> LinearExpression:
    """One linear expression from (coefficient, decision) pairs, plus a constant.

    An empty one is simply the constant. Handing Pyomo finished terms builds several times faster than a Python sum of
    products.
    """
    terms: list[Any] = []
    for some in pairs:
        terms.extend(map(MonomialTermExpression, some))
    if plus:
        terms.append(plus)
    return LinearExpression(terms)


def decisions(model: pyo.ConcreteModel) -> dict[str, dict[Any, Any]]:
    """The decisions made so far, by name and index: a plain dictionary is several times faster than asking Pyomo."""
    if not hasattr(model, "decided"):
        model.decided = {}
    known: dict[str, dict[Any, Any]] = model.decided
    return known


def named(model: pyo.ConcreteModel, parts: Iterable[tuple[float, str, Any]]) -> Iterator[tuple[float, Any]]:
    """(coefficient, decision) pairs from (coefficient, name of a decision, index)."""
    known = decisions(model)
    return ((coefficient, known[name][index]) for coefficient, name, index in parts)


def each(model: pyo.ConcreteModel, name: str, pairs: Iterable[tuple[float, Any]]) -> Iterator[tuple[float, Any]]:
    """(coefficient, decision) pairs from (coefficient, index of the decision `name`)."""
    known = decisions(model)[name]
    return ((coefficient, known[index]) for coefficient, index in pairs)


def decide(
    model: pyo.ConcreteModel,
    name: str,
    over: Collection[Any],
    upper: Mapping[Any, float] | None = None,
    lower: Mapping[Any, float] | None = None,
    binary: bool = False,
    free: bool = False,
) -> pyo.Var:
    """Add a decision `name` for each index in `over`: zero or more (unless `free`) and at most `upper[index]`."""
    domain = pyo.Binary if binary else pyo.Reals if free else pyo.NonNegativeReals
    decision = pyo.Var(pyo.SetOf(over), domain=domain)
    model.add_component(name, decision)
    decisions(model)[name] = dict(zip(over, decision.values(), strict=True))
    for index, bound in (upper or {}).items():
        decision[index].setub(bound)
    for index, bound in (lower or {}).items():
        decision[index].setlb(bound)
    return decision


def constrain(model: pyo.ConcreteModel, data: Any, rule: Callable[..., Any], over: Collection[Any]) -> None:
    """Add the rows `rule(model, data, *index)` for each index in `over`, under the rule's own name.

    An index is a tuple, or one value for a rule of a single index. `over` is iterated, never searched. A rule returns
    `total(...) <= number`, `>=` or `==`; all its decisions stand on the left.
    """

    def row(model: pyo.ConcreteModel, *index: Any) -> Any:
        return rule(model, data, *index)

    model.add_component(rule.__name__, pyo.Constraint(pyo.SetOf(over), rule=row))


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Build with the collector off: nothing built here is garbage, and looking for it doubles the time.

    What was built is set aside (gc.freeze), so that later collections do not walk through it; whoever built it sets it
    free again (gc.unfreeze) when it is done with.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()

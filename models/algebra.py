"""The words in which every rule is written: decide, constrain, total, and each, every, named for what is added up."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyomo.core as pyo
from pyomo.core.base.var import VarData
from pyomo.core.expr.numeric_expr import LinearExpression, MonomialTermExpression

from models.groups import Coefficients, Parts, Places, Weighted

Pairs = Iterable[tuple[float, Any]]
# Pyomo has no types: a model, whose decisions are attributes by name, and what the function of a rule gives, a sum or a
# sum that is held against a bound.
Model: TypeAlias = Any
Rule: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Terms:
    """(coefficient, decision) pairs, kept as two columns beside each other."""

    coefficients: Coefficients
    decisions: list[Any]

    def __iter__(self) -> Iterator[tuple[float, Any]]:
        return zip(self.coefficients, self.decisions, strict=True)

    def times(self, factor: float) -> Terms:
        """The same terms, each so many times."""
        return Terms(_scaled(self.coefficients, factor), self.decisions)


class Sum(LinearExpression):
    """A linear expression that keeps its coefficients and its decisions in two columns.

    A tenth of the room of Pyomo's own, which has two objects for every term. Where Pyomo asks for these, as in writing
    an LP file, they are made.
    """

    __slots__ = ("constant", "linear_coefs", "linear_vars")

    def __init__(self, coefficients: Coefficients, decisions: list[Any], constant: float) -> None:
        self.linear_coefs, self.linear_vars, self.constant = coefficients, decisions, constant

    @property
    def _args_(self) -> list[Any]:
        terms: list[Any] = list(map(MonomialTermExpression, zip(self.linear_coefs, self.linear_vars, strict=True)))
        return [*terms, self.constant] if self.constant else terms

    @property
    def _nargs(self) -> int:
        return len(self.linear_vars) + bool(self.constant)

    def times(self, factor: float) -> Sum:
        """The same sum, so many times."""
        return Sum(_scaled(self.linear_coefs, factor), self.linear_vars, factor * self.constant)

    def create_node_with_local_data(self, args: Any, classtype: type | None = None) -> LinearExpression:
        """What Pyomo makes of this when it puts other terms in place of these."""
        return LinearExpression(args)

    def _trunc_append(self, other: Any) -> LinearExpression:
        return LinearExpression([*self._args_, other])

    def _trunc_extend(self, other: Any) -> LinearExpression:
        return LinearExpression([*self._args_, *other.args])


def _scaled(coefficients: Coefficients, factor: float) -> Coefficients:
    """Each so many times."""
    return array("d", [factor * coefficient for coefficient in coefficients])


def total(*pairs: Terms | Pairs, plus: float = 0.0) -> Sum:
    """One linear expression from (coefficient, decision) pairs, plus a constant.

    An empty one is simply the constant. It builds several times faster than a Python sum of products.
    """
    if len(pairs) == 1 and pairs[0].__class__ is Terms:
        return Sum(pairs[0].coefficients, pairs[0].decisions, plus)
    coefficients: list[float] = []
    decisions: list[Any] = []
    for some in pairs:
        if some.__class__ is not Terms:
            some = list(some)
            some = Terms([coefficient for coefficient, _ in some], [decision for _, decision in some])
        coefficients += some.coefficients
        decisions += some.decisions
    return Sum(coefficients, decisions, plus)


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of one name, by index and in order: plain collections are several times faster than asking Pyomo."""

    over: Collection[Any]
    by_index: Mapping[Any, Any]
    in_order: list[Any]

    def at(self, indices: Collection[Any]) -> list[Any]:
        """The decisions at these indices."""
        if indices.__class__ is Places and indices.all is self.over:
            return list(map(self.in_order.__getitem__, indices.places))
        return list(map(self.by_index.__getitem__, indices))


def decisions(model: pyo.ConcreteModel) -> dict[str, Decided]:
    """The decisions made so far, by name."""
    try:
        known: dict[str, Decided] = model.decided
    except AttributeError:
        known = model.decided = {}
    return known


def named(model: pyo.ConcreteModel, parts: Iterable[tuple[float, str, Any]]) -> Terms:
    """The terms of (coefficient, name of a decision, index)."""
    coefficients: list[float] = []
    decided: list[Any] = []
    for name, pairs in Parts.of(parts).by_name:
        some = each(model, name, pairs)
        coefficients.extend(some.coefficients)
        decided.extend(some.decisions)
    return Terms(coefficients, decided)


def each(model: pyo.ConcreteModel, name: str, pairs: Iterable[tuple[float, Any]], times: float = 1.0) -> Terms:
    """The terms of (coefficient, index of the decision `name`), each so many times."""
    columns = Weighted.of(pairs)
    if not columns.indices:
        return Terms([], [])
    terms = Terms(columns.coefficients, decisions(model)[name].at(columns.indices))
    return terms if times == 1.0 else terms.times(times)


def every(model: pyo.ConcreteModel, name: str, indices: Collection[Any], times: float = 1.0) -> Terms:
    """The terms of all these indices of the decision `name`, with one coefficient."""
    if not indices:
        return Terms([], [])
    return Terms([times] * len(indices), decisions(model)[name].at(indices))


def decide(
    model: pyo.ConcreteModel,
    name: str,
    over: Collection[Any],
    upper: Mapping[Any, float] | None = None,
    lower: Mapping[Any, float] | None = None,
    binary: bool = False,
    whole: bool = False,
    free: bool = False,
) -> pyo.Var:
    """Add a decision `name` for each index in `over`: zero or more (unless `free`) and at most `upper[index]`."""
    amounts = pyo.Reals if free else pyo.NonNegativeReals
    domain = pyo.Binary if binary else pyo.NonNegativeIntegers if whole else amounts
    decision = pyo.Var(pyo.SetOf(over), domain=domain, dense=False)
    model.add_component(name, decision)
    # Pyomo would look each index up in its set and its dictionary; these are known to be new and in order.
    made = decision._data
    for index in over:
        made[index] = one = VarData(decision)
        one._index, one._domain = index, domain
    if len(made) != len(over):
        raise ValueError(f"{name} has an index twice")
    decisions(model)[name] = Decided(over, made, list(made.values()))
    for index, bound in (upper or {}).items():
        made[index].setub(bound)
    for index, bound in (lower or {}).items():
        made[index].setlb(bound)
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

"""Linear expressions of Pyomo as arrays: the constants and terms of many bodies at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.common.numeric_types import native_numeric_types
from pyomo.core.base.expression import NamedExpressionData
from pyomo.core.base.var import VarData
from pyomo.core.expr.numeric_expr import LinearExpression, MonomialTermExpression, ProductExpression, SumExpression
from pyomo.repn import generate_standard_repn


@dataclass(frozen=True)
class Terms:
    """The terms of several bodies in a row: body b has `lengths[b]` of them, and the constant `constants[b]`."""

    constants: npt.NDArray[np.float64]
    lengths: npt.NDArray[np.int64]
    coefficients: npt.NDArray[np.float64]
    columns: npt.NDArray[np.int32]


ColumnsOf = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int32] | None]


def terms_of(bodies: Sequence[Any], columns_of: ColumnsOf, name: str) -> Terms:
    """Read bodies made by `total` quickly and any other linear one correctly; `name` is for complaints.

    A term of `total` may also be a named expression: it stands for all that it names. `columns_of` gives the columns of
    decisions from their identities, `id(decision)`, or None where one of them is no decision of the program.
    """
    # `_args_` is what Pyomo's own writers read: the public `args` copies each list.
    quick = all(body.__class__ is LinearExpression for body in bodies)
    found = _read([body._args_ for body in bodies], columns_of) if quick else None
    if found is None:
        found = _read([_opened(body) for body in bodies], columns_of)
    if found is None:
        raise ValueError(f"{name} uses a decision that is not one of the program's active decisions")
    if not (np.isfinite(found.coefficients).all() and np.isfinite(found.constants).all()):
        raise ValueError(f"{name} has a coefficient that is not a finite number")
    return found


def _read(arguments: list[Any], columns_of: ColumnsOf) -> Terms | None:
    """Arrays from lists of numbers and terms; None where something else stands among them."""
    constants = np.zeros(len(arguments))
    terms = list(chain.from_iterable(arguments))
    kinds = set(map(type, terms))
    if kinds - {MonomialTermExpression} - native_numeric_types:
        return None
    if kinds - {MonomialTermExpression}:
        for position, some in enumerate(arguments):
            constants[position] = sum(a for a in some if a.__class__ is not MonomialTermExpression)
        arguments = [[a for a in some if a.__class__ is MonomialTermExpression] for some in arguments]
        terms = list(chain.from_iterable(arguments))
    identities = np.fromiter([id(t._args_[1]) for t in terms], dtype=np.int64, count=len(terms))
    columns = columns_of(identities)
    if columns is None:
        return None
    lengths = np.fromiter(map(len, arguments), dtype=np.int64, count=len(arguments))
    coefficients = np.fromiter([t._args_[0] for t in terms], dtype=np.float64, count=len(terms))
    return Terms(constants, lengths, coefficients, columns)


def _all_plain(arguments: Sequence[Any]) -> bool:
    """Only coefficient × decision."""
    if {a.__class__ for a in arguments} - {MonomialTermExpression}:
        return False
    return all(issubclass(kind, VarData) for kind in {a._args_[1].__class__ for a in arguments})


def _opened(body: Any) -> list[Any]:
    """The numbers and the terms coefficient × decision that a body is the sum of."""
    found: list[Any] = []
    _open(body, 1.0, found)
    return found


def _open(body: Any, times: float, found: list[Any]) -> None:
    """Add to `found` the numbers and terms that `times` this body is the sum of."""
    kind = body.__class__
    if kind in native_numeric_types:
        found.append(times * body)
    elif isinstance(body, VarData):
        found.append(MonomialTermExpression((times, body)))
    elif isinstance(body, NamedExpressionData):
        _open(body.expr, times, found)
    elif kind is MonomialTermExpression and isinstance(body._args_[1], VarData):
        found.append(body if times == 1.0 else MonomialTermExpression((times * body._args_[0], body._args_[1])))
    elif kind in {MonomialTermExpression, ProductExpression} and body._args_[0].__class__ in native_numeric_types:
        _open(body._args_[1], times * body._args_[0], found)
    elif kind in {LinearExpression, SumExpression}:
        if times == 1.0 and _all_plain(body.args):
            found.extend(body.args)
        else:
            for argument in body.args:
                _open(argument, times, found)
    else:
        _open_by_pyomo(body, times, found)


def _open_by_pyomo(body: Any, times: float, found: list[Any]) -> None:
    form = generate_standard_repn(body, compute_values=True, quadratic=False)
    if not form.is_linear():
        raise ValueError(f"the expression {str(body)[:200]} is not linear")
    found.append(times * form.constant)
    for coefficient, decision in zip(form.linear_coefs, form.linear_vars, strict=True):
        found.append(MonomialTermExpression((times * coefficient, decision)))

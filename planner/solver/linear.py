"""Linear expressions of Pyomo as arrays: the constants and terms of many bodies at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import fsum
from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.common.numeric_types import native_numeric_types
from pyomo.core.base.expression import NamedExpressionData
from pyomo.core.base.var import VarData
from pyomo.core.expr.numeric_expr import LinearExpression, MonomialTermExpression, ProductExpression, SumExpression
from pyomo.repn import generate_standard_repn

from models.algebra import Sum
from models.groups import Floats


@dataclass(frozen=True)
class TermArrays:
    """The terms of several bodies in a row: body b has `lengths[b]` of them, and the constant `constants[b]`."""

    constants: Floats
    lengths: npt.NDArray[np.int64]
    coefficients: Floats
    columns: npt.NDArray[np.int32]


ColumnsOf = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int32] | None]


def terms_of(bodies: Sequence[Any], columns_of: ColumnsOf, name: str) -> TermArrays:
    """Read bodies made by `total` quickly and any other linear one correctly; `name` is for complaints.

    A term of `total` may also be a named expression: it stands for all that it names. `columns_of` gives the columns of
    decisions from their identities, `id(decision)`, or None where one of them is no decision of the program.
    """
    found = _read(bodies, columns_of) if all(body.__class__ is Sum for body in bodies) else None
    if found is None and len(bodies) == 1:
        found = _read_named(bodies[0], columns_of)
    if found is None:
        found = _read([_opened(body) for body in bodies], columns_of)
    if found is None:
        raise ValueError(f"{name} uses a decision that is not one of the program's active decisions")
    if not (np.isfinite(found.coefficients).all() and np.isfinite(found.constants).all()):
        raise ValueError(f"{name} has a coefficient that is not a finite number")
    return found


def _read(sums: Sequence[Sum], columns_of: ColumnsOf) -> TermArrays | None:
    """Arrays from the lists that sums keep; None where something else than a decision of the program is added up."""
    lengths = np.fromiter([len(some.linear_vars) for some in sums], dtype=np.int64, count=len(sums))
    count = int(lengths.sum())
    identities = map(id, chain.from_iterable([some.linear_vars for some in sums]))
    columns = columns_of(np.fromiter(identities, dtype=np.int64, count=count))
    if columns is None:
        return None
    coefficients = chain.from_iterable([some.linear_coefs for some in sums])
    constants = np.fromiter([some.constant for some in sums], dtype=np.float64, count=len(sums))
    return TermArrays(constants, lengths, np.fromiter(coefficients, dtype=np.float64, count=count), columns)


def _read_named(body: Any, columns_of: ColumnsOf) -> TermArrays | None:
    """Arrays of a sum of named expressions, as the costs in an objective are, without opening each; None for others."""
    parts = body.linear_vars if body.__class__ is Sum else []
    if not all(isinstance(part, NamedExpressionData) and part.expr.__class__ is Sum for part in parts):
        return None
    found = _read([part.expr for part in parts], columns_of) if parts else None
    if found is None:
        return None
    factor = np.array(body.linear_coefs, dtype=np.float64)
    constant = fsum(factor * found.constants)  # exact: a term more, or in another place, that is nothing moves no bit
    return TermArrays(
        constants=np.array([body.constant + constant]),
        lengths=np.array([found.lengths.sum()]),
        coefficients=found.coefficients * np.repeat(factor, found.lengths),
        columns=found.columns,
    )


def _opened(body: Any) -> Sum:
    """The sum of coefficient × decision, and a number, that any linear body comes to."""
    found = Sum([], [], 0.0)
    _open(body, 1.0, found)
    return found


def _open(body: Any, factor: float, found: Sum) -> None:
    """Add to `found` the numbers and terms that `factor` this body is the sum of."""
    kind = body.__class__
    if kind in native_numeric_types:
        found.constant += factor * body
    elif isinstance(body, VarData):
        found.linear_coefs.append(factor)
        found.linear_vars.append(body)
    elif isinstance(body, NamedExpressionData):
        _open(body.expr, factor, found)
    elif kind in {MonomialTermExpression, ProductExpression} and body._args_[0].__class__ in native_numeric_types:
        _open(body._args_[1], factor * body._args_[0], found)
    elif kind is Sum:
        _open_sum(body, factor, found)
    elif kind in {LinearExpression, SumExpression}:
        for argument in body.args:
            _open(argument, factor, found)
    else:
        _open_by_pyomo(body, factor, found)


def _open_sum(body: Sum, factor: float, found: Sum) -> None:
    found.constant += factor * body.constant
    if all(issubclass(kind, VarData) for kind in set(map(type, body.linear_vars))):
        found.linear_coefs.extend([factor * coefficient for coefficient in body.linear_coefs])
        found.linear_vars.extend(body.linear_vars)
    else:
        for coefficient, part in zip(body.linear_coefs, body.linear_vars, strict=True):
            _open(part, factor * coefficient, found)


def _open_by_pyomo(body: Any, factor: float, found: Sum) -> None:
    form = generate_standard_repn(body, compute_values=True, quadratic=False)
    if not form.is_linear():
        raise ValueError(f"the expression {str(body)[:200]} is not linear")
    found.constant += factor * form.constant
    found.linear_coefs.extend([factor * coefficient for coefficient in form.linear_coefs])
    found.linear_vars.extend(form.linear_vars)

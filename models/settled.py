"""What the case decides beforehand: things that every plan does, and things that none does."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, named, total
from models.data import Data


def add_settled(model: Model, data: Data) -> None:
    """Add what is forced and forbidden; all that it speaks of must have been added before."""
    settled = data.settled
    constrain(model, data, forced_to_begin, over=settled.BEGUN)
    constrain(model, data, forced_to_use, over=settled.USED)
    constrain(model, data, forbidden_to_begin, over=settled.NEVER_BEGUN)
    constrain(model, data, forbidden_to_use, over=settled.NEVER_USED)


def forced_to_begin(model: Model, data: Data, settled: str, e: str) -> Rule:
    r"""A contract, partnership or project that the case forces is begun in every future.

    $$\sum_{x \in \mathrm{begins}(\delta),\, n \in \mathrm{path}(e)} x_n \ge 1 \qquad \forall (\delta, e) \text{ forced} \qquad [-]$$
    """
    return total(named(model, data.settled.BEGINS[settled, e])) >= 1.0


def forced_to_use(model: Model, data: Data, settled: str, e: str) -> Rule:
    r"""Of a supplier, offer, country or lane that the case forces at least a ton is taken over the years of every future.

    $$\sum_{x \in \mathrm{uses}(\delta),\, n \in \mathrm{path}(e)} \mathrm{years}_n \, x_n \ge \mathrm{least} \qquad \forall (\delta, e) \text{ forced} \qquad [\text{t}]$$
    """
    return total(named(model, data.settled.USES[settled, e])) >= data.settled.least_t


def forbidden_to_begin(model: Model, data: Data, settled: str, n: str) -> Rule:
    r"""What the case forbids is never begun: not qualified, signed, entered or built.

    $$\sum_{x \in \mathrm{begins}(\delta)} x_n \le 0 \qquad \forall (\delta, n) \text{ forbidden} \qquad [-]$$
    """
    return total(named(model, data.settled.BEGINS_AT[settled, n])) <= 0.0


def forbidden_to_use(model: Model, data: Data, settled: str, n: str) -> Rule:
    r"""Of what the case forbids nothing is bought, delivered, made or carried.

    $$\sum_{x \in \mathrm{uses}(\delta)} x_n \le 0 \qquad \forall (\delta, n) \text{ forbidden} \qquad [\text{t/yr}]$$
    """
    return total(named(model, data.settled.USES_AT[settled, n])) <= 0.0

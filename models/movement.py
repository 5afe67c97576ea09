"""Moving goods: own output, stock, and what a lane can carry."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, every, named, total
from models.data import Data


def add_carried(model: Model, data: Data) -> None:
    """Add what lanes carry in each weight band; the rules of bands, which it keeps, come after it."""
    decide(model, "carried", data.movement.CARRIED)


def add_movement(model: Model, data: Data) -> None:
    """Add shipments, downgrades of own output and the capacity of lanes; purchases must have been added before."""
    decide(model, "ship", data.movement.SHIPMENTS)
    decide(model, "ship_stock", data.movement.STOCK_SHIPMENTS)
    decide(model, "downgrade", data.movement.DOWNGRADES)
    decide(model, "use_lane", data.movement.LANES_OPENED, binary=True)
    constrain(model, data, lane_maximum, over=data.movement.LANES_CAPPED)
    constrain(model, data, lane_opened, over=data.movement.LANES_OPENED)
    constrain(model, data, lane_minimum, over=data.movement.LANES_OPENED)
    constrain(model, data, lane_in_bands, over=data.movement.BANDED)
    decide(model, "topped", data.movement.LANES_CHARGED)
    constrain(model, data, lane_minimum_charge, over=data.movement.LANES_CHARGED)


def lane_maximum(model: Model, data: Data, row: int, i: str, d: str, n: str) -> Rule:
    r"""The flows that one row of the lanes sheet matches fit on the lane, for each pair of ends.

    $$\sum_{x \text{ on } \ell} x \le \mathrm{max}_{\ell} \qquad \forall (\ell, i, d, n) \qquad [\text{t/yr}]$$
    """
    key = (row, i, d, n)
    return total(named(model, data.movement.FLOWS_ON[key])) <= data.movement.max_t_per_year[key]


def lane_opened(model: Model, data: Data, row: int, i: str, d: str, n: str) -> Rule:
    r"""A lane with a minimum or a fixed cost carries nothing unless it is opened, and then no more than its maximum.

    $$\sum_{x \text{ on } \ell} x \le \mathrm{max}_{\ell} \, \mathrm{use\_lane}_{\ell idn} \qquad \forall (\ell, i, d, n) \text{ opened or not} \qquad [\text{t/yr}]$$
    """
    key = (row, i, d, n)
    most = [(-data.movement.max_t_per_year[key], model.use_lane[key])]
    return total(named(model, data.movement.FLOWS_ON[key]), most) <= 0.0


def lane_minimum(model: Model, data: Data, row: int, i: str, d: str, n: str) -> Rule:
    r"""A lane that is opened carries at least its minimum.

    $$\sum_{x \text{ on } \ell} x \ge \mathrm{min}_{\ell} \, \mathrm{use\_lane}_{\ell idn} \qquad \forall (\ell, i, d, n) \text{ opened or not} \qquad [\text{t/yr}]$$
    """
    key = (row, i, d, n)
    least = [(-data.movement.min_t_per_year[key], model.use_lane[key])]
    return total(named(model, data.movement.FLOWS_ON[key]), least) >= 0.0


def lane_minimum_charge(model: Model, data: Data, row: int, i: str, d: str, n: str) -> Rule:
    r"""On a lane that is opened at least its minimum charge is paid: what freight falls short of it comes on top.

    $$\mathrm{topped}_{\ell idn} + \sum_{x \text{ on } \ell} \mathrm{freight}_x \, x \ge \mathrm{charge}_\ell \, \mathrm{use\_lane}_{\ell idn} \qquad \forall (\ell, i, d, n) \text{ with a minimum charge} \qquad [\text{M\$/yr}]$$
    """
    key = (row, i, d, n)
    least = [(1.0, model.topped[key]), (-data.movement.min_charge_musd_per_year[key], model.use_lane[key])]
    return total(named(model, data.movement.FREIGHT_ON[key]), least) >= 0.0


def lane_in_bands(model: Model, data: Data, row: int, i: str, d: str, n: str) -> Rule:
    r"""What a lane carries in a year between two places stands in its weight bands.

    $$\sum_t \mathrm{carried}_{\ell idtn} = \sum_{x \text{ on } \ell} x \qquad \forall (\ell, i, d, n) \text{ with bands} \qquad [\text{t/yr}]$$
    """
    key = (row, i, d, n)
    on_lane = named(model, data.movement.FLOWS_ON[key]).times(-1.0)
    return total(every(model, "carried", data.movement.CARRIED_ON[key]), on_lane) == 0.0

"""Moving goods: own output, stock, and what a lane can carry."""

from __future__ import annotations

from typing import Any

from models.algebra import constrain, decide, total
from models.data import Data


def add_movement(model: Any, data: Data) -> None:
    """Add shipments, downgrades of own output and the capacity of lanes; purchases must have been added before."""
    decide(model, "ship", data.movement.SHIPMENTS)
    decide(model, "ship_stock", data.movement.STOCK_SHIPMENTS)
    decide(model, "downgrade", data.movement.DOWNGRADES)
    constrain(model, data, lane_maximum, over=data.movement.LANES_CAPPED)


def lane_maximum(model: Any, data: Data, row: int, i: str, d: str, n: str) -> Any:
    r"""The flows that one row of the lanes sheet matches fit on the lane, for each pair of ends.

    $$\sum_{o,g} \mathrm{buy}_{odgn} + \sum_{k,g} (\mathrm{ship}_{ikgdn} + \mathrm{ship\_stock}_{ikgdn}) \le \mathrm{max}_{\ell} \qquad \forall (\ell, i, d, n) \qquad [\text{t/yr}]$$
    """
    key = (row, i, d, n)
    bought = [(1.0, model.buy[x]) for x in data.movement.PURCHASES_ON[key]]
    shipped = [(1.0, model.ship[x]) for x in data.movement.SHIPMENTS_ON[key]]
    drawn = [(1.0, model.ship_stock[x]) for x in data.movement.STOCK_SHIPMENTS_ON[key]]
    return total(bought, shipped, drawn) <= data.movement.max_t_per_year[key]

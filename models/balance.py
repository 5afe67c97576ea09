"""Every ton is somewhere: what is made leaves, and what is taken has come from somewhere."""

from __future__ import annotations

from models.algebra import Model, Rule, Terms, constrain, each, every, named, total
from models.data import Data


def add_balance(model: Model, data: Data) -> None:
    """Add the balances; every decision that moves a ton must have been added before."""
    constrain(model, data, output_leaves, over=data.balance.MADE)
    constrain(model, data, material_balance, over=data.balance.TAKEN)
    constrain(model, data, sales_are_own_make, over=data.balance.SOLD_BESIDE_PURCHASES)


def output_leaves(model: Model, data: Data, i: str, k: str, g: str, n: str) -> Rule:
    r"""All that is made or collected at a place is sent somewhere, were it only to the place itself.

    Output of a stricter origin class may be counted as a looser one before it leaves.

    $$\sum_{f,p} \rho^+_{pk} \, \mathrm{run}_{fpgn} + \sum_r \mathrm{collect}_{rikgn} + \sum_{g' \succ g} \mathrm{downgrade}_{ikg'gn} = \sum_d \mathrm{ship}_{ikgdn} + \sum_{h \prec g} \mathrm{downgrade}_{ikghn} \qquad \forall (i, k, g, n) \qquad [\text{t/yr}]$$
    """
    balance, key = data.balance, (i, k, g, n)
    made = each(model, "run", balance.OUTPUTS[key])
    collected = every(model, "collect", balance.COLLECTIONS_AT[key])
    joined = every(model, "downgrade", balance.OUTPUT_DOWNGRADED_TO[key])
    sent = every(model, "ship", balance.SHIPMENTS_FROM[key], times=-1.0)
    left = every(model, "downgrade", balance.OUTPUT_DOWNGRADED_FROM[key], times=-1.0)
    return total(made, collected, joined, sent, left) == 0.0


def material_balance(model: Model, data: Data, d: str, k: str, g: str, n: str) -> Rule:
    r"""What comes to a place in a year equals what is used, sold, thrown away or kept there.

    Opening stock enters after loss, spread over the period's years; closing stock leaves in the same way. Stock of a
    stricter origin class may be counted as a looser one.

    $$\mathrm{buy} + \mathrm{lift} + \mathrm{ship} + \mathrm{ship\_stock} + \mathrm{downgrade\_stock}^{in} + \tfrac{(1-\delta)^{\mathrm{years}_n}}{\mathrm{years}_n} \mathrm{stock}_{n'} = \rho^- \mathrm{run} + \mathrm{serve} + \mathrm{sell} + \mathrm{dispose} + \mathrm{ship\_stock}^{out} + \mathrm{downgrade\_stock}^{out} + \tfrac{1}{\mathrm{years}_n} \mathrm{stock}_{n} \qquad \forall (d, k, g, n) \qquad [\text{t/yr}]$$
    """
    key = (d, k, g, n)
    return total(*_arriving(model, data, key), *_kept(model, data, key), *_leaving(model, data, key)) == 0.0


def _arriving(model: Model, data: Data, key: tuple[str, str, str, str]) -> list[Terms]:
    balance = data.balance
    return [
        every(model, "buy", balance.PURCHASES_TO[key]),
        every(model, "lift", balance.LIFTS_TO[key]),
        every(model, "ship", balance.SHIPMENTS_TO[key]),
        every(model, "ship_stock", balance.STOCK_SHIPMENTS_TO[key]),
    ]


def _kept(model: Model, data: Data, key: tuple[str, str, str, str], times: float = 1.0) -> list[Terms]:
    """Stock that enters the year's balance: what was there when the period began, and what was counted as stricter."""
    balance = data.balance
    return [
        each(model, "stock", balance.OPENING[key], times),
        each(model, "open_stock", balance.INITIAL[key], times),
        every(model, "downgrade_stock", balance.STOCK_DOWNGRADED_TO[key], times),
    ]


def _leaving(model: Model, data: Data, key: tuple[str, str, str, str]) -> list[Terms]:
    balance = data.balance
    return [
        each(model, "run", balance.INPUTS[key], times=-1.0),
        each(model, "serve", balance.DELIVERIES_FROM[key], times=-1.0),
        every(model, "sell", balance.SALES_FROM[key], times=-1.0),
        every(model, "dispose", balance.DISPOSALS_FROM[key], times=-1.0),
        every(model, "ship_stock", balance.STOCK_SHIPMENTS_FROM[key], times=-1.0),
        every(model, "downgrade_stock", balance.STOCK_DOWNGRADED_FROM[key], times=-1.0),
        each(model, "stock", balance.CLOSING[key], times=-1.0),
    ]


def sales_are_own_make(model: Model, data: Data, d: str, k: str, n: str) -> Rule:
    r"""Purchases are not resold as they are: sales come out of own goods that arrive, of any class, and out of stock.

    Stock is sold where it is kept: what comes out of a stockpile elsewhere counts as a purchase does.

    $$\sum \mathrm{sell}_{dkn} \le \sum_g \Big( \mathrm{ship}_{kgn} + \tfrac{(1-\delta)^{\mathrm{years}_n}}{\mathrm{years}_n} \mathrm{stock}_{dkgn'} \Big) \qquad \forall (d, k, n) \text{ with sales, and purchases or stock from elsewhere} \qquad [\text{t/yr}]$$
    """
    sold = every(model, "sell", data.balance.SALES_FROM[d, k, "", n])
    return total(sold, named(model, data.balance.OWN_GOODS[d, k, n]).times(-1.0)) <= 0.0

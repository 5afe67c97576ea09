"""Keeping stock within its room and above its reserve."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, every, named, total
from models.data import Data


def add_stock(model: Model, data: Data) -> None:
    """Add stocks at the end of each period with their bounds; runs and deliveries must have been added before."""
    stock = data.stock
    decide(model, "stock", stock.STOCKS)
    decide(model, "open_stock", stock.OPENINGS)
    decide(model, "downgrade_stock", stock.DOWNGRADES)
    constrain(model, data, opening_stock, over=stock.STOCKED_BEFORE)
    constrain(model, data, stock_room, over=stock.ROOMS)
    constrain(model, data, stock_reserve, over=stock.KEPT)
    constrain(model, data, stock_cover, over=stock.COVERED)


def opening_stock(model: Model, data: Data, d: str, k: str, n: str) -> Rule:
    r"""The stock before the first period is counted in the classes that it passes.

    $$\sum_g \mathrm{open\_stock}_{dkgn} = \mathrm{initial}_{dk} \qquad \forall (d, k, n) \text{ stocked before} \qquad [\text{t}]$$
    """
    return total((1.0, model.open_stock[x]) for x in data.stock.OPENINGS_AT[d, k, n]) == data.stock.initial_t[d, k, n]


def stock_room(model: Model, data: Data, d: str, k: str, n: str) -> Rule:
    r"""A stockpile holds no more than there is room for.

    $$\sum_g \mathrm{stock}_{dkgn} \le \mathrm{max}_{dk} \qquad \forall (d, k, n) \text{ with a maximum} \qquad [\text{t}]$$
    """
    return total((1.0, model.stock[x]) for x in data.stock.STOCKS_AT[d, k, n]) <= data.stock.max_t[d, k]


def stock_reserve(model: Model, data: Data, d: str, k: str, n: str) -> Rule:
    r"""At the end of each period the reserve is there, and at the end of the horizon the stock to be left.

    $$\sum_g \mathrm{stock}_{dkgn} \ge \mathrm{least}_{dkn} \qquad \forall (d, k, n) \text{ with a reserve} \qquad [\text{t}]$$
    """
    return total((1.0, model.stock[x]) for x in data.stock.STOCKS_AT[d, k, n]) >= data.stock.least_t[d, k, n]


def stock_cover(model: Model, data: Data, d: str, k: str, n: str) -> Rule:
    r"""At the end of each period the stock covers so many days of what is used there.

    $$\sum_g \mathrm{stock}_{dkgn} \ge \tfrac{\mathrm{days}_{dk}}{365} \Big( \sum_{f \text{ at } d, p, g} \mathrm{input}_{pk} \, \mathrm{run}_{fpgn} + \sum_{m \text{ at } d, \rho, g} \rho \, \mathrm{serve}_{mk\rho gn} \Big) \qquad \forall (d, k, n) \text{ to be covered} \qquad [\text{t}]$$
    """
    stock = data.stock
    used = named(model, stock.USED[d, k, n]).times(-stock.cover_years[d, k])
    return total(every(model, "stock", stock.STOCKS_AT[d, k, n]), used) >= 0.0

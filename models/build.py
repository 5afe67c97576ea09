"""The program, as a table of contents."""

from __future__ import annotations

import pyomo.core as pyo

from models.algebra import Model, decisions, without_garbage_collection
from models.balance import add_balance
from models.border import add_border
from models.concentration import add_concentration
from models.contracts import add_contracts
from models.costs import add_costs
from models.counts import add_counts
from models.data import Data
from models.dealings import add_dealings
from models.demand import add_demand
from models.incentives import add_incentives
from models.incumbents import add_incumbents
from models.investment import add_investment
from models.limits import add_limits
from models.movement import add_carried, add_movement
from models.objective import add_objective
from models.packages import add_packages
from models.partnerships import add_openings, add_partnerships
from models.plants import add_plants
from models.rebates import add_rebates, add_spent
from models.returns import add_returns
from models.risk import add_futures, add_risk
from models.settled import add_settled
from models.stock import add_stock
from models.supply import add_purchases, add_supply
from models.surplus import add_surplus
from models.tiers import add_tiers


def build(data: Data, of_rows: Data | None = None) -> pyo.ConcreteModel:
    """Build the whole program from what is known; `of_rows` is the same data, for all but costs and objective."""
    model = pyo.ConcreteModel()
    with without_garbage_collection():
        add_rows(model, of_rows or data)
        add_costs(model, data)
        add_risk(model, data)
        add_objective(model, data)
    return model


def add_rows(model: Model, data: Data) -> None:
    """Add all decisions and rows, but those that hang on what a node costs."""
    add_partnerships(model, data)
    add_purchases(model, data)
    add_spent(model, data)
    add_carried(model, data)
    add_tiers(model, data)
    add_contracts(model, data)
    add_rebates(model, data)
    add_supply(model, data)
    add_incumbents(model, data)
    add_packages(model, data)
    add_dealings(model, data)
    add_movement(model, data)
    add_investment(model, data)
    add_plants(model, data)
    add_openings(model, data)
    add_border(model, data)
    add_incentives(model, data)
    add_demand(model, data)
    add_returns(model, data)
    add_stock(model, data)
    add_surplus(model, data)
    add_balance(model, data)
    add_settled(model, data)
    add_counts(model, data)
    add_futures(model, data)
    add_limits(model, data)
    add_concentration(model, data)


def costs_over(model: Model, data: Data) -> Model | None:
    """Costs and objective of this data over the decisions of a model; None where rows hang on what a node costs."""
    risk = data.risk
    if risk.weight or risk.NODES or risk.TAILS or risk.LOSSES:
        return None
    costs = pyo.ConcreteModel()
    costs.decided = decisions(model)
    with without_garbage_collection():
        add_costs(costs, data)
        add_objective(costs, data)
    return costs

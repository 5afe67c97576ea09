"""The dear futures: what each costs and loses, and the mean of the dearest."""

from __future__ import annotations

from typing import Any

from models.algebra import Model, Rule, constrain, decide, each, named, total
from models.costs import TERMS
from models.data import Data

WEIGHED = "cvar_cost_musd"  # the tail that the objective weighs


def add_futures(model: Model, data: Data) -> None:
    """Add what nodes cost and lose and where the tails of the futures begin, which limits may bound."""
    risk = data.risk
    decide(model, "node_cost", risk.NODES, free=True)
    decide(model, "node_loss", risk.LOSSES)
    decide(model, "eta", risk.TAILS, free=True)
    decide(model, "excess", risk.EXCESSES)


def add_risk(model: Model, data: Data) -> None:
    """Tie nodes and tails to the costs, which must have been added before."""
    risk = data.risk
    constrain(model, data, cost_of_node, over=risk.NODES)
    constrain(model, data, cost_in_tail, over=risk.COST_TAILS)
    constrain(model, data, dearest_future, over=risk.DEAREST)
    constrain(model, data, loss_of_node, over=risk.LOSSES)
    constrain(model, data, loss_in_tail, over=risk.LOSS_TAILS)


def cost_of_node(model: Model, data: Data, n: str) -> Rule:
    r"""The cost of a node is the sum of its terms.

    $$\mathrm{node\_cost}_n = \sum_{\mathrm{terms}} \mathrm{cost}_n \qquad \forall n \qquad [\text{M\$}]$$
    """
    terms = ((-1.0, model.component(term)[x]) for term in TERMS for x in data.risk.TERMS_AT[n, term])
    return total(terms, [(1.0, model.node_cost[n])]) == 0.0


def cost_in_tail(model: Model, data: Data, tail: str, e: str) -> Rule:
    r"""A future's excess is what it costs above the level where the tail begins.

    $$\mathrm{excess}_{Ee} \ge \sum_{n \in \mathrm{path}(e)} \mathrm{node\_cost}_n - \mathrm{eta}_E \qquad \forall e, E \text{ a tail of cost} \qquad [\text{M\$}]$$
    """
    cost = [(-1.0, model.node_cost[n]) for n in data.tree.PATH[e]]
    return total(cost, [(1.0, model.eta[tail]), (1.0, model.excess[tail, e])]) >= 0.0


def dearest_future(model: Model, data: Data, tail: str, e: str) -> Rule:
    r"""The dearest future alone: the tail at the highest level, and the worst case at any.

    $$\mathrm{eta}_E \ge \sum_{n \in \mathrm{path}(e)} \mathrm{node\_cost}_n \qquad \forall e, E \text{ the dearest cost} \qquad [\text{M\$}]$$
    """
    cost = [(-1.0, model.node_cost[n]) for n in data.tree.PATH[e]]
    return total(cost, [(1.0, model.eta[tail])]) >= 0.0


def loss_of_node(model: Model, data: Data, n: str) -> Rule:
    r"""What is lost at a node is what its unmet needs are worth in all of its years, undiscounted.

    $$\mathrm{node\_loss}_n = \mathrm{years}_n \sum_m \mathrm{loss}_m \, \mathrm{short}_{mn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    years = data.tree.years[n]
    lost = ((-years * musd, decision) for musd, decision in each(model, "short", data.risk.LOST[n]))
    return total(lost, [(1.0, model.node_loss[n])]) == 0.0


def loss_in_tail(model: Model, data: Data, tail: str, e: str) -> Rule:
    r"""A future's excess is what it loses above the level where the tail begins; at the highest level nothing is above.

    $$\mathrm{eta}_E + \mathrm{excess}_{Ee} \ge \sum_{n \in \mathrm{path}(e)} \mathrm{node\_loss}_n \qquad \forall e, E \text{ the tail of loss} \qquad [\text{M\$}]$$
    """
    loss = [(-1.0, model.node_loss[n]) for n in data.tree.PATH[e]]
    excess = [(1.0, model.excess[x]) for x in data.risk.EXCESS_OF[tail, e]]
    return total(loss, [(1.0, model.eta[tail])], excess) >= 0.0


def tail_cost(model: Model, data: Data) -> list[tuple[float, Any]]:
    r"""The mean cost of the dearest futures (CVaR, Rockafellar and Uryasev 2000), or the dearest one's.

    $$\mathrm{eta}_E + \frac{1}{1-\alpha} \sum_e \mathrm{prob}_e \, \mathrm{excess}_{Ee} \qquad [\text{M\$}]$$
    """
    return list(named(model, data.risk.MEASURED[WEIGHED]))

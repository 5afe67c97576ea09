"""The dear futures: what each costs, and the mean of the dearest."""

from __future__ import annotations

from typing import Any

from models.algebra import constrain, decide, total
from models.costs import TERMS
from models.data import Data


def add_risk(model: Any, data: Data) -> None:
    """Add the cost of each node and the tail of the futures' costs; costs must have been added before."""
    risk = data.risk
    decide(model, "node_cost", risk.NODES, free=True)
    decide(model, "eta", risk.TAIL, free=True)
    decide(model, "excess", risk.LEAVES)
    constrain(model, data, cost_of_node, over=risk.NODES)
    constrain(model, data, cost_in_tail, over=risk.LEAVES)
    constrain(model, data, dearest_future, over=risk.WORST)


def cost_of_node(model: Any, data: Data, n: str) -> Any:
    r"""The cost of a node is the sum of its terms.

    $$\mathrm{node\_cost}_n = \sum_{\mathrm{terms}} \mathrm{cost}_n \qquad \forall n \qquad [\text{M\$}]$$
    """
    terms = ((-1.0, model.component(term)[x]) for term in TERMS for x in data.risk.TERMS_AT[n, term])
    return total(terms, [(1.0, model.node_cost[n])]) == 0.0


def cost_in_tail(model: Any, data: Data, e: str) -> Any:
    r"""A future's excess is what it costs above the level where the tail begins.

    $$\mathrm{excess}_e \ge \sum_{n \in \mathrm{path}(e)} \mathrm{node\_cost}_n - \mathrm{eta} \qquad \forall e \qquad [\text{M\$}]$$
    """
    cost = [(-1.0, model.node_cost[n]) for n in data.tree.PATH[e]]
    return total(cost, [(1.0, model.eta["tail"]), (1.0, model.excess[e])]) >= 0.0


def dearest_future(model: Any, data: Data, e: str) -> Any:
    r"""At the highest level the tail is the dearest future alone.

    $$\mathrm{eta} \ge \sum_{n \in \mathrm{path}(e)} \mathrm{node\_cost}_n \qquad \forall e \qquad [\text{M\$}]$$
    """
    cost = [(-1.0, model.node_cost[n]) for n in data.tree.PATH[e]]
    return total(cost, [(1.0, model.eta["tail"])]) >= 0.0


def tail_cost(model: Any, data: Data) -> list[tuple[float, Any]]:
    r"""The mean cost of the dearest futures (CVaR, Rockafellar and Uryasev 2000), or the dearest one's.

    $$\mathrm{eta} + \frac{1}{1-\alpha} \sum_e \mathrm{prob}_e \, \mathrm{excess}_e \qquad [\text{M\$}]$$
    """
    risk = data.risk
    weights = [(data.tree.probability[e] / (1.0 - risk.level), model.excess[e]) for e in risk.LEAVES]
    return [*((1.0, model.eta[x]) for x in risk.TAIL), *weights]

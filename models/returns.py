"""Collecting what comes back: a share of what arises, from known streams and from earlier deliveries."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, total
from models.data import Data


def add_returns(model: Model, data: Data) -> None:
    """Add collection and its bounds; deliveries must have been added before."""
    returns = data.returns
    decide(model, "collect", returns.COLLECTIONS)
    constrain(model, data, collection_maximum, over=returns.COLLECTED)
    constrain(model, data, collection_minimum, over=returns.MUST_COLLECT)


def collection_maximum(model: Model, data: Data, r: str, i: str, k: str, n: str) -> Rule:
    r"""No more is collected than the reachable share of what arises, which counts what was delivered a lifetime ago.

    $$\sum_g \mathrm{collect}_{rikgn} \le \sum \gamma^{max} \Big( \mathrm{arising}_{n} + \sum \tau \, \mathrm{serve}_{mkgn'} \Big) \qquad \forall (r, i, k, n) \qquad [\text{t/yr}]$$
    """
    returns, key = data.returns, (r, i, k, n)
    collected = [(1.0, model.collect[x]) for x in returns.COLLECTIONS_OF[key]]
    used = [(-share, model.serve[x]) for share, x in returns.MOST_OF_USED[key]]
    return total(collected, used) <= returns.most_t_per_year[key]


def collection_minimum(model: Model, data: Data, r: str, i: str, k: str, n: str) -> Rule:
    r"""Where taking back is a duty, at least its share of what arises is collected.

    $$\sum_g \mathrm{collect}_{rikgn} \ge \sum \gamma^{min} \Big( \mathrm{arising}_{n} + \sum \tau \, \mathrm{serve}_{mkgn'} \Big) \qquad \forall (r, i, k, n) \text{ with a duty} \qquad [\text{t/yr}]$$
    """
    returns, key = data.returns, (r, i, k, n)
    collected = [(1.0, model.collect[x]) for x in returns.COLLECTIONS_OF[key]]
    used = [(-share, model.serve[x]) for share, x in returns.LEAST_OF_USED[key]]
    return total(collected, used) >= returns.least_t_per_year[key]

"""The scenario tree on which everything is indexed; without scenarios it is the periods in a row."""

from __future__ import annotations

import pandas as pd

from models.data import Tree
from planner.case import Case


def plant_tree(case: Case) -> Tree:
    """The nodes of a case in order of time, with their discount factors.

    A node's name is the first year of its period. `discount_years` adds (1 + r)^(base − year) over the period's years;
    `discount_first_year` is that of its first year alone.
    """
    periods = case.tables["periods"].sort_values("period")
    base, rate = int(case.settings["base_year"]), float(case.settings["discount_rate"])
    names = tuple(str(period) for period in periods["period"])
    starts = dict(zip(names, (int(y) for y in periods["period"]), strict=True))
    lengths = dict(zip(names, (int(y) for y in periods["years"]), strict=True))
    worth = {n: [(1 + rate) ** (base - year) for year in range(starts[n], starts[n] + lengths[n])] for n in names}
    return Tree(
        NODES=names,
        LEAVES=names[-1:],
        PATH={n: names[: k + 1] for k, n in enumerate(names)},
        parent={n: names[k - 1] if k else None for k, n in enumerate(names)},
        period=starts,
        years=lengths,
        probability=dict.fromkeys(names, 1.0),
        discount_years={n: sum(worth[n]) for n in names},
        discount_first_year={n: worth[n][0] for n in names},
    )


def node_table(tree: Tree) -> pd.DataFrame:
    """One row a node: node, period, years, parent, probability, discount, discount_first."""
    return pd.DataFrame(
        {
            "node": tree.NODES,
            "period": [tree.period[n] for n in tree.NODES],
            "years": [tree.years[n] for n in tree.NODES],
            "parent": pd.Series([tree.parent[n] for n in tree.NODES], dtype=object),
            "probability": [tree.probability[n] for n in tree.NODES],
            "discount": [tree.discount_years[n] for n in tree.NODES],
            "discount_first": [tree.discount_first_year[n] for n in tree.NODES],
        }
    ).astype({"node": object})


def descents(tree: Tree) -> pd.DataFrame:
    """Each node with each of its ancestors and itself: begun, begun_year, node, period, years."""
    rows = [(m, tree.period[m], n, tree.period[n], tree.years[n]) for n in tree.NODES for m in tree.PATH[n]]
    return pd.DataFrame(rows, columns=["begun", "begun_year", "node", "period", "years"]).astype(
        {"begun": object, "node": object}
    )

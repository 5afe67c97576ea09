"""Tables of a plan with what is joined to them again and again: periods, years, chances, names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps

import pandas as pd

from planner.case import Case
from planner.plan import Plan

NAMES = {
    "node", "parent", "offer", "contract", "place", "from_place", "to_place", "material", "facility", "process",
    "stream", "segment", "option", "supplier", "term", "layer", "item", "from", "to", "rule", "unit", "partnership",
    "incentive", "quota", "drawback", "authority", "kind", "country", "stage", "measure", "with_partnership", "each",
    "origin_class", "to_class", "forfeited_in", "scenario", "leaf", "at", "limit", "sense", "whom",
}  # fmt: skip
CERTAIN = 1e-9  # by how much rounding may leave a certain thing short of 1


def rows(plan: Plan, name: str) -> pd.DataFrame:
    """A table of the plan in which names are text even where there is no row, so that it can be joined."""
    table = plan.tables[name]
    known = plan.worked_out.get(name)
    if known is None or known[0] is not table:
        typed = table.astype({column: object for column in table.columns if column in NAMES})
        known = plan.worked_out[name] = table, typed
    return known[1].copy(deep=False)  # what its reader changes is the reader's own


def worked_out_once(make: Callable[[Case, Plan], pd.DataFrame]) -> Callable[[Case, Plan], pd.DataFrame]:
    """What several ask of the same plan is worked out once; each gets a table of its own."""

    @wraps(make)
    def recall(case: Case, plan: Plan) -> pd.DataFrame:
        known = plan.worked_out.get(make)
        if known is None or known[0] is not case:
            known = plan.worked_out[make] = case, make(case, plan)
        return known[1].copy(deep=False)

    return recall


def weights(plan: Plan) -> pd.Series:
    """Years of each node times its probability: turns tons per year into expected tons over the horizon."""
    nodes = rows(plan, "nodes").set_index("node")
    return nodes["years"] * nodes["probability"]


def offer_of(case: Case) -> dict[str, str]:
    """The offer behind each item that is bought: an offer itself, or the contract on it."""
    contracts = case.tables["contracts"]
    own = {str(offer): str(offer) for offer in case.tables["offers"]["offer"]}
    return own | dict(zip(contracts["contract"], contracts["offer"], strict=True))


def country_names(case: Case) -> dict[str, str]:
    """Code to name, as the workbook gives them."""
    countries = case.tables["countries"]
    return {code: name or code for code, name in zip(countries["country"], countries["name"], strict=True)}


def calendar(plan: Plan) -> dict[int, str]:
    """Each period with what people call it: its year, or its first and last year."""
    nodes = rows(plan, "nodes")[["period", "years"]].drop_duplicates().sort_values("period")
    return {int(p): str(p) if n == 1 else f"{p}–{p + n - 1}" for p, n in nodes.itertuples(index=False)}


def dated(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with nodes, with the period, years, probability and discount factors of each."""
    columns = ["node", "period", "years", "probability", "discount", "discount_first"]
    return frame.merge(rows(plan, "nodes")[columns], on="node")


def paths(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Each node with its ancestors and itself, the first first."""
    table = rows(plan, "nodes")
    parent = {n: p if isinstance(p, str) and p else None for n, p in zip(table["node"], table["parent"], strict=True)}
    found: dict[str, tuple[str, ...]] = {}
    for node in table["node"]:
        above = parent[node]
        found[node] = (*(found[above] if above else ()), node)
    return found


def by_period(frame: pd.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pd.DataFrame:
    """Expected values of each period: what stands at a node counts with the node's probability."""
    weighed = frame.assign(**{name: frame[name].astype(float) * frame["probability"] for name in values})
    return weighed.groupby([*keys, "period"], as_index=False, dropna=False)[list(values)].sum()


def across(
    frame: pd.DataFrame, keys: Sequence[str], value: str, labels: Mapping[int, str], empty: float | None = 0.0
) -> pd.DataFrame:
    """One row for each combination of keys and one column a period, named by its label; `empty` where nothing is."""
    columns = list(labels.values())
    if frame.empty:
        return pd.DataFrame(columns=[*keys, *columns])
    wide = frame.groupby([*keys, "period"], sort=False)[value].sum(min_count=1).unstack("period")
    wide = wide.reindex(columns=list(labels))
    wide.columns = pd.Index(columns)
    return (wide if empty is None else wide.fillna(empty)).reset_index()


def when(plan: Plan, nodes: Iterable[str]) -> str:
    """When something is decided: its years, with how likely it is where that depends on the future."""
    known = rows(plan, "nodes").set_index("node")
    chances = known.loc[list(nodes)].groupby("period")["probability"].sum()
    labels = {str(period): label for period, label in calendar(plan).items()}
    certain = 1.0 - CERTAIN
    said = [labels[str(p)] + ("" if c > certain else f" (with probability {c:.3g})") for p, c in chances.items()]
    return ", ".join(said)

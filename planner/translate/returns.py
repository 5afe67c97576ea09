"""The part about returns: what comes back, and what of it can or must be collected."""

from __future__ import annotations

import pandas as pd

from models.data import Returns, Tree
from planner.case import Case
from planner.translate import columns
from planner.translate.demand import SERVE
from planner.translate.origin import ANY_CLASS, Origins, vouched_classes
from planner.translate.tools import MUSD_PER_USD, grouped, indices, weighted

COLLECT = ("stream", "place", "material", "origin_class", "node")
STREAM = ["stream", "place", "material", "node"]
COHORT = ("stream", "place", "material", "segment", "max_collection_share", "min_collection_share")


def collection_tables(
    case: Case, tree: Tree, nodes: pd.DataFrame, classes: Origins
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What can be collected, by stream, place, material, class and node, and its links to earlier deliveries."""
    returns = case.tables["returns"].drop(columns=["year"]).reset_index()
    if returns.empty:
        return columns.COLLECTIONS.none(), columns.COHORTS.none()
    first = min(tree.period.values())
    dated = returns[returns["segment"].isna()].merge(nodes[["node", "period", "years"]], on="period")
    yearly = [share_collected(dated, dated["period"] + k, first) for k in range(max(tree.years.values()))]
    inside = [share.where(dated["years"] > k, 0.0) for k, share in enumerate(yearly)]
    dated["most_t"] = sum(inside) / dated["years"] * dated["t_per_year"]
    dated["least_t"] = dated["min_collection_share"] * dated["t_per_year"]
    cohorts = _cohorts(returns[returns["segment"].notna()].drop(columns=["period"]), tree)
    every = pd.concat([dated, cohorts.assign(most_t=0.0, least_t=0.0)])
    summed = {"most_t": "sum", "least_t": "sum", "collection_usd_per_t": "first", "rules": "first"}
    collected = every.groupby(STREAM, sort=True).agg(summed).reset_index()
    linked = collected.merge(cohorts[STREAM].drop_duplicates().assign(linked=True), on=STREAM, how="left")
    there = linked[(linked["most_t"] > 0) | linked["linked"].notna()]
    asked = pd.concat([classes.kept, there[["material", "node"]].drop_duplicates().assign(origin_class=ANY_CLASS)])
    there = there.merge(asked, on=["material", "node"])
    vouched = [
        name in vouched_classes(classes, rules, recycled=True)
        for name, rules in zip(there["origin_class"], there["rules"], strict=True)
    ]
    there = there[pd.Series(vouched, index=there.index, dtype=bool)]
    there = there.sort_values(list(COLLECT), kind="stable", ignore_index=True)
    return columns.COLLECTIONS.of(there), columns.COHORTS.of(cohorts)


def share_collected(returns: pd.DataFrame, year: pd.Series, first: int) -> pd.Series:
    """The largest share that can be collected in a year: as stated in the first year of the horizon, then more."""
    grown = returns["max_collection_share"] + returns["collection_growth_per_year"] * (year - first)
    return grown.clip(upper=1.0)


def _cohorts(returns: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """Cohort rows by the node in which goods come back and the node in which they were delivered, with their weight.

    Each calendar year of a period counts what was delivered `lifetime_years` before, inside the horizon; most is the
    weight of what of it can be collected.
    """
    years = [
        (n, y, m)
        for n in tree.NODES
        for y in range(tree.period[n], tree.period[n] + tree.years[n])
        for m in tree.PATH[n]
    ]
    held = pd.DataFrame(years, columns=["node", "return_year", "used_in"]).astype({"node": object, "used_in": object})
    frame = returns.merge(held, how="cross")
    used = frame["return_year"] - frame["lifetime_years"]
    begins, lasts = frame["used_in"].map(tree.period), frame["used_in"].map(tree.years)
    frame = frame[(used >= begins) & (used < begins + lasts)]
    frame = frame.assign(weight=frame["t_per_t_used"] / frame["node"].map(tree.years))
    share = share_collected(frame, frame["return_year"], min(tree.period.values()))
    frame = frame.assign(most=frame["weight"] * share)
    summed = dict.fromkeys([*COHORT, "collection_usd_per_t", "rules"], "first") | {"weight": "sum", "most": "sum"}
    return frame.groupby(["row", "node", "used_in"], sort=False).agg(summed).reset_index()


def returns_part(collections: pd.DataFrame, cohorts: pd.DataFrame, deliveries: pd.DataFrame) -> Returns:
    """The `Returns` part: what can be collected, and which earlier deliveries it comes from."""
    frame = collections.assign(musd=collections["collection_usd_per_t"] * MUSD_PER_USD)
    collect = indices(frame, *COLLECT)
    stream = indices(frame, *STREAM)
    links = _used_by(cohorts, deliveries[[*SERVE]])
    used = indices(links, "segment", "material_used", "t_per_t", "origin_class", "node_used")
    least_of_used = weighted(links, "least", used, by=STREAM)
    least = dict(zip(stream, frame["least_t"].tolist(), strict=True))
    return Returns(
        COLLECTIONS=collect,
        COLLECTED=tuple(dict.fromkeys(stream)),
        MUST_COLLECT=tuple(key for key in dict.fromkeys(stream) if least[key] > 0 or key in least_of_used),
        COLLECTIONS_OF=grouped(stream, collect),
        most_t_per_year=dict(zip(stream, frame["most_t"].tolist(), strict=True)),
        least_t_per_year=least,
        MOST_OF_USED=weighted(links, "most", used, by=STREAM),
        LEAST_OF_USED=least_of_used,
        collection_musd_per_t=weighted(frame, "musd", collect, by=("node",)),
    )


def _used_by(cohorts: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """Links from collections to each earlier delivery, with the least that must come back of it."""
    if cohorts.empty:
        return columns.COHORTS_USED.none()
    linked = cohorts.merge(served, left_on=["segment", "used_in"], right_on=["segment", "node"], suffixes=("", "_used"))
    return columns.COHORTS_USED.of(linked.assign(least=linked["min_collection_share"] * linked["weight"]))

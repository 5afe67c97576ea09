"""Which lines a row of the limits sheet speaks of: its selectors, its dates, and what it is for each of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.case import Case
from planner.schema import MEASURES, SELECTORS, MeasureKind
from planner.translate import columns

ONE_OF_MANY = ("group", "material", "stage")  # a line may have several of these, as a tuple
SEVERAL = {"supplier", "offer"}  # a limit may mean several of these, as a tuple
TOGETHER = ""


def in_force(limits: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """The nodes whose period begins in the dates of each limit."""
    both = limits[["limit", "from", "to"]].merge(nodes[["node", "period"]], how="cross")
    begun = ~(both["period"] < both["from"]) & ~(both["period"] > both["to"])
    return columns.LIMIT_TIMES.of(both[begun]).reset_index(drop=True)


def of_kind(limits: pd.DataFrame, kind: MeasureKind) -> pd.Series:
    """Whether the measure of each limit is of a kind."""
    return limits["measure"].map(lambda name: MEASURES[name].kind is kind).astype(bool)


def selected(limits: pd.DataFrame, lines: pd.DataFrame, selectors: Sequence[str] = SELECTORS) -> pd.DataFrame:
    """The lines that each limit selects, with the limit's name; only these selectors count.

    A limit names one of each word, but several suppliers or offers where it names a group of them.

    Limits that fill in the same selectors are matched together, so that no limit is tried on every line.
    """
    if limits.empty:
        return lines.iloc[:0].assign(limit=pd.Series(dtype=object))
    found = [pd.DataFrame({"limit": pd.Series(dtype=object), "line": pd.Series(dtype=int)})]
    filled = [
        tuple(name for name in selectors if row[name] is not None) for row in limits[[*selectors]].to_dict("records")
    ]
    for names, rows in limits.groupby(pd.Series(filled, index=limits.index, dtype=object), sort=False):
        words = list(names)
        many = [word for word in words if word in ONE_OF_MANY]
        numbered = lines[words].assign(line=np.arange(len(lines)))
        for word in many:
            numbered = numbered.explode(word)
        wanted = rows[["limit", *words]]
        for word in SEVERAL.intersection(words):
            wanted = wanted.explode(word)
        pairs = wanted.merge(numbered, on=words) if words else wanted.merge(numbered, how="cross")
        found.append(pairs[["limit", "line"]].drop_duplicates() if many else pairs[["limit", "line"]])
    pairs = pd.concat(found, ignore_index=True)
    chosen = lines.iloc[pairs["line"].to_numpy(int)].reset_index(drop=True)
    return chosen.assign(limit=pairs["limit"].to_numpy(object))


def named_suppliers(case: Case, names: pd.Series) -> pd.Series:
    """Whom each name on a limit means, as a tuple: a supplier, or those of a group; None for everyone."""
    return _named(case.tables["suppliers"], "supplier", names)


def named_offers(case: Case, names: pd.Series) -> pd.Series:
    """Which offers each name on a limit means, in the same way."""
    return _named(case.tables["offers"], "offer", names)


def _named(members: pd.DataFrame, word: str, names: pd.Series) -> pd.Series:
    means: dict[str, list[str]] = {name: [name] for name in members[word]}
    for name, groups in zip(members[word], members["group"], strict=True):
        for group in groups or ():
            means.setdefault(group, []).append(name)
    return pd.Series([None if name is None else tuple(means[name]) for name in names], index=names.index, dtype=object)


def rebated_offers(case: Case) -> pd.DataFrame:
    """Each offer with the supplier or group on whose total a rebate is given, and the name of that total."""
    totals = case.tables["rebates"][["supplier"]].drop_duplicates()
    if totals.empty:
        return columns.REBATED.none()
    known = set(case.tables["offers"]["offer"])
    names = [f"total of {supplier}" for supplier in totals["supplier"]]
    while known & set(names):  # an offer may be called so
        names = [f"{name}'" for name in names]
    meant = totals.assign(total=names, whom=totals["supplier"], supplier=named_suppliers(case, totals["supplier"]))
    meant = meant.explode("supplier").merge(case.tables["offers"][["offer", "supplier"]], on="supplier")
    return columns.REBATED.of(meant[["whom", "total", "offer"]].reset_index(drop=True))


def divided(limits: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines with `each`: the country or supplier that the limit is for each of, or "" where it is for all together.

    Lines that belong to no such country or supplier are left out.
    """
    by = lines["limit"].map(dict(zip(limits["limit"], limits["each"], strict=True)))
    each = lines["country"].where(by == "country", lines["supplier"].where(by == "supplier", TOGETHER))
    return lines.assign(each=each.astype(object))[each.notna()].reset_index(drop=True)

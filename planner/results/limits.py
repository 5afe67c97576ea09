"""Limits that bind, in words, and what one unit more would save."""

from __future__ import annotations

import math

import pandas as pd

from planner.results.facts import Facts, records, remembered
from planner.results.words import capital, count, dollars, listed, plain
from planner.schema import MEASURES

# What a limit says of its item when it binds. A rule not listed stands in its own words.
SAYINGS = {
    "offer sold out": "All that is offered is bought: {item}",
    "kept out by its minimum order": "Not bought, because of its minimum order: {item}",
    "offer with a minimum order, at its maximum": "All that is offered is bought: {item}",
    "first order on its way": "More cannot have arrived, since the first order is on its way: {item}",
    "minimum order": "Bought only up to the minimum order: {item}",
    "offer of a supplier to be qualified, sold out": "All that is offered after qualification is bought: {item}",
    "award that stays": "Bought only because a share of today's award stays: {item}",
    "lane full": "The route is full: {item}",
    "facility at capacity": "The plant runs at full capacity: {item}",
    "facility at its minimum use": "The plant runs only because a minimum use is prescribed: {item}",
    "all collectable material collected": "All that can be collected is collected: {item}",
    "take-back duty": "Collected only because a share is prescribed: {item}",
    "stockpile full": "The store is full: {item}",
    "stock reserve": "Kept only because a reserve is prescribed: {item}",
    "build at its largest size": "Built at its largest size: {item}",
    "build at its smallest size": "Built only at its smallest size: {item}",
    "market saturated": "The market takes no more: {item}",
    "shortage at what is allowed": "No more may go short: {item}",
}
_PLANT, _ORDER = "facility at capacity", "offer with a minimum order, at its maximum"
_YEARLY = "t/yr"
SMALL = 1e-6
_KEYS = ["words", "item", "rule", "unit"]


def saying(rule: str, item: str) -> str:
    """The limit in words."""
    words = SAYINGS.get(rule)
    return words.replace("{item}", item) if words else f"{capital(rule.replace('_', ' '))}: {item}"


def binding(facts: Facts) -> pd.DataFrame:
    """One row a limit and node: in words, with the worth of one unit more expected over the futures of its period.

    `looser` is by how many units it may be looser while each is worth that, at least; blank where that is not known,
    and `no_range` says why.
    """
    rows = facts.table("binding").copy()
    rows["looser"] = _looser(facts, rows)
    rows["no_range"] = _no_range(facts, rows)
    rows["limit"] = _standing(facts, rows)
    rows["rule"] = _told_apart(facts, rows)
    rows = rows[rows["rule"] != ""]
    rows["words"] = [saying(str(r), str(i)) for r, i in zip(rows["rule"], rows["item"], strict=True)]
    rows["worth"] = rows["worth_usd"] * rows["probability"]
    years = rows["years"].where(rows["unit"] == _YEARLY, 1)
    rows["tenth_musd"] = (rows["worth"] * rows["limit"].abs() * 0.1 * years / 1e6).fillna(0.0)
    return rows


def _looser(facts: Facts, rows: pd.DataFrame) -> list[float]:
    known = facts.plan.tables["limit_ranges"]
    keys = zip(known["rule"], known["item"], known["node"], strict=True)
    looser = dict(zip(keys, known["looser"].astype(float).fillna(math.inf), strict=True))
    return [looser.get(key, math.nan) for key in zip(rows["rule"], rows["item"], rows["node"], strict=True)]


def _no_range(facts: Facts, rows: pd.DataFrame) -> list[str]:
    known = facts.plan.tables["no_ranges"]
    why = dict(zip(zip(known["rule"], known["item"], known["node"], strict=True), known["why"], strict=True))
    return [str(why.get(key, "")) for key in zip(rows["rule"], rows["item"], rows["node"], strict=True)]


def holds_for(looser: float, no_range: str = "") -> str:
    """For how many units the worth of one holds at least, in words; nothing where an old plan does not know.

    `no_range` is why that has no answer, if only in one of the periods.
    """
    if no_range:
        return f"no range: {no_range}"
    if math.isnan(looser):
        return ""
    return "any" if math.isinf(looser) else "a kink" if looser <= SMALL else f"{looser:,.4g}"


def _standing(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """The limit itself; for a plant its usable capacity, old and new. A limit of 0 in the program says no size."""
    usable = facts.plan.tables["capacities"].set_index(["facility", "node"])["usable_t_per_year"]
    plants = usable.reindex(pd.MultiIndex.from_frame(rows[["item", "node"]])).to_numpy()
    limit = rows["limit"].astype(float)
    limit = limit.where(rows["rule"] != _PLANT, pd.Series(plants, index=rows.index))
    return limit.where(limit != 0)


def _told_apart(facts: Facts, rows: pd.DataFrame) -> list[str]:
    """A sold-out offer from one its minimum order keeps out; an empty word for what nobody could loosen.

    That is the capacity of a plant that does not stand, which only building it would give, at a cost that the worth of
    a ton knows nothing of; and the largest size of an option not begun.
    """
    orders, builds = facts.plan.tables["orders"], facts.plan.tables["builds"]
    ordered = set(zip(orders["offer"], orders["node"], strict=True))
    begun = set(zip(builds["option"], builds["node"], strict=True))
    said = []
    for row in records(rows):
        rule, key = row.rule, (row.item, row.node)
        if rule == _PLANT and pd.isna(row.limit):
            rule = ""
        elif rule == _ORDER and key not in ordered:
            rule = "kept out by its minimum order"
        elif rule.startswith("build at its") and key not in begun:
            rule = ""
        said.append(rule)
    return said


@remembered
def by_limit(facts: Facts) -> pd.DataFrame:
    """One row a limit over all periods, the most valuable first: by what a tenth more saves, then by a unit."""
    rows = binding(facts)
    if rows.empty:
        return rows
    wide = facts.wide(rows, _KEYS, "worth")
    sums = rows.groupby(_KEYS).agg(
        limit=("limit", "max"),
        looser=("looser", "min"),
        no_range=("no_range", "max"),
        tenth_musd=("tenth_musd", "sum"),
        best=("worth", "max"),
        bound=("period", "nunique"),
    )
    out = wide.join(sums, on=_KEYS)
    return out.sort_values(["tenth_musd", "best"], ascending=False, kind="stable").reset_index(drop=True)


@remembered
def missed(facts: Facts) -> pd.DataFrame:
    """Limits that the plan misses, at a penalty or by their priority: by how much, where and when.

    Columns: limit, each (the country or supplier it is for, or empty), label, sense, value, reached (in the measure's
    unit), missed and unit (of what is missed), priority, paid_musd (a year; for limits on all futures once). One row a
    node, with its probability.
    """
    rows = facts.plan.tables["limits"]
    rows = rows[rows["missed"] > SMALL].copy()
    known = facts.nodes.reindex(rows["node"])[["period", "probability"]].set_index(rows.index)
    rows["label"] = known["period"].map(facts.labels).fillna("all years")
    rows["probability"] = known["probability"].fillna(1.0)
    stated = facts.case.tables["limits"].set_index("limit")[["penalty_per_unit", "priority"]].astype(float)
    rows["paid_musd"] = rows["missed"] * rows["limit"].map(stated["penalty_per_unit"]).fillna(0.0) / 1e6
    rows["priority"] = rows["limit"].map(stated["priority"]).astype(float)
    measures = [MEASURES[name] for name in rows["measure"]]
    rows["unit"] = pd.Series([m.missed_in or m.unit for m in measures], index=rows.index, dtype=object)
    columns = ["limit", "each", "label", "probability", "measure", "sense", "value", "reached", "missed", "unit"]
    columns.append("priority")
    return rows.sort_values("paid_musd", ascending=False, kind="stable")[[*columns, "paid_musd"]].reset_index(drop=True)


def missed_sentence(facts: Facts) -> str:
    """The limits that are missed, in one sentence, each once; empty where none is."""
    rows = missed(facts)
    if rows.empty:
        return ""
    said = [_missed(facts, group) for _, group in rows.groupby(["limit", "each"], sort=False)]
    number = rows["limit"].nunique()
    return f"MISSED: {count(number, 'limit')} {'is' if number == 1 else 'are'} missed: {listed(said, 4)}."


def _missed(facts: Facts, rows: pd.DataFrame) -> str:
    """One limit for one country or supplier: where it is missed, and by how much, or by how much at most."""
    worst = next(records(rows.sort_values("missed", ascending=False, kind="stable")))
    of = f" for {facts.country_name(worst.each)}" if worst.each else ""
    said = f"{plain(worst.limit)}{of} in {listed(sorted(set(rows['label'])))} by {'up to ' if len(rows) > 1 else ''}"
    said += f"{worst.missed:,.4g} {worst.unit}"
    return said + (f" (with probability {worst.probability:.3g})" if worst.probability < 1 else "")


def three_limits(facts: Facts) -> str:
    """The three most valuable limits, in a sentence."""
    if by_limit(facts).empty:
        return "No limit binds: loosening none of them would make the plan cheaper."
    said = []
    for row in records(by_limit(facts).head(3)):
        words, worth = plain(row.words), f"one {row.unit} more saves up to {dollars(row.best)} USD"
        said.append(f"{words[:1].lower()}{words[1:]} ({worth}; binds in {count(row.bound, 'period')})")
    return "What it would pay most to loosen: " + "; ".join(said) + "."

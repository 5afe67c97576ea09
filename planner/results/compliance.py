"""Segments with an origin rule: what they are served, how much is proven clean, where it comes from, at what cost.

Clean means mass balance within a year: of all goods of one material and origin class at a place, as much may leave as
clean as came in as clean. Values are expected over the futures.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, country_names, dated, rows
from planner.results.origins import TracedOrigins, class_rows
from planner.translate.origin import STAGES

MEANING = (
    "Clean is meant as mass balance within a year: of the goods of one material and origin class at one place, no more "
    "leaves as clean in a year than came in as clean. It does not say that a given piece was never mixed with others."
)
KEY = ["segment", "rule", "material", "place"]
RuleRows = frozenset[tuple[str, str, bool]]


def ruled(case: Case) -> pd.DataFrame:
    """The segments with an origin rule: segment, rule, material, place."""
    table = case.tables["segments"].dropna(subset=["origin_rule"]).rename(columns={"origin_rule": "rule"})
    return table[KEY].reset_index(drop=True)


def compliance(case: Case, plan: Plan, known: TracedOrigins | None = None) -> pd.DataFrame:
    """One row a segment with a rule and period.

    Columns: segment, rule, material, place, period, label, asks (in words), in t a year served_t, short_t and clean_t
    (in a class that passes every row of the rule), clean_share, in USD per t price_clean and price_any (one more ton,
    with and without the rule) and premium_usd_per_kg, blank where the goods are not there both with and without.
    """
    segments = ruled(case)
    if segments.empty:
        return pd.DataFrame(columns=[*KEY, "period"])
    table = dated(plan, segments.merge(rows(plan, "nodes")[["node"]], how="cross"))
    table = table.join(_served(case, plan), on=["segment", "node"])
    short = rows(plan, "shortages").groupby(["segment", "node"])["t_per_year"].sum().rename("short_t")
    table = table.join(short, on=["segment", "node"])
    table[["served_t", "clean_t", "short_t"]] = table[["served_t", "clean_t", "short_t"]].fillna(0.0)
    table[["price_clean", "price_any"]] = _prices(case, plan, table, known or TracedOrigins(case, plan))
    both = table["price_clean"].notna() & table["price_any"].notna()
    sums = by_period(table, KEY, ["served_t", "short_t", "clean_t"])
    for name in ("price_clean", "price_any"):
        priced = table[both].assign(weighed=table[name] * table["probability"]).groupby([*KEY, "period"])
        mean = (priced["weighed"].sum() / priced["probability"].sum()).rename(name)
        sums = sums.join(mean, on=[*KEY, "period"])
    sums["clean_share"] = (sums["clean_t"] / sums["served_t"]).where(sums["served_t"] > 0)
    sums["premium_usd_per_kg"] = (sums["price_clean"] - sums["price_any"]) / 1_000
    asks = [_asks(case, rule, period) for rule, period in zip(sums["rule"], sums["period"], strict=True)]
    order = {name: k for k, name in enumerate(segments["segment"])}
    sums = sums.assign(asks=asks, label=sums["period"].map(calendar(plan)), order=sums["segment"].map(order))
    return sums.sort_values(["order", "period"]).drop(columns="order").reset_index(drop=True)


def origin_by_stage(case: Case, plan: Plan, known: TracedOrigins | None = None) -> pd.DataFrame:
    """Where what such a segment was served comes from: segment, rule, stage, country, period, label, t, share."""
    segments = ruled(case)
    columns = ["segment", "rule", "stage", "country", "period", "t"]
    if segments.empty:
        return pd.DataFrame(columns=[*columns, "label", "share"])
    known, found = known or TracedOrigins(case, plan), []
    served = rows(plan, "deliveries").merge(segments[["segment", "rule", "place"]], on="segment")
    for row in served.to_dict("records"):
        for stage in STAGES:
            where = (row["place"], row["material"], row["origin_class"])
            for country, share in known.shares(row["node"], stage, *where).items():
                found.append((row["segment"], row["rule"], stage, country, row["node"], row["t_per_year"] * share))
    table = pd.DataFrame(found, columns=["segment", "rule", "stage", "country", "node", "t"])
    out = by_period(dated(plan, table), columns[:4], ["t"])
    whole = out.groupby(["segment", "stage", "period"])["t"].transform("sum")
    out = out.assign(label=out["period"].map(calendar(plan)), share=out["t"] / whole)
    stages = {stage: k for k, stage in enumerate(STAGES)}
    segment = {name: k for k, name in enumerate(segments["segment"])}
    order = out.assign(a=out["segment"].map(segment), b=out["stage"].map(stages)).sort_values(
        ["a", "b", "country", "period"], kind="stable"
    )
    return order.drop(columns=["a", "b"]).reset_index(drop=True)


def _served(case: Case, plan: Plan) -> pd.DataFrame:
    """Tons of need met by segment and node, and those in a class that passes the whole rule."""
    promises, whole = class_rows(plan), {rule: _in_force(case, rule) for rule in ruled(case)["rule"]}
    table = rows(plan, "deliveries").merge(ruled(case)[["segment", "rule"]], on="segment")
    names = zip(table["rule"], table["origin_class"], strict=True)
    clean = [_passes(promises[name], whole[rule]) for rule, name in names]
    table = table.assign(served_t=table["t_per_year"], clean_t=table["t_per_year"] * pd.Series(clean, dtype=float))
    return table.groupby(["segment", "node"])[["served_t", "clean_t"]].sum()


def _prices(case: Case, plan: Plan, table: pd.DataFrame, known: TracedOrigins) -> pd.DataFrame:
    """What one more ton costs in the class that the rule asks for, and in none, where goods of either are there."""
    promises = class_rows(plan)
    asked_of = dict(rows(plan, "origin_classes")[["origin_class", "rule"]].to_numpy().tolist())
    found = rows(plan, "prices")
    keys = zip(found["place"], found["material"], found["origin_class"], found["node"], strict=True)
    price = dict(zip(keys, found["usd_per_t"], strict=True))
    prices: list[tuple[float | None, float | None]] = []
    for row in table.to_dict("records"):
        wanted = _in_force(case, row["rule"], date(int(row["period"]), 1, 1))
        alike = (n for n, kept in promises.items() if wanted and kept == wanted and asked_of.get(n) == row["rule"])
        name, at = next(alike, None), (row["place"], row["material"])
        there = name is not None and (known.there(row["node"], *at, name) > 0 or row["short_t"] > 0)
        any_there = known.there(row["node"], *at, "") > 0
        clean = price.get((*at, name, row["node"])) if there else None
        prices.append((clean, price.get((*at, "", row["node"])) if any_there else None))
    return pd.DataFrame(prices, columns=["price_clean", "price_any"], index=table.index, dtype=float)


def _in_force(case: Case, rule: str, on: date | None = None) -> RuleRows:
    """The rows of a rule; of those in force on a day, where one is given."""
    table = case.tables["origin_rules"]
    columns = ["country", "stage", "recycled_exempt", "from"]
    found = table.loc[table["rule"] == rule, columns].itertuples(index=False)
    return frozenset(
        (country, stage, bool(exempt))
        for country, stage, exempt, begins in found
        if on is None or not isinstance(begins, date) or begins <= on
    )


def _passes(kept: RuleRows, wanted: RuleRows) -> bool:
    """Whether a class's promise holds every row of a rule; an exemption vouches for no row without it."""
    return all(any(k[:2] == row[:2] and (row[2] or not k[2]) for k in kept) for row in wanted)


def _asks(case: Case, rule: str, period: int) -> str:
    """What a rule asks for in a period, in words."""
    in_force, names = _in_force(case, rule, date(int(period), 1, 1)), country_names(case)
    stages: dict[str, list[str]] = {}
    for country, stage, _ in sorted(in_force, key=lambda row: (row[0], list(STAGES).index(row[1]))):
        stages.setdefault(names.get(country) or f"the group {country}", []).append(stage)
    said = [f"not {_or(list(dict.fromkeys(done)))} in {country}" for country, done in stages.items()]
    return "; ".join(said) if said else "nothing yet"


def _or(words: list[str]) -> str:
    """a, b or c."""
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]

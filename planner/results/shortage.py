"""What goes short: by what it costs, by its share of its element's need, and why."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.results.demand import needs, unmet
from planner.results.facts import Facts, records, remembered
from planner.results.quotes import every_quote
from planner.results.words import dollars, tons
from planner.status import TINY_T


@remembered
def shortages(facts: Facts) -> pd.DataFrame:
    """One row a segment that goes short, the dearest first.

    Columns: segment, material, element, place, first and last (years), short_t (over the horizon), worst_label and
    worst_share (of its need), element_share (of what all segments need of its element at the same
    stage over the horizon), loss_musd (discounted and expected), loss_usd_per_t, cause, cure, cure_usd_per_t.
    """
    short = unmet(facts)
    if short.empty:
        return pd.DataFrame(columns=["segment", "material", "element", "short_t", "loss_musd", "cause"])
    materials = facts.case.tables["materials"].set_index("material")["element"]
    lost = facts.ledger[facts.ledger["term"] == "shortage"].groupby("item")["expected_musd"].sum()
    every = needs(facts)
    every = every.assign(element=_elements(every, materials), total=every["need"] * every["period"].map(facts.years))
    every["stage"] = every["material"].map(facts.stages)
    whole = every.groupby(["element", "stage"])["total"].sum()
    rows = []
    for segment, part in short.groupby("segment", sort=False):
        worst = part.sort_values("short_share", ascending=False, kind="stable").iloc[0]
        total = float((part["short"] * part["period"].map(facts.years)).sum())
        element = str(_elements(part, materials).iloc[0])
        last = int(part["period"].max())
        rows.append(
            {
                "segment": segment,
                "material": worst["material"],
                "element": element,
                "place": worst["place"],
                "first": int(part["period"].min()),
                "last": last + facts.years[last] - 1,
                "short_t": total,
                "worst_label": worst["label"],
                "worst_share": float(worst["short_share"]),
                "element_share": total / float(whole[element, facts.stages.get(worst["material"], "")]),
                "loss_musd": float(lost.get(segment, 0.0)),
                "loss_usd_per_t": float(worst["loss_usd_per_t"]),
                "cause": _cause(facts, worst),
                **_cure(facts, worst),
            }
        )
    return pd.DataFrame(rows).sort_values(["loss_musd", "segment"], ascending=[False, True]).reset_index(drop=True)


def _elements(rows: pd.DataFrame, elements: pd.Series) -> pd.Series:
    """The element of each row's material; the material itself where the case names none."""
    found = rows["material"].map(elements)
    return found.where(found.notna() & (found != ""), rows["material"]).astype(object)


def _cause(facts: Facts, worst: Any) -> str:
    """Available and needed of that material in the worst period; and whether more could be had for more money."""
    rows = needs(facts)
    same = rows[(rows["material"] == worst["material"]) & (rows["period"] == worst["period"])]
    said = f"{tons(float(same['delivered'].sum()))} available, {tons(float(same['need'].sum()))} needed"
    spare = _spare(facts, worst)
    dear = [row.landed for row in spare if row.landed > worst["loss_usd_per_t"]]
    if dear and len(dear) == len(spare):
        return f"more is dearer than going short ({dollars(min(dear))} USD/t landed); {said}"
    return f"no more is offered by then; {said}"


def _spare(facts: Facts, worst: Any) -> list[Any]:
    """Quotes with room left for that material, at that place and in that period."""
    quotes = every_quote(facts)
    beside = quotes[
        (quotes["material"] == worst["material"])
        & (quotes["place"] == worst["place"])
        & (quotes["period"] == worst["period"])
    ]
    return [row for row in records(beside) if row.most_t != row.most_t or row.most_t - row.bought_t > TINY_T]


def _cure(facts: Facts, worst: Any) -> dict[str, Any]:
    """What ends the shortage and at what price a ton, landed: the cheapest quote that is dearer than going short, at
    its own price; else any new quote, up to what a ton short costs.
    """
    loss = float(worst["loss_usd_per_t"])
    dear = sorted((float(row.landed), str(row.supplier)) for row in _spare(facts, worst) if row.landed > loss)
    if dear:
        price, supplier = dear[0]
        return {
            "cure": f"{supplier} at {dollars(price)} USD/t landed, {dollars(price - loss)} above the loss",
            "cure_usd_per_t": price,
        }
    where = f"a quote landing below {dollars(loss)} USD/t at {worst['place']} in {worst['label']}"
    return {"cure": where, "cure_usd_per_t": loss}

"""Awards: whom to buy what from, how much, at what price landed, from when to when, and whether that is firm.

An award is firm where doing without it costs more than the proof leaves open, and open where it is worth less: then
another plan without it may be as good. What it is worth is told from marginal prices and quotes, not by solving again:
its tons times what each saves against a ton's worth where it is used (at the least), and what the cheapest quotes with
room left would cost instead, and the rest going short (at the most). Values are expected over the futures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.costs import FOR_GOODS
from planner.results.facts import Facts, records, remembered
from planner.results.invoiced import on_invoice
from planner.results.landed import landed
from planner.results.proof import room_musd
from planner.results.quotes import every_quote
from planner.results.words import capital, listed, musd
from planner.results.words import tons as in_tons
from planner.status import TINY_T

FIRM, OPEN, SIGNED = "firm", "open", "signed"
_WORTH_TELLING_MUSD = 0.05
_SAME = 1e-6  # share of a price within which two are the same
TO_BE_NAMED = "counterparty to be named"
NO_RESERVE = "none with room"


@remembered
def award_years(facts: Facts) -> pd.DataFrame:
    """One row an award, destination and period: item, offer, supplier, material, origin, to, period, label, years, t,
    price, freight, duty and landed in USD per t, yearly (M$ a year), present (M$ discounted), rent_musd, instead_musd
    and reserve, reserve_usd_per_t, bare_t (tons a year that no other quote could replace).
    """
    rows, _ = landed(facts)
    if not rows.empty:
        rows = rows[~rows["own"] & (rows["t"] > TINY_T)].reset_index(drop=True)
    if rows.empty:
        return pd.DataFrame(columns=["item"])
    delivered = rows["to"].isin(facts.country_name_of)  # the rest is paid and not taken, or taken and paid before
    rows["t"] = rows["t"].where(delivered, 0.0)
    rows = rows.assign(offer=rows["item"].map(facts.offer_of), years=rows["period"].map(facts.years))
    rows["discount"] = rows["period"].map(_discounts(facts))
    quotes = every_quote(facts)
    worth = quotes.set_index(["offer", "place", "period"])["worth"]
    keys = pd.MultiIndex.from_frame(rows[["offer", "to", "period"]])
    saved = (worth.reindex(keys).to_numpy(dtype=float) - rows["landed"]).clip(lower=0.0).fillna(0.0)
    rows["rent_musd"] = saved * rows["t"] * rows["discount"] / 1e6
    spare = _spare(facts, quotes)
    groups: dict[tuple[str, str, int], list[Any]] = {}
    for quote in records(_free(quotes, spare).sort_values("landed", kind="stable")):
        groups.setdefault((quote.material, quote.place, quote.period), []).append(quote)
    loss = _loss(facts)
    found = pd.DataFrame(
        [
            _instead(row, groups.get((row.material, row.to, row.period), ()), spare, loss.get((row.material, row.to)))
            for row in records(rows)
        ]
    )
    rows["instead_musd"] = found["usd"] * rows["discount"] / 1e6
    return rows.assign(reserve=found["reserve"], reserve_usd_per_t=found["extra"], bare_t=found["bare"])


def _discounts(facts: Facts) -> Mapping[int, float]:
    """What a dollar a year in each period is worth today, over all its years."""
    first = facts.nodes.drop_duplicates("period")
    return dict(zip(first["period"].tolist(), first["discount"].tolist(), strict=True))


def _spare(facts: Facts, quotes: pd.DataFrame) -> Mapping[tuple[str, int], float]:
    """Tons a year that each offer has left in each period, wherever they go."""
    if quotes.empty:
        return {}
    most = quotes.groupby(["offer", "period"])["most_t"].max().fillna(np.inf)
    taken = quotes.groupby(["offer", "period"])["bought_t"].sum()
    early = quotes["period"] + quotes["period"].map(facts.years) <= quotes["from_year"]
    closed = early.groupby([quotes["offer"], quotes["period"]]).all()
    left = (most - taken).clip(lower=0.0).mask(closed, 0.0)
    return {(row.offer, int(row.period)): float(row.t) for row in records(left.rename("t").reset_index())}


def _free(quotes: pd.DataFrame, spare: Mapping[tuple[str, int], float]) -> pd.DataFrame:
    """Quotes that could stand in for another: not those below what a ton is worth with room left.

    They would be taken if nothing held them back, such as a limit on a country, so they cannot take more.
    """
    room = np.array([spare.get((row.offer, int(row.period)), 0.0) for row in records(quotes)], dtype=float)
    held = (quotes["landed"] < quotes["worth"] * (1 - _SAME)) & (room > TINY_T)
    return quotes[~held]


def _loss(facts: Facts) -> Mapping[tuple[str, str], float]:
    """What a ton short costs the segments of each material and place, the least of them first to go without."""
    table = facts.table("needs").merge(facts.case.tables["segments"][["segment", "material", "place"]], on="segment")
    least = table.groupby(["material", "place"])["shortage_usd_per_t"].min()
    return {(row.material, row.place): float(row.usd) for row in records(least.rename("usd").reset_index())}


def _instead(
    row: Any, others: Sequence[Any], spare: Mapping[tuple[str, int], float], loss: float | None
) -> dict[str, Any]:
    """What the same tons would cost more a year from the cheapest other quotes with room, USD; who is first.

    What they leave goes short where a segment is; elsewhere nobody can tell what it would cost, and it counts nothing.
    """
    rest, usd, first, extra = float(row.t), 0.0, NO_RESERVE, np.nan
    for other in others:
        room = spare.get((other.offer, row.period), 0.0)
        if other.supplier == row.supplier or room <= TINY_T or rest <= TINY_T:
            continue
        if first == NO_RESERVE:
            first, extra = str(other.supplier), float(other.landed - row.landed)
        part = min(rest, room)
        usd += part * float(other.landed - row.landed)
        rest -= part
    bare = rest if rest > TINY_T else 0.0
    usd += bare * max(0.0, loss - float(row.landed)) if loss is not None and np.isfinite(loss) else 0.0
    return {"usd": usd, "reserve": first, "extra": extra, "bare": bare}


@remembered
def awards(facts: Facts) -> pd.DataFrame:
    """One row an award (an offer or a contract), the most money first.

    Columns: award (A1 …), item, offer, contract, supplier, note (a counterparty to be named), material, stage, origin,
    to, first and last (years), t_per_year (mean while it is bought), total_t, price, freight, duty and landed (means
    per ton), share (of all that is there of the material over the horizon), first_musd (a year, in the first period of
    the plan), paid_musd (landed, undiscounted), present_musd (discounted), min_order_t, reserve, reserve_usd_per_t
    (what a ton of it costs more), worth_musd, word (firm, open, or signed before the plan), reason; row, source, grade.
    """
    yearly = award_years(facts)
    if yearly.empty:
        return pd.DataFrame(columns=["award", "item", "supplier", "material", "word", "present_musd", "paid_musd"])
    rows = pd.DataFrame([_award(facts, str(item), part) for item, part in yearly.groupby("item", sort=False)])
    rows = rows.sort_values(["present_musd", "item"], ascending=[False, True], kind="stable").reset_index(drop=True)
    rows.insert(0, "award", [f"A{number}" for number in range(1, len(rows) + 1)])
    return rows


def _award(facts: Facts, item: str, part: pd.DataFrame) -> dict[str, Any]:
    total = part["t"] * part["years"]
    tons = float(total.sum()) or math.nan
    first = part.iloc[0]
    last = part.sort_values("period", kind="stable").iloc[-1]
    lasts = part.drop_duplicates("period")["years"].sum()
    offers = facts.case.tables["offers"]
    offers = offers[offers["offer"] == first["offer"]]
    offer, row = offers.iloc[0], int(offers.index[0])
    means = {name: float((part[name] * total).sum() / tons) for name in ("freight", "duty", "landed")}
    price = float((part["price"].fillna(0.0) * total).sum() / tons)
    in_first = part[part["period"] == facts.horizon[0]]
    rent, instead = float(part["rent_musd"].sum()), float(part["instead_musd"].sum())
    bare = float((part["bare_t"] * part["years"]).sum())
    room = room_musd(facts)
    worth = max(rent, instead)
    signed = _in_force(facts, item)
    word = SIGNED if signed else FIRM if worth > room else OPEN
    reserve = part.assign(total=total).groupby("reserve")["total"].sum().idxmax()
    extra = part.loc[part["reserve"] == reserve, "reserve_usd_per_t"]
    return {
        "item": item,
        "offer": first["offer"],
        "contract": "" if item == first["offer"] else item,
        "supplier": first["supplier"],
        "note": TO_BE_NAMED if _is_group(facts, first["supplier"]) else "",
        "material": first["material"],
        "stage": facts.stages.get(first["material"], ""),
        "origin": first["origin"],
        "to": listed([place for place in dict.fromkeys(part["to"]) if place in facts.country_name_of], 2),
        "first": int(part["period"].min()),
        "last": int(last["period"] + last["years"] - 1),
        "t_per_year": float(total.sum() / lasts),
        "total_t": float(total.sum()),
        "price": price,
        "invoiced": on_invoice(facts, item, first["offer"], part),
        **means,
        "share": float(total.sum() / (_whole(facts).get(first["material"]) or math.nan)),
        "first_musd": float(in_first["yearly"].sum()),
        "paid_musd": float((part["yearly"] * part["years"]).sum()),
        "present_musd": float(part["present"].sum()),
        "min_order_t": offer["min_order_t_per_year"],
        "reserve": reserve,
        "reserve_usd_per_t": float(extra.mean()) if extra.notna().any() else np.nan,
        "bare_t": bare,
        "worth_musd": worth,
        "word": word,
        "reason": _reason(facts, first["offer"], item, rent, instead, bare, word),
        "row": facts.case.cell("offers", row, "price_usd_per_t"),
        "source": offer["source"],
        "grade": offer["grade"],
    }


def _in_force(facts: Facts, item: str) -> bool:
    """Whether an award is a contract that was signed before the plan, so that nobody has to decide on it."""
    table = facts.case.tables["contracts"].set_index("contract")
    return bool(table["signed"].get(item, False))


def _is_group(facts: Facts, supplier: str) -> bool:
    """Whether the case says that a supplier stands for several companies."""
    table = facts.case.tables["suppliers"].set_index("supplier")
    return bool(table["is_group"].get(supplier, False))


@remembered
def _whole(facts: Facts) -> dict[str, float]:
    """All that is there of each material over the horizon: bought, made and collected, t."""
    supply = facts.supply
    sums = (supply["t"] * supply["period"].map(facts.years)).groupby(supply["material"]).sum()
    return {str(material): float(t) for material, t in sums.items()}


def _reason(facts: Facts, offer: str, item: str, rent: float, instead: float, bare: float, word: str) -> str:
    """Why it is awarded, and what it would mean to go without."""
    money = facts.money
    if word == SIGNED:
        return "Signed before the plan, which takes or pays what was agreed"
    if word == OPEN and bare > TINY_T:
        return f"Worth not shown; {in_tons(bare)} quoted by nobody else"
    if word == OPEN:
        return f"Within what the proof leaves open: without it about {musd(max(rent, instead), money)} more"
    why = ["under contract"] if item != offer else []
    if offer in _sold_out(facts):
        why.append("all offered is taken")
    least, most = min(rent, max(rent, instead)), max(rent, instead)
    worth = (
        f"{musd(least, money)} to {musd(most, money)}" if least > _WORTH_TELLING_MUSD else f"up to {musd(most, money)}"
    )
    why.append(f"worth {worth if most > least else f'at least {musd(rent, money)}'}")
    if bare > TINY_T:
        why.append(f"{in_tons(bare)} quoted by nobody else")
    return capital("; ".join(why))


@remembered
def _sold_out(facts: Facts) -> set[str]:
    binding = facts.plan.tables["binding"]
    return set(binding.loc[binding["rule"].str.contains("sold out|at its maximum", regex=True), "item"])


def ask(facts: Facts) -> dict[str, float]:
    """What is asked for: lines (awards), firm and signed (of them), first_musd and next_musd (goods of two periods)."""
    rows = awards(facts)
    lines = facts.ledger[facts.ledger["term"].isin(FOR_GOODS)]
    yearly = lines.groupby("period")["yearly_musd"].sum()
    periods = sorted(facts.years)
    spent = {f"{name}_musd": float(yearly.get(p, 0.0)) for name, p in zip(("first", "next"), periods, strict=False)}
    number = {name: int((rows["word"] == name).sum()) for name in (FIRM, SIGNED)}
    return {"lines": len(rows), **number, **spent}


def supplier_of(row: Any) -> str:
    """The supplier, and that it must be named where it stands for several."""
    return f"{row.supplier} ({row.note})" if row.note else str(row.supplier)

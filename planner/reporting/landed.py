"""Landed cost of each purchase, each duty layer in its own column; and duties by authority, origin and material."""

from __future__ import annotations

import pandas as pd

from models.costs import FOR_GOODS
from planner.reporting.kinds import MUSD, RATE, SHARE, TONS, USD, USD_FINE
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.results.facts import Facts, expected
from planner.results.quotas import quotas

KEYS = ["item", "material", "from", "to", "period"]
PARTS = (*FOR_GOODS, "freight", "duties")


def fill_landed(page: Page, facts: Facts) -> None:
    """What a ton costs where it is used."""
    page.title(
        "Landed cost",
        "What a ton costs at its destination: price, freight, and each duty in its own column (named by its "
        "authority). Own goods that are shipped at a cost stand here without a price. The last column adds up to "
        "purchases, contracts, freight and duties.",
    )
    rows, layers = landed(facts)
    if rows.empty:
        page.say("Nothing is bought, and nothing is shipped at a cost.")
        return
    columns = [
        Col("material", "Material"), Col("item", "Offer or contract"),
        Col("supplier", "Supplier"), Col("origin", "Origin"),
        Col("from", "From"), Col("to", "To"), Col("label", "Period"), Col("t", "Tons, t per year", TONS),
        Col("price", "Price, USD/t", USD), Col("freight", "Freight, USD/t", USD),
        *[Col(f"duty {layer}", f"Duty: {layer}, USD/t", USD) for layer in layers],
        Col("duty", "All duties, USD/t", USD), Col("rate", "Duties, share of price", SHARE),
        Col("landed", "Landed, USD/t", USD), Col("yearly", "Landed, M$ per year", MUSD, total=True),
        Col("present", "Present value, M$ discounted", MUSD, total=True),
    ]  # fmt: skip
    table(page, rows, columns, listing=True, total="All")


def landed(facts: Facts) -> tuple[pd.DataFrame, list[str]]:
    """One row an offer (or own sender), destination and period; costs per ton are means over what moved."""
    lines = facts.ledger[facts.ledger["term"].isin(PARTS)].copy()
    layers = sorted({str(layer) for layer in lines.loc[lines["term"] == "duties", "layer"]})
    if lines.empty:
        return lines, layers
    lines["part"] = lines["term"].where(lines["term"] != "duties", "duty " + lines["layer"].astype(str))
    lines["part"] = lines["part"].where(~lines["term"].isin(FOR_GOODS), "price")
    aside = (lines["term"] == "contracts") & (lines["layer"] != "")  # paid and not taken, or taken and paid before
    lines["to"] = lines["to"].where(~aside, lines["layer"])
    money = lines.pivot_table(
        index=KEYS, columns="part", values="yearly_musd", aggfunc="sum", fill_value=0.0, observed=True
    )
    parts = ["price", "freight", *[f"duty {layer}" for layer in layers]]
    money = money.reindex(columns=parts, fill_value=0.0)
    rows = pd.DataFrame({"yearly": money.sum(axis=1), "present": lines.groupby(KEYS)["expected_musd"].sum()})
    rows["t"] = _tons(lines)
    per_ton = money.div(rows["t"].where(rows["t"] > 0), axis=0) * 1e6
    rows["price"] = per_ton["price"].where(money["price"] != 0)
    rows["freight"] = per_ton["freight"]
    rows[[f"duty {layer}" for layer in layers]] = per_ton[parts[2:]]
    rows["duty"] = per_ton[parts[2:]].sum(axis=1)
    rows["rate"] = (rows["duty"] / rows["price"]).where(rows["price"] > 0)
    rows["landed"] = rows["yearly"] * 1e6 / rows["t"].where(rows["t"] > 0)
    return _named(facts, rows.reset_index()), layers


def _tons(lines: pd.DataFrame) -> pd.Series:
    """Expected tons of a movement: of one of its parts, since each part carries the same tons."""
    weighted = expected(lines)
    sums = weighted.groupby([*KEYS, "part"])["t"].sum()
    return sums.groupby(level=KEYS).max()


def _named(facts: Facts, rows: pd.DataFrame) -> pd.DataFrame:
    """With supplier, origin and period label; purchases along the chain first, then own goods."""
    rows["supplier"] = facts.of_offer(rows["item"], "supplier").fillna("")
    bought = facts.of_offer(rows["item"], "origin")
    rows["origin"] = [facts.country_name(o) or facts.origin(f) for o, f in zip(bought, rows["from"], strict=True)]
    rows["from"] = [f if f in facts.country_of else facts.country_name(f) for f in rows["from"]]
    rows["label"] = rows["period"].map(facts.labels)
    rows["own"], rows["chain"] = bought.isna(), rows["material"].map(facts.chain)
    return rows.sort_values(["own", "chain", "item", "from", "to", "period"], kind="stable").reset_index(drop=True)


def fill_duties(page: Page, facts: Facts) -> None:
    """Who charges what on which goods."""
    page.title(
        "Duties",
        "Duties paid, by the authority that charges them, origin and material. The rate is what is paid over the "
        "value declared, averaged over the period; a ton that pays two authorities stands in two rows.",
    )
    rows = duties(facts)
    if rows.empty:
        page.say("No duty is paid.")
    else:
        _duties(page, rows)
    _quotas(page, facts)


def _duties(page: Page, rows: pd.DataFrame) -> None:
    """Every authority's duty on each good."""
    columns = [
        Col("layer", "Authority"), Col("origin", "Origin"), Col("to", "Charged by"), Col("material", "Material"),
        Col("label", "Period"), Col("t", "Tons, t per year", TONS), Col("value", "Value declared, M$ per year", MUSD),
        Col("rate", "Duty, share of value", SHARE), Col("usd_per_t", "Duty, USD per t", USD_FINE),
        Col("yearly", "Duty, M$ per year", MUSD, total=True),
        Col("present", "Present value, M$ discounted", MUSD, total=True),
    ]  # fmt: skip
    table(page, rows, columns, listing=True, total="All duties")


def _quotas(page: Page, facts: Facts) -> None:
    """What of each quota is used and left, and the rates on both sides of it; nothing where there is none."""
    found = quotas(facts.case, facts.plan)
    if found.empty:
        return
    page.section("Quotas")
    page.say(
        "Came is all that crosses the border under the quota; used is what enters inside it. Where the rate over the "
        "quota is empty, nothing may enter over it."
    )
    columns = [
        Col("quota", "Quota"), Col("authority", "Authority"), Col("origin", "Origin"),
        Col("destination", "Charged by"), Col("label", "Period"), Col("quota_t", "Quota", TONS, group="t per year"),
        Col("came_t", "Came", TONS, group="t per year"), Col("used_t", "Used", TONS, group="t per year"),
        Col("left_t", "Left", TONS, group="t per year"), Col("used_share", "Share used", SHARE),
        Col("in_rate", "Inside", RATE, group="Duty rate"), Col("over_rate", "Over", RATE, group="Duty rate"),
    ]  # fmt: skip
    table(page, found, columns)


def duties(facts: Facts) -> pd.DataFrame:
    """Duty lines added up by authority, origin, charging country, material and period."""
    lines = facts.ledger[facts.ledger["term"] == "duties"]
    if lines.empty:
        return lines
    rows = expected(_named(facts, lines.copy()))
    rows["to"] = [facts.origin(place) for place in rows["to"]]
    rows["value"] = rows["t"] * _declared(facts, rows) / 1e6
    keys = ["layer", "origin", "to", "material", "period"]
    sums = {"t": "t", "value": "value", "yearly": "yearly_musd", "present": "expected_musd"}
    out = rows.groupby(keys, as_index=False).agg(**{name: (column, "sum") for name, column in sums.items()})
    out["rate"] = out["yearly"] / out["value"].where(out["value"] > 0)
    out["usd_per_t"] = out["yearly"] * 1e6 / out["t"].where(out["t"] > 0)
    return out.assign(label=out["period"].map(facts.labels))


def _declared(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """USD per t on which duty is charged: the price paid for purchases, the customs value for own goods."""
    bought = facts.ledger[facts.ledger["term"].isin(FOR_GOODS) & (facts.ledger["layer"] == "")]
    price = bought.groupby(["item", "node"])["usd_per_t"].first()
    keys = pd.MultiIndex.from_frame(rows[["item", "node"]])
    customs = facts.case.tables["materials"].set_index("material")["customs_value_usd_per_t"]
    return pd.Series(price.reindex(keys).to_numpy(), index=rows.index, dtype=float).fillna(
        rows["material"].map(customs)
    )

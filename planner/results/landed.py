"""What a ton costs where it is used, and what is charged at borders. Expected over the futures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.costs import FOR_GOODS
from planner.results.facts import Facts, expected, remembered

KEYS = ["item", "material", "from", "to", "period"]
PARTS = (*FOR_GOODS, "financing", "freight", "duties")


@remembered
def landed(facts: Facts) -> tuple[pd.DataFrame, list[str]]:
    """One row an offer (or own sender), destination and period; costs per ton are means over what moved."""
    lines = facts.ledger[facts.ledger["term"].isin(PARTS)].copy()
    layers = sorted({str(layer) for layer in lines.loc[lines["term"] == "duties", "layer"]})
    if lines.empty:
        return lines, layers
    lines["part"] = lines["term"].where(lines["term"] != "duties", "duty " + lines["layer"].astype(str))
    lines["part"] = lines["part"].where(~lines["term"].isin(FOR_GOODS), "price")
    aside = lines["term"].isin(["contracts", "financing"]) & (
        lines["layer"] != ""
    )  # paid and not taken, or taken and paid before
    lines["to"] = lines["to"].where(~aside, lines["layer"])
    money = lines.pivot_table(
        index=KEYS, columns="part", values="yearly_musd", aggfunc="sum", fill_value=0.0, observed=True
    )
    parts = ["price", "financing", "freight", *[f"duty {layer}" for layer in layers]]
    money = money.reindex(columns=parts, fill_value=0.0)
    rows = pd.DataFrame({"yearly": money.sum(axis=1), "present": lines.groupby(KEYS)["expected_musd"].sum()})
    rows["t"] = _tons(lines)
    per_ton = money.div(rows["t"].where(rows["t"] > 0), axis=0) * 1e6
    rows["price"] = per_ton["price"].where(money["price"] != 0)
    rows["financing"], rows["freight"] = per_ton["financing"], per_ton["freight"]
    rows[[f"duty {layer}" for layer in layers]] = per_ton[parts[3:]]
    rows["duty"] = per_ton[parts[3:]].sum(axis=1)
    rows["rate"] = (rows["duty"] / rows["price"]).where(rows["price"] > 0)
    rows["landed"] = rows["yearly"] * 1e6 / rows["t"].where(rows["t"] > 0)
    return _named(facts, rows.reset_index()), layers


def _tons(lines: pd.DataFrame) -> pd.Series:
    """Expected tons of a movement: of one of its parts, since each part carries the same tons.

    Duty that a quota or a partner saves stands in lines of its own, for tons that another line has counted.
    """
    weighted = expected(lines[~_saved(lines)])
    sums = weighted.groupby([*KEYS, "part"])["t"].sum()
    return sums.groupby(level=KEYS).max()


def _saved(lines: pd.DataFrame) -> pd.Series:
    """Which lines are of duty that is not paid."""
    return (lines["term"] == "duties") & (lines["musd_per_year"] < 0)


def _named(facts: Facts, rows: pd.DataFrame) -> pd.DataFrame:
    """With supplier, origin and period label; purchases along the chain first, then own goods."""
    rows["supplier"] = facts.of_offer(rows["item"], "supplier").astype(object).fillna("")
    bought = facts.of_offer(rows["item"], "origin")
    rows["origin"] = [facts.country_name(o) or facts.origin(f) for o, f in zip(bought, rows["from"], strict=True)]
    rows["from"] = [f if f in facts.country_name_of else facts.country_name(f) for f in rows["from"]]
    rows["label"] = rows["period"].map(facts.labels)
    rows["own"], rows["chain"] = bought.isna(), rows["material"].map(facts.chain)
    return rows.sort_values(["own", "chain", "item", "from", "to", "period"], kind="stable").reset_index(drop=True)


def duties(facts: Facts) -> pd.DataFrame:
    """Duty lines added up by authority, origin, charging country, material and period."""
    lines = facts.ledger[facts.ledger["term"] == "duties"]
    if lines.empty:
        return lines
    rows = expected(_named(facts, lines.copy()))
    rows["t"] = rows["t"].where(~_saved(rows), 0.0)
    stated = facts.case.tables["places"].set_index("place")["zone_origin"].dropna()
    zones = {place: facts.country_name(code) for place, code in stated.items()}
    rows["to"] = [facts.origin(place) for place in rows["to"]]
    left = (rows["origin"] == rows["to"]) & rows["from"].isin(zones)
    rows["origin"] = rows["origin"].where(~left, rows["from"].map(zones))
    rows["value"] = rows["t"] * _declared(facts, rows) / 1e6
    keys = ["layer", "origin", "to", "material", "period"]
    sums = {"t": "t", "value": "value", "yearly": "yearly_musd", "present": "expected_musd"}
    out = rows.groupby(keys, as_index=False).agg(**{name: (column, "sum") for name, column in sums.items()})
    out["rate"] = out["yearly"] / out["value"].where(out["value"] > 0)
    out["usd_per_t"] = out["yearly"] * 1e6 / out["t"].where(out["t"] > 0)
    return out.assign(label=out["period"].map(facts.labels))


def _declared(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """USD per t on which duty is charged: the customs value of the offer, else the price paid; that of own goods."""
    bought = facts.ledger[facts.ledger["term"].isin(FOR_GOODS) & (facts.ledger["layer"] == "")]
    paid = bought.groupby(["item", "node"])[["musd_per_year", "t_per_year"]].sum()
    price = 1e6 * paid["musd_per_year"] / paid["t_per_year"]
    keys = pd.MultiIndex.from_frame(rows[["item", "node"]])
    customs = facts.case.tables["materials"].set_index("material")["customs_value_usd_per_t"]
    stated = facts.of_offer(rows["item"], "customs_value_usd_per_t").astype(float)
    declared = stated.to_numpy()
    declared = np.where(np.isnan(declared), price.reindex(keys).to_numpy(), declared)
    return pd.Series(declared, index=rows.index, dtype=float).fillna(rows["material"].map(customs))

"""What segments need is delivered or short, and surplus goes only to markets that take it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.audit.books import Books, summed
from planner.audit.finding import Finding, listed, too_much, unequal

_SEGMENT = {"segment": "segment", "node": "in"}
_MARKET = {"place": "", "material": "", "price_usd_per_t": "at USD/t", "node": "in"}


def needs(books: Books) -> pd.DataFrame:
    """For each segment and node: its row of the sheet and `need` in t/yr; no row of demand is no need."""
    segments = books.at_every_node(books.sheet("segments")).rename(columns={"material": "wanted"})
    demand = books.sheet("demand")[["segment", "period", "t_per_year"]].rename(columns={"t_per_year": "need"})
    return segments.merge(demand, on=["segment", "period"], how="left").fillna({"need": 0.0})


def check_demand(books: Books) -> list[Finding]:
    """Deliveries and shortage make up the need; segments get the material they asked for; shortage keeps to its cap."""
    every = needs(books)
    delivered = books.table("deliveries").merge(every[["segment", "node", "wanted"]], on=["segment", "node"])
    wrong = delivered[delivered["material"] != delivered["wanted"]].rename(columns={"wanted": "expected"})
    findings = listed("delivery", wrong, _SEGMENT, "the segment does not take this material", found="material")
    key = ["segment", "node"]
    got = summed(delivered, key, "t_per_year").rename(columns={"t_per_year": "delivered"})
    short = books.table("shortages").rename(columns={"t_per_year": "short"})
    every = every.merge(got, on=key, how="left").merge(short, on=key, how="left")
    every = every.fillna({"delivered": 0.0, "short": 0.0})
    met = every.assign(expected=every["need"], found=every["delivered"] + every["short"])
    findings += unequal("demand", met, _SEGMENT, "deliveries and shortage are not the need")
    priced = every["shortage_usd_per_t"].notna()
    share = every["max_shortage_share"].fillna(1.0).where(priced, 0.0)
    capped = every.assign(expected=share * every["need"], found=every["short"])
    return findings + too_much("shortage cap", capped, _SEGMENT, "more is short than may be")


def check_sales(books: Books) -> list[Finding]:
    """Each market named in the sheet takes no more than its cap at its price."""
    key = ["place", "material", "price_usd_per_t"]
    sold = books.table("sales").merge(books.sheet("sales").assign(known=True), on=key, how="left")
    strange = sold[sold["known"].isna()]
    findings = listed("sales", strange, _MARKET, "nobody buys this material here at this price", 0.0, "t_per_year")
    capped = sold.assign(expected=sold["max_t_per_year"].fillna(np.inf), found=sold["t_per_year"])
    return findings + too_much("sales cap", capped, _MARKET, "the market takes less")

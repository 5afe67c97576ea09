"""Nothing appears and nothing vanishes: two ledgers of tons, kept as a storekeeper would.

Every movement is one entry: where, which material and class, in which node, how many tons a year, and why. Tons that
come in are positive, tons that go out negative. At each place the entries of a material must add up to nothing.

The gate: what plants make and what is collected at a place is what is shipped from it (also to itself).
The yard: what arrives at a place is what is used, delivered, sold, thrown away, put into stock or sent on from it.
"""

from __future__ import annotations

import pandas as pd

from planner.audit.books import Books, summed
from planner.audit.finding import Finding, listed, too_much, unequal
from planner.audit.stocks import closing, opening

CELL = ["place", "material", "origin_class", "node"]
_WHERE = {"place": "", "material": "", "origin_class": "class", "node": "in"}
_POOL = {"place": "", "material": "", "node": "in"}


def entries(frame: pd.DataFrame, why: str, tons: pd.Series) -> pd.DataFrame:
    """The frame's rows as entries of so many tons each; what bears no class is of the empty class."""
    if "origin_class" not in frame:
        frame = frame.assign(origin_class="")
    return frame[CELL].assign(why=why, tons=tons)


def recipe_entries(books: Books) -> pd.DataFrame:
    """What runs take in and put out at their facility's place: one entry for each run and line of its recipe."""
    runs = books.table("activity").merge(books.sheet("facilities")[["facility", "place"]], on="facility")
    lines = runs.merge(books.sheet("recipes"), on="process")
    return lines.assign(tons=lines["t_per_year"] * lines["t_per_t"])


def gate(books: Books) -> pd.DataFrame:
    """Entries of the gate: made and collected come in, shipped goes out."""
    made = recipe_entries(books)
    made = made[made["t_per_t"] > 0]
    collected = books.table("collections")
    shipped = books.table("shipments").rename(columns={"from_place": "place"})
    parts = [
        entries(made, "made", made["tons"]),
        entries(collected, "collected", collected["t_per_year"]),
        entries(shipped, "shipped", -shipped["t_per_year"]),
    ]
    return pd.concat(parts, ignore_index=True)


def yard(books: Books) -> pd.DataFrame:
    """Entries of the yard: bought, arrived and stock of before come in; every use and the stock kept go out."""
    bought = books.table("purchases").merge(books.sheet("offers")[["offer", "material"]], on="offer")
    arrived = books.table("shipments").rename(columns={"to_place": "place"})
    restocked = books.table("stock_shipments").rename(columns={"to_place": "place"})
    sent = books.table("stock_shipments").rename(columns={"from_place": "place"})
    eaten = recipe_entries(books)
    eaten = eaten[eaten["t_per_t"] < 0]
    delivered = books.table("deliveries").merge(books.sheet("segments")[["segment", "place"]], on="segment")
    sold, dropped = books.table("sales"), books.table("disposals")
    before, after = opening(books), closing(books)
    parts = [
        entries(bought, "bought", bought["t_per_year"]),
        entries(arrived, "arrived", arrived["t_per_year"]),
        entries(restocked, "arrived from another stock", restocked["t_per_year"]),
        entries(before, "from stock", before["usable_t_per_year"]),
        entries(eaten, "used by plants", eaten["tons"]),
        entries(delivered, "delivered", -delivered["t_per_year"]),
        entries(sold, "sold", -sold["t_per_year"]),
        entries(dropped, "thrown away", -dropped["t_per_year"]),
        entries(after, "into stock", -after["t_per_year"]),
        entries(sent, "sent out of stock", -sent["t_per_year"]),
    ]
    return pd.concat(parts, ignore_index=True)


def check_balance(books: Books) -> list[Finding]:
    """Both ledgers close at every place, for every material, class and node."""
    findings = _closed("output", gate(books), "what is made and collected is not what is shipped")
    at_yard = yard(books)
    findings += _closed("balance", at_yard, "what comes in is not what goes out")
    return findings + _check_resale(books) + _check_disposal(books)


def _closed(check: str, ledger: pd.DataFrame, message: str) -> list[Finding]:
    """What comes in is expected to go out."""
    both_ways = ledger.assign(expected=ledger["tons"].clip(lower=0.0), found=-ledger["tons"].clip(upper=0.0))
    sums = summed(both_ways, CELL, "expected", "found")
    return unequal(check, sums, _WHERE, message)


def _check_resale(books: Books) -> list[Finding]:
    """Bought goods are not sold on: sales are at most the own goods that arrive and the stock of before."""
    sold = summed(books.table("sales"), ["place", "material", "node"], "t_per_year")
    at_yard = yard(books)
    own = at_yard[at_yard["why"].isin(["arrived", "arrived from another stock", "from stock"])]
    pools = summed(own, ["place", "material", "node"], "tons")
    both = sold.rename(columns={"t_per_year": "found"}).merge(pools, on=["place", "material", "node"], how="left")
    both = both.assign(expected=both["tons"].fillna(0.0))
    return too_much("resale", both, _POOL, "more is sold than own goods arrive and were in stock")


def _check_disposal(books: Books) -> list[Finding]:
    """Only what has a cost of disposal (which may be 0) may be thrown away."""
    dropped = books.table("disposals").merge(books.sheet("materials"), on="material")
    barred = dropped[dropped["disposal_usd_per_t"].isna()]
    return listed("disposal", barred, _POOL, "this material may not be thrown away", 0.0, "t_per_year")

"""Stockpiles: what is carried from one node to the next, its losses, room, reserve and final amount."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.audit.books import Books, summed
from planner.audit.finding import Finding, listed, too_little, too_much

_PILE = {"place": "", "material": "", "node": "in"}


def closing(books: Books) -> pd.DataFrame:
    """What each node leaves in stock: t, and what that takes out of each of its years."""
    kept = books.table("stocks").merge(books.tree.frame[["node", "years"]], on="node")
    return kept.assign(t_per_year=kept["t"] / kept["years"])


def opening(books: Books) -> pd.DataFrame:
    """What each node finds in stock: t, and what is left of it after the losses of its years, per year.

    The root finds the initial stock, any other node what its parent left.
    """
    sheet = books.sheet("stocks")[["place", "material", "initial_t", "loss_share_per_year"]]
    nodes = books.tree.frame[["node", "parent", "years"]]
    first = sheet.merge(nodes[nodes["parent"].isna()], how="cross").assign(origin_class="")
    first = first.assign(t=first["initial_t"].fillna(0.0))
    left = books.table("stocks").rename(columns={"node": "parent"})
    later = left.merge(nodes, on="parent").merge(sheet, on=["place", "material"])
    columns = ["place", "material", "origin_class", "node", "years", "t", "loss_share_per_year"]
    found = pd.concat([first[columns], later[columns]], ignore_index=True)
    kept = (1.0 - found["loss_share_per_year"].fillna(0.0)) ** found["years"]
    return found.assign(usable_t_per_year=found["t"] * kept / found["years"])


def piles(books: Books) -> pd.DataFrame:
    """One row for each stockpile and node, over all classes: its row of the sheet, `opening_t` and `closing_t`."""
    key = ["place", "material", "node"]
    before = summed(opening(books), key, "t").rename(columns={"t": "opening_t"})
    after = summed(books.table("stocks"), key, "t").rename(columns={"t": "closing_t"})
    every = books.at_every_node(books.sheet("stocks"))
    every = every.merge(before, on=key, how="left").merge(after, on=key, how="left")
    return every.fillna({"opening_t": 0.0, "closing_t": 0.0})


def check_stocks(books: Books) -> list[Finding]:
    """Stock is kept where there is a stockpile, within its room, above its reserve, and enough is left at the end."""
    known = books.sheet("stocks")[["place", "material"]].assign(known=True)
    kept = books.table("stocks").merge(known, on=["place", "material"], how="left")
    strange = kept[kept["known"].isna()]
    findings = listed("stock", strange, _PILE, "there is no stockpile of this material here", 0.0, "t")
    sent = books.table("stock_shipments").rename(columns={"from_place": "place"})
    sent = sent.merge(known, on=["place", "material"], how="left")
    strange = sent[sent["known"].isna()]
    findings += listed("stock", strange, _PILE, "it is sent out of a stock that does not exist", 0.0, "t_per_year")
    every = piles(books).rename(columns={"closing_t": "found"})
    findings += too_much(
        "stock room", every.assign(expected=every["max_t"].fillna(np.inf)), _PILE, "more than its room"
    )
    reserve = every.assign(expected=every["reserve_t"].fillna(0.0))
    findings += too_little("stock reserve", reserve, _PILE, "less than its reserve")
    last = every[every["node"].isin(books.tree.leaves)]
    final = last.assign(expected=last["final_t"].fillna(0.0))
    return findings + too_little("final stock", final, _PILE, "less than must be left at the end")

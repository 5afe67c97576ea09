"""What may be bought: offers on sale, from qualified suppliers, up to their caps and from their minimum orders on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.audit.books import Books, summed
from planner.audit.calendar import open_years
from planner.audit.finding import RELATIVE, Finding, listed, too_little, too_much

_OFFER = {"offer": "offer", "node": "in"}
_SUPPLIER = {"supplier": "supplier", "node": "in"}


def offer_terms(books: Books) -> pd.DataFrame:
    """For each offer and node: its price, and the share of the years in which it can be bought.

    A row of `offer_prices` takes the place of the offer's own price or cap in its period. An offer can be bought in a
    year when it is on sale and its supplier is qualified; cap and minimum order count with the share of such years. An
    offer without a cap stays without one if there is any such year.
    """
    own = books.sheet("offers")[
        ["offer", "supplier", "from", "to", "price_usd_per_t", "max_t_per_year", "min_order_t_per_year"]
    ]
    dated = books.sheet("offer_prices")[["offer", "period", "price_usd_per_t", "max_t_per_year"]]
    terms = books.at_every_node(own).merge(dated, on=["offer", "period"], how="left", suffixes=("", "_dated"))
    price = terms["price_usd_per_t_dated"].fillna(terms["price_usd_per_t"])
    cap = terms["max_t_per_year_dated"].fillna(terms["max_t_per_year"]).fillna(np.inf)
    terms = terms.merge(qualified_from(books), on=["supplier", "node"], how="left")
    first = terms[["from", "qualified_from"]].fillna({"from": -np.inf, "qualified_from": np.inf}).max(axis=1)
    share = open_years(terms, first, terms["to"]) / terms["years"]
    return pd.DataFrame(
        {
            "offer": terms["offer"],
            "node": terms["node"],
            "price_usd_per_t": price,
            "share": share,
            "cap": (cap * share).where(share > 0, 0.0),
            "min_order": terms["min_order_t_per_year"].fillna(0.0) * share,
            "has_minimum": terms["min_order_t_per_year"].fillna(0.0) > 0,
        }
    )


def qualified_from(books: Books) -> pd.DataFrame:
    """The first year in which a supplier may be bought from, seen from each node: supplier, node, qualified_from.

    One that is qualified always may; another one `qualification_years` after its qualification began on the path.
    """
    suppliers = books.sheet("suppliers")[["supplier", "qualified", "qualification_years"]]
    always = books.at_every_node(suppliers[suppliers["qualified"].astype(bool)]).assign(qualified_from=-np.inf)
    begun = books.table("qualifications").rename(columns={"node": "ancestor"}).merge(suppliers, on="supplier")
    seen = begun.merge(books.tree.ancestry, on="ancestor")
    seen["qualified_from"] = seen["begun_in"] + seen["qualification_years"].fillna(0.0)
    both = pd.concat([f[["supplier", "node", "qualified_from"]] for f in (always, seen)], ignore_index=True)
    return both.groupby(["supplier", "node"], as_index=False)[["qualified_from"]].min()


def check_supply(books: Books) -> list[Finding]:
    """Purchases stay within each offer's cap and above its minimum order, and only qualified suppliers sell."""
    bought = summed(books.table("purchases"), ["offer", "node"], "t_per_year")
    terms = offer_terms(books).merge(bought.rename(columns={"t_per_year": "found"}), on=["offer", "node"], how="left")
    terms["found"] = terms["found"].fillna(0.0)
    closed = terms[(terms["share"] == 0) & (terms["found"] > RELATIVE)]
    findings = listed(
        "offer open", closed, _OFFER, "bought while it is not on sale or its supplier is not qualified", 0.0
    )
    open_terms = terms[terms["share"] > 0]
    capped = open_terms.assign(expected=open_terms["cap"])
    findings += too_much("offer cap", capped, _OFFER, "bought more than the cap")
    used = terms[(terms["found"] > RELATIVE) & terms["has_minimum"]]
    findings += too_little(
        "minimum order", used.assign(expected=used["min_order"]), _OFFER, "bought less than the minimum order"
    )
    return findings + _check_orders(books, used) + _check_qualifications(books)


def _check_orders(books: Books, used: pd.DataFrame) -> list[Finding]:
    """The table of orders names the offers with a minimum that are bought from, and no others."""
    both = used[["offer", "node"]].merge(books.table("orders"), on=["offer", "node"], how="outer", indicator=True)
    missing, needless = both[both["_merge"] == "left_only"], both[both["_merge"] == "right_only"]
    findings = listed("orders", missing, _OFFER, "bought from an offer with a minimum, without an order", "an order")
    return findings + listed(
        "orders", needless, _OFFER, "an order where nothing is bought or there is no minimum", "no order", "offer"
    )


def _check_qualifications(books: Books) -> list[Finding]:
    """Nobody is qualified twice on a path, nor one who is qualified from the first day."""
    begun = books.table("qualifications").merge(books.sheet("suppliers")[["supplier", "qualified"]], on="supplier")
    needless = begun[begun["qualified"].astype(bool)]
    findings = listed(
        "qualification", needless, _SUPPLIER, "the supplier is qualified from the first day", "none", "node"
    )
    seen = begun.rename(columns={"node": "ancestor"}).merge(books.tree.ancestry, on="ancestor")
    times = summed(seen.assign(found=1.0), ["supplier", "node"], "found")
    leaves = times[times["node"].isin(books.tree.leaves)].assign(expected=1.0)
    return findings + too_much("qualification", leaves, _SUPPLIER, "qualified more than once on the path")

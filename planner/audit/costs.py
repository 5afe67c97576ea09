"""Every cost, worked out again from the case's prices and the plan's tons: one line for each flow or decision.

A line has the ledger's columns. Yearly money is discounted over all years of its node, one-off money from its first
year.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from planner.audit.books import PURCHASE, Books
from planner.audit.duties import duty_lines
from planner.audit.lanes import Routes
from planner.audit.plants import operating, standing
from planner.audit.returns import collection_cost
from planner.audit.stocks import piles
from planner.audit.supply import offer_terms

WORDS = ["term", "layer", "item", "material", "from", "to", "node"]
FIGURES = ["t_per_year", "usd_per_t", "musd_per_year", "discounted_musd"]
USD_PER_MUSD = 1e6
ONE_OFF = ("qualification",)
MOVED = {"material": "material", "from": "from", "to": "to"}
AT_PLACE = {"material": "material", "from": "place"}
TERMS = (
    "purchases",
    "freight",
    "duties",
    "qualification",
    "investment",
    "fixed_operation",
    "operation",
    "collection",
    "holding",
    "disposal",
    "shortage",
    "sales",
)


def expected_lines(books: Books, routes: Routes) -> pd.DataFrame:
    """All lines that the ledger should have."""
    flows = valued(books, routes.flows)
    parts = [
        purchases(flows),
        freight(flows),
        duties(books, flows),
        qualification(books),
        investment(books),
        *fixed_operation(books),
        operation(books),
        collection(books),
        holding(books),
        disposal(books),
        shortage(books),
        sales(books),
    ]
    return discounted(books, pd.concat(parts, ignore_index=True))


def valued(books: Books, flows: pd.DataFrame) -> pd.DataFrame:
    """The flows with the value on which duty is paid: the price of what was bought, the customs value of own goods."""
    price = offer_terms(books)[["offer", "node", "price_usd_per_t"]].rename(columns={"offer": "item"})
    customs = books.sheet("materials")[["material", "customs_value_usd_per_t"]]
    both = flows.merge(price, on=["item", "node"], how="left").merge(customs, on="material", how="left")
    own = both["customs_value_usd_per_t"].fillna(0.0)
    return both.assign(value_usd_per_t=both["price_usd_per_t"].where(both["kind"] == PURCHASE, own))


def lines(
    term: str, frame: pd.DataFrame, item: str, tons: pd.Series, usd_per_t: pd.Series, **words: str
) -> pd.DataFrame:
    """The frame's rows as ledger lines of so many tons at such a price.

    `item` is the column that names each; `words` says which columns are its `material`, `from` and `to`.
    """
    named = pd.DataFrame({"term": term, "item": frame[item], "node": frame["node"]}, index=frame.index)
    named["layer"] = frame["layer"] if term == "duties" else ""
    for word in ("material", "from", "to"):
        named[word] = frame[words[word]] if word in words else ""
    named = named.assign(t_per_year=tons, usd_per_t=usd_per_t)
    named["musd_per_year"] = named["t_per_year"] * named["usd_per_t"] / USD_PER_MUSD
    return named[[*WORDS, "t_per_year", "usd_per_t", "musd_per_year"]]


def discounted(books: Books, ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger with what each line is worth in the base year."""
    with_node = ledger.merge(books.tree.frame[["node", "discount", "discount_first"]], on="node")
    factor = with_node["discount"].where(~with_node["term"].isin(ONE_OFF), with_node["discount_first"])
    return with_node.assign(discounted_musd=with_node["musd_per_year"] * factor)[[*WORDS, *FIGURES]]


def purchases(flows: pd.DataFrame) -> pd.DataFrame:
    """What is bought, at the offer's price in that node."""
    bought = flows[flows["kind"] == PURCHASE]
    return lines("purchases", bought, "item", bought["t_per_year"], bought["price_usd_per_t"], **MOVED)


def freight(flows: pd.DataFrame) -> pd.DataFrame:
    """What moves, at the freight of its lane."""
    return lines("freight", flows, "item", flows["t_per_year"], flows["freight_usd_per_t"], **MOVED)


def duties(books: Books, flows: pd.DataFrame) -> pd.DataFrame:
    """What crosses a border, at each layer of duty."""
    paid = duty_lines(books, flows)
    return lines("duties", paid, "item", paid["t_per_year"], paid["usd_per_t"], **MOVED)


def one_price(term: str, frame: pd.DataFrame, item: str, price: str, **words: str) -> pd.DataFrame:
    """Lines of `t_per_year` at the frame's own price column; a blank price is nothing."""
    return lines(term, frame, item, frame["t_per_year"], frame[price].fillna(0.0), **words)


def qualification(books: Books) -> pd.DataFrame:
    """The one-off cost of each qualification begun."""
    begun = books.table("qualifications").merge(books.sheet("suppliers"), on="supplier")
    no_tons = pd.Series(np.nan, index=begun.index)
    return lump("qualification", begun, "supplier", no_tons, begun["qualification_cost_musd"].fillna(0.0))


def lump(term: str, frame: pd.DataFrame, item: str, tons: pd.Series, musd: pd.Series) -> pd.DataFrame:
    """Lines whose money is not a price times tons."""
    return lines(term, frame, item, tons, tons).assign(musd_per_year=musd.to_numpy())


def investment(books: Books) -> pd.DataFrame:
    """Each build's capex as equal yearly payments over its life, in the share of years in which it runs."""
    builds = operating(books)
    capex = builds["capex_fixed_musd"] + builds["capex_usd_per_t"] * builds["size_t_per_year"] / USD_PER_MUSD
    rate = float(books.case.settings["capital_rate"])
    life = builds["life_years"]
    payment = rate / (1.0 - (1.0 + rate) ** -life) if rate > 0 else 1.0 / life
    musd = capex * payment * builds["share"]
    return lump("investment", builds, "option", builds["size_t_per_year"].where(musd != 0, 0.0), musd)


def fixed_operation(books: Books) -> Iterable[pd.DataFrame]:
    """The yearly cost of capacity that stands: what was there, and what was built while it runs."""
    plants = standing(books)
    tons, price = plants["capacity_t_per_year"].fillna(0.0), plants["fixed_om_usd_per_t"].fillna(0.0)
    tons = tons.where(plants["share"] > 0, 0.0)
    yield lines("fixed_operation", plants, "facility", tons, price * plants["share"], **{"from": "place"})
    own = books.sheet("facilities")[["facility", "fixed_om_usd_per_t"]]
    builds = operating(books).merge(own, on="facility", suffixes=("", "_facility"))
    price = builds["fixed_om_usd_per_t"].fillna(builds["fixed_om_usd_per_t_facility"]).fillna(0.0)
    tons = builds["size_t_per_year"].where(builds["share"] > 0, 0.0)
    yield lines("fixed_operation", builds, "option", tons, price * builds["share"])


def operation(books: Books) -> pd.DataFrame:
    """What plants run, at the cost of the process."""
    runs = books.table("activity").merge(books.sheet("processes"), on=["facility", "process"])
    runs = runs.merge(books.sheet("facilities")[["facility", "place"]], on="facility")
    runs["run"] = runs["facility"] + " / " + runs["process"]
    return one_price("operation", runs, "run", "cost_usd_per_t", **{"from": "place"})


def collection(books: Books) -> pd.DataFrame:
    """What is collected, at the cost of its row."""
    return one_price("collection", collection_cost(books), "stream", "collection_usd_per_t", **AT_PLACE)


def holding(books: Books) -> pd.DataFrame:
    """Stock, on the mean of what a node finds (before losses) and what it leaves."""
    every = piles(books)
    mean = (every["opening_t"] + every["closing_t"]) / 2.0
    return lines("holding", every, "material", mean, every["holding_usd_per_t_year"].fillna(0.0), **AT_PLACE)


def disposal(books: Books) -> pd.DataFrame:
    """What is thrown away, at its material's cost of disposal."""
    dropped = books.table("disposals").merge(books.sheet("materials"), on="material")
    return one_price("disposal", dropped, "material", "disposal_usd_per_t", **AT_PLACE)


def shortage(books: Books) -> pd.DataFrame:
    """What is short, at the segment's loss per ton."""
    short = books.table("shortages").merge(books.sheet("segments"), on="segment")
    return one_price("shortage", short, "segment", "shortage_usd_per_t", material="material", to="place")


def sales(books: Books) -> pd.DataFrame:
    """What is sold: income, so a negative cost."""
    sold = books.table("sales")
    return one_price("sales", sold.assign(cost=-sold["price_usd_per_t"]), "material", "cost", **AT_PLACE)

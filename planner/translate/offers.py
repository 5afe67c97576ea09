"""What suppliers ask: offers on sale at a node, their price bands, and the terms of contracts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from models.data import Tree
from models.groups import Floats
from planner.case import Case
from planner.translate import columns
from planner.translate.events import OFFERED, Effects, Events, supplied
from planner.translate.index import by_indices, follows
from planner.translate.lead import ordered
from planner.translate.money import mean_worth, moves, worth
from planner.translate.refusing import refuse_unbounded
from planner.translate.tools import indices, open_share
from planner.translate.tree import descents

CERTAIN = 1e-9  # by how much rounding may set an uncut share apart


def offers_by_node(case: Case, nodes: pd.DataFrame, events: Events) -> pd.DataFrame:
    """Offers with their price at each node before events, on sale there or not: the mean of the years, in the plan's
    money.
    """
    offers = case.tables["offers"].drop(columns=["year"]).merge(nodes[["node", "period", "years"]], how="cross")
    offers["open"] = open_share(offers["from"], offers["to"], offers["period"], offers["years"])
    offers["stated_t"] = offers["max_t_per_year"]
    changed = case.tables["offer_prices"][["offer", "period", "price_usd_per_t", "max_t_per_year"]]
    if len(changed):
        offers = offers.merge(changed, on=["offer", "period"], how="left", suffixes=("", "_then"))
        offers["price_usd_per_t"] = offers["price_usd_per_t_then"].fillna(offers["price_usd_per_t"])
        offers["stated_t"] = offers["max_t_per_year_then"].fillna(offers["max_t_per_year"])
    offers["first_year"], offers["last_year"] = offers["from"].fillna(-np.inf), offers["to"].fillna(np.inf)
    offers["price_usd_per_t"] = offers["price_usd_per_t"] * mean_worth(events, offers)
    offers["stated_usd_per_t"] = offers["price_usd_per_t"]
    return columns.OFFERS.of(offers)


def offers_on_sale(case: Case, nodes: pd.DataFrame, events: Events) -> pd.DataFrame:
    """Offers that are open at a node, at the mean price of what they deliver, year by year.

    A maximum or a minimum order counts with its share of the years.
    """
    offers = offers_by_node(case, nodes, events)
    offers = offers[offers["open"] > 0].reset_index(drop=True)
    offers["min_order_t_per_year"] = offers["min_order_t_per_year"] * offers["open"]
    delivered = supplied(case, events, offers)
    offers["supply"] = delivered.share()
    refuse_unbounded(case, _left_in_part(offers))
    offers["max_t_per_year"] = offers["stated_t"] * offers["supply"]
    offers["price_usd_per_t"] = mean_price(events, offers, ordered(case, offers, delivered).yearly)
    return columns.ON_SALE.of(offers[offers["supply"] > 0]).reset_index(drop=True)


def _left_in_part(offers: pd.DataFrame) -> dict[str, str]:
    """Offers without a maximum of which an event leaves a part, with the reason to refuse: no limit has no part."""
    cut = (offers["supply"] > 0) & (offers["supply"] < offers["open"] - CERTAIN)
    endless = offers.loc[cut & ~np.isfinite(offers["stated_t"]), "offer"]
    return {offer: f"an event leaves part of the offer {offer}, which has no maximum" for offer in endless}


def yearly_prices(events: Events, offers: pd.DataFrame) -> tuple[Floats, Effects]:
    """What the stated price of each row is in each calendar year of its node: nothing at least. And those years."""
    effects = events.on("price", offers, OFFERED)
    return effects.yearly(_asked(events, offers)), effects


def _asked(events: Events, offers: pd.DataFrame) -> pd.Series | Floats:
    """What is stated, and where an offer is in other money or follows indices what it comes to in each year.

    It is nothing at least, and without the freight that is within the price.
    """
    if not follows(events.case, "offer") and not moves(events.case):
        return offers["stated_usd_per_t"]
    moved: Floats = np.maximum(stated_by_year(events, offers) + by_indices(events, offers, "offer"), 0.0)
    return moved


def stated_by_year(events: Events, offers: pd.DataFrame) -> Floats:
    """What is stated in the plan's money of each year, without the freight that is within the price."""
    stated: Floats = offers["stated_usd_per_t"].to_numpy(float)[:, None]
    if not moves(events.case):
        return stated
    years, yearly = events.years_of(offers), worth(events, offers)
    mean = years.mean(yearly)[:, None]
    stated = stated * np.where(years.valid, yearly, mean) / mean
    return stated - offers["within_usd_per_t"].to_numpy(float)[:, None] if "within_usd_per_t" in offers else stated


def mean_price(events: Events, offers: pd.DataFrame, weights: Floats) -> pd.Series:
    """The price of each row as a mean over the years of its node, each with the weight of what is delivered then."""
    if not follows(events.case, "offer") and not moves(events.case):
        return events.scaled("price", offers, OFFERED, "stated_usd_per_t", weights)
    yearly, years = yearly_prices(events, offers)
    return pd.Series(years.mean(yearly, weights), index=offers.index)


def price_bands(case: Case, events: Events, sold: pd.DataFrame) -> pd.DataFrame:
    """The bands of each offer at each node.

    An offer without price breaks has one band from 0. Ends are averaged over the years in which the offer is open.
    `rising` says that every slice costs at least as much as the one before, so that the cheapest are bought first
    anyway.
    """
    base = sold[["offer", "node", "stated_usd_per_t", "price_usd_per_t", "open"]].assign(above=0.0, kind=None)
    breaks = case.tables["offer_tiers"][["offer", "above_t_per_year", "price_usd_per_t", "kind"]]
    breaks = breaks[breaks["offer"].isin(sold["offer"])]
    if breaks.empty:
        single = base.assign(tier=0.0, upper_t=np.nan, rising=True, band_price_usd_per_t=base["price_usd_per_t"])
        return columns.BANDS.of(single)
    breaks = breaks.rename(columns={"above_t_per_year": "above", "price_usd_per_t": "stated_usd_per_t"})
    breaks = breaks.merge(sold[["offer", "node", "open", *SELLER, "first_year", "last_year"]], on="offer")
    breaks["stated_usd_per_t"] = breaks["stated_usd_per_t"] * mean_worth(events, breaks)
    weights = ordered(case, breaks, supplied(case, events, breaks)).yearly
    breaks = breaks.assign(price_usd_per_t=mean_price(events, breaks, weights))
    bands = pd.concat([base, breaks[[*base.columns]]]).sort_values(["offer", "node", "above"], kind="stable")
    key = [bands["offer"], bands["node"]]
    bands["kind"] = bands["kind"].groupby(key).transform("last")
    bands["tier"] = bands["above"] * bands["open"]
    bands["upper_t"] = bands["tier"].groupby(key).shift(-1)
    falls = bands["price_usd_per_t"].groupby(key).diff() < 0
    bands["rising"] = ~falls.groupby(key).transform("any") & (bands["kind"] != "all units")
    return columns.BANDS.of(bands.rename(columns={"price_usd_per_t": "band_price_usd_per_t"}))


def contract_terms(
    case: Case, tree: Tree, nodes: pd.DataFrame, events: Events, sold: pd.DataFrame, reached: pd.DataFrame
) -> pd.DataFrame:
    """Contracts with each node where they may be signed (None: signed before) and each node of their term.

    The supplier delivers in years of the term after signing in which the offer is on sale, less what events take, at
    the prices of these years; the buyer owes what is delivered, less what distrust withholds. `reached` has the
    countries that each offer can go to.
    """
    contracts = case.tables["contracts"].drop(columns=["year"])
    if contracts.empty:
        return columns.CONTRACT_TERMS.none()
    contracts["last_signing"] = contracts["sign_by"].fillna(contracts["from"])
    possible = contracts[~contracts["signed"]].merge(descents(tree), how="cross")
    possible = possible[possible["begun_year"] <= possible["last_signing"]].rename(columns={"begun": "signed_in"})
    possible["first"] = np.fmax(possible["from"], possible["begun_year"])
    before = contracts[contracts["signed"]].merge(nodes[["node", "period", "years"]], how="cross")
    before = before.assign(signed_in=None, first=before["from"])
    terms = pd.concat([before, possible]).drop(columns=["max_t_per_year"]).reset_index(drop=True)
    terms = terms.rename(columns={"price_usd_per_t": "fixed_usd_per_t"}).merge(sold[SOLD], on=["offer", "node"])
    terms = terms.merge(contracts[["contract", "max_t_per_year"]], on="contract")
    terms["first_year"] = np.fmax(terms["first"], terms["first_year"])
    terms["last_year"] = np.fmin(terms["to"], terms["last_year"])
    terms["share"], weights = _delivered(case, events, terms, reached)
    terms["owed"] = terms["share"] * terms["trust"].where(terms["stated_t"] != 0, 0.0)
    yearly, years = contract_prices(events, terms)
    terms["price_usd_per_t"] = years.mean(yearly, weights)
    terms = terms[terms["share"] > 0]
    return columns.CONTRACT_TERMS.of(terms.sort_values(["contract", "period"], kind="stable", ignore_index=True))


def signings(
    case: Case, nodes: pd.DataFrame, events: Events, terms: pd.DataFrame, reached: pd.DataFrame
) -> pd.DataFrame:
    """Where contracts may be signed: where something comes in their term, as far as is known there.

    What comes at a later node comes as far as an earlier one knows, for events only take away. So what is left are
    those that an event stops altogether which becomes known after signing.
    """
    found = terms.dropna(subset=["signed_in"]).drop(columns=["node"]).rename(columns={"signed_in": "node"})
    if "supply" in events.by_kind and len(case.tables["contracts"]):
        found = pd.concat([found[columns.SIGNINGS.names], _stopped_later(case, nodes, events, found, reached)])
    return columns.SIGNINGS.of(found.drop_duplicates(["contract", "node"])).reset_index(drop=True)


def _stopped_later(
    case: Case, nodes: pd.DataFrame, events: Events, found: pd.DataFrame, reached: pd.DataFrame
) -> pd.DataFrame:
    """Of contracts with nodes in which they may not be signed for what comes later, those of which nobody knows yet.

    What is known in the node is looked at in all years from then on.
    """
    contracts = case.tables["contracts"].query("not signed")
    offers = case.tables["offers"].set_index("offer")
    known = set(indices(found, "contract", "node"))
    pairs = contracts.merge(nodes[["node", "period"]], how="cross")
    pairs = pairs[pairs["period"] <= pairs["sign_by"].fillna(pairs["from"])]
    pairs = pairs[[key not in known for key in indices(pairs, "contract", "node")]].reset_index(drop=True)
    if pairs.empty:
        return columns.SIGNINGS.none()
    pairs = pairs.assign(**{name: pairs["offer"].map(offers[name]) for name in SELLER})
    pairs["first_year"] = np.fmax(np.fmax(pairs["from"], pairs["period"]), pairs["offer"].map(offers["from"]))
    pairs["last_year"] = np.fmin(pairs["to"], pairs["offer"].map(offers["to"]))
    ahead = replace(events, years={n: events.last_year - first + 1 for n, first in events.period.items()})
    comes = _delivered(case, ahead, pairs, reached)[1]
    unknown = np.asarray((comes > 0).any(axis=1), dtype=np.bool_)
    return columns.SIGNINGS.of(pairs[unknown])


def contract_prices(events: Events, terms: pd.DataFrame) -> tuple[Floats, Effects]:
    """What a ton costs in each calendar year of a node: the fixed price, or by the index. And those years.

    The index is the market price less the discount, and the base with what other indices add, kept between floor and
    ceiling. Of deliveries it is without the freight that is within the price.
    """
    within = terms["within_usd_per_t"].to_numpy(float)[:, None] if "within_usd_per_t" in terms else 0.0
    market, years = yearly_prices(events, terms.drop(columns="within_usd_per_t", errors="ignore"))
    own = worth(events, terms, "contracts")
    base = terms["index_base_usd_per_t"].fillna(0.0).to_numpy(float)[:, None] * own
    base = base + by_indices(events, terms, "contract")
    floor, ceiling = terms["floor_usd_per_t"].fillna(0.0), terms["ceiling_usd_per_t"].fillna(np.inf)
    asked = base + (1.0 - terms["index_discount"].to_numpy(float))[:, None] * market
    kept = np.maximum(asked, floor.to_numpy(float)[:, None] * own)
    kept = np.minimum(kept, ceiling.to_numpy(float)[:, None] * own)
    fixed = terms["fixed_usd_per_t"].to_numpy(float)[:, None] * own
    return np.where(np.isnan(fixed), kept, fixed) - within, years


SELLER = ["supplier", "origin", "material"]
SOLD = ["offer", "node", *SELLER, "stated_usd_per_t", "trust", "stated_t", "first_year", "last_year"]


def _delivered(case: Case, events: Events, terms: pd.DataFrame, reached: pd.DataFrame) -> tuple[Floats, Floats]:
    """The share of a contract's volume that arrives where events leave most of it, among the countries it can go to.

    And by year, what arrives where most does then.
    """
    if "supply" not in events.by_kind:
        delivered = supplied(case, events, terms)
        return delivered.share(), delivered.yearly
    ways = terms.reset_index(names="term").merge(reached, on="offer", how="left")
    ways["destination"] = ways["destination"].where(ways["destination"].notna(), None)
    delivered = supplied(case, events, ways, destination=True)
    by_term = ways["term"].to_numpy()
    best = pd.Series(delivered.share()).groupby(by_term).max().reindex(terms.index)
    yearly = pd.DataFrame(delivered.yearly).groupby(by_term).max().reindex(terms.index)
    return np.asarray(best, dtype=np.float64), np.asarray(yearly, dtype=np.float64)

"""The `Partnerships` part: when agreements are in force, what waits for them, and what they add to supply."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.data import Groups, Partnerships, Tree
from planner.case import Case
from planner.translate.duties import duty_rates
from planner.translate.duty_events import changed_by_events
from planner.translate.events import Events
from planner.translate.plants import BUILT, PlantTables, on_paths
from planner.translate.tools import by_node, grouped, indices, number_by, weighted
from planner.tree import descents


@dataclass(frozen=True)
class PartnerTables:
    """joins: partnership, node, with the costs. in_force: partnership, joined_in (None: signed before), node, share.

    added: offer, node, partnership, joined_in, t (what a join adds to the offer's yearly supply there).
    """

    joins: pd.DataFrame
    in_force: pd.DataFrame
    added: pd.DataFrame


def partner_tables(case: Case, tree: Tree, nodes: pd.DataFrame) -> PartnerTables:
    """Work out where partnerships may be entered and where they are then in force."""
    partnerships = case.tables["partnerships"].drop(columns=["year"])
    possible = partnerships[~partnerships["signed"]].merge(descents(tree), how="cross")
    begun = possible["begun_year"]
    early, late = possible["earliest"].fillna(-np.inf), possible["latest"].fillna(np.inf)
    possible = possible[(begun >= early) & (begun <= late)]
    ready = possible["begun_year"] + possible["lead_years"]
    share = np.clip(possible["period"] + possible["years"] - ready, 0, possible["years"]) / possible["years"]
    possible = possible.assign(share=share, begins_whole=ready <= possible["period"]).rename(
        columns={"begun": "joined_in"}
    )
    before = partnerships[partnerships["signed"]].merge(nodes[["node", "period", "years"]], how="cross")
    before = before.assign(joined_in=None, share=1.0, begins_whole=True)
    in_force = pd.concat([before, possible[possible["share"] > 0]], ignore_index=True)
    joins = possible.drop_duplicates(["partnership", "joined_in"]).drop(columns=["node"])
    joins = joins.rename(columns={"joined_in": "node"}).reset_index(drop=True)
    in_force = in_force.astype({"joined_in": object, "node": object})
    return PartnerTables(joins, in_force, _added(case, in_force))


def _added(case: Case, in_force: pd.DataFrame) -> pd.DataFrame:
    """Supply that partnerships add to offers outright."""
    effects = case.tables["partnership_effects"]
    adds = effects[effects["effect"] == "adds supply"][["partnership", "applies_to", "value"]]
    added = adds.rename(columns={"applies_to": "offer"}).merge(in_force, on="partnership")
    added["t"] = added["value"] * added["share"]
    return added[["offer", "node", "partnership", "joined_in", "t"]]


def trusted_supply(case: Case, tree: Tree, nodes: pd.DataFrame, events: Events, sold: pd.DataFrame) -> pd.DataFrame:
    """The offers on sale with the maximum that goodwill leaves, and what is withheld of it (withheld_t)."""
    sold = sold.merge(trust_factors(case, tree, nodes, events, sold), on=["origin", "node"], how="left")
    trust = sold["trust"].fillna(1.0)
    return sold.assign(
        max_t_per_year=sold["max_t_per_year"] * trust, withheld_t=sold["max_t_per_year"].fillna(0.0) * (1.0 - trust)
    )


def additions(case: Case, sold: pd.DataFrame, partners: PartnerTables) -> pd.DataFrame:
    """What partnerships add to the yearly supply of an offer, by offer, node, partnership and joined_in: t."""
    added = pd.concat([partners.added, _restored(case, sold, partners.in_force)], ignore_index=True)
    keys = ["offer", "node", "partnership", "joined_in"]
    return added[added["t"] > 0].groupby(keys, sort=False, dropna=False)["t"].sum().reset_index()


def supply_with_partners(sold: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    """The offers on sale with what signed partnerships add to their maximum; `could_add_t` is what others could."""
    by_offer = pd.MultiIndex.from_frame(sold[["offer", "node"]])

    def summed(rows: pd.Series) -> npt.NDArray[np.float64]:
        found = added[rows].groupby(["offer", "node"])["t"].sum().to_dict()
        return np.array([found.get(key, 0.0) for key in by_offer], dtype=np.float64)

    signed = added["joined_in"].isna()
    more = sold.assign(max_t_per_year=sold["max_t_per_year"] + summed(signed), could_add_t=summed(~signed))
    return more[~(more["max_t_per_year"] + more["could_add_t"] <= 0)].reset_index(drop=True)


def _restored(case: Case, sold: pd.DataFrame, in_force: pd.DataFrame) -> pd.DataFrame:
    """Withheld supply that partnerships bring back, by offer and join."""
    effects = case.tables["partnership_effects"]
    restoring = effects[effects["effect"] == "restores trust"][["partnership", "value"]]
    country = case.tables["partnerships"][["partnership", "country"]].rename(columns={"country": "origin"})
    back = restoring.merge(country, on="partnership").merge(
        in_force[["partnership", "joined_in", "node", "share"]], on="partnership"
    )
    back = back.merge(sold[["offer", "origin", "node", "withheld_t"]], on=["origin", "node"])
    back["t"] = back["value"].clip(upper=1.0) * back["share"] * back["withheld_t"]
    return back.loc[back["t"] > 0, ["offer", "node", "partnership", "joined_in", "t"]]


def trust_factors(case: Case, tree: Tree, nodes: pd.DataFrame, events: Events, sold: pd.DataFrame) -> pd.DataFrame:
    """The share of its offers that a country still sells: origin, node, trust (1 where duties at home have not risen).

    The country's duty is the tariffs table's at home, before quotas and relief, averaged over its offers by their
    maximum.
    """
    loss = case.tables["trust"][["country", "supply_loss_per_duty_point"]]
    home = str(case.settings["home_country"])
    offers = case.tables["offers"][["offer", "max_t_per_year"]].rename(columns={"max_t_per_year": "weight"})
    known = sold[["offer", "origin", "material", "node", "period", "price_usd_per_t"]].merge(offers, on="offer")
    known = known[known["origin"].isin(loss["country"]) & known["weight"].notna() & (known["weight"] > 0)]
    if known.empty:
        return pd.DataFrame(columns=["origin", "node", "trust"])
    borders = known.assign(destination=home)[["material", "origin", "destination"]].drop_duplicates()
    rates = changed_by_events(case, nodes, events, borders, duty_rates(case, nodes, borders))
    duty = known.merge(rates.drop(columns=["destination"]), on=["material", "origin", "node"], how="left")
    specific = (duty["usd_per_t"] / duty["price_usd_per_t"]).where(duty["price_usd_per_t"] > 0, 0.0)
    duty["weighted"] = (duty["rate"] + specific).fillna(0.0) * duty["weight"]
    charged = duty.groupby(["origin", "node", "period"])["weighted"].sum()
    weight = known.groupby(["origin", "node", "period"])["weight"].sum()
    average = (charged / weight).rename("duty").reset_index()
    average["root"] = average["node"].map({n: tree.PATH[n][0] for n in tree.NODES})
    first = average[average["node"] == average["root"]][["origin", "root", "duty"]]
    average = average.merge(first, on=["origin", "root"], how="left", suffixes=("", "_first"))
    average = average.merge(loss.rename(columns={"country": "origin"}), on="origin")
    risen = (average["duty"] - average["duty_first"].fillna(average["duty"])).clip(lower=0.0)
    average["trust"] = (1.0 - 100.0 * average["supply_loss_per_duty_point"] * risen).clip(lower=0.0)
    return average[["origin", "node", "trust"]]


def duty_left(case: Case, charged: pd.DataFrame) -> pd.Series:
    """The share of the duty that signed partnerships leave on flows with origin, destination and layer."""
    home, partnerships = str(case.settings["home_country"]), case.tables["partnerships"]
    signed = partnerships[partnerships["signed"]].set_index("partnership")["country"]
    effects = case.tables["partnership_effects"]
    left = pd.Series(1.0, index=charged.index)
    for name, effect, layer, value in effects[["partnership", "effect", "applies_to", "value"]].itertuples(index=False):
        if effect == "cuts duty" and name in signed.index:
            cut = (charged["origin"] == signed[name]) & (charged["destination"] == home)
            cut &= (charged["layer"] == layer) | (layer == "*")
            left = left.where(~cut, left * max(0.0, 1.0 - value))
    return left


def partnerships_part(
    case: Case, tree: Tree, plants: PlantTables, partners: PartnerTables, offers: pd.DataFrame
) -> Partnerships:
    """The `Partnerships` part; `offers` has the offers that somebody can buy at a node."""
    joins, in_force = partners.joins, partners.in_force
    paths = on_paths(joins, tree)
    open_to = in_force[in_force["joined_in"].notna()]
    signed = set(in_force.loc[in_force["joined_in"].isna(), "partnership"])
    waiting_offers = _waiting(offers, signed)
    waiting_builds = _waiting_builds(case, plants.builds, signed)
    waiting_facilities = _waiting(plants.capacity[plants.capacity["usable_at_most_t"] > 0], signed)
    yearly = open_to.assign(musd=open_to["annual_musd"] * open_to["share"])
    always = in_force[in_force["joined_in"].isna()]
    return Partnerships(
        JOINABLE=indices(joins, "partnership", "node"),
        JOINED_ONCE=tuple(dict.fromkeys(indices(paths, "partnership", "leaf"))),
        JOINABLE_ON_PATH=grouped(indices(paths, "partnership", "leaf"), indices(paths, "partnership", "node")),
        OFFERS_WAITING=indices(waiting_offers, "offer", "node"),
        OFFER_OPENED_BY=_opened(waiting_offers, open_to, ("offer", "node")),
        FACILITIES_WAITING=indices(waiting_facilities, "facility", "node"),
        FACILITY_OPENED_BY=_opened(waiting_facilities, open_to, ("facility", "node")),
        usable_at_most_t_per_year=number_by(waiting_facilities, ("facility", "node"), "usable_at_most_t"),
        BUILDS_WAITING=indices(waiting_builds, "partnership", *BUILT),
        BUILD_OPENED_BY=_build_opened(waiting_builds, open_to),
        upfront_musd=weighted(joins, "upfront_musd", indices(joins, "partnership", "node"), by=("node",)),
        annual_musd=weighted(yearly, "musd", indices(yearly, "partnership", "joined_in"), by=("node",)),
        signed_musd_per_year=by_node(always, "annual_musd", tree.NODES),
    )


def _waiting(table: pd.DataFrame, signed: set[str]) -> pd.DataFrame:
    return table[table["requires"].notna() & ~table["requires"].isin(signed)].reset_index(drop=True)


def _opened(
    waiting: pd.DataFrame, open_to: pd.DataFrame, key: tuple[str, str]
) -> Groups[tuple[float, tuple[str, ...]]]:
    opened = waiting[[*key, "requires"]].merge(
        open_to[["partnership", "joined_in", "node", "share"]],
        left_on=["requires", "node"],
        right_on=["partnership", "node"],
    )
    return weighted(opened, "share", indices(opened, "partnership", "joined_in"), by=key)


def _waiting_builds(case: Case, builds: pd.DataFrame, signed: set[str]) -> pd.DataFrame:
    """Builds with each partnership that must be in force when they begin: required, or what makes them quick."""
    options = case.tables["build_options"][["option", "requires"]].rename(columns={"requires": "partnership"})
    names = set(case.tables["partnerships"]["partnership"]) - signed
    required = builds.merge(options[options["partnership"].isin(names)], on="option")
    quick = builds[builds["way"] != ""].assign(partnership=lambda t: t["way"])
    return pd.concat([required, quick], ignore_index=True).drop_duplicates(["partnership", *BUILT])


def _build_opened(waiting: pd.DataFrame, open_to: pd.DataFrame) -> Groups[tuple[str, ...]]:
    whole = open_to.loc[open_to["begins_whole"], ["partnership", "joined_in", "node"]]
    opened = waiting.merge(whole, on=["partnership", "node"])
    return grouped(indices(opened, "partnership", *BUILT), indices(opened, "partnership", "joined_in"))

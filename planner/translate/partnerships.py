"""The `Partnerships` part: when agreements are in force, what waits for them, and what they add to supply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from models.data import Groups, Index, Partnerships, Tree
from planner.case import Case
from planner.translate import columns
from planner.translate.duty_events import rates_after_events
from planner.translate.events import Events
from planner.translate.offers import offers_by_node
from planner.translate.opening import EXTRA, OFFERED_TO, Openings
from planner.translate.plants import BEGUN, BUILT, PlantTables, on_paths
from planner.translate.tools import by_node, grouped, indices, no_rows, number_by, weighted
from planner.translate.tree import descents

AT_FIRST = ("facility", "partnership", "joined_in", "node")


@dataclass(frozen=True)
class PartnerTables:
    """Where partnerships may be entered, and where each is then in force."""

    joins: Annotated[pd.DataFrame, columns.JOINS]
    in_force: Annotated[pd.DataFrame, columns.IN_FORCE]


def partner_tables(case: Case, tree: Tree, nodes: pd.DataFrame) -> PartnerTables:
    """Work out where partnerships may be entered and where they are then in force."""
    partnerships = case.tables["partnerships"].drop(columns=["year"])
    if partnerships.empty:
        return PartnerTables(columns.JOINS.none(), columns.IN_FORCE.none())
    possible = partnerships[~partnerships["signed"]].merge(descents(tree), how="cross")
    begun = possible["begun_year"]
    early, late = possible["earliest"].fillna(-np.inf), possible["latest"].fillna(np.inf)
    possible = possible[(begun >= early) & (begun <= late)]
    ready = possible["begun_year"] + possible["lead_years"]
    share = np.clip(possible["period"] + possible["years"] - ready, 0, possible["years"]) / possible["years"]
    possible = possible.assign(share=share, since=ready, begins_whole=ready <= possible["period"])
    possible = possible.rename(columns={"begun": "joined_in"})
    before = partnerships[partnerships["signed"]].merge(nodes[["node", "period", "years"]], how="cross")
    before = before.assign(joined_in=None, share=1.0, since=-np.inf, begins_whole=True)
    in_force = pd.concat([before, possible[possible["share"] > 0]], ignore_index=True)
    joins = possible.drop_duplicates(["partnership", "joined_in"]).drop(columns=["node"])
    joins = joins.rename(columns={"joined_in": "node"}).reset_index(drop=True)
    in_force = in_force.astype({"joined_in": object, "node": object})
    return PartnerTables(columns.JOINS.of(joins), columns.IN_FORCE.of(in_force))


def trusted_supply(case: Case, tree: Tree, nodes: pd.DataFrame, events: Events, sold: pd.DataFrame) -> pd.DataFrame:
    """The offers on sale with the maximum that goodwill leaves, its share and what is withheld.

    Nothing is withheld of an offer without a maximum.
    """
    factors = trust_factors(case, tree, nodes, events)
    if factors.empty:
        return columns.TRUSTED.of(sold.assign(trust=1.0, withheld_t=0.0))
    sold = sold.merge(factors, on=["origin", "node"], how="left")
    trust = sold["trust"].fillna(1.0).where(sold["stated_t"].notna(), 1.0)
    withheld = sold["max_t_per_year"].fillna(0.0) * (1.0 - trust)
    sold = sold.assign(trust=trust, max_t_per_year=sold["max_t_per_year"] * trust, withheld_t=withheld)
    return columns.TRUSTED.of(sold)


def trust_factors(case: Case, tree: Tree, nodes: pd.DataFrame, events: Events) -> pd.DataFrame:
    """The share of its offers that a country still sells: 1 where duties at home have not risen.

    The country's duty is the tariffs table's at home, before quotas and relief, averaged over all its offers by
    their maximum, on sale then or not. A duty per ton counts as a share of the price before events.
    """
    loss = case.tables["trust"][["country", "supply_loss_per_duty_point"]]
    home = str(case.settings["home_country"])
    offers = case.tables["offers"][["offer", "max_t_per_year"]].rename(columns={"max_t_per_year": "weight"})
    offers = offers[offers["weight"] > 0]
    if loss.empty or not case.tables["offers"]["origin"].isin(loss["country"]).any():
        return columns.TRUST.none()
    known = offers_by_node(case, nodes, events)[["offer", "origin", "material", "node", "period", "stated_usd_per_t"]]
    known = known[known["origin"].isin(loss["country"])].merge(offers, on="offer")
    if known.empty:
        return columns.TRUST.none()
    borders = known.assign(destination=home)[["material", "origin", "destination"]].drop_duplicates()
    rates = rates_after_events(case, nodes, events, borders)
    duty = known.merge(rates.drop(columns=["destination"]), on=["material", "origin", "node"], how="left")
    specific = (duty["usd_per_t"] / duty["stated_usd_per_t"]).where(duty["stated_usd_per_t"] > 0, 0.0)
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
    return columns.TRUST.of(average)


def duty_left(case: Case, charged: pd.DataFrame) -> pd.Series:
    """The share of the duty that signed partnerships leave on flows with origin, destination and layer.

    Where several waive a duty, a ton comes in under the one that waives most.
    """
    home, partnerships = str(case.settings["home_country"]), case.tables["partnerships"]
    left = pd.Series(1.0, index=charged.index)
    effects = case.tables["partnership_effects"]
    cuts = effects[effects["effect"] == "cuts duty"]
    for name, country in partnerships.loc[partnerships["signed"], ["partnership", "country"]].itertuples(index=False):
        own = cuts[cuts["partnership"] == name].groupby("applies_to")["value"].max()
        comes = (charged["origin"] == country) & (charged["destination"] == home)
        waived = charged["layer"].map(own.to_dict()).astype(float).fillna(0.0).clip(lower=float(own.get("*", 0.0)))
        less = pd.Series(np.minimum(left, (1.0 - waived).clip(lower=0.0)), index=charged.index)
        left = left.where(~comes, less)
    return left


def waiting_offers(partners: PartnerTables, offers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Offers that an agreement opens, and each way in which it may do so."""
    signed = set(partners.in_force.loc[partners.in_force["joined_in"].isna(), "partnership"])
    waiting, joins = _waiting(offers, signed), partners.in_force.rename(columns={"partnership": "requires"})
    if waiting.empty:
        return waiting, columns.OPENINGS.none()
    joins = joins.loc[joins["joined_in"].notna(), ["requires", "joined_in", "node", "since"]]
    starts = waiting[["offer", "node", "requires"]].merge(joins, on=["requires", "node"])
    return waiting, columns.OPENINGS.of(starts.rename(columns={"requires": "name", "joined_in": "begun"}))


def partnerships_part(
    case: Case,
    tree: Tree,
    plants: PlantTables,
    partners: PartnerTables,
    offers: tuple[tuple[Index, ...], tuple[Index, ...], Openings],
    working_t: Mapping[tuple[str, str], float],
    at_first_tables: tuple[pd.DataFrame, pd.DataFrame],
) -> Partnerships:
    """The `Partnerships` part; `offers` has the offers that wait, what would be added to them, and what opens them.

    `working_t` is the most capacity of a facility that its runs can use at a node; `at_first_tables` has what of it,
    existing and built, can be used in the period in which an agreement begins.
    """
    joins, in_force = partners.joins, partners.in_force
    paths = on_paths(joins, tree)
    open_to = in_force[in_force["joined_in"].notna()]
    signed = set(in_force.loc[in_force["joined_in"].isna(), "partnership"])
    waiting, extras, opens = offers
    waiting_builds = _waiting_builds(case, plants.builds, signed)
    waiting_facilities = waiting_plants(plants, partners)
    most = {key: working_t.get(key, 0.0) for key in indices(waiting_facilities, "facility", "node")}
    at_first, built_at_first = at_first_tables
    yearly = open_to.assign(musd=open_to["annual_musd"] * open_to["share"])
    always = in_force[in_force["joined_in"].isna()]
    return Partnerships(
        JOINABLE=indices(joins, "partnership", "node"),
        JOINED_ONCE=tuple(dict.fromkeys(indices(paths, "partnership", "leaf"))),
        JOINABLE_ON_PATH=grouped(indices(paths, "partnership", "leaf"), indices(paths, "partnership", "node")),
        OFFERS_WAITING=waiting,
        OFFER_OPENED_BY=weighted(opens.offers, "t", indices(opens.offers, "name", "begun"), by=OFFERED_TO),
        EXTRAS_WAITING=extras,
        EXTRA_OPENED_BY=weighted(opens.extras, "t", indices(opens.extras, "name", "begun"), by=EXTRA),
        FACILITIES_WAITING=indices(waiting_facilities, "facility", "node"),
        FACILITY_OPENED_BY=_opened(waiting_facilities, open_to, most, at_first),
        most_used_t_per_year=most,
        FACILITIES_AT_FIRST=indices(at_first, *AT_FIRST),
        usable_at_first_t_per_year=number_by(at_first, AT_FIRST, "t"),
        BUILT_AT_FIRST=weighted(built_at_first, "ramp_t", indices(built_at_first, *BEGUN), by=AT_FIRST),
        BUILDS_WAITING=indices(waiting_builds, "partnership", *BUILT),
        BUILD_OPENED_BY=_build_opened(waiting_builds, open_to),
        upfront_musd=weighted(joins, "upfront_musd", indices(joins, "partnership", "node"), by=("node",)),
        annual_musd=weighted(yearly, "musd", indices(yearly, "partnership", "joined_in"), by=("node",)),
        signed_musd_per_year=by_node(always, "annual_musd", tree.NODES),
    )


def _waiting(table: pd.DataFrame, signed: set[str]) -> pd.DataFrame:
    return table[table["requires"].notna() & ~table["requires"].isin(signed)].reset_index(drop=True)


def waiting_plants(plants: PlantTables, partners: PartnerTables) -> pd.DataFrame:
    """Facilities that an agreement opens, in the nodes in which they could run."""
    signed = set(partners.in_force.loc[partners.in_force["joined_in"].isna(), "partnership"])
    return _waiting(plants.capacity[plants.capacity["usable_at_most_t"] > 0], signed)


def opened_in_part(plants: PlantTables, partners: PartnerTables) -> pd.DataFrame:
    """Facilities that wait, in nodes in which an agreement that opens them begins: with the year `since` it does."""
    waiting = waiting_plants(plants, partners)
    open_to = partners.in_force[partners.in_force["joined_in"].notna()]
    if waiting.empty:
        return columns.OPENED_IN_PART.none()
    waiting = waiting[["facility", "node", "requires"]].rename(columns={"requires": "partnership"})
    opened = waiting.merge(open_to[["partnership", "joined_in", "node", "share", "since"]], on=["partnership", "node"])
    return columns.OPENED_IN_PART.of(opened[opened["share"] < 1])


def _opened(
    waiting: pd.DataFrame, open_to: pd.DataFrame, most: Mapping[Index, float], at_first: pd.DataFrame
) -> Groups[tuple[float, tuple[str, ...]]]:
    """What a facility can use once an agreement is in force: what can stand in the years left, or what its runs use."""
    if waiting.empty:
        return Groups()
    key = ("facility", "node")
    opened = waiting[[*key, "requires", "usable_at_most_t"]].merge(
        open_to[["partnership", "joined_in", "node"]],
        left_on=["requires", "node"],
        right_on=["partnership", "node"],
    )
    opened = opened.merge(at_first[[*AT_FIRST, "at_most_t"]], on=list(AT_FIRST), how="left")
    stands = opened["at_most_t"].fillna(opened["usable_at_most_t"])
    used = [most[key] for key in indices(opened, *key)]
    return weighted(opened.assign(t=np.minimum(stands, used)), "t", indices(opened, "partnership", "joined_in"), by=key)


def _waiting_builds(case: Case, builds: pd.DataFrame, signed: set[str]) -> pd.DataFrame:
    """Builds with each partnership that must be in force when they begin: required, or what makes them quick."""
    options = case.tables["build_options"][["option", "requires"]].rename(columns={"requires": "partnership"})
    names = set(case.tables["partnerships"]["partnership"]) - signed
    if builds.empty or not names:
        return no_rows(builds, partnership=object)
    required = builds.merge(options[options["partnership"].isin(names)], on="option")
    quick = builds[builds["way"] != ""].assign(partnership=lambda t: t["way"])
    return pd.concat([required, quick], ignore_index=True).drop_duplicates(["partnership", *BUILT])


def _build_opened(waiting: pd.DataFrame, open_to: pd.DataFrame) -> Groups[tuple[str, ...]]:
    if waiting.empty:
        return Groups()
    whole = open_to.loc[open_to["begins_whole"], ["partnership", "joined_in", "node"]]
    opened = waiting.merge(whole, on=["partnership", "node"])
    return grouped(indices(opened, "partnership", *BUILT), indices(opened, "partnership", "joined_in"))

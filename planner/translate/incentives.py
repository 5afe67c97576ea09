"""The `Incentives` part: what grants, credits and price floors may pay for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from models.data import Incentives, Part, Tree
from models.groups import Floats
from planner.case import Case
from planner.translate import columns
from planner.translate.events import GOODS, Events, supplied
from planner.translate.offers import yearly_prices
from planner.translate.origin import ANY_CLASS, Origins
from planner.translate.plants import BUILT, PLANT, PlantTables, annuity, years_at_work
from planner.translate.tools import MUSD_PER_USD, grouped, indices, number_by, weighted

DATES = ["from", "to", "phase_out_years"]


@dataclass(frozen=True)
class SupportTables:
    """grants: builds that a grant may pay for. granted: the same by later node. earned: what runs are paid."""

    grants: Annotated[pd.DataFrame, columns.GRANTS]
    granted: Annotated[pd.DataFrame, columns.GRANTED]
    earned: Annotated[pd.DataFrame, columns.EARNED]


def support_tables(
    case: Case, events: Events, classes: Origins, plants: PlantTables, makers: pd.DataFrame, sold: pd.DataFrame
) -> SupportTables:
    """Work out which builds and runs each incentive pays for."""
    incentives = case.tables["incentives"].drop(columns=["year"])
    if incentives.empty:
        return SupportTables(columns.GRANTS.none(), columns.GRANTED.none(), columns.EARNED.none())
    grants = _grants(case, incentives[incentives["kind"] == "capex grant"], plants)
    yearly = annuity(float(case.settings["capital_rate"]), plants.standing["life_years"]) * plants.standing["operating"]
    standing = plants.standing[["option", "way", "begun", "node"]].assign(annuity_share=yearly)
    granted = grants.rename(columns={"node": "begun"}).merge(standing, on=["option", "way", "begun"])
    paid = _of_origin(classes, _earned(case, incentives[incentives["kind"] == "production credit"], makers))
    floors = _earned(case, incentives[incentives["kind"] == "price floor"], makers)
    floors, short = _short_of_floor(case, events, floors, sold)
    credit = paid["usd_per_t"].to_numpy(float)[:, None] * np.ones((1, short.shape[1]))
    earned = pd.concat([paid, floors], ignore_index=True)
    earned["musd"] = _mean_paid(events, plants, earned, np.concatenate([credit, short])) * MUSD_PER_USD
    earned = columns.EARNED.of(earned[earned["musd"] > 0]).reset_index(drop=True)
    return SupportTables(grants, columns.GRANTED.of(granted), earned)


def _grants(case: Case, grants: pd.DataFrame, plants: PlantTables) -> pd.DataFrame:
    """Builds that a grant pays for: those begun in its years, of the option or of the facility it names."""
    options = case.tables["build_options"][["option", "facility", "capex_fixed_musd", "capex_usd_per_t"]]
    builds = plants.builds.merge(options, on="option")
    for cost in ("capex_fixed_musd", "capex_usd_per_t"):
        builds[cost] = builds[cost] * builds["capex_factor"]
    named = pd.concat([builds.assign(applies_to=builds["option"]), builds.assign(applies_to=builds["facility"])])
    chosen = grants[["incentive", "applies_to", "share", *DATES]].rename(columns={"share": "granted"})
    found = named.drop_duplicates(["applies_to", *BUILT]).merge(chosen, on="applies_to")
    found["granted"] = found["granted"] * share_in_year(found, found["begun_year"].to_numpy(float)[:, None])[:, 0]
    return columns.GRANTS.of(found[found["granted"] > 0].drop_duplicates(["incentive", *BUILT])).reset_index(drop=True)


def share_in_year(incentives: pd.DataFrame, year: Floats) -> Floats:
    """The share of an incentive that a year has: all from `from` to `to`, then less in even steps of its phase-out."""
    dates = [incentives[name].fillna(blank) for name, blank in zip(DATES, (-np.inf, np.inf, 0.0), strict=True)]
    first, last, steps = (column.to_numpy(float)[:, None] for column in dates)
    late = np.where(year > last, year - last, 0.0)
    share: Floats = np.where(year >= first, np.clip(1.0 - late / (steps + 1.0), 0.0, 1.0), 0.0)
    return share


def _short_of_floor(
    case: Case, events: Events, floors: pd.DataFrame, sold: pd.DataFrame
) -> tuple[pd.DataFrame, Floats]:
    """Outputs that somebody sells, and by how much the cheapest offer falls short of their floor in each year.

    An offer counts in the years in which it delivers; where none does, there is no price to fall short.
    """
    yearly = np.where(supplied(case, events, sold).yearly > 0, yearly_prices(events, sold)[0], np.inf)
    market: dict[tuple[str, ...], Floats] = {}
    for key, price in zip(indices(sold, "material", "node"), yearly, strict=True):
        market[key] = np.minimum(market.get(key, np.inf), price)
    keys = indices(floors, "material", "node")
    known = np.array([key in market for key in keys], dtype=bool)
    cheapest = [market[key] for key in keys if key in market]
    floors = floors[known].reset_index(drop=True)
    short = floors["usd_per_t"].to_numpy(float)[:, None] - np.reshape(cheapest, (len(cheapest), yearly.shape[1]))
    return floors, np.maximum(short, 0.0)


def _mean_paid(events: Events, plants: PlantTables, earned: pd.DataFrame, usd_per_t: Floats) -> Floats:
    """What is paid per t of activity: per t made, times what is made and the incentive's share, year by year.

    The years count in which the plant can work.
    """
    made = events.on("yield", earned, {**GOODS, **PLANT})
    share = share_in_year(earned, made.calendar.astype(np.float64))
    at_work = years_at_work(plants.capacity, plants.standing, events, earned)
    return made.mean(usd_per_t * made.yearly(earned["recipe_t"]) * share, at_work)


def _earned(case: Case, incentives: pd.DataFrame, makers: pd.DataFrame) -> pd.DataFrame:
    """Outputs that a credit or floor pays for; where it names a material or stage, those made at home."""
    home = str(case.settings["home_country"])
    at_home = makers["country"] == home
    made = makers[["facility", "process", "origin_class", "node", "place", "country", "material", "recipe_t"]]
    by_name = [made.assign(applies_to=made["facility"]), made.assign(applies_to=made["process"])]
    stages = case.tables["materials"].set_index("material")["stage"]
    local = made[at_home]
    by_goods = [local.assign(applies_to=local["material"]), local.assign(applies_to=local["material"].map(stages))]
    every = pd.concat([*by_name, *by_goods])
    wanted = incentives[["incentive", "applies_to", "material", "usd_per_t", "origin_rule", *DATES]]
    wanted = wanted.rename(columns={"material": "only"})
    found = every.merge(wanted, on="applies_to")
    found = found[found["only"].isna() | (found["only"] == found["material"])]
    return found.drop_duplicates(["incentive", "facility", "process", "origin_class", "node", "material"])


def _of_origin(classes: Origins, earned: pd.DataFrame) -> pd.DataFrame:
    """Of the runs that a credit would pay for, those whose class keeps its origin rule as it reads at the node."""
    pairs = zip(earned["incentive"], earned["node"], earned["origin_class"], strict=True)
    kept = [classes.keeps(name, classes.credited.get((incentive, node), ANY_CLASS)) for incentive, node, name in pairs]
    return earned[np.array(kept, dtype=bool)].reset_index(drop=True)


def incentives_part(case: Case, tree: Tree, tables: SupportTables) -> Incentives:
    """The `Incentives` part."""
    grants, earned, key = tables.grants, tables.earned, ("incentive", *BUILT)
    paid = [[(1.0, "grant", x) for x in indices(grants, *key)]]
    shares = [
        (share * fixed, "build", tuple(x))
        for share, fixed, *x in indices(grants, "granted", "capex_fixed_musd", *BUILT)
    ]
    sizes = [
        (share * usd * MUSD_PER_USD, "size", tuple(x))
        for share, usd, *x in indices(grants, "granted", "capex_usd_per_t", *BUILT)
    ]
    supports = tuple(dict.fromkeys(indices(earned, "incentive", "node")))
    paid.append([(float(tree.years[n]), "support", (s, n)) for s, n in supports])
    caps = case.tables["incentives"].dropna(subset=["cap_musd"])
    capped = set(caps["incentive"])
    keys: list[tuple[str, str]] = []
    parts: list[Part] = []
    for leaf in tree.LEAVES:
        for part in (*paid[0], *paid[1]):
            incentive, node = part[2][0], part[2][-1]
            if incentive in capped and node in tree.PATH[leaf]:
                keys.append((incentive, leaf))
                parts.append(part)
    granted = tables.granted
    begun = ("incentive", "option", "way", "begun")
    return Incentives(
        GRANTS=indices(grants, *key),
        GRANTED_SHARE=grouped([*indices(grants, *key)] * 2, [*shares, *sizes]),
        SUPPORTS=supports,
        EARNED=weighted(
            earned, "musd", indices(earned, "facility", "process", "origin_class", "node"), by=("incentive", "node")
        ),
        CAPPED=tuple(dict.fromkeys(keys)),
        PAID_ON_PATH=grouped(keys, parts),
        cap_musd=number_by(caps, ("incentive",), "cap_musd"),
        granted_musd_per_year=weighted(granted, "annuity_share", indices(granted, *begun), by=("node",)),
    )

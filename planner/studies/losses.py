"""The losses that a plan may meet one at a time (N-1): a country, a supplier, a plant, for some years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from planner.case import Case
from planner.errors import StudyError
from planner.plan import Plan
from planner.status import TINY_T

LOSABLE = ("country", "supplier", "facility")


@dataclass(frozen=True)
class Loss:
    """One of them is gone from the first year for so many years; `events` are rows of the events sheet."""

    kind: str
    name: str
    events: tuple[dict[str, object], ...]


def losses(case: Case, plan: Plan, first: int, years: int, kinds: Sequence[str] = LOSABLE) -> list[Loss]:
    """The loss of each country, supplier and plant that the plan uses in those years.

    One that it does not use then is left out: the plan goes on without it, and no plan can become cheaper. A country is
    lost with what it sells, the share of it behind other countries' offers (`upstream`), and the plants in it. The home
    country is not lost.
    """
    last = first + years - 1
    periods = case.tables["periods"]
    ends = int((periods["period"] + periods["years"]).max()) - 1
    if years < 1 or first < int(periods["period"].min()) or first > ends:
        raise StudyError(
            f"A loss from {first} for {years} years is not within the years planned, {periods['period'].min()} to"
            f" {ends}."
        )
    dates = {"from": first, "to": last, "known_from": first, "factor": 0.0}
    offers, facilities = _used(case, plan, first, last)
    found = []
    if "country" in kinds:
        where = _country_of_plants(case)
        with_plants = set(where.values())
        for country in _countries(case, offers, {where[name] for name in facilities}):
            found.append(Loss("country", country, _country_events(country, country in with_plants, dates)))
    if "supplier" in kinds:
        names = sorted(set(offers["supplier"]))
        found += [Loss("supplier", name, ({"kind": "supply", "supplier": name, **dates},)) for name in names]
    if "facility" in kinds:
        found += [Loss("facility", name, ({"kind": "capacity", "facility": name, **dates},)) for name in facilities]
    return found


def _used(case: Case, plan: Plan, first: int, last: int) -> tuple[pd.DataFrame, list[str]]:
    """The offers bought from and the plants run in those years."""
    nodes = plan.tables["nodes"]
    acting = set(nodes.loc[(nodes["period"] <= last) & (nodes["period"] + nodes["years"] > first), "node"])

    def of(table: str, name: str) -> set[str]:
        rows = plan.tables[table]
        return set(rows.loc[rows["node"].isin(acting) & (rows["t_per_year"] > TINY_T), name])

    contracts, offers = case.tables["contracts"], case.tables["offers"]
    lifted = set(contracts.loc[contracts["contract"].isin(of("lifts", "contract")), "offer"])
    return offers[offers["offer"].isin(of("purchases", "offer") | lifted)], sorted(of("activity", "facility"))


def _countries(case: Case, offers: pd.DataFrame, of_plants: set[str]) -> list[str]:
    upstream = case.tables["upstream"]
    behind = set(upstream.loc[upstream["offer"].isin(offers["offer"]), "country"])
    used = set(offers["origin"]) | behind | of_plants
    return sorted(used - {case.settings["home_country"]})


def _country_of_plants(case: Case) -> dict[str, str]:
    """The country of each plant."""
    facilities = case.tables["facilities"]
    return dict(zip(facilities["facility"], facilities["place"].map(case.country_of), strict=True))


def _country_events(country: str, has_plants: bool, dates: Mapping[str, object]) -> tuple[dict[str, object], ...]:
    events: list[dict[str, object]] = [{"kind": "supply", "country": country, **dates}]
    if has_plants:
        events.append({"kind": "capacity", "country": country, **dates})
    return tuple(events)

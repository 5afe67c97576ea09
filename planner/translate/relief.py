"""What an agreement that may be entered waives of the duty on its country's goods, on which part of which flow.

In the period in which an agreement comes into force, a flow has two parts, unless duty is the same all the time. What
comes in the years left anyway is waived these years' duty. What is put off to them pays what is left of that, and not
the duty of the years before. To wait for a lower duty is nothing that an agreement gives, so no ton put off saves more
than one that comes anyway; but all that comes of an offer that the agreement opens comes in its years.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Bools, Floats
from planner.case import Case
from planner.translate import columns
from planner.translate.events import Events, supplied
from planner.translate.partnerships import PartnerTables
from planner.translate.refusing import refuse_unbounded
from planner.translate.values import by_year

EQUAL = 1e-12  # by how much rounding may set two duties apart that are one


def waived_duties(case: Case, events: Events, partners: PartnerTables, charged: pd.DataFrame) -> pd.DataFrame:
    """The parts of flows that agreements not yet signed would relieve, by authority, with what a ton saves.

    `charged` has flows from everywhere with their duty by authority.
    """
    relief = _waiving(case, partners, charged)
    # A ton comes in under one agreement: what a signed one waives is saved already.
    relief["saved_usd_per_t"] = relief["duty_usd_per_t"] - (1.0 - relief["waived"]) * relief["full_usd_per_t"]
    relief = relief[relief["saved_usd_per_t"] > 0].reset_index(drop=True)
    begins = partners.in_force.loc[partners.in_force["joined_in"].notna(), ["partnership", "node", "since"]]
    at_first = partners.in_force.loc[partners.in_force["joined_in"].notna(), "begins_whole"]
    begins = begins.assign(since=begins["since"].where(~at_first)).drop_duplicates()
    relief = relief.merge(begins, on=["partnership", "node"], how="left")
    relief = relief.assign(together=np.arange(len(relief)), share=1.0, put_off=False)
    partly = relief["since"].notna()
    if partly.any():
        relief = pd.concat([relief[~partly], _since(case, events, relief[partly])], ignore_index=True)
    refuse = relief[~np.isfinite(relief["most_t"].astype(float))]
    offers = {flow[0] for kind, flow in zip(refuse["kind"], refuse["flow"], strict=True) if kind == "buy"}
    refuse_unbounded(case, {o: f"a partnership may relieve the duty on {o}" for o in offers})
    return relief


def _waiving(case: Case, partners: PartnerTables, charged: pd.DataFrame) -> pd.DataFrame:
    """Dutiable flows from a partner's country into home, with the share that the agreement waives."""
    effects = case.tables["partnership_effects"]
    cuts = effects[effects["effect"] == "cuts duty"][["partnership", "applies_to", "value"]]
    country = case.tables["partnerships"][["partnership", "country"]].rename(columns={"country": "origin"})
    cuts = cuts.rename(columns={"value": "waived"}).merge(country, on="partnership")
    cuts = cuts[cuts["partnership"].isin(set(partners.joins["partnership"]))]
    duty = charged[(charged["duty_usd_per_t"] > 0) & (charged["destination"] == str(case.settings["home_country"]))]
    relief = duty.merge(cuts, on="origin")
    relief = relief[(relief["applies_to"] == "*") | (relief["applies_to"] == relief["layer"])]
    key = ["kind", "flow", "layer", "partnership"]
    waived = relief.groupby(key, sort=False)["waived"].transform("max")
    return relief.assign(waived=waived.clip(upper=1.0)).drop_duplicates(key, ignore_index=True)


def _since(case: Case, events: Events, relief: pd.DataFrame) -> pd.DataFrame:
    """The parts of flows in a period in which their agreement comes into force: what comes anyway, what is put off."""
    years, duty = events.years_of(relief), by_year(relief, columns.CHARGED)
    later = years.calendar >= relief["since"].to_numpy(float)[:, None]
    comes = by_year(relief, columns.WEIGHT) * years.days
    part = (comes * later).sum(axis=1) / comes.sum(axis=1)
    relief, duty, later, part = relief[part > 0], duty[part > 0], later[part > 0], part[part > 0]
    after = (duty * later).sum(axis=1) / part
    with np.errstate(divide="ignore", invalid="ignore"):
        before = np.where(part < 1, (duty * ~later).sum(axis=1) / (1.0 - part), after)
    full, waived = relief["full_usd_per_t"].to_numpy(float), relief["waived"].to_numpy(float)
    left = relief["duty_usd_per_t"].to_numpy(float) / full
    saved = (left - 1.0 + waived) * after
    other = left * before - (1.0 - waived) * after
    other = np.where(_waits_for_it(case, relief), other, np.minimum(other, saved))
    alike = np.abs(other - saved) <= EQUAL * full
    anyway = relief.assign(saved_usd_per_t=saved, share=np.where(alike, 1.0, part))
    put_off = relief.assign(saved_usd_per_t=other, share=1.0 - part, put_off=True)
    both = pd.concat([anyway[saved > 0], put_off[~alike & (other > 0)]])
    ordered: pd.DataFrame = both.sort_values("together", kind="stable")
    return ordered


def _waits_for_it(case: Case, relief: pd.DataFrame) -> Bools:
    """Whether a flow is of an offer that this agreement opens."""
    requires = case.tables["offers"].set_index("offer")["requires"]
    offer = case.tables["contracts"].set_index("contract")["offer"]
    named = pd.Series([flow[0] for flow in relief["flow"]], index=relief.index, dtype=object)
    named = named.where(relief["kind"] != "lift", named.map(offer))
    bought = relief["kind"].isin(["buy", "lift"])
    return np.asarray(bought & (named.map(requires) == relief["partnership"]), dtype=bool)


def most_relieved(
    case: Case, events: Events, partners: PartnerTables, sold: pd.DataFrame, relief: pd.DataFrame
) -> pd.DataFrame:
    """Each relief with each node in which its agreement may be entered, and the most tons that this opens."""
    in_force = partners.in_force[partners.in_force["joined_in"].notna()]
    begins = in_force[["partnership", "joined_in", "node", "share", "since"]]
    begins = begins.assign(begins=begins["since"].where(~in_force["begins_whole"]).fillna(-np.inf))
    first = relief.drop_duplicates("together").drop(columns=["share"]).rename(columns={"since": "begins"})
    first = first.assign(begins=first["begins"].fillna(-np.inf))
    opened = first.merge(begins, on=["partnership", "node", "begins"])
    opened = opened.assign(t=np.minimum(opened["most_t"], _delivered_since(case, events, sold, opened)))
    return columns.RELIEF_OPENED.of(opened)


def _delivered_since(case: Case, events: Events, sold: pd.DataFrame, opened: pd.DataFrame) -> Floats:
    """The most that a flow can bring in the years in which an agreement is in force, t a year of the period.

    An offer brings its maximum of these years and what agreements add, a contract its volume; own goods and what has no
    maximum can all come then.
    """
    contracts = case.tables["contracts"].set_index("contract")["max_t_per_year"]
    names = pd.Series([flow[0] for flow in opened["flow"]], index=opened.index, dtype=object)
    most = np.where(opened["kind"] == "lift", names.map(contracts).astype(float) * opened["share"], np.inf)
    effects = case.tables["partnership_effects"]
    added = effects[effects["effect"] == "adds supply"].groupby("applies_to")["value"].sum()
    sold = sold.loc[sold["stated_t"].notna(), ["offer", "node", "supplier", "first_year", "last_year", "stated_t"]]
    bought = opened[["node", "origin", "material", "since", "share"]].assign(offer=names, at=range(len(opened)))
    bought = bought[(opened["kind"] == "buy").to_numpy()].merge(sold.drop_duplicates(["offer", "node"]))
    if len(bought):
        own = bought["stated_t"] * supplied(case, events, bought).share(bought["since"])
        most[bought["at"]] = own + bought["offer"].map(added).fillna(0.0) * bought["share"]
    return most

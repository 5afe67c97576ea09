"""Prices quoted in other money, for other units or with freight: what they are in the plan's money, year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case import Case
from planner.case.priced import freight_within, handed_over_there, worth_in
from planner.errors import InputInvalid, Problem
from planner.translate.events import Events


def worth(events: Events, frame: pd.DataFrame, sheet: str = "offers") -> Floats:
    """What one of what a row's prices are quoted in is worth, in the plan's money for a ton, by row and calendar year.

    `frame` has node, and offer or contract as the sheet has.
    """
    known, years = worth_in(events.case, sheet), events.years_of(frame)
    found: Floats = np.ones(years.calendar.shape)
    names = frame[sheet[:-1]].to_numpy(object)
    for name, by_year in known.items():
        here = np.flatnonzero(names == name)
        if len(here):
            rates = [[by_year.get(int(year), 1.0) for year in row] for row in years.calendar[here]]
            found[here] = np.where(years.valid[here], np.array(rates), 1.0)
    return found


def mean_worth(events: Events, frame: pd.DataFrame) -> Floats | float:
    """The same as a mean over the years of each row's period."""
    if not worth_in(events.case, "offers"):
        return 1.0
    return events.years_of(frame).mean(worth(events, frame))


def moves(case: Case) -> bool:
    """Whether a price of an offer is quoted in other money, so that each year has its own, or holds freight."""
    return bool(worth_in(case, "offers")) or bool(freight_within(case))


def within_price(case: Case, offered: pd.DataFrame) -> pd.Series | float:
    """Of offers on their way, the lanes' freight that is within their price."""
    holds = freight_within(case)
    return offered["freight_usd_per_t"].where(offered["offer"].isin(holds), 0.0) if holds else 0.0


def days_at_own_cost(case: Case, offered: pd.DataFrame) -> pd.Series:
    """Of offers on their way, the lanes' days: none where they are handed over at the place."""
    there = handed_over_there(case)
    return offered["transit_days"].where(~offered["offer"].isin(there), 0.0) if there else offered["transit_days"]


def refuse_freight_above_price(case: Case, flows: pd.DataFrame, yearly: Floats) -> None:
    """Raise a letter for each offer of which the price, by row and year, is less than nothing without its freight."""
    offers, problems = case.tables["offers"], []
    short = (flows["within_usd_per_t"].to_numpy(float) > 0) & np.any(yearly < 0.0, axis=1)
    for offer, place in flows.loc[short, ["offer", "place"]].drop_duplicates("offer").itertuples(index=False):
        at = int(offers.index[offers["offer"] == offer][0])
        sheet, _, cell = case.cell("offers", at, "incoterm").partition("!")
        text = f"freight is within the price, and the lanes' freight to {place} is more than it"
        fix = "Look at the freight on the sheet lanes, the price and its unit; or choose an incoterm without freight."
        found = f"'{offers['incoterm'].loc[at]}'"
        problems.append(Problem("row.incoterm", "error", sheet, cell, "incoterm", found, text, fix))
    if problems:
        raise InputInvalid(problems)

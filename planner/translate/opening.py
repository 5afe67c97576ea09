"""What of an offer can be bought once its supplier is qualified, or once the agreement that opens it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from planner.case import Case
from planner.translate import columns
from planner.translate.adding import tons_added
from planner.translate.events import Events, supplied

ANYWHERE = ""
OFFERED_TO = ["offer", "destination", "node"]
EXTRA = ["offer", "partnership", "node"]


@dataclass(frozen=True)
class Openings:
    """What opens with a decision: of offers, by destination (blank: to any), and of what agreements add to them."""

    offers: Annotated[pd.DataFrame, columns.OPENED_OFFERS]
    extras: Annotated[pd.DataFrame, columns.OPENED_EXTRAS]


def opened(
    case: Case, events: Events, effects: pd.DataFrame, sold: pd.DataFrame, cut: pd.DataFrame, starts: pd.DataFrame
) -> Openings:
    """Tons that open with each decision of `starts`.

    They count from that year on, year by year: a cap with what events leave of it, and what partnerships add; in all no
    more than is worth buying. `cut` has destinations to which events let less go.
    """
    if starts.empty:
        return Openings(columns.OPENED_OFFERS.none(), columns.OPENED_EXTRAS.none())
    extras = effects.merge(starts, on=["offer", "node"])
    extras = tons_added(case, events, extras, extras["since"])
    extras["t"] = extras["adds_t"] + extras["restores_t"]
    signed = case.tables["partnerships"].set_index("partnership")["signed"]
    is_signed = extras["partnership"].map(signed).astype(bool)
    by_signed = extras[is_signed].groupby(["offer", "node", "begun"])["t"].sum().rename("signed_t").reset_index()
    anywhere = sold.assign(destination=ANYWHERE).merge(starts, on=["offer", "node"])
    somewhere = sold.merge(cut[OFFERED_TO].drop_duplicates(), on=["offer", "node"]).merge(starts, on=["offer", "node"])
    offers = pd.concat(
        [_own(case, events, anywhere, toward=False), _own(case, events, somewhere, toward=True)], ignore_index=True
    ).merge(by_signed, on=["offer", "node", "begun"], how="left")
    offers["t"] = np.minimum(offers["t"] + offers["signed_t"].fillna(0.0), offers["most_worth_t"])
    offers, extras = offers[offers["t"] > 0], extras[~is_signed & (extras["t"] > 0)]
    return Openings(columns.OPENED_OFFERS.of(offers), columns.OPENED_EXTRAS.of(extras))


def _own(case: Case, events: Events, rows: pd.DataFrame, toward: bool) -> pd.DataFrame:
    yearly = supplied(case, events, rows, destination=toward)
    capped = rows["stated_t"] * rows["trust"] * yearly.share(rows["since"])
    unbounded = pd.Series(np.where(yearly.standing(rows["since"]) > 0, np.inf, 0.0), index=rows.index)
    return rows.assign(t=capped.where(rows["stated_t"].notna(), unbounded))

"""Duty that comes back on what leaves the country again: which parts of which flows, and what leaves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.case import Case
from planner.translate import columns
from planner.translate.flows import FlowTables
from planner.translate.tools import indices

ARRIVES = {"buy": "place", "lift": "place", "ship": "to_place"}


def drawn_back(case: Case, flows: FlowTables, duties: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The parts of flows on which duty may come back, with what a ton saves; and the shipments that let it.

    What comes from abroad to the place of a drawback, or to any at home; where it is charged, by each authority.
    """
    rows = case.tables["drawbacks"]
    if rows.empty:
        return columns.DRAWABLE.none(), columns.LEAVING.none()
    leaving = _leaving(case, rows, flows)
    drawn = pd.concat(_coming(case, rows, duties), ignore_index=True)
    allowed = set(indices(leaving, "drawback", "node"))
    kept = [key in allowed for key in indices(drawn, "drawback", "node")]
    return columns.DRAWABLE.of(drawn[np.array(kept, dtype=bool)].reset_index(drop=True)), leaving


def _here(case: Case, rows: pd.DataFrame, places: pd.Series) -> pd.Series:
    """Whether each place is that of its drawback: the one named, else any at home."""
    home = places.map(case.country_of) == str(case.settings["home_country"])
    return (rows["place"] == places).where(rows["place"].notna(), home).astype(bool)


def _leaving(case: Case, rows: pd.DataFrame, flows: FlowTables) -> pd.DataFrame:
    """Own goods on their way abroad, with the tons of what came in that each ton lets draw back."""
    sent = rows[["drawback", "exported", "place", "t_per_t"]].rename(columns={"exported": "material"})
    sent = flows.shipments[["decision", "material", "from_place", "to_place", "node"]].merge(sent, on="material")
    abroad = sent["from_place"].map(case.country_of) != sent["to_place"].map(case.country_of)
    return columns.LEAVING.of(sent[abroad & _here(case, sent, sent["from_place"])].reset_index(drop=True))


def _coming(case: Case, rows: pd.DataFrame, duties: dict[str, pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Flows that pay duty, by authority, with what a ton gets back."""
    stated = rows[["drawback", "authority", "material", "place", "share"]]
    for kind, place in ARRIVES.items():
        charged = duties[kind][["decision", "material", "node", "layer", "duty_usd_per_t", place]]
        charged = charged.rename(columns={place: "comes_to", "decision": "flow"}).merge(stated, on="material")
        whose = (charged["authority"] == "*") | (charged["authority"] == charged["layer"])
        charged = charged[whose & (charged["duty_usd_per_t"] > 0) & _here(case, charged, charged["comes_to"])]
        yield charged.assign(kind=kind, saved_usd_per_t=charged["share"] * charged["duty_usd_per_t"])

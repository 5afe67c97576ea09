"""The `Duties` part: what each flow pays at the border, by the authority that charges it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.data import Duties, Groups, Part
from models.groups import Floats, Parts
from planner.case import Case
from planner.translate import columns
from planner.translate.border import quotas_in, quotas_on, rows_over_quota
from planner.translate.duties import CUSTOMS_KEY, DutyRow, Good, RowsAt, calendar, minimum_prices
from planner.translate.duty_events import rates_after_events
from planner.translate.events import Events, supplied
from planner.translate.flows import FlowTables
from planner.translate.lead import ordered
from planner.translate.movement import named_parts
from planner.translate.offers import contract_prices, yearly_prices
from planner.translate.partnerships import duty_left
from planner.translate.tools import MUSD_PER_USD, indices
from planner.translate.values import value_then, weight_then, with_years, year_columns


def crossing_flows(case: Case, events: Events, flows: FlowTables) -> dict[str, pd.DataFrame]:
    """Flows by kind that cross a border, with the value per t on which duty is paid and what comes, year by year.

    Purchases are valued at the price of their band, contract deliveries at the contract's, both at the offer's customs
    value where one is stated, own goods at that of the material. What is bought comes as it is delivered, own goods on
    all days alike. What comes into a free zone crosses no border; what leaves one for home goods crosses it there, as
    goods of the country that the zone states.
    """
    materials = case.tables["materials"]
    value = dict(zip(materials["material"], materials["customs_value_usd_per_t"].fillna(0.0), strict=True))
    found = {}
    for kind, frame in flows.by_kind.items():
        crossing = across_borders(case, frame)
        if kind in ("buy", "lift"):
            paid = (yearly_prices if kind == "buy" else contract_prices)(events, crossing)[0]
            yearly = _declared(case, crossing, paid)
            delivered = supplied(case, events, crossing, destination=True)
            weights = (ordered(case, crossing, delivered) if kind == "buy" else delivered).yearly
        else:
            customs = crossing["material"].map(value).to_numpy(np.float64)
            yearly = np.tile(customs[:, None], events.width)
            weights = np.ones(yearly.shape)
        valued = with_years(crossing, columns.VALUE, yearly)
        valued = with_years(valued, columns.WEIGHT, events.years_of(crossing).by_days(weights))
        found[kind] = columns.CROSSING[kind].of(valued)
    return found


def across_borders(case: Case, flows: pd.DataFrame) -> pd.DataFrame:
    """The flows of a kind that cross a border, with the country as whose goods they do (origin), and into which one."""
    country, places, to = case.country_of, case.tables["places"].dropna(subset=["zone_origin"]), "place"
    zones = dict(zip(places["place"], places["zone_origin"], strict=True))
    if "from_place" in flows:
        to = "to_place"
        flows = flows.assign(origin=flows["from_place"].map(country), destination=flows["to_place"].map(country))
        if zones:
            stated, inside = flows["from_place"].map(zones), flows["origin"] == flows["destination"]
            flows["origin"] = flows["origin"].where(stated.isna() | ~inside, stated)
    crossing = flows[flows["origin"] != flows["destination"]]
    return crossing[~crossing[to].isin(zones)] if zones else crossing


def _declared(case: Case, bought: pd.DataFrame, paid: Floats) -> Floats:
    """What is declared of purchases: the customs value of their offers, else the price paid."""
    offers = case.tables["offers"]
    if offers["customs_value_usd_per_t"].isna().all():
        return paid
    stated = bought["offer"].map(dict(zip(offers["offer"], offers["customs_value_usd_per_t"], strict=True)))
    customs = stated.to_numpy(np.float64)[:, None]
    return np.where(np.isnan(customs), paid, customs)


def flow_duties(
    case: Case, nodes: pd.DataFrame, events: Events, crossing: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Duty on each flow by layer, in USD per t: what signed partnerships leave of the full one."""
    if case.tables["tariffs"].empty and case.tables["quotas"].empty and "duty" not in events.by_kind:
        return {kind: columns.DUTIES[kind].none() for kind in crossing}
    borders = pd.concat([frame[CUSTOMS_KEY] for frame in crossing.values()]).drop_duplicates()
    rates = rates_after_events(case, nodes, events, borders, over_quota(case, nodes))
    minimums = minimum_prices(case, nodes, borders)
    return {
        kind: columns.DUTIES[kind].of(_charged(case, frame, rates, minimums))
        if len(frame)
        else columns.DUTIES[kind].none()
        for kind, frame in crossing.items()
    }


def _charged(case: Case, flows: pd.DataFrame, rates: pd.DataFrame, minimums: pd.DataFrame) -> pd.DataFrame:
    """Flows by layer with what rates and minimum prices charge on them, less what signed partnerships waive.

    Each calendar year's rate is charged on that year's price; the duty is the mean over all days, each with what comes
    in its year. The parts of the full one stand by year too.
    """
    by_rate = flows.merge(rates, on=[*CUSTOMS_KEY, "node"])
    paid = by_rate["rate"] * value_then(by_rate) + by_rate["usd_per_t"]
    by_rate["full_usd_per_t"] = weight_then(by_rate) * paid
    below = flows.merge(minimums, on=[*CUSTOMS_KEY, "node"])
    short = np.maximum(below["minimum_usd_per_t"].to_numpy(np.float64) - value_then(below), 0.0)
    below = below.assign(full_usd_per_t=weight_then(below) * below["days_share"].to_numpy(np.float64) * short)
    both = [frame[[*flows, "layer", "nth", "full_usd_per_t"]] for frame in (by_rate, below)]
    charged = pd.concat(both, ignore_index=True)
    nth = np.arange(len(year_columns(flows, columns.WEIGHT)))
    in_year = np.where(charged[["nth"]].to_numpy() == nth, charged[["full_usd_per_t"]].to_numpy(np.float64), 0.0)
    charged = with_years(charged, columns.CHARGED, in_year)
    sums = ["full_usd_per_t", *year_columns(charged, columns.CHARGED)]
    charged[sums] = charged.groupby(["flow_number", "layer"], sort=False)[sums].transform("sum")
    charged = charged.drop_duplicates(["flow_number", "layer"], ignore_index=True)
    return charged.assign(duty_usd_per_t=charged["full_usd_per_t"] * duty_left(case, charged))


def over_quota(case: Case, nodes: pd.DataFrame) -> RowsAt | None:
    """How the duty rows read for a good at a node when it pays the rate over every quota that covers it."""
    if case.tables["quotas"].empty:
        return None
    quotas = {node: quotas_in(case, begins.year) for node, begins, _ in calendar(nodes)}

    def rows_at(rows: tuple[DutyRow, ...], good: Good, node: str) -> tuple[DutyRow, ...]:
        return rows_over_quota(rows, quotas_on(quotas[node], good))

    return rows_at


def duties_part(flows: FlowTables, duties: dict[str, pd.DataFrame], saved: Groups[Part]) -> Duties:
    """Duty per ton by authority and node."""
    layered = {kind: frame.assign(musd=frame["duty_usd_per_t"] * MUSD_PER_USD) for kind, frame in duties.items()}
    charged = named_parts(flows, layered, "musd", ("layer", "node"))
    layers = sorted({key for frame in layered.values() for key in indices(frame, "layer", "node")})
    return Duties(LAYERS=tuple(layers), musd_per_t=Groups({key: Parts.of(charged[key]) + saved[key] for key in layers}))

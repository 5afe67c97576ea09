"""What can move: who takes a material, who sends it, and the flows between them that a lane serves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.case import Case
from planner.translate.lanes import matching_lanes, with_freight
from planner.translate.plants import PlantTables
from planner.translate.tools import open_share

TAKE = ["place", "material", "node"]


@dataclass(frozen=True)
class FlowTables:
    """Tables of the flows that can occur, one row a decision, and of the lane rows that cap them.

    purchases: offer, place, origin_class, node, material, origin, from, price_usd_per_t, max_t_per_year, freight_usd_per_t.
    shipments, stock_shipments: from_place, material, origin_class, to_place, node, freight_usd_per_t.
    *_caps: the same flows with the lane row, its ends and max_t_per_year. takers: place, material, node, need_t, own_only.
    """

    takers: pd.DataFrame
    makers: pd.DataFrame
    purchases: pd.DataFrame
    shipments: pd.DataFrame
    stock_shipments: pd.DataFrame
    purchase_caps: pd.DataFrame
    shipment_caps: pd.DataFrame
    stock_caps: pd.DataFrame


def flow_tables(case: Case, nodes: pd.DataFrame, plants: PlantTables, collected: pd.DataFrame) -> FlowTables:
    """Work out every flow that can occur; `collected` has the place, material, node where something comes back."""
    makers = _makers(case, plants)
    sources = pd.concat([makers[TAKE], collected[TAKE]]).drop_duplicates()
    takers = _takers(case, nodes, plants, sources)
    buyers = takers[~takers["own_only"]]
    purchases, purchase_caps = _purchases(case, nodes, buyers)
    shipments, shipment_caps = _shipments(case, sources, takers)
    stocked = case.tables["stocks"][["place", "material"]].merge(nodes[["node"]], how="cross")
    drawn, stock_caps = _stock_shipments(case, stocked, buyers)
    return FlowTables(takers, makers, purchases, shipments, drawn, purchase_caps, shipment_caps, stock_caps)


def _makers(case: Case, plants: PlantTables) -> pd.DataFrame:
    """Outputs of the runs that can occur: facility, process, origin_class, node, place, material, t_per_t, at_most."""
    recipes = case.tables["recipes"]
    return plants.runs.drop(columns=["row"]).merge(
        recipes.loc[recipes["t_per_t"] > 0, ["process", "material", "t_per_t"]], on="process"
    )


def _takers(case: Case, nodes: pd.DataFrame, plants: PlantTables, sources: pd.DataFrame) -> pd.DataFrame:
    """Who takes what, where and when: place, material, node, need_t (the most that can be used) and own_only.

    own_only marks places that only sell or throw away: nothing is bought for them.
    """
    recipes, stocks = case.tables["recipes"], case.tables["stocks"]
    inputs = plants.runs.merge(recipes.loc[recipes["t_per_t"] < 0, ["process", "material", "t_per_t"]], on="process")
    inputs = inputs.assign(need_t=-inputs["t_per_t"] * inputs["at_most"])
    needs = segment_needs(case, nodes).rename(columns={"t_per_year": "need_t"})
    kept = stocks[["place", "material"]].merge(nodes[["node"]], how="cross").assign(need_t=np.inf)
    buying = pd.concat([inputs[[*TAKE, "need_t"]], needs[[*TAKE, "need_t"]], kept])
    buying = buying.groupby(TAKE, sort=False)["need_t"].sum().reset_index().assign(own_only=False)
    sold = case.tables["sales"][["place", "material"]].drop_duplicates().merge(nodes[["node"]], how="cross")
    shed = sources[sources["material"].isin(disposable(case))]
    letting_go = pd.concat([sold[TAKE], shed[TAKE]]).drop_duplicates().assign(letting_go=True)
    takers = buying.merge(letting_go, on=TAKE, how="outer")
    takers["own_only"] = takers["own_only"].isna()
    takers["need_t"] = takers["need_t"].fillna(0.0)
    takers["letting_go"] = takers["letting_go"].notna()
    return takers.sort_values(TAKE, kind="stable", ignore_index=True)


def disposable(case: Case) -> pd.Series:
    """The materials that may be thrown away."""
    materials = case.tables["materials"]
    return materials.loc[materials["disposal_usd_per_t"].notna(), "material"]


def segment_needs(case: Case, nodes: pd.DataFrame) -> pd.DataFrame:
    """Needs above zero by segment and node: segment, node, t_per_year and the segment's own columns."""
    demand = case.tables["demand"][["segment", "period", "t_per_year"]].merge(nodes[["node", "period"]], on="period")
    demand = demand[demand["t_per_year"] > 0].merge(case.tables["segments"].drop(columns=["year"]), on="segment")
    return demand.sort_values(["segment", "period"], kind="stable", ignore_index=True)


def offers_on_sale(case: Case, nodes: pd.DataFrame) -> pd.DataFrame:
    """Offers that are open at a node, with the price and the yearly maximum there."""
    offers = case.tables["offers"].drop(columns=["year"]).merge(nodes[["node", "period", "years"]], how="cross")
    share = open_share(offers["from"], offers["to"], offers["period"], offers["years"])
    changed = case.tables["offer_prices"][["offer", "period", "price_usd_per_t", "max_t_per_year"]]
    offers = offers.merge(changed, on=["offer", "period"], how="left", suffixes=("", "_then"))
    offers["price_usd_per_t"] = offers["price_usd_per_t_then"].fillna(offers["price_usd_per_t"])
    offers["max_t_per_year"] = offers["max_t_per_year_then"].fillna(offers["max_t_per_year"]) * share
    return offers[(share > 0) & ~(offers["max_t_per_year"] <= 0)].reset_index(drop=True)


def _country_of(case: Case) -> dict[str, str]:
    return dict(zip(case.tables["places"]["place"], case.tables["places"]["country"], strict=True))


def _stage_of(case: Case) -> dict[str, str]:
    return dict(zip(case.tables["materials"]["material"], case.tables["materials"]["stage"], strict=True))


def _served(case: Case, moves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The moves a lane serves, with freight, and every capped lane row that matches them."""
    country, stage = _country_of(case), _stage_of(case)
    moves = moves.assign(to_country=moves["to_place"].map(country), stage=moves["material"].map(stage))
    moves = moves.reset_index(drop=True)
    fits = matching_lanes(case, moves)
    served = with_freight(moves, fits)
    capped = fits.dropna(subset=["max_t_per_year"])[["move", "row", "max_t_per_year"]]
    capped = capped.rename(columns={"max_t_per_year": "lane_max_t"})
    return served, capped


def _purchases(case: Case, nodes: pd.DataFrame, buyers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    offers = case.tables["offers"]
    country = _country_of(case)
    ends = offers[["offer", "material", "ships_from", "origin"]].rename(columns={"ships_from": "from_place"})
    ends["from_country"] = ends["from_place"].map(country).where(ends["from_place"].notna(), ends["origin"])
    wanted = buyers[["place", "material"]].drop_duplicates().rename(columns={"place": "to_place"})
    served, capped = _served(case, ends.merge(wanted, on="material"))
    served = served.reset_index(names="move")
    on_sale = offers_on_sale(case, nodes)[
        ["offer", "node", "period", "price_usd_per_t", "max_t_per_year", "supplier", "min_order_t_per_year"]
    ]
    flows = served[
        ["move", "offer", "material", "origin", "from_place", "from_country", "to_place", "freight_usd_per_t"]
    ]
    flows = (
        flows.merge(on_sale, on="offer").rename(columns={"to_place": "place"}).merge(buyers[[*TAKE, "need_t"]], on=TAKE)
    )
    flows = flows.sort_values(["offer", "place", "period"], kind="stable", ignore_index=True).assign(origin_class="")
    flows["from"] = flows["from_place"].where(flows["from_place"].notna(), flows["from_country"])
    caps = flows.merge(capped, on="move").rename(columns={"place": "to_end"}).assign(place=lambda t: t["to_end"])
    return flows, caps


def _between(
    case: Case, pairs: pd.DataFrame, sources: pd.DataFrame, takers: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    served, capped = _served(case, pairs.assign(from_country=pairs["from_place"].map(_country_of(case))))
    served = served.reset_index(names="move")[["move", "from_place", "material", "to_place", "freight_usd_per_t"]]
    flows = served.merge(sources.rename(columns={"place": "from_place"}), on=["from_place", "material"])
    flows = flows.merge(takers.rename(columns={"place": "to_place"}), on=["to_place", "material", "node"])
    order = ["from_place", "material", "to_place", "node"]
    flows = flows.sort_values(order, kind="stable", ignore_index=True).assign(origin_class="")
    caps = flows.merge(capped, on="move").assign(to_end=lambda t: t["to_place"])
    caps["from"] = caps["from_place"]
    return flows, caps


def _shipments(case: Case, sources: pd.DataFrame, takers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Own output and collected goods to whoever takes them; only a place's own surplus is thrown away there."""
    sending = sources[["place", "material"]].drop_duplicates().rename(columns={"place": "from_place"})
    selling = case.tables["sales"][["place", "material"]].drop_duplicates().assign(market=True)
    takers = takers.merge(selling, on=["place", "material"], how="left")
    takers["market"] = takers["market"].notna()
    taking = takers[["place", "material"]].drop_duplicates().rename(columns={"place": "to_place"})
    flows, caps = _between(case, sending.merge(taking, on="material"), sources[TAKE], takers)
    return _only_useful(flows), _only_useful(caps)


def _only_useful(flows: pd.DataFrame) -> pd.DataFrame:
    """Leave out shipments to another place that could only throw them away."""
    used = ~flows["own_only"] | flows["market"] | (flows["from_place"] == flows["to_place"])
    return flows[used].reset_index(drop=True)


def _stock_shipments(case: Case, stocked: pd.DataFrame, buyers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    country = _country_of(case)
    keeping = stocked[["place", "material"]].drop_duplicates().rename(columns={"place": "from_place"})
    taking = buyers[["place", "material"]].drop_duplicates().rename(columns={"place": "to_place"})
    pairs = keeping.merge(taking, on="material")
    same = pairs["from_place"].map(country) == pairs["to_place"].map(country)
    return _between(case, pairs[same & (pairs["from_place"] != pairs["to_place"])], stocked, buyers)


def gated(flows: FlowTables, plants: PlantTables, collected: pd.DataFrame) -> pd.DataFrame:
    """Shipments that only a build allows, to a customer whose finite need is below what the builds could send.

    Nothing may stand at the sending place beforehand, and the customer may neither sell nor throw away what it takes.
    """
    makers = flows.makers.assign(could_send=flows.makers["t_per_t"] * flows.makers["at_most"])
    sending = (
        makers.groupby(TAKE, sort=False)
        .agg(standing=("existing_t", "sum"), could_send_t=("could_send", "sum"))
        .reset_index()
    )
    sending = sending[sending["standing"] == 0].rename(columns={"place": "from_place"})
    frame = flows.shipments.merge(sending, on=["from_place", "material", "node"])
    tight = (
        (frame["need_t"] < frame["could_send_t"]) & ~frame["letting_go"] & (frame["from_place"] != frame["to_place"])
    )
    frame = frame[tight & np.isfinite(frame["need_t"])]
    also = collected[TAKE].drop_duplicates().rename(columns={"place": "from_place"}).assign(collected=True)
    frame = frame.merge(also, on=["from_place", "material", "node"], how="left")
    return frame[frame["collected"].isna()].reset_index(drop=True)

"""What can move: who takes a material, who sends it, and the flows between them that a lane serves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
import pandas as pd

from models.data import Index, Tree
from models.groups import Places
from planner.case import Case
from planner.schema.dated import SHORTAGE
from planner.translate import columns
from planner.translate.adding import additions, effects_on_offers, supply_with_partners
from planner.translate.dated import dated, is_dated
from planner.translate.delivered import at_their_place
from planner.translate.events import GOODS, Events, supplied
from planner.translate.lanes import matching_lanes, with_freight
from planner.translate.lead import ordered
from planner.translate.money import days_at_own_cost, refuse_freight_above_price, within_price
from planner.translate.offers import (
    contract_terms,
    mean_price,
    offers_on_sale,
    price_bands,
    signings,
    stated_by_year,
)
from planner.translate.origin import ANY_CLASS, Origins, offer_classes
from planner.translate.partnerships import PartnerTables, trusted_supply
from planner.translate.plants import PLANT, PlantTables, years_at_work
from planner.translate.tools import index_column, indices, open_share

TAKE = ["place", "material", "origin_class", "node"]
WHERE = ["place", "material", "node"]
WAY = ["segment", "material", "t_per_t", "period"]
DELIVERED = ["stated_t", "own_t", "trust", "first_year", "last_year"]
BUY = ("offer", "tier", "place", "origin_class", "node")
LIFT = ("contract", "place", "origin_class", "node")
SENT = ["from_place", "material", "node"]
SHIP = ("from_place", "material", "origin_class", "to_place", "node")
FLOW_INDEX = {"buy": BUY, "lift": LIFT, "ship": SHIP, "ship_stock": SHIP}


@dataclass(frozen=True)
class FlowTables:
    """The flows that can occur, one row a decision, with all that they come from and go to.

    takers: who takes what. makers: outputs of runs. sources: where own goods can be, by class. needs: of segments.
    downgrades: sources that may be counted as another class. stocked: stockpiles by class and node. sold: offers.
    effects: of partnerships on them. added, granted: what those add that may be entered, and that were signed before.
    bands: of prices. terms: of contracts. signings: where they may be signed. caps_by_kind: the flows of a kind with
    each lane row that binds them.
    """

    takers: Annotated[pd.DataFrame, columns.TAKERS]
    makers: Annotated[pd.DataFrame, columns.MAKERS]
    sources: Annotated[pd.DataFrame, columns.SOURCES]
    needs: Annotated[pd.DataFrame, columns.NEEDS]
    downgrades: Annotated[pd.DataFrame, columns.DOWNGRADES]
    stocked: Annotated[pd.DataFrame, columns.STOCKED]
    sold: Annotated[pd.DataFrame, columns.SOLD]
    effects: Annotated[pd.DataFrame, columns.EFFECTS]
    added: Annotated[pd.DataFrame, columns.ADDED]
    granted: Annotated[pd.DataFrame, columns.ADDED]
    bands: Annotated[pd.DataFrame, columns.BANDS]
    terms: Annotated[pd.DataFrame, columns.CONTRACT_TERMS]
    signings: Annotated[pd.DataFrame, columns.SIGNINGS]
    purchases: Annotated[pd.DataFrame, columns.FLOWS["buy"]]
    lifts: Annotated[pd.DataFrame, columns.FLOWS["lift"]]
    shipments: Annotated[pd.DataFrame, columns.FLOWS["ship"]]
    stock_shipments: Annotated[pd.DataFrame, columns.FLOWS["ship_stock"]]
    caps_by_kind: Annotated[dict[str, pd.DataFrame], columns.CAPS]

    @property
    def by_kind(self) -> dict[str, pd.DataFrame]:
        """The flow tables by the name of their decision."""
        return {
            "buy": self.purchases,
            "lift": self.lifts,
            "ship": self.shipments,
            "ship_stock": self.stock_shipments,
        }

    @cached_property
    def decisions(self) -> dict[str, tuple[Index, ...]]:
        """The index tuples of each flow table; its column flow_number is the place in them."""
        return {kind: indices(frame, "decision") for kind, frame in self.by_kind.items()}

    def places(self, kind: str, frame: pd.DataFrame | None = None) -> Places:
        """The decisions of a flow table's rows, or of the rows of another table with flow_number."""
        frame = self.by_kind[kind] if frame is None else frame
        return Places.of(self.decisions[kind], frame["flow_number"].to_numpy(np.intc))


def flow_tables(
    case: Case,
    tree: Tree,
    nodes: pd.DataFrame,
    events: Events,
    classes: Origins,
    plants: PlantTables,
    partners: PartnerTables,
    collected: pd.DataFrame,
) -> FlowTables:
    """Work out every flow that can occur; `collected` has where something comes back, by origin class."""
    makers = _makers(case, events, plants, classes)
    made = makers.drop(columns=["origin_class"]).rename(columns={"made_class": "origin_class"})
    sources = classes.at_most(pd.concat([made[TAKE], collected[TAKE]]).drop_duplicates())
    sources = columns.SOURCES.of(sources.assign(sender=sources.groupby(WHERE, sort=False).ngroup()))
    stocked = _stocked(case, nodes, classes)
    needs = segment_needs(case, nodes, events, classes)
    takers = _takers(case, nodes, plants, ways_to_serve(case, events, needs), sources, stocked)
    buyers = takers[~takers["own_only"]]
    trusted = trusted_supply(case, tree, nodes, events, offers_on_sale(case, nodes, events))
    effects = effects_on_offers(case, trusted)
    added = additions(case, events, effects, partners.in_force)
    sold = supply_with_partners(trusted, added)
    served, capped = _served_offers(case, buyers)
    reached = served.assign(destination=served["to_country"])[["offer", "destination"]].drop_duplicates()
    bands, terms = price_bands(case, events, sold), contract_terms(case, tree, nodes, events, sold, reached)
    signable = signings(case, nodes, events, terms, reached)
    offered = _offered(case, events, classes, sold, takers, served)
    purchases = at_their_place(case, events, _purchases(case, events, offered, bands), sold)
    refuse_freight_above_price(case, purchases, stated_by_year(events, purchases))
    lifts = _lifts(offered, terms)
    refuse_freight_above_price(case, lifts, lifts[["price_usd_per_t"]].to_numpy(float))
    shipments, ship_capped = _shipments(case, nodes, events, sources, takers)
    drawn, stock_capped = _stock_shipments(case, events, stocked, buyers)
    found = {"buy": purchases, "lift": lifts, "ship": shipments, "ship_stock": drawn}
    found = {kind: frame.assign(flow_number=np.arange(len(frame))) for kind, frame in found.items()}
    flows = {kind: columns.FLOWS[kind].of(frame) for kind, frame in found.items()}
    bound = {"buy": capped, "lift": capped, "ship": ship_capped, "ship_stock": stock_capped}
    return FlowTables(
        takers=takers,
        makers=makers,
        sources=sources,
        needs=needs,
        downgrades=downgraded(classes, sources),
        stocked=stocked,
        sold=sold,
        effects=effects,
        added=added[added["joined_in"].notna()].reset_index(drop=True),
        granted=added[added["joined_in"].isna()].reset_index(drop=True),
        bands=bands,
        terms=terms,
        signings=signable,
        purchases=flows["buy"],
        lifts=flows["lift"],
        shipments=flows["ship"],
        stock_shipments=flows["ship_stock"],
        caps_by_kind={kind: _with_caps(kind, frame, bound[kind]) for kind, frame in found.items()},
    )


def _makers(case: Case, events: Events, plants: PlantTables, classes: Origins) -> pd.DataFrame:
    """Outputs of the runs that can occur, each in the run's own class where anybody could ask for it, else in none."""
    if plants.runs.empty:
        return columns.MAKERS.none()
    recipes = case.tables["recipes"]
    outputs = recipes.loc[recipes["t_per_t"] > 0, ["process", "material", "t_per_t"]]
    made = plants.runs.merge(outputs, on="process")
    askable = classes.at_least(classes.kept).assign(made_class=lambda t: t["origin_class"])
    made = made.merge(askable, on=["material", "origin_class", "node"], how="left")
    made["country"] = made["place"].map(case.country_of)
    made["recipe_t"] = made["t_per_t"]
    if "yield" in events.by_kind:
        at_work = years_at_work(plants.capacity, plants.standing, events, made)
        made["t_per_t"] = events.scaled("yield", made, {**GOODS, **PLANT}, "t_per_t", at_work)
    made = made[made["t_per_t"] > 0].reset_index(drop=True)
    made_class = made["made_class"].astype(object).where(made["made_class"].notna(), ANY_CLASS)
    return columns.MAKERS.of(made.assign(made_class=made_class))


def _stocked(case: Case, nodes: pd.DataFrame, classes: Origins) -> pd.DataFrame:
    """Stockpiles by origin class and node; a class kept at one node is kept at all, so that stock can last."""
    stocks = case.tables["stocks"][["place", "material"]]
    if stocks.empty:
        return columns.STOCKED.none()
    kept = classes.kept[["material", "origin_class"]].drop_duplicates()
    every = pd.concat([stocks.assign(origin_class=ANY_CLASS), stocks.merge(kept, on="material")])
    found = classes.at_most(every).merge(nodes[["node", "period"]], how="cross")
    found = found.sort_values(["place", "material", "origin_class", "period"], kind="stable", ignore_index=True)
    return columns.STOCKED.of(found)


def downgraded(classes: Origins, goods: pd.DataFrame) -> pd.DataFrame:
    """Where goods of one class may be counted as the next looser one."""
    if goods.empty or not classes.looser:
        return columns.DOWNGRADES.none()
    steps = pd.DataFrame(classes.looser, columns=["origin_class", "to_class"], dtype=object)
    return columns.DOWNGRADES.of(goods.merge(steps, on="origin_class"))


def _takers(
    case: Case,
    nodes: pd.DataFrame,
    plants: PlantTables,
    ways: pd.DataFrame,
    sources: pd.DataFrame,
    stocked: pd.DataFrame,
) -> pd.DataFrame:
    """Who takes what, where and when."""
    inputs = taken_in(case, plants.runs)
    inputs = inputs.assign(origin_class=inputs["takes_class"])
    buying = pd.concat([inputs[TAKE], ways[TAKE], stocked[TAKE]]).drop_duplicates()
    letting_go = _letting_go(case, nodes, sources, buying)
    if letting_go.empty:
        takers = buying.assign(own_only=False)
    else:
        takers = buying.assign(own_only=False).merge(letting_go, on=TAKE, how="outer")
        takers["own_only"] = takers["own_only"].isna()
    takers = takers.sort_values(TAKE, kind="stable", ignore_index=True)
    return columns.TAKERS.of(takers.assign(taker=np.arange(len(takers))))


def _letting_go(case: Case, nodes: pd.DataFrame, sources: pd.DataFrame, buying: pd.DataFrame) -> pd.DataFrame:
    """Where goods of no class may be sold or thrown away: where they come from, and where a class is bought."""
    sales = markets(case, nodes)[["place", "material", "node"]]
    there = pd.concat([sources.loc[sources["origin_class"] == ANY_CLASS, TAKE], _strict(buying)])
    shed = there[there["material"].isin(disposable(case))]
    if sales.empty:
        return shed[TAKE].drop_duplicates()
    return pd.concat([sales.assign(origin_class=ANY_CLASS)[TAKE], shed[TAKE]]).drop_duplicates()


def _strict(buying: pd.DataFrame) -> pd.DataFrame:
    """Where something is taken in a class, as goods of none."""
    return buying.loc[buying["origin_class"] != ANY_CLASS, TAKE].assign(origin_class=ANY_CLASS)


def markets(case: Case, nodes: pd.DataFrame) -> pd.DataFrame:
    """The rows of the sales sheet at each node in which they pay."""
    sales = case.tables["sales"].drop(columns=["year"])
    if sales.empty:
        return columns.MARKETS.none()
    sales = _until_the_next(sales)
    sales = sales.merge(nodes[["node", "period", "years"]], how="cross")
    sales["open"] = open_share(sales["from"], sales["to"], sales["period"], sales["years"])
    return columns.MARKETS.of(sales[sales["open"] > 0]).reset_index(drop=True)


def _until_the_next(sales: pd.DataFrame) -> pd.DataFrame:
    """Of the rows of one price each ends before the next one begins: in a year the latest counts."""
    key = ["place", "material", "price_usd_per_t"]
    if not sales.duplicated(key).any():
        return sales
    sales = sales.sort_values("from", kind="stable", na_position="first")
    following = sales.groupby(key, sort=False)["from"].shift(-1)
    return sales.assign(to=np.fmin(sales["to"], following - 1)).sort_index()


def taken_in(case: Case, runs: pd.DataFrame) -> pd.DataFrame:
    """The inputs of runs: a row for each run and material."""
    if runs.empty:
        return columns.INPUTS.none()
    recipes = case.tables["recipes"]
    inputs = recipes.loc[recipes["t_per_t"] < 0, ["process", "material"]].assign(taken=-recipes["t_per_t"])
    return columns.INPUTS.of(runs.merge(inputs, on="process"))


def disposable(case: Case) -> pd.Series:
    """The materials that may be thrown away."""
    materials = case.tables["materials"]
    return materials.loc[materials["disposal_usd_per_t"].notna(), "material"]


NEEDY = {**GOODS, "segment": "segment", "place": "place"}


def segment_needs(case: Case, nodes: pd.DataFrame, events: Events, classes: Origins) -> pd.DataFrame:
    """Needs above zero, with what is stated, the class of origin that is asked for and what a ton short costs.

    Where that differs from year to year, each year counts with what is needed in it.
    """
    demand = case.tables["demand"][["segment", "period", "t_per_year"]].merge(
        nodes[["node", "period", "years"]], on="period"
    )
    demand = demand.merge(case.tables["segments"].drop(columns=["year"]), on="segment")
    demand["stated_t"] = demand["t_per_year"]
    demand["t_per_year"] = events.scaled("demand", demand, NEEDY, "t_per_year")
    demand = demand[demand["t_per_year"] > 0]
    demand = demand.sort_values(["segment", "period"], kind="stable", ignore_index=True)
    if is_dated(case, SHORTAGE):
        changed = events.on("demand", demand, NEEDY)
        loss = changed.mean(dated(case, SHORTAGE, demand, changed), changed.yearly(demand["stated_t"]))
        demand[SHORTAGE] = demand[SHORTAGE].where(demand[SHORTAGE].isna(), loss)
    keys = zip(demand["segment"], demand["node"], strict=True)
    asked = pd.Series([classes.needed.get(key, ANY_CLASS) for key in keys], dtype=object)
    return columns.NEEDS.of(demand.assign(origin_class=asked))


def ways_to_serve(case: Case, events: Events, needs: pd.DataFrame) -> pd.DataFrame:
    """Each need with its own material and with each substitute.

    A substitute may have its share of the needs of the years from its first on.
    """
    own = needs.assign(t_per_t=1.0, extra_usd_per_t=0.0, most_t=np.nan)
    others = case.tables["substitutes"][["segment", "material", "t_per_t", "extra_usd_per_t", "max_share", "from"]]
    if others.empty:
        return columns.DELIVERIES.of(own.sort_values(WAY, kind="stable", ignore_index=True))
    changed = events.on("demand", needs, NEEDY)
    others = needs.drop(columns=["material"]).assign(need=np.arange(len(needs))).merge(others, on="segment")
    need, first = others["need"].to_numpy(np.intp), others["from"].fillna(-np.inf).to_numpy(float)
    tons = np.where(changed.calendar[need] >= first[:, None], changed.yearly(needs["stated_t"])[need], 0.0)
    tons = np.where(changed.valid[need], tons, 0.0).sum(axis=1) / others["years"].to_numpy(float)
    others = others.assign(most_t=others["max_share"] * tons).drop(columns=["max_share", "from", "need"])
    every = pd.concat([own, others[others["most_t"] > 0]]) if len(others) else own
    return columns.DELIVERIES.of(every.sort_values(WAY, kind="stable", ignore_index=True))


def _served(case: Case, moves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The moves a lane serves (numbered in `move`), with freight, and every lane row that binds what is on it.

    A row binds that has a maximum, a minimum, a cost of a year or weight bands.
    """
    stage = dict(zip(case.tables["materials"]["material"], case.tables["materials"]["stage"], strict=True))
    moves = moves.assign(to_country=moves["to_place"].map(case.country_of), stage=moves["material"].map(stage))
    moves = moves.reset_index(drop=True)
    fits = matching_lanes(case, moves)
    capped = fits.loc[fits["binds"], ["move", "row", "max_t_per_year"]]
    capped = capped.rename(columns={"max_t_per_year": "lane_max_t"})
    return with_freight(moves, fits).reset_index(names="move"), capped


def _served_offers(case: Case, buyers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Offers with the places that a lane connects with them and where their material is used, and the lanes by move."""
    ends = case.tables["offers"][["offer", "material", "ships_from", "origin"]]
    ends = ends.rename(columns={"ships_from": "from_place"})
    stated = ends["from_place"].notna()
    ends["from_country"] = ends["from_place"].map(case.country_of).where(stated, ends["origin"])
    ends["from"] = ends["from_place"].where(stated, ends["from_country"])
    wanted = buyers[["place", "material"]].drop_duplicates().rename(columns={"place": "to_place"})
    return _served(case, ends.merge(wanted, on="material"))


def _with_caps(kind: str, flows: pd.DataFrame, capped: pd.DataFrame) -> pd.DataFrame:
    """Flows with every binding lane row that they are on, and the row's ends."""
    if flows.empty or capped.empty:
        return columns.CAPS[kind].none()
    leaves, arrives = ("from_place", "to_place") if kind in ("ship", "ship_stock") else ("from", "place")
    on_rows = flows.merge(capped, on="move")
    return columns.CAPS[kind].of(on_rows.assign(**{"from": on_rows[leaves], "to_end": on_rows[arrives]}))


def _offered(
    case: Case, events: Events, classes: Origins, sold: pd.DataFrame, takers: pd.DataFrame, served: pd.DataFrame
) -> pd.DataFrame:
    """Offers to whoever takes their material at a node, in each class that both may use.

    Whole lots and minimum orders may bring more than a class can use. What is too much comes as goods of no class to
    where it may be thrown away.
    """
    buyers, leavers = takers[~takers["own_only"]], takers[takers["own_only"]]
    served = served.drop(columns=["from_place", "from_country", "to_country", "stage"])
    flows = served.rename(columns={"to_place": "place"}).merge(
        sold[["offer", "supplier", "node", "period", "max_t_per_year", "could_add_t", "supply", *DELIVERED]], on="offer"
    )
    flows = flows.merge(offer_classes(classes), on="offer").merge(buyers[[*TAKE, "taker"]], on=TAKE)
    if len(classes.kept) and len(leavers):
        flows = pd.concat([flows, _too_much(case, flows, leavers)], ignore_index=True)
    flows["destination"] = flows["place"].map(case.country_of)
    if "supply" in events.by_kind:
        flows["supply"] = supplied(case, events, flows, destination=True).share()
    flows = flows[flows["supply"] > 0].reset_index(drop=True)
    flows = _open_lanes(case, events, flows, "origin", "place")
    return flows.assign(within_usd_per_t=within_price(case, flows), transit_days=days_at_own_cost(case, flows))


def _too_much(case: Case, flows: pd.DataFrame, leavers: pd.DataFrame) -> pd.DataFrame:
    """The same offers as goods of no class, where these are bought in a class alone and may be thrown away."""
    leavers = leavers.loc[leavers["material"].isin(disposable(case)), [*TAKE, "taker"]]
    strict = flows[flows["origin_class"] != ANY_CLASS].drop(columns="taker").assign(origin_class=ANY_CLASS)
    return strict.drop_duplicates(["offer", "place", "node"]).merge(leavers, on=TAKE)


def _open_lanes(case: Case, events: Events, flows: pd.DataFrame, leaves: str, arrives: str) -> pd.DataFrame:
    """The flows whose lane is not closed, with lane_factor, what is left of the lane's room."""
    if "lane" not in events.by_kind:
        return flows.assign(lane_factor=1.0)
    country = case.country_of
    goods = flows.assign(destination=flows[arrives].map(country), arrives=flows[arrives])
    goods["leaves"] = goods[leaves].map(country) if leaves == "from_place" else goods[leaves]
    words = {**GOODS, "country": "leaves", "destination": "destination", "place": "arrives"}
    effects = events.on("lane", goods, words)
    flows = flows.assign(lane_factor=effects.mean(effects.factor))
    return flows[flows["lane_factor"] > 0].reset_index(drop=True)


def _purchases(case: Case, events: Events, offered: pd.DataFrame, bands: pd.DataFrame) -> pd.DataFrame:
    """Spot purchases, at the price of each band.

    Where events hold goods back from some countries, each pays the prices of the years in which it is delivered to.
    """
    priced = bands[["offer", "node", "tier", "stated_usd_per_t", "band_price_usd_per_t"]]
    flows = offered.merge(priced.rename(columns={"band_price_usd_per_t": "price_usd_per_t"}), on=["offer", "node"])
    flows = flows.sort_values(["offer", "tier", "place", "origin_class", "period"], kind="stable", ignore_index=True)
    if "supply" in events.by_kind or (flows["within_usd_per_t"] != 0).any():
        weights = ordered(case, flows, supplied(case, events, flows, destination=True)).yearly
        flows["price_usd_per_t"] = mean_price(events, flows, weights)
    return flows.assign(decision=index_column(flows, BUY))


def _lifts(offered: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Contract deliveries in the nodes of a contract's term."""
    if terms.empty:
        return columns.FLOWS["lift"].none()
    priced = columns.CONTRACT_PRICES.of(terms).drop_duplicates(["contract", "node"])
    flows = offered.drop(columns=["first_year", "last_year"]).merge(priced, on=["offer", "node"])
    flows = flows.sort_values(["contract", "place", "origin_class", "period"], kind="stable", ignore_index=True)
    flows["price_usd_per_t"] = flows["price_usd_per_t"] - flows["within_usd_per_t"]
    return flows.assign(decision=index_column(flows, LIFT))


def _between(
    case: Case, events: Events, pairs: pd.DataFrame, sources: pd.DataFrame, takers: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Moves from sources to takers of the same material, class and node, with freight, and the rows that bind moves."""
    goods = ["to_place", "material", "origin_class", "node"]
    if pairs.empty:
        return _nothing_moves()
    served, capped = _served(case, pairs.assign(from_country=pairs["from_place"].map(case.country_of)))
    served = served[["move", "from_place", "material", "to_place", "freight_usd_per_t"]]
    leaving = sources[[*TAKE, "sender"]].rename(columns={"place": "from_place"})
    flows = served.merge(leaving, on=["from_place", "material"])
    flows = flows.merge(takers.rename(columns={"place": "to_place"}), on=goods)
    flows = _open_lanes(case, events, flows, "from_place", "to_place")
    flows = flows.sort_values(["from_place", *goods], kind="stable", ignore_index=True)
    return flows.assign(decision=index_column(flows, SHIP)), capped


def _nothing_moves() -> tuple[pd.DataFrame, pd.DataFrame]:
    return columns.SHIPPED.none(), columns.LANES.none()


def _shipments(
    case: Case, nodes: pd.DataFrame, events: Events, sources: pd.DataFrame, takers: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Own output and collected goods to whoever takes them; only a place's own surplus is thrown away there."""
    if sources.empty:
        return _nothing_moves()
    sending = sources[["place", "material"]].drop_duplicates().rename(columns={"place": "from_place"})
    selling = markets(case, nodes)[["place", "material", "node"]].drop_duplicates().assign(market=True)
    takers = takers.merge(selling, on=["place", "material", "node"], how="left")
    takers["market"] = takers["market"].notna()
    taking = takers[["place", "material"]].drop_duplicates().rename(columns={"place": "to_place"})
    flows, capped = _between(case, events, sending.merge(taking, on="material"), sources, takers)
    return (_only_useful(flows) if len(flows) else flows), capped


def _only_useful(flows: pd.DataFrame) -> pd.DataFrame:
    """Leave out shipments to another place that could only throw them away."""
    used = ~flows["own_only"] | flows["market"] | (flows["from_place"] == flows["to_place"])
    return flows[used].reset_index(drop=True)


def _stock_shipments(
    case: Case, events: Events, stocked: pd.DataFrame, buyers: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Stock to whoever takes it at another place of the same country."""
    if stocked.empty:
        return _nothing_moves()
    country = case.country_of
    keeping = stocked[["place", "material"]].drop_duplicates().rename(columns={"place": "from_place"})
    taking = buyers[["place", "material"]].drop_duplicates().rename(columns={"place": "to_place"})
    pairs = keeping.merge(taking, on="material")
    same = pairs["from_place"].map(country) == pairs["to_place"].map(country)
    return _between(
        case, events, pairs[same & (pairs["from_place"] != pairs["to_place"])], stocked.assign(sender=-1), buyers
    )

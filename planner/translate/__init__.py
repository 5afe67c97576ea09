"""From checked tables to what the program knows: everything that can occur, worked out once with merges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import pandas as pd

from models.data import Balance, Data, Duties, Movement, Tree
from planner.case import Case
from planner.translate.duties import duty_rates
from planner.translate.flows import TAKE, FlowTables, flow_tables, gated
from planner.translate.origin import ANY, Origins, origins
from planner.translate.plants import PlantTables, investment_part, plant_tables, plants_part
from planner.translate.purchasing import BUY, supply_part
from planner.translate.tools import MUSD, grouped, indices, weighted
from planner.translate.using import (
    COLLECT,
    UseTables,
    collection_tables,
    demand_part,
    returns_part,
    stock_links,
    stock_part,
    surplus_part,
    use_tables,
)
from planner.tree import node_table, plant_tree

DOWNGRADE = ("place", "material", "origin_class", "to_class", "node")
SHIP = ("from_place", "material", "origin_class", "to_place", "node")


@dataclass(frozen=True)
class Translated:
    """What the program knows, with the tables it was made from: one row a decision, in the order of the index sets."""

    data: Data
    nodes: pd.DataFrame
    origins: Origins
    plants: PlantTables
    flows: FlowTables
    use: UseTables
    duties: dict[str, pd.DataFrame]


def translate(case: Case) -> Translated:
    """Work out everything that can occur in a case."""
    tree = plant_tree(case)
    nodes = node_table(tree)
    classes = origins(case, tree)
    plants = plant_tables(case, tree, nodes, classes)
    collected = collection_tables(case, tree, nodes, classes)
    flows = flow_tables(case, nodes, classes, plants, collected[0])
    use = use_tables(case, nodes, classes, flows, collected)
    duties = _flow_duties(case, nodes, flows)
    data = Data(
        tree=tree,
        supply=supply_part(case, tree, nodes, flows),
        movement=_movement_part(flows),
        balance=_balance_part(case, tree, plants, flows, use),
        plants=plants_part(case, plants, tree),
        investment=investment_part(case, plants, tree, gated(flows, collected[0]), flows.makers),
        demand=demand_part(use),
        returns=returns_part(use),
        stock=stock_part(use, tree),
        surplus=surplus_part(use),
        duties=_duties_part(duties),
    )
    return Translated(data, nodes, classes, plants, flows, use, duties)


def _movement_part(flows: FlowTables) -> Movement:
    """Shipments, their freight and the lanes that cap them."""
    lane = ("row", "from", "to_end", "node")
    caps = [flows.purchase_caps, flows.shipment_caps, flows.stock_caps]
    capped = {
        key: t for frame in caps for key, t in zip(indices(frame, *lane), frame["lane_max_t"].tolist(), strict=True)
    }

    def freighted(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(musd=frame["freight_usd_per_t"] * MUSD)

    return Movement(
        SHIPMENTS=indices(flows.shipments, *SHIP),
        STOCK_SHIPMENTS=indices(flows.stock_shipments, *SHIP),
        DOWNGRADES=indices(flows.downgrades, *DOWNGRADE),
        LANES_CAPPED=tuple(sorted(capped)),
        max_t_per_year=capped,
        PURCHASES_ON=grouped(indices(flows.purchase_caps, *lane), indices(flows.purchase_caps, *BUY)),
        SHIPMENTS_ON=grouped(indices(flows.shipment_caps, *lane), indices(flows.shipment_caps, *SHIP)),
        STOCK_SHIPMENTS_ON=grouped(indices(flows.stock_caps, *lane), indices(flows.stock_caps, *SHIP)),
        purchase_freight_musd_per_t=weighted(
            freighted(flows.purchases), "musd", indices(flows.purchases, *BUY), by=("node",)
        ),
        shipment_freight_musd_per_t=weighted(
            freighted(flows.shipments), "musd", indices(flows.shipments, *SHIP), by=("node",)
        ),
        stock_freight_musd_per_t=weighted(
            freighted(flows.stock_shipments), "musd", indices(flows.stock_shipments, *SHIP), by=("node",)
        ),
    )


def _balance_part(case: Case, tree: Tree, plants: PlantTables, flows: FlowTables, use: UseTables) -> Balance:
    """Who brings and takes what, by place, material, class and node."""
    at, sent, arrived = tuple(TAKE), ("from_place", *TAKE[1:]), ("to_place", *TAKE[1:])
    run = ("facility", "process", "origin_class", "node")
    recipes = case.tables["recipes"][["process", "material", "t_per_t"]]
    inputs = plants.runs.merge(recipes[recipes["t_per_t"] < 0], on="process")
    inputs = inputs.assign(taken=-inputs["t_per_t"])
    taken_at = ("place", "material", "takes_class", "node")
    buy, bought_at = indices(flows.purchases, *BUY), indices(flows.purchases, *at)
    ship, draw = indices(flows.shipments, *SHIP), indices(flows.stock_shipments, *SHIP)
    serve = indices(use.deliveries, "segment", "material", "origin_class", "node")
    sales, disposals = use.sales.assign(origin_class=ANY), use.disposals.assign(origin_class=ANY)
    links, sold_at = stock_links(use, tree), dict.fromkeys(indices(sales, *at))
    joined = ("place", "material", "to_class", "node")
    output_down, stock_down = indices(flows.downgrades, *DOWNGRADE), indices(use.stock_downgrades, *DOWNGRADE)
    arriving = [bought_at, indices(flows.shipments, *arrived), indices(flows.stock_shipments, *arrived), links.closing]
    taken = dict.fromkeys(chain(*arriving, indices(inputs, *taken_at), indices(use.deliveries, *at), sold_at))
    return Balance(
        MADE=indices(flows.sources, *at),
        OUTPUTS=weighted(
            flows.makers, "t_per_t", indices(flows.makers, *run), by=("place", "material", "made_class", "node")
        ),
        COLLECTIONS_AT=grouped(indices(use.collections, *at), indices(use.collections, *COLLECT)),
        SHIPMENTS_FROM=grouped(indices(flows.shipments, *sent), ship),
        TAKEN=tuple(taken),
        PURCHASES_TO=grouped(bought_at, buy),
        SHIPMENTS_TO=grouped(indices(flows.shipments, *arrived), ship),
        STOCK_SHIPMENTS_TO=grouped(indices(flows.stock_shipments, *arrived), draw),
        STOCK_SHIPMENTS_FROM=grouped(indices(flows.stock_shipments, *sent), draw),
        OPENING=links.opening,
        INITIAL=links.initial,
        CLOSING=links.closing,
        OUTPUT_DOWNGRADED_TO=grouped(indices(flows.downgrades, *joined), output_down),
        OUTPUT_DOWNGRADED_FROM=grouped(indices(flows.downgrades, *at), output_down),
        STOCK_DOWNGRADED_TO=grouped(indices(use.stock_downgrades, *joined), stock_down),
        STOCK_DOWNGRADED_FROM=grouped(indices(use.stock_downgrades, *at), stock_down),
        INPUTS=weighted(inputs, "taken", indices(inputs, *run), by=taken_at),
        DELIVERIES_FROM=weighted(use.deliveries, "t_per_t", serve, by=at),
        SALES_FROM=grouped(indices(sales, *at), indices(sales, "place", "material", "price_usd_per_t", "node")),
        DISPOSALS_FROM=grouped(indices(disposals, *at), indices(disposals, "place", "material", "node")),
        SOLD_BESIDE_PURCHASES=tuple(key for key in sold_at if key in set(bought_at)),
    )


def _flow_duties(case: Case, nodes: pd.DataFrame, flows: FlowTables) -> dict[str, pd.DataFrame]:
    """Duty on each flow by layer, in USD per t: tables `purchases`, `shipments`, `stock_shipments`."""
    country = dict(zip(case.tables["places"]["place"], case.tables["places"]["country"], strict=True))
    value = dict(
        zip(case.tables["materials"]["material"], case.tables["materials"]["customs_value_usd_per_t"], strict=True)
    )
    bought = flows.purchases.assign(
        destination=flows.purchases["place"].map(country), value=flows.purchases["price_usd_per_t"]
    )
    moved = {
        name: frame.assign(
            origin=frame["from_place"].map(country),
            destination=frame["to_place"].map(country),
            value=frame["material"].map(value).fillna(0.0),
        )
        for name, frame in (("shipments", flows.shipments), ("stock_shipments", flows.stock_shipments))
    }
    crossing = {"purchases": bought, **moved}
    key = ["material", "origin", "destination"]
    rates = duty_rates(case, nodes, pd.concat([frame[key] for frame in crossing.values()]))
    charged = {}
    for name, frame in crossing.items():
        known = frame.merge(rates, on=[*key, "node"])
        known["duty_usd_per_t"] = known["rate"] * known["value"] + known["usd_per_t"]
        charged[name] = known
    return charged


def _duties_part(duties: dict[str, pd.DataFrame]) -> Duties:
    layered = {name: frame.assign(musd=frame["duty_usd_per_t"] * MUSD) for name, frame in duties.items()}
    by = ("layer", "node")
    layers = sorted({key for frame in layered.values() for key in indices(frame, *by)})
    return Duties(
        LAYERS=tuple(layers),
        purchase_musd_per_t=weighted(layered["purchases"], "musd", indices(layered["purchases"], *BUY), by=by),
        shipment_musd_per_t=weighted(layered["shipments"], "musd", indices(layered["shipments"], *SHIP), by=by),
        stock_musd_per_t=weighted(
            layered["stock_shipments"], "musd", indices(layered["stock_shipments"], *SHIP), by=by
        ),
    )

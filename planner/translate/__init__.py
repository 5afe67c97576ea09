"""From checked tables to what the program knows: everything that can occur, worked out once with merges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Any

import pandas as pd

from models.algebra import without_garbage_collection
from models.data import Balance, Data, Groups, Index, Part, Tree
from planner.case import Case
from planner.translate import columns
from planner.translate.border import BorderTables, border_part, border_tables, savings
from planner.translate.charging import crossing_flows, duties_part, flow_duties
from planner.translate.contracts import ContractTables, contract_tables, contracts_part, tiers_part
from planner.translate.dealings import dealings_part
from planner.translate.demand import SERVE, demand_part
from planner.translate.environment import PER_TON, environment_part, environment_tables
from planner.translate.events import events_of
from planner.translate.exposure import ExposureSums, exposure_part, exposure_tables
from planner.translate.flows import TAKE, FlowTables, flow_tables, taken_in
from planner.translate.freight import FreightTables, freight_tables
from planner.translate.incentives import SupportTables, incentives_part, support_tables
from planner.translate.incumbents import incumbents_part, staying
from planner.translate.lines import Lines
from planner.translate.measures import Measures
from planner.translate.movement import DOWNGRADE, movement_part
from planner.translate.origin import ANY_CLASS, Origins, origins
from planner.translate.packages import packages_part
from planner.translate.partnerships import PartnerTables, opened_in_part, partner_tables, partnerships_part
from planner.translate.plants import PlantTables, investment_part, plant_tables, plants_part, usable_since
from planner.translate.policy import Policy
from planner.translate.ranking import ranking_part
from planner.translate.rebates import RebateTables, rebate_tables, rebates_part
from planner.translate.returns import COLLECT, collection_tables, returns_part
from planner.translate.risk import risk_part
from planner.translate.settled import NOTHING_SETTLED, settle
from planner.translate.steps import Steps
from planner.translate.stock import StockLinks, stock_links, stock_part, used_where_kept
from planner.translate.supply import offers_waiting, sold_offers, supply_part
from planner.translate.surplus import surplus_part
from planner.translate.tools import grouped, indices, placed, weighted
from planner.translate.tree import node_table, scenario_tree
from planner.translate.useful import Useful, useful_amounts
from planner.translate.uses import UseTables, use_tables
from planner.translate.worth import Worth


@dataclass(frozen=True)
class Translated:
    """What the program knows, with the tables it was made from: one row a decision, in the order of the index sets."""

    data: Data
    nodes: Annotated[pd.DataFrame, columns.NODES]
    origins: Origins
    plants: PlantTables
    flows: FlowTables
    use: UseTables
    duties: Annotated[dict[str, pd.DataFrame], dict.fromkeys(columns.DUTIES, columns.CHARGED_ON)]
    contracts: ContractTables
    partners: PartnerTables
    border: BorderTables
    support: SupportTables
    environment: Annotated[dict[str, pd.DataFrame], dict.fromkeys(PER_TON, columns.LINES)]
    exposure: ExposureSums
    policy: Policy
    totals: RebateTables
    weights: FreightTables


@without_garbage_collection()
def translate(case: Case, steps: Steps | None = None) -> Translated:
    """Work out everything that can occur in a case, whatever the order of its rows.

    With the steps of a case that was translated before, only those that can differ are gone through again.
    """
    once = steps is None
    step = Steps() if steps is None else steps
    try:
        return _translated(step.begin(case), step)
    finally:
        step.end(forgotten=once)


def _translated(case: Case, step: Steps) -> Translated:
    tree = step(scenario_tree, case)
    nodes = step(node_table, tree)
    events = step(events_of, case, tree)
    classes = step(origins, case, tree)
    plants = step(plant_tables, case, tree, nodes, events, classes)
    collected = step(collection_tables, case, tree, nodes, classes)
    partners = step(partner_tables, case, tree, nodes)
    flows = step(flow_tables, case, tree, nodes, events, classes, plants, partners, collected[0])
    use = step(use_tables, case, nodes, events, classes, flows, collected)
    crossing = step(crossing_flows, case, events, flows)
    duties = step(flow_duties, case, nodes, events, crossing)
    lines = step(Lines, case, tree, plants, flows, use)
    useful = step(useful_amounts, case, plants, flows, use)
    worth = step(Worth.of, case, flows, useful)
    border = step(border_tables, case, nodes, events, crossing, duties, partners, worth)
    support = step(support_tables, case, events, classes, plants, flows.makers, flows.sold)
    sold = step(sold_offers, case, flows, worth)
    contracts = step(contract_tables, flows.terms, flows.signings, tree)
    totals, weights = step(rebate_tables, case, flows, sold), step(freight_tables, case, worth)
    ladders = (("spent", totals.bands, totals.most), ("carried", weights.bands, weights.most))
    given_off, at_risk = step(environment_tables, lines), step(exposure_tables, lines)
    charged, charges = step(duties_part, flows, duties, step(savings, border)), step(environment_part, case, given_off)
    layers = {"duties": list(charged.LAYERS), "environment": list(charges.CHARGES)}
    supply = step(supply_part, case, tree, events, flows, sold, contracts)
    parted, demand = step(border_part, tree, border), step(demand_part, use.needs, use.deliveries, use.shortages)
    measures = Measures(lines, charged, parted, given_off, at_risk, supply.QUALIFIABLE)
    policy = Policy.of(case, tree, nodes, measures, worth)
    at_first = step(usable_since, events, plants, step(opened_in_part, plants, partners))
    sizes = step(Worth.sizes, worth, plants, support, at_first[1])
    data = Data(
        tree=tree,
        supply=supply,
        incumbents=step(incumbents_part, tree, step(staying, case, flows)),
        packages=step(packages_part, case, flows, sold),
        dealings=step(dealings_part, case, events, sold),
        tiers=step(tiers_part, flows.purchases, flows.bands, sold, ladders),
        rebates=step(rebates_part, flows, totals),
        ranking=step(ranking_part, case, flows),
        contracts=step(contracts_part, case, tree, contracts, flows.lifts, sold),
        movement=step(movement_part, case, flows, worth, weights.bands),
        balance=step(_balance_part, case, tree, plants, flows, use),
        plants=step(plants_part, case, plants, tree),
        investment=step(investment_part, case, plants, tree, sizes),
        demand=demand,
        returns=step(returns_part, use.collections, use.cohorts, use.deliveries),
        stock=step(
            stock_part,
            use.stocks,
            use.opening,
            use.stock_downgrades,
            tree,
            step(used_where_kept, case, use.stocks, plants.runs, use.deliveries),
        ),
        surplus=step(surplus_part, use.sales, use.disposals),
        partnerships=step(
            partnerships_part,
            case,
            tree,
            plants,
            partners,
            step(offers_waiting, case, events, flows, partners, sold),
            step(Useful.working_t, useful, plants),
            at_first,
        ),
        border=parted,
        incentives=step(incentives_part, case, tree, support),
        duties=charged,
        risk=step(risk_part, case, tree, layers, demand),
        environment=charges,
        exposure=step(exposure_part, case, at_risk),
        limits=policy.limits_part(),
        counts=policy.counts_part(case),
        concentration=policy.concentration_part(),
        settled=NOTHING_SETTLED,
    )
    return Translated(
        step(settle, case, flows.by_kind, data),
        nodes,
        classes,
        plants,
        flows,
        use,
        {kind: columns.CHARGED_ON.of(frame) for kind, frame in duties.items()},
        contracts,
        partners,
        border,
        support,
        given_off,
        ExposureSums.of(at_risk),
        policy,
        totals,
        weights,
    )


def _balance_part(case: Case, tree: Tree, plants: PlantTables, flows: FlowTables, use: UseTables) -> Balance:
    """Who brings and takes what, by place, material, class and node."""
    at, sent, arrived = tuple(TAKE), ("from_place", *TAKE[1:]), ("to_place", *TAKE[1:])
    run = ("facility", "process", "origin_class", "node")
    inputs = taken_in(case, plants.runs)
    taken_at = ("place", "material", "takes_class", "node")
    buy, bought_at = flows.places("buy"), indices(flows.purchases, *at)
    lifted_at = indices(flows.lifts, *at)
    ship, draw = flows.places("ship"), flows.places("ship_stock")
    serve = indices(use.deliveries, *SERVE)
    sales, disposals = use.sales.assign(origin_class=ANY_CLASS), use.disposals.assign(origin_class=ANY_CLASS)
    drawn_to = indices(flows.stock_shipments, *arrived)
    bought = {(place, material, node) for place, material, _, node in (*bought_at, *lifted_at, *drawn_to)}
    links, sold_at = stock_links(use.stocks, use.opening, tree), dict.fromkeys(indices(sales, *at))
    beside = tuple((d, k, n) for d, k, _, n in sold_at if (d, k, n) in bought)
    joined = ("place", "material", "to_class", "node")
    output_down, stock_down = indices(flows.downgrades, *DOWNGRADE), indices(use.stock_downgrades, *DOWNGRADE)
    arriving = [
        bought_at,
        lifted_at,
        indices(flows.shipments, *arrived),
        drawn_to,
        links.closing,
    ]
    taken = dict.fromkeys(chain(*arriving, indices(inputs, *taken_at), indices(use.deliveries, *at), sold_at))
    return Balance(
        MADE=indices(flows.sources, *at),
        OUTPUTS=weighted(
            flows.makers, "t_per_t", indices(flows.makers, *run), by=("place", "material", "made_class", "node")
        ),
        COLLECTIONS_AT=grouped(indices(use.collections, *at), indices(use.collections, *COLLECT)),
        SHIPMENTS_FROM=placed(flows.shipments, sent, ship),
        TAKEN=tuple(taken),
        PURCHASES_TO=placed(flows.purchases, at, buy),
        LIFTS_TO=grouped(lifted_at, indices(flows.lifts, "decision")),
        SHIPMENTS_TO=placed(flows.shipments, arrived, ship),
        STOCK_SHIPMENTS_TO=placed(flows.stock_shipments, arrived, draw),
        STOCK_SHIPMENTS_FROM=placed(flows.stock_shipments, sent, draw),
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
        SOLD_BESIDE_PURCHASES=beside,
        OWN_GOODS=_own_goods(links, beside, indices(flows.shipments, *arrived), ship),
    )


def _own_goods(
    links: StockLinks, places: Iterable[Index], arrived: Sequence[Index], ship: Sequence[Index]
) -> Groups[Part]:
    """By place, material and node where both is done: own goods that arrive there and opening stock, of all classes."""
    parts: list[tuple[Any, Part]] = [(key, (1.0, "ship", x)) for key, x in zip(arrived, ship, strict=True)]
    for kind, stock in (("stock", links.opening), ("open_stock", links.initial)):
        parts += [(key, (share, kind, x)) for key, shares in stock.items() for share, x in shares]
    wanted = set(places)
    kept = [((key[0], key[1], key[3]), part) for key, part in parts if (key[0], key[1], key[3]) in wanted]
    return grouped([key for key, _ in kept], [part for _, part in kept])

"""What the program knows: typed, sparse, and already decided where each rule applies.

Index letters: o offer, j price band, c contract, v supplier, d place that takes, i place that sends, k material, g
origin class, f facility, p process, b build option, w the partnership that makes it quicker (or none), m segment, r
stream of returns, l lane row, a duty layer, n node of the scenario tree, e leaf of it; h a looser origin class than g;
z limit, y the country or supplier it is for, u who is counted or what is charged. CAPITALS are index sets and lists of
indices, in a fixed order; the other fields are numbers, named with their unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.groups import Groups, Index, Part
from models.policy import Concentration, Counts, Environment, Exposure, Limits

__all__ = ["Data", "Groups", "Index", "Part", "Tree"]


@dataclass(frozen=True)
class Tree:
    """Nodes of the scenario tree; without scenarios, the periods in a row."""

    NODES: tuple[str, ...]
    LEAVES: tuple[str, ...]
    PATH: Mapping[str, tuple[str, ...]]
    SCENARIOS: Mapping[str, tuple[str, ...]]
    parent: Mapping[str, str | None]
    period: Mapping[str, int]
    years: Mapping[str, int]
    probability: Mapping[str, float]
    discount_years: Mapping[str, float]
    discount_first_year: Mapping[str, float]


@dataclass(frozen=True)
class Supply:
    """Offers on sale, what they cost and who must be qualified first; a blank destination means to anywhere."""

    PURCHASES: tuple[Index, ...]
    PURCHASES_OF: Groups[Index]
    DRAWN_ON: Groups[Part]
    EXTRAS: tuple[Index, ...]
    EXTRAS_OF: Groups[Index]
    ADDED_BY: Groups[tuple[float, Index]]
    STRETCHED: tuple[Index, ...]
    could_restore_t_per_year: Mapping[Index, float]
    OUTRIGHT_BY: Groups[tuple[float, Index]]
    CUT_OFF: tuple[Index, ...]
    destination_max_t_per_year: Mapping[Index, float]
    LATE: tuple[Index, ...]
    LATE_ON: Groups[Part]
    late_t_per_year: Mapping[Index, float]
    CAPPED: tuple[Index, ...]
    max_t_per_year: Mapping[Index, float]
    ORDERED: tuple[Index, ...]
    min_order_t_per_year: Mapping[Index, float]
    most_worth_buying_t_per_year: Mapping[Index, float]
    QUALIFIABLE: tuple[Index, ...]
    QUALIFIABLE_ON_PATH: Groups[Index]
    QUALIFIED_ONCE: tuple[Index, ...]
    AWAITING: tuple[Index, ...]
    OPENED_BY: Groups[tuple[float, Index]]
    EXTRAS_AWAITING: tuple[Index, ...]
    EXTRA_OPENED_BY: Groups[tuple[float, Index]]
    qualification_musd: Groups[tuple[float, Index]]
    purchase_musd_per_t: Groups[tuple[float, Index]]
    financing_musd_per_t: Groups[Part]


@dataclass(frozen=True)
class Incumbents:
    """Offers that are bought today: what of them stays, and where they may be left."""

    STAYING: tuple[Index, ...]
    stays_t_per_year: Mapping[Index, float]
    LEAVABLE: tuple[Index, ...]
    LEAVABLE_ON_PATH: Groups[Index]
    LEFT_ONCE: tuple[Index, ...]
    LEFT_BY: Groups[Index]
    leaving_musd: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Packages:
    """Offers in whole lots, and offers that are bought only with another."""

    LOTTED: tuple[Index, ...]
    lot_t_per_year: Mapping[Index, float]
    most_lots: Mapping[Index, float]
    BUNDLED: tuple[Index, ...]
    with_t_per_t: Mapping[Index, float]


@dataclass(frozen=True)
class Dealings:
    """Suppliers with whom dealing at all costs something."""

    DEALINGS: tuple[Index, ...]
    DEALT: tuple[Index, ...]
    setup_musd_per_year: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Tiers:
    """Price bands of offers with price breaks; j is a band's lower end in t/yr, of a supplier's total in M$/yr."""

    BAND: Groups[Part]
    WIDTHS: tuple[Index, ...]
    REACHED: tuple[Index, ...]
    CHOSEN: tuple[Index, ...]
    ALL_UNITS: tuple[Index, ...]
    BANDS_OF: Groups[Index]
    width_t_per_year: Mapping[Index, float]
    upper_t_per_year: Mapping[Index, float]
    below: Mapping[Index, float]


@dataclass(frozen=True)
class Rebates:
    """What is paid to suppliers who give back a share of their total, by its bands; o is then the name of a total."""

    SPENT: tuple[Index, ...]
    TOTALS: tuple[Index, ...]
    SPENT_OF: Groups[Index]
    PAID: Groups[Part]
    share_given_back: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Ranking:
    """What counts for or against each ton of what is bought, and is not paid."""

    musd_per_t: Groups[Part]


@dataclass(frozen=True)
class Contracts:
    """Offtakes: where they may be signed, what they commit to, what they cost."""

    SIGNABLE: tuple[Index, ...]
    SIGNED_ONCE: tuple[Index, ...]
    SIGNABLE_ON_PATH: Groups[Index]
    LIFTS: tuple[Index, ...]
    LIFTS_OF: Groups[Index]
    IN_TERM: tuple[Index, ...]
    FORFEITS: tuple[Index, ...]
    TAKE_OR_PAY: tuple[Index, ...]
    MAKE_UPS: tuple[Index, ...]
    MAKE_UPS_IN: Groups[Index]
    MADE_UP_IN: tuple[Index, ...]
    MADE_UP_LATER: tuple[Index, ...]
    MAKE_UPS_OF: Groups[Index]
    MADE_UP_FROM: tuple[Index, ...]
    VOLUMES: Groups[tuple[float, Index]]
    OWED: Groups[tuple[float, Index]]
    signed_t_per_year: Mapping[Index, float]
    owed_t_per_year: Mapping[Index, float]
    most_lifted_t_per_year: Mapping[Index, float]
    most_owed_t_per_year: Mapping[Index, float]
    min_t_per_year: Mapping[str, float]
    max_t_per_year: Mapping[str, float]
    take_or_pay_share: Mapping[str, float]
    signing_musd: Groups[tuple[float, Index]]
    lump_sum_musd: Groups[tuple[float, Index]]
    lift_musd_per_t: Groups[tuple[float, Index]]
    forfeit_musd_per_t: Groups[tuple[float, Index]]
    make_up_musd_per_t: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Movement:
    """Goods on their way: own output, stock, and the lanes that carry everything."""

    SHIPMENTS: tuple[Index, ...]
    STOCK_SHIPMENTS: tuple[Index, ...]
    DOWNGRADES: tuple[Index, ...]
    LANES_CAPPED: tuple[Index, ...]
    LANES_OPENED: tuple[Index, ...]
    max_t_per_year: Mapping[Index, float]
    min_t_per_year: Mapping[Index, float]
    FLOWS_ON: Groups[Part]
    freight_musd_per_t: Groups[Part]
    lane_musd_per_year: Groups[tuple[float, Index]]
    CARRIED: tuple[Index, ...]
    BANDED: tuple[Index, ...]
    CARRIED_ON: Groups[Index]
    band_musd_per_t: Groups[tuple[float, Index]]
    LANES_CHARGED: tuple[Index, ...]
    LANES_CHARGED_AT: Groups[Index]
    min_charge_musd_per_year: Mapping[Index, float]
    FREIGHT_ON: Groups[Part]


@dataclass(frozen=True)
class Balance:
    """Who brings and who takes a material at a place."""

    MADE: tuple[Index, ...]
    OUTPUTS: Groups[tuple[float, Index]]
    COLLECTIONS_AT: Groups[Index]
    SHIPMENTS_FROM: Groups[Index]
    TAKEN: tuple[Index, ...]
    PURCHASES_TO: Groups[Index]
    LIFTS_TO: Groups[Index]
    SHIPMENTS_TO: Groups[Index]
    STOCK_SHIPMENTS_TO: Groups[Index]
    STOCK_SHIPMENTS_FROM: Groups[Index]
    OPENING: Groups[tuple[float, Index]]
    INITIAL: Groups[tuple[float, Index]]
    CLOSING: Groups[tuple[float, Index]]
    OUTPUT_DOWNGRADED_TO: Groups[Index]
    OUTPUT_DOWNGRADED_FROM: Groups[Index]
    STOCK_DOWNGRADED_TO: Groups[Index]
    STOCK_DOWNGRADED_FROM: Groups[Index]
    INPUTS: Groups[tuple[float, Index]]
    DELIVERIES_FROM: Groups[tuple[float, Index]]
    SALES_FROM: Groups[Index]
    DISPOSALS_FROM: Groups[Index]
    SOLD_BESIDE_PURCHASES: tuple[
        Index, ...
    ]  # (place, material, node) with sales, and purchases or stock from elsewhere
    OWN_GOODS: Groups[Part]


@dataclass(frozen=True)
class Plants:
    """What facilities can run, and on what capacity."""

    RUNS: tuple[Index, ...]
    RUNS_IN: Groups[tuple[float, Index]]
    WORKING: tuple[Index, ...]
    KEPT_BUSY: tuple[Index, ...]
    usable_t_per_year: Mapping[Index, float]
    min_utilisation: Mapping[str, float]
    STANDING: Groups[tuple[float, Index]]
    CLOSABLE: tuple[Index, ...]
    CLOSED_ONCE: tuple[Index, ...]
    CLOSABLE_ON_PATH: Groups[Index]
    CLOSED: Groups[tuple[float, Index]]
    closure_musd: Groups[tuple[float, Index]]
    saved_musd_per_year: Groups[tuple[float, Index]]
    operation_musd_per_t: Groups[tuple[float, Index]]
    existing_fixed_musd_per_year: Mapping[str, float]


@dataclass(frozen=True)
class Investment:
    """Options that may be begun, what ties them together, and what they cost while they run."""

    BUILDS: tuple[Index, ...]
    most_builds: Mapping[Index, int]
    min_t_per_year: Mapping[str, float]
    most_t_per_year: Mapping[Index, float]
    BUILDS_ON_PATH: Groups[Index]
    BUILT_AT_MOST: tuple[Index, ...]
    max_builds: Mapping[str, int]
    GROUPS_ON_PATH: tuple[Index, ...]
    EXCLUSIVE: Groups[Index]
    DEPENDENT: tuple[Index, ...]
    ENABLED_BY: Groups[Index]
    annuity_musd_per_build: Groups[tuple[float, Index]]
    annuity_musd_per_t: Groups[tuple[float, Index]]
    fixed_musd_per_t: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Partnerships:
    """Agreements that may be entered, what waits for them and what they cost."""

    JOINABLE: tuple[Index, ...]
    JOINED_ONCE: tuple[Index, ...]
    JOINABLE_ON_PATH: Groups[Index]
    OFFERS_WAITING: tuple[Index, ...]
    OFFER_OPENED_BY: Groups[tuple[float, Index]]
    EXTRAS_WAITING: tuple[Index, ...]
    EXTRA_OPENED_BY: Groups[tuple[float, Index]]
    FACILITIES_WAITING: tuple[Index, ...]
    FACILITY_OPENED_BY: Groups[tuple[float, Index]]
    most_used_t_per_year: Mapping[Index, float]
    FACILITIES_AT_FIRST: tuple[Index, ...]
    usable_at_first_t_per_year: Mapping[Index, float]
    BUILT_AT_FIRST: Groups[tuple[float, Index]]
    BUILDS_WAITING: tuple[Index, ...]
    BUILD_OPENED_BY: Groups[Index]
    upfront_musd: Groups[tuple[float, Index]]
    annual_musd: Groups[tuple[float, Index]]
    signed_musd_per_year: Mapping[str, float]


@dataclass(frozen=True)
class Border:
    """Parts of flows that pay less duty; a flow with the authority that charges it has a number.

    A part that is limited to a share of its flow has one too.
    """

    DRAWN: tuple[Index, ...]
    DRAWBACKS: tuple[Index, ...]
    DRAWN_BY: Groups[Index]
    LEAVING: Groups[tuple[float, Index]]
    IN_QUOTA: tuple[Index, ...]
    RELIEF: tuple[Index, ...]
    REDUCED: tuple[Index, ...]
    PARTS_OF: Groups[Part]
    FLOW: Mapping[int, tuple[str, Index]]
    QUOTAS: tuple[Index, ...]
    INSIDE: Groups[Index]
    ABSOLUTE_QUOTAS: tuple[Index, ...]
    COVERED: Groups[Part]
    quota_t_per_year: Mapping[Index, float]
    RELIEVED: tuple[Index, ...]
    RELIEF_TOGETHER: Groups[Index]
    RELIEF_OPENED_BY: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Incentives:
    """Public support: what it may pay for, and its cap."""

    GRANTS: tuple[Index, ...]
    GRANTED_SHARE: Groups[Part]
    SUPPORTS: tuple[Index, ...]
    EARNED: Groups[tuple[float, Index]]
    CAPPED: tuple[Index, ...]
    PAID_ON_PATH: Groups[Part]
    cap_musd: Mapping[str, float]
    granted_musd_per_year: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Demand:
    """Needs, and what going short costs."""

    NEEDS: tuple[Index, ...]
    need_t_per_year: Mapping[Index, float]
    DELIVERIES: tuple[Index, ...]
    DELIVERIES_TO: Groups[Index]
    SUBSTITUTED: tuple[Index, ...]
    SUBSTITUTES: Groups[Index]
    most_substituted_t_per_year: Mapping[Index, float]
    substitution_musd_per_t: Groups[tuple[float, Index]]
    SHORTAGES: tuple[Index, ...]
    SHORTAGE_IN: Groups[Index]
    max_shortage_t_per_year: Mapping[Index, float]
    shortage_musd_per_t: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Returns:
    """Used goods and scrap that come back."""

    COLLECTIONS: tuple[Index, ...]
    COLLECTED: tuple[Index, ...]
    MUST_COLLECT: tuple[Index, ...]
    COLLECTIONS_OF: Groups[Index]
    most_t_per_year: Mapping[Index, float]
    least_t_per_year: Mapping[Index, float]
    MOST_OF_USED: Groups[tuple[float, Index]]
    LEAST_OF_USED: Groups[tuple[float, Index]]
    collection_musd_per_t: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Stock:
    """Stockpiles; what they may hold and what holding costs."""

    STOCKS: tuple[Index, ...]
    STOCKS_AT: Groups[Index]
    ROOMS: tuple[Index, ...]
    max_t: Mapping[Index, float]
    KEPT: tuple[Index, ...]
    least_t: Mapping[Index, float]
    COVERED: tuple[Index, ...]
    USED: Groups[Part]
    cover_years: Mapping[Index, float]
    OPENINGS: tuple[Index, ...]
    STOCKED_BEFORE: tuple[Index, ...]
    OPENINGS_AT: Groups[Index]
    initial_t: Mapping[Index, float]
    DOWNGRADES: tuple[Index, ...]
    holding_musd_per_t: Groups[tuple[float, Index]]
    initial_holding_musd: Mapping[str, float]


@dataclass(frozen=True)
class Surplus:
    """Where surplus goes: markets and disposal."""

    SALES: tuple[Index, ...]
    max_t_per_year: Mapping[Index, float]
    DISPOSALS: tuple[Index, ...]
    income_musd_per_t: Groups[tuple[float, Index]]
    disposal_musd_per_t: Groups[tuple[float, Index]]


@dataclass(frozen=True)
class Duties:
    """Duty per ton of each flow, by the authority that charges it."""

    LAYERS: tuple[Index, ...]
    musd_per_t: Groups[Part]


@dataclass(frozen=True)
class Settled:
    """What the case forces, by future, and forbids, by node; a decision is named by its kind and name."""

    BEGUN: tuple[Index, ...]
    BEGINS: Groups[Part]
    USED: tuple[Index, ...]
    USES: Groups[Part]
    least_t: float
    NEVER_BEGUN: tuple[Index, ...]
    BEGINS_AT: Groups[Part]
    NEVER_USED: tuple[Index, ...]
    USES_AT: Groups[Part]


@dataclass(frozen=True)
class Risk:
    """How the dear futures count; without a weight on them and without limits on them the sets are empty.

    A tail (u) is told apart by its measure; with a future (e) it has an excess. LOST is what a node loses in shortages.
    """

    weight: float
    NODES: tuple[str, ...]
    TAILS: tuple[str, ...]
    EXCESSES: tuple[Index, ...]
    COST_TAILS: tuple[Index, ...]
    DEAREST: tuple[Index, ...]
    TERMS_AT: Groups[Any]
    LOSSES: tuple[str, ...]
    LOST: Groups[tuple[float, Index]]
    LOSS_TAILS: tuple[Index, ...]
    EXCESS_OF: Groups[Index]
    MEASURED: Groups[Part]


@dataclass(frozen=True)
class Data:
    """Everything the program knows."""

    tree: Tree
    supply: Supply
    incumbents: Incumbents
    packages: Packages
    dealings: Dealings
    tiers: Tiers
    rebates: Rebates
    ranking: Ranking
    contracts: Contracts
    movement: Movement
    balance: Balance
    plants: Plants
    investment: Investment
    partnerships: Partnerships
    border: Border
    incentives: Incentives
    demand: Demand
    returns: Returns
    stock: Stock
    surplus: Surplus
    duties: Duties
    environment: Environment
    exposure: Exposure
    limits: Limits
    counts: Counts
    concentration: Concentration
    settled: Settled
    risk: Risk

"""The columns of every table that leaves a function of this room, each with its kind: the one place to look them up.

A function that makes such a table ends in `TABLE.of(frame)`, or in `TABLE.none()` where nothing occurs. So whoever is
handed one finds these columns and no others, each of its kind, with rows in it or without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from planner.schema import SELECTORS

WORD, NUMBER, WHOLE, YES = object, float, int, bool
DTYPES = {WORD: "O", NUMBER: "f", WHOLE: "i", YES: "b"}  # as numpy spells a kind; text and index tuples are words


@dataclass(frozen=True)
class Declared:
    """A name and columns, each with its kind: a word (or an index tuple), a number, a whole number, a yes or no.

    Where it has stems, there are numbers for each calendar year of a node: the stem and 0, 1, ...
    """

    name: str
    columns: Mapping[str, type]
    stems: tuple[str, ...] = ()

    @cached_property
    def names(self) -> list[str]:
        """The names of the columns."""
        return list(self.columns)

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with exactly these columns; KeyError where it lacks one."""
        kinds = dict(zip(frame.columns.tolist(), frame.dtypes.tolist(), strict=True))
        missing = [name for name in self.names if name not in kinds]
        if missing:
            raise KeyError(f"the table {self.name} lacks {', '.join(missing)}")
        if frame.empty and not self.stems:
            return self.none()
        others: dict[str, Any] = {name: k for name, k in self.columns.items() if kinds[name].kind != DTYPES[k]}
        wanted = [*self.names, *self.yearly(frame)]
        found = frame.copy(deep=False) if wanted == list(kinds) else frame[wanted]
        return found.astype(others) if others else found

    def yearly(self, frame: pd.DataFrame) -> list[str]:
        """The columns of a frame that are numbers for a calendar year."""
        named = [str(name) for name in frame]
        return [name for name in named if name.startswith(self.stems)]

    def rows(self, rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
        """A table of rows, each with its cells in the order of the columns."""
        listed = list(rows)
        return self.of(pd.DataFrame(listed, columns=self.names)) if listed else self.none()

    def none(self) -> pd.DataFrame:
        """The table without any row."""
        return self._nothing.copy(deep=False)

    @cached_property
    def _nothing(self) -> pd.DataFrame:
        return pd.DataFrame({name: np.empty(0, kind) for name, kind in self.columns.items()})

    def plus(self, name: str, words: str = "", whole: str = "", numbers: str = "", yes: str = "") -> Declared:
        """A table of this name that has more columns."""
        return Declared(name, {**self.columns, **table(name, words, whole, numbers, yes).columns})


def table(name: str, words: str = "", whole: str = "", numbers: str = "", yes: str = "") -> Declared:
    """A table with the names of its columns by kind, in this order."""
    kinds = ((words, WORD), (whole, WHOLE), (numbers, NUMBER), (yes, YES))
    return Declared(name, {column: kind for columns, kind in kinds for column in columns.split()})


# The tree -------------------------------------------------------------------------------------------------------------
NODES = table("nodes", words="node parent", whole="period years", numbers="probability discount discount_first")
# A node with one of its ancestors, or itself (begun).
DESCENTS = table("descents", words="begun node", whole="begun_year period years")
SCENARIOS = table("scenarios", words="scenario leaf", numbers="probability")

# Origin classes -------------------------------------------------------------------------------------------------------
CLASSES = table("origin classes", words="origin_class rule country stage", yes="recycled_exempt")
CLASSES_KEPT = table("classes kept", words="material origin_class node")
OFFER_CLASSES = table("classes of offers", words="offer origin_class")

# Plants ---------------------------------------------------------------------------------------------------------------
# way: "" or the partnership that makes it quicker.
BUILDS = table("builds", words="option way node", whole="begun_year", numbers="capex_factor")
# first_year: of output, as far as the node knows.
STARTS = table("starts", words="option way begun node", whole="period years", numbers="life_years first_year")
RAMPS = "ramp_1 ramp_2 ramp_3"
# ramp, operating: shares of the period's years; usable_ramp: ramp times what is available, year by year.
STANDING = STARTS.plus(
    "standing",
    words="facility place country",
    whole="begun_year",
    numbers=f"{RAMPS} availability ramp usable_ramp operating capex_factor min_t_per_year max_t_per_year max_builds "
    "capex_fixed_musd capex_usd_per_t fixed_om_usd_per_t",
)
# In M$ a year, of each build and each t of its size.
PRICED = STANDING.plus("standing, priced", numbers="musd_per_build musd_per_t fixed_musd_per_t")
# working_t: existing_t with its ramp counted; usable_at_most_t: with the most that builds may add.
CAPACITY = table(
    "capacity",
    words="facility place country node requires",
    whole="period years",
    numbers=f"from to horizon_from {RAMPS} availability capacity_t_per_year min_utilisation fixed_om_usd_per_t "
    "closure_cost_musd existing_t working_t usable_existing_t usable_at_most_t",
    yes="closure_allowed",
)
# What a closure takes away at a later node, and saves (M$ a year).
CLOSED = table("closed", words="facility node closed_in", numbers="existing_t working_t usable_existing_t saved")
# takes_class: the class that its inputs need.
RUNS = table(
    "runs",
    words="facility process origin_class takes_class node place country",
    whole="period years run_number",
    numbers="cost_usd_per_t capacity_use at_most co2_t_per_t water_m3_per_t residue_t_per_t",
)
# What a ton of a run takes in.
INPUTS = RUNS.plus("inputs", words="material", numbers="taken")
# made_class: the class that the output keeps; recipe_t: t_per_t before events.
MAKERS = table(
    "makers",
    words="facility process origin_class node place country material made_class",
    whole="run_number",
    numbers="t_per_t recipe_t",
)
# What of a facility can be used from the year `since` of an agreement on.
OPENED_IN_PART = table("opened in part", words="facility node partnership joined_in", numbers="since")
USABLE_SINCE = table("usable since", words="facility node partnership joined_in", numbers="t at_most_t")
BUILT_SINCE = table("built since", words="facility node partnership joined_in option way begun", numbers="ramp_t")

# Partnerships ---------------------------------------------------------------------------------------------------------
JOINS = table("joins", words="partnership node", numbers="upfront_musd")
# joined_in: None where signed before; since: a year; share: of the node's years.
IN_FORCE = table("in force", words="partnership joined_in node", numbers="annual_musd since share", yes="begins_whole")
TRUST = table("trust", words="origin node", numbers="trust")
# adds: t in a year; restores: a share of what is withheld.
EFFECTS = table(
    "effects",
    words="offer supplier origin material node partnership",
    numbers="stated_t trust first_year last_year adds restores",
)
# t: what is added outright (adds_t) and what is restored.
ADDED = table("added", words="offer node partnership joined_in", numbers="t adds_t restores_t")
# A decision by which an offer opens: of whom (name), where it is taken (begun), and from which year on it counts.
OPENINGS = table("openings", words="offer node name begun", numbers="since")
QUALIFYING = OPENINGS.plus("qualifying", numbers="qualification_cost_musd")
OPENED_OFFERS = table("opened offers", words="offer destination node name begun", numbers="t")
OPENED_EXTRAS = table("opened extras", words="offer partnership node name begun", numbers="t")

# Supply ---------------------------------------------------------------------------------------------------------------
# open: the share of the node's years in which it is on sale; stated_t: its maximum in such a year.
OFFERS = table(
    "offers",
    words="offer supplier origin material requires node",
    whole="period years",
    numbers="open price_usd_per_t stated_usd_per_t stated_t max_t_per_year min_order_t_per_year first_year last_year",
)
# supply: the mean share of the stated maximum that is delivered, over all years of the node.
ON_SALE = OFFERS.plus("offers on sale", numbers="supply")
# trust: the share of the maximum that goodwill leaves.
TRUSTED = ON_SALE.plus("trusted offers", numbers="trust withheld_t")
# own_t: the maximum without what signed partnerships add; could_add_t: the most that others could add; could_restore_t:
# what of the withheld supply is left for them.
SOLD = TRUSTED.plus("offers sold", numbers="own_t could_restore_t could_add_t")
MOST_WORTH = table("worth buying", words="offer node", numbers="most_worth_t")
SOLD_OFFERS = SOLD.plus(
    "offers with buyers", numbers="most_worth_t qualification_cost_musd qualification_years", yes="qualified"
)
# stays_t: of today's award, what stays; leaving_musd: what leaving it costs (blank: it may not be left).
STAYING = table("awards that stay", words="offer node", numbers="stays_t leaving_musd")
# tier, upper_t: the ends of a band in t a year (blank: none).
BANDS = table(
    "price bands",
    words="offer node kind",
    numbers="tier upper_t stated_usd_per_t band_price_usd_per_t",
    yes="rising",
)
# An offer that counts in a total (its name) of what is paid to whom: a supplier or a group.
REBATED = table("offers that count in a total", words="whom total offer")
PAID = table("what is paid", words="decision offer total whom node", numbers="price_usd_per_t musd")
# offer: the name of the total; tier, upper_t: the ends of a band in M$ a year (blank: none).
TOTAL_BANDS = table("bands of totals", words="offer whom node kind", numbers="tier upper_t share", yes="rising")
# offer: the name of a lane between two places; tier, upper_t: the ends of a band in t a year.
FREIGHT_BANDS = table(
    "bands of lanes",
    words="offer from to_end node kind",
    whole="row",
    numbers="tier upper_t more_usd_per_t",
    yes="rising",
)
# Offers of which the first order comes later, to anywhere and to where less may go: share of what the supplier delivers
# that an order brings; late_t: the most that comes of it.
LATE = table("orders that come later", words="offer destination node", numbers="share late_t")
# What is left of an offer towards a destination.
LESS_TO = table("less to a destination", words="offer destination node", numbers="cut_t")
# first_year, last_year: of delivery. signed_in: None where signed before; share: of the volume, what the supplier
# delivers; owed: what must be paid for.
CONTRACT_PRICES = table(
    "contract prices",
    words="contract offer node",
    numbers="fixed_usd_per_t index_base_usd_per_t index_discount floor_usd_per_t ceiling_usd_per_t stated_usd_per_t "
    "price_usd_per_t first_year last_year",
)
CONTRACT_TERMS = CONTRACT_PRICES.plus(
    "contract terms",
    words="signed_in",
    numbers="share owed max_t_per_year take_or_pay_share make_up_years signing_cost_musd lump_sum_musd",
)
SIGNINGS = table("signings", words="contract node", numbers="signing_cost_musd lump_sum_musd")
FORFEITS = table("forfeits", words="contract node", numbers="price_usd_per_t")
MAKE_UPS = table("make-ups", words="contract forfeited_in node", numbers="price_usd_per_t")

# Flows ----------------------------------------------------------------------------------------------------------------
CLASSED = table("goods by class", words="place material origin_class node")
# own_only: a place that only sells or throws away, for which nothing is bought. taker: the number that every flow to it
# has.
TAKERS = CLASSED.plus("takers", whole="taker", yes="own_only")
# sender: the number of a place, material and node, which every shipment from there has.
SOURCES = CLASSED.plus("sources", whole="sender")
# to_class: the next looser class.
DOWNGRADES = CLASSED.plus("downgrades", words="to_class")
STOCKED = CLASSED.plus("stocked", whole="period")
# A lane row that fits a move; narrowness: the larger, the more specific. place: of the row in its sheet.
LANES = table(
    "lanes",
    whole="move row place narrowness",
    numbers="freight_usd_per_t co2_t_per_t transit_days max_t_per_year",
    yes="binds",
)
# decision: the flow's index tuple, one for all who name it, since a large program has hundreds of thousands of them;
# flow_number: its place among the flows of its kind.
FLOW = table(
    "flow", words="decision material origin_class node", whole="flow_number taker", numbers="freight_usd_per_t"
)
BOUGHT = FLOW.plus(
    "bought",
    words="offer supplier origin destination from place",
    whole="period",
    numbers="price_usd_per_t stated_usd_per_t within_usd_per_t max_t_per_year supply first_year last_year transit_days",
)
MOVED = FLOW.plus("moved", words="from_place to_place", whole="sender")
# A shipment before it is one of many.
SHIPPED = table(
    "shipped",
    words="decision material origin_class node from_place to_place",
    whole="move taker sender",
    numbers="freight_usd_per_t lane_factor",
)
FLOWS = {
    "buy": BOUGHT.plus("purchases", numbers="tier"),
    "lift": BOUGHT.plus(
        "lifts",
        words="contract",
        numbers="fixed_usd_per_t index_base_usd_per_t index_discount floor_usd_per_t ceiling_usd_per_t",
    ),
    "ship": MOVED.plus("shipments"),
    "ship_stock": MOVED.plus("stock shipments"),
}
# The flows with each lane row that binds them, and its ends.
CAP = table(
    "caps",
    words="from to_end node material",
    whole="row flow_number taker",
    numbers="lane_max_t lane_factor",
)
CAPS = {"buy": CAP.plus("caps", words="offer"), "lift": CAP.plus("caps", words="offer"), "ship": CAP, "ship_stock": CAP}

# The border -----------------------------------------------------------------------------------------------------------
# In each calendar year, value_0, ...: what a ton is worth on which duty is paid; weight_0, ...: what comes then;
# duty_in_0, ...: which part of the duty falls into it.
VALUE, WEIGHT, CHARGED = "value_", "weight_", "duty_in_"
# Only what duty goes by and what tells which flow it is: a large program has a row for each purchase and authority.
BORNE = table("flow", words="decision material node origin destination", whole="flow_number")
BORDER_FLOWS = {
    "buy": BORNE.plus("purchases across a border", words="place"),
    "lift": BORNE.plus("lifts across a border", words="place"),
    "ship": BORNE.plus("shipments across a border", words="to_place"),
    "ship_stock": BORNE.plus("stock shipments across a border", words="to_place"),
}
CROSSING = {kind: replace(flow, stems=(VALUE, WEIGHT)) for kind, flow in BORDER_FLOWS.items()}
# layer: the authority; nth: the year of the period, from 0; usd_per_t: beside the rate; days_share: of all its days.
RATES = table("duty rates", words="material origin destination node layer", whole="nth", numbers="rate usd_per_t")
MINIMUM_PRICES = table(
    "minimum prices",
    words="material origin destination node layer",
    whole="nth",
    numbers="minimum_usd_per_t days_share",
)
# duty_usd_per_t: what signed partnerships leave of the full one.
DUTIES = {
    kind: replace(
        flow.plus(f"duties on {flow.name}", words="layer", numbers="duty_usd_per_t full_usd_per_t"),
        stems=(WEIGHT, CHARGED),
    )
    for kind, flow in BORDER_FLOWS.items()
}
# The same by the number of the flow alone.
CHARGED_ON = table("duties by flow", words="layer", whole="flow_number", numbers="duty_usd_per_t")
# A part of a flow that pays less.
REDUCED = table("reduced", words="kind flow node material layer", whole="number", numbers="most_t saved_usd_per_t")
IN_QUOTA = REDUCED.plus("in quota", words="quota")
# of: the number of the whole flow; since: the year in which the agreement comes into force, where that is within the
# period; share: of the flow at most; put_off: what would come before that year; together: the number of the first part.
RELIEF = REDUCED.plus("relief", words="partnership", whole="of together", numbers="since share", yes="put_off")
# A part of a flow on which duty comes back, since something leaves; and what leaves: t_per_t is what it lets draw back.
DRAWABLE = table("drawable", words="drawback kind flow node material layer", numbers="saved_usd_per_t")
DRAWN = DRAWABLE.plus("drawn back", whole="number")
LEAVING = table("leaving", words="drawback node decision", numbers="t_per_t")
# What the duty on a good falls by inside a quota.
CREDITS = table(
    "quota credits",
    words="material origin destination node quota layer",
    whole="nth",
    numbers="rate",
    yes="absolute",
)
COVERED = table("covered by an absolute quota", words="quota node kind flow")
# What crosses a border under each quota, absolute or not.
UNDER_QUOTA = table("under a quota", words="quota node material origin destination")
QUOTAS = table("quotas", words="quota node", numbers="quota_t")
# t: the most that may come in the years in which the agreement is in force.
RELIEF_OPENED = table("relief opened", words="partnership joined_in", whole="together", numbers="t")

# Use ------------------------------------------------------------------------------------------------------------------
# stated_t: before events.
NEEDS = table(
    "needs",
    words="segment place material origin_class node",
    whole="period years",
    numbers="t_per_year stated_t shortage_usd_per_t max_shortage_share",
)
# most_t: of the need, blank for the segment's own material.
DELIVERIES = table(
    "deliveries",
    words="segment place material origin_class node",
    whole="period",
    numbers="t_per_year t_per_t extra_usd_per_t most_t",
)
SHORTAGES = table("shortages", words="segment place material node", numbers="most_t shortage_usd_per_t")
COLLECTIONS = table(
    "collections",
    words="stream place material origin_class node",
    numbers="most_t least_t collection_usd_per_t",
)
# Goods that come back and where they were delivered (used_in); weight, most: of that, and of what can be collected.
COHORTS = table(
    "cohorts", words="stream place material segment node used_in", numbers="min_collection_share weight most"
)
# Cohorts with each delivery that they come from.
COHORTS_USED = COHORTS.plus("cohorts used", words="material_used origin_class node_used", numbers="t_per_t least")
STOCKS = CLASSED.plus(
    "stocks",
    words="parent rules",
    whole="period years",
    numbers="initial_t max_t final_t reserve_t cover_days holding_usd_per_t_year loss_share_per_year",
    yes="released",
)
# The classes that initial stock may be counted in.
OPENING = CLASSED.plus("opening", numbers="initial_t")
# open: the share of the node's years in which the market pays.
MARKETS = table("markets", words="place material node", numbers="price_usd_per_t max_t_per_year from to open")
SALES = table("sales", words="place material node", numbers="price_usd_per_t max_t_per_year paid_usd_per_t")
DISPOSALS = table("disposals", words="place material node", numbers="disposal_usd_per_t")

# Support --------------------------------------------------------------------------------------------------------------
# granted: a share of capex.
GRANTS = table("grants", words="incentive option way node", numbers="granted capex_fixed_musd capex_usd_per_t")
# annuity_share: the annuity per M$ granted.
GRANTED = table("granted", words="incentive option way begun node", numbers="granted annuity_share")
# musd: per t of activity.
EARNED = table("earned", words="incentive facility process origin_class node", numbers="musd")

# What limits add up ---------------------------------------------------------------------------------------------------
# One unit of a decision (component, index) counts `coefficient` units at a node; the words of lines tell them apart.
SUMMANDS = table("summands", words="component index node", numbers="coefficient")
LINES = table(
    "lines",
    words="component index node supplier offer facility segment place country material item from to group stage",
    numbers="coefficient",
)
BOUGHT_LINES = LINES.plus("lines of what is bought", numbers="price_usd_per_t")
MADE_LINES = LINES.plus("lines of what is made", words="process")
# Where what is bought of an offer, or made by a process, counts for a country instead of its origin; share: how much.
BEHIND_OFFERS = table("countries behind offers", words="offer country", numbers="share")
BEHIND_RUNS = table("countries behind runs", words="facility process country", numbers="share")
# supplier, offer: all that the limit names, as a tuple (None: every one).
LIMIT_ROWS = table(
    "limit rows",
    words=" ".join(["limit measure sense each through attribute", *SELECTORS]),
    whole="row",
    numbers="value from to counts_from_t counts_from_share penalty_per_unit priority",
)
BOUNDS = table(
    "bounds", words="limit each node measure sense", whole="row", numbers="value penalty_per_unit priority", yes="ratio"
)
PARTS = table("parts of limits", words="limit each node component index", numbers="coefficient")
COUNTED = table("counted", words="limit each who node sense")
# source_t: the most that a source can give; taken_t: the most that is taken of it; both only of flows.
COUNTED_USES = table(
    "counted uses",
    words="limit each who node component index source material",
    numbers="coefficient source_t taken_t taker",
)
COUNTED_BUILDS = table("counted builds", words="limit each who node index")
COUNTED_EXISTING = table("counted existing", words="limit each who node", numbers="existing_t")
CONCENTRATION = table("concentration", words="limit who node component index", numbers="coefficient")
# The nodes in which a limit holds.
LIMIT_TIMES = table("times of limits", words="limit node")

"""The `Supply` part: offers on sale, orders and suppliers to be qualified."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.data import Groups, Index, Part, Supply, Tree
from planner.case import Case
from planner.translate import columns
from planner.translate.contracts import ContractTables
from planner.translate.events import Events, Supplied, supplied
from planner.translate.flows import FlowTables
from planner.translate.lead import lead_years, ordered
from planner.translate.movement import named_parts
from planner.translate.opening import ANYWHERE, EXTRA, OFFERED_TO, Openings, opened
from planner.translate.partnerships import PartnerTables, waiting_offers
from planner.translate.payment import financing
from planner.translate.plants import on_paths
from planner.translate.refusing import refuse_unbounded
from planner.translate.tools import MUSD_PER_USD, grouped, indices, number_by, placed, weighted
from planner.translate.tree import descents
from planner.translate.worth import Worth


def supply_part(
    case: Case, tree: Tree, events: Events, flows: FlowTables, sold: pd.DataFrame, contracts: ContractTables
) -> Supply:
    """Work out which offers are capped, ordered or waiting for a qualification, and what purchases cost.

    No partnership adds more to an offer than is worth buying on it.
    """
    purchases = flows.purchases.assign(musd=flows.purchases["price_usd_per_t"] * MUSD_PER_USD)
    buy = flows.places("buy")
    qualifying = _qualifying(tree, sold)
    begun = qualifying[["name", "begun", "qualification_cost_musd"]].drop_duplicates(["name", "begun"])
    begun = begun.rename(columns={"name": "supplier", "begun": "node"}).reset_index(drop=True)
    on_path = on_paths(begun, tree)
    with_minimum = sold[sold["min_order_t_per_year"] > 0]
    added, cut = flows.added, cut_off(events, flows)
    late = late_orders(case, events, flows, cut)
    extras, awaiting = indices(added.drop_duplicates(EXTRA), *EXTRA), sold[~sold["qualified"]]
    ready = opened(case, events, flows.effects, sold, cut, qualifying)
    stretched = _could_restore_too_much(flows, sold)
    adding = added.merge(sold[["offer", "node", "most_worth_t"]], on=["offer", "node"])
    adding = adding.assign(t=adding[["t", "most_worth_t"]].min(axis=1))
    return Supply(
        PURCHASES=flows.decisions["buy"],
        PURCHASES_OF=placed(purchases, ("offer", "node"), buy),
        DRAWN_ON=_drawn(flows, cut),
        EXTRAS=extras,
        EXTRAS_OF=grouped([(o, n) for o, _, n in extras], extras),
        ADDED_BY=weighted(adding, "t", indices(adding, "partnership", "joined_in"), by=EXTRA),
        STRETCHED=indices(stretched, "offer", "node"),
        could_restore_t_per_year=number_by(stretched, ("offer", "node"), "could_restore_t"),
        OUTRIGHT_BY=weighted(added, "adds_t", indices(added, "partnership", "joined_in"), by=("offer", "node")),
        CUT_OFF=indices(cut, *OFFERED_TO),
        destination_max_t_per_year=number_by(cut, OFFERED_TO, "cut_t"),
        LATE=indices(late, *OFFERED_TO),
        LATE_ON=_later_on(flows, late),
        late_t_per_year=number_by(late, OFFERED_TO, "late_t"),
        CAPPED=indices(_capped(case, flows, sold), "offer", "node"),
        max_t_per_year=number_by(sold, ("offer", "node"), "max_t_per_year"),
        ORDERED=indices(with_minimum, "offer", "node"),
        min_order_t_per_year=number_by(with_minimum, ("offer", "node"), "min_order_t_per_year"),
        most_worth_buying_t_per_year=number_by(sold, ("offer", "node"), "most_worth_t"),
        QUALIFIABLE=indices(begun, "supplier", "node"),
        QUALIFIABLE_ON_PATH=grouped(indices(on_path, "supplier", "leaf"), indices(on_path, "supplier", "node")),
        QUALIFIED_ONCE=tuple(dict.fromkeys(indices(on_path, "supplier", "leaf"))),
        AWAITING=gates(awaiting, cut),
        OPENED_BY=weighted(ready.offers, "t", indices(ready.offers, "name", "begun"), by=OFFERED_TO),
        EXTRAS_AWAITING=_extras_of(flows, awaiting),
        EXTRA_OPENED_BY=weighted(ready.extras, "t", indices(ready.extras, "name", "begun"), by=EXTRA),
        qualification_musd=weighted(begun, "qualification_cost_musd", indices(begun, "supplier", "node"), by=("node",)),
        purchase_musd_per_t=weighted(purchases, "musd", buy, by=("node",)),
        financing_musd_per_t=financing(case, flows, contracts),
    )


def offers_waiting(
    case: Case, events: Events, flows: FlowTables, partners: PartnerTables, sold: pd.DataFrame
) -> tuple[tuple[Index, ...], tuple[Index, ...], Openings]:
    """Offers that agreements open, what others would add to them, and the tons that open."""
    (waiting, starts), cut = waiting_offers(partners, sold), cut_off(events, flows)
    return gates(waiting, cut), _extras_of(flows, waiting), opened(case, events, flows.effects, sold, cut, starts)


def _extras_of(flows: FlowTables, offers: pd.DataFrame) -> tuple[Index, ...]:
    """What partnerships add to some offers: offer, partnership, node."""
    if flows.added.empty or offers.empty:
        return ()
    added = flows.added[EXTRA].drop_duplicates()
    return indices(added.merge(offers[["offer", "node"]], on=["offer", "node"]), *EXTRA)


def _capped(case: Case, flows: FlowTables, sold: pd.DataFrame) -> pd.DataFrame:
    """Offers with a maximum that no other rule keeps already."""
    spot_only = ~sold["offer"].isin(flows.lifts["offer"])
    ordered_only = (sold["min_order_t_per_year"] > 0) & spot_only
    partnerships = case.tables["partnerships"]
    signed = partnerships.loc[partnerships["signed"], "partnership"]
    waits = ~sold["qualified"] | (sold["requires"].notna() & ~sold["requires"].isin(signed))
    return sold[sold["max_t_per_year"].notna() & ((sold["could_add_t"] > 0) | ~(waits | ordered_only))]


def _could_restore_too_much(flows: FlowTables, sold: pd.DataFrame) -> pd.DataFrame:
    """Offers to which partnerships together could bring back more than is withheld."""
    if flows.added.empty:
        return sold.iloc[:0]
    most = flows.added.groupby(EXTRA)["restores_t"].max().groupby(["offer", "node"]).sum().rename("restores_t")
    both = sold.merge(most.reset_index(), on=["offer", "node"])
    return both[both["restores_t"] > both["could_restore_t"] * (1 + 1e-12)]


def cut_off(events: Events, flows: FlowTables) -> pd.DataFrame:
    """Destinations to which an event lets an offer send less than elsewhere, with what is left."""
    if "supply" not in events.by_kind:
        return columns.LESS_TO.none()
    drawn = pd.concat([flows.by_kind[kind][[*OFFERED_TO, "supply"]] for kind in ("buy", "lift")]).drop_duplicates(
        OFFERED_TO
    )
    whole = flows.sold[["offer", "node", "supply", "own_t", "max_t_per_year"]].rename(columns={"supply": "elsewhere"})
    found = drawn.merge(whole, on=["offer", "node"])
    found = found[(found["supply"] < found["elsewhere"]) & found["max_t_per_year"].notna()].reset_index(drop=True)
    signed = found["max_t_per_year"] - found["own_t"]
    return columns.LESS_TO.of(found.assign(cut_t=found["own_t"] * found["supply"] / found["elsewhere"] + signed))


def _drawn(flows: FlowTables, cut: pd.DataFrame) -> Groups[Part]:
    """What is drawn on an offer: to anywhere (a blank destination), and to each destination that is cut."""
    drawn = {}
    for kind in ("buy", "lift"):
        frame = flows.by_kind[kind].assign(one=1.0)
        drawn[kind] = frame.assign(destination=ANYWHERE)
        if len(cut):
            drawn[kind] = pd.concat([drawn[kind], frame.merge(cut[OFFERED_TO], on=OFFERED_TO)], ignore_index=True)
    return named_parts(flows, drawn, "one", tuple(OFFERED_TO))


def late_orders(case: Case, events: Events, flows: FlowTables, cut: pd.DataFrame) -> pd.DataFrame:
    """Offers of which orders bring less at a node, the first being on its way: to anywhere, and where less may go."""
    sold = flows.sold[flows.sold["offer"].isin(lead_years(case))]
    if sold.empty:
        return columns.LATE.none()
    toward = sold.merge(cut[OFFERED_TO], on=["offer", "node"])
    found = pd.concat(
        [
            _late(case, sold.assign(destination=ANYWHERE), supplied(case, events, sold)),
            _late(case, toward, supplied(case, events, toward, destination=True)),
        ],
        ignore_index=True,
    )
    return columns.LATE.of(found[found["share"] < 1].reset_index(drop=True))


def _late(case: Case, rows: pd.DataFrame, delivered: Supplied) -> pd.DataFrame:
    """With the share of what is delivered that orders bring, and the most that they do, of signed agreements too."""
    comes, signed = ordered(case, rows, delivered).share(), rows["max_t_per_year"] - rows["own_t"]
    return rows.assign(share=comes / delivered.share(), late_t=rows["stated_t"] * rows["trust"] * comes + signed)


def _later_on(flows: FlowTables, late: pd.DataFrame) -> Groups[Part]:
    """What is drawn on an offer whose orders come later: contracts keep of each year's maximum what they take."""
    drawn = {}
    for kind in ("buy", "lift") if len(late) else ():
        frame = flows.by_kind[kind]
        both = pd.concat([frame.assign(destination=ANYWHERE), frame], ignore_index=True)
        both = both.merge(late, on=OFFERED_TO)
        drawn[kind] = both.assign(t=1.0 if kind == "buy" else both["share"])
    return named_parts(flows, drawn, "t", tuple(OFFERED_TO))


def gates(offers: pd.DataFrame, cut: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Offers that wait for something, to anywhere and to each destination that is cut."""
    anywhere = offers[["offer", "node"]].assign(destination=ANYWHERE)
    if cut.empty:
        return indices(anywhere, *OFFERED_TO)
    return indices(
        pd.concat([anywhere, cut[OFFERED_TO].merge(offers[["offer", "node"]], on=["offer", "node"])]), *OFFERED_TO
    )


def sold_offers(case: Case, flows: FlowTables, worth: Worth) -> pd.DataFrame:
    """Offers that somebody can buy at a node, with the most worth buying."""
    sold = flows.sold.merge(worth.offers, on=["offer", "node"])
    suppliers = case.tables["suppliers"][["supplier", "qualified", "qualification_cost_musd", "qualification_years"]]
    sold = sold.merge(suppliers, on="supplier")
    _refuse_endless(case, flows, sold)
    return columns.SOLD_OFFERS.of(sold.sort_values(["offer", "period"], kind="stable", ignore_index=True))


def _refuse_endless(case: Case, flows: FlowTables, sold: pd.DataFrame) -> None:
    """What is bought needs a bound where it hangs on a yes or no; it is the maximum, or what is worth buying."""
    endless = sold[~np.isfinite(sold["most_worth_t"].astype(float))]
    breaks = set(flows.bands.loc[flows.bands["kind"].notna() & ~flows.bands["rising"].astype(bool), "offer"])
    why = {offer: "its price falls with the tons bought" for offer in endless["offer"] if offer in breaks}
    why |= dict.fromkeys(endless.loc[endless["requires"].notna(), "offer"], "a partnership opens it")
    refuse_unbounded(case, why)


def _qualifying(tree: Tree, sold: pd.DataFrame) -> pd.DataFrame:
    """Offers of suppliers to be qualified with each node where that may begin; it counts from its end on."""
    facts = ["offer", "supplier", "node", "qualification_cost_musd", "qualification_years"]
    frame = sold.loc[~sold["qualified"], facts].rename(columns={"supplier": "name"})
    if frame.empty:
        return columns.QUALIFYING.none()
    frame = frame.merge(descents(tree), on="node")
    frame["since"] = frame["begun_year"] + frame["qualification_years"]
    frame = frame[frame["since"] < frame["period"] + frame["years"]]
    frame = frame.sort_values(["name", "begun_year", "offer", "period"], kind="stable", ignore_index=True)
    return columns.QUALIFYING.of(frame)

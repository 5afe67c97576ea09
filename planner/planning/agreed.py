"""What contracts commit to, what partnerships add to offers, and what comes in under each quota."""

from __future__ import annotations

import pandas as pd

from models.data import Tree
from planner.case import Case
from planner.plan import PLAN_TABLES
from planner.planning.decisions import Decisions, occurring
from planner.translate import Translated
from planner.translate.charging import across_borders
from planner.translate.duties import CUSTOMS_KEY
from planner.translate.tools import no_rows, open_share
from planner.translate.tree import descents

IN_NODE = PLAN_TABLES["commitments"][:2]
BY_OFFER = PLAN_TABLES["partner_supply"][:3]
UNDER = PLAN_TABLES["under_quota"][:2]


def agreed_tables(case: Case, known: Translated, decided: Decisions) -> dict[str, pd.DataFrame]:
    """The tables `commitments`, `partner_supply` and `under_quota`."""
    return {
        "commitments": _commitments(case, known, decided),
        "partner_supply": _partner_supply(known, decided),
        "under_quota": _under_quota(case, known, decided),
    }


def _commitments(case: Case, known: Translated, decided: Decisions) -> pd.DataFrame:
    """Each contract in each node of its term, once it is signed.

    agreed: its volume for the years of the term. deliverable: what the supplier can deliver of that, after events.
    spot: what the first ton of its offer costs then; blank where the offer is not on sale.
    """
    contracts = case.tables["contracts"]
    if contracts.empty:
        return no_rows(**dict.fromkeys(IN_NODE, object), **dict.fromkeys(PLAN_TABLES["commitments"][2:], float))
    signed = decided.signings[["contract", "node", "volume_t_per_year"]].rename(columns={"node": "signed_in"})
    agreed = _volumes(contracts, known.data.tree, signed)
    terms = known.contracts.terms
    before = terms[terms["signed_in"].isna()].assign(volume_t_per_year=terms["max_t_per_year"])
    later = terms.merge(signed, on=["contract", "signed_in"])
    both = pd.concat([part for part in (before, later) if len(part)] or [later])
    can = (both["share"] * both["volume_t_per_year"]).astype(float).groupby([both["contract"], both["node"]]).sum()
    table = agreed.join(can.rename("deliverable_t_per_year"), on=[*IN_NODE])
    table["deliverable_t_per_year"] = table["deliverable_t_per_year"].fillna(0.0)
    table["offer"] = table["contract"].map(contracts.set_index("contract")["offer"])
    spot = known.flows.sold.set_index(["offer", "node"])["price_usd_per_t"].rename("spot_usd_per_t")
    return table.join(spot.astype(float), on=["offer", "node"])


def _volumes(contracts: pd.DataFrame, tree: Tree, signed: pd.DataFrame) -> pd.DataFrame:
    """contract, node and agreed_t_per_year: the volume, for the years of the term after the year of signing."""
    path = descents(tree)
    before = contracts[contracts["signed"]].merge(path[path["begun"] == path["node"]], how="cross")
    before = before.assign(volume=before["max_t_per_year"], first=before["from"])
    later = contracts[["contract", "from", "to"]].merge(signed, on="contract")
    later = later.merge(path.rename(columns={"begun": "signed_in"}), on="signed_in")
    later = later.assign(volume=later["volume_t_per_year"], first=later[["from", "begun_year"]].max(axis=1))
    columns = [*IN_NODE, "first", "to", "period", "years", "volume"]
    both = pd.concat([part[columns] for part in (before, later) if len(part)] or [later[columns]])
    tons = both["volume"].astype(float) * open_share(both["first"], both["to"], both["period"], both["years"])
    table = both.assign(agreed_t_per_year=tons).groupby([*IN_NODE], as_index=False)[["agreed_t_per_year"]].sum()
    return table[table["agreed_t_per_year"] > 0].astype(dict.fromkeys(IN_NODE, object)).reset_index(drop=True)


def _partner_supply(known: Translated, decided: Decisions) -> pd.DataFrame:
    """What each partnership in force adds to what an offer has, taken or not: outright, and by restoring trust."""
    if known.flows.granted.empty and decided.joins.empty:
        return no_rows(**dict.fromkeys(BY_OFFER, object), t_per_year=float)
    entered = decided.joins.rename(columns={"node": "joined_in"})
    given = [known.flows.granted, known.flows.added.merge(entered, on=["partnership", "joined_in"])]
    table = pd.concat([part for part in given if len(part)] or given[:1])
    return table.rename(columns={"t": "t_per_year"}).groupby([*BY_OFFER], as_index=False)[["t_per_year"]].sum()


def _under_quota(case: Case, known: Translated, decided: Decisions) -> pd.DataFrame:
    """All that crosses a border in the goods of each quota, inside it or over it."""
    goods = known.border.under
    if goods.empty:
        return no_rows(**dict.fromkeys(UNDER, object), t_per_year=float)
    crossing = [across_borders(case, occurring(flows)) for flows in decided.flows.values()]
    moved = [flows[[*CUSTOMS_KEY, "node", "t_per_year"]] for flows in crossing]
    every = pd.concat([part for part in moved if len(part)] or moved[:1])
    return goods.merge(every, on=[*CUSTOMS_KEY, "node"]).groupby([*UNDER], as_index=False)[["t_per_year"]].sum()

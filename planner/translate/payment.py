"""When suppliers are paid, before or after the goods are there, and what that is worth."""

from __future__ import annotations

import pandas as pd

from models.data import Groups, Part
from planner.case import Case
from planner.translate.contracts import MAKE_UP, ContractTables
from planner.translate.flows import FlowTables
from planner.translate.movement import named_parts
from planner.translate.tools import DAYS_A_YEAR, MUSD_PER_USD, indices, no_rows


def financed(case: Case, paid: pd.DataFrame) -> pd.DataFrame:
    """Those rows of what is paid to suppliers that are not paid on delivery, with financing_usd_per_t.

    `paid` has price_usd_per_t, and contract or offer, and transit_days of what is under way: its payment counts from
    where it is shipped. A contract without days of its own is paid as its offer.
    """
    if paid.empty or all_on_delivery(case):
        return no_rows(paid, financing_usd_per_t=float)
    offers, contracts = case.tables["offers"], case.tables["contracts"]
    days = offers.set_index("offer")["payment_days"]
    if "contract" in paid.columns:
        own = contracts.set_index("contract")["payment_days"].astype(float)
        days = own.fillna(contracts.set_index("contract")["offer"].map(days))
    waits = paid["contract" if "contract" in paid.columns else "offer"].map(days).astype(float)
    if "transit_days" in paid.columns:
        waits = waits - paid["transit_days"]
    paid, waits = paid[waits != 0], waits[waits != 0]
    later = float(case.settings["payment_rate"]) * waits / DAYS_A_YEAR
    return paid.assign(financing_usd_per_t=-later * paid["price_usd_per_t"].astype(float))


def all_on_delivery(case: Case) -> bool:
    """Whether no supplier waits for its money or has it before the goods are there."""
    cells = (("offers", "payment_days"), ("contracts", "payment_days"), ("lanes", "transit_days"))
    return not any(case.tables[sheet][name].astype(float).fillna(0.0).any() for sheet, name in cells)


def financing(case: Case, flows: FlowTables, contracts: ContractTables) -> Groups[Part]:
    """M$ for each ton that is bought, lifted, made up or forfeited and not paid on delivery, by node."""
    if all_on_delivery(case):
        return Groups({})
    paid = {
        "buy": flows.by_kind["buy"],
        "lift": flows.by_kind["lift"],
        "make_up": contracts.make_ups.assign(decision=indices(contracts.make_ups, *MAKE_UP)),
        "forfeit": contracts.forfeits.assign(decision=indices(contracts.forfeits, "contract", "node")),
    }
    tables = {}
    for kind, frame in paid.items():
        rows = financed(case, frame)
        sign = -1.0 if kind == "make_up" else 1.0
        if len(rows):
            tables[kind] = rows.assign(musd=sign * rows["financing_usd_per_t"] * MUSD_PER_USD)
    return named_parts(flows, tables, "musd", ("node",))

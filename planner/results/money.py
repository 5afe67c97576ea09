"""What the plan costs, by term and period."""

from __future__ import annotations

import pandas as pd

from planner.results.facts import Facts, remembered, term_name

# The terms in the few groups that a chart can tell apart; what is not named here is OTHER_TERMS.
GROUPS = {
    "purchases": "Purchases and contracts",
    "contracts": "Purchases and contracts",
    "duties": "Duties",
    "operation": "Operation of plants",
    "fixed_operation": "Operation of plants",
    "investment": "Investment",
    "shortage": "Unmet demand",
    "sales": "Sales of surplus",
}
OTHER_TERMS = "Other (freight, stock …)"


@remembered
def cost_by_group(facts: Facts) -> pd.DataFrame:
    """Cost a year, undiscounted and expected, in the few groups that are drawn: group and one column a period.

    Every group in which anything is paid has its row, in the same order everywhere.
    """
    wide = facts.wide(
        facts.ledger.assign(group=facts.ledger["term"].map(GROUPS).fillna(OTHER_TERMS)), ["group"], "yearly_musd"
    )
    order = list(dict.fromkeys([*GROUPS.values(), OTHER_TERMS]))
    wide = wide.set_index("group").reindex(order, fill_value=0.0).reset_index()
    return wide.loc[(wide.drop(columns="group") != 0).any(axis=1)].reset_index(drop=True)


def costs_by_period(facts: Facts) -> pd.DataFrame:
    """Discounted cost by term and period, expected over the futures: term, period, label, discounted_musd."""
    lines = facts.ledger.groupby(["term", "period"], as_index=False)[["expected_musd"]].sum()
    lines = lines[lines["expected_musd"].abs() > 1e-9].rename(columns={"expected_musd": "discounted_musd"})
    names = [term_name(str(term)) for term in lines["term"]]
    return lines.assign(term=names, label=lines["period"].map(facts.labels)).reset_index(drop=True)


def duties_by_authority(facts: Facts) -> pd.DataFrame:
    """Duty a year by authority and period, expected: authority, period, label, musd_per_year."""
    paid = facts.ledger[facts.ledger["term"] == "duties"].rename(columns={"layer": "authority"})
    table = paid.groupby(["authority", "period"], as_index=False)[["yearly_musd"]].sum()
    table = table[table["yearly_musd"].abs() > 1e-9].rename(columns={"yearly_musd": "musd_per_year"})
    return table.assign(label=table["period"].map(facts.labels)).reset_index(drop=True)

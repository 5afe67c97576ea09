"""What the plan costs, by term and period."""

from __future__ import annotations

import pandas as pd

from planner.results.facts import Facts, term_name


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

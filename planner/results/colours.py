"""The colour of a country, the same in every chart of report, brief and pages, and in every run of a case."""

from __future__ import annotations

from planner.case.priced import offer_prices_at_first
from planner.results.facts import Facts, remembered

# Okabe and Ito's palette: told apart by colour-blind readers and, in this order, by neighbours in grey print.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
OTHERS = "#9A9A9A"


@remembered
def ranked_countries(facts: Facts) -> dict[str, int]:
    """Home first, then by how much money the case offers from each; the plan does not matter, so that runs agree."""
    offers = facts.case.tables["offers"]
    tons = offers["max_t_per_year"].astype(float).fillna(offers["max_t_per_year"].astype(float).max()).fillna(1.0)
    worth = (tons * offer_prices_at_first(facts.case)).groupby(offers["origin"]).sum()
    ordered = [facts.country_name(code) for code in worth.sort_values(ascending=False, kind="stable").index]
    rest = [facts.country_name(code) for code in facts.case.tables["countries"]["country"]]
    return {name: rank for rank, name in enumerate(dict.fromkeys([facts.home, *ordered, *rest]))}


def colour(facts: Facts, country: str) -> str:
    """Its colour; countries that are not in the case, and those beyond the palette, are grey."""
    rank = ranked_countries(facts).get(country, len(PALETTE))
    return PALETTE[rank] if rank < len(PALETTE) else OTHERS

"""The countries behind what is bought and made: where it was mined, refined or melted, and what it depends on."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.schema import UPSTREAM
from planner.translate import columns
from planner.translate.lines import Lines


def looked_through(lines: Lines, part: pd.DataFrame, through: str) -> pd.DataFrame:
    """Lines of what is bought and made, with the country that counts; where nothing is said of one, none does."""
    bought = part["offer"].notna()
    offers, runs = behind_offers(lines.case, through), behind_runs(lines, through)
    found = [part[bought].drop(columns="country").merge(offers, on="offer", how="left")]
    if not bought.all():
        found.append(part[~bought].drop(columns="country").merge(runs, on=["facility", "process"], how="left"))
    both = pd.concat(found, ignore_index=True)
    country = both["country"].astype(object).where(both["country"].notna(), None)
    counted = both["coefficient"] * both["share"].fillna(1.0)
    return columns.LINES.of(both.assign(country=country, group=country.map(lines.groups), coefficient=counted))


def behind_offers(case: Case, through: str) -> pd.DataFrame:
    """The countries that each offer counts for: the one where it was mined, refined or melted, or all upstream ones."""
    offers = case.tables["offers"]
    if through != UPSTREAM:
        return columns.BEHIND_OFFERS.of(offers.assign(country=offers[f"{through}_in"], share=1.0)).dropna()
    upstream = case.tables["upstream"]
    behind = offers["offer"].map(upstream.groupby("offer")["share"].sum().to_dict()).astype(float).fillna(0.0)
    own = offers.assign(country=offers["origin"], share=1.0 - behind)
    return columns.BEHIND_OFFERS.of(pd.concat([own, upstream], ignore_index=True))


def behind_runs(lines: Lines, through: str) -> pd.DataFrame:
    """The country of each process that counts: upstream is where it runs, else only its own step is known."""
    tables = lines.case.tables
    places = dict(zip(tables["facilities"]["facility"], tables["facilities"]["place"], strict=True))
    runs = tables["processes"] if through == UPSTREAM else tables["processes"][tables["processes"]["step"] == through]
    return columns.BEHIND_RUNS.of(runs.assign(country=runs["facility"].map(places).map(lines.country), share=1.0))

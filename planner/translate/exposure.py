"""What is at risk: the value of what is bought, by the risk of where it comes from and of what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd

from models.policy import Exposure
from planner.case import Case
from planner.translate import columns
from planner.translate.lines import Lines
from planner.translate.tools import MUSD_PER_USD, grouped, indices


@dataclass(frozen=True)
class ExposureTables:
    """Lines of what is bought: `value` in M$ a year, `at_risk` the same times score / 100."""

    value: Annotated[pd.DataFrame, columns.BOUGHT_LINES]
    at_risk: Annotated[pd.DataFrame, columns.LINES]


@dataclass(frozen=True)
class ExposureSums:
    """The same without the words of the lines, which nothing asks for once limits are made."""

    value: Annotated[pd.DataFrame, columns.SUMMANDS]
    at_risk: Annotated[pd.DataFrame, columns.SUMMANDS]

    @classmethod
    def of(cls, lines: ExposureTables) -> ExposureSums:
        """The sums of these lines."""
        return cls(columns.SUMMANDS.of(lines.value), columns.SUMMANDS.of(lines.at_risk))


def country_scores(case: Case) -> dict[str, float]:
    """The risk score of each country, 0 to 100; one without a score counts as 0."""
    countries = case.tables["countries"]
    return dict(zip(countries["country"], countries["risk_score"].fillna(0.0), strict=True))


def offer_scores(case: Case) -> pd.Series:
    """The risk score of each offer: of its origin, and of upstream countries for their shares."""
    score = country_scores(case)
    offers = case.tables["offers"].set_index("offer")["origin"].map(score).astype(float)
    upstream = case.tables["upstream"]
    if upstream.empty:
        return offers
    behind = pd.DataFrame({"share": upstream["share"], "risk": upstream["share"] * upstream["country"].map(score)})
    behind = behind.groupby(upstream["offer"]).sum()
    share, risk = (behind[name].reindex(offers.index).fillna(0.0) for name in ("share", "risk"))
    return (1.0 - share) * offers + risk


def exposure_tables(lines: Lines) -> ExposureTables:
    """Value and value at risk of each purchase."""
    bought = lines.bought
    value = bought.assign(coefficient=bought["price_usd_per_t"] * MUSD_PER_USD)
    score = bought["offer"].map(offer_scores(lines.case).to_dict()).astype(float)
    at_risk = value.assign(coefficient=value["coefficient"] * score / 100.0)
    at_risk = at_risk[at_risk["coefficient"] != 0].reset_index(drop=True)
    return ExposureTables(columns.BOUGHT_LINES.of(value), columns.LINES.of(at_risk))


def exposure_part(case: Case, tables: ExposureTables) -> Exposure:
    """The `Exposure` part."""
    at_risk = tables.at_risk
    return Exposure(
        price=float(case.settings["exposure_price"]),
        musd_per_unit=grouped(indices(at_risk, "node"), indices(at_risk, "coefficient", "component", "index")),
    )

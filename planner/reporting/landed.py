"""Duties by authority, origin and material; quotas, and duty that comes back."""

from __future__ import annotations

import pandas as pd

from planner.reporting.costs import PRINTED
from planner.reporting.kinds import MUSD, PERIOD_LABEL, RATE, SHARE, TONS, USD_FINE
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.results.drawbacks import drawbacks
from planner.results.facts import Facts
from planner.results.landed import duties
from planner.results.quotas import quotas


def fill_duties(page: Page, facts: Facts) -> None:
    """Who charges what on which goods."""
    page.title(
        "Duties",
        "Duties paid, by the authority that charges them, origin and material. The rate is what is paid over the "
        "value declared, averaged over the period; a ton that pays two authorities stands in two rows.",
    )
    _quotas(page, facts)
    _drawbacks(page, facts)
    rows = duties(facts)
    if rows.empty:
        page.say("No duty is paid.")
    else:
        page.section("Duties paid, the largest first")
        _duties(page, rows.sort_values("present", ascending=False, kind="stable", ignore_index=True))


def _duties(page: Page, rows: pd.DataFrame) -> None:
    """Every authority's duty on each good."""
    columns = [
        Col("layer", "Authority"), Col("origin", "Origin"), Col("to", "Charged by"), Col("material", "Material"),
        Col("label", "Period", PERIOD_LABEL), Col("t", "Tons, t per year", TONS),
        Col("value", "Value declared, M$ per year", MUSD),
        Col("rate", "Duty, share of value", SHARE), Col("usd_per_t", "Duty, USD per t", USD_FINE),
        Col("yearly", "Duty, M$ per year", MUSD, total=True),
        Col("present", "Present value, M$ discounted", MUSD, total=True),
    ]  # fmt: skip
    page.first_of(len(rows), PRINTED)
    page.print_only(table(page, rows, columns, listing=True, total="All duties"), PRINTED)


def _quotas(page: Page, facts: Facts) -> None:
    """What of each quota is used and left, and the rates on both sides of it; nothing where there is none."""
    found = quotas(facts.case, facts.plan)
    if found.empty:
        return
    page.section("Quotas")
    page.say(
        "Came is all that crosses the border under the quota; used is what enters inside it. Where the rate over the "
        "quota is empty, nothing may enter over it."
    )
    columns = [
        Col("quota", "Quota"), Col("authority", "Authority"), Col("origin", "Origin"),
        Col("destination", "Charged by"), Col("label", "Period", PERIOD_LABEL),
        Col("quota_t", "Quota", TONS, group="t per year"),
        Col("came_t", "Came", TONS, group="t per year"), Col("used_t", "Used", TONS, group="t per year"),
        Col("left_t", "Left", TONS, group="t per year"), Col("used_share", "Share used", SHARE),
        Col("in_rate", "Inside", RATE, group="Duty rate"), Col("over_rate", "Over", RATE, group="Duty rate"),
    ]  # fmt: skip
    table(page, found, columns)


def _drawbacks(page: Page, facts: Facts) -> None:
    """What comes back of the duty paid, since something else leaves; nothing where nothing does."""
    found = drawbacks(facts.case, facts.plan)
    if found.empty:
        return
    page.section("Duty that comes back")
    page.say("Duty paid on what came in comes back since goods leave the country. The duties below are net of it.")
    columns = [
        Col("drawback", "Drawback"), Col("authority", "Authority"), Col("material", "On"), Col("exported", "Left"),
        Col("label", "Period", PERIOD_LABEL), Col("t", "Drawn back, t per year", TONS),
        Col("musd", "Duty that comes back, M$ per year", MUSD),
    ]  # fmt: skip
    table(page, found, columns)

"""Investments: what is begun, where and when, what it costs, when it runs, how full; drawn as a calendar."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.reporting.book import write_text
from planner.reporting.charts import columns_chart
from planner.reporting.kinds import BRIEF, CENTRED, MUSD, SHARE, TONS, USD, USE, WHOLE, YEAR
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.colours import PALETTE
from planner.results.facts import Facts, expected, records
from planner.results.frames import across
from planner.results.projects import expected_capex, number_begun, projects, projects_at, use_of_plants
from planner.results.words import count, listed, musd

# What a year of a project is, its letter in the calendar and its colour: told by both.
PHASES = {
    "permit": ("P", "#D9D9D9", "#333333"),
    "build": ("B", PALETTE[1], "#1B2A38"),
    "run": ("R", PALETTE[0], "#FFFFFF"),
}


def fill_investments(page: Page, facts: Facts) -> Iterator[None]:
    """The projects begun, their calendar, capex by period, and how full every plant is."""
    page.title(
        "Investments", "Capacity that the plan adds: what, where, when, how large, what it costs and how it is used."
    )
    built = projects(facts)
    options = facts.case.tables["build_options"]
    if built.empty:
        page.say("No investment is made." if len(options) else "No investment is made: the case offers none.")
    else:
        _projects(page, facts, built)
        _calendar(page, facts, built)
    yield
    if len(built):
        _capex(page, facts, built)
    _use(page, facts)


def _projects(page: Page, facts: Facts, built: pd.DataFrame) -> None:
    last = facts.horizon[1]
    late = built[built["first_output"] > last]
    capex = musd(expected_capex(facts), facts.money)
    page.say(
        f"{count(number_begun(facts), 'project')} begun, {capex} of capex. "
        "Capex is spread over the years of operation as an annuity; years after the horizon cost nothing here."
        + (f" {listed(list(late['option']))} would first run after {last}." if len(late) else "")
    )
    page.section("Projects")
    columns = [
        Col("option", "Project", BRIEF), Col("place", "Place"), Col("country", "Country"),
        Col("begun", "Begun, year", YEAR), Col("permit_years", "Permit, years", WHOLE),
        Col("lead_years", "Building, years", WHOLE), Col("first_output", "First output, year", YEAR),
        Col("last_output", "Last output, year", YEAR),
        Col("size_t_per_year", "Size, t per year", TONS), Col("capex_musd", "Capex, M$", MUSD, total=True),
        Col("capex_per_t", "Capex, USD per t/yr", USD), Col("annuity_musd", "Annuity, M$ per year", MUSD, total=True),
        Col("present_musd", "Present value, M$", MUSD, total=True),
        Col("use", "Use once running", SHARE),
    ]  # fmt: skip
    if (built["times"] > 1).any():
        columns.insert(7, Col("times", "Begun so often", WHOLE))
    if (built["latest_output"] > built["first_output"]).any():
        columns[7:7] = [Col("latest_output", "Or as late as, where delayed", YEAR)]
    if (built["probability"] < 1).any():
        columns.append(Col("probability", "Probability of this future", SHARE))
    table(page, built, columns, total="All projects")


def _calendar(page: Page, facts: Facts, built: pd.DataFrame) -> None:
    """A Gantt of coloured cells: letters say the same as the colours."""
    page.section("Calendar")
    page.say("P permitting, B building, R running.")
    first, last = facts.horizon
    years = list(range(first, last + 1))
    frame = built[["option", "place"]].assign(**{str(year): "" for year in years})
    names = ("Project", "Place")
    columns = [Col(k, h, BRIEF) for k, h in zip(frame.columns[:2], names, strict=True)] + [
        Col(str(y), str(y), CENTRED, kept=True) for y in years
    ]
    block = table(page, frame, columns)
    for offset, project in enumerate(records(built)):
        for year in years:
            phase = _phase(year, project.begun, project.construction, project.first_output, project.last_output)
            if phase:
                letter, back, ink = PHASES[phase]
                look = page.book.format(
                    bg_color=back, font_color=ink, align="center", bold=True, border=1, border_color="#FFFFFF"
                )
                write_text(page.sheet, block.first_row + offset, block.column[str(year)], letter, look)


def _phase(year: int, begun: float, construction: float, first_output: float, last_output: float) -> str:
    if begun <= year < construction:
        return "permit"
    if construction <= year < first_output:
        return "build"
    return "run" if first_output <= year <= last_output else ""


def _capex(page: Page, facts: Facts, built: pd.DataFrame) -> None:
    """Capex by the period in which it is decided, by country."""
    page.section("Capex by period of decision")
    labels = list(facts.labels.values())
    wide = facts.wide(expected(built, "capex_musd"), ["country"], "t")
    block = table(
        page, wide, [Col("country", "Country"), *periods(labels, "M$, undiscounted", MUSD)], total="All countries"
    )
    at = page.room_for_charts(1)
    rows = block.rows
    chart = columns_chart(page.book, block, rows, labels, "Capex by period of decision", "M$, undiscounted", "country")
    said = [f"{label} {musd(wide[label].sum())}" for label in labels if wide[label].sum() > 0]
    page.charts(
        [(chart, f"Stacked columns: capex by the period in which it is decided, by country. {'; '.join(said)}.")], at
    )


def _use(page: Page, facts: Facts) -> None:
    """How full each plant is, period by period, old and new alike."""
    page.section("Utilisation of plants")
    used = use_of_plants(facts)
    if used.empty:
        page.say("No plant has capacity in any period.")
        return
    page.say("Expected use over expected usable capacity; a dash where none stands (before first output, or closed).")
    labels = list(facts.labels.values())
    share = across(used, ["facility"], "used_share", facts.labels, empty=None)
    share["place"] = share["facility"].map(facts.case.tables["facilities"].set_index("facility")["place"])
    share["country"] = share["place"].map(facts.country_name_of)
    added = set(projects_at(facts))
    share["kind"] = ["new or expanded" if f in added else "existing" for f in share["facility"]]
    idle = share.loc[(share[labels].fillna(0) == 0).all(axis=1), "facility"]
    if len(idle):
        page.say(f"Never used: {listed(list(idle), 12)}.")
    heads = [
        Col("facility", "Facility", BRIEF),
        Col("kind", "Capacity"),
        Col("place", "Place"),
        Col("country", "Country"),
    ]
    table(page, share, [*heads, *periods(labels, "Share of usable capacity", USE, total=False)])

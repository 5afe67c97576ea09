"""Sources and grades: how much of the answer rests on which grade of data, and every source that a row names."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from planner.reporting.kinds import MUSD, PERIOD_LABEL, SHARE, TAIL, WHOLE, Kind
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.results.facts import Facts, term_name
from planner.results.grades import GRADES, MEANINGS, graded_cost
from planner.results.words import listed, percent


def fill_grades(page: Page, facts: Facts) -> Iterator[None]:
    """Cost by grade, then rows by sheet and grade."""
    page.title(
        "Sources and grades",
        "How good the data behind the plan are: A official, B company or press, C study, D assumed. A line of the "
        "ledger counts for the grade of the row that sets its price, and where several rows share in it, for the "
        "worst of them. Income from sales counts with its size.",
    )
    page.even_from = 1
    page.section("Cost by grade")
    costs = graded_cost(facts)
    if costs.empty:
        page.say("The plan costs nothing, so nothing rests on any grade.")
    else:
        _costs(page, costs)
    yield
    page.section("Rows by sheet and grade")
    table(page, _counts(facts), [Col("sheet", "Sheet"), *_by_grade("Rows", WHOLE)], total="All sheets")
    _sources(page, facts)


def _by_grade(group: str, kind: Kind) -> list[Col]:
    heads = {g: f"{g} {MEANINGS[g]}".strip() for g in GRADES} | {"all": "all"}
    return [Col(key, head, kind, group=group, total=True) for key, head in heads.items()]


def _costs(page: Page, costs: pd.DataFrame) -> None:
    """Terms down, grades across, in M$ and as shares of all cost."""
    wide = costs.pivot_table(index="term", columns="grade", values="size_musd", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(columns=list(GRADES), fill_value=0.0)
    whole = math.fsum(costs["size_musd"])
    sums = {g: math.fsum(wide[g]) for g in GRADES}
    said = [
        f"{percent(sums[g] / whole)} rests on {f'grade {g} ({MEANINGS[g]})' if g else 'rows without a grade'}"
        for g in GRADES
        if sums[g] > 0
    ]
    page.say(f"Of all cost and income, {listed(said, 5)}." if whole else "The plan costs nothing.")
    wide["all"] = wide[list(GRADES)].sum(axis=1)
    wide = wide.sort_values("all", ascending=False, kind="stable").reset_index()
    wide["assumed"] = (wide["D"] + wide[""]) / wide["all"].where(wide["all"] > 0)
    wide["term"] = [term_name(term) for term in wide["term"]]
    columns = [
        Col("term", "Cost term"),
        *_by_grade("Size, M$ discounted", MUSD),
        Col("assumed", "Assumed or not graded", SHARE),
    ]
    table(page, wide, columns, total="All terms")


def _graded(facts: Facts) -> dict[str, pd.DataFrame]:
    return {name: t for name, t in facts.case.tables.items() if name != "settings" and len(t) and "grade" in t.columns}


def _counts(facts: Facts) -> pd.DataFrame:
    rows = []
    for name, frame in _graded(facts).items():
        grades = frame["grade"].fillna("")
        rows.append({"sheet": name, **{g: int((grades == g).sum()) for g in GRADES}, "all": len(frame)})
    return pd.DataFrame(rows, columns=["sheet", *GRADES, "all"])


def _sources(page: Page, facts: Facts) -> None:
    """Every source, where it is used and how often; on screen only."""
    page.section("Every source that a row of the case names")
    columns = ["source", "year", "grade"]
    parts = [frame.loc[frame["source"].notna(), columns].assign(sheet=name) for name, frame in _graded(facts).items()]
    rows = pd.concat(parts, ignore_index=True).fillna("").astype(str) if parts else pd.DataFrame()
    if rows.empty:
        page.say("No row names a source.")
        return
    rows = rows.groupby(["sheet", "grade", *columns[:2]], sort=False, as_index=False).size()
    shown = [
        Col("sheet", "Sheet"),
        Col("grade", "Grade"),
        Col("year", "Year", PERIOD_LABEL),
        Col("size", "Rows", WHOLE),
        Col("source", "Source", TAIL),
    ]
    table(page, rows, shown)

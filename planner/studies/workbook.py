"""The workbook of a study: one sheet that says what was asked, shows a chart and lists what was found."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case import Case
from planner.case.quantity import quantity_of
from planner.plan import Plan
from planner.reporting.book import Book
from planner.reporting.charts import bars_chart, value_axis
from planner.reporting.kinds import MUSD, NOTE, RATE, TONS, USD_FINE, WHOLE, Kind
from planner.reporting.page import Block, Page
from planner.reporting.tables import Col, table
from planner.results.colours import PALETTE
from planner.results.facts import Facts
from planner.results.frames import weights
from planner.results.projects import projects
from planner.results.scale import IN_MILLIONS, MoneyScale, scale_for
from planner.results.words import count, listed, musd, percent, plain, tons
from planner.schema import MEASURES
from planner.status import beyond_cost
from planner.studies.apart import not_nothing, surely_above
from planner.studies.compare import Comparison
from planner.studies.frontier import Point, Points
from planner.studies.information import Information
from planner.studies.solving import slack_musd
from planner.studies.stress import IMPOSSIBLE, PLANNED, Stress
from planner.studies.variations import Varied

MOST_BARS = 20
YEARS = Kind('0;-0;"–"', 0, zero="–")
FRONTIER = ["point", "value", "reached", "cost_musd", "gap_musd", "above_musd", "told_apart", "objective_musd", "gap"]
FRONTIER += ["unmet_t", "builds"]
SHOWN = {"fraction": RATE, "0-1": Kind("0.0000", 4), "0-100": Kind("0.00", 2)}


def write_frontier(case: Case, limit: str, points: Points, path: Path) -> Path:
    """Write the frontier of cost against a limit of the case."""
    return write_page(case, path, "Frontier", lambda page: _frontier(page, case, limit, points), _costs(points))


def write_stress(case: Case, stress: Stress, path: Path) -> Path:
    """Write how a plan fares in futures that it was not made for."""
    return write_page(case, path, "Stress", lambda page: _stress(page, stress), [stress.calm.cost_musd])


def write_information(case: Case, found: Information, path: Path) -> Path:
    """Write what it is worth to know the future."""
    costs = [found.stochastic_musd]
    return write_page(case, path, "Value of information", lambda page: _information(page, found), costs)


def write_variations(case: Case, name: str, found: Varied, path: Path) -> Path:
    """Write what came of a list of variations."""
    return write_page(case, path, name, lambda page: _variations(page, name, found), found.table["cost_musd"])


def _variations(page: Page, name: str, found: Varied) -> None:
    page.title(
        name,
        "The case as it is, and with each change. Each line is an audited plan; its cost could be less by its gap at "
        "best. Lines of one rank are not told apart by their gaps.",
        home=False,
    )
    if not found.complete:
        page.say("The study was stopped: further variations were not tried.")
    page.section("Variations")
    list_variations(page, found)


def list_variations(page: Page, found: Varied) -> None:
    """One row a variation."""
    if found.unproven:
        page.say(found.unproven)
    shown = found.table.assign(apart=found.table["told_apart"].map({True: "yes", False: "no"}))
    columns = [
        Col("variation", "Variation", NOTE), Col("rank", "Rank", WHOLE), Col("cost_musd", "Cost, M$ discounted", MUSD),
        Col("gap_musd", "Could be less by, M$", MUSD), Col("change_musd", "Against the case as it is, M$", MUSD),
        Col("change_gap_musd", "May be off by, M$", MUSD), Col("apart", "Told apart from nothing"),
        Col("unmet_t", "Unmet, t over all years", TONS), Col("builds", "What is begun", NOTE),
        Col("bought_t", "Bought, t over all years", NOTE), Col("outcome", "Outcome"),
        Col("why", "Why", NOTE),
    ]  # fmt: skip
    table(page, shown, columns)


def write_comparison(case: Case, found: Comparison, path: Path) -> Path:
    """Write runs side by side."""
    return write_page(case, path, "Comparison", lambda page: _comparison(page, found), found.runs["cost_musd"])


def _comparison(page: Page, found: Comparison) -> None:
    page.title(
        "Comparison",
        "Runs against the first of them: their costs, the bars that lead from cost to cost, and what differs in their "
        "plans and cases. A change that is within the gaps of the two plans is not told apart from nothing.",
        home=False,
    )
    page.section("Runs")
    runs = found.runs.assign(apart=found.runs["told_apart"].map({True: "yes", False: "no"}))
    table(page, runs, [
        Col("run", "Run", NOTE), Col("cost_musd", "Cost, M$ discounted", MUSD),
        Col("gap_musd", "Could be less by, M$", MUSD), Col("change_musd", "Against the first, M$", MUSD),
        Col("change_gap_musd", "May be off by, M$", MUSD), Col("apart", "Told apart from nothing"),
    ])  # fmt: skip
    for name, frame, columns in (
        ("Bridge", found.bridge.assign(musd=found.bridge["usd"] / 1e6),
         [Col("term", "Cost", NOTE), Col("musd", "More than in the first, M$", MUSD)]),
        ("Decisions", found.decisions, [Col("kind", "Kind"), Col("name", "Name", NOTE),
                                        Col("was", "In the first", NOTE), Col("is", "In this run", NOTE)]),
        ("Cells", found.cells, [Col("sheet", "Sheet"), Col("row", "Row", NOTE), Col("column", "Column"),
                                Col("was", "In the first", NOTE), Col("is", "In this run", NOTE)]),
    ):  # fmt: skip
        page.section(name)
        if frame.empty:
            page.say("Nothing differs.")
        else:
            worded = {column: frame[column].map(str) for column in ("was", "is") if column in frame}
            table(page, frame.assign(**worded), [Col("run", "Run", NOTE), *columns])


def frontier_table(points: Sequence[Point]) -> pd.DataFrame:
    """One row a point: point, value, reached, cost_musd, gap_musd, above_musd, told_apart and what the plan is like.

    `gap_musd` is how much lower the cost may be at best. `told_apart` says whether the point is surely dearer than the
    first, which has the loosest value.
    """
    least = min(point.plan.cost_musd for point in points)
    loosest = points[0].plan
    rows = [
        (
            number,
            p.value,
            p.reached,
            p.plan.cost_musd,
            slack_musd(p.plan),
            p.plan.cost_musd - least,
            surely_above(p.plan.objective_musd - slack_musd(p.plan), loosest.objective_musd),
            p.plan.objective_musd,
            p.plan.gap,
            _unmet(p.plan),
            _begun(p),
        )
        for number, p in enumerate(points, 1)
    ]
    return pd.DataFrame(rows, columns=FRONTIER)


def write_page(
    case: Case, path: Path, name: str, fill: Callable[[Page], None], costs: Iterable[float | None] = ()
) -> Path:
    """Write a workbook of one sheet, whose money is told as that of plans that cost so much."""
    book = Book(path, quantity=quantity_of(case), money=scale_for(costs))
    page = Page(book, name, case.name)
    fill(page)
    page.finish()
    book.close()
    return path


def _costs(points: Iterable[Point]) -> list[float]:
    return [point.plan.cost_musd for point in points]


def _frontier(page: Page, case: Case, limit: str, points: Points) -> None:
    row, money = case.tables["limits"].set_index("limit").loc[limit], page.book.money
    found, measure = frontier_table(points), MEASURES[str(row["measure"])]
    what = f"{measure.name}, {measure.unit}"
    first, last = found.iloc[0], found.iloc[-1]
    page.title(
        f"Cost against {plain(limit)}",
        f"The cheapest plan for each value of the limit ({measure.name}, {row['sense']}): what a tighter value "
        "costs. Plans that another one beats in both are left out. Each point is a complete plan of its own.",
        home=False,
    )
    more, apart = last["cost_musd"] - first["cost_musd"], musd(last["gap_musd"] + first["gap_musd"], money)
    share = f" ({percent(more / abs(first['cost_musd']))})" if first["cost_musd"] else ""
    page.say(
        f"From the least cost, {musd(first['cost_musd'], money)}, to the tightest value that any plan can keep, cost "
        f"grows by {musd(more, money)}{share}"
        + (
            f", proven within {apart}."
            if last["told_apart"]
            else f", which the gaps of the two plans ({apart}) do not tell apart from nothing."
        ),
        "verdict",
    )
    if not points.complete:
        page.say("The study was stopped: values nearer to the least cost were not tried.")
    at, kind = page.room_for_charts(1), SHOWN.get(measure.unit, USD_FINE)
    page.section("Points")
    columns = [
        Col("point", "Point", WHOLE), Col("reached", what, kind),
        Col("cost_musd", "Cost, M$ discounted", MUSD), Col("gap_musd", "Could be less by, M$", MUSD),
        Col("above_musd", "Above the least cost, M$", MUSD), Col("apart", "Told apart from the first"),
        Col("gap", "Proven within", Kind("0.00%", 2, scale=100.0, ending="%", grouped=False)),
        Col("unmet_t", "Unmet, t over all years", TONS), Col("builds", "What is begun", NOTE),
    ]  # fmt: skip
    if any(beyond_cost(point.plan.cost_musd, point.plan.objective_musd) for point in points):
        columns[6:6] = [Col("objective_musd", "Objective, with risk and exposure, M$", MUSD)]
        page.say("Each point is the plan of least objective within its limit, so its cost alone may rise and fall.")
    block = table(page, found.assign(apart=found["told_apart"].map({True: "yes", False: "no"})), columns)
    ends = [f"{end['reached']:,.4g} {measure.unit} at {musd(end['cost_musd'], money)}" for end in (first, last)]
    chart = _curve(page, block, found, f"Cost against {plain(limit)}", what, kind)
    page.charts([(chart, f"Line: from {' to '.join(ends)}.")], at)


def _curve(page: Page, block: Block, found: pd.DataFrame, title: str, unit: str, kind: Kind) -> Any:
    """Points joined by straight lines."""
    chart = page.book.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    across, up = block.column["reached"], block.column["cost_musd"]
    mark = {"fill": {"color": PALETTE[0]}, "border": {"color": PALETTE[0]}}
    chart.add_series(
        {
            "name": "Cost",
            "categories": [block.sheet, block.first_row, across, block.last_row, across],
            "values": [block.sheet, block.first_row, up, block.last_row, up],
            "line": {"color": PALETTE[0], "width": 2},
            "marker": {"type": "circle", "size": 6, **mark},
        }
    )
    chart.set_title({"name": plain(title), "name_font": {"name": "Arial", "size": 11, "bold": True}, "overlay": False})
    chart.set_x_axis(value_axis(unit, kind.number_format.split(";")[0]) | _span(found["reached"]))
    money = page.book.money
    chart.set_y_axis(value_axis(f"{money.unit} discounted") | _span(money.of(found["cost_musd"])))
    chart.set_legend({"none": True})
    return chart


def _span(values: pd.Series) -> dict[str, float]:
    """Ends of an axis: round numbers around the values."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return {}
    step = 10.0 ** math.floor(math.log10(high - low))
    return {"min": math.floor(low / step) * step, "max": math.ceil(high / step) * step}


def _unmet(plan: Plan) -> float:
    """Tons short over all years, expected over the futures."""
    short = plan.tables["shortages"]
    return float((short["t_per_year"] * short["node"].map(weights(plan))).sum())


def _begun(point: Point) -> str:
    """Each option with the first year in which it is begun, in order of time."""
    firsts = projects(Facts(point.case, point.plan)).drop_duplicates("option")
    return ", ".join(f"{option} {year}" for option, year in zip(firsts["option"], firsts["begun"], strict=True))


def _stress(page: Page, stress: Stress) -> None:
    found = stress.results
    page.title(
        "Stress",
        f"What the plan has begun, signed and entered by {stress.until} is held. Until a future is known all is done "
        "as if nothing were to happen; from then on the plan adapts at least cost. Extra cost is against the same plan "
        "where nothing happens; it may be off by what the next column says, for the gaps to which both were proven. "
        "Futures of one rank are not told apart by these gaps.",
        home=False,
    )
    page.say(worst_of(found, page.book.money), "verdict")
    if not stress.complete:
        page.say("The study was stopped: further futures were not tried.")
    for hidden in stress.hidden:
        page.say(hidden)
    planned = found[found["outcome"] == PLANNED]
    at = page.room_for_charts(1 if len(planned) else 0)
    page.section("Futures, the dearest first")
    shown = found.assign(
        years=[_years(y, word) for y, word in zip(found["years_to_recover"], found["outcome"], strict=True)]
    )
    columns = [
        Col("rank", "Rank", WHOLE), Col("future", "Future", NOTE), Col("kind", "Of a"),
        Col("extra_musd", "Extra cost, M$ discounted", MUSD),
        Col("gap_musd", "May be off by, M$", MUSD), Col("unmet_t", "More unmet, t over all years", TONS),
        Col("years", "Years until nobody is short of more"), Col("outcome", "Outcome"),
    ]  # fmt: skip
    shown = shown.assign(extra_musd=shown["extra_musd"].where(shown["outcome"] == PLANNED))
    order = pd.concat([shown[shown["outcome"] == PLANNED], shown[shown["outcome"] != PLANNED]], ignore_index=True)
    block = table(page, order, columns)
    if len(planned):
        rows = block.first_row, min(block.first_row + len(planned), block.first_row + MOST_BARS) - 1
        chart = bars_chart(page.book, block, rows, "Extra cost", "M$ discounted", "future", "extra_musd")
        named = list(zip(planned["future"], planned["extra_musd"], strict=True))
        page.charts([(chart, "Bars: " + "; ".join(f"{n} {musd(x, page.book.money)}" for n, x in named[:5]) + ".")], at)
    page.section("Who goes short of more")
    if stress.unmet.empty:
        page.say("In none of these futures is anybody short of more than in the calm.")
        return
    table(
        page,
        stress.unmet,
        [Col("future", "Future", NOTE), Col("segment", "Segment", NOTE), Col("material", "Material"),
         Col("element", "Element"), Col("unmet_t", "More unmet, t over all years", TONS)],
    )  # fmt: skip


def worst_of(found: pd.DataFrame, money: MoneyScale = IN_MILLIONS) -> str:
    """What the worst futures are, in a sentence that ranks nothing that the gaps do not tell apart."""
    lost = list(found.loc[found["outcome"] == IMPOSSIBLE, "future"])
    planned = found[found["outcome"] == PLANNED]
    said = [f"No plan meets every need and limit after {listed(lost)}."] if lost else []
    if len(planned):
        dearest = planned[planned["rank"] == planned["rank"].min()]
        worst, of = dearest.iloc[0], count(len(planned), "future")
        extra = f"{musd(worst['extra_musd'], money)} ± {musd(worst['gap_musd'], money)}"
        if len(dearest) > 1:
            names = listed([plain(name) for name in dearest["future"]])
            said.append(f"The dearest of {of} are not told apart: {names}; the first costs {extra} more.")
        elif not_nothing(worst["extra_musd"], worst["gap_musd"]):
            unmet = f"{tons(worst['unmet_t'])} more unmet"
            said.append(f"The dearest of {of} is the {plain(worst['future'])}: {extra} more, {unmet}.")
        else:
            said.append(f"None of {of} is told apart from no extra cost at all: {extra} at most.")
    return " ".join(said) or "No country, supplier or plant is in use in those years, so none can be lost."


def _years(years: float, outcome: str) -> str:
    if outcome != PLANNED:
        return ""
    return "not within the horizon" if years == float("inf") else f"{years:.0f}"


def _information(page: Page, found: Information) -> None:
    money = page.book.money
    page.title(
        "Value of information",
        f"All that is done up to {found.until} must be decided before the futures can be told apart. "
        f"Expected cost in discounted {money.unit} (Birge and Louveaux 2011, chapter 4); risk and exposure have no "
        "price here.",
        home=False,
    )
    page.say(
        f"Knowing which future comes would save {_off(found.evpi_musd, found.evpi_gap_musd, money)}. Planning for all "
        f"futures at once, and not for their mean, saves {_off(found.vss_musd, found.vss_gap_musd, money)}.",
        "verdict",
    )
    page.section("Three ways to plan")
    ways = pd.DataFrame(
        [
            ("Each future planned as if it were known (wait and see)", found.wait_and_see_musd),
            ("One plan for all futures (stochastic)", found.stochastic_musd),
            ("Planned for the mean of all futures, held in all", found.mean_plan_musd),
            ("Expected value of perfect information (EVPI)", found.evpi_musd),
            ("Value of the stochastic solution (VSS)", found.vss_musd),
        ],
        columns=["what", "musd"],
    )
    table(
        page,
        ways.assign(musd=_finite(ways["musd"])),
        [Col("what", "What", NOTE), Col("musd", "Expected cost, M$", MUSD)],
    )
    page.section("Futures")
    columns = [
        Col("scenario", "Future"), Col("probability", "Probability", RATE, total=True),
        Col("alone_musd", "Planned as if known, M$", MUSD), Col("gap_musd", "Could be less by, M$", MUSD),
        Col("together_musd", "Planned for all, M$", MUSD),
    ]  # fmt: skip
    table(page, found.futures, columns, total="All futures")
    _regrets(page, found)


def _off(figure: float, gap: float, money: MoneyScale) -> str:
    """A figure with how far it may be off, and a word where that is as much as the figure."""
    word = "" if not_nothing(figure, gap) else ", not told apart from nothing"
    return f"{musd(figure, money)} ± {musd(gap, money)}{word}"


def _regrets(page: Page, found: Information) -> None:
    page.section("Regret")
    least = found.largest_regrets
    best = least[least["rank"] == 1]
    page.say(
        "What each plan, all that it does here and now held, costs in each future above the best plan for that future, "
        f"{page.book.money.unit}. {_least_regret(best, page.book.money)} Empty where the plan has no way to go on."
    )
    names = list(found.futures["scenario"])
    amounts = found.regret.set_index(["planned_for", "scenario"])["regret_musd"].to_dict()
    rows = [
        (
            f"planned for {row.planned_for}",
            *(amounts[row.planned_for, name] for name in names),
            row.regret_musd,
            row.gap_musd,
            row.rank,
        )
        for row in least.itertuples()
    ]
    keys = [f"in {place}" for place in range(len(names))]
    wide = pd.DataFrame(rows, columns=["plan", *keys, "largest", "gap", "rank"])
    wide[[*keys, "largest"]] = wide[[*keys, "largest"]].apply(_finite)
    columns = [
        Col("plan", "Plan", NOTE),
        *(Col(key, plain(name), MUSD, group="In the future") for key, name in zip(keys, names, strict=True)),
    ]
    ends = [Col("largest", "Largest regret", MUSD), Col("gap", "May be off by, M$", MUSD), Col("rank", "Rank", WHOLE)]
    table(page, wide, [*columns, *ends])


def _least_regret(best: pd.DataFrame, money: MoneyScale) -> str:
    first = best.iloc[0]
    regret = f"{musd(first['regret_musd'], money)} ± {musd(first['gap_musd'], money)}"
    if len(best) > 1:
        names = listed([plain(name) for name in best["planned_for"]])
        return f"The gaps do not tell apart which plan regrets least at most: {names}; the first regrets {regret}."
    return f"The plan for {plain(first['planned_for'])} has the least of the largest regrets, {regret}."


def _finite(numbers: pd.Series) -> pd.Series:
    return numbers.where(numbers.abs() < float("inf"))

"""The commands of studies: many solves of one case, with something bounded, lost or known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from math import isfinite, isinf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.options import CaseArgument, ProgressKind, RunArgument, RunsRoot, StudyOptions, bundled
from planner.cli.say import answer, answering, one_line, say
from planner.cli.signals import INTERRUPTED
from planner.errors import StudyError
from planner.results.scale import IN_MILLIONS, scale_at_hand, scale_for, tell_in

if TYPE_CHECKING:
    import pandas as pd

    from planner.case import Case
    from planner.case.changes import Original
    from planner.plan import Plan
    from planner.runs.opened import Opened
    from planner.solver.outcome import SolveOptions
    from planner.studies.solving import Study

DEFAULT_STUDIES = Path("reports") / "studies"


@bundled
def frontier(
    case: CaseArgument,
    limit: Annotated[str | None, typer.Option(help="The limit to tighten: its name on the limits sheet.")] = None,
    measure: Annotated[
        str | None, typer.Option(help="Or a measure to bound over the whole case, such as exposure or worst_cost_musd.")
    ] = None,
    points: Annotated[int, typer.Option(min=2, max=200, help="How many values, both ends among them.")] = 20,
    reports: Annotated[bool, typer.Option(help="Write an Excel report for each point.")] = True,
    *,
    how: StudyOptions,
) -> None:
    """Trade cost against a limit: the cheapest plan for each value, from the least cost to the tightest there is."""
    from planner.reporting import write_report
    from planner.studies.folder import plan_folder, write_facts
    from planner.studies.frontier import Point
    from planner.studies.frontier import frontier as trade
    from planner.studies.workbook import frontier_table, write_frontier

    with answering(how.json), studying(how.shown) as made_to:
        made, name = _bounded(_case(case, how.laid), limit, measure)
        study = made_to(solver_options(made, *how.each))
        with folder_for(how.out, f"{case.absolute().stem} frontier", how.replace, [case, *how.laid]) as work:

            def keep(point: Point) -> None:
                folder = plan_folder(work, f"{point.value:.6g}")
                point.plan.save(folder)
                if reports:
                    write_report(point.case, point.plan, folder / "report.xlsx")

            found = trade(made, name, study, points, keep)
            table = frontier_table(found)
            tell_in(scale_for(table["cost_musd"]))
            write_frontier(made, name, found, work / "study.xlsx")
            facts = write_facts(
                work, "frontier", made, study.options, {"limit": name, "points": table, "complete": found.complete}
            )
        lines = [
            f"{row.reached:>14,.6g}  {figure(row.cost_musd, 16, 3, 'M$')}  {figure(-row.gap_musd, 10, 3, 'M$')}"
            f"{'' if row.told_apart or row.point == 1 else '  not told apart from the first'}"
            for row in rows_of(table)
        ]
        give_answer(facts, [f"{name:>14}  {'cost':>16}     {'at best':>10}", *lines], study, how.json)


@bundled
def stress(
    run: RunArgument,
    first: Annotated[int | None, typer.Option("--from", help="The first year of the losses.")] = None,
    years: Annotated[int, typer.Option(min=1, max=100, help="How many years a loss lasts.")] = 2,
    lose: Annotated[
        list[str] | None, typer.Option(help="country, supplier or facility; all three unless given. May be repeated.")
    ] = None,
    until: Annotated[
        int | None, typer.Option(help="Hold what is begun and signed up to this year; the year before unless given.")
    ] = None,
    root: RunsRoot = None,
    *,
    how: StudyOptions,
) -> None:
    """Try the plan of a run in futures it was not made for: each loss (--from), or an overlay's (--with)."""
    from planner.studies.folder import plan_folder, write_facts
    from planner.studies.losses import LOSABLE
    from planner.studies.stress import CALM, lose_each, meet_scenarios
    from planner.studies.workbook import worst_of, write_stress

    with answering(how.json), studying(how.shown) as made_to:
        source, case, plan = _run(run, root)
        study = made_to(solver_options(case, *how.each))
        if unknown := sorted(set(lose or ()) - set(LOSABLE)):
            raise StudyError(f"There is no loss of a {unknown[0]}; choose among {', '.join(LOSABLE)}.")
        if (first is None) == (not how.laid):
            raise StudyError("Say either --from YEAR for losses, or --with OVERLAY for the scenarios of an overlay.")
        with folder_for(how.out, f"{case.name} stress", how.replace, [source, *how.laid]) as work:
            if first is not None:
                found = lose_each(case, plan, study, first, years, tuple(lose or LOSABLE), until)
            else:
                found = meet_scenarios(case, plan, _case(source, how.laid), study, until)
            for name, adapted in ((CALM, found.calm), *found.plans):
                adapted.save(plan_folder(work, name))
            write_stress(case, found, work / "study.xlsx")
            told = {"until": found.until, "results": found.results, "unmet": found.unmet}
            tell_in(scale_for([found.calm.cost_musd]))
            headline = worst_of(found.results, scale_at_hand())
            told |= {"headline": headline, "hidden": found.hidden, "complete": found.complete}
            facts = write_facts(work, "stress", case, study.options, told)
        lines = [
            f"{rank_of(row.rank)}  {figure(row.extra_musd, 14, 3, 'M$')}  {figure(row.gap_musd, 10, 3, 'M$')}"
            f"  {figure(row.unmet_t, 12, 1, 't')}  {row.future}: {row.outcome}"
            for row in rows_of(found.results)
        ]
        heading = f"rank  {'extra cost':>14}     {'±':>10}     {'more unmet':>12}"
        give_answer(facts, [headline, heading, *lines], study, how.json)
        for word in found.hidden:
            say(word)


@bundled
def information(
    case: CaseArgument,
    until: Annotated[int | None, typer.Option(help="Here and now is up to this year; all shared years else.")] = None,
    *,
    how: StudyOptions,
) -> None:
    """Tell what it is worth to know the future, and to plan for all futures at once (EVPI, VSS, regrets)."""
    from planner.studies.folder import write_facts
    from planner.studies.information import information as value
    from planner.studies.workbook import write_information

    with answering(how.json), studying(how.shown) as made_to:
        made = _case(case, how.laid)
        study = made_to(solver_options(made, *how.each))
        with folder_for(how.out, f"{case.absolute().stem} information", how.replace, [case, *how.laid]) as work:
            found = value(made, study, until)
            write_information(made, found, work / "study.xlsx")
            worth = {
                "until": found.until,
                "evpi_musd": found.evpi_musd,
                "vss_musd": found.vss_musd,
                "evpi_gap_musd": found.evpi_gap_musd,
                "vss_gap_musd": found.vss_gap_musd,
                "wait_and_see_musd": found.wait_and_see_musd,
                "stochastic_musd": found.stochastic_musd,
                "mean_plan_musd": found.mean_plan_musd,
            }
            tables = {"futures": found.futures, "regret": found.regret, "largest_regrets": found.largest_regrets}
            facts = write_facts(work, "information", made, study.options, {**worth, **tables})
        tell_in(scale_for([found.stochastic_musd]))
        lines = [
            f"{name:<14}  {figure(worth[f'{name}_musd'], 16, 3, 'M$')}"
            f"  ± {figure(worth[f'{name}_gap_musd'], 1, 3, 'M$')}"
            for name in ("evpi", "vss")
        ]
        more = ("wait_and_see", "stochastic", "mean_plan")
        lines += [f"{name:<14}  {figure(worth[f'{name}_musd'], 16, 3, 'M$')}" for name in more]
        give_answer(facts, lines, study, how.json)


@bundled
def alternatives(
    case: CaseArgument,
    within: Annotated[float, typer.Option(min=0.0, max=1.0, help="How much more they may cost: 0.01 is 1 %.")] = 0.01,
    plans: Annotated[int, typer.Option(min=2, max=20, help="How many, the cheapest among them.")] = 4,
    *,
    how: StudyOptions,
) -> None:
    """Find plans that cost nearly as little and differ most: which decisions all share, and which are open."""
    from planner.studies.alternatives import alternatives as look_for
    from planner.studies.alternatives import facts_of_alternatives
    from planner.studies.folder import plan_folder, write_facts
    from planner.studies.workbook_alternatives import in_short, write_alternatives

    with answering(how.json), studying(how.shown) as made_to:
        made = _case(case, how.laid)
        study = made_to(solver_options(made, *how.each))
        with folder_for(how.out, f"{case.absolute().stem} alternatives", how.replace, [case, *how.laid]) as work:
            found = look_for(made, study, within, plans, lambda n, plan: plan.save(plan_folder(work, f"plan {n}")))
            write_alternatives(found, work / "study.xlsx")
            facts = write_facts(work, "alternatives", made, study.options, facts_of_alternatives(found))
        tell_in(scale_for(found.plans["cost_musd"]))
        lines = [
            f"plan {row.plan}  {figure(row.cost_musd, 14, 3, 'M$')}  {figure(-row.gap_musd, 10, 3, 'M$')}"
            f"  {row.above:>+8.2%}  distance {row.distance:.2f}"
            for row in rows_of(found.plans)
        ]
        give_answer(facts, [*lines, *in_short(found, scale_at_hand())], study, how.json)


@bundled
def diagnose(
    case: CaseArgument,
    mends: Annotated[int, typer.Option(min=1, max=50, help="How many to look for at most.")] = 5,
    *,
    how: StudyOptions,
) -> None:
    """Tell of a case without a plan which few cells would have to change, and to what: each mend is solved."""
    from planner.case import read_upload
    from planner.case.changes import Original
    from planner.studies.diagnosis import diagnose as look_into
    from planner.studies.folder import write_facts
    from planner.studies.workbook_diagnosis import write_diagnosis

    with answering(how.json), studying(how.shown) as made_to:
        read_upload(case, how.laid)  # within limits; what passes is read here as it can be changed
        original = Original.read(case, how.laid)
        study = made_to(solver_options(original.case, *how.each))
        with folder_for(how.out, f"{case.absolute().stem} diagnosis", how.replace, [case, *how.laid]) as work:
            found = look_into(original, study, mends)
            write_diagnosis(found, work / "study.xlsx")
            facts = write_facts(work, "diagnosis", original.case, study.options, found.facts())
        give_answer(facts, list(found.sentences()), study, how.json)


@contextmanager
def folder_for(out: Path | None, name: str, replace: bool, given: list[Path]) -> Iterator[Path]:
    """Where a study writes; `given` are the files that it reads."""
    from planner.runs.claim import given_or_reserved
    from planner.studies.folder import study_folder

    with given_or_reserved(out, DEFAULT_STUDIES / name) as final, study_folder(final, replace, given) as work:
        yield work


def _case(path: Path, overlays: list[Path]) -> Case:
    from planner.case import read_upload
    from planner.case.quantity import speak_of

    case = read_upload(path, overlays)
    speak_of(case)
    return case


def _run(run: str, root: Path | None) -> tuple[Path, Case, Plan]:
    """A finished run's frozen input, its case and its plan."""
    from planner.runs.folder import frozen_input

    folder, opened = opened_of(run, root)
    return frozen_input(folder, opened.manifest), opened.case, opened.plan


def opened_of(run: str, root: Path | None) -> tuple[Path, Opened]:
    """A finished run's folder, and what is in it; from now on the terminal speaks of its case."""
    from planner.case.quantity import speak_of
    from planner.cli.runs import folder_of
    from planner.runs.opened import open_run

    folder = folder_of(run, root)
    opened = open_run(folder)
    speak_of(opened.case)
    return folder, opened


def asked_of(run: str, root: Path | None) -> tuple[Path, Opened, Original]:
    """A finished run of which something is asked: its folder, what is in it, and its case as it can be changed."""
    from planner.case.changes import Original
    from planner.runs.folder import frozen_input

    folder, opened = opened_of(run, root)
    return folder, opened, Original.read(frozen_input(folder, opened.manifest))


def keep_and_give(
    folder: Path, name: str, facts: Mapping[str, object], lines: list[str], study: Study, as_json: bool
) -> None:
    """Keep what was asked of a run with it, answer, and write its report and brief again."""
    from planner.case.quantity import at_hand
    from planner.runs.exports import write_again
    from planner.runs.folder import keep_answer

    told = at_hand().told_all({**facts, "options": asdict(study.options)})
    keep_answer(folder, name, told)
    give_answer(told, lines, study, as_json)
    write_again(folder)


def _bounded(case: Case, limit: str | None, measure: str | None) -> tuple[Case, str]:
    """The case and the name of the limit to trade: one that it has, or a new one on a measure."""
    from planner.schema import MEASURES
    from planner.studies.cases import with_measure

    if (limit is None) == (measure is None):
        raise StudyError("Say either --limit with the name of a limit, or --measure with a measure.")
    if limit is not None:
        return case, limit
    if measure not in MEASURES:
        raise StudyError(f"There is no measure {measure!r}. Choose among {', '.join(MEASURES)}.")
    if MEASURES[measure].needs_goods:
        raise StudyError(
            f"A limit on {measure} must say of which material or stage. Write it on the limits sheet and name it here"
            " with --limit."
        )
    if measure in set(case.tables["limits"]["limit"]):
        raise StudyError(f"The limits sheet has a limit named {measure}; name it with --limit.")
    sense = "at least" if MEASURES[measure].wanted else "at most"
    return with_measure(case, {"limit": measure, "measure": measure, "sense": sense, "value": 1.0}), measure


def solver_options(case: Case, gap: float | None, time_limit: float | None, threads: int, seed: int) -> SolveOptions:
    """What each solve of a study is asked for; gap and time limit are those of the case's settings unless given."""
    from planner.runs.execute import solve_options
    from planner.runs.folder import RunOptions

    return solve_options(case, RunOptions(mip_gap=gap, time_limit_s=time_limit, threads=threads, seed=seed))


@contextmanager
def studying(shown: ProgressKind) -> Iterator[Callable[[SolveOptions], Study]]:
    """Make a study that shows how far it is, and that Ctrl-C stops, keeping what is finished."""
    from planner.cli.progress import Interrupts, study_shown
    from planner.studies.solving import Study

    with Interrupts() as interrupts, study_shown(shown.value) as listen:
        yield lambda options: Study(options, listen, interrupts.asked)


def figure(value: float, width: int, places: int, unit: str) -> str:
    """A number with its unit; the word where it is infinite, and a dash where there is none. Money (M$) as at hand."""
    if unit == IN_MILLIONS.unit:
        money = scale_at_hand()
        value, places, unit = money.of(value), money.places(places), money.unit
    if isfinite(value):
        return f"{value:>{width},.{places}f} {unit}"
    return f"{'infinite' if isinf(value) else '—':>{width}} {'':{len(unit)}}"


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows of a table, each with its cells as attributes."""
    return list(table.itertuples())


def rank_of(rank: float) -> str:
    """A rank, or a dash where there is none."""
    return f"{rank:>4.0f}" if isfinite(rank) else "   —"


def give_answer(facts: dict[str, Any], lines: list[str], study: Study, json: bool) -> None:
    """Answer with a study's figures; the exit code says whether it was stopped."""
    from planner.case.quantity import in_words

    answer(facts if json else "\n".join(one_line(in_words(line)) for line in lines), json)
    if study.cut_off:
        say(study.cut_off)
        raise typer.Exit(1)
    if study.stopped:
        say("Stopped; what was finished by then is kept.")
        raise typer.Exit(INTERRUPTED)

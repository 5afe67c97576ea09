"""The commands that solve a case again and again with something changed, forced or forbidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.options import CaseArgument, VariationOptions, bundled
from planner.cli.say import answering
from planner.cli.studies import (
    DEFAULT_STUDIES,
    figure,
    folder_for,
    give_answer,
    rank_of,
    rows_of,
    solver_options,
    studying,
)
from planner.errors import StudyError
from planner.results.scale import scale_for, tell_in

if TYPE_CHECKING:
    import pandas as pd

    from planner.case import Case
    from planner.case.changes import Original
    from planner.studies.variations import Variation, Varied

PLANNED = "planned"
DecisionOption = Annotated[
    list[str],
    typer.Argument(
        metavar="DECISION...", help="supplier=, offer=, contract=, partnership=, project=, country= or lane=A > B."
    ),
]
Together = Annotated[bool, typer.Option("--together", help="All of them at once, and not one after the other.")]


@dataclass(frozen=True)
class Asked:
    """Variations, and what a study tells of them beside their table: figures, lines and a workbook of its own."""

    variations: Sequence[Variation]
    told: Callable[[Varied], Mapping[str, Any]] | None = None
    lines: Callable[[Mapping[str, Any]], list[str]] | None = None
    write: Callable[[Case, Varied, Path], object] | None = None


@bundled
def sweep(
    case: CaseArgument,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INPUT", help="tariffs[authority=301].rate set 0 to 0.5 in 6, or set 0, 0.1, 0.25. Once or twice."
        ),
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option(exists=True, help="A CSV file: variation, sheet, where, column, change, value; one change a row."),
    ] = None,
    *,
    how: VariationOptions,
) -> None:
    """Solve a case for each value of one or two inputs, or for each variation of a list."""

    def asked(_: Original) -> Asked:
        from planner.case.changes import Change, changes_of
        from planner.studies.variations import Variation, grid

        if (vary is None) == (changes is None):
            raise StudyError("Say either --vary with an input and its values, or --changes with a file of variations.")
        if vary is not None:
            return Asked(grid([Change.several(text) for text in vary]))
        assert changes is not None
        return Asked([Variation(name, tuple(own)) for name, own in changes_of(changes).items()])

    _answer_study("sweep", case, asked, how)


@bundled
def tornado(
    case: CaseArgument,
    each: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INPUT", help="Each thing whose rows fit, low and high: offers.price_usd_per_t times 0.8, 1.2."
        ),
    ] = None,
    grade: Annotated[str | None, typer.Option(help="All figures in rows of this grade of data: A, B, C or D.")] = None,
    by: Annotated[float, typer.Option(min=0.001, max=0.999, help="With --grade: so much less and more.")] = 0.2,
    *,
    how: VariationOptions,
) -> None:
    """Tell which inputs move the cost most: each on its own at a low and at a high end, all else as it is."""

    def asked(original: Original) -> Asked:
        from planner.studies.ranges import ends_of, ends_of_grade, tornado_table
        from planner.studies.workbook_ranges import write_tornado

        if (each is None) == (grade is None):
            raise StudyError("Say either --each with an input and its two ends, or --grade with a grade of data.")
        inputs = ends_of_grade(grade, by, original) if grade else []
        inputs += [ends for text in each or () for ends in ends_of(text, original)]
        return Asked(
            [variation for ends in inputs for variation in ends.variations],
            lambda found: {"inputs": tornado_table(inputs, found)},
            lambda facts: _tornado_lines(facts["inputs"]),
            lambda made, found, path: write_tornado(made, tornado_table(inputs, found), found, path),
        )

    _answer_study("tornado", case, asked, how)


@bundled
def sample(
    case: CaseArgument,
    ranges: Annotated[
        list[str], typer.Option("--range", metavar="INPUT", help="offers.price_usd_per_t times 0.8 to 1.2. Repeatable.")
    ],
    count: Annotated[int, typer.Option(min=2, max=10_000, help="How many draws.")] = 50,
    drawn: Annotated[int, typer.Option(min=0, help="Seed of the draws; the same one gives the same.")] = 1,
    *,
    how: VariationOptions,
) -> None:
    """Draw inputs from ranges, all at once (Latin hypercube): how the cost spreads, and which inputs explain it."""

    def asked(_: Original) -> Asked:
        from planner.studies.ranges import Range, draws, explained_table, quantiles_table
        from planner.studies.workbook_ranges import write_sample

        known = [Range.parse(text) for text in ranges]
        made_of = draws(known, count, drawn)

        def told(found: Varied) -> dict[str, Any]:
            return {"quantiles": quantiles_table(found), "inputs": explained_table(known, made_of, found)}

        return Asked(
            made_of,
            lambda found: {"drawn": drawn, **told(found)},
            _sample_lines,
            lambda made, found, path: write_sample(made, told(found), found, path),
        )

    _answer_study("sample", case, asked, how)


@bundled
def force(case: CaseArgument, decisions: DecisionOption, together: Together = False, *, how: VariationOptions) -> None:
    """Force a decision into the plan, and read what it costs: a project begun, a supplier bought from."""
    _answer_study("force", case, _deciding("force", decisions, together), how)


@bundled
def forbid(case: CaseArgument, decisions: DecisionOption, together: Together = False, *, how: VariationOptions) -> None:
    """Forbid a decision, and read what it costs to go without: a project, a supplier, a country, a lane."""
    _answer_study("forbid", case, _deciding("forbid", decisions, together), how)


def _deciding(verb: str, decisions: Sequence[str], together: bool) -> Callable[[Original], Asked]:
    def asked(original: Original) -> Asked:
        from planner.case.decisions import Decision
        from planner.studies.variations import Variation

        known = [Decision.parse(text, original.case) for text in decisions]
        groups = [tuple(known)] if together else [(one,) for one in known]
        return Asked([Variation(f"{verb} {', '.join(map(str, group))}", (), **{verb: group}) for group in groups])

    return asked


def _answer_study(kind: str, path: Path, asked: Callable[[Original], Asked], how: VariationOptions) -> None:
    from planner.case import read_upload
    from planner.case.changes import Change, Original
    from planner.runs.claim import working_name
    from planner.studies.crew import crew
    from planner.studies.folder import RESULTS, write_facts
    from planner.studies.variations import finished, vary
    from planner.studies.workbook import write_variations

    out, each = how.out, how.study
    with answering(how.json), studying(each.shown) as studied, crew(how.workers, how.scheduler) as hands:
        read_upload(path, each.laid)  # within limits; what passes is read here as it can be changed
        original = Original.read(path, each.laid)
        always, given = tuple(Change.parse(text) for text in how.change or ()), asked(original)
        variations = [replace(one, changes=(*always, *one.changes)) for one in given.variations]
        study = studied(solver_options(original.case, *each.each))
        final = (out or DEFAULT_STUDIES / f"{path.absolute().stem} {kind}").absolute()
        done = finished(final, working_name(final)) if how.resume else {}
        target = final if how.resume else out
        with folder_for(target, final.name, how.replace or how.resume, [path, *each.laid]) as work:
            solver = None if hands is None else partial(hands.each, original, study)
            found = vary(original, variations, study, work / RESULTS, done, solver)
            if given.write is None:
                write_variations(original.case, kind.capitalize(), found, work / "study.xlsx")
            else:
                given.write(original.case, found, work / "study.xlsx")
            told = {"variations": found.table, "complete": found.complete}
            told |= dict(given.told(found)) if given.told else {}
            facts = write_facts(work, kind, original.case, study.options, told)
        tell_in(scale_for(found.table["cost_musd"]))
        lines = given.lines(told) if given.lines else _lines(found)
        lines += [found.unproven] if found.unproven else []
        give_answer(facts, lines, study, how.json)


def _lines(found: Varied) -> list[str]:
    heading = f"{'cost':>14}     {'at best':>10}     {'change':>12}     {'±':>10}"
    return [heading, *(_line(row) for row in rows_of(found.table))]


def _tornado_lines(inputs: pd.DataFrame) -> list[str]:
    lines = [f"rank  {'swing':>12}     {'±':>10}     {'low':>12}     {'high':>12}"]
    for row in rows_of(inputs):
        numbers = [figure(value, 12, 3, "M$") for value in (row.swing_musd, row.gap_musd, row.low_musd, row.high_musd)]
        told = f" ({row.outcome})" if row.outcome else "" if row.told_apart else "  not told apart from nothing"
        numbers[1] = figure(row.gap_musd, 10, 3, "M$")
        lines.append(f"{rank_of(row.rank)}  {'  '.join(numbers)}  {row.input} {row.low}, {row.high}{told}")
    return lines


def _sample_lines(told: Mapping[str, Any]) -> list[str]:
    lines = [f"{'cost':>24}     {'at best':>10}"]
    for row in rows_of(told["quantiles"]):
        lines.append(f"{row.quantile:>8}  {figure(row.cost_musd, 14, 3, 'M$')}  {figure(-row.gap_musd, 10, 3, 'M$')}")
    without = int((told["variations"]["outcome"] != PLANNED).sum())
    lines += [f"{without} without a plan"] if without else []
    lines.append("correlation of ranks")
    for row in rows_of(told["inputs"]):
        chance = "" if row.told_apart else "  not told apart from chance"
        lines.append(f"{row.correlation:>+8.2f} ± {row.gap:.2f}  {row.input} {row.low:g} to {row.high:g}{chance}")
    return lines


def _line(row: Any) -> str:
    """A variation on a line: what was found, how much less it may be, and what that is against the case as it is."""
    if row.outcome != PLANNED:
        return f"{'—':>14}  {row.variation}: {row.outcome}{f': {row.why}' if row.why else ''}"
    apart = "" if row.told_apart or row.change_gap_musd == 0.0 else "  not told apart from nothing"
    numbers = (
        figure(row.cost_musd, 14, 3, "M$"),
        figure(-row.gap_musd, 10, 3, "M$"),
        figure(row.change_musd, 12, 3, "M$"),
        figure(row.change_gap_musd, 10, 3, "M$"),
    )
    return f"{'  '.join(numbers)}  {row.variation}{apart}{f'  {row.why}' if row.why else ''}"

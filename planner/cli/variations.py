"""The commands that solve a case again and again with something changed, forced or forbidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.options import CaseArgument, Gap, Json, Overlays, Quiet, Replace, Seed, Threads, TimeLimit
from planner.cli.say import answering
from planner.cli.studies import DEFAULT_STUDIES, Out, figure, folder_for, give_answer, rows_of, solver_options, studying
from planner.errors import StudyError

if TYPE_CHECKING:
    from planner.case.changes import Original
    from planner.studies.variations import Variation

Resume = Annotated[
    bool, typer.Option("--resume", help="Take over what an earlier study of the same case and options had finished.")
]
PLANNED = "planned"
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--change", metavar="CHANGE", help="A change to the case in all variations: tariffs[authority=301].rate set 0.5"
    ),
]
DecisionOption = Annotated[
    list[str],
    typer.Argument(
        metavar="DECISION...", help="supplier=, offer=, contract=, partnership=, project=, country= or lane=A > B."
    ),
]
Together = Annotated[bool, typer.Option("--together", help="All of them at once, and not one after the other.")]


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
    change: Changes = None,
    overlays: Overlays = None,
    out: Out = None,
    replace: Replace = False,
    resume: Resume = False,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    threads: Threads = 2,
    seed: Seed = 1,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Solve a case for each value of one or two inputs, or for each variation of a list."""

    def asked(_: Original) -> list[Variation]:
        from planner.case.changes import Change, changes_of
        from planner.studies.variations import Variation, grid

        if (vary is None) == (changes is None):
            raise StudyError("Say either --vary with an input and its values, or --changes with a file of variations.")
        always = [Change.parse(text) for text in change or ()]
        if vary is not None:
            return grid([Change.several(text) for text in vary], always)
        assert changes is not None
        return [Variation(name, (*always, *own)) for name, own in changes_of(changes).items()]

    options = (gap, time_limit, threads, seed)
    _answer_study("sweep", case, overlays, asked, out, replace, resume, options, json, quiet)


def force(
    case: CaseArgument,
    decisions: DecisionOption,
    together: Together = False,
    change: Changes = None,
    overlays: Overlays = None,
    out: Out = None,
    replace: Replace = False,
    resume: Resume = False,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    threads: Threads = 2,
    seed: Seed = 1,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Force a decision into the plan, and read what it costs: a project begun, a supplier bought from."""
    options = (gap, time_limit, threads, seed)
    asked = _deciding("force", decisions, together, change)
    _answer_study("force", case, overlays, asked, out, replace, resume, options, json, quiet)


def forbid(
    case: CaseArgument,
    decisions: DecisionOption,
    together: Together = False,
    change: Changes = None,
    overlays: Overlays = None,
    out: Out = None,
    replace: Replace = False,
    resume: Resume = False,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    threads: Threads = 2,
    seed: Seed = 1,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forbid a decision, and read what it costs to go without: a project, a supplier, a country, a lane."""
    options = (gap, time_limit, threads, seed)
    asked = _deciding("forbid", decisions, together, change)
    _answer_study("forbid", case, overlays, asked, out, replace, resume, options, json, quiet)


def _deciding(
    verb: str, decisions: Sequence[str], together: bool, change: list[str] | None
) -> Callable[[Original], list[Variation]]:
    def asked(original: Original) -> list[Variation]:
        from planner.case.changes import Change
        from planner.studies.decisions import Decision
        from planner.studies.variations import Variation

        always = tuple(Change.parse(text) for text in change or ())
        known = [Decision.parse(text, original.case) for text in decisions]
        groups = [tuple(known)] if together else [(one,) for one in known]
        return [Variation(f"{verb} {', '.join(map(str, group))}", always, **{verb: group}) for group in groups]

    return asked


def _answer_study(
    kind: str,
    path: Path,
    overlays: list[Path] | None,
    asked: Callable[[Original], list[Variation]],
    out: Path | None,
    replace: bool,
    resume: bool,
    how: tuple[float | None, float | None, int, int],
    json: bool,
    quiet: bool,
) -> None:
    from planner.case import read_upload
    from planner.case.changes import Original
    from planner.runs.claim import working_name
    from planner.studies.folder import RESULTS, write_facts
    from planner.studies.variations import finished, vary
    from planner.studies.workbook import write_variations

    with answering(json), studying(quiet) as studied:
        read_upload(path, overlays or ())  # within limits; what passes is read here as it can be changed
        original = Original.read(path, overlays or ())
        variations = asked(original)
        study = studied(solver_options(original.case, *how))
        name = f"{path.absolute().stem} {kind}"
        final = (out or DEFAULT_STUDIES / name).absolute()
        done = finished(final, working_name(final)) if resume else {}
        given = [path, *(overlays or ())]
        with folder_for(final if resume else out, name, replace or resume, given) as work:
            found = vary(original, variations, study, work / RESULTS, done)
            write_variations(original.case, kind.capitalize(), found, work / "study.xlsx")
            told = {"variations": found.table, "complete": found.complete}
            facts = write_facts(work, kind, original.case, study.options, told)
        lines = [_line(row) for row in rows_of(found.table)]
        heading = f"{'cost':>14}     {'at best':>10}     {'change':>12}     {'±':>10}"
        give_answer(facts, [heading, *lines], study, json)


def _line(row: Any) -> str:
    """A variation on a line: what was found, how much less it may be, and what that is against the case as it is."""
    if row.outcome != PLANNED:
        return f"{'—':>14}  {row.variation}: {row.outcome}"
    apart = "" if row.told_apart or row.change_gap_musd == 0.0 else "  not told apart from nothing"
    numbers = (
        figure(row.cost_musd, 14, 3, "M$"),
        figure(-row.gap_musd, 10, 3, "M$"),
        figure(row.change_musd, 12, 3, "M$"),
        figure(row.change_gap_musd, 10, 3, "M$"),
    )
    return f"{'  '.join(numbers)}  {row.variation}{apart}"

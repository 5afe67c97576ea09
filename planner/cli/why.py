"""The command that says why what was not chosen was not, and what would change that."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.options import (
    Json,
    ProgressKind,
    ProgressOption,
    Quiet,
    RunArgument,
    RunsRoot,
    Scheduler,
    Seed,
    Threads,
    Workers,
)
from planner.cli.say import answering, one_line
from planner.cli.studies import asked_of, keep_and_give, studying


def why(
    run: RunArgument,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="KIND", help="offer, supplier, contract, partnership or project. Repeatable."),
    ] = None,
    chosen: Annotated[bool, typer.Option(help="Ask as well what would knock out what was chosen.")] = True,
    root: RunsRoot = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    threads: Threads = 2,
    seed: Seed = 1,
    json: Json = False,
    quiet: Quiet = False,
    progress: ProgressOption = ProgressKind.auto,
) -> None:
    """Tell of each thing that a plan does without what would bring it in, and of each that it has what would end it.

    The run's report and brief are written again, with the break-evens that the study bore out.
    """
    from planner.runs.folder import WHY
    from planner.solver.outcome import SolveOptions
    from planner.solver.solution import Solution
    from planner.studies.crew import crew
    from planner.studies.why import ASKABLE, facts_of, refuse_kinds
    from planner.studies.why import why as explain

    shown = ProgressKind.none if quiet else progress
    with answering(json), studying(shown) as made_to, crew(workers, scheduler) as hands:
        kinds = tuple(only or ASKABLE)
        folder, opened, original = asked_of(run, root)
        refuse_kinds(kinds)
        study = made_to(SolveOptions(0.0, 600.0, threads, seed))
        rejected, kept, complete = explain(original, Solution.load(folder / "plan"), study, kinds, chosen, hands=hands)
        facts = facts_of(opened.case, opened.plan, rejected, kept, complete)
        keep_and_give(folder, WHY, facts, [one_line(told["words"]) for told in (*rejected, *kept)], study, json)

"""The command that says why what was not chosen was not, and what would change that."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

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
from planner.cli.studies import give_answer, studying


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
    from planner.case.changes import Original
    from planner.cli.runs import folder_of
    from planner.runs.exports import write_again
    from planner.runs.folder import WHY, frozen_input, keep_answer
    from planner.runs.opened import open_run
    from planner.solver.outcome import SolveOptions
    from planner.solver.solution import Solution
    from planner.studies.crew import crew
    from planner.studies.why import ASKABLE, facts_of, refuse_kinds
    from planner.studies.why import why as explain

    shown = ProgressKind.none if quiet else progress
    with answering(json), studying(shown) as made_to, crew(workers, scheduler) as hands:
        folder = folder_of(run, root)
        opened = open_run(folder)
        kinds = tuple(only or ASKABLE)
        refuse_kinds(kinds)
        original = Original.read(frozen_input(folder, opened.manifest))
        options = SolveOptions(0.0, 600.0, threads, seed)
        study = made_to(options)
        rejected, kept, complete = explain(original, Solution.load(folder / "plan"), study, kinds, chosen, hands=hands)
        facts: dict[str, Any] = facts_of(opened.case, opened.plan, rejected, kept, complete) | {
            "options": asdict(options)
        }
        keep_answer(folder, WHY, facts)
        give_answer(facts, [one_line(told["words"]) for told in (*rejected, *kept)], study, json)
        write_again(folder)

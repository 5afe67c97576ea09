"""The command that says what keeping each limit with a priority costs in all."""

from __future__ import annotations

from functools import partial

from planner.cli.options import (
    Gap,
    Json,
    ProgressKind,
    ProgressOption,
    Quiet,
    RunArgument,
    RunsRoot,
    Scheduler,
    Seed,
    Threads,
    TimeLimit,
    Workers,
)
from planner.cli.say import answering, one_line
from planner.cli.studies import asked_of, keep_and_give, solver_options, studying


def priorities(
    run: RunArgument,
    root: RunsRoot = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    threads: Threads = 2,
    seed: Seed = 1,
    json: Json = False,
    quiet: Quiet = False,
    progress: ProgressOption = ProgressKind.auto,
) -> None:
    """Tell what keeping each limit with a priority costs in all, by solving the case of a run again without it.

    The run's report is written again with it.
    """
    from planner.runs.folder import PRIORITIES
    from planner.studies.crew import crew
    from planner.studies.priorities import facts_of, without_each

    shown = ProgressKind.none if quiet else progress
    with answering(json), studying(shown) as made_to, crew(workers, scheduler) as hands:
        folder, opened, original = asked_of(run, root)
        study = made_to(solver_options(opened.case, gap, time_limit, threads, seed))
        solver = None if hands is None else partial(hands.each, original, study)
        facts = facts_of(opened.case, opened.plan, without_each(original, study, solver))
        keep_and_give(folder, PRIORITIES, facts, [one_line(told["words"]) for told in facts["limits"]], study, json)

"""The command that reads rules to act by out of a plan for several futures."""

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


def rules(
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
    """Tell what a plan does whatever happens, what waits for which event, and what ignoring each rule costs.

    The run's report and brief are written again, with the rules.
    """
    from planner.runs.folder import TOLD_RULES
    from planner.studies.crew import crew
    from planner.studies.rules import facts_of, priced, rules_of

    shown = ProgressKind.none if quiet else progress
    with answering(json), studying(shown) as made_to, crew(workers, scheduler) as hands:
        folder, opened, original = asked_of(run, root)
        found = rules_of(opened.case, opened.plan)
        study = made_to(solver_options(opened.case, gap, time_limit, threads, seed))
        solver = None if hands is None else partial(hands.each, original, study)
        facts = facts_of(opened.case, opened.plan, found, priced(original, found, study, solver))
        lines = [one_line(told["words"]) for told in (*facts["whatever"], *facts["rules"])]
        keep_and_give(folder, TOLD_RULES, facts, lines, study, json)

"""The command that says what one ton more costs and one ton less saves where a marginal price stands at a kink."""

from __future__ import annotations

from planner.cli.options import Json, ProgressKind, ProgressOption, Quiet, RunArgument, RunsRoot, Seed, Threads
from planner.cli.say import answering, one_line
from planner.cli.studies import keep_and_give, opened_of, studying

LINES = 20


def next_ton(
    run: RunArgument,
    root: RunsRoot = None,
    threads: Threads = 2,
    seed: Seed = 1,
    json: Json = False,
    quiet: Quiet = False,
    progress: ProgressOption = ProgressKind.auto,
) -> None:
    """Tell what one ton more costs and one ton less saves, for each marginal price of a run that holds for no ton.

    The run's report is written again with both prices.
    """
    from planner.runs.folder import NEXT_TON
    from planner.solver.outcome import SolveOptions
    from planner.solver.solution import Solution
    from planner.studies.next_ton import facts_of, lines, next_tons

    shown = ProgressKind.none if quiet else progress
    with answering(json), studying(shown) as made_to:
        folder, opened = opened_of(run, root)
        study = made_to(SolveOptions(0.0, 600.0, threads, seed))
        told, complete = next_tons(opened.case, opened.plan, Solution.load(folder / "plan"), study)
        facts = facts_of(opened.case, opened.plan, told, complete)
        said = [one_line(words) for words in lines(facts, LINES)] or ["No marginal price stands at a kink."]
        keep_and_give(folder, NEXT_TON, facts, said, study, json)

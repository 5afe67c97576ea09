"""The command that says what going on as today would cost, and what the plan saves against it."""

from __future__ import annotations

from typing import Any

from planner.cli.options import (
    Json,
    ProgressKind,
    ProgressOption,
    Quiet,
    RunArgument,
    RunsRoot,
    Seed,
    Threads,
    TimeLimit,
)
from planner.cli.say import answering, one_line
from planner.cli.studies import asked_of, figure, keep_and_give, studying
from planner.results.scale import scale_for, tell_in


def as_is(
    run: RunArgument,
    root: RunsRoot = None,
    time_limit: TimeLimit = None,
    threads: Threads = 2,
    seed: Seed = 1,
    json: Json = False,
    quiet: Quiet = False,
    progress: ProgressOption = ProgressKind.auto,
) -> None:
    """Tell what today's awards would go on to cost, and what the plan of a run saves against them, term by term.

    The run's report and brief are written again, with the saving and the bridge.
    """
    from planner.runs.folder import AS_IS
    from planner.solver.outcome import SolveOptions
    from planner.studies.as_is import as_is as hold_against
    from planner.studies.as_is import facts_of

    with answering(json), studying(ProgressKind.none if quiet else progress) as made_to:
        folder, opened, original = asked_of(run, root)
        study = made_to(SolveOptions(0.0, 600.0 if time_limit is None else time_limit, threads, seed))
        facts: dict[str, Any] = facts_of(hold_against(original, opened.plan, study))
        tell_in(scale_for([opened.plan.cost_musd]))
        bars = [f"{figure(bar['usd'] / 1e6, 14, 3, 'M$')}  {bar['term']}" for bar in facts["bridge"]]
        keep_and_give(folder, AS_IS, facts, [one_line(facts["words"]), *bars], study, json)

"""The command that takes a run's winners over into an overlay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import Json, RunArgument, RunsRoot
from planner.cli.say import answer, answering


def winners(
    run: RunArgument,
    target: Annotated[Path, typer.Argument(metavar="TO", help="The overlay's folder, such as winners.")],
    share: Annotated[
        float, typer.Option(min=0.001, max=1.0, help="How much of each award must stay: 1 is all of it.")
    ] = 1.0,
    period: Annotated[int | None, typer.Option(help="Whose awards; the run's first period unless given.")] = None,
    root: RunsRoot = None,
    json: Json = False,
) -> None:
    """Write what a run buys as awards of which a share stays, to be laid over a case: solve CASE --with TO."""
    from planner.cli.runs import folder_of
    from planner.runs.folder import frozen_input
    from planner.runs.opened import open_run
    from planner.studies.winners import winners as found_in
    from planner.studies.winners import write_winners

    with answering(json):
        opened = open_run(folder := folder_of(run, root))
        found = found_in(opened.case, opened.plan, period)
        path = write_winners(found, frozen_input(folder, opened.manifest), target, share)
        if json:
            awards = [{"offer": o, "place": d, "t_per_year": t} for (o, d), t in found.tons.items()]
            told = {"overlay": str(path), "period": found.period, "share": share}
            answer(told | {"awards": awards, "not_held": dict(found.loose)}, json)
            return
        answer(f"{path}: {len(found.tons)} awards of {found.period}, of which {share:.0%} stay.")
        for offer, why in found.loose.items():
            answer(f"{offer} is not held: {why}.")

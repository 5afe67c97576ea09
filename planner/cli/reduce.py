"""The command that writes a case with fewer futures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from planner.case import read_upload
from planner.case.convert import convert, refuse_target
from planner.cli.say import one_line, say
from planner.planning.solve import default_options
from planner.results.scale import scale_for
from planner.studies.reduction import Reduction, reduce_futures, reduced_rows
from planner.studies.solving import Stage, Study


def reduce_case(case_path: Path, keep: int, target: Path, overlays: Sequence[Path] = ()) -> Reduction:
    """Choose the futures to keep, and write the case, overlays merged in, with them."""
    refuse_target(target)
    case = read_upload(case_path, overlays)
    told: list[str] = []

    def tell(stage: Stage) -> None:
        if stage.what not in told:  # a study tells when it begins with something and when it is done with it
            told.append(stage.what)
            say(f"planning {stage.what} alone ({stage.done + 1} of {stage.of})")

    found = reduce_futures(case, keep, Study(default_options(case), tell))
    convert(case_path, target, overlays, partial(reduced_rows, futures=found.futures))
    return found


def reduction_text(found: Reduction, target: Path) -> str:
    """Which futures stay, for whom they stand, and how far that is from the whole case."""
    lines = []
    for name, rows in found.futures.groupby("stands_for", sort=False):
        others = [other for other in rows["scenario"] if other != name]
        stands = f", stands also for {', '.join(others)}" if others else ""
        lines.append(f"{name}: probability {rows['probability'].sum():.4g}{stands}")
    share = 100 * found.distance_musd / max(abs(found.expected_cost_musd), 1e-9)
    of = f"{share:.2g} % of what the futures cost on average, each planned alone"
    lines.append(f"distance  {scale_for([found.expected_cost_musd]).figure(found.distance_musd, 1)}, or {of}")
    lines.append(f"written   {target}")
    return "\n".join(one_line(line) for line in lines)


def reduction_facts(found: Reduction, target: Path) -> dict[str, Any]:
    """The same for programs, with the distance after each future that came in."""
    return {
        "written": str(target),
        "distance_musd": found.distance_musd,
        "expected_cost_musd": found.expected_cost_musd,
        "futures": found.futures.to_dict("records"),
        "distances": found.distances.to_dict("records"),
    }

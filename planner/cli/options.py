"""What several commands take: arguments, options and their choices."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ProgressKind(StrEnum):
    """How a solve reports its progress."""

    auto = "auto"
    json = "json"
    none = "none"


class MethodKind(StrEnum):
    """How plans are searched: all at once, or relaxed and rounded first, which suits large trees."""

    auto = "auto"
    whole = "whole"
    large = "large"


CaseArgument = Annotated[
    Path, typer.Argument(metavar="CASE", exists=True, help="A workbook (.xlsx), or a folder with one CSV file a sheet.")
]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's folder, or its name in the list of runs.")]
Overlays = Annotated[
    list[Path] | None,
    typer.Option(
        "--with", metavar="OVERLAY", exists=True, help="A workbook or folder whose sheets take the place of the case's."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
RunsRoot = Annotated[
    Path | None,
    typer.Option("--root", help="Where the runs are kept; $PLANNER_RUNS, or else reports/runs, unless given."),
]
Gap = Annotated[
    float | None, typer.Option(min=0.0, max=1.0, envvar="PLANNER_GAP", help="Stop this close to the bound: 0.005.")
]
TimeLimit = Annotated[float | None, typer.Option(min=1.0, envvar="PLANNER_TIME_LIMIT", help="Seconds for the solver.")]
Threads = Annotated[int, typer.Option(min=1, max=1024, envvar="PLANNER_THREADS", help="Processor cores to use.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, envvar="PLANNER_SEED", help="Seed of the solver.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace what stands in --out; files that it did not write stay.")
]

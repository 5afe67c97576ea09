"""What several commands take: arguments, options and their choices."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

THREADS = 2


class ProgressKind(StrEnum):
    """How a solve reports its progress."""

    auto = "auto"
    json = "json"
    none = "none"


class Paper(StrEnum):
    """What a report prints on."""

    letter = "letter"
    a4 = "a4"


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
Workers = Annotated[
    int | None, typer.Option(min=1, max=1024, help="Solve in so many processes of this machine, side by side.")
]
Scheduler = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Or on a cluster of Dask: tcp://host:8786.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace what stands in --out; files that it did not write stay.")
]
Out = Annotated[Path | None, typer.Option(help="The study's folder; unless given, one in reports/studies.")]
ProgressOption = Annotated[
    ProgressKind,
    typer.Option(help="auto: a bar on a terminal, lines elsewhere. json: one line an event. On standard error."),
]


@dataclass(frozen=True)
class StudyOptions:
    """What every study of a case takes."""

    overlays: Overlays = None
    out: Out = None
    replace: Replace = False
    gap: Gap = None
    time_limit: TimeLimit = None
    threads: Threads = THREADS
    seed: Seed = 1
    json: Json = False
    quiet: Quiet = False
    progress: ProgressOption = ProgressKind.auto

    @property
    def shown(self) -> ProgressKind:
        """How progress is told."""
        return ProgressKind.none if self.quiet else self.progress

    @property
    def laid(self) -> list[Path]:
        """The overlays."""
        return self.overlays or []

    @property
    def each(self) -> tuple[float | None, float | None, int, int]:
        """How each plan is solved for: gap, time limit, threads, seed."""
        return self.gap, self.time_limit, self.threads, self.seed


@dataclass(frozen=True)
class DecidedOptions:
    """What is forced or forbidden, in the words of the commands of these names."""

    force: Annotated[
        list[str] | None,
        typer.Option(metavar="DECISION", help="Into every plan: project=NAME, supplier=, ... as `force`. Repeatable."),
    ] = None
    forbid: Annotated[
        list[str] | None, typer.Option(metavar="DECISION", help="Out of every plan: country=CHN, lane=A > B, ...")
    ] = None

    @property
    def named(self) -> list[str]:
        """What it adds to the name of a case: that of the sheet in which it stands."""
        from planner.schema.decided import DECISIONS_SHEET

        return [DECISIONS_SHEET] if self.force or self.forbid else []

    @contextmanager
    def laid_over(self, case: Path, overlays: list[Path]) -> Iterator[list[Path]]:
        """As long as it is needed, the overlays and one with these decisions, where there are any."""
        if not self.named:
            yield overlays
            return
        from planner.case import read_upload
        from planner.case.decisions import overlay_of

        with overlay_of(read_upload(case, overlays), self.force or (), self.forbid or ()) as decided:
            yield [*overlays, decided]


@dataclass(frozen=True)
class VariationOptions:
    """What every study takes that is a list of variations."""

    change: Annotated[
        list[str] | None,
        typer.Option(metavar="CHANGE", help="A change to the case in all variations: offers.price_usd_per_t times 1.1"),
    ] = None
    overlays: Overlays = None
    out: Out = None
    replace: Replace = False
    resume: Annotated[
        bool, typer.Option("--resume", help="Take over what an earlier study of this case and options had finished.")
    ] = False
    workers: Workers = None
    scheduler: Scheduler = None
    gap: Gap = None
    time_limit: TimeLimit = None
    threads: Annotated[
        int | None,
        typer.Option(
            min=1, max=1024, envvar="PLANNER_THREADS", help="Cores for each solve; 2, or 1 with workers, unless given."
        ),
    ] = None
    seed: Seed = 1
    json: Json = False
    quiet: Quiet = False
    progress: ProgressOption = ProgressKind.auto

    @property
    def study(self) -> StudyOptions:
        """Those that every study takes."""
        alone = self.workers is None and self.scheduler is None
        given = {field.name: getattr(self, field.name) for field in fields(StudyOptions)}
        return StudyOptions(**given | {"threads": self.threads or (THREADS if alone else 1)})


def bundled(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose argument is a dataclass of options takes each of them by its own name on the command line."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())
    (bundle,) = (parameter for parameter in own if is_dataclass(parameter.annotation))
    options, hints = fields(bundle.annotation), get_type_hints(bundle.annotation, include_extras=True)

    @wraps(command)
    def with_each(**given: Any) -> None:
        chosen = {option.name: given.pop(option.name) for option in options}
        command(**given, **{bundle.name: bundle.annotation(**chosen)})

    named = inspect.Parameter.KEYWORD_ONLY
    taken = [parameter.replace(kind=named) for parameter in own if parameter is not bundle]
    taken += [inspect.Parameter(one.name, named, default=one.default, annotation=hints[one.name]) for one in options]
    vars(with_each).pop("__wrapped__")  # Typer would read the command's own arguments again
    vars(with_each)["__signature__"] = inspect.Signature(taken)
    with_each.__annotations__ = {parameter.name: parameter.annotation for parameter in taken}
    return with_each

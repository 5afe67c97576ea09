"""The command that lays runs side by side."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from planner.cli.options import Json, Out, Quiet, Replace, RunsRoot
from planner.cli.say import answer, answering, one_line
from planner.cli.studies import figure, folder_for, rows_of
from planner.errors import StudyError
from planner.results.scale import scale_for, tell_in

MOST_LINES = 40


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN...", help="2 to 5 runs; the first is held against.")],
    root: RunsRoot = None,
    out: Out = None,
    replace: Replace = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Lay 2 to 5 runs side by side: cells and decisions that differ, and a bridge from cost to cost that adds up."""
    from planner.case.quantity import in_words, speak_of
    from planner.cli.runs import folder_of
    from planner.planning.solve import default_options
    from planner.runs.opened import open_run
    from planner.studies.compare import Side
    from planner.studies.compare import compare as lay_beside
    from planner.studies.folder import write_facts
    from planner.studies.workbook import write_comparison

    with answering(json):
        if not 2 <= len(runs) <= 5:
            raise StudyError(f"Name 2 to 5 runs, not {len(runs)}.")
        folders = [folder_of(run, root) for run in runs]
        opened = [open_run(folder) for folder in folders]
        speak_of(opened[0].case)
        sides = [Side(run, one.case, one.plan) for run, one in zip(runs, opened, strict=True)]
        found = lay_beside(sides)
        with folder_for(out, f"{folders[0].name} compared", replace, folders) as work:
            write_comparison(sides[0].case, found, work / "study.xlsx")
            told = {name: getattr(found, name) for name in ("runs", "cells", "decisions", "bridge")}
            facts = write_facts(work, "compare", sides[0].case, default_options(sides[0].case), told)
        answer(facts if json else "\n".join(one_line(in_words(line)) for line in _lines(found, quiet)), json)


def _lines(found: Any, quiet: bool) -> list[str]:
    tell_in(scale_for(found.runs["cost_musd"]))
    lines = [
        f"{figure(row.cost_musd, 14, 3, 'M$')}  {figure(row.change_musd, 12, 3, 'M$')} ±"
        f" {figure(row.change_gap_musd, 1, 3, 'M$')}  {row.run}"
        for row in rows_of(found.runs)
    ]
    if quiet:
        return lines
    lines += [f"{row.usd / 1e6:>+14,.6f} M$  {row.term} ({row.run})" for row in rows_of(found.bridge)]
    decisions, cells = (rows_of(table.rename(columns={"is": "now"})) for table in (found.decisions, found.cells))
    shown = [f"{row.kind} {row.name}: {row.was} → {row.now} ({row.run})" for row in decisions]
    shown += [f"{row.sheet}, {row.row}, {row.column}: {row.was} → {row.now} ({row.run})" for row in cells]
    more = len(shown) - MOST_LINES
    return [*lines, *shown[:MOST_LINES], *([f"... and {more} more, in the study's folder."] if more > 0 else [])]

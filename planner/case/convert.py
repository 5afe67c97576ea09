"""Turns a workbook into a folder of CSV files and back, overlays merged in.

Nothing is lost: the case read again is the same.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from planner.case import read_case
from planner.checks.run import CheckOutcome, check_cells
from planner.checks.table import columns_of
from planner.errors import InputInvalid, PlannerError
from planner.schema import SHEETS
from planner.workbook.csv_folder import write_file
from planner.workbook.files import files_of
from planner.workbook.form import as_written, in_order
from planner.workbook.source import open_case

LONGEST_NAME = 100

RowsBySheet = dict[str, list[dict[str, Any]]]


def convert(
    source: str | Path,
    target: str | Path,
    overlays: Sequence[str | Path] = (),
    change: Callable[[RowsBySheet], RowsBySheet] | None = None,
) -> Path:
    """Write the case in `source`, overlays merged in, as `target`: a workbook if it ends in .xlsx, else a CSV folder.

    Every cell must be readable (else InputInvalid with all that is not); whether the case makes sense is not asked. An
    existing workbook, or a folder that holds CSV files, is not overwritten. `change` may change the rows on their way.
    """
    source, target = Path(source), Path(target)
    outcome = check_cells(open_case(source, [Path(one) for one in overlays]))
    if not outcome.sound:
        raise InputInvalid(outcome.problems)
    refuse_target(target)
    rows = rows_of(outcome)
    rows = rows if change is None else change(rows)
    if target.suffix.lower() == ".xlsx":
        from planner.workbook.template import read_me
        from planner.workbook.write import write_book

        target.parent.mkdir(parents=True, exist_ok=True)
        write_book(target, in_order(rows), read_me())
    else:
        _write_folder(outcome, rows, target)
    return target


def refuse_target(target: Path) -> None:
    """Raise PlannerError where a case cannot be written, or would replace one."""
    if target.suffix.lower() == ".xlsx":
        if target.exists():
            raise PlannerError(f"{target} exists already. Choose another name, or delete it first.")
    elif target.suffix:
        raise PlannerError(f"{target} is neither a workbook (.xlsx) nor a folder.")
    elif target.is_file() or (target.is_dir() and files_of(target).files):
        raise PlannerError(f"{target} exists already. Choose another name, or empty it first.")


@contextmanager
def standing_alone(source: Path, overlays: Sequence[Path]) -> Iterator[Path]:
    """The case itself, or with overlays, as long as it is needed, one folder with them merged in.

    Raises InputInvalid with every problem where the case with its overlays has an error: its cells are those of the
    user's files, which the folder no longer names.
    """
    if not overlays:
        yield source
        return
    case = read_case(source, overlays)
    with tempfile.TemporaryDirectory() as folder:
        merged = convert(source, Path(folder) / case.name.replace(".", "_")[:LONGEST_NAME], overlays)
        if read_case(merged).fingerprint != case.fingerprint:
            raise PlannerError(f"{case.name} does not mean the same when its overlays are merged in: a fault of ours.")
        yield merged


def rows_of(outcome: CheckOutcome) -> RowsBySheet:
    """All rows as typed values by column name, in the order of the file."""
    rows: RowsBySheet = {}
    for name, table in outcome.tables.items():
        columns = [column.name for column in columns_of(table.sheet)]
        rows[name] = [{c: table.values[c][p] for c in columns} for p in range(len(table.rows))]
    rows["settings"] = [
        {column: table.values[column][position] for column in table.values} | {"value": value}
        for value, table, position in outcome.settings.values()
    ]
    return rows


def _write_folder(outcome: CheckOutcome, rows: RowsBySheet, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS:
        letters = outcome.tables[sheet.name].letters
        body = rows[sheet.name]
        names = [c.name for c in columns_of(sheet) if c.name in letters or any(row[c.name] is not None for row in body)]
        if body:
            write_file(folder / f"{sheet.name}.csv", [names, *([_plain(row[name]) for name in names] for row in body)])


def _plain(value: Any) -> Any:
    written = as_written(value)
    return written.isoformat() if isinstance(written, dt.date) else written

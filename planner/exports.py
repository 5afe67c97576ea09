"""Files that are made from a finished run when somebody asks: the tables as CSV, and the report where it is missing."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd

from planner.plan import PLAN_TABLES

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tables_zip(folder: Path) -> bytes:
    """The plan's tables as CSV in one zip; text that looks like a formula gets an apostrophe before it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PLAN_TABLES:
            archive.writestr(f"{name}.csv", _csv(pd.read_parquet(folder / "plan" / f"{name}.parquet")))
        archive.write(folder / "manifest.json", "manifest.json")
    return target.getvalue()


def report_bytes(folder: Path) -> bytes:
    """The run's Excel report; written again where the run has none."""
    report = folder / "report.xlsx"
    if report.exists():
        return report.read_bytes()
    from planner.report import write_report
    from planner.results.opened import open_run

    opened = open_run(folder)
    with tempfile.TemporaryDirectory() as place:
        return write_report(opened.case, opened.plan, Path(place) / "report.xlsx").read_bytes()


def _csv(table: pd.DataFrame) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(value) for value in row] for row in table.itertuples(index=False))
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_STARTS_FORMULA) else value
    return "" if value is None or pd.isna(value) else value

"""Files that are made from a finished run when somebody asks: the tables as CSV, and the report where it is missing."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import RunError
from planner.plan import PLAN_TABLES
from planner.runs.folder import MANIFEST, read_manifest, sha256_of, verify

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tables_zip(folder: Path) -> bytes:
    """The plan's tables as CSV in one zip; text that looks like a formula gets an apostrophe before it."""
    verify(folder, read_manifest(folder), ("plan",))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PLAN_TABLES:
            archive.writestr(f"{name}.csv", csv_text(pd.read_parquet(folder / "plan" / f"{name}.parquet")))
        archive.write(folder / "manifest.json", "manifest.json")
    return target.getvalue()


def report_bytes(folder: Path) -> bytes:
    """The run's Excel report; written again where the run has none, or has one that it did not write."""
    report, manifest = folder / "report.xlsx", read_manifest(folder)
    if report.is_file() and manifest["files"].get(report.name) == sha256_of(report):
        return report.read_bytes()
    with tempfile.TemporaryDirectory() as place:
        return write_report_again(folder, Path(place) / report.name).read_bytes()


def write_report_again(folder: Path, to: Path | None = None) -> Path:
    """Write the report of a finished run from its frozen input and its plan: to `to`, or in the run's own place.

    It is written beside and then renamed, so that a full disk leaves the report that was there.
    """
    from planner.reporting import write_report
    from planner.runs.execute import record_of
    from planner.runs.opened import open_run

    opened = open_run(folder)
    target = to or folder / "report.xlsx"
    beside = target.with_name(f"{target.stem}.new{target.suffix}")
    try:
        write_report(opened.case, opened.plan, beside, record_of(folder, opened.case, opened.manifest))
        beside.replace(target)
    except OSError as error:
        raise RunError(
            f"The report could not be written to {target}: {error.strerror or error}. The plan is safe."
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink()
    if to is None:
        _record_again(folder, dict(opened.manifest), target)
    return target


def _record_again(folder: Path, manifest: dict[str, Any], file: Path) -> None:
    """Put the new hash of a file of the run into its manifest."""
    manifest["files"] = {**manifest["files"], file.name: sha256_of(file)}
    written = folder / f"{MANIFEST}.tmp"
    written.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    written.replace(folder / MANIFEST)


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV; text that looks like a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(value) for value in row] for row in table.itertuples(index=False))
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_STARTS_FORMULA) else value
    return "" if value is None or pd.isna(value) else value

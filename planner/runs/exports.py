"""Files that are made from a finished run when somebody asks: tables as CSV, and report and brief if missing."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import RunError
from planner.plan import PLAN_TABLES
from planner.runs.folder import MANIFEST, read_manifest, sha256_of, verify
from planner.workbook.save import BESIDE

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
    return _own(folder, "report.xlsx", lambda place: write_report_again(folder, place / "report.xlsx"))


def brief_bytes(folder: Path, name: str) -> bytes:
    """The run's brief in one of its forms, in the same way."""
    return _own(folder, name, lambda place: write_brief_again(folder, place))


def _own(folder: Path, name: str, make: Callable[[Path], object]) -> bytes:
    """A file of the run as the run wrote it, else as it is made again."""
    file, manifest = folder / name, read_manifest(folder)
    if file.is_file() and manifest["files"].get(name) == sha256_of(file):
        return file.read_bytes()
    with tempfile.TemporaryDirectory() as place:
        make(Path(place))
        return (Path(place) / name).read_bytes()


def write_report_again(folder: Path, to: Path | None = None, paper: str = "letter") -> Path:
    """Write the report of a finished run from its frozen input and its plan: to `to`, or in the run's own place."""
    from planner.reporting import write_report
    from planner.runs.execute import record_of
    from planner.runs.opened import open_run

    opened = open_run(folder)
    target = to or folder / "report.xlsx"

    def write(place: Path) -> None:
        known = record_of(folder, opened.case, opened.manifest)
        write_report(opened.case, opened.plan, place / target.name, known, opened.facts, paper)

    _write_beside(target.parent, (target.name,), write, "report")
    if to is None:
        _record_again(folder, dict(opened.manifest), (target,))
    return target


def write_again(folder: Path) -> None:
    """Write report and brief of a finished run in its own place, after something more was asked of it."""
    write_report_again(folder)
    write_brief_again(folder)


def write_brief_again(folder: Path, to: Path | None = None) -> tuple[Path, ...]:
    """Write the brief of a finished run, in both forms, into the folder `to` or in the run's own place.

    Of a run that ended without a plan it tells what must give way.
    """
    from planner.brief import NAMES, write_brief, write_impossible
    from planner.runs.execute import record_of
    from planner.runs.opened import open_run

    manifest = read_manifest(folder)
    if "plan" in manifest:
        opened = open_run(folder)

        def write(place: Path) -> None:
            write_brief(opened.facts, place, record_of(folder, opened.case, manifest))
    else:

        def write(place: Path) -> None:
            known = {"Run": manifest["run"], "Started": manifest["created"]}
            write_impossible(Path(manifest["input"]["file"]).stem, manifest.get("message", ""), place, known)

    _write_beside(to or folder, NAMES, write, "brief")
    written = tuple((to or folder) / name for name in NAMES)
    if to is None:
        _record_again(folder, dict(manifest), written)
    return written


def _write_beside(folder: Path, names: tuple[str, ...], write: Callable[[Path], None], what: str) -> None:
    """Write files in a folder of their own beside, and then move them, so that a full disk leaves those that stand."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=BESIDE) as place:
            write(Path(place))
            for name in names:
                (Path(place) / name).replace(folder / name)
    except OSError as error:
        raise RunError(
            f"The {what} could not be written to {folder}: {error.strerror or error}. The plan is safe."
        ) from error


def _record_again(folder: Path, manifest: dict[str, Any], files: tuple[Path, ...]) -> None:
    """Put the new hashes of files of the run into its manifest."""
    manifest["files"] = {**manifest["files"], **{file.name: sha256_of(file) for file in files}}
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

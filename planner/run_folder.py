"""The folder of one run: frozen input, options, versions, log, events, plan, audit, report, manifest.

It is written under a temporary name (`<folder>.tmp`) and renamed when it is complete, so a folder that bears its own
name can be trusted. `manifest.json` comes last and names every file with its sha256.

    input/            the workbook or the CSV folder exactly as it was given
    options.json      gap, time limit, threads, seed, method as asked for
    versions.json     Python, platform, packages
    events.jsonl      one line per step or progress event
    solver.log        what the solver printed
    plan/             the plan's tables as parquet, and plan.json
    audit.json        whether the books close
    report.xlsx       the report
    problems.json     only where the input was invalid
    manifest.json     state, result and the sha256 of every other file
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from planner.errors import RunError

SCHEMA_VERSION = 1
PACKAGES = ("ree-planner", "highspy", "pyomo", "numpy", "pandas", "pyarrow", "openpyxl", "XlsxWriter")


@dataclass(frozen=True)
class RunOptions:
    """How to solve; None means "as the case's settings say"."""

    mip_gap: float | None = None
    time_limit_s: float | None = None
    threads: int = 2
    seed: int = 1
    method: str = "auto"


@dataclass(frozen=True)
class RunEvent:
    """Something that happened in a run.

    kind "step": data {"step": "checking" | "building" | "solving" | "auditing" | "reporting"}.
    kind "progress": data {"seconds", "best_musd", "bound_musd", "gap", "nodes"}; unknown numbers are None.
    kind "note": data {"text"}, a sentence for the user.
    """

    number: int
    at: str
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class RunFolder:
    """Where one run writes: `work` until it is complete, `final` afterwards."""

    final: Path
    work: Path
    input: Path
    sha256: str
    options: RunOptions
    created: str
    found_there: bool

    @classmethod
    def begin(cls, case_path: Path, final: Path, options: RunOptions) -> RunFolder:
        """Freeze the input into the temporary folder; an input that lies there already stays as it is."""
        case_path, final = Path(case_path).absolute(), Path(final).absolute()
        work = working_name(final)
        _refuse_foreign(final)
        if not case_path.exists():
            raise RunError(f"{case_path} does not exist. Give the name of a workbook or of a folder of CSV files.")
        found_there = (work / "input") in case_path.parents
        frozen = case_path if found_there else _freeze(case_path, work)
        folder = cls(final, work, frozen, sha256_of(frozen), options, utc_now(), found_there)
        _write_json(work / "options.json", asdict(options))
        _write_json(work / "versions.json", versions())
        return folder

    @property
    def log(self) -> Path:
        return self.work / "solver.log"

    @property
    def events(self) -> Path:
        return self.work / "events.jsonl"

    def write(self, name: str, content: Any) -> None:
        """Write one JSON file into the folder."""
        _write_json(self.work / name, content)

    def finish(self, state: str, result: Mapping[str, Any]) -> Path:
        """Write the manifest and give the folder its own name, replacing an earlier run of that name."""
        manifest = {
            "schema_version": SCHEMA_VERSION,
            "run": self.final.name,
            "state": state,
            "input": {"file": self.input.name, "sha256": self.sha256},
            "created": self.created,
            "finished": utc_now(),
            "options": asdict(self.options),
            "versions": versions(),
            **result,
            "files": {name: sha256_of(self.work / name) for name in _files(self.work)},
        }
        self.write("manifest.json", manifest)
        replaced = self.final.with_name(self.final.name + ".replaced.tmp")
        if self.final.exists():
            shutil.rmtree(replaced, ignore_errors=True)
            self.final.rename(replaced)
        self.work.rename(self.final)
        shutil.rmtree(replaced, ignore_errors=True)
        return self.final

    def discard(self) -> None:
        """Leave nothing behind, unless the folder was there before this run."""
        if not self.found_there:
            shutil.rmtree(self.work, ignore_errors=True)


def working_name(final: Path) -> Path:
    """The temporary name of a run folder."""
    return final.with_name(final.name + ".tmp")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a complete run folder."""
    try:
        content: dict[str, Any] = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder} is not a complete run folder: it has no manifest.json.") from None
    except (OSError, ValueError) as error:
        raise RunError(f"The manifest of {folder} cannot be read: {error}.") from error
    return content


def safe_file_name(name: str) -> str:
    """A file name that is safe on every system, recognisable, and keeps its ending."""
    bare = re.split(r"[\\/]", name)[-1]
    stem, dot, ending = bare.rpartition(".")
    if not dot:
        stem, ending = bare, ""
    stem = re.sub(r"[^\w\- ]+", "_", stem, flags=re.ASCII).strip(" _")[:80] or "case"
    ending = re.sub(r"\W+", "", ending, flags=re.ASCII)[:10].lower()
    return f"{stem}.{ending}" if ending else stem


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes; of a folder, of its files' names and hashes in order."""
    digest = hashlib.sha256()
    if path.is_dir():
        for name in _files(path):
            digest.update(f"{name}\0{sha256_of(path / name)}\n".encode())
        return digest.hexdigest()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Python, platform and the packages that can change a result."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def utc_now() -> str:
    """This moment in UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refuse_foreign(final: Path) -> None:
    if final.is_file():
        raise RunError(f"{final} is a file. Name a folder for the run.")
    if final.is_dir() and any(final.iterdir()) and not (final / "manifest.json").exists():
        raise RunError(f"{final} holds files that are not a run, so it is left alone. Name another folder.")


def _freeze(case_path: Path, work: Path) -> Path:
    if work.exists():
        shutil.rmtree(work)
    target = work / "input" / (case_path.name if case_path.is_dir() else safe_file_name(case_path.name))
    target.parent.mkdir(parents=True)
    if case_path.is_file():
        shutil.copyfile(case_path, target)
        return target
    target.mkdir()
    for source in sorted(case_path.glob("*.csv")):
        shutil.copyfile(source, target / source.name)
    return target


def _files(folder: Path) -> Iterator[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return iter(sorted(path.relative_to(folder).as_posix() for path in paths))


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")

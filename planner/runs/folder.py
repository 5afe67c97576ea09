"""The folder of one run: frozen input, options, versions, log, events, plan, audit, report, manifest.

It is written under a temporary name (`<folder>.tmp`), by one process at a time, and renamed when it is complete, so a
folder that bears its own name can be trusted (`planner.runs.claim`). `manifest.json` comes last and names every file
with its sha256; whoever reads the plan or the input of a run compares them (`verify`).

    input/            the workbook or the CSV folder exactly as it was given
    options.json      gap, time limit, threads, seed, method as asked for
    versions.json     Python, platform, packages
    events.jsonl      one line per step or progress event
    solver.log        what the solver printed
    plan/             the plan's tables as parquet, and plan.json
    audit.json        whether the books close
    report.xlsx       the report
    brief.pdf, .html  two pages for those who decide; of a run without a plan, what must give way
    problems.json     only where the input was invalid
    manifest.json     state, result and the sha256 of every other file
    about.json        what people call it, its owner, a note; may change, so it has no sha256
    why.json          what `ree-planner why` found, where that was asked: planner/studies/README.md has its shape
    best_so_far.npz   the best plan while the solver works; goes last of all
    stop.json         only where somebody asked it to stop, and who
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from planner.errors import InputInvalid, RunError
from planner.runs.claim import LOCK, Claim, FolderKind, is_locked, working_name
from planner.runs.index import ENDED
from planner.solver.incumbent import INCUMBENT_FILE
from planner.workbook.files import CaseFiles, copy_case, files_of

__all__ = ["RunEvent", "RunFolder", "RunOptions", "read_manifest", "safe_file_name", "sha256_of"]
__all__ += ["has_abandoned_plan", "read_events", "verify", "working_name"]

SCHEMA_VERSION = 1
MANIFEST, ABOUT, STOP, WORKER_LOG = "manifest.json", "about.json", "stop.json", "worker.log"
WHY = "why.json"  # what would have changed the plan, asked after the run
AS_IS = "as_is.json"  # what today's awards would cost, asked after the run
TOLD_RULES = "rules.json"  # what waits for which event, asked after the run
NEXT_TON = "next_ton.json"  # what one ton more costs and one less saves, asked after the run
PRIORITIES = "priorities.json"  # what keeping each limit with a priority costs in all, asked after the run
ASKED = (WHY, AS_IS, TOLD_RULES, NEXT_TON, PRIORITIES)
# What may change after the manifest was written, or go: it vouches for none of it.
PASSING = frozenset(
    {MANIFEST, f"{MANIFEST}.tmp", ABOUT, STOP, WORKER_LOG, LOCK, INCUMBENT_FILE, f"{INCUMBENT_FILE}.new"}
)
LASTING = ("input", "options.json", "versions.json", "events.jsonl", "solver.log", "plan", "pages", "audit.json")
OWN = PASSING | set(LASTING) | {*ASKED, "report.xlsx", "brief.pdf", "brief.html", "problems.json", f"{ABOUT}.new"}
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
    claim: Claim

    @classmethod
    def begin(
        cls, case_path: Path, final: Path, options: RunOptions, replace: bool = False, mine: bool = False
    ) -> RunFolder:
        """Take the temporary folder for this process and freeze the input into it.

        An input that lies there already stays as it is. A run that stands there is replaced only where that is said.
        `mine` says that another thread of this process has the folder and will write to it no more.
        """
        case_path, final = Path(os.path.normpath(Path(case_path).absolute())), Path(final).absolute()
        if not case_path.exists():
            raise RunError(f"{case_path} does not exist. Give the name of a workbook or of a folder of CSV files.")
        case = files_of(case_path)
        if case.problems:
            raise InputInvalid(case.problems)
        claim = Claim(final, RUN, replace)
        found_there = (claim.work / "input") in case_path.parents
        if not found_there:
            claim.take(given=[case_path])
        elif not mine:
            claim.take_up()
        try:
            frozen = case_path if found_there else _freeze(case, claim.work)
            folder = cls(final, claim.work, frozen, sha256_of(frozen), options, utc_now(), found_there, claim)
            folder.write("options.json", asdict(options))
            folder.write("versions.json", versions())
        except BaseException:
            if found_there:
                claim.release()
            else:
                claim.discard()
            raise
        return folder

    @property
    def log(self) -> Path:
        return self.work / "solver.log"

    @property
    def events(self) -> Path:
        return self.work / "events.jsonl"

    def write(self, name: str, content: object) -> None:
        """Write one JSON file into the folder."""
        write_json(self.work / name, content)

    def label(self, **facts: object) -> None:
        """Note what people call the run, whose it is, and the like."""
        write_about(self.work, {**read_about(self.work), **facts})

    def finish(self, state: str, result: Mapping[str, object]) -> Path:
        """Write the manifest and give the folder its own name; only then the best plan that was kept may go."""
        if sha256_of(self.input) != self.sha256:
            raise RunError(
                f"The input in {self.input} was changed while the run was at work, so nobody can tell what the plan is"
                " of. Run the case again."
            )
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
            "files": {name: sha256_of(self.work / name) for name in _own_files(self.work)},
        }
        self.write(f"{MANIFEST}.tmp", manifest)
        (self.work / f"{MANIFEST}.tmp").replace(self.work / MANIFEST)
        final = self.claim.publish()
        with suppress(OSError):
            (final / INCUMBENT_FILE).unlink()
        return final

    def release(self) -> None:
        """Leave the folder as it is, for another process to take up."""
        self.claim.release()

    def discard(self) -> None:
        """Leave nothing behind, unless the folder was there before this run."""
        if self.found_there:
            self.claim.release()
        else:
            self.claim.discard()


def frozen_input(folder: Path, manifest: Mapping[str, Any]) -> Path:
    """The case of a run as it was when the run began."""
    return folder / "input" / str(manifest["input"]["file"])


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a complete run folder; RunError where it is none of ours."""
    try:
        content = json.loads((Path(folder) / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder} is not a complete run folder: it has no {MANIFEST}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"The manifest of {folder} cannot be read: {error}.") from error
    if not (isinstance(content, dict) and is_manifest(content)):
        raise RunError(
            f"The manifest of {folder} is damaged, or not one of this planner: a run has a schema_version, a state, its"
            " input and its files. Fetch the folder from a copy, or run the case again."
        )
    return content


def is_manifest(content: Mapping[str, Any]) -> bool:
    """Whether this is the record of a run, whole: anything else in a folder makes it somebody else's."""
    needed = {"run": str, "state": str, "created": str, "finished": str, "options": dict, "versions": dict}
    if not all(isinstance(content.get(name), kind) for name, kind in needed.items()):
        return False
    given, files, options = content.get("input"), content.get("files"), set(content["options"])
    return (
        content.get("schema_version") == SCHEMA_VERSION
        and content["state"] in ENDED
        and isinstance(given, dict)
        and all(isinstance(given.get(name), str) for name in ("file", "sha256"))
        and Path(given["file"]).name == given["file"]
        and isinstance(files, dict)
        and all(isinstance(digest, str) for digest in files.values())
        and options <= {field.name for field in fields(RunOptions)}
        and all(isinstance(content.get(name, {}), dict) for name in ("size", "timings"))
        and ("plan" not in content or _is_result(content["plan"]))
    )


def _is_result(plan: Any) -> bool:
    number: tuple[type, ...] = (int, float)
    unknown: tuple[type, ...] = (int, float, type(None))
    needed: dict[str, Any] = {
        "status": str, "case_name": str, "fingerprint": str, "objective_musd": number, "bound_musd": unknown,
        "gap": unknown, "seconds": number, "notes": list,
    }  # fmt: skip
    return isinstance(plan, dict) and all(name in plan and isinstance(plan[name], k) for name, k in needed.items())


RUN = FolderKind(
    "run",
    MANIFEST,
    frozenset(OWN),
    is_manifest,
    # What is said of a run is of that run: of another one in its place it would be wrong.
    lambda manifest: (*manifest["files"], *ASKED, ABOUT, STOP, WORKER_LOG),
    precious=INCUMBENT_FILE,
)


def keep_answer(folder: Path, name: str, facts: Mapping[str, object]) -> None:
    """Keep what a study of a run found beside its plan, under a name of ASKED; it is written whole or not at all."""
    new = folder / f"{name}.new"
    new.write_text(json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    new.replace(folder / name)


def read_answer(folder: Path, name: str, fingerprint: str) -> Mapping[str, Any]:
    """What was asked of this run's plan, under a name of ASKED; nothing where nothing was, or it is of another case."""
    try:
        facts = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) and facts.get("fingerprint") == fingerprint else {}


def verify(folder: Path, manifest: Mapping[str, Any], parts: Iterable[str] = ("input", "plan")) -> None:
    """Raise RunError where the input or the plan of a run is not, byte for byte, what the run wrote."""
    listed = {name: digest for name, digest in manifest["files"].items() if name.split("/")[0] in set(parts)}
    found = {f"{part}/{name}" for part in parts for name in _files(folder / part)}
    for name in sorted(found | set(listed)):
        if name not in found:
            wrong = "is missing"
        elif name not in listed:
            wrong = "was not there when the run ended"
        elif sha256_of(folder / name) != listed[name]:
            wrong = "was changed since the run ended"
        else:
            continue
        raise RunError(
            f"{name} in {folder} {wrong}, so the run can no longer be trusted. Fetch the folder from a copy, or run the"
            " case again."
        )


def has_abandoned_plan(work: Path) -> bool:
    """Whether a run's temporary folder has a plan, and nobody works on it any more."""
    return (work / INCUMBENT_FILE).is_file() and not is_locked(work)


def read_events(file: Path) -> tuple[RunEvent, ...]:
    """The events that were written whole; a process that was killed, or a full disk, may leave half a line."""
    found = []
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    for line in lines:
        with suppress(ValueError, TypeError):
            found.append(RunEvent(**json.loads(line)))
    return tuple(event for event in found if event.kind in {"step", "progress", "note"})


def read_about(folder: Path) -> dict[str, Any]:
    """What people say of a run; nothing where they said nothing."""
    try:
        found = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_about(folder: Path, facts: Mapping[str, object]) -> None:
    """Write it whole or not at all."""
    write_json(folder / f"{ABOUT}.new", facts)
    (folder / f"{ABOUT}.new").replace(folder / ABOUT)


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


def _freeze(case: CaseFiles, work: Path) -> Path:
    """Copy the case's files: by the list by which they are read, and compared afterwards."""
    name = case.path.name if case.is_folder else safe_file_name(case.path.name)
    copy_case(case, work / "input" / name)
    return work / "input" / name


def _files(folder: Path) -> Iterator[str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return iter(sorted(path.relative_to(folder).as_posix() for path in paths))


def _own_files(work: Path) -> Iterator[str]:
    """What we wrote and will not write again; a file that somebody put beside it is none of ours."""
    return (name for name in _files(work) if name.split("/")[0] in OWN - PASSING)


def write_json(path: Path, content: object) -> None:
    """Write one JSON file."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")

"""The files of a case: one list, by which a case is read, copied and hashed, so that the three cannot differ."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from planner.checks.catalogue import problem
from planner.errors import InputInvalid, PlannerError, Problem
from planner.workbook.container import MAX_FILE_BYTES, too_big

MAX_FOLDER_BYTES = 200_000_000
PIECE = 1 << 20
KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
DEVICES = {stat.S_IFCHR, stat.S_IFBLK}
PUT_A_FILE = "Put the file itself there, or take it out."


@dataclass(frozen=True)
class CaseFiles:
    """The files of a case in order, what else lies in its folder, and what forbids reading them."""

    path: Path
    is_folder: bool
    files: tuple[Path, ...] = ()
    others: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def files_of(path: Path) -> CaseFiles:
    """A workbook, or the CSV files of a folder: whatever the case of their ending, links followed, sub-folders not.

    Whatever bears the name of such a file and is none is a problem, not something to leave out.
    """
    if not path.is_dir():
        faults, size = _faults([path])
        more = [too_big(size)] if size > MAX_FILE_BYTES else []
        return CaseFiles(path, False, (path,), problems=(*faults, *more))
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "~$")))
    files = tuple(entry for entry in entries if entry.suffix.lower() == ".csv")
    others = tuple(entry.name for entry in entries if entry not in files and entry.is_file())
    faults, size = _faults(list(files))
    if size > MAX_FOLDER_BYTES:
        text = f"the CSV files may have {MAX_FOLDER_BYTES / 1e6:,.0f} MB together"
        faults.append(problem("file.too-big", message=text, fix="Leave out rows you do not need."))
    return CaseFiles(path, True, files, others, tuple(faults))


def _faults(files: list[Path]) -> tuple[list[Problem], int]:
    """What is no file, looked at without opening anything; and how many bytes all have."""
    found, size = [], 0
    for file in files:
        try:
            status = file.stat()
        except FileNotFoundError:
            found.append(_missing(file))
        except OSError as fault:
            text = f"{file.name} cannot be opened ({fault.strerror or fault})"
            found.append(problem("file.not-a-file", message=text, fix=PUT_A_FILE))
        else:
            size += status.st_size
            kind = stat.S_IFMT(status.st_mode)
            if kind != stat.S_IFREG:
                text = f"{file.name} is {'a device' if kind in DEVICES else KINDS.get(kind, 'no file')}, not a file"
                found.append(problem("file.not-a-file", message=text, fix=PUT_A_FILE))
    return found, size


def _missing(file: Path) -> Problem:
    if file.is_symlink():
        text = f"{file.name} is a link to {file.readlink()}, which is not there"
        return problem("file.not-a-file", message=text, fix=PUT_A_FILE)
    text = f"there is no file or folder {file}"
    return problem("file.missing", message=text, fix="Look at the spelling of the path.")


def copy_case(case: CaseFiles, target: Path) -> None:
    """Copy a case's files to a path that is free; raises InputInvalid before the first where one cannot be read.

    The copy is compared with the original, so that what was checked is what is kept.
    """
    if case.problems:
        raise InputInvalid(case.problems)
    target.parent.mkdir(parents=True, exist_ok=True)
    if case.is_folder:
        target.mkdir()
    for file in case.files:
        _copy(file, target / file.name if case.is_folder else target)
    if sha256_of_case(case.path) != sha256_of_case(target):
        raise PlannerError(f"{case.path} was changed while it was being copied. Start again when it is at rest.")


def _copy(source: Path, target: Path) -> None:
    """Copy as many bytes as the file says it has: one that grows without end must not fill the disk."""
    with source.open("rb") as old, target.open("xb") as new:
        left = os.fstat(old.fileno()).st_size
        while left > 0 and (piece := old.read(min(PIECE, left))):
            new.write(piece)
            left -= len(piece)


def sha256_of_case(path: Path) -> str:
    """sha256 of a workbook's bytes; of a folder, of the names and hashes of a case's files in it, in order."""
    case = files_of(path)
    if not case.is_folder:
        return _sha256(path)
    lines = [f"{file.name}\0{_sha256(file)}\n" for file in case.files]
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        left = os.fstat(source.fileno()).st_size
        while left > 0 and (piece := source.read(min(PIECE, left))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()

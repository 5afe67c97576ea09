"""A folder that one process at a time fills under a temporary name, and in which nothing of anybody else's is lost.

    thesis.tmp/run.lock     who fills it; the system holds the lock for as long as that process lives, and no longer
    thesis/                 its own name, which it gets when it is complete
    thesis.replaced.tmp/    what bore that name before, until the files that we did not write are carried over

A folder counts as ours only if its record has our form. Of such a folder only what we wrote is ever removed.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from planner.errors import RunError
from planner.workbook.save import BESIDE

LOCK = "run.lock"
RETRY_S = 0.05
TRIES = 20


@dataclass(frozen=True)
class FolderKind:
    """What a folder of ours is called, the name of its record, and how to tell that a record is ours.

    `own` names what we may write directly into such a folder; `listed` gives the files that a record vouches for.
    """

    word: str
    record: str
    own: frozenset[str]
    is_ours: Callable[[Mapping[str, Any]], bool]
    listed: Callable[[Mapping[str, Any]], Iterable[str]]
    precious: str = ""

    def record_of(self, folder: Path) -> Mapping[str, Any] | None:
        """The record of a folder that is provably ours; None where it is not."""
        try:
            found = json.loads((folder / self.record).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and self.is_ours(found) else None


class Lock:
    """An exclusive lock on a file that says who holds it. The system lets go of it when the process ends, however."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take it, or raise RunError with who has it."""
        for attempt in range(TRIES):
            try:
                handle = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
            except FileNotFoundError:
                break  # whoever had it has completed the folder
            if _try_lock(handle) and _same_file(handle, self.file):
                self._handle = handle
                os.ftruncate(handle, 0)
                os.write(handle, json.dumps(whoami()).encode())
                return
            os.close(handle)
            if attempt < TRIES - 1:
                time.sleep(RETRY_S)
        raise RunError(
            f"{self.file.parent} is being written by {_holder(self.file)}. Wait until that has ended, or name another"
            " folder."
        )

    def release(self) -> None:
        """Let go of it; the file stays."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def drop(self, file: Path) -> None:
        """Let go of it and remove the file, wherever it stands now."""
        with suppress(OSError):
            file.unlink()
        self.release()


def is_locked(folder: Path) -> bool:
    """Whether somebody fills this folder now."""
    for mode in (os.O_RDWR, os.O_RDONLY):  # somebody else's folder, or a disk that cannot be written, can be asked too
        try:
            handle = os.open(folder / LOCK, mode)
        except OSError:
            continue
        try:
            return not _try_lock(handle)
        finally:
            os.close(handle)
    return False


def whoami() -> dict[str, object]:
    """This process, so that nobody takes another one for it."""
    pid = os.getpid()
    return {"pid": pid, "host": socket.gethostname(), "started": started_at(pid)}


def started_at(pid: int) -> str | None:
    """When a process began, as the system counts it since it was switched on; None where that cannot be known."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    # The second field is the name in brackets, which may hold spaces; a zombie (Z) works on nothing any more.
    after = stat.rpartition(")")[2].split()
    return None if after[0] == "Z" else f"{boot}:{after[19]}"


def lives(pid: int | None, started: str | None) -> bool:
    """Whether that process is still there; a later one with the same number is another one."""
    if not pid or pid <= 0:
        return False
    if started is not None:
        return started_at(pid) == started
    if os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass
class Claim:
    """A folder that this process fills; `publish` gives it its own name."""

    final: Path
    kind: FolderKind
    replace: bool = False
    _lock: Lock = field(init=False)

    def __post_init__(self) -> None:
        self.final = self.final.absolute()
        self._lock = Lock(self.work / LOCK)

    @property
    def work(self) -> Path:
        """Where it is filled."""
        return working_name(self.final)

    def take(self, given: Iterable[Path] = ()) -> None:
        """Make the temporary folder, empty of ours, for this process alone; `given` are files that must not go.

        Raises RunError where either name is somebody's, a run stands there that nobody said to replace, or another
        process is at it.
        """
        recover(self.final, self.kind)
        self._refuse(given)
        try:
            self.work.parent.mkdir(parents=True, exist_ok=True)
            self.work.mkdir(mode=0o700)
            fresh = True
        except FileExistsError:
            fresh = self.work.is_dir() and not any(self.work.iterdir())
            if not fresh and not (self.work / LOCK).is_file():
                raise RunError(self._not_ours(self.work)) from None
        self._lock.acquire()
        if not fresh:
            self._clear_work()

    def take_up(self) -> None:
        """Take the temporary folder as somebody left it."""
        self._lock.acquire()

    def _refuse(self, given: Iterable[Path]) -> None:
        final, word = self.final, self.kind.word
        for path in (final, *given):
            if not is_text(str(path)):
                raise RunError(f"{path} has signs in its name that are no text here. Rename it, or name another.")
        if final.is_symlink() or (final.exists() and not final.is_dir()):
            raise RunError(f"{final} is a file. Name a folder for the {word}.")
        for path in given:
            for doomed in (final, self.work, _replaced(final)):
                if doomed.exists() and doomed.resolve() in (path.resolve(), *path.resolve().parents):
                    raise RunError(f"{path} lies in {doomed}, which the {word} would replace. Name another folder.")
        if final.is_dir() and any(final.iterdir()):
            if self.kind.record_of(final) is None:
                raise RunError(self._not_ours(final))
            if not self.replace:
                raise RunError(
                    f"{final} holds a {word} already. Name another folder, or say --replace to have it replaced."
                )
        if _replaced(final).exists():
            raise RunError(self._not_ours(_replaced(final)))

    def _not_ours(self, folder: Path) -> str:
        return (
            f"{folder} holds files that are not a {self.kind.word} of the planner, so it is left alone. Name another"
            " folder."
        )

    def _clear_work(self) -> None:
        """Remove what an earlier process left of ours, unless it is a plan that can be finished."""
        precious = self.kind.precious
        if precious and (self.work / precious).exists() and not self.replace:
            self._lock.release()
            raise RunError(
                f"A {self.kind.word} named {self.final} was cut off, and its best plan was kept. `ree-planner report"
                f" {self.final}` finishes it; --replace throws it away."
            )
        grown = (path.name for path in self.work.glob(f"{BESIDE}*"))
        for name in (*self.kind.own, *grown):
            if name != LOCK:
                _remove(self.work / name)

    def publish(self) -> Path:
        """Give the folder its name. What stood there goes, except the files that we did not write."""
        if self.final.is_dir() and any(self.final.iterdir()):
            if self.kind.record_of(self.final) is None or not self.replace:
                raise RunError(
                    f"{self.final} was made by somebody else meanwhile, so the finished {self.kind.word} stays"
                    f" in {self.work}. Move what is in the way, and give that folder the name yourself."
                )
            self.final.rename(_replaced(self.final))
        elif self.final.is_dir():
            self.final.rmdir()
        if os.name == "nt":  # pragma: no cover
            self._lock.release()  # Windows renames no folder in which a file is open
        self.work.rename(self.final)
        carry_over(_replaced(self.final), self.final, self.kind)
        self._lock.drop(self.final / LOCK)
        return self.final

    def release(self) -> None:
        """Let others have it, as it is."""
        self._lock.release()

    def discard(self) -> None:
        """Remove what we wrote, and the folder if nothing else is in it."""
        for name in self.kind.own - {LOCK}:
            _remove(self.work / name)
        self._lock.drop(self.work / LOCK)
        with suppress(OSError):
            self.work.rmdir()


@contextmanager
def given_or_reserved(given: Path | None, otherwise: Path) -> Iterator[Path]:
    """The name that was given; else the other one, or with the first number that is free, for this process alone."""
    if given is not None:
        yield given
        return
    otherwise.parent.mkdir(parents=True, exist_ok=True)
    number, name = 1, otherwise
    while not _reserved(name):
        number += 1
        name = otherwise.with_name(f"{otherwise.name}-{number}")
    try:
        yield name
    finally:
        with suppress(OSError):
            working_name(name).rmdir()  # where nothing came of it


def _reserved(name: Path) -> bool:
    if name.exists() or _replaced(name).exists():
        return False
    try:
        working_name(name).mkdir(mode=0o700)
    except FileExistsError:
        return False
    return True


def working_name(final: Path) -> Path:
    """The temporary name of a folder."""
    return final.with_name(final.name + ".tmp")


def recover(final: Path, kind: FolderKind) -> None:
    """Bring to its end what a process began that was killed while it gave a folder its name; else do nothing."""
    work, replaced = working_name(final), _replaced(final)
    if is_locked(work):
        return
    complete = (work / LOCK).is_file() and kind.record_of(work) is not None
    earlier = replaced.is_dir() and kind.record_of(replaced) is not None
    if complete and not final.exists():
        work.rename(final)
        _remove(final / LOCK)
    if earlier and not final.exists():
        replaced.rename(final)
    elif earlier and kind.record_of(final) is not None:
        carry_over(replaced, final, kind)


def carry_over(old: Path, new: Path, kind: FolderKind) -> None:
    """Move the files that we did not write from an earlier folder to the one in its place, and remove the rest."""
    record = kind.record_of(old)
    if record is None:
        return
    ours = {LOCK, kind.record, *(name for name in kind.listed(record) if _stays_inside(name))}
    # The record goes last: as long as it is there, a killed process can be taken up where it was.
    for name in sorted(ours - {kind.record}):
        if not any(part.is_symlink() for part in list((old / name).parents)[: len(PurePosixPath(name).parts) - 1]):
            _remove(old / name)
    _bury_empty(old)
    for path in sorted(old.rglob("*")) if old.exists() else ():
        if path.is_dir() and not path.is_symlink():
            continue
        if path == old / kind.record:
            continue
        target = new / path.relative_to(old)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(free_name(target))
    with suppress(OSError):
        (old / kind.record).unlink()
    _bury_empty(old)
    with suppress(OSError):
        old.rmdir()


def is_text(name: str) -> bool:
    """Whether a name can be written down: on Unix a file's may be of any bytes, and Python has signs for those."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _replaced(final: Path) -> Path:
    return final.with_name(final.name + ".replaced.tmp")


def free_name(target: Path) -> Path:
    """The name itself where it is free, else one with a number."""
    number, free = 1, target
    while free.exists() or free.is_symlink():
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and bool(path.parts)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def _bury_empty(folder: Path) -> None:
    """Remove the empty folders within a folder."""
    for path in sorted(folder.rglob("*"), reverse=True) if folder.exists() else ():
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):
                path.rmdir()


def _holder(file: Path) -> str:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return f"process {found['pid']} on {found['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def _same_file(handle: int, file: Path) -> bool:
    """Whether the file that is open still bears its name: its folder may have been completed meanwhile."""
    try:
        return os.path.samestat(os.fstat(handle), file.stat())
    except OSError:
        return False


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            os.lseek(handle, 1 << 20, os.SEEK_SET)  # beyond what is written, so that others can read who it is
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            os.lseek(handle, 0, os.SEEK_SET)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise RunError(f"This disk cannot lock files ({error.strerror}). Keep runs on a local disk.") from error
        return True

"""Runs whose folders lie outside the root: where they are, so that the list finds them by name.

One small file for each address, so that the index can be thrown away without them. The list calls such a run by its
address, which no other run can have.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from planner.runs.claim import LOCK, working_name
from planner.runs.folder import MANIFEST

PLACE = ".elsewhere"


def note(root: Path, final: Path) -> None:
    """Keep the address of a run's folder, unless it lies in the root itself."""
    final = Path(os.path.normpath(final.absolute()))
    if final.parent.resolve() == root.resolve():
        return
    (root / PLACE).mkdir(mode=0o700, parents=True, exist_ok=True)
    file = _file(root, str(final))
    written = file.with_suffix(f".{os.getpid()}")
    written.write_bytes(os.fsencode(final))
    written.replace(file)


def addresses(root: Path) -> Iterator[str]:
    """The addresses at which a run stands or is at work; those at which there is none any more are forgotten."""
    place = root / PLACE
    for file in sorted(place.iterdir()) if place.is_dir() else ():
        with suppress(OSError):
            address = os.fsdecode(file.read_bytes())
            if file != _file(root, address):
                continue  # half written, or none of ours
            final = Path(address)
            if (final / MANIFEST).is_file() or (working_name(final) / LOCK).is_file():
                yield address
            else:
                file.unlink()


def is_elsewhere(run_id: str) -> bool:
    """Whether the list calls a run by an address, and not by the name of a folder in the root."""
    return Path(run_id).is_absolute()


def forget(root: Path, address: str) -> None:
    """Take an address off the list; the folder stays as it is."""
    _file(root, address).unlink(missing_ok=True)


def _file(root: Path, address: str) -> Path:
    return root / PLACE / hashlib.sha256(os.fsencode(address)).hexdigest()[:32]

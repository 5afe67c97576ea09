"""A file is written beside its place, and takes it when it is whole: nothing is needed but room there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BESIDE = ".new-"  # how the name of a folder begins in which a file grows


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Where to write what is to stand at `path`: in a folder of its own next to it, which goes whatever happens.

    What stands at `path` stays until the new file is whole. The system's folder for temporary files is not asked: it
    may be full, or not to be had.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=BESIDE) as place:
        yield Path(place) / path.name
        (Path(place) / path.name).replace(path)


def save(book: Any, path: Path) -> None:
    """Write a workbook of XlsxWriter to its place; an OSError says why that failed, such as a full disk."""
    from xlsxwriter.exceptions import FileCreateError

    with beside(path) as whole:
        book.filename, book.tmpdir = str(whole), str(whole.parent)
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from error

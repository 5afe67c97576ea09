"""The parts of a workbook by name. Programs differ in the case of letters, in slashes and in what they escape."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable
from typing import IO
from urllib.parse import unquote

from defusedxml.ElementTree import fromstring

TYPES = "[Content_Types].xml"
ROOT = "_rels/.rels"


def folded(name: str) -> str:
    r"""A part's name as it is compared: no two parts of a file may be alike in it.

    >>> folded("/XL\\Worksheets/Sheet%201.xml")
    'xl/worksheets/sheet 1.xml'
    """
    return unquote(name.replace("\\", "/")).lstrip("/").casefold()


def target(part: str, to: str) -> str:
    """The name of the part that a reference in another part leads to."""
    to = to.replace("\\", "/")
    return posixpath.normpath(to if to.startswith("/") else posixpath.join(posixpath.dirname(part), to)).lstrip("/")


def relations_of(part: str) -> str:
    """The name of the part that lists what a part refers to."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def by_name(names: Iterable[str]) -> dict[str, str]:
    """Folded name → name as it stands in the file; two that are alike are refused."""
    found: dict[str, str] = {}
    for name in names:
        if found.setdefault(folded(name), name) is not name:
            raise ValueError(f"two parts are called {name[:60]}")
    return found


class PackageParts:
    """An open workbook's parts; each is found under any spelling of its name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = by_name(part.filename for part in archive.infolist() if not part.is_dir())

    def __contains__(self, name: str) -> bool:
        return folded(name) in self.names

    def open(self, name: str) -> IO[bytes]:
        """A part to be read piece by piece."""
        if name not in self:
            raise KeyError(f"the part {name[:60]} is not there")
        return self.archive.open(self.names[folded(name)])

    def read(self, name: str) -> bytes:
        """All of a part."""
        with self.open(name) as part:
            return part.read()

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (kind, full name of the part it leads to); what leads out of the file is left out."""
        name = relations_of(part) if part else ROOT
        if name not in self:
            return {}
        found = {}
        for one in fromstring(self.read(name)):
            if one.get("TargetMode") != "External":
                kind = (one.get("Type") or "").rpartition("/")[2]
                found[one.get("Id") or ""] = (kind, target(part, one.get("Target") or ""))
        return found

    def workbook(self) -> str:
        """The name of the part that lists the sheets."""
        for kind, name in self.related("").values():
            if kind == "officeDocument":
                return name
        raise KeyError("the part that lists the sheets is not there")

"""Uploaded workbooks, kept beside the runs under the sha256 of their bytes, and what the checks say about them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from planner.errors import Problem
from planner.pages.frame import SAMPLES
from planner.runs.folder import safe_file_name
from planner.runs.store import default_root
from planner.workbook.files import sha256_of_case

if TYPE_CHECKING:
    from planner.case import Checked

KEPT_DAYS = 7.0


@dataclass(frozen=True)
class Received:
    """A workbook (or a sample's folder) that can be checked and solved; `key` names it in the address."""

    key: str
    path: Path
    name: str
    sha256: str


def receive(name: str, content: bytes) -> Received:
    """Keep an upload; the same bytes under the same name are kept once."""
    digest = hashlib.sha256(content).hexdigest()
    key = hashlib.sha256(f"{digest}{name}".encode()).hexdigest()[:20]
    folder = _inbox() / key
    if not (folder / "name.json").exists():
        _tidy()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            (folder / safe_file_name(name)).write_bytes(content)
            facts = {"name": name[:200], "file": safe_file_name(name), "sha256": digest}
            (folder / "name.json").write_text(json.dumps(facts), encoding="utf-8")
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)  # half an upload is none
            raise
    return Received(key, folder / safe_file_name(name), name[:200], digest)


def received(key: str) -> Received | None:
    """What the address names; None where it is not, or no longer, there."""
    if sample := SAMPLES.get(key):
        return Received(key, sample, sample.name, sha256_of_case(sample)) if sample.is_dir() else None
    if not re.fullmatch(r"[0-9a-f]{20}", key):
        return None
    try:
        facts = json.loads((_inbox() / key / "name.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Received(key, _inbox() / key / facts["file"], facts["name"], facts["sha256"])


def checked(case: Received) -> Checked:
    """What the checks say; read in a process of its own with little memory, once for the same bytes."""
    return _checked(str(case.path), case.sha256)


@st.cache_resource(max_entries=8, show_spinner=False)
def _checked(path: str, sha256: str) -> Checked:
    from planner.case import check_upload

    return check_upload(Path(path))


def marked_up(case: Received, problems: tuple[Problem, ...]) -> bytes:
    """The user's own workbook with its faults coloured, commented and listed, by a process of its own."""
    from planner.case.upload import mark_apart

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "marked.xlsx"
        mark_apart(case.path, problems, target)
        return target.read_bytes()


def template_bytes() -> bytes:
    """The empty workbook."""
    from planner.workbook.template import write_template

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "template.xlsx"
        write_template(target)
        return target.read_bytes()


def quick_bytes() -> bytes:
    """The quick workbook, with its four sheets."""
    from planner.workbook.template import write_quick

    with tempfile.TemporaryDirectory() as folder:
        return write_quick(Path(folder) / "quick.xlsx").read_bytes()


def _inbox() -> Path:
    return default_root() / "uploads"


def _tidy() -> None:
    """Forget uploads that are a week old; runs have copies of their own."""
    for folder in _inbox().glob("*"):
        if time.time() - folder.stat().st_mtime > KEPT_DAYS * 86400:
            shutil.rmtree(folder, ignore_errors=True)

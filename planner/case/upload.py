"""Reads a stranger's file in a process of its own, so that whatever is in it the caller lives on.

The process may use so much memory and so many seconds and no more. What it hands back was pickled by us for us.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

from planner.checks.catalogue import problem

OUT_OF_MEMORY = 77
SMALLER = "Take out rows and sheets that are not needed."
# More threads would each take memory from the little there is.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}


def check_apart(path: Path, memory_mb: int, seconds: float) -> Any:
    """What the checks say of a file, worked out in another process, or the Problem that forbade it."""
    command = [sys.executable, "-P", "-m", "planner.case.upload_worker", str(path.absolute()), str(memory_mb)]
    places = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(place for place in places if place)}
    try:
        ran = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return problem("file.too-slow", message=f"reading it took more than {seconds:g} seconds", fix=SMALLER)
    if ran.returncode == OUT_OF_MEMORY:
        return problem("file.too-big", message=f"reading it needs more than {memory_mb:,} MB of memory", fix=SMALLER)
    if ran.returncode != 0:
        fix = "Open it in Excel or LibreOffice, save it again, or ask for a fresh copy."
        return problem("file.damaged", message="the file ended the program that read it", fix=fix)
    return pickle.loads(ran.stdout)

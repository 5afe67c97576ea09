"""What the folders of runs say, as lines of the index: the index may be lost, the folders are what counts.

A finished folder is told by its manifest; one at work, or cut off, by its lock and its events. Whatever else lies there
is not a run.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from planner.runs.claim import LOCK, is_locked, working_name
from planner.runs.elsewhere import addresses
from planner.runs.folder import RUN, RunOptions, read_about, read_events, sha256_of

GONE = "The process that worked on this run is gone."
STATE_OF_STEP = {"checking": "checking", "building": "building", "solving": "solving"}


def run_names(root: Path) -> tuple[set[str], set[str]]:
    """The names of what may be finished runs in a folder, and of what may be runs at work; elsewhere, addresses."""
    finished, at_work = set(), set()
    with os.scandir(root) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith(".") or name == "uploads" or not entry.is_dir(follow_symlinks=False):
                continue
            if not name.endswith(".tmp"):
                finished.add(name)
            elif not name.endswith(".replaced.tmp"):
                at_work.add(name.removesuffix(".tmp"))
    for address in addresses(root):
        (finished if Path(address).is_dir() else at_work).add(address)
    return finished, at_work - finished


def stamp_of(final: Path) -> int | None:
    """When the record of a finished run was written, as its disk tells it: another one means another run."""
    try:
        return (final / RUN.record).stat().st_mtime_ns
    except OSError:
        return None


def from_folder(root: Path, name: str) -> dict[str, Any] | None:
    """The line of the index that a run's folder gives; None where it is no run of ours."""
    final, work = root / name, working_name(root / name)
    if final.is_dir():
        stamp, manifest = stamp_of(final), RUN.record_of(final)
        return None if manifest is None else {"id": name, "stamp": stamp, **_about(final), **finished(manifest)}
    if not (work / LOCK).is_file() or not (work / "options.json").is_file():
        return None
    try:
        return {"id": name, **_about(work), **_at_work(work)}
    except (OSError, ValueError, TypeError, StopIteration):
        return None  # its process has only begun, or was killed before there was anything to tell


def finished(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """State, times and figures of a finished run, by the columns of the index."""
    plan = manifest.get("plan", {})
    message = " ".join(map(str, plan["notes"])) if plan else str(manifest.get("message", ""))
    return {
        "state": manifest["state"],
        "message": message[:20000],
        "sha256": manifest["input"]["sha256"],
        "input": f"input/{manifest['input']['file']}",
        "options": json.dumps(manifest["options"]),
        "created": _seconds(manifest["created"]),
        "started": _seconds(manifest["created"]),
        "finished": _seconds(manifest["finished"]),
        "heartbeat": _seconds(manifest["finished"]),
        "status": plan.get("status", ""),
        "best_musd": plan.get("objective_musd"),
        "bound_musd": plan.get("bound_musd"),
        "gap": plan.get("gap"),
        "seconds": plan.get("seconds"),
    }


def progress(work: Path) -> dict[str, Any]:
    """How far a run is that tells nobody but its own folder."""
    found: dict[str, Any] = {}
    for event in read_events(work / "events.jsonl"):
        if event.kind == "step":
            found["step"] = event.data["step"]
        elif event.kind == "progress":
            found |= {name: event.data.get(name) for name in ("best_musd", "bound_musd", "gap", "seconds")}
    return found


def _at_work(work: Path) -> dict[str, Any]:
    given = next(iter(sorted((work / "input").iterdir())))
    now, begun = time.time(), (work / "options.json").stat().st_mtime
    found: dict[str, Any] = {
        "sha256": sha256_of(given),
        "input": f"input/{given.name}",
        "options": (work / "options.json").read_text(encoding="utf-8"),
        "created": begun,
        "started": begun,
        "heartbeat": now,
        **progress(work),
    }
    RunOptions(**json.loads(found["options"]))
    state = STATE_OF_STEP.get(found.get("step", ""), "solving" if found.get("step") else "checking")
    if is_locked(work):
        holder = json.loads((work / LOCK).read_text(encoding="utf-8") or "{}")
        return found | {"state": state, "pid": holder.get("pid"), "process": holder.get("started")}
    return found | {"state": "lost", "lost_from": state, "message": GONE}


def _about(folder: Path) -> dict[str, Any]:
    about = read_about(folder)
    texts = {key: str(about.get(key) or "")[:2000] for key in ("owner", "note", "stopped_by")}
    return {"name": str(about.get("name") or folder.name.removesuffix(".tmp"))[:200], **texts}


def _seconds(moment: str) -> float:
    try:
        return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0

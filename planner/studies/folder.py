"""A study's folder: what was asked and found (study.json), the workbook that shows it, and its plans.

    study.json        kind, case, options, versions, and the tables that were found
    study.xlsx        the same for people
    plans/NAME/       the tables of each plan as parquet, and plan.json
    results.jsonl     of a list of variations: each result on a line, as it came

It is written under a temporary name (`<folder>.tmp`), by one process at a time, and renamed when it is complete
(`planner.runs.claim`). Files that somebody put beside ours stay.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case import Case
from planner.case.quantity import quantity_of
from planner.plan import Plan
from planner.runs.claim import LOCK, Claim, FolderKind
from planner.runs.folder import safe_file_name, utc_now, versions
from planner.solver.highs import SolveOptions

SCHEMA_VERSION = 1
FACTS, WORKBOOK, PLANS, RESULTS = "study.json", "study.xlsx", "plans", "results.jsonl"


def _is_study(facts: Mapping[str, Any]) -> bool:
    """Whether this is the record of a study: anything else in a folder makes it somebody else's."""
    texts = all(isinstance(facts.get(name), str) for name in ("study", "case", "fingerprint", "finished"))
    return texts and facts.get("schema_version") == SCHEMA_VERSION and isinstance(facts.get("options"), dict)


OWN = frozenset({FACTS, WORKBOOK, PLANS, RESULTS, LOCK})
STUDY = FolderKind("study", FACTS, OWN, _is_study, lambda facts: (FACTS, WORKBOOK, PLANS))


@contextmanager
def study_folder(final: Path, replace: bool = False, given: Sequence[Path] = ()) -> Iterator[Path]:
    """The temporary folder to write into; when all is well it takes its own name.

    An earlier study of that name is replaced only where that is said. `given` are files that must stay.
    """
    claim = Claim(final, STUDY, replace)
    claim.take(given)
    try:
        yield claim.work
        claim.publish()
    except BaseException:
        if (claim.work / FACTS).exists():
            claim.release()  # it is whole and only its name is missing
        else:
            claim.discard()
        raise


def plan_folder(work: Path, name: str) -> Path:
    """Where a plan of the study lies; names that a file system would not tell apart get a number."""
    folder = work / PLANS / safe_file_name(name.replace(".", "_"))
    known = {path.name.lower() for path in folder.parent.glob("*")}
    number = 2
    while folder.name.lower() in known:
        folder = folder.with_name(f"{safe_file_name(name.replace('.', '_'))} {number}")
        number += 1
    return folder


def heading(kind: str, case: Case) -> dict[str, object]:
    """How every answer of a study begins: its form, which study it is, and of which case."""
    return {
        "schema_version": SCHEMA_VERSION,
        "study": kind,
        "case": case.name,
        "fingerprint": case.fingerprint,
        "quantity_unit": quantity_of(case).many,
    }


def costs_of(plan: Plan) -> dict[str, float | None]:
    """What a plan costs, what it is chosen by, and what no plan can be below, M$."""
    return {"cost_musd": plan.cost_musd, "objective_musd": plan.objective_musd, "bound_musd": plan.bound_musd}


def write_facts(
    work: Path, kind: str, case: Case, options: SolveOptions, found: Mapping[str, object]
) -> dict[str, object]:
    """Write study.json; returns what it holds. Numbers that are not finite become words."""
    facts = {
        **heading(kind, case),
        "finished": utc_now(),
        "options": asdict(options),
        "versions": versions(),
        **quantity_of(case).told_all({name: _told(value) for name, value in found.items()}),
    }
    text = json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False)
    (work / FACTS).write_text(text + "\n", encoding="utf-8")
    return facts


def _told(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return [{str(key): _told(cell) for key, cell in row.items()} for row in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(key): _told(cell) for key, cell in value.items()}
    if isinstance(value, float) and math.isinf(value):
        return "infinite"
    if isinstance(value, float) and math.isnan(value):
        return None
    return value.item() if hasattr(value, "item") else value

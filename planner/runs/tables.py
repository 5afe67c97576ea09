"""Tables that a page would take more than a second to compute: made once, by the run, and kept in its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.compliance import compliance, origin_by_stage
from planner.runs.folder import sha256_of
from planner.runs.opened import Opened

FOLDER = "pages"
TABLES: dict[str, Callable[[Case, Plan], pd.DataFrame]] = {
    "compliance": compliance,
    "origin_by_stage": origin_by_stage,
}


def keep_tables(case: Case, plan: Plan, work: Path) -> None:
    """Compute them and write each as parquet."""
    (work / FOLDER).mkdir(exist_ok=True)
    for name, make in TABLES.items():
        make(case, plan).to_parquet(_file(work, name), index=False)


def kept_table(opened: Opened, name: str) -> pd.DataFrame:
    """The table as the run kept it; computed here where the run has none, or another one than it wrote."""
    if opened.folder is not None:
        file = _file(opened.folder, name)
        wanted = opened.manifest["files"].get(file.relative_to(opened.folder).as_posix())
        if wanted is not None and file.is_file() and sha256_of(file) == wanted:
            return pd.read_parquet(file)
    return TABLES[name](opened.case, opened.plan)


def _file(folder: Path, name: str) -> Path:
    return folder / FOLDER / f"{name}.parquet"

"""Tables that a page would take long to compute: made once, by the run, and kept in its folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.agreements import incentives, partnerships
from planner.results.compliance import compliance, origin_by_stage
from planner.results.contracts import contract_years, contracts
from planner.results.facts import Facts
from planner.results.headline import figures
from planner.results.origins import traced
from planner.runs.folder import sha256_of
from planner.runs.opened import Opened

FOLDER = "pages"


def _figures(facts: Facts) -> pd.DataFrame:
    return pd.DataFrame([asdict(figure) for figure in figures(facts)])


def _of(make: Callable[[Case, Plan], pd.DataFrame]) -> Callable[[Facts], pd.DataFrame]:
    return lambda facts: make(facts.case, facts.plan)


TABLES: dict[str, Callable[[Facts], pd.DataFrame]] = {
    "figures": _figures,
    "contracts": _of(contracts),
    "contract_years": _of(contract_years),
    "partnerships": _of(partnerships),
    "incentives": _of(incentives),
    "compliance": lambda facts: compliance(facts.case, facts.plan, traced(facts)),
    "origin_by_stage": lambda facts: origin_by_stage(facts.case, facts.plan, traced(facts)),
}


def keep_tables(facts: Facts, work: Path) -> None:
    """Compute them and write each as parquet."""
    (work / FOLDER).mkdir(exist_ok=True)
    for name, make in TABLES.items():
        make(facts).to_parquet(_file(work, name), index=False)


def kept_table(opened: Opened, name: str) -> pd.DataFrame:
    """The table as the run kept it; computed here, once, where the run has none, or another one than it wrote."""
    if name not in opened.tables:
        opened.tables[name] = _read(opened, name)
    return opened.tables[name]


def _read(opened: Opened, name: str) -> pd.DataFrame:
    if opened.folder is not None:
        file = _file(opened.folder, name)
        wanted = opened.manifest["files"].get(file.relative_to(opened.folder).as_posix())
        if wanted is not None and file.is_file() and sha256_of(file) == wanted:
            return pd.read_parquet(file)
    return TABLES[name](opened.facts)


def _file(folder: Path, name: str) -> Path:
    return folder / FOLDER / f"{name}.parquet"

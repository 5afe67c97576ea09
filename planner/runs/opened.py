"""A finished run, read back from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case import Case, read_case
from planner.errors import NoPlanInTime
from planner.plan import Plan
from planner.results.facts import Facts
from planner.runs.folder import ASKED, frozen_input, read_answer, read_manifest, verify


@dataclass(frozen=True)
class Opened:
    """The frozen case of a run, its plan and its manifest; `folder` is None where the plan is not quite the run's."""

    case: Case
    plan: Plan
    manifest: Mapping[str, Any]
    folder: Path | None = None
    tables: dict[str, pd.DataFrame] = field(
        default_factory=dict, compare=False
    )  # of the pages, once they were asked for

    @cached_property
    def facts(self) -> Facts:
        """The case and the plan with what is joined from both, and what was asked of it; worked out once."""
        if self.folder is None:
            return Facts(self.case, self.plan)
        asked, as_is, rules, next_ton, priorities = (
            read_answer(self.folder, name, self.plan.fingerprint) for name in ASKED
        )
        return Facts(self.case, self.plan, asked, as_is, rules, next_ton, priorities)


def open_run(folder: Path) -> Opened:
    """Read a run folder that holds a plan; a PlannerError says why where it cannot be read or was changed."""
    manifest = read_manifest(folder)
    if "plan" not in manifest:
        raise NoPlanInTime(f"The run {folder.name} holds no plan. {manifest.get('message', '')}".rstrip())
    verify(folder, manifest)
    case = read_case(frozen_input(folder, manifest))
    return Opened(case, Plan.load(folder / "plan"), manifest, folder)

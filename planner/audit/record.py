"""What the plan says about itself: whose case it answers, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.audit.finding import Finding

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan

STATUSES = ("optimal", "within gap", "stopped with a plan")


def check_record(case: Case, plan: Plan) -> list[Finding]:
    """The plan is of this case, and its status is one that a plan can have."""
    findings = []
    if plan.fingerprint != case.fingerprint:
        findings.append(
            Finding("record", "fingerprint", case.fingerprint, plan.fingerprint, "the plan is of another case")
        )
    if plan.status not in STATUSES:
        findings.append(Finding("record", "status", " or ".join(STATUSES), plan.status, "no plan has this status"))
    return findings

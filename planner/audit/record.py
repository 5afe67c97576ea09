"""What the plan says about itself: whose case it answers, and how it ended."""

from __future__ import annotations

from planner.audit.books import Books

STATUSES = ("optimal", "within gap", "stopped with a plan")


def check_record(books: Books) -> None:
    """The plan is of this case, and its status is one that a plan can have."""
    case, plan = books.case, books.plan
    if plan.fingerprint != case.fingerprint:
        books.findings.add("record", "fingerprint", case.fingerprint, plan.fingerprint, "the plan is of another case")
    if plan.status not in STATUSES:
        books.findings.add("record", "status", " or ".join(STATUSES), plan.status, "no plan has this status")

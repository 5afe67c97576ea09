"""What the plan says about itself: whose case it answers, how it ended, and what only its solver can know."""

from __future__ import annotations

from planner.audit.books import Books
from planner.plan import SEALED, seal_of
from planner.status import PLAN_STATUSES


def check_record(books: Books) -> None:
    """The plan is of this case, its status is one that a plan can have, and what it was sealed with is as it was.

    Duals cannot be added up from the plan's other rows. They were proven before they were sealed: with the limits they
    come to what the plan costs. Here it is seen that nobody has changed them since.
    """
    case, plan = books.case, books.plan
    if plan.fingerprint != case.fingerprint:
        books.findings.add("record", "fingerprint", case.fingerprint, plan.fingerprint, "the plan is of another case")
    if plan.status not in PLAN_STATUSES:
        books.findings.add("record", "status", " or ".join(PLAN_STATUSES), plan.status, "no plan has this status")
    seal = seal_of(plan.tables)
    if plan.seal != seal:
        where = " and ".join(SEALED)
        books.findings.add("record", where, plan.seal or "a seal", seal, "these are not the duals that were sealed")

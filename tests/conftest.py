"""What tests share that is not a case."""

import pytest


@pytest.fixture
def before_the_audit_knows_events(monkeypatch):
    """Take plans with several futures as they are: the auditor does not re-add them yet, and would refuse them all.

    The only place that switches the audit off. When the auditor knows scenarios and events, this fixture and its uses
    go.
    """
    monkeypatch.setattr("planner.planning.refuse_open_books", lambda case, plan: None)

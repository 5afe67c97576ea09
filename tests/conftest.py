"""What holds for all tests; that it stands here also lets those in folders below import the helpers beside it."""

import os
import signal
from collections.abc import Sequence

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the commands: two tests at once are to share two cores


def pytest_configure():
    """Ctrl-C is tried on commands that tests start, and these ignore it where the tests themselves do (nohup, &)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Of a test that is tried in many ways the first way is quick, the others are slow."""
    tried = set()
    for item in items:
        if item.get_closest_marker("many") is not None:
            name = item.nodeid.partition("[")[0]
            if name in tried:
                item.add_marker(pytest.mark.slow)
            tried.add(name)

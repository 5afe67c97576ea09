"""What holds for all tests; that it stands here also lets those in folders below import the helpers beside it."""

import signal


def pytest_configure():
    """Ctrl-C is tried on commands that tests start, and these ignore it where the tests themselves do (nohup, &)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)

"""Waiting for a server of the pages that was just started."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request

HEALTH = "/_stcore/health"
READY_S = 120


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until_it_answers(port: int, process: subprocess.Popen[bytes]) -> str:
    """The address of the pages, once they answer.

    Raises RuntimeError where the server ends, TimeoutError where it is silent.
    """
    address = f"http://127.0.0.1:{port}"
    for _ in range(2 * READY_S):
        if process.poll() is not None:
            raise RuntimeError("the server of the pages ended at once")
        try:
            with urllib.request.urlopen(address + HEALTH, timeout=2) as answer:
                if answer.status == 200:
                    return address
        except OSError:
            time.sleep(0.5)
    raise TimeoutError("the server of the pages did not answer")

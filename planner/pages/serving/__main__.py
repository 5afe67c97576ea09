"""Starts the server of the pages, on this machine only unless STREAMLIT_SERVER_ADDRESS says otherwise.

The token is in PLANNER_TOKEN, which no other user of the machine can read; empty means that none is asked for.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config

from planner.pages.serving.guard import TOKEN, Guard, Receive, Scope, Send

TOKEN_VARIABLE = "PLANNER_TOKEN"
SCRIPT = Path(__file__).resolve().with_name("script.py")


class Pages(st.App):
    """The pages behind their guard."""

    def __init__(self, token: str, browser: bool) -> None:
        @asynccontextmanager
        async def started(_: Any) -> AsyncIterator[None]:
            _tell(token, browser)
            yield

        super().__init__(SCRIPT, lifespan=started)
        self._guard = Guard(super().__call__, token, _origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._guard(scope, receive, send)


def main() -> None:
    """Serve until somebody ends it."""
    parser = argparse.ArgumentParser(prog="planner.pages.serving")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--browser", action="store_true")
    asked = parser.parse_args()
    os.umask(0o077)
    token = os.environ.pop(TOKEN_VARIABLE, "")
    sys.argv[1:] = []
    Pages(token, asked.browser).run(config={"server.port": asked.port})


def _tell(token: str, browser: bool) -> None:
    """Say where the pages are, and open them where that is wanted."""
    host = config.get_option("browser.serverAddress")
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    address = f"http://{host}:{config.get_option('server.port')}/{base}" + (f"?{TOKEN}={token}" if token else "")
    warning = "" if token else "No token is asked for: whoever reaches this port may use the pages.\n"
    sys.stderr.write(f"The pages are at {address}\n{warning}")
    sys.stderr.flush()
    if browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _origins() -> frozenset[str]:
    """Origins that somebody said the pages may be shown from, such as a proxy's."""
    return frozenset(origin.strip() for origin in config.get_option("server.corsAllowedOrigins"))


if __name__ == "__main__":
    main()

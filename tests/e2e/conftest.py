"""A server of the pages with an empty run store, and a browser that complains about itself.

Every test fails where the page asked another machine for something, or wrote an error to the console.
"""

import re
import shutil

import pytest
from served import TOKEN, WAIT_MS, serving

from planner.runs.index import ACTIVE
from planner.runs.store import RunStore

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Streamlit looks for its server below the page's own path before it looks at the top; each such try is a 404.
STREAMLITS_OWN_TRIES = re.compile(r"/\w+/_stcore/(health|host-config)$")


def _chromium():
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return found or pytest.skip("no chromium on this machine, so the pages were not looked at in a browser")


@pytest.fixture(scope="module")
def runs_root(tmp_path_factory):
    """Where the runs of a file of tests are; none of them goes on when its tests have ended."""
    root = tmp_path_factory.mktemp("store") / "runs"
    yield root
    store = RunStore(root)
    for run in store.list(states=("queued", *ACTIVE)):
        store.request_stop(run.id)


@pytest.fixture(scope="module")
def server(browser, runs_root):
    """The app on a free port; its address."""
    with serving(runs_root) as (address, _):
        yield address


@pytest.fixture(scope="session")
def browser():
    """Debian's chromium, driven by Playwright."""
    _chromium()
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, server):
    """A new visitor."""
    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(WAIT_MS)
    context.request.get(f"/?token={TOKEN}")
    visitor = context.new_page()
    outside, errors = [], []
    visitor.on("request", lambda request: outside.append(request.url) if _is_outside(request.url, server) else None)
    visitor.on("console", lambda message: errors.append(_told(message)) if _is_fault(message) else None)
    visitor.on("pageerror", lambda error: errors.append(str(error)))
    yield visitor
    context.close()
    assert not outside, f"requests that left the machine: {outside}"
    assert not errors, f"errors on the console: {errors}"


def _is_outside(url, server):
    return not url.startswith((server, server.replace("http", "ws", 1), "data:", "blob:"))


def _is_fault(message):
    return message.type == "error" and not STREAMLITS_OWN_TRIES.search(message.location.get("url", ""))


def _told(message):
    return f"{message.text} ({message.location.get('url', '')})"

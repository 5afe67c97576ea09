"""Hostile workbooks through the page itself: each is answered there, and the server is none the fatter for it."""

import re
import shutil
import sys
import time
from pathlib import Path

import pytest
from hostile_files import AS_A_FILE, WORKBOOKS, halved
from served import TOKEN, WAIT_MS, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.e2e,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]

ANSWER = re.compile("[0-9,]+ problem.* to mend|must be 50[.0]*MB or smaller")
MOST_MB = 500.0
# What a browser can send: not a link, a device, a pipe or a hole larger than it would read.
SENT = ("nothing", "zeros", "text", "half a zip", "a hole of 40 MB")


def uploads():
    for what in SENT:
        yield what, lambda place, make=AS_A_FILE[what]: (make(place / "case.xlsx"), place / "case.xlsx")[1]
    for what, make in WORKBOOKS.items():
        yield what, make
        yield f"{what}, cut in half", lambda place, make=make: halved(make(place))


def peak_mb(pid):
    """The most that the process and those below it have had in memory."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    own = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return max([int(own[1]) / 1000, *(peak_mb(child) for child in children)])


def test_hostile_workbooks_are_answered_on_the_page(browser, tmp_path):
    """Some forty files, one after the other, in one visit: bombs, entities, broken zips, and each cut in half."""
    took = {}
    with serving(tmp_path / "runs") as (address, process):
        context = browser.new_context(base_url=address)
        context.set_default_timeout(WAIT_MS)
        context.request.get(f"/?token={TOKEN}")
        page = context.new_page()
        page.goto("/input")
        before = peak_mb(process.pid)
        for number, (what, make) in enumerate(uploads()):
            place = tmp_path / str(number)
            place.mkdir()
            file = make(place)
            page.goto("/input")
            began = time.monotonic()
            page.locator("input[type=file]").first.set_input_files(file)
            page.get_by_text(ANSWER).first.wait_for()
            took[what] = time.monotonic() - began
            assert page.get_by_role("button", name="Solve", exact=True).count() == 0, what
            shutil.rmtree(place)
        assert peak_mb(process.pid) - before < MOST_MB
        context.close()
    assert len(took) >= 39

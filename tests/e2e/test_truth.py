"""What the pages say is so: of a run at work, of one that ended, of a dead server and a full disk."""

import os
import re
import signal
import subprocess
from contextlib import suppress
from itertools import pairwise

import pytest
from cases import write_workbook
from served import TOKEN, WAIT_MS, serving

from planner.runs.execute import execute
from planner.runs.folder import RunOptions
from planner.runs.store import RunStore

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


def finished(root, place, name, note="", owner="", status=None, **numbers):
    """A small finished run in the store; `status` and numbers as if it had ended so."""
    store = RunStore(root)
    run = store.create(write_workbook(place / "case.xlsx"), name=name, note=note, owner=owner,
                       options=RunOptions(mip_gap=0.005, time_limit_s=60))  # fmt: skip
    store.claim(run.id, slots=99)
    summary = execute(store.input_path(run.id), root / run.id, run.options)
    for state in ("building", "solving"):
        store.advance(run.id, state)
    found = {"best_musd": summary.objective_musd, "bound_musd": summary.bound_musd, "gap": summary.gap, **numbers}
    store.end(run.id, "done", result={**found, "status": status or summary.status, "seconds": summary.seconds})
    return run.id


@pytest.fixture(scope="module")
def runs(runs_root, tmp_path_factory):
    """Four runs of one name: proven; a gap of 1180.91 %; no bound at all; within what was asked, yet stopped."""
    place = tmp_path_factory.mktemp("cases")
    late = "stopped with a plan"
    return {
        "proven": finished(runs_root, place, "twice the same"),
        "far": finished(runs_root, place, "twice the same", "the far one", status=late, gap=11.8091),
        "no bound": finished(runs_root, place, "twice the same", status=late, gap=None, bound_musd=None),
        "met": finished(runs_root, place, "twice the same", status=late, gap=0.0025),
    }


@pytest.mark.parametrize(
    ("which", "says"),
    [
        ("proven", "Done"),
        ("far", "Time is up, plan kept"),
        ("no bound", "Time is up, plan kept, no bound"),
        ("met", "Done"),
    ],
)
def test_done_is_said_of_a_plan_that_is_proven_within_what_was_asked(page, runs, which, says):
    page.goto(f"/runs?run={runs[which]}")
    page.get_by_role("button", name="See the results").wait_for()
    said = [text.strip() for text in page.locator('[data-testid="stMarkdownContainer"]').all_inner_texts()]
    endings = [text for text in said if text in {"Done", "Time is up, plan kept", "Time is up, plan kept, no bound"}]
    assert endings[0] == says


def test_runs_of_one_name_are_told_apart_by_time_and_note(page, runs):
    page.goto("/runs")
    page.get_by_text("the far one").first.wait_for()
    page.get_by_role("button", name=re.compile("^twice the same")).nth(3).wait_for()
    labels = [button.inner_text() for button in page.get_by_role("button", name=re.compile("^twice the same")).all()]
    assert len(labels) >= 4
    assert all(re.search(r"20[0-9][0-9]-", label) for label in labels)


def test_the_headings_of_every_page_go_down_one_step_at_a_time(page, runs):
    for path in ("/", "/input", f"/runs?run={runs['proven']}", f"/results?run={runs['proven']}", "/help"):
        page.goto(path)
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_timeout(1500)
        levels = [int(name[1]) for name in page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map(e => e.tagName)")]
        steps = [deeper - level for level, deeper in pairwise(levels)]
        assert levels[0] == 1, (path, levels)
        assert all(step <= 1 for step in steps), (path, levels)


def test_one_press_of_back_leads_back(page, runs):
    page.goto("/help")
    page.get_by_role("heading", level=1).first.wait_for()
    page.goto("/runs")
    page.get_by_role("heading", name="Runs", exact=True).wait_for()
    page.wait_for_timeout(2000)
    page.go_back()
    page.wait_for_timeout(1500)
    assert page.url.endswith("/help")


def test_the_uploader_takes_workbooks_only(page):
    page.goto("/input")
    chooser = page.locator("input[type=file]").first
    chooser.wait_for(state="attached")
    assert ".xlsx" in (chooser.get_attribute("accept") or "")


def test_a_table_tells_how_many_rows_it_has_and_can_be_taken_away(page, runs, tmp_path):
    page.goto(f"/results?run={runs['proven']}&part=Risk")
    save = page.get_by_role("button", name=re.compile("^CSV: Measures of risk")).first
    save.wait_for()
    assert page.get_by_text(re.compile(r"^[0-9]+ rows?")).count()
    with page.expect_download() as told:
        save.click()
    told.value.save_as(tmp_path / "risk.csv")
    assert "measure" in (tmp_path / "risk.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_name_and_a_note_are_given_and_a_deleted_run_comes_back(page, runs_root, tmp_path):
    run = finished(runs_root, tmp_path, "to be named")
    page.goto(f"/runs?run={run}")
    page.get_by_role("button", name="Name and note").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Offer of May")
    page.get_by_role("textbox", name="Note").fill("with the second mine")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("button", name=re.compile("^Offer of May")).wait_for()
    assert RunStore(runs_root).get(run).name == "Offer of May"
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete this run").click()
    page.get_by_text(re.compile("^Bin ")).click()
    page.get_by_text(re.compile("deleted by a visitor without a name")).first.wait_for()
    page.get_by_role("button", name="Take back Offer of May").click()
    page.get_by_role("button", name="Take back Offer of May").wait_for(state="detached")
    page.get_by_role("button", name="See the results").wait_for()
    assert RunStore(runs_root).get(run).has_plan


def test_a_waiting_run_says_what_it_waits_for_and_who_stopped_it(page, runs_root, tmp_path):
    """Two runs are queued and nobody works on them: the second is told its place; a stop names who asked."""
    store = RunStore(runs_root)
    case = write_workbook(tmp_path / "case.xlsx")
    busy, waiting = store.create(case, name="the one at work"), store.create(case, name="the one that waits")
    store.claim(busy.id, slots=99)
    try:
        page.goto(f"/runs?run={waiting.id}")
        page.get_by_text(re.compile("Now at work: .*the one at work")).wait_for()
        assert page.locator('[data-testid="stVegaLiteChart"]').count() == 0
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_text("Stopped by a visitor without a name.").wait_for()
    finally:
        store.request_stop(waiting.id)
        store.end(busy.id, "lost")


@pytest.mark.parametrize("step", ["auditing", "reporting"])
def test_a_run_whose_plan_is_found_offers_no_stop_and_says_what_it_does(page, runs_root, tmp_path, step):
    store = RunStore(runs_root)
    run = store.create(write_workbook(tmp_path / "case.xlsx"), name=f"at {step}")
    store.claim(run.id, slots=99)
    for state in ("building", "solving"):
        store.advance(run.id, state)
    from planner.runs.folder import RunEvent

    store.record(run.id, [RunEvent(1, "2026-01-01T00:00:00Z", "step", {"step": step})])
    try:
        page.goto(f"/runs?run={run.id}")
        page.get_by_text("The plan is found; what is left is its audit and its report.").wait_for()
        words = {"auditing": "Auditing", "reporting": "Writing the report"}[step]
        assert page.get_by_text(words, exact=True).count()
        assert page.get_by_role("button", name=re.compile("^Stop")).count() == 0
    finally:
        store.end(run.id, "lost")


def test_a_workbook_that_cannot_be_read_mends_nothing_and_takes_the_old_verdict_with_it(page, tmp_path):
    good, bad = write_workbook(tmp_path / "good.xlsx"), tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK no workbook at all")
    page.goto("/input")
    page.locator("input[type=file]").first.set_input_files(good)
    page.get_by_role("button", name="Solve", exact=True).wait_for()
    page.locator("input[type=file]").first.set_input_files(bad)
    page.get_by_text(re.compile("[0-9]+ problem.* to mend")).first.wait_for()
    page.wait_for_timeout(1500)
    assert page.get_by_role("button", name="Solve", exact=True).count() == 0
    assert page.get_by_text(re.compile("mended, ")).count() == 0


def test_a_dead_server_is_told_in_the_page(browser, tmp_path):
    with serving(tmp_path / "runs") as (address, process):
        context = browser.new_context(base_url=address)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.goto(f"/?token={TOKEN}")
        page.get_by_role("heading", level=1).wait_for()
        assert page.locator("#planner-server-gone").count() == 0
        os.killpg(process.pid, signal.SIGKILL)
        page.locator("#planner-server-gone").wait_for()
        assert "does not answer" in page.locator("#planner-server-gone").inner_text()
        context.close()


def small_disk(place):
    """A disk of two megabytes, where this machine lets us make one."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be made here: that needs the rights of root")
    return place


def fill(disk):
    """Leave no room on a disk of two megabytes."""
    with suppress(OSError), (disk / "fill").open("wb", buffering=0) as file:
        for _ in range(1_000):
            file.write(b"x" * 4096)


def test_a_full_disk_is_a_sentence_on_the_page(browser, tmp_path):
    disk = small_disk(tmp_path / "disk")
    try:
        with serving(disk / "runs") as (address, _):
            RunStore(disk / "runs")
            fill(disk)
            context = browser.new_context(base_url=address)
            context.set_default_timeout(WAIT_MS)
            page = context.new_page()
            page.goto(f"/?token={TOKEN}")
            page.goto("/input")
            page.locator("input[type=file]").first.set_input_files(write_workbook(tmp_path / "case.xlsx"))
            page.get_by_text(
                re.compile("The disk of the server is full|cannot be used: .*(full|space)")
            ).first.wait_for()
            assert page.get_by_text("a fault of ours").count() == 0
            context.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)

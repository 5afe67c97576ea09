"""The pages in a real browser, from a faulty workbook to the downloaded report. Screenshots go to build/screenshots."""

import json
import re
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from planner.case.convert import convert
from planner.runs.folder import RunOptions
from planner.runs.store import RunStore

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

ROOT = Path(__file__).resolve().parents[2]
US = ROOT / "inputs" / "us_base_case"
SHOTS = ROOT / "build" / "screenshots"
FIRST_PLAN_MS = 240_000
HEADLINE = "Largest seller country"  # a card that stands above every part of the results
PARTS = ("Summary", "Supply mix", "Flows", "Investments", "Recycling and stock", "Cost", "Landed cost", "Duties")
BUSY = '[data-testid="stStatusWidget"], [data-testid="stSpinner"], [data-testid="stSkeleton"], [data-stale="true"]'


@pytest.fixture(scope="session")
def workbook(tmp_path_factory):
    """The United States base case as a workbook."""
    return convert(US, tmp_path_factory.mktemp("input") / "us_base_case.xlsx")


@pytest.fixture(scope="session")
def long_search(tmp_path_factory):
    """The same in two futures and with a price on risk, so that it is searched for minutes, and not by cost alone."""
    overlays = [US.parent / "us_futures" / name for name in ("ban_or_not", "risk_averse")]
    return convert(US, tmp_path_factory.mktemp("input") / "two_futures.xlsx", overlays)


@pytest.fixture(scope="session")
def bad_workbook(workbook, tmp_path_factory):
    """The same with a unit typed into a number and a supplier nobody knows."""
    book = openpyxl.load_workbook(workbook)
    book["facilities"]["C7"] = "4,500 t"
    book["offers"]["B4"] = "![x](http://evil.example/a.png)"
    target = tmp_path_factory.mktemp("input") / "bad.xlsx"
    book.save(target)
    return target


@pytest.fixture(scope="module")
def solved(runs_root, workbook):
    """A finished run of the base case, solved once for all tests that only look; a run before it may have to end."""
    store = RunStore(runs_root)
    run = store.create(workbook, options=RunOptions(mip_gap=0.02, time_limit_s=120.0))
    store.launch(run.id)
    for _ in range(1_200):
        if not store.get(run.id).waiting:
            break
        time.sleep(0.5)
    assert store.get(run.id).state == "done", store.get(run.id)
    return run.id


@pytest.fixture(scope="session")
def timings():
    """Note how long something took; all of it is written beside the screenshots."""
    noted = {}
    yield lambda what, value: noted.update({what: value})
    SHOTS.mkdir(parents=True, exist_ok=True)
    (SHOTS / "timings.json").write_text(json.dumps(noted, indent=2), encoding="utf-8")


def settle(page):
    """Wait until nothing is being drawn."""
    quiet = 0
    for _ in range(400):
        page.wait_for_timeout(150)
        quiet = quiet + 1 if page.locator(BUSY).count() == 0 else 0
        if quiet >= 6:
            return


def upload(page, file):
    page.goto("/input")
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_text(re.compile("Ready|to mend")).first.wait_for()
    settle(page)


def start(page, gap, limit):
    """Fill in the two limits and solve; returns the moment of the click."""
    page.get_by_role("spinbutton", name="Stop when proven within (%)").fill(gap)
    page.get_by_role("spinbutton", name="Stop at the latest after (s)").fill(limit)
    page.keyboard.press("Tab")
    page.wait_for_timeout(400)
    clicked = time.monotonic()
    page.get_by_role("button", name="Solve", exact=True).click()
    page.get_by_role("heading", name="Runs", exact=True).wait_for()
    return clicked


def shoot(page, name):
    """A picture of the whole page as wide as a laptop and as narrow as a phone; nothing may stick out sideways."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width, tag in ((1280, "wide"), (420, "phone")):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": width, "height": min(max(900, height + 80), 5000)})
        settle(page)
        page.wait_for_timeout(1500)
        page.screenshot(path=SHOTS / f"{name}_{tag}.png")
        main = "document.querySelector('[data-testid=stMain]')"
        assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 0, f"{name} is wider than {width} px"
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_bad_workbook_names_its_cells_and_comes_back_marked(page, bad_workbook, tmp_path):
    upload(page, bad_workbook)
    page.get_by_text("2 problems to mend").wait_for()
    assert page.get_by_text("facilities!C7").count()
    assert page.get_by_text("Type 4500").count()
    assert page.get_by_role("button", name="Solve", exact=True).count() == 0
    shoot(page, "input_problems")
    with page.expect_download() as marked:
        page.get_by_role("button", name="Download my workbook with the problems marked").click()
    marked.value.save_as(tmp_path / "marked.xlsx")
    assert "Issues" in openpyxl.load_workbook(tmp_path / "marked.xlsx").sheetnames


def test_upload_solve_watch_reload_stop_and_keep_the_plan(page, long_search, timings):
    """The live run: first plan on screen, drawn again after a reload, and the best plan kept when stopped."""
    upload(page, long_search)
    page.get_by_text(re.compile("Ready")).first.wait_for()
    shoot(page, "input_ready")
    clicked = start(page, gap="0", limit="600")
    stop = page.get_by_role("button", name="Stop and keep the best plan")
    stop.wait_for(timeout=FIRST_PLAN_MS)
    timings("click to first plan, s", round(time.monotonic() - clicked, 2))
    page.locator('[data-testid="stVegaLiteChart"]').wait_for()
    address = page.url
    assert "run=" in address
    reloaded = time.monotonic()
    page.reload()
    stop.wait_for()
    timings("reload to drawn again, s", round(time.monotonic() - reloaded, 2))
    assert page.url == address
    shoot(page, "runs_live")
    stopped = time.monotonic()
    stop.click()
    heard = page.get_by_role("button", name=re.compile("^Stopping"))
    heard.or_(page.get_by_text("The plan is found")).or_(page.get_by_text("Stopped, plan kept")).first.wait_for()
    timings("stop to acknowledged, s", round(time.monotonic() - stopped, 2))
    page.get_by_text("Stopped, plan kept").first.wait_for()
    timings("stop to plan kept and reported, s", round(time.monotonic() - stopped, 2))
    shoot(page, "runs_stopped")
    page.get_by_role("button", name="See the results").click()
    page.get_by_text("Best plan when the search was stopped").wait_for()
    page.get_by_text(HEADLINE).wait_for()
    page.get_by_text("The objective is not money").first.wait_for()
    page.get_by_text(re.compile("no plan can have an objective below")).wait_for()
    shoot(page, "results_stopped")


def test_another_tab_shows_the_same_run(page, solved):
    page.goto(f"/runs?run={solved}")
    page.get_by_role("button", name="See the results").wait_for()
    other = page.context.new_page()
    other.goto(f"/runs?run={solved}")
    other.get_by_role("button", name="See the results").wait_for()


@pytest.mark.parametrize("part", [*PARTS, "Limits that bind"])
def test_each_part_of_the_results(page, solved, part):
    page.goto(f"/results?run={solved}&part={part.replace(' ', '+')}")
    page.get_by_text(HEADLINE).wait_for()
    settle(page)
    shoot(page, f"results_{part.replace(' ', '_').lower()}")


def test_the_report_and_the_tables_are_downloaded(page, solved, tmp_path):
    page.goto(f"/report?run={solved}")
    with page.expect_download() as report:
        page.get_by_role("button", name="Download the Excel report").click()
    report.value.save_as(tmp_path / "report.xlsx")
    assert "Summary" in openpyxl.load_workbook(tmp_path / "report.xlsx", read_only=True).sheetnames
    with page.expect_download() as tables:
        page.get_by_role("button", name="Download all tables as CSV (zip)").click()
    tables.value.save_as(tmp_path / "tables.zip")
    assert "ledger.csv" in zipfile.ZipFile(tmp_path / "tables.zip").namelist()
    shoot(page, "report")


@pytest.mark.parametrize(
    ("path", "says"), [("/", "Recent runs"), ("/input", "What a workbook holds"), ("/help", "How it decides")]
)
def test_pages_that_need_no_run(page, solved, path, says):
    page.goto(path)
    page.get_by_text(says).wait_for()
    shoot(page, path.strip("/") or "start")


def test_the_template_is_downloaded(page, tmp_path):
    page.goto("/")
    with page.expect_download() as template:
        page.get_by_role("button", name="Download the template").click()
    template.value.save_as(tmp_path / "template.xlsx")
    assert "offers" in openpyxl.load_workbook(tmp_path / "template.xlsx", read_only=True).sheetnames


def test_pages_are_reached_with_the_keyboard(page, solved):
    """From the top of the page, Tab and Enter are enough to open the list of runs."""
    page.goto("/")
    page.get_by_text("Recent runs").wait_for()
    settle(page)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Runs":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Runs", exact=True).wait_for()

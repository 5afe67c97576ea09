"""The pages without a browser: a bad workbook shows its letter, a good one its plan, and nothing breaks on the way."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from cases import BASE, write_workbook
from rich_case import RICH
from test_runs import desert

pytest.importorskip("streamlit", reason="the pages need the extra `app`")
from streamlit.testing.v1 import AppTest

from planner.case import read_case
from planner.pages.frame import run_line
from planner.pages.results import VIEWS
from planner.pages.words import ago, counted, literal, literal_lines, seconds
from planner.runs.execute import execute
from planner.runs.folder import RunOptions
from planner.runs.store import RunStore

APP = str(Path(__file__).resolve().parents[1] / "planner/pages/serving/script.py")
WAIT_S = 60
NASTY = "![x](http://evil.example/a.png) <b>*bold*</b> :red[no] $a$"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty run store for the pages."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("PLANNER_RUNS", str(folder))
    return folder


def opened(page="start", **query):
    """A page of the app, as a visitor opens it by its address."""
    app = AppTest.from_string(
        f"from planner.pages import {page}\nfrom planner.pages.frame import register\n{page}.show()",
        default_timeout=WAIT_S,
    )
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def text_of(app):
    """Everything that is said on the page."""
    said = [*app.title, *app.header, *app.markdown, *app.caption, *app.text, *app.error, *app.warning, *app.info]
    return "\n".join(str(element.value) for element in said)


def finished_run(root, tmp_path, name="case.xlsx", **sheets):
    """A run of a small case, solved here and now and put into the store as its worker would."""
    store = RunStore(root)
    run = store.create(write_workbook(tmp_path / "case.xlsx", **sheets), name=name)
    store.claim(run.id)
    summary = execute(store.input_path(run.id), root / run.id, run.options)
    store.advance(run.id, "building")
    store.advance(run.id, "solving")
    numbers = {"best_musd": summary.objective_musd, "bound_musd": summary.bound_musd, "gap": summary.gap}
    store.end(run.id, summary.state, result={**numbers, "status": summary.status, "seconds": summary.seconds})
    return store.get(run.id)


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """A store with one finished run: 100 t from Baotou at 60,000 $/t and a duty of 5 %, so 6.3 M$."""
    folder = tmp_path_factory.mktemp("solved")
    duty = [{"authority": "general", "origin": "*", "rate": 0.05}]
    offers = [{**BASE["offers"][0], "offer": NASTY}]
    return folder / "runs", finished_run(folder / "runs", folder, name=NASTY, offers=offers, tariffs=duty)


@pytest.fixture
def run(solved, monkeypatch):
    """That run, and the pages looking into its store."""
    monkeypatch.setenv("PLANNER_RUNS", str(solved[0]))
    return solved[1]


def bad_workbook(tmp_path):
    """The price of the first offer is text with a unit."""
    path = write_workbook(tmp_path / "bad.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["offers"]
    place = next(cell.column for cell in sheet[1] if cell.value == "price_usd_per_t")
    sheet.cell(2, place).value = "60 k$"
    sheet.cell(3, 1).value = NASTY
    target = BytesIO()
    book.save(target)
    return target.getvalue(), f"offers!{sheet.cell(2, place).coordinate}"


def test_the_app_opens_with_its_six_pages(root):
    app = AppTest.from_file(APP, default_timeout=WAIT_S).run()
    assert not app.exception
    assert app.title[0].value == "Rare Earth Sourcing Planner"
    app.button[[button.label for button in app.button].index("Open a workbook")].click().run()
    assert app.title[0].value == "Input"


@pytest.mark.many
@pytest.mark.parametrize("page", ["start", "input", "runs", "results", "report", "help"])
def test_every_page_has_something_to_say_before_the_first_run(root, page):
    app = opened(page)
    assert not app.exception
    assert not app.error
    assert len(text_of(app)) > 50


@pytest.mark.slow
def test_a_bad_workbook_shows_its_letter(root, tmp_path):
    """The price `60 k$` stands in the first data row; the letter names that cell and says what to type."""
    content, cell = bad_workbook(tmp_path)
    app = opened("input")
    app.file_uploader[0].upload("bad.xlsx", content).run()
    assert not app.exception
    said = text_of(app)
    assert literal(cell) in said
    assert literal("60 k$") in said
    assert "problem to mend" in said or "problems to mend" in said
    assert [button.label for button in app.button if button.label == "Solve"] == []


@pytest.mark.slow
def test_a_file_that_is_no_workbook_gets_a_sentence(root):
    app = opened("input")
    app.file_uploader[0].upload("notes.xlsx", b"just some text").run()
    assert not app.exception
    assert "1 problem to mend" in text_of(app)


@pytest.mark.slow
def test_the_upload_is_still_there_after_a_reload(root, tmp_path):
    content, cell = bad_workbook(tmp_path)
    app = opened("input")
    app.file_uploader[0].upload("bad.xlsx", content).run()
    key = app.query_params["case"]
    again = opened("input", case=key[0] if isinstance(key, list) else key)
    assert literal(cell) in text_of(again)


@pytest.mark.slow
def test_a_good_workbook_is_ready_and_solve_queues_it(root, tmp_path, monkeypatch):
    launched = []
    monkeypatch.setattr(RunStore, "launch", lambda _, run_id: launched.append(run_id))
    app = opened("input")
    app.file_uploader[0].upload("good.xlsx", write_workbook(tmp_path / "good.xlsx").read_bytes()).run()
    assert "Ready" in text_of(app)
    limit = next(field for field in app.number_input if "latest" in field.label)
    limit.set_value(30.0)
    next(button for button in app.button if button.label == "Solve").click().run()
    (run,) = RunStore(root).list()
    assert launched == [run.id]
    assert (run.state, run.name, run.options.time_limit_s) == ("queued", "good.xlsx", 30)


@pytest.mark.slow
def test_one_input_has_one_fingerprint_on_every_page(solved, run):
    """That of what it says: where it is checked, with the results, in the record and on the report's summary."""
    store = RunStore(solved[0])
    mark = read_case(store.input_path(run.id)).fingerprint
    app = opened("input")
    app.file_uploader[0].upload("case.xlsx", store.input_path(run.id).read_bytes()).run()
    assert f"fingerprint {mark[:12]}" in text_of(app)
    assert f"fingerprint {mark[:12]}" in text_of(opened("results", run=run.id))
    assert mark in opened("report", run=run.id).dataframe[-1].value["value"].tolist()
    summary = openpyxl.load_workbook(store.folder(run.id) / "report.xlsx", read_only=True)["Summary"]
    assert any(f"Case {mark[:12]}" in str(cell) for row in summary.iter_rows(values_only=True) for cell in row)


def test_a_finished_run_shows_its_plan(run):
    """6.3 M$, proven best, nothing short; and the page shows what the folder holds."""
    app = opened("results", run=run.id)
    assert not app.exception
    assert not app.error
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Unmet need"] == "0 t"
    assert shown["Cost"] == "6 M$"
    assert "Proven best plan" in text_of(app)
    assert run.best_musd == pytest.approx(6.3)


@pytest.mark.many
@pytest.mark.parametrize("part", list(VIEWS))
def test_every_part_of_the_results_opens_by_its_address(run, part):
    app = opened("results", run=run.id, part=part)
    assert not app.exception
    assert not app.error
    headings = " ".join(heading.value for heading in app.header)
    assert {"Summary": "five sentences", "Recycling and stock": "Recycling"}.get(part, part) in headings


@pytest.mark.slow
def test_the_drop_down_of_runs_is_the_same_when_runs_come_and_takes_what_is_chosen(root, tmp_path):
    """What a visit keeps of a widget stands under its name: a new name for each new run would fill the memory."""
    first = finished_run(root, tmp_path, name="first")
    second = finished_run(root, tmp_path, name="second")
    app = opened("results", run=second.id)
    box = app.selectbox[0]
    assert (box.value, set(box.options)) == (second.id, {run_line(first), run_line(second)})
    third = finished_run(root, tmp_path, name="third")
    app.run()
    assert (app.selectbox[0].id, app.selectbox[0].value) == (box.id, second.id)
    assert len(app.selectbox[0].options) == 3
    app.selectbox[0].set_value(third.id).run()
    assert (app.selectbox[0].value, app.query_params["run"]) == (third.id, third.id)


def test_the_report_page_offers_the_record(run):
    app = opened("report", run=run.id)
    assert not app.exception
    assert not app.error
    assert run.sha256 in app.dataframe[-1].value["value"].tolist()


@pytest.mark.many
@pytest.mark.parametrize("page", ["start", "runs", "results", "report"])
def test_names_are_shown_literally(run, page):
    """No character of a name acts as Markdown, wherever it came from."""
    app = opened(page, run=run.id)
    assert not app.exception
    for element in [*app.markdown, *app.caption, *app.info, *app.warning]:
        assert "![x](" not in element.value
        assert "<b>" not in element.value


@pytest.mark.many
@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("lost", "Run it again from the same frozen copy"),
        ("no_plan", "Allow more time"),
        ("infeasible", "Change the cells named above"),
        ("failed", "Quote the run's name"),
    ],
)
def test_a_run_without_a_plan_says_what_to_do(root, tmp_path, state, said):
    store = RunStore(root)
    run = store.create(write_workbook(tmp_path / "case.xlsx"), options=RunOptions(time_limit_s=1))
    store.claim(run.id)
    if state == "lost":
        desert(store, run.id)
        store.mark_lost()
    else:
        store.advance(run.id, "building")
        store.end(run.id, state, "magnets is short by 40 t in 2026")
    app = opened("runs", run=run.id)
    assert not app.exception
    assert said in text_of(app)
    assert "Run again from the same input" in [button.label for button in app.button]


@pytest.mark.slow
def test_a_run_of_the_command_line_opens_by_its_address_before_any_list_has_shown_it(root, tmp_path):
    """6.0 M$ for 100 t; the index was made before it, and only the folder says that it is there."""
    RunStore(root).list()
    execute(write_workbook(tmp_path / "case.xlsx"), root / "by hand")
    app = opened("results", run="by hand")
    assert not app.exception
    assert "Proven best plan" in text_of(app)


def test_a_wrong_address_is_told_and_shows_no_other_run(root, tmp_path):
    RunStore(root).create(write_workbook(tmp_path / "case.xlsx"))
    app = opened("runs", run="20990101-000000-nobody")
    assert not app.exception
    assert "There is no run" in text_of(app)


def test_a_store_that_cannot_be_used_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("PLANNER_RUNS", str(tmp_path / "file"))
    app = opened("runs")
    assert not app.exception
    assert "cannot be used" in text_of(app)


def test_literal_text_keeps_every_character_and_obeys_none():
    assert literal("a_b") == r"a\_b"
    assert literal("x\n\n# y") == r"x \# y"
    assert "](" not in literal(NASTY).replace(r"\]\(", "")
    assert literal("https://a.b").replace("\\", "").replace("\u2060", "") == "https://a.b"
    assert literal_lines("one\ntwo") == "one  \ntwo"


def test_small_words():
    assert [seconds(value) for value in (None, 5.2, 200, 7500)] == ["–", "5 s", "3 min 20 s", "2 h 05 min"]
    assert [ago(0, now) for now in (5, 120, 7200)] == ["just now", "2 min ago", "2 h ago"]
    assert [counted(number, "run") for number in (1, 2000)] == ["1 run", "2,000 runs"]


@pytest.fixture(scope="module")
def two_futures(tmp_path_factory):
    """A store with a run of the rich case: two futures, and names that look like Markdown, HTML and formulas."""
    folder = tmp_path_factory.mktemp("futures")
    contract = {**RICH["contracts"][0], "contract": NASTY}
    sheets = {**RICH, "contracts": [contract], "scenarios": [{"scenario": NASTY}, {"scenario": "@ban"}]}
    sheets["events"] = [row | {"scenario": "@ban"} for row in RICH["events"]]
    return folder / "runs", finished_run(folder / "runs", folder, **sheets)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["Contracts", "Duties", "Compliance", "Risk", "Marginal prices"])
def test_every_future_can_be_chosen_and_names_stay_literal(two_futures, monkeypatch, part):
    """Both futures are on offer where the part is of one; the risk is of all."""
    monkeypatch.setenv("PLANNER_RUNS", str(two_futures[0]))
    app = opened("results", run=two_futures[1].id, part=part)
    choice = [box for box in app.selectbox if box.label == "Future"]
    assert len(choice) == (part != "Risk")
    for box in choice:
        assert box.options == ["all futures, expected", NASTY, "@ban"]
        box.set_value("@ban").run()
    assert not app.exception
    assert not app.error
    assert len(app.dataframe)
    for element in [*app.markdown, *app.caption]:
        assert "![x](" not in element.value


@pytest.mark.slow
def test_one_future_shows_its_own_tons(two_futures, monkeypatch):
    """Under the ban nothing is lifted in 2027: 50 t of 2026 alone, and expected 50 + 0.5 x 50 = 75 t."""
    monkeypatch.setenv("PLANNER_RUNS", str(two_futures[0]))
    app = opened("results", run=two_futures[1].id, part="Contracts")
    assert app.dataframe[0].value["lifted, t"].tolist() == pytest.approx([75])
    next(box for box in app.selectbox if box.label == "Future").set_value("@ban").run()
    assert app.dataframe[0].value["lifted, t"].tolist() == pytest.approx([50])

"""Every figure on the base case's pages and in the README is one that a command found, or stands in the tables."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

from benchmarks import headline, told
from benchmarks.kept import BASE_CASE, HOME, kept
from benchmarks.levers import BASE, Answer
from benchmarks.picture import levers_picture
from benchmarks.results import PARTS, stale
from planner.case import read_case

CASE_PAGE = HOME / BASE_CASE / "README.md"
BEFORE = 4_386  # words of the case's page before it began with its findings
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
NAMES = re.compile(r"`[^`]*`|\]\([^)]*\)|\b10 USC 4872\b|\b(?:45|10)X\b|\bgrade D\b|^\d+\. ", re.MULTILINE)
YEARS = {str(year) for year in range(2021, 2041)}


@pytest.fixture(scope="module")
def known():
    return told.words()


@pytest.mark.slow
@pytest.mark.parametrize("page", told.PAGES)
def test_a_page_tells_what_was_found(page, known):
    text = (HOME / page).read_text(encoding="utf-8")
    assert told.page_with(text, known) == text, "run `python -m benchmarks.results --pages`"
    assert text.count("<!--=end-->") == len(told.BLOCK.findall(text))
    assert text.count("<!--=") == len(told.NUMBER.findall(text)) + 2 * len(told.BLOCK.findall(text))


def test_the_picture_is_drawn_from_the_levers_that_were_found():
    drawn = (HOME / told.PICTURE).read_text(encoding="utf-8")
    assert drawn == levers_picture(told.asked_levers()), "run `python -m benchmarks.results --pages`"


def test_figures_are_of_the_case_as_it_is():
    """A case that has changed since is warned of and blocks nobody: whoever changes it renews them before a release."""
    for part in PARTS:
        assert kept(part)["command"] == f"python -m benchmarks.results {part}"
    for word in stale():
        warnings.warn(word, stacklevel=1)


def test_the_page_of_the_case_has_no_figure_that_nobody_found():
    """Outside marks and generated tables stand years, dates and what the tables themselves say."""
    text = told.BLOCK.sub("", CASE_PAGE.read_text(encoding="utf-8"))
    text = NAMES.sub("", told.NUMBER.sub("", text))
    assert {number.rstrip(",") for number in NUMBER.findall(text)} - YEARS - _of_the_tables() == set()


def _of_the_tables() -> set[str]:
    """Variable cost of home magnets and the price asked, $/kg, with its range; the day and the gaps of the bridge."""
    case = read_case(HOME / BASE_CASE)
    home = case.tables["facilities"].merge(case.tables["places"], on="place")
    home = set(home.loc[home["country"] == case.settings["home_country"], "facility"])
    rows = case.tables["processes"]
    magnets = rows[rows["process"].str.startswith("Make NdFeB") & rows["facility"].isin(home)]
    costs = [f"{magnets['cost_usd_per_t'].agg(end) / 1e3:g}" for end in ("min", "max")]
    notes = " ".join(magnets["note"].dropna())
    asked = (HOME / "inputs" / "us_levers" / "asking_prices" / "processes.csv").read_text(encoding="utf-8")
    assert "25-60" in notes or "(25" in notes
    assert "125 $/kg" in asked
    return {*costs, "25", "60", "125", "28", "0.1", "0.5"}


def test_the_page_of_the_case_is_half_as_long_as_it_was_and_begins_with_ten_findings():
    text = CASE_PAGE.read_text(encoding="utf-8")
    assert len(text.split()) <= BEFORE / 2
    findings = text[text.index("## Ten findings") : text.index("## Two views")]
    assert re.findall(r"^(\d+)\. ", findings, re.MULTILINE) == [str(number) for number in range(1, 11)]
    for one in re.split(r"^\d+\. ", findings, flags=re.MULTILINE)[1:]:
        assert "Overturned" in one
        assert "`" in one


def test_a_mark_that_names_nothing_is_refused():
    with pytest.raises(KeyError):
        told.page_with("12<!--=plan.colour-->", {"plan.cost": "1"})
    assert told.page_with("12<!--=plan.cost--> M$", {"plan.cost": "9,999"}) == "9,999<!--=plan.cost--> M$"
    block = "<!--=a.table-->\n\nold\n\n<!--=end-->"
    assert told.page_with(block, {"a.table": "new"}) == block.replace("old", "new")


def test_an_input_is_called_by_its_words_before_its_range():
    assert told.slug("need of civil magnets -15, +25 %") == "need_of_civil_magnets"
    assert told.slug("price of NdPr, bought and sold, -25, +25 %") == "price_of_ndpr_bought_and_sold"


def test_the_table_of_magnets_adds_up():
    """1,000 t needed, 460 made at home: 46 %; the last period is of two years."""
    row = {"need": 1_000.0, "home": 460.0, "china": 500.0, "elsewhere": 40.0}
    lines = headline.table(
        {"magnets": [{"period": 2028, "years": 1, **row}, {"period": 2039, "years": 2, **row}]}, (2028, 2039)
    ).splitlines()
    assert lines[0] == "|  | 2028 | 2039-40 |"
    assert lines[4] == "| made at home, % | 46 | 46 |"


def test_what_a_lever_costs_is_told_with_its_sign():
    first = Answer(10_000.0, {2028: 0.46, 2030: 0.84}, {2028: 0.4, 2030: 0.2}, 0.0, 0.0, 0.3)
    picture = levers_picture(
        {
            BASE: {"calm": first, "ban": Answer(11_000.0, first.home, first.china, 500.0, 200.0, 0.1)},
            "grants": {"calm": Answer(9_900.0, first.home, first.china, 0.0, 0.0, 0.3), "ban": first},
        }
    )
    assert "−100" in picture
    assert "1,000 · 500 t" in picture


def test_the_derivation_counts_the_rows_that_there_are():
    """Each line of *What is in it* names its sheets, and how many rows each has."""
    folder = CASE_PAGE.parent
    text = (folder / "DERIVATION.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (`[^|]+) \| ([\d, ]+) \|", text, re.MULTILINE)
    assert len(lines) >= 12
    case = read_case(folder)
    for names, counts in lines:
        found = [len(case.tables[name]) for name in re.findall(r"`(\w+)`", names)]
        assert found == [int(count) for count in counts.split(", ")], names


def test_every_result_lies_beside_its_command():
    assert {path.stem for path in (HOME / "benchmarks" / "results").glob("*.json")} == {*PARTS, "bridge"}
    assert Path(kept("bridge")["case"]) == Path(BASE_CASE)

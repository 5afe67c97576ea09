"""A case in pieces, lots or kg: what we say of amounts is in its unit, what is typed stays, no number moves."""

from __future__ import annotations

import re
from zipfile import ZipFile

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, approx, case, write_workbook
from openpyxl import load_workbook
from typer.testing import CliRunner

from planner.brief.content import brief_of
from planner.case.quantity import Quantity, in_words, speak_of
from planner.cli.main import app
from planner.errors import Infeasible
from planner.planning.solve import solve_case
from planner.reporting import write_report
from planner.results.facts import Facts

PIECES = {"quantity_unit": "piece; pieces"}
IN_TONS = re.compile(r"(?<![\w$.'’])(t|[Tt]ons?)(?!\w)")
SHORT = {
    "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 65_000}],
    "offers": [BAOTOU | {"max_t_per_year": 40}, LYNAS | {"note": "sold by the t"}],
}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("12 t a year at 60,000 USD/t", "12 pieces a year at 60,000 USD/piece"),
        ("USD per t/yr, t per year, t/yr", "USD per piece/yr, pieces per year, pieces/yr"),
        ("Tons of a mean year; a ton less", "Pieces of a mean year; a piece less"),
        ("1 t, 21 t, 0.1 t", "1 piece, 21 pieces, 0.1 pieces"),
        ("what isn't told of t1 in total", "what isn't told of t1 in total"),
        ("one more clean ton", "one more clean piece"),
    ],
)
def test_words_for_amounts_are_those_of_the_case(ours, theirs):
    assert Quantity("piece", "pieces").told(ours) == theirs
    assert Quantity().told(ours) == ours


def test_answers_of_studies_are_told_in_it_too():
    """Keys and numbers stay."""
    told = Quantity("piece", "pieces").told_all(
        {"unmet_t": 3.0, "rows": [{"unit": "t/yr", "why": ("30 t short", None)}]}
    )
    assert told == {"unmet_t": 3.0, "rows": [{"unit": "pieces/yr", "why": ("30 pieces short", None)}]}


def test_what_is_typed_in_the_workbook_keeps_its_words():
    """An offer by the ton is called so, also within a sentence of ours."""
    quantity = Quantity.of(case(PIECES, offers=[BAOTOU | {"offer": "Baotou per ton"}]))
    assert quantity.told("40 t of Baotou per ton") == "40 pieces of Baotou per ton"


def test_a_case_in_tons_is_the_same_case_as_before_there_was_a_unit():
    """A typed t equals a blank; pieces are another case."""
    assert case({"quantity_unit": "t"}).fingerprint == case().fingerprint != case(PIECES).fingerprint


def test_one_word_serves_for_one_and_many():
    assert Quantity.of(case({"quantity_unit": "kg"})).told("12 t at 5 USD/t") == "12 kg at 5 USD/kg"


def test_the_terminal_speaks_of_the_case_at_hand_alone():
    speak_of(case(PIECES))
    assert in_words("3 t") == "3 pieces"
    speak_of(None)
    assert in_words("3 t") == "3 t"


def test_a_case_that_cannot_be_met_is_told_in_its_unit():
    """Of 100 pieces 80 arrive in the first year."""
    with pytest.raises(Infeasible) as told:
        solve_case(case(PIECES, offers=[BAOTOU | {"max_t_per_year": 100, "lead_days": 73}]))
    assert "pieces" in str(told.value)
    assert not IN_TONS.search(str(told.value))


def texts(thing: object) -> list[str]:
    """All texts in plain data."""
    if isinstance(thing, str):
        return [thing]
    parts = thing if isinstance(thing, tuple) else vars(thing).values() if hasattr(thing, "__dict__") else ()
    return [text for part in parts for text in texts(part)]


def test_the_brief_says_no_word_of_tons():
    """40 pieces of Baotou for 2.4 M$, 60 short at 65,000: the same 6.3 M$ as in t."""
    held = case(PIECES, **SHORT)
    plan = solve_case(held)
    assert plan.cost_musd == approx(6.3)
    said = texts(brief_of(Facts(held, plan), {}))
    assert any("60.0 pieces" in text for text in said)
    assert [text for text in said if IN_TONS.search(text)] == []


@pytest.mark.slow
def test_report_and_terminal_say_no_word_of_tons(tmp_path):
    """Every text of every sheet but what the workbook itself says."""
    path = write_workbook(tmp_path / "case.xlsx", PIECES, **BASE | SHORT, **MINE)
    held = case(PIECES, **SHORT, **MINE)
    report = write_report(held, solve_case(held), tmp_path / "report.xlsx")
    book = load_workbook(report)
    said = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    with ZipFile(report) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if "/charts/chart" in name]
    axes = [text for chart in charts for text in re.findall(r"<a:t>([^<]*)</a:t>", chart)]
    assert "pieces per year" in axes
    said += axes
    kept = {"sold by the t", "t_per_year", "shortage_usd_per_t"}
    assert [text for text in said if IN_TONS.search(text) and text not in kept] == []
    answer = CliRunner().invoke(app, ["solve", str(path), "--out", str(tmp_path / "run")])
    assert "pieces in all" in answer.stdout, answer.output
    assert not IN_TONS.search(answer.stdout.replace(str(tmp_path), ""))

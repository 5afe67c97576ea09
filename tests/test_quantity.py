"""A case in pieces, lots or kg: what we say of amounts is in its unit, what is typed stays, no number moves."""

from __future__ import annotations

import re
from zipfile import ZipFile

import pytest
from bad_workbooks import LEVELS
from cases import BAOTOU, BASE, LYNAS, MINE, approx, case, needs, write_workbook, years
from good_case import GOOD, good, put, write_csv
from openpyxl import load_workbook
from typer.testing import CliRunner

from planner.brief.content import brief_of
from planner.case import check_case
from planner.case.quantity import in_words, quantity_of, speak_of
from planner.checks.amounts import Quantity
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
    quantity = quantity_of(case(PIECES, offers=[BAOTOU | {"offer": "Baotou per ton"}]))
    assert quantity.told("40 t of Baotou per ton") == "40 pieces of Baotou per ton"


def test_a_case_in_tons_is_the_same_case_as_before_there_was_a_unit():
    """A typed t equals a blank; pieces are another case."""
    assert case({"quantity_unit": "t"}).fingerprint == case().fingerprint != case(PIECES).fingerprint


def test_one_word_serves_for_one_and_many():
    assert quantity_of(case({"quantity_unit": "kg"})).told("12 t at 5 USD/t") == "12 kg at 5 USD/kg"


def test_the_terminal_speaks_of_the_case_at_hand_alone():
    speak_of(case(PIECES))
    assert in_words("3 t") == "3 pieces"
    speak_of(None)
    assert in_words("3 t") == "3 t"


def test_a_case_that_cannot_be_met_is_told_in_its_unit():
    """Of 100 pieces 80 arrive in the first year. That a need falls keeps the check from judging."""
    falls = {"scenario": "one", "kind": "demand", "segment": "magnets", "from": 2027, "factor": 0.9}
    late = {
        "offers": [BAOTOU | {"max_t_per_year": 100, "lead_days": 73}],
        "periods": years(2026, 2027),
        "demand": needs({2026: 100, 2027: 100}),
        "scenarios": [{"scenario": "one"}],
        "events": [falls],
    }
    with pytest.raises(Infeasible) as told:
        solve_case(case(PIECES, **late))
    assert "pieces" in str(told.value)
    assert not IN_TONS.search(str(told.value))


def texts(thing: object) -> list[str]:
    """All texts in plain data."""
    if isinstance(thing, str):
        return [thing]
    parts = thing if isinstance(thing, tuple) else vars(thing).values() if hasattr(thing, "__dict__") else ()
    return [text for part in parts for text in texts(part)]


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_piece_of_a_few_dollars_is_priced_to_the_cent_in_the_report(tmp_path):
    """8.40 is no 8 in a case of pieces. One of 60,000 needs no cents, and neither does a ton of 8.40."""
    wanted = {(8.4, "piece; pieces"): "#,##0.00", (60_000, "piece; pieces"): "#,##0", (8.4, "t"): "#,##0"}
    for (price, unit), shown in wanted.items():
        offers = [BAOTOU | {"price_usd_per_t": price}, LYNAS | {"price_usd_per_t": 2 * price}]
        held = case({"quantity_unit": unit}, offers=offers)
        sheet = load_workbook(write_report(held, solve_case(held), tmp_path / "report.xlsx"))["Awards"]
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == pytest.approx(price)]
        assert {cell.number_format.split(";")[0] for cell in cells} == {shown}


# Of cells -------------------------------------------------------------------------------------------------------------

LETTERS = [
    (
        {"stocks!D2": "4,500 t"},
        "stocks!D2: found '4,500 t', expected a number of pieces, 0 or more. Type the number alone, in pieces.",
    ),
    (
        {"offers!I2": -5},
        "offers!I2: found '-5', expected a number of USD/piece, 0 or more. Without its minus sign an income would",
    ),
    (
        {"offers!A2": "Lynas by the ton", "offers!J2": None},
        "offers!J2: found a blank cell, an offer with a minimum order, here 100 pieces/yr, needs a maximum. Fill in the"
        " most that can be bought in a year.",
    ),
    (
        {"offer_tiers!A2": "Lynas by the ton"},
        "offer_tiers!A2: found 'Lynas by the ton', the sheet offers has no offer of this name.",
    ),
    (
        {"facilities!C1": "capacity_t_per_year [kg/yr]"},
        "facilities!C1: found 'capacity_t_per_year [kg/yr]', the column capacity_t_per_year is in pieces/yr. Convert"
        " the numbers to pieces/yr, then write pieces/yr in the heading.",
    ),
    (
        {"processes!F1": "co2_t_per_t", "processes!F2": 2},
        "processes!F2: found 2, it is counted in t, and the amounts of this case are in another unit (piece). Clear the"
        " cell, or plan in t.",
    ),
]


def in_unit(folder, cells, unit="piece; pieces"):
    """The good case in another unit, with some cells set, and what is said of it."""
    sheets = good()
    sheets["settings"].append(["quantity_unit", unit])
    for cell, value in cells.items():
        put(sheets, cell, value)
    return [str(problem) for problem in check_case(write_csv(sheets, folder / "case")).problems]


@pytest.mark.parametrize(("cells", "letter"), LETTERS, ids=[" ".join(cells) for cells, _ in LETTERS])
def test_a_letter_about_a_cell_is_in_the_unit_of_the_case(cells, letter, tmp_path):
    assert any(said.startswith(letter) for said in in_unit(tmp_path, cells))


@pytest.mark.parametrize("unit", ["t/yr", "tons per year", "pieces/yr", "piece per year"])
def test_a_heading_may_say_the_unit_of_the_case_or_the_ton_that_stands_for_it(unit, tmp_path):
    assert in_unit(tmp_path, {"facilities!C1": f"capacity_t_per_year [{unit}]"}) == []


def test_in_a_case_of_kilograms_a_kilogram_is_not_a_thousandth(tmp_path):
    """Where a case is in t, 500 kg are answered by 0.5."""
    assert in_unit(tmp_path, {"stocks!D2": "500 kg"}, "kg") == [
        "stocks!D2: found '500 kg', expected a number of kg, 0 or more. Type the number alone, in kg."
    ]


@pytest.mark.slow
@pytest.mark.parametrize("level", [level for level in LEVELS if level not in ("file", "cell")])
def test_no_letter_about_a_case_of_pieces_speaks_of_tons(level, tmp_path, monkeypatch):
    """What was found, and names of columns and words to choose, are shown as they stand."""
    monkeypatch.setitem(GOOD, "settings", [*GOOD["settings"], ["quantity_unit", "piece; pieces"]])
    apart = {"cross.in-tons", "row.quantity-unit"}
    for number, bad in enumerate(LEVELS[level]):
        (tmp_path / str(number)).mkdir()
        for problem in check_case(bad.make(tmp_path / str(number))).problems:
            assert problem.code in apart or not IN_TONS.search(f"{problem.message} {problem.fix}"), problem

"""The quick workbook: four sheets that make a full case, checked and named in the cells that were typed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from quick_case import FIRST, filled, need, quote

from planner import solve
from planner.case import check_case, read_case
from planner.case.convert import convert
from planner.docs.renew import SHIPPED, duties_page
from planner.errors import PlannerError
from planner.schema.countries import world
from planner.schema.quick import DUTIES_TODAY, QUICK, duties_today
from planner.workbook.template import write_quick

JAPAN = quote("Kyoto Magnetics", "Japan", 84, incoterm="FCA", freight=0.45)
CHINA = quote("Jade Magnet", "CHN", 70, incoterm="FOB", freight=0.5)
GERMANY = quote("Rhein Magnet", "Germany", 80, currency="EUR", incoterm="DAP", freight=0.4)


def problems(path: Path) -> list[str]:
    return [str(problem) for problem in check_case(path).problems]


# The workbook ---------------------------------------------------------------------------------------------------------


def test_a_new_one_has_four_sheets_in_the_order_of_the_task_with_a_sentence_on_top(tmp_path):
    book = load_workbook(write_quick(tmp_path / "q.xlsx"))
    assert [name for name in book.sheetnames if book[name].sheet_state == "visible"] == [
        "Quotes", "Need", "Duties", "Settings",
    ]  # fmt: skip
    for sheet in QUICK:
        assert book[sheet.name.capitalize()]["A1"].value == sheet.sentence


def test_a_new_one_lacks_only_what_must_be_filled_in(tmp_path):
    assert problems(write_quick(tmp_path / "q.xlsx")) == [
        "Need: nothing is filled in (what is needed, and what going short costs). Fill in material, place, year, t.",
        "Quotes: nothing is filled in (who offers what, from where, at what price). Fill in supplier, country,"
        " material, price, unit.",
    ]


def test_an_existing_file_is_not_overwritten(tmp_path):
    with pytest.raises(PlannerError, match="exists already"):
        write_quick(write_quick(tmp_path / "q.xlsx"))


def test_its_duties_are_those_of_the_base_case_that_have_no_end():
    assert DUTIES_TODAY.read_text(encoding="utf-8") == duties_page(SHIPPED)


def test_no_two_countries_share_a_code_or_a_name():
    names = [name.casefold() for one in world() for name in (one.code, one.name, *one.also)]
    assert len(names) == len(set(names))


# The case it makes ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_dearer_quote_wins_where_the_cheaper_one_pays_more_duty(tmp_path):
    """800 t. Japan: 84,000 + 450, no duty.  China: 70,000 x (1 + 0.021 + 0.25) + 500 = 89,470.  So 67.56 M$."""
    case = filled(tmp_path / "q.xlsx", quotes=[JAPAN, CHINA], need=[need()])
    assert problems(case) == []
    plan = solve(read_case(case))
    assert plan.cost_musd == pytest.approx(800 * 84_450 / 1e6)


def test_a_delivered_price_pays_duty_on_what_is_left_without_freight(tmp_path):
    """80 EUR at 1.1, 0.4 of it freight: 87,560 $/t and 440. Duty 2.1 % of 87,560 = 1,838.76. 10 t: 898,387.6."""
    case = filled(tmp_path / "q.xlsx", quotes=[GERMANY], need=[need(10)], settings={"usd_per_EUR": 1.1})
    assert solve(read_case(case)).cost_musd == pytest.approx(0.8983876)


def test_a_rate_of_one_year_holds_for_that_year_and_prices_of_the_day_are_deflated(tmp_path):
    """100 EUR/t, no heading. 2027: x 1.00. 2028: x 1.21 / 1.10 = 110. 10 t a year, undiscounted: 2,100 $."""
    row = quote("Rhein Magnet", "Germany", 100, currency="EUR") | {"unit": "t", "hts": None}
    settings = {"usd_per_EUR": 1.0, "usd_per_EUR_2028": 1.21, "inflation": 0.1, "discount_rate": 0}
    case = filled(tmp_path / "q.xlsx", quotes=[row], need=[need(10), need(10, 2028)], settings=settings)
    assert solve(read_case(case)).cost_musd == pytest.approx(0.0021)


@pytest.mark.slow
def test_a_quote_says_when_it_is_paid(tmp_path):
    """100 t at 84,000 $/t, paid a fifth of a year later at 10 %: 2 % less, and 450 of freight: 8.277 M$."""
    row = JAPAN | {"payment_days": 73}
    case = filled(tmp_path / "q.xlsx", quotes=[row], need=[need(100)], settings={"payment_rate": 0.1})
    assert solve(read_case(case)).cost_musd == pytest.approx(100 * (84_000 * 0.98 + 450) / 1e6)


def test_a_quote_says_how_long_an_order_takes_and_what_is_bought_today(tmp_path):
    """73 days are a fifth of the year: 80 of Kyoto's 100 t at 84,450, and 20 of Jade's at 89,470."""
    late = JAPAN | {"lead_days": 73, "maximum": 100_000}
    first = read_case(filled(tmp_path / "a.xlsx", quotes=[late, CHINA], need=[need(100)]))
    assert solve(first).cost_musd == pytest.approx((80 * 84_450 + 20 * 89_470) / 1e6)
    known = read_case(filled(tmp_path / "b.xlsx", quotes=[late | {"today": 50_000}, CHINA], need=[need(100)]))
    assert known.tables["awards"][["offer", "place", "t_per_year"]].to_numpy().tolist() == [
        ["Kyoto Magnetics Magnet", "Plant", 50.0]
    ]


@pytest.mark.slow
def test_lots_are_typed_in_the_quotes_own_unit(tmp_path):
    """Three lots of 30,000 kg are 90 of the 100 t; the rest is Jade's."""
    row = JAPAN | {"lot": 30_000, "maximum": 200_000}
    case = filled(tmp_path / "q.xlsx", quotes=[row, CHINA], need=[need(100)])
    assert solve(read_case(case)).cost_musd == pytest.approx((90 * 84_450 + 10 * 89_470) / 1e6)


def test_pounds_are_pounds(tmp_path):
    """1 $ a lb is 2,204.62 $ a t; at most 22,046.226218 lb are 10 t, so 2 of 12 t go short at 5,000 $."""
    row = quote("Ohio Magnet", "USA", 1, maximum=22046.226218487757) | {"unit": "lb"}
    case = filled(tmp_path / "q.xlsx", quotes=[row], need=[need(12, short_usd_per_t=5000)])
    assert solve(read_case(case)).cost_musd == pytest.approx((22046.226218 + 10_000) / 1e6)


@pytest.mark.slow
def test_quotes_in_pieces_stay_in_pieces(tmp_path):
    """500 of Kyoto's at 8.40 + 0.10; 300 of Jade's at 7 x (1 + 0.021 + 0.25) + 0.50 = 9.397: 4,250 + 2,819.10 $."""
    kyoto = JAPAN | {"price": 8.4, "freight": 0.1, "unit": None, "maximum": 500}
    jade = CHINA | {"price": 7, "freight": 0.5, "unit": "pieces"}
    pieces = {"quantity_unit": "piece; pieces"}
    checked = check_case(filled(tmp_path / "q.xlsx", quotes=[kyoto, jade], need=[need()], settings=pieces))
    assert checked.problems == ()
    assert checked.overview.derived[2] == (
        "2 offers: Kyoto Magnetics Magnet at 8.4 USD/piece; Jade Magnet Magnet at 7 USD/piece"
    )
    assert solve(checked.case).cost_musd == pytest.approx(0.0070691)
    book = load_workbook(tmp_path / "q.xlsx")
    book["Need"]["D2"].value = "amount"
    book.save(tmp_path / "q.xlsx")
    full = read_case(convert(tmp_path / "q.xlsx", tmp_path / "full"))
    assert full.settings["quantity_unit"] == "piece; pieces"
    assert full.fingerprint == checked.case.fingerprint


@pytest.mark.slow
def test_quotes_by_mass_are_turned_into_the_unit_of_mass_that_the_case_is_in(tmp_path):
    """A case in kg. 2,000 $/t are 2 $/kg, at most 0.3 t; 1 $/lb is 2.20462 $/kg: 600 + 700 x 2.20462 = 2,143.24 $."""
    rows = [
        quote("Kyoto", "Japan", 2000, maximum=0.3) | {"unit": "t", "hts": None},
        quote("Ohio", "USA", 1) | {"unit": "lb", "hts": None},
    ]
    case = filled(tmp_path / "q.xlsx", quotes=rows, need=[need(1000)], settings={"quantity_unit": "kg"})
    assert solve(read_case(case)).cost_musd == pytest.approx((600 + 700 / 0.45359237) / 1e6)


@pytest.mark.slow
def test_it_turns_into_full_sheets_that_mean_the_same(tmp_path):
    more = {"lead_days": 60, "lot": 5_000, "today": 90_000, "payment_days": 30}
    rows = [JAPAN, CHINA | {"qualified": "no", "maximum": 400_000, "qualification_usd": 250_000}]
    rows.append(GERMANY | more | {"maximum": 300_000})
    needs = [need(), need(900, 2028, short_usd_per_t=400_000)]
    case = filled(tmp_path / "q.xlsx", quotes=rows, need=needs, settings={"usd_per_EUR": 1.1})
    full = convert(case, tmp_path / "full")
    assert (full / "offers.csv").exists()
    assert not (full / "quotes.csv").exists()
    assert read_case(full).fingerprint == read_case(case).fingerprint
    assert read_case(convert(case, tmp_path / "full.xlsx")).fingerprint == read_case(case).fingerprint
    assert solve(read_case(full)).cost_musd == pytest.approx(solve(read_case(case)).cost_musd)


def test_it_may_be_a_folder_of_csv_files(tmp_path):
    for name, rows in {"quotes": [JAPAN], "need": [need()]}.items():
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            lines = csv.DictWriter(file, list(rows[0]))
            lines.writeheader()
            lines.writerows(rows)
    (tmp_path / "settings.csv").write_text("setting,value\nhome_country,United States\ndiscount_rate,0.07\n")
    assert read_case(tmp_path).settings["home_country"] == "USA"


@pytest.mark.slow
def test_sheets_of_a_full_case_may_stand_beside_the_four(tmp_path):
    """China is cheapest without duties, and may have a quarter: 200 t at 70,500, 600 t at 84,450."""
    limits = [
        ["limit", "measure", "sense", "value", "country", "material"],
        ["China", "share", "at most", 0.25, "CHN", "Magnet"],
    ]
    case = filled(tmp_path / "q.xlsx", {"limits": limits}, quotes=[JAPAN, CHINA], need=[need()], duties=[])
    assert solve(read_case(case)).cost_musd == pytest.approx((200 * 70_500 + 600 * 84_450) / 1e6)


def test_what_was_made_is_shown_back(tmp_path):
    checked = check_case(filled(tmp_path / "q.xlsx", quotes=[JAPAN, CHINA], need=[need()]))
    assert checked.overview.rows == {"Quotes": 2, "Need": 1, "Duties": len(duties_today()), "Settings": 8}
    assert checked.overview.derived == (
        "3 countries: CHN China; JPN Japan; USA United States",
        "2 suppliers: Kyoto Magnetics; Jade Magnet",
        "2 offers: Kyoto Magnetics Magnet at 84,000 USD/t; Jade Magnet Magnet at 70,000 USD/t",
        "3 places: Plant (USA); Kyoto Magnetics Magnet, ex works (JPN); Jade Magnet Magnet, ex works (CHN)",
        "2 lanes: Kyoto Magnetics Magnet, ex works to USA for 450 USD/t;"
        " Jade Magnet Magnet, ex works to USA for 500 USD/t",
    )


def test_two_quotes_of_one_supplier_are_told_apart_by_what_differs(tmp_path):
    rows = [JAPAN | {"to": 2027}, JAPAN | {"from": 2028, "price": 86}]
    case = read_case(filled(tmp_path / "q.xlsx", quotes=rows, need=[need(), need(year=2028)]))
    assert list(case.tables["offers"]["offer"]) == [
        "Kyoto Magnetics Magnet, Japan, 84.0",
        "Kyoto Magnetics Magnet, Japan, 2028, 86.0",
    ]


def test_a_value_is_traced_to_the_cell_that_was_typed(tmp_path):
    case = read_case(filled(tmp_path / "q.xlsx", quotes=[CHINA, JAPAN], need=[need()]))
    row = case.tables["offers"].index[1]
    assert case.cell("offers", row, "price_usd_per_t") == f"Quotes!E{FIRST + 1}"
    assert case.cell("demand", case.tables["demand"].index[0], "t_per_year") == f"Need!D{FIRST}"


# What is wrong with it ------------------------------------------------------------------------------------------------

WRONG = {
    "unknown country": (
        {"quotes": [JAPAN | {"country": "Japn"}]},
        "Quotes!B3: found 'Japn', no country has this name or code. Did you mean 'Japan'?",
    ),
    "no rate": (
        {"quotes": [GERMANY]},
        "Quotes!F3: found 'EUR', the sheet Settings has no rate of EUR for 2027. Add a row usd_per_EUR (or"
        " usd_per_EUR_2027 for that year alone) and what one is worth.",
    ),
    "duty within the price": (
        {"quotes": [JAPAN | {"incoterm": "DDP"}]},
        "Quotes!H3: found 'DDP', DDP holds the duty, so that what is left for the goods is not known. Ask for the"
        " price before duty (DAP, say), and type that.",
    ),
    "freight above the price": (
        {"quotes": [JAPAN | {"incoterm": "CIF", "freight": 99}]},
        "Quotes!H3: found 'CIF', under CIF freight is within the price, which is 84. Type freight for the same unit"
        " and in the same currency as the price.",
    ),
    "two headings": (
        {"quotes": [JAPAN, CHINA | {"hts": "8505.11.0050"}]},
        "Quotes!D4: found '8505.11.0050', another row says otherwise of Magnet: Quotes!D3. Type the same in both, or"
        " leave one of them blank.",
    ),
    "a year left out": (
        {"need": [need(), need(year=2029)]},
        "Need!C3: found 2027, no row speaks of 2028, between this year and the next. Add a row for 2028, with 0 t if"
        " nothing is needed then.",
    ),
    "a need twice": (
        {"need": [need(), need(700)]},
        "Need!A4: found 'Magnet', the same material and place and year stands in Need!A3. Delete one of the two rows,"
        " or give it another name.",
    ),
    "an unknown origin of a duty": (
        {"duties": [{"authority": "a", "hts": "8505", "origin": "Zzz", "rate": 0.1, "effect": "adds"}]},
        "Duties!C3: found 'Zzz', no country has this name or code. Type its ISO 3166 code of three letters.",
    ),
    "no home": (
        {"settings": {"home_country": None}},
        "Settings: the setting home_country is missing (the country of every place on the sheet Need). Add a row with"
        " home_country and its name or code.",
    ),
    "found by the checks of the full sheets": (
        {"quotes": [JAPAN | {"minimum": 900, "maximum": 800}]},
        "Quotes!J3: found 0.9, min_order_t_per_year may not be above max_t_per_year, 0.8 in Quotes!K3. Change one of"
        " the two cells.",
    ),
    "a minimum without a maximum": (
        {"quotes": [JAPAN | {"minimum": 900}]},
        "Quotes!K3: found a blank cell, an offer with a minimum order, here 0.9 t/yr, needs a maximum. Fill in the most"
        " that can be bought in a year.",
    ),
    "a lead time without a maximum": (
        {"quotes": [JAPAN | {"lead_days": 60}]},
        "Quotes!R3: found 60, an offer with a lead time needs a maximum, of which it takes a part. Fill in the most"
        " that can be bought in a year.",
    ),
    "bought today for two places": (
        {"quotes": [JAPAN | {"today": 5}], "need": [need(), need(place="Second plant")]},
        "Quotes!T3: found 5, Magnet is needed at several places, so it is not clear for which. Clear the cell, and add"
        " a sheet awards that says how much of each offer goes where today.",
    ),
    "awards typed twice": (
        {"quotes": [JAPAN | {"today": 5}], "more": {"awards": [["offer", "place", "t_per_year"], ["x", "Plant", 1]]}},
        "awards: the sheet awards is made of Quotes, Need and Duties. Delete it; or turn the workbook into full sheets"
        " with `ree-planner convert`, and change it there.",
    ),
    "a unit that is no word": (
        {"quotes": [JAPAN], "settings": {"quantity_unit": "1000 pcs"}},
        "Settings!B10: found '1000 pcs', expected a word for what amounts are in, or the word for one and its plural."
        " Type kg, say, or piece; pieces. A unit with other signs, such as 1000 pcs, is no word.",
    ),
    "a price per kg in a case of pieces": (
        {"settings": {"quantity_unit": "piece; pieces"}},
        "Quotes!G3: found 'kg', expected one of piece, pieces, as Settings says beside quantity_unit. Choose one of"
        " these words.",
    ),
    "pieces that Settings does not name": (
        {"quotes": [JAPAN | {"unit": "pieces"}]},
        "Quotes!G3: found 'pieces', expected one of t, kg, lb, or the word that Settings has beside quantity_unit."
        " Choose one of these words.",
    ),
    "a need of pieces above all quotes": (
        {"quotes": [JAPAN | {"unit": None, "maximum": 700}], "settings": {"quantity_unit": "piece; pieces"}},
        "Need!D3: found 800, in 2027 800 pieces/yr of Magnet are needed at least, and all offers, plants, returns and"
        " stocks together can bring 700 pieces/yr. Add supply, raise a maximum, or allow a larger shortage.",
    ),
    "a sheet that is made": (
        {"more": {"offers": [["offer"], ["mine"]]}},
        "offers: the sheet offers is made of Quotes, Need and Duties. Delete it; or turn the workbook into full sheets"
        " with `ree-planner convert`, and change it there.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_is_told_in_the_cell_that_was_typed(name, tmp_path):
    changes, letter = WRONG[name]
    sheets = {"quotes": [JAPAN], "need": [need()]} | changes
    assert problems(filled(tmp_path / "q.xlsx", **sheets))[0] == letter


def test_a_duty_typed_in_on_goods_that_nobody_quotes_is_asked_about(tmp_path):
    typed = {"authority": "mine", "hts": "7202.99", "origin": "*", "rate": 0.1, "effect": "adds"}
    found = check_case(filled(tmp_path / "q.xlsx", quotes=[JAPAN], need=[need()], duties=[typed])).problems
    assert [(one.code, one.sheet, one.cell) for one in found] == [("cross.matches-nothing", "Duties", "B3")]

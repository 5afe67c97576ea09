"""Yearly rows under a period of several years are answered once, with what belongs in their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import write_workbook
from good_case import good, put, write_csv

from planner.case import check_case
from planner.errors import Problem

FIVE = [{"period": 2026, "years": 5}]


def demand(amounts: dict[int, float], segment: str = "magnets") -> list[dict[str, object]]:
    return [{"segment": segment, "period": year, "t_per_year": t} for year, t in amounts.items()]


def errors(folder: Path, **sheets: list[dict[str, object]]) -> list[Problem]:
    return list(check_case(write_workbook(folder / "case.xlsx", **sheets)).errors)


def test_yearly_needs_under_five_years_are_one_letter_with_their_mean(tmp_path):
    """100, 101, 102, 103 and 104 t: 102 t a year. They were once answered 'Did you mean 2026?', four times."""
    found = errors(tmp_path, periods=FIVE, demand=demand({year: 100 + year - 2026 for year in range(2026, 2031)}))
    assert [str(one) for one in found] == [
        "demand!B3: found 2027 to 2030, 4 rows lie within the period 2026, which covers 2026 to 2030 as a whole."
        " Keep one row for each segment with 2026 in the column period and the mean of its years in t_per_year"
        " (here 102 for 'magnets'), and delete the rest; or give each year a row of its own on the sheet periods."
    ]


def test_a_name_stands_in_the_letter_as_the_user_wrote_it(tmp_path):
    rows = demand({2026: 1, 2027: 2}, "EV motors")
    periods = [{"period": 2026, "years": 2}]
    assert (
        "(here 1.5 for 'EV motors')"
        in errors(tmp_path, periods=periods, demand=rows, segments=[{"segment": "EV motors"}])[0].fix
    )


def test_what_the_letter_says_makes_the_case_sound(tmp_path):
    assert errors(tmp_path, periods=FIVE, demand=demand({2026: 102})) == []


def test_two_periods_are_two_letters_and_many_segments_are_none_more(tmp_path):
    rows = [row for name in ("magnets", "b", "c") for row in demand(dict.fromkeys(range(2026, 2032), 10.0), name)]
    segments: list[dict[str, object]] = [{"segment": name} for name in ("magnets", "b", "c")]
    periods = [{"period": 2026, "years": 3}, {"period": 2029, "years": 3}]
    found = errors(tmp_path, periods=periods, demand=rows, segments=segments)
    assert [(one.cell, one.found, one.message.split(" the period")[0]) for one in found] == [
        ("B3", "2027, 2028", "6 rows lie within"),
        ("B6", "2030, 2031", "6 rows lie within"),
    ]


def test_a_year_left_out_leaves_the_mean_to_the_reader(tmp_path):
    found = errors(tmp_path, periods=FIVE, demand=demand({2026: 100, 2027: 101, 2029: 103}))
    assert found[0].found == "2027, 2029"
    assert "(here" not in found[0].fix


def test_years_that_no_period_covers_are_one_letter(tmp_path):
    found = errors(tmp_path, periods=FIVE, demand=demand({2025: 1, 2026: 1, 2031: 1, 2032: 1}))
    assert [str(one) for one in found] == [
        "demand!B2: found 2025, 2031, 2032, 3 rows lie outside the periods, which cover 2026 to 2030."
        " Delete what lies outside, or add periods to the sheet periods."
    ]


def test_a_single_year_inside_and_one_outside(tmp_path):
    found = errors(tmp_path, periods=FIVE, demand=demand({2028: 5, 2040: 5}))
    assert {(one.code, one.cell, one.found) for one in found} == {
        ("key.year-in-period", "B2", "2028"),
        ("key.unknown", "B3", "2040"),
    }
    inside = next(one for one in found if one.cell == "B2")
    assert inside.message.startswith("the row lies within the period 2026")


@pytest.mark.parametrize(
    ("cell", "year", "amounts"),
    [("offer_prices!B2", 2029, "price_usd_per_t"), ("returns!D2", 2030, "t_per_year"), ("quotas!F2", 2029, "quota_t")],
)
def test_every_sheet_that_names_periods_is_answered_alike(tmp_path, cell, year, amounts):
    """The good case has a period of three years, 2028 to 2030."""
    found = check_case(write_csv(put(good(), cell, year), tmp_path / "case")).errors
    sheet, where = cell.split("!")
    assert [(one.code, one.sheet, one.cell) for one in found] == [("key.year-in-period", sheet, where)]
    assert "the period 2028, which covers 2028 to 2030" in found[0].message
    assert amounts in found[0].fix


def test_periods_that_cannot_be_read_are_told_alone(tmp_path):
    found = check_case(write_csv(put(good(), "periods!B4", "three"), tmp_path / "case")).errors
    assert {one.sheet for one in found} == {"periods"}

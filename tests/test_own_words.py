"""What a case need not spell out: names of countries, rows of those behind an offer, remarks of one's own."""

from __future__ import annotations

from good_case import good, write_csv, write_xlsx

from planner.case import check_case, read_case
from planner.results.words import dollars, more_or_less
from planner.results.words import musd as in_sentences


def test_the_name_of_a_country_serves_as_well_as_its_code(tmp_path):
    """Malaysia for MYS in a place, an offer and a lane, United States as home: the case is the same."""
    sheets = good()
    before = read_case(write_csv(sheets, tmp_path / "codes")).fingerprint
    sheets["places"][3][1] = "malaysia"
    sheets["offers"][1][3] = "Malaysia"
    sheets["lanes"][2][0] = "Malaysia"
    sheets["settings"][1][1] = "United States"
    assert read_case(write_csv(sheets, tmp_path / "names")).fingerprint == before


def test_a_place_that_is_called_like_a_country_stays_a_place(tmp_path):
    """Georgia is in the United States; the lane goes there, not to GEO."""
    sheets = good()
    sheets["countries"].append(["GEO", "Georgia", None, None])
    sheets["places"].append(["Georgia", "USA", None, None])
    sheets["lanes"].append(["Texas", "Georgia", "*", 55, None])
    case = read_case(write_csv(sheets, tmp_path))
    assert case.tables["lanes"]["to"].iloc[-1] == "Georgia"


def test_who_only_mines_needs_no_row(tmp_path):
    """Brazil is on no sheet but as mined_in: its row is added, and said."""
    sheets = good()
    sheets["offers"][3][5] = "Brazil"
    checked = check_case(write_csv(sheets, tmp_path))
    assert not checked.errors
    assert checked.case.tables["countries"]["country"].iloc[-1] == "BRA"
    assert checked.case.tables["offers"]["mined_in"].iloc[2] == "BRA"
    assert checked.overview.derived == ("1 without a row on countries: BRA Brazil",)


def test_a_country_of_no_world_is_still_unknown(tmp_path):
    sheets = good()
    sheets["offers"][3][5] = "Brasilia"
    assert [problem.code for problem in check_case(write_csv(sheets, tmp_path)).errors] == ["key.unknown"]


def test_remarks_of_ones_own_are_left_aside(tmp_path):
    """A sheet notes, a sheet and a column that begin with #: the case is the same."""
    sheets = good()
    before = read_case(write_xlsx(sheets, tmp_path / "plain.xlsx")).fingerprint
    sheets["notes"] = [["call Lynas on Monday"]]
    sheets["# sums"] = [[1, 2, 3]]
    sheets["suppliers"][0].append("# who knows them")
    sheets["suppliers"][1].append("Ann")
    checked = check_case(write_xlsx(sheets, tmp_path / "remarks.xlsx"))
    assert checked.case.fingerprint == before
    assert set(checked.overview.ignored) == {"notes", "# sums"}


def test_small_money_is_told_in_dollars():
    """In a sentence of a plan that is told in millions; how a whole plan is told stands in test_small_money."""
    assert in_sentences(0.0042) == "4,200 $"
    assert in_sentences(-0.0042) == "-4,200 $"
    assert in_sentences(12.0).endswith(" M$")
    assert in_sentences(0.0).endswith(" M$")


def test_few_dollars_are_told_to_the_cent():
    """A piece of 8.40 is not one of 8; 50 and 70,000 have no cents to tell."""
    assert [dollars(value) for value in (8.4, 0.1, -0.897, 7, 50.0000001, 99.5, 100.25, 70_000.4)] == [
        "8.40", "0.10", "-0.90", "7", "50", "99.50", "100", "70,000",
    ]  # fmt: skip


def test_what_a_study_found_is_told_in_dollars_where_it_is_little():
    assert more_or_less(0.6, 0.0) == "0.600 ± 0.000 M$"
    assert more_or_less(0.0000876, 0.00000012) == "87.60 ± 0.12 $"
    assert (more_or_less(252.9471), more_or_less(0.000449)) == ("252.947 M$", "449 $")

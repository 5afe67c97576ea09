"""Names that look alike and are not: the letter names the sign and its code, since no eye finds it."""

from __future__ import annotations

import pytest
from good_case import good, put, write_csv

from planner.case import check_case
from planner.checks.signs import as_seen, difference, twin

SAME = [
    ("NdPr\u00a0oxide", "character 5 is a no-break space (U+00A0) here and a space (U+0020) there"),
    ("NdPr\u202foxide", "character 5 is a narrow no-break space (U+202F) here"),
    ("NdPr\u2003oxide", "character 5 is an em space (U+2003) here"),
    ("NdPr\u3000oxide", "character 5 is an ideographic space (U+3000) here"),
    ("\uff2edPr oxide", "character 1 is a fullwidth latin capital letter n (U+FF2E) here"),
]
ALIKE = [
    ("NdPr \u043exide", "character 6 is a cyrillic small letter o (U+043E) here and a latin small letter o"),
    ("NdPr \u03bfxide", "character 6 is a greek small letter omicron (U+03BF) here"),
    ("NdP\u0433 oxide", ""),
    ("NdPr oxid\u0435", "character 10 is a cyrillic small letter ie (U+0435) here"),
    ("NdPr o\u0445ide", "character 7 is a cyrillic small letter ha (U+0445) here"),
    ("\u039ddPr oxide", "character 1 is a greek capital letter nu (U+039D) here"),
    ("Nd\u0420r oxide", "character 3 is a cyrillic capital letter er (U+0420) here"),
]


@pytest.mark.parametrize(("name", "told"), SAME)
def test_another_space_or_form_of_a_letter_is_the_same_name_and_the_sign_is_told(tmp_path, name, told):
    """offers!C2 says 'NdPr oxide' with another kind of space, or a wide letter: it is meant, and said."""
    found = check_case(write_csv(put(good(), "offers!C2", name), tmp_path / "case")).problems
    assert [(one.code, one.severity, one.cell) for one in found] == [("cell.spelling", "warning", "C2")]
    assert told in found[0].message


@pytest.mark.parametrize(("name", "told"), ALIKE)
def test_a_name_that_only_looks_like_another_is_told_by_its_sign(tmp_path, name, told):
    """offers!C2 says a material that no eye can tell from 'NdPr oxide'; a Cyrillic г does not look like an r."""
    found = check_case(write_csv(put(good(), "offers!C2", name), tmp_path / "case")).errors
    assert [(one.code, one.cell) for one in found] == [("key.unknown", "C2")]
    assert "Did you mean 'NdPr oxide'?" in found[0].fix
    assert told in found[0].fix
    assert ("They look alike" in found[0].fix) == bool(told)


@pytest.mark.parametrize(
    ("dash", "code"), [("\u2010", "2010"), ("\u2011", "2011"), ("\u2013", "2013"), ("\u2212", "2212")]
)
def test_a_dash_that_is_no_hyphen_is_told(tmp_path, dash, code):
    sheets = put(put(good(), "places!A4", "Kuantan-2"), "offers!E2", f"Kuantan{dash}2")
    checked = check_case(write_csv(sheets, tmp_path / "case"))
    assert not checked.errors
    assert f"(U+{code}) here and a hyphen-minus (U+002D) there" in checked.warnings[0].message


def test_the_odd_sign_may_stand_where_the_name_is_defined(tmp_path):
    sheets = put(good(), "suppliers!A2", "Lyn\u0430s")
    found = check_case(write_csv(sheets, tmp_path / "case")).errors
    assert (
        "character 4 is a latin small letter a (U+0061) here and a cyrillic small letter a (U+0430) there"
        in found[0].fix
    )


def test_the_twin_is_preferred_to_another_near_name():
    """'oxid\u0435 A' is nearer to 'oxide A' by sight; by letters 'oxid A' would do as well."""
    assert twin("oxid\u0435 A", ["oxid A", "oxide A"]) == "oxide A"


def test_headings_and_sheets_are_told_in_the_same_way(tmp_path):
    folder = write_csv(put(good(), "stocks!A1", "pl\u0430ce"), tmp_path / "case")
    assert "cyrillic small letter a (U+0430)" in next(
        one.fix for one in check_case(folder).errors if one.code == "structure.unknown-column"
    )


def test_what_differs_to_the_eye_is_not_explained():
    assert difference("oxide", "Oxide") == ""
    assert difference("oxide", "oxides") == ""
    assert difference("oxide", "oxide") == ""


def test_many_differences_are_counted():
    said = difference("\u0430\u0435\u043e\u0440\u0441", "aeopc")
    assert said.count("here and") == 3
    assert said.endswith(", and 2 more")


def test_names_of_unlike_length_differ_from_one_sign_on():
    assert difference("o\ufb01x", "ofix").startswith("character 2 is a latin small ligature fi (U+FB01) here")


def test_a_plain_name_looks_as_it_is():
    assert as_seen("NdPr oxide-2 (99.5 %)") == "NdPr oxide-2 (99.5 %)"

"""Any text that a case may hold comes back as it was: from CSV to a workbook and to CSV again."""

from __future__ import annotations

import csv
import os
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from planner.case import Case, check_case
from planner.case.convert import convert
from planner.checks import texts
from planner.checks.fault import CellFault

FEW = 1
TRIES = int(os.environ.get("PLANNER_FUZZ", FEW))
ODD = [
    "=1+1", "'=1", "''+1", "@x", "-1", "+", "\t=1", " =1", "_x0041_", "_x005F_x0041_", "_X0041_", "_x00",
    "_x0041_x0042_x0043_", "_x0041_ _x005F_x0041_", "_x0041_x0042_ \r\n&",
    "a\nb", "a\r\nb", "\r", "\n x \n", " x ", "\u00a0x\u00a0", "'x'",
    '"', '""', ",", ";", "a;b", "#N/A!", "TRUE", "1e5", "2026-01-01", "00012", "\u3000x", "é", "e\u0301", "\U0001f600",
    "\ufffd", "𝒳", "مصنع", "x" * 200, "<b>&amp;</b>", "]]>", "{=1}", "%", "\\", "*x", "1:1", "<r>x</r>",
    "<r><t>y</t></r>", "http://x", "mailto:x", "internal:A1",
]  # fmt: skip
letters = st.text(st.characters(codec="utf-8"), max_size=12)
anything = st.lists(st.sampled_from(ODD) | letters | st.tuples(st.sampled_from(ODD), letters).map("".join), max_size=25)


def allowed(text: str, rule: object) -> bool:
    with suppress(CellFault):
        rule(text, True)
        return True
    return False


def write(folder: Path, names: list[str], notes: list[str]) -> Path:
    """A case with a segment for each name; its name refers to the segment in another sheet, its note is a note."""
    folder.mkdir()
    sheets = {
        "settings": [
            ["setting", "value"],
            ["home_country", "USA"],
            ["base_year", 2026],
            ["discount_rate", 0],
            ["mip_gap", 0],
        ],
        "periods": [["period", "years"], [2026, 1]],
        "countries": [["country", "name"], ["USA", "United States"]],
        "places": [["place", "country"], ["Texas", "USA"]],
        "materials": [["material", "stage"], ["oxide", "oxides"]],
        "suppliers": [["supplier", "country", "qualified"], ["S", "USA", "yes"]],
        "offers": [["offer", "supplier", "material", "origin", "price_usd_per_t"], ["O", "S", "oxide", "USA", 1]],
        "lanes": [["from", "to", "material"], ["*", "*", "*"]],
        "segments": [
            ["segment", "place", "material", "shortage_usd_per_t", "note"],
            *([name, "Texas", "oxide", 9, note] for name, note in zip(names, notes, strict=True)),
        ],
        "demand": [["segment", "period", "t_per_year"], *([name, 2026, n] for n, name in enumerate(names, start=1))],
    }
    for sheet, rows in sheets.items():
        with (folder / f"{sheet}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    return folder


def meaning(path: Path) -> tuple[str, dict[str, str | None]]:
    checked = check_case(path)
    assert isinstance(checked.case, Case), [str(one) for one in checked.errors]
    segments = checked.case.tables["segments"]
    return checked.case.fingerprint, dict(zip(segments["segment"], segments["note"], strict=True))


@pytest.mark.slow
@settings(
    max_examples=TRIES, deadline=None, database=None, derandomize=TRIES == FEW, suppress_health_check=list(HealthCheck)
)
@example(drawn=ODD)
@given(drawn=anything)
def test_any_text_comes_back_as_it_was(tmp_path_factory, drawn):
    """Names carry a number at their end, so that no two are alike; notes are as they were drawn."""
    folder = tmp_path_factory.mktemp("trip")
    number = count(1)
    names = [name for name in (f"{text} n{next(number)}" for text in ["plain", *drawn]) if allowed(name, texts.name)]
    notes = [text if allowed(text, texts.text) else "" for text in ["", *drawn, *[""] * len(names)]][: len(names)]
    first = meaning(write(folder / "first", names, notes))
    assert meaning(convert(folder / "first", folder / "second.xlsx")) == first
    assert meaning(convert(folder / "second.xlsx", folder / "third")) == first
    assert meaning(convert(folder / "third", folder / "fourth.xlsx")) == first


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u200b", "\u202e", "\ufeff", "\u2028", "\ud800"]
)
def test_a_sign_that_cannot_be_seen_is_told_in_every_name(tmp_path, sign):
    with pytest.raises(CellFault, match=f"U\\+{ord(sign):04X}"):
        texts.name(f"a{sign}b", True)


def test_a_text_longer_than_a_cell_is_refused():
    assert allowed("x" * 32_767, texts.text)
    assert not allowed("x" * 32_768, texts.text)

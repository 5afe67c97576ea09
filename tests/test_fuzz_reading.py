"""Whatever is done to a case's files, the reader answers in words, soon, and lets no changed number pass unseen.

The quick run tries a few of each, always the same; a slow test tries 150 others of each, and
`PLANNER_FUZZ=5000 pytest tests/test_fuzz_reading.py` tries 5,000.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from typing import Any

import pandas as pd
import pytest
from fast_files import csv_texts, parts_of, write_parts, write_texts
from fuzz_mutations import PLACES, SEPARATORS, SNIPPETS, cells, column_at, damage, meaning, set_cell, values
from good_case import Sheets, good
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from planner.case import Checked, check_case
from planner.checks import assemble
from planner.checks.catalogue import ERRORS, WARNINGS
from planner.workbook.marking import write_marked

FEW, MANY = 8, 150
TRIES = int(os.environ.get("PLANNER_FUZZ", FEW))
LONGEST_SECONDS = 5.0
fuzz = settings(
    max_examples=TRIES,
    derandomize=TRIES == FEW,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
PERIODS = pd.DataFrame({"period": []})
seeds = st.integers(0, 2**63)
tried: dict[str, int] = {"refused": 0, "accepted": 0}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    plain = check_case(write_texts(csv_texts(good()), folder / "good"))
    assert plain.problems == ()
    return folder, plain.case.fingerprint


@pytest.fixture(autouse=True)
def without_frames(request, monkeypatch):
    """Most of a check's time goes into the case's data frames; only the tests of cells look at those as well."""
    if "cell" not in request.node.name:
        monkeypatch.setattr(assemble, "_frame", lambda table: PERIODS)


def checked_in_time(path: Any) -> Checked:
    """The outcome, with every problem well formed."""
    start = time.process_time()
    checked = check_case(path)
    assert time.process_time() - start < LONGEST_SECONDS
    for problem in checked.problems:
        assert problem.code in ERRORS or problem.code in WARNINGS
        assert problem.message
        assert problem.fix
    assert (checked.case is None) == bool(checked.errors)
    json.dumps(checked.document(), ensure_ascii=True)
    tried["accepted" if checked.case else "refused"] += 1
    return checked


def write(sheets: Sheets, folder: Any, as_workbook: bool) -> Any:
    if as_workbook:
        return write_parts(parts_of(sheets), folder / "case.xlsx")
    return write_texts(csv_texts(sheets), folder / "case")


# Cells ----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@fuzz
@given(change=cells, as_workbook=st.booleans())
def test_a_changed_cell_is_reported_or_changes_the_fingerprint(room, change, as_workbook):
    folder, before = room
    place, value = change
    sheets = good()
    old = set_cell(sheets, place, value)
    checked = checked_in_time(write(sheets, folder, as_workbook))
    column = column_at(place)
    if column is None or checked.case is None:
        return
    if meaning(column, value) != meaning(column, old):
        assert checked.case.fingerprint != before, (place, old, value)
    else:
        assert checked.case.fingerprint == before, (place, old, value)


@pytest.mark.slow
@fuzz
@given(changes=st.lists(cells, min_size=2, max_size=12), as_workbook=st.booleans(), mark=st.integers(0, 9))
def test_many_changed_cells_are_answered_in_words_and_can_be_marked(room, changes, as_workbook, mark):
    folder, _ = room
    sheets = good()
    for place, value in changes:
        set_cell(sheets, place, value)
    path = write(sheets, folder, as_workbook)
    checked = checked_in_time(path)
    if mark == 0:
        write_marked(path, checked.problems, folder / "marked.xlsx")
        listed = load_workbook(folder / "marked.xlsx", read_only=True)["Issues"]
        assert sum(1 for _ in listed.rows) == max(1, len(checked.problems)) + 1
        (folder / "marked.xlsx").unlink()


# Layout ---------------------------------------------------------------------------------------------------------------


def shuffle_rows(sheets: Sheets, sheet: str, dice: random.Random) -> bool:
    body = sheets[sheet][1:]
    dice.shuffle(body)
    sheets[sheet][1:] = body
    return True


def blank_rows(sheets: Sheets, sheet: str, dice: random.Random) -> bool:
    for _ in range(dice.randint(1, 4)):
        sheets[sheet].insert(dice.randint(1, len(sheets[sheet])), [])
    return True


def shuffle_columns(sheets: Sheets, sheet: str, dice: random.Random) -> bool:
    width = len(sheets[sheet][0])
    order = list(range(width))
    dice.shuffle(order)
    full = [row + [None] * (width - len(row)) for row in sheets[sheet]]
    sheets[sheet] = [[row[place] for place in order] if any(v is not None for v in row) else [] for row in full]
    return True


def spell_sheet(sheets: Sheets, sheet: str, dice: random.Random) -> bool:
    spelt = dice.choice([sheet.upper(), sheet.replace("_", " "), f" {sheet} ", sheet.replace("_", "-").title()])
    sheets[spelt] = sheets.pop(sheet)
    return True


def drop_row(sheets: Sheets, sheet: str, dice: random.Random) -> bool:
    rows = [n for n, row in enumerate(sheets[sheet]) if n and any(value is not None for value in row)]
    if rows:
        del sheets[sheet][dice.choice(rows)]
    return not rows


def drop_filled_column(sheets: Sheets, sheet: str, dice: random.Random) -> bool:
    place = dice.randrange(len(sheets[sheet][0]))
    column = column_at((sheet, 1, place)) if sheet in good() and len(sheets[sheet]) > 1 else None
    held = [row[place] for row in sheets[sheet][1:] if place < len(row) and row[place] is not None]
    for row in sheets[sheet]:
        del row[place : place + 1]
    return column is None or all(meaning(column, value) == meaning(column, None) for value in held)


def drop_sheet(sheets: Sheets, sheet: str, dice: random.Random) -> bool:
    del sheets[sheet]
    return False


ACTS = [shuffle_rows, blank_rows, shuffle_columns, spell_sheet, drop_row, drop_filled_column, drop_sheet]


@fuzz
@given(seed=seeds, as_workbook=st.booleans())
def test_a_changed_layout_is_reported_or_changes_the_fingerprint_or_means_the_same(room, seed, as_workbook):
    folder, before = room
    dice = random.Random(seed)
    sheets = good()
    act, sheet = dice.choice(ACTS), dice.choice(list(sheets))
    unchanged = act(sheets, sheet, dice)
    checked = checked_in_time(write(sheets, folder, as_workbook))
    if unchanged and act in ACTS[:4]:
        assert not checked.errors, (act, sheet)
    if checked.case is not None and sheet != "settings":
        assert (checked.case.fingerprint == before) == unchanged, (act, sheet)


# Bytes ----------------------------------------------------------------------------------------------------------------


def table_values(path: Any) -> list[tuple[str, ...]] | None:
    """All cells of a workbook as openpyxl's other reader sees them; None where it gives up."""
    with suppress(Exception):
        book = load_workbook(path, data_only=True)
        return sorted(
            (sheet.title.strip().casefold(), cell.coordinate, str(cell.value).strip())
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None and str(cell.value).strip()
        )
    return None


class Untouched(tuple[dict[str, str], Any]):
    """The good workbook's parts and values; too long to be shown when a test fails."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "the good workbook"


@pytest.fixture(scope="module")
def untouched(room):
    folder, _ = room
    parts = parts_of(good())
    return Untouched((parts, table_values(write_parts(parts, folder / "untouched.xlsx"))))


@fuzz
@given(seed=seeds)
def test_damaged_xml_is_reported_or_changes_the_fingerprint(room, untouched, seed):
    folder, before = room
    parts, values_before = untouched
    dice = random.Random(seed)
    name = dice.choice(list(parts))
    broken = dict(parts)
    content = damage(parts[name].encode(), dice, [snippet.encode() for snippet in SNIPPETS])
    broken[name] = content.decode("utf-8", "surrogateescape")
    path = folder / "case.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for part, text in broken.items():
            package.writestr(part, text.encode("utf-8", "surrogateescape"))
    checked = checked_in_time(path)
    if checked.case is not None and checked.case.fingerprint == before:
        values_after = table_values(path)
        same = values_after is None or values_after == values_before
        assert same, name


@fuzz
@given(seed=seeds)
def test_a_damaged_file_is_answered_in_words(room, untouched, seed):
    """Bytes of the zip itself; its checksums must catch what the reader cannot see."""
    folder, before = room
    dice = random.Random(seed)
    path = write_parts(untouched[0], folder / "case.xlsx")
    path.write_bytes(damage(path.read_bytes(), dice, [b"PK", b"\x00", b"\xff" * 4, b"<v>", b"9"]))
    checked = checked_in_time(path)
    if checked.case is not None and checked.case.fingerprint == before:
        values_after = table_values(path)
        same = values_after is None or values_after == untouched[1]
        assert same


def rows_of(text: bytes) -> Any:
    """The rows of a CSV text as sets of plain values, apart from the reader; None where it is no CSV."""
    with suppress(UnicodeDecodeError, csv.Error):
        return [[_plain(cell) for cell in row] for row in csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""))]
    return None


def _plain(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return " ".join(cell.strip().lstrip("'").split()).casefold()


@fuzz
@given(seed=seeds)
def test_damaged_csv_is_reported_or_changes_the_fingerprint(room, seed):
    folder, before = room
    dice = random.Random(seed)
    texts = csv_texts(good())
    name = dice.choice(list(texts))
    whole = texts[name]
    texts[name] = damage(whole, dice, SEPARATORS)
    checked = checked_in_time(write_texts(texts, folder / "case"))
    if checked.case is not None and checked.case.fingerprint == before:
        old, new = rows_of(whole), rows_of(texts[name])
        assert new is not None
        data = [[cell for cell in row if cell != ""] for row in (old[1:], new[1:]) for row in row]
        half = len([row for row in old[1:] if any(row)])
        full = [row for row in data if row]
        assert sorted(map(str, full[:half])) == sorted(map(str, full[half:])), (name, whole, texts[name])


@fuzz
@given(
    content=st.binary(max_size=3000), name=st.sampled_from(["case.xlsx", "case.xlsm", "case.xls", "case.csv", "case"])
)
def test_any_bytes_are_answered_in_words(room, content, name):
    folder, _ = room
    path = folder / f"any_{name}"
    path.write_bytes(content)
    assert checked_in_time(path).errors


@fuzz
@given(table=st.lists(st.lists(values, max_size=8), max_size=8), name=st.sampled_from(list(good())))
def test_any_table_is_answered_in_words(room, table, name):
    """Not a mutation of the good sheet: anything at all in its place."""
    folder, _ = room
    sheets = good()
    sheets[name] = table
    checked_in_time(write(sheets, folder, as_workbook=len(table) % 2 == 0))


@pytest.mark.slow
def test_many_more_are_answered_as_well():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    ran = subprocess.run(
        command, env={**os.environ, "PLANNER_FUZZ": str(MANY)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-5000:]


def test_the_oracle_sees_what_the_reader_sees():
    """The good case, cell by cell, means what it says: else the tests above would prove nothing."""
    numbers = [place for place in PLACES if place[1] and column_at(place) is not None]
    assert len(numbers) > 300

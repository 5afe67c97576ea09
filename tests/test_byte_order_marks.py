"""A mark at the beginning of a CSV file, however often programs wrote it, is no part of a heading."""

from pathlib import Path

import pytest
from good_case import good, write_csv

from planner.case import read_case

MARK = b"\xef\xbb\xbf"


def _marked(folder: Path, sheets, change) -> Path:
    for sheet in sheets:
        path = folder / f"{sheet}.csv"
        path.write_bytes(change(path.read_bytes()))
    return folder


def _quoted(raw: bytes) -> bytes:
    head, _, rest = raw.partition(b"\n")
    return b",".join(b'"' + name.strip() + b'"' for name in head.split(b",")) + b"\n" + rest


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    return read_case(write_csv(good(), folder / "case")).fingerprint


@pytest.mark.parametrize("sheet", ["countries", "settings", "tariffs"])
@pytest.mark.parametrize(
    "change",
    [
        lambda raw: MARK + raw,
        lambda raw: MARK * 2 + raw,
        lambda raw: MARK * 3 + raw,
        lambda raw: MARK + _quoted(raw),
        lambda raw: MARK * 2 + _quoted(raw),
        lambda raw: MARK + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        lambda raw: MARK * 2 + raw + b"\r\n\r\n",
    ],
    ids=["one", "two", "three", "one, quoted", "two, quoted", "one, CRLF", "two, blank rows"],
)
def test_any_number_of_marks_is_dropped(tmp_path, plain, sheet, change):
    folder = write_csv(good(), tmp_path / "case")
    assert read_case(_marked(folder, [sheet], change)).fingerprint == plain


@pytest.mark.parametrize("marks", [1, 2])
def test_every_sheet_may_have_them(tmp_path, plain, marks):
    folder = write_csv(good(), tmp_path / "case")
    sheets = [path.stem for path in folder.glob("*.csv")]
    assert read_case(_marked(folder, sheets, lambda raw: MARK * marks + raw)).fingerprint == plain

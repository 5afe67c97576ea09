"""What is checked is what is copied, hashed and solved: one list of a case's files, however they are spelt."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from cases import BASE, SETTINGS, USUAL
from good_case import good, write_csv, write_xlsx

from planner.case import check_case
from planner.errors import InputInvalid, PlannerError
from planner.runs.execute import execute
from planner.runs.folder import RunFolder, RunOptions
from planner.workbook import files
from planner.workbook.files import copy_case, files_of, sha256_of_case


def frozen(path: Path, out: Path) -> Path:
    return RunFolder.begin(path, out, RunOptions()).input


def write_base(folder: Path, **sheets: list[dict[str, object]]) -> Path:
    folder.mkdir()
    stated = [{"setting": name, "value": value} for name, value in SETTINGS.items()]
    for name, rows in {"settings": stated, **BASE, **sheets}.items():
        full = [{**USUAL.get(name, {}), **row} for row in rows]
        full = [{"name": "a country", **row} if name == "countries" else row for row in full]
        lines = [",".join(full[0]), *(",".join(str(value) for value in row.values()) for row in full)]
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.slow
def test_a_sheet_whose_file_ends_in_capitals_counts_in_the_plan_too(tmp_path):
    """100 t from China cost 60,000 and a duty of 100 %: 12.0 M$; from Malaysia 14.0 M$. Without the file: 6.0 M$."""
    folder = write_base(tmp_path / "case", tariffs=[{"authority": "301", "rate": 1.0}])
    (folder / "tariffs.csv").rename(folder / "tariffs.CSV")
    assert execute(folder, tmp_path / "run").objective_musd == pytest.approx(12.0, abs=1e-6)


@pytest.mark.many
@pytest.mark.parametrize("name", ["tariffs.CSV", "Tariffs.csv", "TARIFFS.Csv", "tariffs .csv", "Tariffs.cSV"])
def test_files_of_any_spelling_are_frozen(tmp_path, name):
    folder = write_csv(good(), tmp_path / "case")
    before = check_case(folder).case.fingerprint
    (folder / "tariffs.csv").rename(folder / name)
    assert check_case(folder).case.fingerprint == before
    kept = frozen(folder, tmp_path / "run")
    assert check_case(kept).case.fingerprint == before
    assert sha256_of_case(kept) == sha256_of_case(folder)


@pytest.mark.many
@pytest.mark.parametrize("name", ["case.XLSX", "CASE.Xlsx", "case", "my case (2).xlsx", "case.xlsm"])
def test_workbooks_of_any_spelling_are_frozen(tmp_path, name):
    path = write_xlsx(good(), tmp_path / "whole.xlsx").rename(tmp_path / name)
    kept = frozen(path, tmp_path / "run")
    assert check_case(kept).case.fingerprint == check_case(path).case.fingerprint
    assert sha256_of_case(kept) == sha256_of_case(path)


def test_a_link_to_a_file_is_kept_as_the_file(tmp_path):
    folder = write_csv(good(), tmp_path / "case")
    (folder / "tariffs.csv").rename(tmp_path / "elsewhere.txt")
    (folder / "tariffs.csv").symlink_to(tmp_path / "elsewhere.txt")
    kept = frozen(folder, tmp_path / "run")
    assert not (kept / "tariffs.csv").is_symlink()
    assert check_case(kept).case.fingerprint == check_case(folder).case.fingerprint


def test_a_folder_that_is_a_link_or_named_by_dots_is_frozen_whole(tmp_path, monkeypatch):
    folder = write_csv(good(), tmp_path / "case")
    (tmp_path / "link").symlink_to(folder)
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    for number, path in enumerate((tmp_path / "link", Path(".."), Path("../../case/."))):
        kept = frozen(path, tmp_path / f"run {number}")
        assert kept.parent == tmp_path / f"run {number}.tmp" / "input"
        assert sha256_of_case(kept) == sha256_of_case(folder)


def test_what_is_not_read_is_neither_frozen_nor_hashed(tmp_path):
    folder = write_csv(good(), tmp_path / "case")
    before = sha256_of_case(folder)
    for name in ("README.md", ".offers.csv", "~$offers.csv"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "old").mkdir()
    (folder / "old" / "offers.csv").write_text("x", encoding="utf-8")
    assert sha256_of_case(folder) == before
    assert check_case(folder).problems == ()
    kept = frozen(folder, tmp_path / "run")
    assert sorted(path.name for path in kept.iterdir()) == sorted(f"{name}.csv" for name in good())


@pytest.mark.parametrize(
    "name", ["tariffs.txt", "tariffs.csv.txt", "Tariffs.xlsx", "TARIFFS", "tariffs.tsv", "build options.csv~"]
)
def test_a_file_that_bears_a_sheets_name_and_is_not_read_is_told(tmp_path, name):
    folder = write_csv(good(), tmp_path / "case")
    (folder / name).write_text("x", encoding="utf-8")
    found = check_case(folder)
    assert [(one.code, one.severity) for one in found.problems] == [("file.not-read", "warning")]
    assert name in found.problems[0].message


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_nothing(path: Path) -> None:
    path.symlink_to(path.parent / "gone")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def folder_named_so(path: Path) -> None:
    path.mkdir()


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def empty_device(path: Path) -> None:
    path.symlink_to("/dev/null")


def listening(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(path.name)
    os.chdir(here)


@pytest.mark.skipif(os.name != "posix", reason="other systems have none of these")
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (pipe, "is a pipe, not a file"),
        (link_to_nothing, "which is not there"),
        (link_to_itself, "cannot be opened"),
        (folder_named_so, "is a folder, not a file"),
        (device, "is a device, not a file"),
        (empty_device, "is a device, not a file"),
        (listening, "is a socket, not a file"),
    ],
)
def test_what_is_no_file_is_refused_by_name_before_anything_is_copied(tmp_path, make, told):
    folder = write_csv(good(), tmp_path / "case")
    (folder / "tariffs.csv").unlink()
    make(folder / "tariffs.csv")
    found = check_case(folder).errors
    assert [one.code for one in found] == ["file.not-a-file"]
    assert found[0].message.startswith("tariffs.csv ")
    assert told in found[0].message
    with pytest.raises(InputInvalid, match=r"tariffs\.csv"):
        frozen(folder, tmp_path / "run")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case"]


@pytest.mark.skipif(os.name != "posix", reason="other systems have none of these")
@pytest.mark.parametrize("make", [pipe, device, link_to_nothing])
def test_a_case_that_is_no_file_itself_is_refused(tmp_path, make):
    make(tmp_path / "case.xlsx")
    assert [one.code for one in check_case(tmp_path / "case.xlsx").errors] == ["file.not-a-file"]


def test_too_many_bytes_are_refused_before_the_first_is_copied(tmp_path, monkeypatch):
    folder = write_csv(good(), tmp_path / "case")
    monkeypatch.setattr(files, "MAX_FOLDER_BYTES", 1_000)
    assert [one.code for one in check_case(folder).errors] == ["file.too-big"]
    with pytest.raises(InputInvalid, match="MB together"):
        frozen(folder, tmp_path / "run")
    assert not (tmp_path / "run.tmp").exists()


def test_a_file_that_changes_while_it_is_copied_is_an_error(tmp_path, monkeypatch):
    folder = write_csv(good(), tmp_path / "case")
    whole = files._copy

    def changing(source: Path, target: Path) -> None:
        whole(source, target)
        source.write_text("changed", encoding="utf-8")

    monkeypatch.setattr(files, "_copy", changing)
    with pytest.raises(PlannerError, match="was changed while it was being copied"):
        copy_case(files_of(folder), tmp_path / "kept")


@pytest.mark.parametrize("marks", [1, 2, 3])
def test_marks_at_the_start_of_a_file_are_no_part_of_its_first_heading(tmp_path, marks):
    """Saved as 'CSV UTF-8' by one program and marked again by the next."""
    folder = write_csv(good(), tmp_path / "case")
    before = check_case(folder).case.fingerprint
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" * marks + path.read_bytes())
    assert check_case(folder).case.fingerprint == before


def test_marks_before_a_heading_in_quotes_do_no_harm(tmp_path):
    folder = write_csv(good(), tmp_path / "case")
    before = check_case(folder).case.fingerprint
    text = (folder / "trust.csv").read_bytes()
    (folder / "trust.csv").write_bytes(b"\xef\xbb\xbf\xef\xbb\xbf" + text.replace(b"country", b'"country"', 1))
    assert check_case(folder).case.fingerprint == before

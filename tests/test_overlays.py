"""An overlay's sheets take the place of a case's, and what is wrong in them is told in their own cells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from good_case import GOOD, Sheets, good, write_csv, write_xlsx
from test_cli_end_to_end import TABLES

import planner
from planner.case import check_case, read_case
from planner.case.convert import convert
from planner.cli import main as cli
from planner.errors import InputInvalid

NORTH = ["Northern NdPr", "Northern", "NdPr oxide", "CHN", 60000, 500]
OFFERS = ["offer", "supplier", "material", "origin", "price_usd_per_t", "max_t_per_year"]
DEAR: Sheets = {
    "scenarios": [["scenario", "probability"], ["dear", 1]],
    "events": [["scenario", "kind", "country", "from", "factor"], ["dear", "price", "CHN", 2027, 2]],
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_csv(good(), tmp_path / "base")


def overlay(folder: Path, name: str, sheets: Sheets) -> Path:
    return write_csv(sheets, folder / name)


def test_a_sheet_takes_the_place_of_the_whole_sheet_and_the_last_overlay_wins(base: Path, tmp_path: Path) -> None:
    """GOOD has four offers. The first overlay has one of 500 t, the second the same one of 700 t."""
    first = overlay(tmp_path, "first", {"offers": [OFFERS, NORTH], "stocks": [["place", "material"]]})
    second = overlay(tmp_path, "second", {"offers": [OFFERS, [*NORTH[:-1], 700]]})
    for overlays, most in (((first,), 500), ((first, second), 700), ((second, first), 500)):
        found = check_case(base, overlays)
        offers = _outcome(base, overlays)["offers"]
        assert offers == {"Northern NdPr": most}
        assert any(problem.code == "structure.emptied" for problem in found.problems) == bool(GOOD["stocks"][1:])


def _outcome(base: Path, overlays: tuple[Path, ...]) -> dict[str, dict[str, float]]:
    from planner.checks.run import check_cells
    from planner.workbook.source import open_case

    table = check_cells(open_case(base, overlays)).tables["offers"]
    return {"offers": dict(zip(table.values["offer"], table.values["max_t_per_year"], strict=True))}


def test_only_the_settings_named_are_replaced(base: Path, tmp_path: Path) -> None:
    """GOOD has a discount rate of 0.07 and a gap of 0.001; the workbook laid over it says 0.03 and adds a weight."""
    rows = [["setting", "value"], ["discount_rate", 0.03], ["risk_weight", 0.5]]
    case = read_case(base, [write_xlsx({"settings": rows}, tmp_path / "risk.xlsx")])
    assert (case.settings["discount_rate"], case.settings["risk_weight"]) == (0.03, 0.5)
    assert (case.settings["mip_gap"], case.settings["home_country"]) == (0.001, "USA")
    assert case.setting_cell("discount_rate") == "[risk.xlsx]settings!B2"
    assert case.setting_cell("mip_gap") == "settings!B6"


def test_what_is_wrong_is_told_in_the_overlay_s_own_cells(base: Path, tmp_path: Path) -> None:
    events = [["scenario", "kind", "country", "from", "factor"], ["dear", "price", "CHN", 2027, "none"]]
    settings = [["setting", "value"], ["discount_rate", "7 %"], ["hurry", 1], ["discount_rate", 0.07]]
    bad = overlay(
        tmp_path, "bad", {"scenarios": DEAR["scenarios"], "events": events, "settings": settings, "tarrifs": [["a"]]}
    )
    places = {
        (problem.sheet, problem.cell) for problem in check_case(base, [bad]).problems if problem.severity == "error"
    }
    assert places == {
        ("[bad]events", "E2"),
        ("[bad]settings", "B2"),
        ("[bad]settings", "A3"),
        ("[bad]settings", "A4"),
        ("[bad]tarrifs", ""),
    }


def test_an_unknown_name_in_an_overlay_is_told_there_and_a_fault_below_it_is_gone(base: Path, tmp_path: Path) -> None:
    (base / "events.csv").write_text("scenario;kind\n", encoding="utf-8")
    assert not check_case(
        base, [overlay(tmp_path, "dear", DEAR)]
    ).case  # a file that cannot be read is told all the same
    (base / "events.csv").write_text("scenario,kind,start\n", encoding="utf-8")
    assert read_case(base, [overlay(tmp_path, "dear", DEAR)]).tables["events"]["scenario"].tolist() == ["dear"]
    typo = {"events": [DEAR["events"][0], ["dear", "price", "CHX", 2027, 2]], "scenarios": DEAR["scenarios"]}
    with pytest.raises(InputInvalid, match=r"\[typo\]events!C2: found 'CHX'"):
        planner.read(base, overlays=[overlay(tmp_path, "typo", typo)])


def test_an_overlay_that_is_not_there_or_empty_is_named(base: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    texts = [str(problem) for problem in check_case(base, [tmp_path / "empty", tmp_path / "gone"]).problems]
    assert texts == [
        "[empty]: the folder holds no CSV file. Choose a folder with files like offers.csv, or a workbook.",
        f"[gone]: there is no file or folder {tmp_path / 'gone'}. Look at the spelling of the path.",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("target", ["merged", "merged.xlsx"])
def test_the_merged_case_stands_alone(base: Path, tmp_path: Path, target: str) -> None:
    """Written and read again it is the same case, without the overlays, from a folder or a workbook."""
    risk = {"settings": [["setting", "value", "note"], ["risk_weight", 0.5, "assumed"]]}
    overlays = [overlay(tmp_path, "dear", DEAR), write_xlsx(risk, tmp_path / "risk.xlsx")]
    merged = convert(base, tmp_path / target, overlays)
    assert read_case(merged).fingerprint == read_case(base, overlays).fingerprint != read_case(base).fingerprint


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        cli.main([str(argument) for argument in arguments])
    return int(end.value.code or 0), capsys.readouterr().out


@pytest.mark.slow
def test_the_command_line_lays_over_and_the_run_needs_no_other_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """100 t wanted: 60 t of North at 60,000 $/t and 40 t of Lynas at 70,000, so 6.4 M$; of Lynas alone 7.0 M$."""
    sheets = {name: [list(rows[0]), *(list(row.values()) for row in rows)] for name, rows in TABLES.items()}
    base, out = write_csv(sheets, tmp_path / "base"), tmp_path / "run"
    alone = {"offers": [OFFERS, ["L", "Lynas", "NdPr oxide", "MYS", 70000, 100]]}
    lynas = overlay(tmp_path, "lynas", alone)
    code, checked = run(capsys, "check", base, "--with", lynas, "--json")
    assert code == 0
    code, solved = run(capsys, "solve", base, "--with", lynas, "--out", out, "--quiet", "--json")
    assert (code, json.loads(solved)["objective_musd"]) == (0, pytest.approx(7.0))
    frozen = read_case(out / "input" / "base+lynas")
    assert json.loads(solved)["fingerprint"] == json.loads(checked)["fingerprint"] == frozen.fingerprint
    assert run(capsys, "convert", base, tmp_path / "alone", "--with", lynas)[0] == 0
    assert read_case(tmp_path / "alone").fingerprint == frozen.fingerprint
    assert run(capsys, "solve", base, "--with", overlay(tmp_path, "ill", {"events": [["x"]]}), "--out", out)[0] == 3

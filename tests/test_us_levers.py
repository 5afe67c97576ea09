"""The levers are the base case but for what they say, and their table is worked out right."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import levers
from benchmarks.kept import kept
from benchmarks.levers import Answer
from planner.case import Case, check_case, read_case
from planner.schema import SHEET

INPUTS = Path(__file__).resolve().parents[1] / "inputs"
BASE, LEVERS = INPUTS / "us_base_case", INPUTS / "us_levers"
NAMES = sorted(folder.name for folder in LEVERS.iterdir() if folder.is_dir())
CHANGED = {
    ("alternative_materials", "offers"): (),
    ("asking_prices", "processes"): ("cost_usd_per_t",),
    ("assembly_home", "demand"): ("t_per_year",),
    ("collection_rule", "returns"): ("min_collection_share",),
    ("duty_relief", "tariffs"): (),
    ("minimum_import_price", "tariffs"): (),
    ("no_defence_rule", "segments"): ("origin_rule",),
    ("permits_faster", "build_options"): ("permit_years",),
    ("refined_origin_civil", "segments"): ("origin_rule",),
}


@pytest.fixture(scope="module")
def base() -> Case:
    return read_case(BASE)


@pytest.mark.many
@pytest.mark.parametrize("name", NAMES)
def test_each_fits_the_base_case_and_says_where_it_is_from(name):
    checked = check_case(BASE, [LEVERS / name])
    assert not checked.errors
    assert {problem.code for problem in checked.warnings} <= {"cross.too-little-short", "structure.emptied"}
    for file in (LEVERS / name).glob("*.csv"):
        table = pd.read_csv(file)
        assert table[["source", "year", "grade"]].notna().all(axis=None), file


@pytest.mark.many
@pytest.mark.parametrize(("name", "sheet"), list(CHANGED))
def test_a_copied_sheet_is_the_cases_but_for_what_the_lever_is_about(base, name, sheet):
    key = [column for column in SHEET[sheet].key if column not in CHANGED[name, sheet]]
    aside = ["source", "year", "grade", "note", *CHANGED[name, sheet]]
    own, laid = (case.tables[sheet].drop(columns=aside) for case in (base, read_case(BASE, [LEVERS / name])))
    laid = laid.head(len(own)) if len(laid) > len(own) else laid
    pd.testing.assert_frame_equal(laid.sort_values(key), own.sort_values(key), check_dtype=False)


def test_the_buyer_pays_home_makers_their_margin_and_nobody_else(base):
    """30 $/kg on each home magnet, 20 at 10X, whose contract guarantees 140 M$ on 7,000 t; metal is at cost."""
    asking = read_case(BASE, [LEVERS / "asking_prices"]).tables["processes"]
    more = asking["cost_usd_per_t"] - base.tables["processes"]["cost_usd_per_t"]
    magnets = asking["process"].str.startswith("Make NdFeB")
    assert (more[~magnets] == 0).all()
    assert set(more[magnets & (asking["facility"] != "MP 10X")]) == {30_000}
    assert set(more[asking["facility"] == "MP 10X"]) == {20_000}


def test_every_lever_of_the_table_lies_somewhere():
    for names in levers.QUESTIONS.values():
        for name in names:
            assert (INPUTS.parent / levers.overlay(name)[0]).is_dir()


def test_the_table_sets_each_lever_against_the_case_in_calm_and_ban():
    """100 M$ more over fifteen years at 7 % are 100 / 9.745 = 10.3 a year; the ban costs 900 M$ and not 1,000."""
    calm = Answer(10_000.0, {2028: 0.46, 2030: 0.84}, {2028: 0.4, 2030: 0.2}, 0.0, 0.0, 0.3)
    worlds = {"calm": calm, "ban": Answer(11_000.0, calm.home, calm.china, 500.0, 200.0, 0.1)}
    lever = {
        "calm": Answer(10_100.0, {2028: 0.5, 2030: 0.9}, calm.china, 0.0, 0.0, 0.25),
        "ban": Answer(11_000.0, calm.home, calm.china, 100.0, 40.0, 0.1),
    }
    lines = levers.table({levers.BASE: worlds, "grants": lever}).splitlines()
    assert lines[2] == "| as it is | 10,000 | 0 | 0.0 | 46% | 84% | 40% | 30% | 1,000 | 500 |"
    assert lines[3] == "| grants | 10,100 | +100 | +10.3 | 50% | 90% | 40% | 25% | 900 | 100 |"


@pytest.mark.slow
def test_the_shipped_table_is_what_the_command_writes():
    """The lines of the case and of two levers, of which one changes what is paid and one what may be kept."""
    asked = {
        name: {
            "calm": levers.relaxed(read_case(BASE, levers.overlay(name))),
            "ban": levers.relaxed(read_case(BASE, [*levers.overlay(name), levers.BAN])),
        }
        for name in (levers.BASE, "asking_prices", "stockpile")
    }
    page = (LEVERS / "README.md").read_text(encoding="utf-8").splitlines()
    for line in levers.table(asked).splitlines()[2:]:
        shipped = next(row for row in page if row.startswith(line[: line.index(" |", 2)] + " |") and "%" in row)
        for found, told in zip(_numbers(line), _numbers(shipped), strict=True):
            assert found == pytest.approx(told, abs=max(1.0, 0.002 * abs(told))), line


def _numbers(line: str) -> list[float]:
    """The figures of a line but for exposure, which ties among plans leave loose."""
    cells = [cell.strip() for cell in line.strip("|").split("|")][1:]
    return [float(cell.replace(",", "").rstrip("%")) for cell in cells[:6] + cells[7:]]


@pytest.mark.slow
def test_what_is_kept_of_the_plan_is_what_the_case_says():
    """Cost within the gap; home magnets in 2028 and 2030 within two points, since a plan within the gap may differ."""
    answer = levers.planned(read_case(BASE), 0.005)
    told = kept("plan")["figures"]
    shares = {row["period"]: row["home"] / row["need"] for row in told["magnets"]}
    assert answer.cost_musd == pytest.approx(told["cost_musd"], rel=0.005)
    assert [100 * answer.home[year] for year in levers.YEARS] == pytest.approx(
        [100 * shares[2028], 100 * shares[2030]], abs=2
    )
    assert told["gap"] <= 0.005


def test_margins_are_what_plants_charge_above_their_cost(base):
    """100 t in the first year that a plant sells for 30,000 $/t more than it costs: 3 M$, not discounted yet."""
    asking = read_case(BASE, [LEVERS / "asking_prices"])
    run = pd.DataFrame(
        {"facility": ["eVAC Sumter"], "process": ["Make NdFeB standard"], "node": ["2026"], "t_per_year": [100.0]}
    )
    assert levers._margins(asking, base, run) == pytest.approx(3.0)
    assert levers._margins(base, base, run) == 0.0

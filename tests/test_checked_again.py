"""A changed case is checked where a change can reach, and what is found of it is what a check of all of it finds."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from drawn_cases import drawn, write_folder

from planner.case import Case
from planner.case.changes import DROP, PLUS, SET, TIMES, Change, Original
from planner.checks.again import copied
from planner.checks.assemble import assemble
from planner.checks.document import in_order
from planner.checks.kept import EVERY, STATED, Checks, Examined, Noting, Sparing, differing
from planner.checks.run import check_sense
from planner.checks.table import Table, columns_of
from planner.errors import InputInvalid, PlannerError
from planner.schema import SHEET

SHIPPED = {
    "base": ("inputs/us_base_case",),
    "futures": ("inputs/us_base_case", "inputs/us_futures/ten", "inputs/us_futures/risk_averse"),
    "agreements": ("inputs/us_base_case", "inputs/us_futures/partnerships", "inputs/us_futures/tariffs_trq"),
    "quotes": ("inputs/motor_maker",),
    "shop": ("inputs/defence_magnets",),
}
LONG = [pytest.param(name, 60, marks=pytest.mark.slow) for name in SHIPPED]
DRAWN = [pytest.param(seed, 40, marks=pytest.mark.slow) for seed in range(30)]
# What people call a country, another spelling of a name, a thing that is nowhere, a number too large, and too small.
WORDS = ("Chile", "south korea", "CHN", "*", "no such thing", "1e4", "-0.0", "0", "1", "3", "2031", "yes", "2031-05-01")
SETTINGS = ("discount_rate", "base_year", "home_country", "currency", "inflation", "quantity_unit", "exposure_price")


def read(*path: str) -> Original:
    root = Path(__file__).parents[1]
    return Original.read(root / path[0], [root / overlay for overlay in path[1:]])


def cold(original: Original, changes: list[Change]) -> Case:
    """The same cells, all of them checked, and all tables made anew."""
    cells = original._with(changes)
    outcome = copied(cells, cells.tables)
    check_sense(outcome)
    outcome.problems = list(in_order(outcome.tell().problems))
    if not outcome.sound:
        raise InputInvalid(outcome.problems)
    return Case(name=original.name, **assemble(outcome))


def told(make: Any, *asked: Any) -> tuple[Any, ...]:
    """All that a case holds, or why there is none."""
    try:
        case = make(*asked)
    except InputInvalid as refused:
        return ("refused", refused.problems)
    except PlannerError as error:
        return ("not done", str(error))
    frames = {name: _plain(table) for name, table in {**case.tables, "": case.defaults_used}.items()}
    return (
        *("made", case.fingerprint, case.warnings, list(case.settings.items()), frames),
        *(case.cells, case.titles, case.setting_cells, case.typed_in),
    )


def _plain(table: Any) -> str:
    return repr((table.columns.tolist(), table.dtypes.tolist(), table.index.tolist(), table.to_numpy().tolist()))


def drawn_changes(original: Original, lot: random.Random) -> list[Change]:
    """One to three changes: of numbers, names, dates or settings, whole rows left out, what no cell may hold."""
    return [_change(original, lot) for _ in range(lot.choice([1, 1, 1, 2, 3]))]


def _change(original: Original, lot: random.Random) -> Change:
    if lot.random() < 0.15:
        name = lot.choice(SETTINGS)
        return Change("settings", (("setting", name),), "value", SET, lot.choice(["0.1", "piece; pieces", *WORDS]))
    tables = original._cells.tables
    table = lot.choice([table for name, table in tables.items() if table.rows and name != "settings"])
    column = lot.choice(columns_of(table.sheet)).name
    place = lot.randrange(len(table.rows))
    where = tuple((name, _word(table.values[name][place])) for name in table.sheet.key)
    filled = [one for one in table.values[column] if one is not None]
    if lot.random() < 0.15:
        return Change(table.sheet.name, where, "", DROP, "")
    if filled and isinstance(filled[0], float) and lot.random() < 0.6:
        verb, value = lot.choice([(TIMES, "1.25"), (TIMES, "1"), (TIMES, "1000"), (PLUS, "-3"), (TIMES, "-0.0")])
        return Change(table.sheet.name, where, column, verb, value)
    known = _word(lot.choice(filled)) if filled else ""
    return Change(table.sheet.name, where, column, SET, lot.choice([known, known.upper(), known[:-1], "", *WORDS]))


def _word(value: Any) -> str:
    return "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def compared(original: Original, lot: random.Random, times: int) -> Iterator[str]:
    """What became of each of so many sets of changes, some told twice, and of no change at last."""
    before: list[list[Change]] = []
    for _ in range(times):
        changes = lot.choice(before) if before and lot.random() < 0.1 else drawn_changes(original, lot)
        before.append(changes)
        expected = told(cold, original, changes)
        assert told(original.changed, changes) == expected, [str(one) for one in changes]
        yield expected[0]
    assert told(original.changed, []) == told(cold, original, []) == told(lambda: original.case)


@pytest.mark.parametrize(("name", "times"), [("quotes", 4), *LONG])
def test_changed_shipped_cases_are_found_what_they_are_when_all_is_checked(name, times):
    """Same problems in the same order, same tables; or refused for the same reasons; and back at the original."""
    assert {"made", "refused"} <= {*compared(read(*SHIPPED[name]), random.Random(name), times)}


@pytest.mark.parametrize(("seed", "times"), [(3, 3), *DRAWN])
def test_changed_drawn_cases_are_found_what_they_are_when_all_is_checked(seed, times, tmp_path):
    """Of drawn cases of all families."""
    original = Original.read(write_folder(tmp_path, *drawn(seed)))
    assert list(compared(original, random.Random(seed), times))


def test_a_name_spelled_anew_where_it_is_defined_is_so_in_sheets_that_no_change_touched():
    """And a country that an offer is mined in, by whatever name, has a row from then on, and not in the next case."""
    original = read(*SHIPPED["shop"])
    name = original._cells.tables["materials"].values["material"][0]
    spelled = Change("materials", (("material", name),), "material", SET, name.upper())
    mined = Change("offers", (), "mined_in", SET, "Chile")
    for changes in ([spelled], [mined], [mined, spelled], [Change("countries", (), "risk_score", SET, "0.5")]):
        assert told(original.changed, changes) == told(cold, original, changes)
    assert name.upper() in set(original.changed([spelled]).tables["recipes"]["material"])
    assert "CHL" in set(original.changed([mined]).tables["countries"]["country"])
    assert "CHL" not in set(original.changed([]).tables["countries"]["country"])


def asked_again(monkeypatch, original: Original, change: str) -> set[tuple[str, ...]]:
    """The checks that are run on a case with a change, with the words for what each is given."""
    ran = set()
    call = Checks.__call__

    def noted(self, check, *given):
        ran.add((check.__name__, *given))
        return call(self, check, *given)

    with monkeypatch.context() as patched:
        patched.setattr(Checks, "__call__", noted)
        original.changed([Change.parse(change)])
    return ran


def test_a_change_is_checked_by_what_reads_it(monkeypatch):
    """A duty's rate is read by the rules of its row and the check for percent; no check reads the discount rate.

    A need is read by those for slips of units, for jumps in time, for what is used, and for who can be served.
    """
    original = read(*SHIPPED["shop"])
    assert asked_again(monkeypatch, original, "tariffs.rate plus 0.01") == {
        ("check_rows", "tariffs"),
        ("rates", "tariffs"),
    }
    assert asked_again(monkeypatch, original, "settings[setting=discount_rate].value set 0.02") == set()
    assert asked_again(monkeypatch, original, "demand.t_per_year times 2") == {
        ("amounts", "demand"),
        *((name, EVERY) for name in ("check_network", "demand", "large_maxima", "series")),
    }
    home = asked_again(monkeypatch, original, "settings[setting=home_country].value set MYS")
    assert {("duties", EVERY, STATED), ("quotas", EVERY, STATED), ("borders", EVERY, STATED)} <= home


def test_tables_that_a_change_leaves_are_those_of_the_original_in_another_process_too():
    """So that a translation sees at a glance that they hold the same; what was kept is sent to workers as it is."""
    sent = pickle.loads(pickle.dumps(read(*SHIPPED["shop"])))
    case = sent.changed([Change.parse("tariffs.rate plus 0.01")])
    assert [name for name, table in case.tables.items() if table is not sent.case.tables[name]] == ["tariffs"]


def test_a_check_is_run_again_where_a_cell_or_a_setting_that_it_read_differs_and_nowhere_else():
    """Asking for a setting that is not there, or which there are, is reading too; so is where a row stands."""
    original = read(*SHIPPED["shop"])
    cells, ran = original._cells, []

    def prices(tables, settings):
        ran.append([one for one in tables["offers"].values["price_usd_per_t"] if one])
        ran.append((settings["base_year"].value, "inflation" in settings))
        return ()

    def which(tables, settings):
        ran.append([name for name in settings if name != "inflation"])
        ran.append(tables["demand"].rows)
        return ()

    def again(check: Any, change: str) -> bool:
        noting, other = Noting(cells.examined), original._with([Change.parse(change)]).examined
        noting(check, EVERY, STATED)
        ran.clear()
        Sparing(other, noting.findings, differing(other, cells.examined))(check, EVERY, STATED)
        return bool(ran)

    assert not again(prices, "offers.max_t_per_year times 2")
    assert not again(prices, "settings[setting=discount_rate].value set 0.02")
    assert not again(prices, "demand drop")
    assert again(prices, "offers.price_usd_per_t times 2")
    assert again(prices, "settings[setting=base_year].value set 2020")
    assert again(prices, "settings[setting=inflation].value set 0.02")
    assert again(prices, f'offers[offer="{cells.tables["offers"].values["offer"][0]}"] drop')
    assert not again(which, "demand.t_per_year times 2")
    assert not again(which, "settings[setting=base_year].value set 2020")
    assert again(which, "settings[setting=inflation].value set 0.02")
    assert again(which, "demand drop")


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (0.0, -0.0, True),
        (1, True, True),
        (1, 1.0, True),
        ("a", "a ", True),
        (None, "", True),
        (("a", "b"), ("b", "a"), True),
        (0.1 + 0.2, 0.3, True),
        (1e3, 1000.0, False),
        (("a", "b"), ("a", "b"), False),
    ],
)
def test_cells_are_the_same_only_where_no_letter_could_tell_them_apart(one, other, apart):
    """A letter shows -0 and 0, TRUE and 1, and the order of names."""
    both = [Examined({"lanes": Table(SHEET["lanes"], "lanes", values={"to": [cell]})}, {}) for cell in (one, other)]
    assert differing(*both) == ({("lanes", "to")} if apart else set())

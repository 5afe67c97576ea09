"""Which inputs move the cost, and how it spreads when all of them do: on paper."""

import json

import numpy as np
import pytest
from cases import BAOTOU, LYNAS, approx, needs, write_workbook, years
from openpyxl import load_workbook
from test_cli_studies import run

from planner.case.changes import Change, Original
from planner.errors import StudyError
from planner.studies.ranges import (
    Ends,
    Range,
    draws,
    ends_of,
    ends_of_grade,
    explained_table,
    latin_hypercube,
    quantiles_table,
    tornado_table,
)
from planner.studies.variations import PLANNED, Variation, Varied
from planner.studies.workbook_ranges import widest


@pytest.fixture
def original(tmp_path):
    prices = [{"offer": "Baotou", "period": year, "price_usd_per_t": 61_000} for year in (2026, 2027)]
    return Original.read(
        write_workbook(
            tmp_path / "small.xlsx",
            periods=years(2026, 2027),
            demand=needs({2026: 100, 2027: 100}),
            offers=[{**BAOTOU, "grade": "D"}, {**LYNAS, "grade": "B", "max_t_per_year": 100}],
            offer_prices=prices,
        )
    )


def result(name, cost, bound=None):
    """A variation with its plan; proven to the end unless a bound is given."""
    least = cost if bound is None else bound
    return {"variation": name, "outcome": PLANNED, "cost_musd": cost, "objective_musd": cost, "bound_musd": least,
            "builds": {}, "bought_t": {}, "unmet_t": 0.0}  # fmt: skip


def varied(*results):
    return Varied(results, results[0], True)


def test_each_thing_moves_by_itself_and_its_years_move_together(original):
    """Two offers are two inputs; Baotou's prices of two years are one."""
    each = ends_of("offers.price_usd_per_t times 0.8, 1.2", original)
    assert [str(ends.low) for ends in each] == [
        "offers[offer=Baotou].price_usd_per_t times 0.8",
        "offers[offer=Lynas].price_usd_per_t times 0.8",
    ]
    (both,) = ends_of("offer_prices.price_usd_per_t plus -1000, 1000", original)
    assert str(both.high) == "offer_prices[offer=Baotou].price_usd_per_t plus 1000"
    assert original.changed([both.high]).tables["offer_prices"]["price_usd_per_t"].tolist() == [62_000, 62_000]
    (rate,) = ends_of("settings[setting=discount_rate].value set 0, 0.1", original)
    assert rate.low.cells == "settings[setting=discount_rate].value"


def test_figures_of_a_grade_are_found_by_their_unit(original):
    """Of the row of grade B the price and the maximum; of that of grade D the price, for its maximum is blank."""
    assert [ends.low.cells for ends in ends_of_grade("B", 0.2, original)] == [
        "offers[grade=B, offer=Lynas].price_usd_per_t",
        "offers[grade=B, offer=Lynas].max_t_per_year",
    ]
    assert [str(ends.high) for ends in ends_of_grade("D", 0.25, original)] == [
        "offers[grade=D, offer=Baotou].price_usd_per_t times 1.25"
    ]
    with pytest.raises(StudyError, match="No figure of the case is of grade A"):
        ends_of_grade("A", 0.2, original)


def two_inputs():
    low, high = Change.several("offers[offer=Baotou].price_usd_per_t times 0.8, 1.2")
    other = Change.several("offers[offer=Lynas].price_usd_per_t times 0.8, 1.2")
    return [Ends(*other), Ends(low, high)]


def test_a_swing_is_from_the_least_to_the_most_of_three_costs():
    """The sums that open `planner/studies/ranges.py`: 4.8 to 7.0 around 6.0, and 5.6 to 6.0."""
    lynas, baotou = two_inputs()
    names = [one.name for ends in (lynas, baotou) for one in ends.variations]
    found = varied(result("as it is", 6.0), *(result(*pair) for pair in zip(names, (5.6, 6.0, 4.8, 7.0), strict=True)))
    told = tornado_table([lynas, baotou], found)
    assert told["input"].tolist() == ["offers[offer=Baotou].price_usd_per_t", "offers[offer=Lynas].price_usd_per_t"]
    assert told["swing_musd"].tolist() == approx([2.2, 0.4])
    assert (told["low_musd"].tolist(), told["high_musd"].tolist()) == (approx([-1.2, -0.4]), approx([1.0, 0.0]))
    assert told["rank"].tolist() == [1, 2]
    assert widest(told).startswith(
        "Of 2 inputs, offers[offer=Baotou].price_usd_per_t moves the cost most: 2.20 M$ ± 0.00 M$"
    )


def test_inputs_whose_swings_the_gaps_do_not_tell_apart_share_a_rank():
    """2.2 may be off by 1.0 + 1.0 and 0.4 by 0.2: both may be 0.3."""
    lynas, baotou = two_inputs()
    names = [one.name for ends in (lynas, baotou) for one in ends.variations]
    found = varied(
        result("as it is", 6.0, 5.9),
        result(names[0], 5.6, 5.5),
        result(names[1], 6.0, 5.9),
        result(names[2], 4.8, 3.8),
        result(names[3], 7.0, 6.0),
    )
    told = tornado_table([lynas, baotou], found)
    assert told["rank"].tolist() == [1, 1]
    assert told["gap_musd"].tolist() == approx([2.0, 0.2])
    assert "not told apart" in widest(told)


def test_an_end_without_a_plan_is_told():
    lynas, _ = two_inputs()
    low, high = (one.name for one in lynas.variations)
    lost = {"variation": high, "outcome": "no plan is possible"}
    told = tornado_table([lynas], varied(result("as it is", 6.0), result(low, 5.6), lost))
    assert told["outcome"].tolist() == ["high: no plan is possible"]
    assert told["swing_musd"].tolist() == approx([0.4])


def test_a_latin_hypercube_has_one_draw_in_each_part_of_each_range():
    """Of 7 draws one lies in each seventh, of every input; the seed gives the same again."""
    drawn = latin_hypercube(3, 7, 5)
    for column in drawn.T:
        assert sorted(np.floor(column * 7).astype(int)) == list(range(7))
    assert (latin_hypercube(3, 7, 5) == drawn).all()
    assert (latin_hypercube(3, 7, 6) != drawn).any()


def test_draws_change_every_input_at_once():
    ranges = [Range.parse("offers.price_usd_per_t times 0.5 to 1"), Range.parse("demand.t_per_year plus -10 to 10")]
    for variation in draws(ranges, 4, 1):
        price, need = variation.changes
        assert (price.verb, need.verb) == ("times", "plus")
        assert 0.5 <= float(price.value) <= 1
        assert -10 <= float(need.value) <= 10
    with pytest.raises(StudyError, match="named twice"):
        draws([ranges[0], ranges[0]], 4, 1)
    for text in ("offers.price_usd_per_t times 2 to 1", "offers.price_usd_per_t times 1", "offers drop"):
        with pytest.raises(StudyError, match="is not a range"):
            Range.parse(text)


def test_what_explains_the_cost_is_told_apart_from_chance():
    """Cost is 3, 4, ... with the price, whatever the need: 1 and, of 2 4 1 5 3 against 1 to 5, 0.3. Chance is 0.98.

    The ranks differ by -1, -2, 2, -1, 2: 1 - 6 x 14 / (5 x 24) = 0.3.
    """
    ranges = [Range.parse("offers.price_usd_per_t set 0 to 9"), Range.parse("demand.t_per_year set 0 to 9")]
    values = zip((1, 2, 3, 4, 5), (2, 4, 1, 5, 3), strict=True)
    asked = [
        Variation(
            f"draw {n}", tuple(Change.parse(f"{one.name} {value}") for one, value in zip(ranges, both, strict=True))
        )
        for n, both in enumerate(values, 1)
    ]
    found = varied(result("as it is", 6.0), *(result(one.name, 3.0 + n) for n, one in enumerate(asked)))
    told = explained_table(ranges, asked, found)
    assert told["correlation"].tolist() == approx([1.0, 0.3])
    assert told["told_apart"].tolist() == [True, False]
    spread = quantiles_table(found).set_index("quantile")
    assert spread.loc[["5%", "50%", "mean"], "cost_musd"].tolist() == approx([3.2, 5.0, 5.0])
    assert spread["gap_musd"].tolist() == approx([0.0] * 6)


@pytest.mark.slow
def test_a_tornado_is_told_shown_and_kept(tmp_path, capsys):
    """2.2 and 0.4, as on top of `planner/studies/ranges.py`."""
    case, out = write_workbook(tmp_path / "small.xlsx"), tmp_path / "study"
    each = "offers.price_usd_per_t times 0.8, 1.2"
    assert run("tornado", case, "--each", each, "--out", out, "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)["inputs"]
    assert [row["swing_musd"] for row in told] == approx([2.2, 0.4])
    assert json.loads((out / "study.json").read_text(encoding="utf-8"))["inputs"] == told
    assert len(load_workbook(out / "study.xlsx")["Tornado"]._charts) == 1
    assert run("tornado", case, "--each", each, "--out", out, "--resume", "--quiet") == 0
    assert "   1         2.200 M$       0.000 M$        -1.200 M$         1.000 M$  offers" in capsys.readouterr().out
    assert run("tornado", case, "--out", out, "--replace", "--quiet") == 3


@pytest.mark.slow
def test_a_sample_is_told_shown_and_kept(tmp_path, capsys):
    """100 t at 60,000 times 0.5 to 1: a draw in each quarter, so the median of four lies within 3.75 and 5.25."""
    case, out = write_workbook(tmp_path / "small.xlsx"), tmp_path / "study"
    command = ("sample", case, "--range", "offers[offer=Baotou].price_usd_per_t times 0.5 to 1", "--count", 4)
    assert run(*command, "--out", out, "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)
    assert 3.75 <= told["quantiles"][2]["cost_musd"] <= 5.25
    assert told["inputs"][0]["correlation"] == approx(1.0)
    assert load_workbook(out / "study.xlsx").sheetnames == ["Sample"]
    assert run(*command, "--out", out, "--replace", "--quiet") == 0
    assert "   +1.00 ± 0.00  offers[offer=Baotou].price_usd_per_t times 0.5 to 1" in capsys.readouterr().out

"""Fewer futures that stand for many, by hand."""

import numpy as np
import pytest
from cases import approx, case, needs, write_workbook, years
from typer.testing import CliRunner

from planner.case import read_case
from planner.cli.main import app
from planner.errors import StudyError
from planner.solver.highs import SolveOptions
from planner.solver.selection import distances_between, forward_selection
from planner.studies.reduction import reduce_futures
from planner.studies.solving import Study

# What 100 t of Chinese oxide cost in 2027 at 10,000 $/t, in four futures: 1, 2, 4 and 10 M$. In 2026 always 1 M$.
PRICES = {"low": (0.4, 1), "fair": (0.3, 2), "dear": (0.2, 4), "war": (0.1, 10)}
LINE = {
    "periods": years(2026, 2027),
    "demand": needs({2026: 100, 2027: 100}),
    "suppliers": [{"supplier": "Baotou", "country": "CHN"}],
    "offers": [{"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN"}
               | {"price_usd_per_t": 10_000}],
    "scenarios": [{"scenario": name, "probability": chance} for name, (chance, _) in PRICES.items()],
    "events": [
        {"scenario": name, "kind": "price", "country": "CHN", "from": 2027, "factor": factor}
        for name, (_, factor) in PRICES.items()
    ],
}  # fmt: skip


def study():
    return Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0))


def test_points_on_a_line_by_hand():
    """Points 1, 2, 4, 10 with chances 0.4, 0.3, 0.2, 0.1.

    One alone: 1 leaves 0.3 x 1 + 0.2 x 3 + 0.1 x 9 = 1.8; 2 leaves 0.4 + 0.2 x 2 + 0.1 x 8 = 1.6; 4 leaves 1.2 + 0.6 +
    0.6 = 2.4; 10 leaves 3.6 + 2.4 + 1.2 = 7.2. So 2 first. Then beside it: 1 leaves 0.4 + 0.8 = 1.2, 4 leaves 0.4 + 0.6
    = 1.0, 10 leaves 0.4 + 0.4 = 0.8. So 10. Then 1 leaves 0.4 and 4 leaves 0.4: the first. The last leaves nothing.
    """
    apart = distances_between(np.array([[1.0], [2.0], [4.0], [10.0]]))
    chosen, left = forward_selection(np.array([0.4, 0.3, 0.2, 0.1]), apart, 4)
    assert chosen == [1, 3, 0, 2]
    assert left == approx([1.6, 0.8, 0.4, 0.0])


def test_distances_add_up_over_all_that_is_spent():
    """(1, 5) and (4, 1) are 3 + 4 apart; the straight line between them would be 5."""
    assert distances_between(np.array([[1.0, 5.0], [4.0, 1.0]])).tolist() == [[0.0, 7.0], [7.0, 0.0]]


@pytest.mark.slow
def test_four_prices_are_reduced_to_two():
    """The line above, in M$: fair and war stay. low (1 off) and dear (2 off) go to fair: 0.4 + 0.4 = 0.8.

    The expected cost of 2027 is 0.4 + 0.6 + 0.8 + 1.0 = 2.8; reduced 0.9 x 2 + 0.1 x 10 = 2.8, with 1.0 of 2026 each.
    """
    found = reduce_futures(case(**LINE), 2, study())
    assert found.distance_musd == approx(0.8)
    assert found.expected_cost_musd == approx(3.8)
    assert found.futures["scenario"].tolist() == ["dear", "fair", "low", "war"]
    assert found.futures["stands_for"].tolist() == ["fair", "fair", "fair", "war"]
    assert found.futures["distance_musd"].tolist() == approx([2.0, 0.0, 1.0, 0.0])
    assert found.distances["scenario"].tolist() == ["fair", "war"]
    assert found.distances["distance_musd"].tolist() == approx([1.6, 0.8])
    assert found.case.tables["scenarios"]["scenario"].tolist() == ["fair", "war"]
    assert found.case.tables["scenarios"]["probability"].tolist() == approx([0.9, 0.1])
    assert set(found.case.tables["events"]["scenario"]) == {"fair", "war"}
    assert found.case.fingerprint != case(**LINE).fingerprint


@pytest.mark.slow
def test_an_event_that_changes_no_answer_is_no_distance():
    """A ban of Malaysia, where nobody buys, is calm under another name; a doubled price is 1 M$ away.

    Two of three: the first of the equals, by name, stays and takes the other's 0.5.
    """
    found = reduce_futures(
        case(
            **LINE
            | {"countries": [{"country": c} for c in ("USA", "CHN", "MYS")]}
            | {"scenarios": [{"scenario": "calm", "probability": 0.5}, {"scenario": "ban", "probability": 0.3},
                             {"scenario": "dear", "probability": 0.2}]}
            | {"events": [{"scenario": "ban", "kind": "supply", "country": "MYS", "from": 2027, "factor": 0},
                          {"scenario": "dear", "kind": "price", "country": "CHN", "from": 2027, "factor": 2}]}
        ),
        2,
        study(),
    )  # fmt: skip
    assert found.distance_musd == approx(0.0, abs=1e-9)
    assert found.futures["stands_for"].tolist() == ["ban", "ban", "dear"]
    assert found.case.tables["scenarios"]["probability"].tolist() == approx([0.8, 0.2])


@pytest.mark.parametrize("keep", [0, 4])
def test_only_fewer_futures_are_a_reduction(keep):
    with pytest.raises(
        StudyError, match=f"has 4 futures, so it cannot be reduced to {keep}. Ask for a number from 1 to 3"
    ):
        reduce_futures(case(**LINE), keep, study())


@pytest.mark.slow
def test_the_command_writes_a_case_and_tells_the_distance(tmp_path):
    """Fair (0.9) stays for war (0.1), 8 M$ away: 0.8 M$, which is 21 % of 1 + 0.9 x 2 + 0.1 x 10 = 3.8 M$."""
    two = [{"scenario": "fair", "probability": 0.9}, {"scenario": "war", "probability": 0.1}]
    events = [event for event in LINE["events"] if event["scenario"] in {"fair", "war"}]
    book = write_workbook(tmp_path / "two.xlsx", **LINE | {"scenarios": two, "events": events})
    answer = CliRunner().invoke(app, ["reduce", str(book), "--to", "1", str(tmp_path / "one")])
    assert answer.exit_code == 0, answer.output
    assert "fair: probability 1, stands also for war" in answer.output
    assert "0.8 M$, or 21 % of" in answer.output
    assert answer.output.count("planning fair alone (1 of 2)") == 1
    assert answer.output.count("alone (") == 2
    written = read_case(tmp_path / "one")
    assert written.tables["scenarios"]["probability"].tolist() == approx([1.0])
    assert written.tables["events"]["factor"].tolist() == approx([2.0])
    again = CliRunner().invoke(app, ["reduce", str(book), "--to", "1", str(tmp_path / "one")])
    assert again.exit_code == 1
    assert "exists already" in again.output

"""Studies hold all that a plan does before it knows, say how far each figure is off, and rank nothing within that."""

from math import inf, nan

import pandas as pd
import pytest
from cases import BAOTOU, LYNAS, approx, case, needs, years

from planner.cli.studies import rank_of
from planner.errors import StudyError
from planner.planning.solve import solve_case
from planner.solver.highs import SolveOptions
from planner.studies.apart import not_nothing, ranks
from planner.studies.folder import FACTS, study_folder
from planner.studies.frontier import frontier
from planner.studies.information import ALL, MEAN, Information, information
from planner.studies.solving import Stopped, Study
from planner.studies.stress import PLANNED, lose_each
from planner.studies.workbook import worst_of, write_information


def study(**more):
    return Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0), **more)


STORED = {
    "periods": years(2026, 2027),
    "demand": needs({2026: 100, 2027: 100}),
    "offers": [{**BAOTOU, "price_usd_per_t": 10_000, "max_t_per_year": 200}],
    "stocks": [{"place": "Texas", "material": "oxide", "holding_usd_per_t_year": 30_000}],
    "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 100_000}],
    "scenarios": [{"scenario": "calm", "probability": 0.5}, {"scenario": "planned_for"}],
    "events": [{"scenario": "planned_for", "kind": "supply", "country": "CHN", "from": 2027, "factor": 0}],
}


@pytest.mark.slow
def test_what_a_plan_stores_before_it_knows_is_held_like_what_it_builds(tmp_path):
    """The sum that opens `planner/studies/information.py`, with its regrets.

    Alone 2 and 5; together 5. The mean leaves 100 of 200 t: nothing stored, 2 and 1 + 10. The ban is named like a
    column of the study's own, which must not matter to its workbook.
    """
    made = case(**STORED)
    found = information(made, study())
    assert (found.evpi_musd, found.vss_musd) == (approx(1.5), approx(1.5))
    regret = {(row.planned_for, row.scenario): row.regret_musd for row in found.regret.itertuples()}
    assert [regret[ALL, name] for name in ("calm", "planned_for")] == approx([3.0, 0.0], abs=1e-6)
    assert [regret[MEAN, name] for name in ("calm", "planned_for")] == approx([0.0, 6.0], abs=1e-6)
    assert [regret["calm", "planned_for"], regret["planned_for", "calm"]] == approx([6.0, 3.0])
    assert found.largest_regrets["rank"].tolist() == [1, 1, 3, 3]
    write_information(made, found, tmp_path / "study.xlsx")


def test_a_scenario_may_not_be_called_what_the_study_calls_its_own_plans():
    scenarios = [{"scenario": ALL, "probability": 0.5}, {"scenario": "calm"}]
    events = [{"scenario": ALL, "kind": "supply", "country": "CHN", "from": 2027, "factor": 0}]
    with pytest.raises(StudyError, match="Give it another name"):
        information(case(**{**STORED, "scenarios": scenarios, "events": events}), study())


SIGNED = {
    "periods": years(2026, 2027, 2028),
    "demand": needs({2026: 10, 2027: 100, 2028: 100}),
    "offers": [{**BAOTOU, "price_usd_per_t": 20_000, "max_t_per_year": 100},
               {**LYNAS, "price_usd_per_t": 15_000, "max_t_per_year": 70}],
    "contracts": [{"contract": "K", "offer": "Lynas", "signed": "no", "sign_by": 2026, "from": 2027, "to": 2028,
                   "min_t_per_year": 60, "max_t_per_year": 60, "take_or_pay_share": 0.8, "price_usd_per_t": 12_000,
                   "signing_cost_musd": 0.1}],
}  # fmt: skip


@pytest.mark.slow
def test_a_signed_contract_whose_supplier_is_lost_costs_what_it_cost():
    """A year 0.72 + 10 x 15,000 + 30 x 20,000 = 1.47; 0.15 in 2026 and 0.1 to sign: 3.19. Lost: 0.15 + 0.1 + 2 x 2.0.

    The signature stays paid, so 4.25 - 3.19 = 1.06 more. Before, the whole study ended.
    """
    made = case(**SIGNED)
    found = lose_each(made, solve_case(made), study(), 2027, 2, ("supplier",)).results.set_index("future")
    assert found.loc["loss of Lynas", "outcome"] == PLANNED
    assert found.loc["loss of Lynas", "cost_musd"] == approx(4.25)
    assert found.loc["loss of Lynas", "extra_musd"] == approx(1.06)


@pytest.mark.slow
def test_no_loss_saves_money_where_exposure_has_a_price():
    """At 1 per dollar at risk the plan buys from Lynas at 70,000; at least cost it is Baotou, 6.0 M$ a year.

    The loss of Baotou in 2027 costs 1.0. Were the price of exposure counted, the calm would cost 14.0, and the loss of
    Lynas, after which Baotou must be bought, would save 1.0.
    """
    made = case({"exposure_price": 1.0}, countries=RISKY, **{name: SIGNED[name] for name in ("periods", "demand")})
    plan = solve_case(made)
    assert set(plan.tables["purchases"]["offer"]) == {"Lynas"}
    found = lose_each(made, plan, study(), 2027, 1, ("supplier",))
    assert found.calm.cost_musd == approx(0.6 + 2 * 6.0)
    assert found.results[["future", "extra_musd"]].to_numpy().tolist() == [["loss of Baotou", approx(1.0)]]


@pytest.mark.slow
def test_a_loss_that_a_long_period_hides_is_warned_of():
    """A year without Baotou in a period of three: the others sell three years' need, so it costs nothing here."""
    long = {
        "periods": [{"period": 2026, "years": 1}, {"period": 2027, "years": 3}],
        "demand": needs({2026: 100, 2027: 100}),
        "offers": [{**BAOTOU, "max_t_per_year": 300}],
    }
    made = case(**long)
    found = lose_each(made, solve_case(made), study(), 2028, 2, ("supplier",))
    assert found.results["extra_musd"].tolist() == approx([0.0], abs=1e-6)
    assert len(found.hidden) == 1
    assert "some of the years 2027–2029 only" in found.hidden[0]
    whole = lose_each(made, solve_case(made), study(), 2027, 3, (), None)
    assert whole.hidden == ()


def test_ranks_count_what_is_surely_above():
    """7 to 10, 9, and 4 to 5: the first two are not told apart, and the third is below both. Infinite is above all."""
    assert ranks([7, 9, 4], [10, 9, 5]) == [1, 1, 3]
    assert ranks([7, inf, 7], [7, inf, 7 + 1e-12]) == [2, 1, 2]
    assert ranks([], []) == []


def test_a_figure_within_its_gap_is_not_told_apart_from_nothing():
    assert not_nothing(-3.0, 2.9)
    assert not not_nothing(3.0, 3.0)
    assert not not_nothing(1e-12, 0.0)


def results(*rows):
    columns = ["rank", "future", "outcome", "extra_musd", "gap_musd", "unmet_t"]
    return pd.DataFrame([(rank, name, PLANNED, extra, gap, 0.0) for rank, name, extra, gap in rows], columns=columns)


def test_the_headline_names_the_worst_only_where_it_is_one():
    """10 ± 1 over 5 ± 1 is told apart; of rank 1 twice no one is the dearest; 0.5 ± 1 may be nothing at all."""
    assert "The dearest of 2 futures is the loss of A: 10.0 M$ ± 1.00 M$ more" in worst_of(
        results((1, "loss of A", 10.0, 1.0), (2, "loss of B", 5.0, 1.0))
    )
    assert "are not told apart: loss of A and loss of B; the first costs 10.0 M$ ± 3.00 M$ more" in worst_of(
        results((1, "loss of A", 10.0, 3.0), (1, "loss of B", 9.0, 1.0))
    )
    assert "None of 1 future is told apart from no extra cost" in worst_of(results((1, "loss of A", 0.5, 1.0)))


def test_what_was_not_planned_in_time_has_no_rank():
    assert (rank_of(3.0), rank_of(nan)) == ("   3", "   —")


def informed(**gaps):
    return Information(
        2026,
        10.0,
        12.0,
        13.0,
        gaps.get("evpi", 0.0),
        gaps.get("vss", 0.0),
        pd.DataFrame(),
        pd.DataFrame(gaps["regret"]),
    )


def test_regrets_that_the_gaps_do_not_tell_apart_share_a_rank():
    """At most 3 ± 1, 4 ± 0.5 and 9 ± 1: the first two overlap, the third is above both."""
    rows = [("a", "x", 3.0, 1.0), ("a", "y", 0.0, 0.0), ("b", "x", 4.0, 0.5), ("c", "y", 9.0, 1.0)]
    regret = [dict(zip(("planned_for", "scenario", "regret_musd", "gap_musd"), row, strict=True)) for row in rows]
    largest = informed(regret=regret).largest_regrets
    assert dict(zip(largest["planned_for"], largest["rank"], strict=True)) == {"a": 1, "b": 1, "c": 3}


CHINA = {
    "limit": "China",
    "measure": "bought_t",
    "sense": "at most",
    "value": 50,
    "country": "CHN",
    "material": "oxide",
}
EQUAL = {
    "limits": [CHINA],
    "suppliers": [
        {"supplier": "Baotou", "country": "CHN"},
        {"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": 1.0}
        | {"qualification_years": 0},
        {"supplier": "Iluka", "country": "MYS"},
    ],
    "offers": [
        BAOTOU,
        {**LYNAS, "price_usd_per_t": 60_000, "max_t_per_year": 60},
        {**LYNAS, "offer": "Iluka", "supplier": "Iluka", "price_usd_per_t": 200_000},
    ],
}


@pytest.mark.slow
def test_a_point_between_the_ends_keeps_the_tightest_value_at_its_cost():
    """Lynas costs 1.0 to qualify and then what Baotou asks, for 60 t. Iluka asks 140,000 more a ton.

    Half from China: 7.0 with Lynas, and for that cost 40 t are enough, so no point has 50. None: 40 t of Iluka more.
    """
    found = frontier(case(**EQUAL), "China", study(), 3)
    told = [(point.reached, point.plan.objective_musd) for point in found]
    assert told == [(approx(100, abs=1e-3), approx(6.0)), (approx(40, abs=1e-3), approx(7.0)), (0, approx(12.6))]
    assert found.complete


def stops_after(solves):
    """A study that is asked to stop when so many things were solved."""
    asked = study()
    asked.should_stop = lambda: asked.done >= solves
    return asked


@pytest.mark.slow
def test_a_stopped_frontier_hands_back_what_was_found_and_says_so():
    """The tight end is found, and the wish to stop falls while the next value is built."""
    found = frontier(case(**EQUAL), "China", stops_after(1), 3)
    assert [point.value for point in found] == [approx(0, abs=1e-6)]
    assert not found.complete


@pytest.mark.slow
def test_a_stopped_stress_keeps_the_futures_that_were_finished():
    """The calm and one future are solved; the wish falls while the second is built."""
    made = case(**SIGNED, segments=[{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 100_000}])
    found = lose_each(made, solve_case(made), stops_after(2), 2027, 2, ("supplier",))
    assert len(found.results) == 1
    assert not found.complete
    with pytest.raises(Stopped):
        lose_each(made, solve_case(made), stops_after(1), 2027, 2, ("supplier",))


def test_a_study_that_stopped_with_nothing_leaves_no_folder(tmp_path):
    with pytest.raises(Stopped), study_folder(tmp_path / "study"):
        raise Stopped("stopped")
    assert list(tmp_path.iterdir()) == []


def test_a_study_whose_record_is_written_is_kept_when_its_end_is_cut_off(tmp_path):
    def cut_off():
        with study_folder(tmp_path / "study") as work:
            (work / FACTS).write_text("{}")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert (tmp_path / "study.tmp" / FACTS).exists()


RISKY = [{"country": "USA"}, {"country": "CHN", "risk_score": 100}, {"country": "MYS"}]
WORST = {"limit": "worst", "measure": "worst_cost_musd", "sense": "at most", "value": 1, "penalty_per_unit": 1_000_000}


@pytest.mark.slow
@pytest.mark.parametrize(("exposure_price", "limits"), [(1.0, []), (0.0, [WORST])])
def test_risk_has_no_price_where_information_is_valued(exposure_price, limits):
    """Priced at 1 per dollar at risk, the objective would be twice the cost; the study's figures are money.

    So it would be with the dearest future's cost above 1 M$ paid for once more: 1 in calm, and 10 in a ban.
    """
    risky = {**STORED, "countries": RISKY, "stocks": [], "limits": limits}
    found = information(case({"exposure_price": exposure_price}, **risky), study())
    assert found.wait_and_see_musd == approx((2.0 + 11.0) / 2)
    assert found.evpi_musd == approx(0.0, abs=1e-9)

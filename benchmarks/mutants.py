"""Faults put into the source by hand, one at a time, each with the quick tests that must notice it.

    python -m benchmarks.mutants [WORD ...]

Copies the tree to a temporary folder, makes sure that the named tests pass there, then puts each fault in (those whose
words hold a WORD, or all) and runs its tests. A fault that they pass has survived: a line of the source that no quick
test holds. Ends with 1 where one did. Seconds each; the tree itself is not touched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).resolve().parents[1]
COPIED = ("benchmarks", "inputs", "models", "planner", "tests", "pyproject.toml")
PASSED, FAILED = 0, 1  # as pytest ends


class Mutant(NamedTuple):
    """A fault: what it is, where it goes, what stands there, what takes its place, and the tests that must notice."""

    fault: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]

    def put_in(self, home: Path) -> str:
        """Write the fault into a tree; hands back the text that stood there."""
        path = home / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.right) != 1:
            raise SystemExit(f"{self.file} has not once but {text.count(self.right)} times: {self.right}")
        path.write_text(text.replace(self.right, self.wrong), encoding="utf-8")
        return text


def _of(tests: str) -> tuple[str, ...]:
    """Names of tests, each with the file that stands before it: `file::a b file::c`."""
    file, found = "", []
    for word in tests.split():
        if "::" in word:
            file, word = word.split("::")
        found.append(f"tests/{file}.py::{word}")
    return tuple(found)


MUTANTS = (
    # What can occur, and rules of the program
    Mutant(
        "what is collected is no own goods",
        "planner/translate/flows.py",
        "pd.concat([made[TAKE], collected[TAKE]]).drop_duplicates()",
        "made[TAKE].drop_duplicates()",
        _of("test_returns::test_only_the_reachable_share_is_collected"),
    ),
    Mutant(
        "what is collected feeds no plant",
        "planner/translate/useful.py",
        "return self.collected_t + np.bincount(source, weights=made, minlength=len(self.places))",
        "return np.bincount(source, weights=made, minlength=len(self.places)).astype(float)",
        _of("test_returns::test_a_plant_that_only_collected_goods_feed_is_built"),
    ),
    Mutant(
        "the sign of what exists, where at least so many are counted",
        "models/counts.py",
        ">= -counts.existing_t_per_year.get(key, 0.0)",
        ">= counts.existing_t_per_year.get(key, 0.0)",
        _of("test_counts::test_a_plant_that_stands_counts_where_at_least_so_many_are_asked_for"),
    ),
    Mutant(
        "a delay does not touch what is begun in its last year",
        "planner/translate/plants.py",
        "(begun[touched] <= begun_by)",
        "(begun[touched] < begun_by)",
        _of("test_events::test_a_delay_touches_what_is_begun_in_its_last_year"),
    ),
    Mutant(
        "a delay holds up what begins to run in the year before",
        "planner/translate/plants.py",
        "waiting = start + later >= year",
        "waiting = start + later >= year - 1",
        _of("test_events::test_a_delay_does_not_stop_what_runs_already"),
    ),
    Mutant(
        "the maximum of an offer that waits, to which an agreement could add, is forgotten",
        "planner/translate/supply.py",
        '((sold["could_add_t"] > 0) | ~(waits | ordered_only))',
        "~(waits | ordered_only)",
        _of("test_supply::test_a_minimum_order_does_not_open_what_a_partnership_would_add"),
    ),
    Mutant(
        "the maximum of an offer that a signed agreement opens is forgotten",
        "planner/translate/supply.py",
        '(sold["requires"].notna() & ~sold["requires"].isin(signed))',
        'sold["requires"].notna()',
        _of("test_partnerships::test_an_offer_that_a_signed_agreement_opens_keeps_its_maximum"),
    ),
    Mutant(
        "an offer under contract has its maximum on the spot and under contract",
        "planner/translate/supply.py",
        '(sold["min_order_t_per_year"] > 0) & spot_only',
        'sold["min_order_t_per_year"] > 0',
        _of("test_supply::test_spot_orders_and_a_contract_share_the_offers_maximum"),
    ),
    Mutant(
        "more than all can be collected",
        "planner/translate/returns.py",
        "    return grown.clip(upper=1.0)",
        "    return grown",
        _of("test_returns::test_the_share_that_can_be_collected_grows_to_all_and_no_further"),
    ),
    Mutant(
        "a reserve is released a year early",
        "planner/translate/stock.py",
        'ends[touched] > event["from"]',
        'ends[touched] >= event["from"]',
        _of("test_stock::test_a_reserve_is_released_from_the_year_of_the_release_on"),
    ),
    # What a plan comes to
    Mutant(
        "income lowers what duties are a share of",
        "planner/results/headline.py",
        "gross = float(paid[paid > 0].sum())",
        "gross = float(paid.sum())",
        _of("test_figures::test_duties_are_a_share_of_what_is_paid_expected_over_the_futures"),
    ),
    Mutant(
        "what goes short counts once a period",
        "planner/results/demand.py",
        'return float((found[column] * found["period"].map(facts.years)).sum())',
        "return float(found[column].sum())",
        _of("test_figures::test_unmet_need_counts_years_and_futures"),
    ),
    Mutant(
        "what is paid on entering an agreement is paid every year",
        "planner/results/facts.py",
        'once = lines["term"].isin(PAID_ONCE)',
        'once = lines["term"].isin({*PAID_ONCE} - {"joining"})',
        _of("test_figures::test_what_is_paid_once_is_not_paid_every_year"),
    ),
    Mutant(
        "the horizon ends with the first year of its last period",
        "planner/results/facts.py",
        "return min(self.years), last + self.years[last] - 1",
        "return min(self.years), last",
        _of("test_figures::test_the_horizon_runs_to_the_last_year_of_the_last_period"),
    ),
    Mutant(
        "the horizon begins at its end",
        "planner/results/facts.py",
        "return min(self.years), last + self.years[last] - 1",
        "return last, last + self.years[last] - 1",
        _of("test_figures::test_the_horizon_runs_to_the_last_year_of_the_last_period"),
    ),
    # Checks
    Mutant(
        "a first period begins at its end",
        "planner/checks/horizon.py",
        "    first, last = periods[0].first, periods[-1].last\n    for table",
        "    first, last = periods[0].last, periods[-1].last\n    for table",
        _of("test_plausible::test_the_horizon_begins_with_the_first_year_of_its_first_period"),
    ),
    Mutant(
        "a last period ends at its beginning",
        "planner/checks/horizon.py",
        "    first, last = periods[0].first, periods[-1].last\n    for table",
        "    first, last = periods[0].first, periods[-1].first\n    for table",
        _of("test_plausible::test_the_horizon_begins_with_the_first_year_of_its_first_period"),
    ),
    Mutant(
        "going short is cheap at the cheapest offer's price",
        "planner/checks/plausible.py",
        "loss < cheapest.get(material, 0.0)",
        "loss <= cheapest.get(material, 0.0)",
        _of("test_plausible::test_going_short_is_cheap_below_the_cheapest_offer_alone"),
    ),
    Mutant(
        "going short is cheap below the dearest offer",
        "planner/checks/plausible.py",
        "cheapest[material] = min(price, cheapest.get(material, price))",
        "cheapest[material] = max(price, cheapest.get(material, price))",
        _of("test_plausible::test_going_short_is_cheap_below_the_cheapest_offer_alone"),
    ),
    Mutant(
        "a price is held against a median that it has a part in",
        "planner/checks/plausible.py",
        "return (pool[low + (low >= place)][0] + pool[high + (high >= place)][0]) / 2",
        "return (pool[low][0] + pool[high][0]) / 2",
        _of("test_plausible::test_a_price_is_held_against_the_median_of_the_others"),
    ),
    # Studies
    Mutant(
        "what is in use in the last year of a loss is not lost",
        "planner/studies/losses.py",
        '(nodes["period"] <= last)',
        '(nodes["period"] < last)',
        _of("test_stress::test_only_what_is_in_use_while_it_lasts_is_lost"),
    ),
    Mutant(
        "what was in use the year before is lost",
        "planner/studies/losses.py",
        '(nodes["period"] + nodes["years"] > first)',
        '(nodes["period"] + nodes["years"] >= first)',
        _of("test_stress::test_only_what_is_in_use_while_it_lasts_is_lost"),
    ),
    Mutant(
        "what is lifted under contract is not in use",
        "planner/studies/losses.py",
        'offers["offer"].isin(of("purchases", "offer") | lifted)',
        'offers["offer"].isin(of("purchases", "offer"))',
        _of("test_stress::test_what_is_lifted_under_contract_and_what_is_dug_can_be_lost_but_not_the_home_country"),
    ),
    Mutant(
        "of plans of equal cost all are kept",
        "planner/studies/frontier.py",
        "kept[-1].plan.objective_musd - SAME_MUSD:",
        "kept[-1].plan.objective_musd + SAME_MUSD:",
        _of("test_frontier::test_of_plans_of_equal_cost_the_tightest_is_kept"),
    ),
)


def main(words: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.fault for word in words)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        home = copied(Path(folder))
        every = list(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        if run(home, every) != PASSED:
            print("the tests do not pass on the source as it is")
            return 1
        survived = [mutant for mutant in chosen if not tried(home, mutant)]
    print(f"{len(chosen) - len(survived)} of {len(chosen)} faults were noticed")
    return 1 if survived else 0


def copied(home: Path) -> Path:
    """A copy of the tree in an empty folder."""
    for name in COPIED:
        source = HOME / name
        if source.is_dir():
            shutil.copytree(source, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, home / name)
    return home


def tried(home: Path, mutant: Mutant) -> bool:
    """Whether its tests notice a fault; says so."""
    text = mutant.put_in(home)
    noticed = run(home, list(mutant.tests)) == FAILED
    (home / mutant.file).write_text(text, encoding="utf-8")
    print(f"{'noticed' if noticed else 'SURVIVED':8}  {mutant.fault} ({mutant.file})", flush=True)
    return noticed


def run(home: Path, tests: list[str]) -> int:
    """How pytest ends on these tests in a tree."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n0", *tests]
    return subprocess.run(command, cwd=home, capture_output=True, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

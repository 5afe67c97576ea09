"""Hints at slips of the pen: what is compared with what, to the number."""

import pytest
from cases import case

from planner.checks.plausible import _median_of_others


@pytest.mark.parametrize(("loss", "told"), [(59_999, True), (60_000, False), (65_000, False)])
def test_going_short_is_cheap_below_the_cheapest_offer_alone(loss, told):
    """Baotou asks 60,000 $/t and Lynas 70,000: only a loss below 60,000 makes going short the cheaper way."""
    found = case(segments=[{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": loss}])
    hints = [str(warning) for warning in found.warnings if "going short is cheaper" in str(warning)]
    assert bool(hints) is told
    assert all("60,000" in hint for hint in hints)


@pytest.mark.parametrize(
    ("prices", "place", "median"),
    [
        ([1, 2, 3, 1000], 3, 2),  # of 1, 2, 3
        ([1, 2, 3, 1000], 0, 3),  # of 2, 3, 1000
        ([1, 2, 3, 4, 5], 2, 3),  # of 1, 2, 4, 5: between 2 and 4
        ([1, 2, 3, 4, 5], 1, 3.5),  # of 1, 3, 4, 5: between 3 and 4
        ([1, 7], 0, 7),
        ([7], 0, 7),  # alone: itself
    ],
)
def test_a_price_is_held_against_the_median_of_the_others(prices, place, median):
    """The one that is looked at has no say in what is usual."""
    assert _median_of_others([(price, None, 0, "") for price in prices], place) == median

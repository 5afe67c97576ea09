"""Hints at slips of the pen: what is compared with what, to the number."""

import pytest
from cases import BAOTOU, LYNAS, SITE, case, needs

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


@pytest.mark.parametrize(
    ("lead_years", "to", "code"),
    [(2, 2026, ""), (3, 2026, ""), (4, 2026, "cross.too-late"), (2, 2025, "cross.never-open")],
)
def test_the_horizon_begins_with_the_first_year_of_its_first_period(lead_years, to, code):
    """Two periods of two years, 2026 to 2029: begun in 2026 a shaft runs in 2029 after three years, and not after four.

    An offer that ends in 2026 is on sale for half of the first period; one that ends in 2025 never.
    """
    shaft = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 10, "lead_years": lead_years}
    found = case(
        **SITE,
        periods=[{"period": 2026, "years": 2}, {"period": 2028, "years": 2}],
        demand=needs({2026: 100, 2028: 100}),
        offers=[BAOTOU | {"to": to}, LYNAS],
        build_options=[shaft],
    )
    codes = {warning.code for warning in found.warnings} & {"cross.too-late", "cross.never-open"}
    assert codes == ({code} if code else set())


MARKET = {"sales": [{"price_usd_per_t": 1}]}
ROOM = {"stocks": [{"holding_usd_per_t_year": 1}]}
THROWN = {"materials": [{"material": "oxide", "hts": "2846.90.80", "disposal_usd_per_t": 0}]}


def plant(most):
    return {**SITE, "build_options": [{"option": "dig", "facility": "Mine", "max_t_per_year": most}]}


def order(most, **more):
    return {"offers": [{**BAOTOU, "max_t_per_year": most, **more}]}


def waiting(most):
    new = {"supplier": "Baotou", "country": "CHN", "qualified": "no", "qualification_cost_musd": 1}
    return {**order(most), "suppliers": [new]}


def lane(most, **more):
    return {"lanes": [{"from": "*", "max_t_per_year": most, **more}]}


def contract(most, signed):
    terms = {"contract": "long", "offer": "Baotou", "signed": signed, "from": 2026, "to": 2026, "price_usd_per_t": 5e4}
    return {"offers": [BAOTOU], "contracts": [{**terms, "max_t_per_year": most}]}


@pytest.mark.parametrize(
    ("sheets", "where"),
    [
        (plant(1e8) | MARKET, "build_options!"),
        (plant(1e8) | ROOM, "build_options!"),
        (plant(1e8) | THROWN, "build_options!"),
        (plant(1.1e6) | MARKET, "build_options!"),
        (plant(1e6) | MARKET, ""),
        (plant(1e8), ""),  # what is used bounds it
        (plant(1e8) | {"sales": [{"price_usd_per_t": 1, "max_t_per_year": 50}]}, ""),
        (plant(1e8) | {"sales": [{"price_usd_per_t": 1, "max_t_per_year": 1e6}]}, ""),
        (order(1e9, min_order_t_per_year=10) | THROWN, "offers!"),
        (order(1e9) | THROWN, ""),  # no yes or no opens it
        (waiting(1e9) | MARKET, "offers!"),
        (lane(1e11, fixed_musd_per_year=0.1) | MARKET, "lanes!"),
        (lane(1e11, min_t_per_year=5) | ROOM, "lanes!"),
        (lane(1e11) | MARKET, ""),
        (contract(1e9, "no") | THROWN, "contracts!"),
        (contract(1e9, "yes") | THROWN, ""),
    ],
)
def test_a_maximum_that_nothing_bounds_is_told_at_its_cell(sheets, where):
    """100 t are used: more than 1e6 t is told, where a yes or no opens it and goods may leave without limit."""
    told = [f"{one.sheet}!" for one in case(**sheets).warnings if one.code == "plausible.large-maximum"]
    assert told == [where] * bool(where)

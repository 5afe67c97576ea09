"""Price breaks: rising, falling, and for all units."""

import pytest
from cases import BAOTOU, LYNAS, approx, bought, needs, solve, tons

from planner.errors import InputInvalid


def breaks(at_t, usd, kind="incremental"):
    """Baotou's price above so many tons a year."""
    return [{"offer": "Baotou", "above_t_per_year": at_t, "price_usd_per_t": usd, "kind": kind}]


CHINA = BAOTOU | {"max_t_per_year": 100}


def test_a_dearer_slice_begins_where_the_cheaper_one_is_full():
    """Baotou asks 60,000 $/t for 50 t and 80,000 above, Lynas 70,000: 50 x 60,000 + 50 x 70,000 = 6.5 M$."""
    plan = solve(offers=[CHINA, LYNAS], offer_tiers=breaks(50, 80_000))
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.objective_musd == approx(6.5)


def test_both_slices_are_bought_where_nobody_else_sells():
    """50 x 60,000 + 50 x 80,000 = 7.0 M$, in the ledger as 50 t at each price."""
    plan = solve(offers=[CHINA], offer_tiers=breaks(50, 80_000))
    assert bought(plan, "tier") == approx({("Baotou", 0): 50, ("Baotou", 50): 50})
    assert plan.objective_musd == approx(7.0)


def test_a_slice_that_costs_nothing_has_no_line_in_the_ledger():
    """30 t for nothing and 70 x 60,000 = 4.2 M$: one line, of 70 t. All for nothing there is none."""
    free = CHINA | {"price_usd_per_t": 0}
    plan = solve(offers=[free], offer_tiers=breaks(30, 60_000))
    assert bought(plan, "tier") == approx({("Baotou", 0): 30, ("Baotou", 30): 70})
    assert plan.tables["ledger"]["t_per_year"].tolist() == approx([70])
    assert plan.tables["ledger"]["musd_per_year"].tolist() == approx([4.2])
    assert solve(offers=[free]).tables["ledger"].empty


def test_a_cheaper_slice_is_reached_through_the_dearer_one():
    """Baotou asks 60,000 $/t for 50 t and 30,000 above, Lynas 50,000: 50 x 60,000 + 50 x 30,000 = 4.5 M$, all from
    Baotou.

    Were the cheap slice for sale by itself, 50 x 30,000 + 50 x 50,000 would be 4.0 M$.
    """
    plan = solve(offers=[CHINA, LYNAS | {"price_usd_per_t": 50_000}], offer_tiers=breaks(50, 30_000))
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.objective_musd == approx(4.5)


def test_a_cheaper_slice_is_not_half_reached():
    """The same, but 60 t fit on the lane from China: 3.0 + 0.3 + 40 x 50,000 = 5.3 M$, so all comes from Lynas: 5.0 M$.

    Half reached it would be 30 x 60,000 + 30 x 30,000 + 40 x 50,000 = 4.7 M$.
    """
    plan = solve(
        offers=[CHINA, LYNAS | {"price_usd_per_t": 50_000}],
        offer_tiers=breaks(50, 30_000),
        lanes=[{"from": "*"}, {"from": "CHN", "max_t_per_year": 60}],
    )
    assert bought(plan) == approx({"Lynas": 100})
    assert plan.objective_musd == approx(5.0)


def test_a_price_for_all_units_holds_from_its_first_ton_once_it_is_reached():
    """60,000 $/t, or 40,000 for all from 50 t on: 100 x 40,000 = 4.0 M$."""
    plan = solve(offers=[CHINA], offer_tiers=breaks(50, 40_000, "all units"))
    assert plan.objective_musd == approx(4.0)


def test_a_price_for_all_units_must_be_reached():
    """40 t are too few for Baotou's 40,000 $/t, and 60,000 is too dear: Lynas at 50,000, 2.0 M$."""
    plan = solve(
        offers=[CHINA, LYNAS | {"price_usd_per_t": 50_000}],
        offer_tiers=breaks(50, 40_000, "all units"),
        demand=needs({2026: 40}),
    )
    assert bought(plan) == approx({"Lynas": 40})
    assert plan.objective_musd == approx(2.0)


def test_a_price_for_all_units_ends_where_the_next_begins():
    """40,000 $/t up to 50 t, 60,000 for all above; Lynas 70,000: 50 x 40,000 + 50 x 70,000 = 5.5 M$, against 6.0 for
    100 t.

    Two prices in one year would be 50 x 40,000 + 50 x 60,000 = 5.0 M$.
    """
    plan = solve(offers=[CHINA | {"price_usd_per_t": 40_000}, LYNAS], offer_tiers=breaks(50, 60_000, "all units"))
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.objective_musd == approx(5.5)


def test_a_falling_price_without_a_bound_is_refused():
    """The stockpile has no end, nor has the offer: how much may be bought at the lower price?"""
    breaks = [{"offer": "Baotou", "above_t_per_year": 50, "price_usd_per_t": 50_000, "kind": "all units"}]
    with pytest.raises(InputInvalid, match="expected a maximum, because its price falls with the tons bought"):
        solve(offer_tiers=breaks, stocks=[{}])


def equal_slices(first, second, **facts):
    """Slices of 100 t of one offer at these prices, after 100 t at 1,000 $/t."""
    offer = BAOTOU | {"price_usd_per_t": 1_000, "max_t_per_year": 240}
    slices = [
        {"offer": "Baotou", "above_t_per_year": at, "price_usd_per_t": usd, "kind": "incremental"}
        for at, usd in ((100, first), (200, second))
    ]
    return {"offers": [offer | facts], "offer_tiers": slices, "demand": needs({2026: 120})}


@pytest.mark.many
@pytest.mark.parametrize(("first", "second"), [(1_000, 1_000), (1_000.00001, 1_000.00002), (1_000, 1_000.00001)])
def test_slices_of_equal_or_nearly_equal_prices_are_filled_from_the_first(first, second):
    """120 t: 100 t of the first slice and 20 t of the second, 0.12 M$, whichever the solver would take."""
    plan = solve(**equal_slices(first, second))
    assert bought(plan, "tier") == approx({("Baotou", 0.0): 100, ("Baotou", 100.0): 20})
    assert plan.objective_musd == approx(0.12)


def test_slices_of_equal_prices_keep_what_is_inside_a_quota():
    """Duty 50 %, 10 % inside a quota of 70 t: 0.12 + 70 x 100 + 50 x 500 = 0.152 M$."""
    quota = {"quota": "q", "authority": "general", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 70,
             "in_quota_rate": 0.1, "over_quota_rate": 0.5}  # fmt: skip
    plan = solve(**equal_slices(1_000, 1_000), tariffs=[{"authority": "general", "rate": 0.5}], quotas=[quota])
    assert plan.objective_musd == approx(0.152)
    assert sum(tons(plan, "in_quota", "tier").values()) == approx(70)

"""Kinds of faults that were found once, each in ten ways: bands of one price, lanes without a maximum, endless cost.

Ten ways that have a plan are ten materials of one case, so that one solve tries them all: nothing joins them.
"""

import pytest
from cases import approx, solve
from test_endless import METAL, UPGRADE, letters

PRICE = 60_000.0
# kind, and by how much each band is dearer than the one before, USD/t: cheaper, equal, and less than a cent apart
LADDERS = [(kind, step) for kind in ("incremental", "all units") for step in (-5.0, -0.01, 0.0, 0.004, 7.0)]
# least and fixed cost a year of a lane that has no maximum, for 100 t at 60,000 where others ask 61,000
LANES = [(None, 0.05), (None, 0.2), (100.0, None), (100.5, None), (60.0, 0.09), (60.0, 0.11), (0.001, None)]
LANES += [(1e6, None), (99.0, 0.0999), (40.0, 0.1001)]


def ten(offers, lanes=({"from": "*"},), **sheets):
    """Ten materials, each with a need of 100 t and its offers."""
    names = [f"oxide {number}" for number in range(10)]
    return solve(
        {"mip_gap": 0},
        materials=[{"material": name, "hts": "2846.90.80"} for name in names],
        segments=[{"segment": name, "material": name} for name in names],
        demand=[{"segment": name, "period": 2026, "t_per_year": 100} for name in names],
        offers=[{"offer": f"{row['supplier']} {name}", "material": name, **row} for name in names for row in offers],
        lanes=list(lanes),
        **sheets,
    )


def test_bands_of_equal_price_or_hardly_another_cost_what_they_say():
    """100 t in bands above 0, 30 and 60: by slices 30 + 30 + 40 t, by all units all 100 at the third price.

    Slice by slice 30 x 0 + 30 x step + 40 x 2 step are 110 steps, by all units 200.
    """
    breaks = [
        {"offer": f"Baotou oxide {number}", "above_t_per_year": above, "kind": kind}
        | {"price_usd_per_t": PRICE + step * nth}
        for number, (kind, step) in enumerate(LADDERS)
        for nth, above in ((1, 30), (2, 60))
    ]
    plan = ten([{"supplier": "Baotou", "origin": "CHN", "price_usd_per_t": PRICE}], offer_tiers=breaks)
    steps = sum(step * (110 if kind == "incremental" else 200) for kind, step in LADDERS)
    assert plan.objective_musd == approx((10 * 100 * PRICE + steps) / 1e6, rel=1e-10)


@pytest.mark.slow
def test_lanes_with_a_minimum_or_a_fixed_cost_and_no_maximum_are_used_where_they_pay():
    """All 100 t go by such a lane for 6.0 M$ and its fixed cost, or from Lynas for 6.1: where 100 t are too few, or
    where the fixed cost is more than 0.1 M$.
    """
    lanes = [{"from": "MYS"}]
    for number, (least, fixed) in enumerate(LANES):
        lane = {"from": "CHN", "material": f"oxide {number}"}
        lane |= {"min_t_per_year": least} if least else {}
        lanes.append(lane | ({"fixed_musd_per_year": fixed} if fixed else {}))
    sold = [("Baotou", "CHN", 60_000), ("Lynas", "MYS", 61_000)]
    plan = ten([{"supplier": s, "origin": c, "price_usd_per_t": usd} for s, c, usd in sold], lanes=lanes)
    each = [min(6.0 + (fixed or 0.0), 6.1) if (least or 0.0) <= 100 else 6.1 for least, fixed in LANES]
    assert plan.objective_musd == approx(sum(each), rel=1e-9)


HOT = {"facility": "Mill", "process": "melt", "cost_usd_per_t": -5_000, "capacity_use": 0}
DUMP = [{"material": "oxide", "hts": "2846.90.80"}, {"material": "metal", "stage": "metals", "disposal_usd_per_t": 0}]
SLAG = {"process": "melt", "material": "slag", "t_per_t": 2}
TWICE = [{"facility": "Mill", "process": name, "cost_usd_per_t": 0, "capacity_use": 0} for name in ("melt", "cast")]
CAST = [{"process": "cast", "material": "metal", "t_per_t": -1}, {"process": "cast", "material": "block"}]
THREE = [*UPGRADE["materials"], {"material": "block", "stage": "metals"}]
ENDLESS = {
    "a market": {"sales": [METAL]},
    "in the second of two periods": {
        "sales": [METAL | {"from": 2027}], "periods": [{"period": y, "years": 1} for y in (2026, 2027)],
        "demand": [{"segment": "magnets", "period": y, "t_per_year": 100} for y in (2026, 2027)],
    },
    "in one of two futures": {
        "sales": [METAL | {"price_usd_per_t": 50_000}], "scenarios": [{"scenario": "calm"}, {"scenario": "boom"}],
        "events": [{"scenario": "boom", "kind": "price", "place": "Texas", "from": 2026, "factor": 2}],
    },
    "though duty is paid": {
        "sales": [METAL], "tariffs": [{"authority": "301", "origin": "*", "rate": 0.2}],
    },
    "though freight is paid": {"sales": [METAL], "lanes": [{"from": "*", "freight_usd_per_t": 14_000}]},
    "by a by-product": {
        "sales": [METAL | {"material": "slag", "price_usd_per_t": 40_000}],
        "materials": [*DUMP, {"material": "slag"}], "recipes": [*UPGRADE["recipes"], SLAG],
    },
    "by two steps": {
        "sales": [METAL | {"material": "block"}], "materials": THREE, "processes": TWICE,
        "recipes": [*UPGRADE["recipes"], *CAST],
    },
    "by a credit": {
        "materials": DUMP,
        "incentives": [{"incentive": "credit", "kind": "production credit", "applies_to": "Mill", "usd_per_t": 70_000}],
    },
    "by a fee for what is taken in": {
        "materials": DUMP, "processes": [HOT | {"cost_usd_per_t": -60_001}],
    },
    "out of two tons": {
        "sales": [METAL | {"price_usd_per_t": 130_000}],
        "recipes": [{"process": "melt", "material": "oxide", "t_per_t": -2}, {"process": "melt", "material": "metal"}],
    },
}  # fmt: skip


@pytest.mark.many
@pytest.mark.parametrize("sheets", ENDLESS.values(), ids=ENDLESS)
def test_cost_that_can_fall_for_ever_is_a_letter_with_a_cell(sheets):
    """Ten ways to earn on every ton: each more than 60,000 for the oxide and what melting, duty and freight cost."""
    found = letters(**{**UPGRADE, **sheets})
    assert all(letter.sheet and letter.cell and "cost can fall for ever" in letter.message for letter in found)

"""Published problems of planning before one knows, written as workbooks, with their known answers."""

import pytest
from cases import approx, solve, tons, years

ACRES = {"wheat": 150, "corn": 230, "beets": 260}  # dollars to plant one
YIELD = {"wheat": 2.5, "corn": 3.0, "beets": 20.0}  # tons an acre
NEED = {"wheat": (200, 238, 170), "corn": (240, 210, 150)}  # tons for cattle; dollars a ton bought, sold
WEATHER = {"good": 1.2, "average": 1.0, "bad": 0.8}
USA = {"countries": [{"country": "USA"}], "places": [{"place": "Farm", "country": "USA"}]}


def farm(weather=tuple(WEATHER), known=2027, acres=None):
    """The farmer's plan."""
    return solve(**farm_sheets(weather, known, acres))


def farm_sheets(weather=tuple(WEATHER), known=2027, acres=None):
    """Fields are planted in 2026 and harvested in 2027; a field is a plant to be built that runs one year.

    `acres` prescribes the fields: each of that size, all of the land.
    """
    sizes = {crop: {"max_t_per_year": 500} for crop in ACRES}
    if acres:
        sizes = {crop: {"min_t_per_year": most, "max_t_per_year": most} for crop, most in acres.items()}
    land = {"limit": "Land", "measure": "capacity_t", "sense": "equal" if acres else "at most", "value": 500}
    return dict(
        **USA,
        periods=years(2026, 2027),
        materials=[{"material": crop, "stage": "crops"} for crop in ACRES],
        suppliers=[{"supplier": "Grocer", "country": "USA"}],
        offers=[
            {"offer": f"bought {crop}", "supplier": "Grocer", "material": crop, "origin": "USA", "price_usd_per_t": usd}
            for crop, (_, usd, _) in NEED.items()
        ],
        facilities=[{"facility": f"{crop} field", "place": "Farm"} for crop in ACRES],
        processes=[{"facility": f"{crop} field", "process": f"grow {crop}"} for crop in ACRES],
        recipes=[{"process": f"grow {crop}", "material": crop, "t_per_t": t} for crop, t in YIELD.items()],
        build_options=[
            {"option": f"plant {crop}", "facility": f"{crop} field", "capex_usd_per_t": dollars, "latest": 2026}
            | {"lead_years": 1, "life_years": 1} | sizes[crop]
            for crop, dollars in ACRES.items()
        ],
        limits=[land | {"from": 2027}],
        segments=[{"segment": f"cattle, {crop}", "place": "Farm", "material": crop} for crop in NEED],
        demand=[{"segment": f"cattle, {crop}", "period": 2027, "t_per_year": t} for crop, (t, _, _) in NEED.items()],
        sales=[{"place": "Farm", "material": crop, "price_usd_per_t": price} for crop, (_, _, price) in NEED.items()]
        + [{"place": "Farm", "material": "beets", "price_usd_per_t": 36, "max_t_per_year": 6000}]
        + [{"place": "Farm", "material": "beets", "price_usd_per_t": 10}],
        scenarios=[{"scenario": name} for name in weather],
        events=[
            {"scenario": name, "kind": "yield", "from": 2027, "known_from": known, "factor": WEATHER[name]}
            for name in weather
        ],
    )  # fmt: skip


def planted(plan):
    """Acres of each crop."""
    return {
        option.removeprefix("plant "): t
        for option, t in tons(plan, "builds", "option", column="size_t_per_year").items()
    }


@pytest.mark.slow
def test_the_farmer_who_knows_the_weather_will_be_average():
    """120 acres of wheat, 80 of corn and 300 of beets for a profit of 118,600 dollars (Birge and Louveaux, table 2).

    Planting 150 x 120 + 230 x 80 + 260 x 300 = 114,400; 300 t of wheat, 240 of corn, 6000 of beets: sold 100 x
    170 + 6000 x 36 = 233,000; 233,000 - 114,400 = 118,600.
    """
    plan = farm(("average",))
    assert plan.objective_musd * 1e6 == approx(-118_600)
    assert planted(plan) == approx({"wheat": 120, "corn": 80, "beets": 300})


@pytest.mark.slow
def test_the_farmer_who_does_not_know_the_weather():
    """170 acres of wheat, 80 of corn, 250 of beets: a mean profit of 108,390 dollars (Birge and Louveaux, table 5)."""
    plan = farm()
    assert plan.objective_musd * 1e6 == approx(-108_390)
    assert planted(plan) == approx({"wheat": 170, "corn": 80, "beets": 250})
    profits = (-plan.tables["scenarios"].set_index("scenario")["cost_musd"] * 1e6).to_dict()
    assert profits == approx({"good": 167_000, "average": 109_350, "bad": 48_820})


@pytest.mark.slow
def test_the_farmer_who_plants_for_average_weather_and_gets_all_kinds():
    """His mean profit is 107,240: the stochastic solution is worth 108,390 - 107,240 = 1,150 dollars."""
    plan = farm(acres={"wheat": 120, "corn": 80, "beets": 300})
    assert plan.objective_musd * 1e6 == approx(-107_240)
    profits = (-plan.tables["scenarios"].set_index("scenario")["cost_musd"] * 1e6).to_dict()
    assert profits == approx({"good": 148_000, "average": 118_600, "bad": 55_120})


@pytest.mark.slow
def test_the_farmer_who_knows_every_year_what_the_weather_will_be():
    """Known when planting, the weather is worth 115,405.56 - 108,390 = 7,015.56 dollars a year.

    The three plans earn 167,666.67, 118,600 and 59,950.
    """
    plan = farm(known=2026)
    profits = (-plan.tables["scenarios"].set_index("scenario")["cost_musd"] * 1e6).to_dict()
    assert profits == approx({"good": 167_666.67, "average": 118_600, "bad": 59_950}, rel=1e-7)
    assert -plan.objective_musd * 1e6 - 108_390 == approx(7_015.56, abs=0.01)


PLANTS = {"1": (10, 4.0), "2": (7, 4.5), "3": (16, 3.2), "4": (6, 5.5)}  # cost of a unit of capacity, and of running it
HOURS = {"base": 10, "middle": 6, "peak": 1}  # how long each mode of the load lasts
LOADS = {"low": (0.3, 3), "usual": (0.4, 5), "high": (0.3, 7)}  # how likely, and the load of the base mode


def power(loads=tuple(LOADS)):
    """Capacity expansion of Louveaux and Smeers (1988); here a unit of load is a ton and a unit of money 1 M$.

    Four kinds of plant are built in 2026 and serve a load in three modes in 2027, of which the base mode is not known.
    At least 12 units of capacity must be built, and no more than 120 be spent on it.
    """
    return solve(
        countries=[{"country": "USA"}],
        places=[{"place": "Grid", "country": "USA"}],
        periods=years(2026, 2027),
        materials=[{"material": mode, "stage": "power"} for mode in HOURS],
        suppliers=[],
        offers=[],
        facilities=[{"facility": f"plant {i}", "place": "Grid"} for i in PLANTS],
        processes=[
            {"facility": f"plant {i}", "process": f"{i} {mode}", "cost_usd_per_t": run * hours * 1e6}
            for i, (_, run) in PLANTS.items()
            for mode, hours in HOURS.items()
        ],
        recipes=[{"process": f"{i} {mode}", "material": mode, "t_per_t": 1} for i in PLANTS for mode in HOURS],
        build_options=[
            {"option": f"build {i}", "facility": f"plant {i}", "capex_usd_per_t": cost * 1e6, "max_t_per_year": 20}
            | {"latest": 2026, "lead_years": 1, "life_years": 1}
            for i, (cost, _) in PLANTS.items()
        ],
        limits=[
            {"limit": "Reserve", "measure": "capacity_t", "sense": "at least", "value": 12, "from": 2027},
            {"limit": "Budget", "measure": "capex_musd", "sense": "at most", "value": 120},
        ],
        segments=[{"segment": mode, "place": "Grid", "material": mode} for mode in HOURS],
        demand=[
            {"segment": mode, "period": 2027, "t_per_year": t} for mode, t in (("base", 5), ("middle", 3), ("peak", 2))
        ],
        scenarios=[{"scenario": name, "probability": LOADS[name][0] if len(loads) > 1 else 1} for name in loads],
        events=[
            {"scenario": name, "kind": "demand", "segment": "base", "from": 2027, "value": LOADS[name][1] - 5}
            for name in loads
            if LOADS[name][1] != 5
        ],
    )


@pytest.mark.slow
def test_the_power_plants_of_louveaux_and_smeers():
    """Birge and Louveaux (2011), section 1.3: 381.8533 with capacities 8/3, 4, 10/3 and 2."""
    plan = power()
    assert plan.objective_musd == approx(381.853333, rel=1e-6)
    built = tons(plan, "builds", "option", column="size_t_per_year")
    assert [built[f"build {i}"] for i in PLANTS] == approx([8 / 3, 4, 10 / 3, 2], rel=1e-6)

"""Published problems of planning before one knows, written as workbooks, with their known answers."""

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


def test_the_farmer_who_knows_the_weather_will_be_average():
    """120 acres of wheat, 80 of corn and 300 of beets for a profit of 118,600 dollars (Birge and Louveaux, table 2).

    Planting 150 x 120 + 230 x 80 + 260 x 300 = 114,400; 300 t of wheat, 240 of corn, 6000 of beets: sold 100 x
    170 + 6000 x 36 = 233,000; 233,000 - 114,400 = 118,600.
    """
    plan = farm(("average",))
    assert plan.objective_musd * 1e6 == approx(-118_600)
    assert planted(plan) == approx({"wheat": 120, "corn": 80, "beets": 300})


def test_the_farmer_who_does_not_know_the_weather():
    """170 acres of wheat, 80 of corn, 250 of beets: a mean profit of 108,390 dollars (Birge and Louveaux, table 5)."""
    plan = farm()
    assert plan.objective_musd * 1e6 == approx(-108_390)
    assert planted(plan) == approx({"wheat": 170, "corn": 80, "beets": 250})
    profits = (-plan.tables["scenarios"].set_index("scenario")["cost_musd"] * 1e6).to_dict()
    assert profits == approx({"good": 167_000, "average": 109_350, "bad": 48_820})


def test_the_farmer_who_plants_for_average_weather_and_gets_all_kinds():
    """His mean profit is 107,240: the stochastic solution is worth 108,390 - 107,240 = 1,150 dollars."""
    plan = farm(acres={"wheat": 120, "corn": 80, "beets": 300})
    assert plan.objective_musd * 1e6 == approx(-107_240)
    profits = (-plan.tables["scenarios"].set_index("scenario")["cost_musd"] * 1e6).to_dict()
    assert profits == approx({"good": 148_000, "average": 118_600, "bad": 55_120})


def test_the_farmer_who_knows_every_year_what_the_weather_will_be():
    """Known when planting, the weather is worth 115,405.56 - 108,390 = 7,015.56 dollars a year.

    The three plans earn 167,666.67, 118,600 and 59,950.
    """
    plan = farm(known=2026)
    profits = (-plan.tables["scenarios"].set_index("scenario")["cost_musd"] * 1e6).to_dict()
    assert profits == approx({"good": 167_666.67, "average": 118_600, "bad": 59_950}, rel=1e-7)
    assert -plan.objective_musd * 1e6 - 108_390 == approx(7_015.56, abs=0.01)

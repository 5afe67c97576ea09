"""More published problems with known answers, written as workbooks; a unit is a ton, and a dollar stays a dollar."""

import pytest
from cases import approx, needs, solve, tons, years


def usd(plan):
    """What a plan costs in dollars."""
    return plan.objective_musd * 1e6


def duties_usd(plan):
    """What it pays in duty, in dollars."""
    costs = plan.tables["costs"]
    return costs.loc[costs["term"] == "duties", "discounted_musd"].sum() * 1e6


TOY = {
    "suppliers": [{"supplier": "supplier1", "country": "CHN"}],
    "segments": [{"segment": "c1", "place": "customer"}],
    "demand": needs({2026: 100}, "c1"),
}
TOY_OFFER = {"offer": "p1", "supplier": "supplier1", "material": "oxide", "origin": "CHN", "price_usd_per_t": 10}


def supplied_through_a_store(rate):
    """The toy's storage is a stockpile in the United States, to which and from which there is one way."""
    return solve(
        **TOY,
        places=[{"place": "storage", "country": "USA"}, {"place": "customer", "country": "USA"}],
        offers=[TOY_OFFER],
        stocks=[{"place": "storage"}],
        lanes=[
            {"from": "CHN", "to": "storage", "freight_usd_per_t": 1},
            {"from": "storage", "to": "customer", "freight_usd_per_t": 1},
        ],
        tariffs=[{"authority": "tariff", "origin": "CHN", "rate": rate}],
    )


def test_the_tariff_toy_of_supply_chain_optimization_costs_1400():
    """100 units at 10 $ from China, two lanes at 1 $, 20 % of duty into the United States: 1,000 + 200 + 200 = 1,400.

    SupplyChef, SupplyChainOptimization.jl, test/Tariffs.jl, `create_model_supplier_storage_customer_tariff`.
    """
    plan = supplied_through_a_store(0.2)
    assert duties_usd(plan) == approx(200)
    assert usd(plan) == approx(1_400)


def test_the_tariff_toy_at_rate_0_costs_1200():
    """The same file: a tariff of 0 costs what no tariff costs."""
    assert usd(supplied_through_a_store(0)) == approx(1_200)


def test_the_reexport_toy_of_supply_chain_optimization_costs_1500():
    """The same goods, Chinese still, from a store in the United States to Germany, which charges 30 %: 1,200 + 300.

    The same file, `create_model_supplier_storage_reexport_tariff`. Here the Chinese offer ships from the store, and the
    cost of both lanes, 2 $, stands on the one that is left.
    """
    plan = solve(
        **TOY,
        countries=[{"country": name} for name in ("USA", "CHN", "DEU")],
        places=[{"place": "storage", "country": "USA"}, {"place": "customer", "country": "DEU"}],
        offers=[TOY_OFFER | {"ships_from": "storage"}],
        lanes=[{"from": "storage", "to": "customer", "freight_usd_per_t": 2}],
        tariffs=[{"authority": "tariff", "origin": "CHN", "destination": "DEU", "rate": 0.3}],
    )
    assert duties_usd(plan) == approx(300)
    assert usd(plan) == approx(1_500)


def test_relogs_storage_example_costs_600_75_and_100():
    """100 t of batteries come back in year 1; processing costs 10, 5, 2 $/t over three years, keeping 2, 1.5, 1.

    At most 50 t are kept: 50 t are processed at once (500) and 50 t kept (100); they are kept for another year (75) and
    processed in the third (100): 600, 75 and 100 $.
    ANL-CEEESA, RELOG, test/fixtures/storage.json; the answers stand in test/src/model/solve_test.jl ("solve (with
    storage)"). Costs that change by year are those of units that stand for one year each; keeping is a recipe whose
    output lies in stock until the next year, and at the end all 100 t lie in stock processed.
    """
    kept = {1: "battery kept once", 2: "battery kept twice"}
    units = {
        "process in 1": (2026, 10, 100, "battery", "processed"),
        "keep in 1": (2026, 2, 50, "battery", kept[1]),
        "process in 2": (2027, 5, 100, kept[1], "processed"),
        "keep in 2": (2027, 1.5, 50, kept[1], kept[2]),
        "process in 3": (2028, 2, 100, kept[2], "processed"),
    }
    plan = solve(
        countries=[{"country": "USA"}],
        places=[{"place": "Chicago", "country": "USA"}],
        materials=[{"material": name} for name in ("battery", *kept.values(), "processed")],
        suppliers=[],
        offers=[],
        lanes=[],
        periods=years(2026, 2027, 2028),
        facilities=[
            {"facility": name, "place": "Chicago", "capacity_t_per_year": most, "from": year, "to": year}
            for name, (year, _, most, _, _) in units.items()
        ],
        processes=[
            {"facility": name, "process": name.replace("in", "of"), "cost_usd_per_t": cost}
            for name, (_, cost, _, _, _) in units.items()
        ],
        recipes=[
            {"process": name.replace("in", "of"), "material": material, "t_per_t": t}
            for name, (_, _, _, taken, made) in units.items()
            for material, t in ((taken, -1), (made, 1))
        ],
        returns=[
            {"stream": "batteries", "place": "Chicago", "material": "battery", "period": 2026, "t_per_year": 100}
            | {"min_collection_share": 1}
        ],
        stocks=[
            *({"place": "Chicago", "material": material} for material in kept.values()),
            {"place": "Chicago", "material": "processed", "final_t": 100},
        ],
        segments=[{"segment": "nobody", "place": "Chicago", "material": "processed"}],
        demand=needs({2026: 0}, "nobody"),
    )
    costs = plan.tables["costs"].groupby("node")["discounted_musd"].sum() * 1e6
    assert costs.to_dict() == approx({"2026": 600, "2027": 75, "2028": 100})
    assert tons(plan, "activity", "facility") == approx(
        {"process in 1": 50, "keep in 1": 50, "keep in 2": 50, "process in 3": 50}
    )


PRICES = {2026: 10, 2027: 12, 2028: 8, 2029: 9}
MOST_SOLD = 200


def test_dantzigs_warehouse_problem_earns_600():
    """A warehouse of 100 units with 50 in it, four quarters, each with one price to buy and to sell; 1 $ to keep one.

    G. B. Dantzig, Linear Programming and Extensions, Princeton 1963, chapter 3.6; `whouse` in the GAMS model library,
    cost -600. One answer: buy 50 at 10 and keep 100 (-600), sell 100 at 12 (1,200); later buying at 8, keeping at 1 and
    selling at 9 earns nothing: 600.
    Selling is serving a segment that otherwise goes short at the price: 200 units a quarter short would cost 7,800, so
    the plan costs 7,800 - 600. What is in the warehouse comes back in the first quarter for nothing, because the
    planner charges the mean of what is there before and after, and `whouse` what is there after.
    """
    plan = solve(
        offers=[
            {"offer": "buy", "supplier": "Baotou", "material": "oxide", "origin": "CHN", "price_usd_per_t": 0}
            | {"max_t_per_year": 500}
        ],
        offer_prices=[{"offer": "buy", "period": year, "price_usd_per_t": price} for year, price in PRICES.items()],
        periods=years(*PRICES),
        segments=[
            {"segment": f"sell in {year}", "shortage_usd_per_t": price, "max_shortage_share": 1}
            for year, price in PRICES.items()
        ],
        demand=[row for year in PRICES for row in needs({year: MOST_SOLD}, f"sell in {year}")],
        returns=[{"stream": "in the warehouse", "period": 2026, "t_per_year": 50, "min_collection_share": 1}],
        stocks=[{"max_t": 100, "holding_usd_per_t_year": 1}],
    )
    assert MOST_SOLD * sum(PRICES.values()) - usd(plan) == approx(600)


PLANTS = {1: (20, 12_000), 2: (22, 15_000), 3: (17, 17_000), 4: (19, 13_000), 5: (18, 16_000)}
WAREHOUSES = {
    1: (15, (4_000, 2_000, 3_000, 2_500, 4_500)),
    2: (18, (2_500, 2_600, 3_400, 3_000, 4_000)),
    3: (14, (1_200, 1_800, 2_600, 4_100, 3_000)),
    4: (20, (2_200, 2_600, 3_100, 3_700, 3_200)),
}


def test_frontlines_plants_to_be_closed_cost_210_500():
    """Five plants with a fixed cost each, four warehouses: plant 3 is closed, and all costs 210,500.

    Frontline Systems, http://www.solver.com/disfacility.htm; as `facility.py` among the examples of Gurobi, whose log
    gives 210500 with plants 1, 2, 4 and 5 open. A thousand units are a ton here; the fixed cost is the fixed cost of
    existing capacity, which closing saves.
    """
    plan = solve(
        countries=[{"country": "USA"}],
        places=[{"place": f"plant {j}", "country": "USA"} for j in PLANTS]
        + [{"place": f"warehouse {i}", "country": "USA"} for i in WAREHOUSES],
        suppliers=[],
        offers=[],
        facilities=[
            {"facility": f"F{j}", "place": f"plant {j}", "capacity_t_per_year": most, "closure_allowed": "yes"}
            | {"fixed_om_usd_per_t": fixed / most}
            for j, (most, fixed) in PLANTS.items()
        ],
        processes=[{"facility": f"F{j}", "process": "make"} for j in PLANTS],
        recipes=[{"process": "make", "material": "oxide"}],
        lanes=[
            {"from": f"plant {j}", "to": f"warehouse {i}", "freight_usd_per_t": cost}
            for i, (_, costs) in WAREHOUSES.items()
            for j, cost in zip(PLANTS, costs, strict=True)
        ],
        segments=[{"segment": f"demand {i}", "place": f"warehouse {i}"} for i in WAREHOUSES],
        demand=[row for i, (t, _) in WAREHOUSES.items() for row in needs({2026: t}, f"demand {i}")],
    )
    assert usd(plan) == approx(210_500)
    assert plan.tables["closures"]["facility"].tolist() == ["F3"]


DISTANCES = {
    "Harlingen": {"NYC": 1956, "LA": 1606, "Chicago": 1410, "Houston": 330},
    "Memphis": {"NYC": 1096, "LA": 1792, "Chicago": 531, "Houston": 567},
    "Ashland": {"NYC": 485, "LA": 2322, "Chicago": 324, "Houston": 1236},
}


@pytest.mark.slow
def test_the_pyomo_books_two_warehouses_cost_2745():
    """Two of three warehouses for four customers of one unit: Harlingen and Ashland, 485 + 1606 + 324 + 330 = 2745.

    W. E. Hart and others, Pyomo: Optimization Modeling in Python, Springer, chapter 3, `wl_concrete_script.py`. The
    other pairs: Harlingen and Memphis 1096 + 1606 + 531 + 330 = 3563, Memphis and Ashland 485 + 1792 + 324 + 567 =
    3168; one alone costs more than with another. A warehouse is a plant to be built for
    nothing; a limit says that two are open.
    """
    plan = solve(
        countries=[{"country": "USA"}],
        places=[{"place": name, "country": "USA"} for name in (*DISTANCES, *DISTANCES["Memphis"])],
        suppliers=[],
        offers=[],
        facilities=[{"facility": f"at {name}", "place": name} for name in DISTANCES],
        processes=[{"facility": f"at {name}", "process": "hand out"} for name in DISTANCES],
        recipes=[{"process": "hand out", "material": "oxide"}],
        build_options=[
            {"option": f"open {name}", "facility": f"at {name}", "min_t_per_year": 4, "max_t_per_year": 4}
            for name in DISTANCES
        ],
        limits=[{"limit": "two", "measure": "facilities_open", "sense": "at most", "value": 2}],
        lanes=[
            {"from": name, "to": customer, "freight_usd_per_t": cost}
            for name, row in DISTANCES.items()
            for customer, cost in row.items()
        ],
        segments=[{"segment": f"in {customer}", "place": customer} for customer in DISTANCES["Memphis"]],
        demand=[row for customer in DISTANCES["Memphis"] for row in needs({2026: 1}, f"in {customer}")],
    )
    assert usd(plan) == approx(2_745)
    assert set(plan.tables["builds"]["option"]) == {"open Harlingen", "open Ashland"}

"""Published problems with known answers, written as workbooks; a case is a ton, and a dollar stays a dollar."""

from cases import approx, bought, needs, solve, tons

CUSTOMERS = {"New York": 325, "Chicago": 300, "Topeka": 275}
CANNERIES = {"Seattle": (350, {"New York": 2.5, "Chicago": 1.7, "Topeka": 1.8}),
             "San Diego": (600, {"New York": 2.5, "Chicago": 1.8, "Topeka": 1.4})}  # fmt: skip


def test_dantzigs_transport_problem_costs_153_675_thousand_dollars():
    """Two canneries, three markets, freight of 90 $ per case and thousand miles: 153.675 thousand dollars.

    G. B. Dantzig, Linear Programming and Extensions, Princeton 1963, chapter 3.3; as `trnsport` in the GAMS model
    library,
    where the optimum is given as 153.675.  One answer: Seattle sends 50 to New York and 300 to Chicago, San Diego 275
    to New
    York and 275 to Topeka: 90 x (50 x 2.5 + 300 x 1.7 + 275 x 2.5 + 275 x 1.4) = 90 x 1707.5 = 153,675.
    """
    plan = solve(
        countries=[{"country": "USA"}],
        places=[{"place": place, "country": "USA"} for place in (*CUSTOMERS, *CANNERIES)],
        suppliers=[{"supplier": "Canners", "country": "USA"}],
        offers=[
            {"offer": plant, "supplier": "Canners", "material": "oxide", "origin": "USA", "ships_from": plant,
             "price_usd_per_t": 0, "max_t_per_year": most}
            for plant, (most, _) in CANNERIES.items()
        ],
        lanes=[
            {"from": plant, "to": market, "freight_usd_per_t": 90 * thousand_miles}
            for plant, (_, distances) in CANNERIES.items()
            for market, thousand_miles in distances.items()
        ],
        segments=[{"segment": market, "place": market} for market in CUSTOMERS],
        demand=[row for market, t in CUSTOMERS.items() for row in needs({2026: t}, market)],
    )  # fmt: skip
    assert plan.objective_musd * 1e6 == approx(153_675, rel=1e-6)
    assert tons(plan, "purchases", "place") == approx(CUSTOMERS)
    assert bought(plan)["San Diego"] <= 600 + 1e-6


NEEDS = {"1": 80, "2": 270, "3": 250, "4": 160, "5": 180}
COSTS = {"1": (4, 5, 6, 8, 10), "2": (6, 4, 3, 5, 8), "3": (9, 7, 4, 3, 4)}


def test_the_facility_location_problem_of_kubo_and_pedroso_costs_5610():
    """Three sites of 500 units and 1000 dollars each, five customers: sites 2 and 3 are opened, and all costs 5610.

    M. Kubo, J. P. Pedroso, M. Muramatsu, A. Rais, Mathematical Optimization: Solving Problems using Gurobi and Python
    (2012);
    the same data as `flp.py` among the examples of PySCIPOpt and in "Mathematical Optimization: solving problems
    using SCIP and
    Python", chapter "Facility location problems", which gives 5610 and this answer:
    2000 + 80 x 6 + 270 x 4 + 150 x 3 + 100 x 4 + 160 x 3 + 180 x 4 = 5610.
    A site is a mine of 500 t to be built for 1000 dollars, paid off in the one year of the plan.
    """
    plan = solve(
        countries=[{"country": "USA"}],
        places=[{"place": name, "country": "USA"} for name in ("site 1", "site 2", "site 3", *NEEDS)],
        suppliers=[],
        offers=[],
        facilities=[{"facility": f"plant {j}", "place": f"site {j}"} for j in COSTS],
        processes=[{"facility": f"plant {j}", "process": "make"} for j in COSTS],
        recipes=[{"process": "make", "material": "oxide"}],
        build_options=[
            {"option": f"open {j}", "facility": f"plant {j}", "min_t_per_year": 500, "max_t_per_year": 500,
             "capex_fixed_musd": 0.001, "life_years": 1}
            for j in COSTS
        ],
        lanes=[
            {"from": f"site {j}", "to": customer, "freight_usd_per_t": usd}
            for j, row in COSTS.items()
            for customer, usd in zip(NEEDS, row, strict=True)
        ],
        segments=[{"segment": f"customer {i}", "place": i} for i in NEEDS],
        demand=[row for i, t in NEEDS.items() for row in needs({2026: t}, f"customer {i}")],
    )  # fmt: skip
    assert plan.objective_musd * 1e6 == approx(5610, rel=1e-6)
    assert plan.status == "optimal"
    assert set(plan.tables["builds"]["option"]) == {"open 2", "open 3"}
    assert tons(plan, "shipments", "from_place", "to_place") == approx(
        {
            ("site 2", "1"): 80,
            ("site 2", "2"): 270,
            ("site 2", "3"): 150,
            ("site 3", "3"): 100,
            ("site 3", "4"): 160,
            ("site 3", "5"): 180,
        }
    )

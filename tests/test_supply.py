"""Buying: what is cheapest, caps, minimum orders, dates, and suppliers to be qualified."""

from cases import BAOTOU, LYNAS, approx, bought, cost, needs, solve, years

UNQUALIFIED = [
    {"supplier": "Baotou", "country": "CHN", "qualified": "no", "qualification_years": 0},
    {"supplier": "Lynas", "country": "MYS"},
]


def unqualified(**facts):
    """Baotou, not qualified yet, beside Lynas."""
    return [UNQUALIFIED[0] | facts, UNQUALIFIED[1]]


def test_the_cheaper_of_two_suppliers_sells_everything():
    """100 t wanted.  Baotou 60,000 $/t, Lynas 70,000: 100 x 60,000 = 6.0 M$."""
    plan = solve()
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.objective_musd == approx(6.0)
    assert plan.status == "optimal"


def test_no_more_is_bought_than_a_supplier_has():
    """Baotou has 60 t: 60 x 60,000 + 40 x 70,000 = 6.4 M$."""
    plan = solve(offers=[BAOTOU | {"max_t_per_year": 60}, LYNAS])
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 40})
    assert plan.objective_musd == approx(6.4)


def test_an_order_is_at_least_the_suppliers_minimum():
    """Lynas has 50 t at 50,000 $/t; Baotou asks 60,000 and at least 80 t: 80 x 60,000 + 20 x 50,000 = 5.8 M$.

    Without the minimum it would be 50 x 50,000 + 50 x 60,000 = 5.5 M$; half an order would allow that too.
    """
    plan = solve(
        offers=[
            BAOTOU | {"min_order_t_per_year": 80, "max_t_per_year": 100},
            LYNAS | {"price_usd_per_t": 50_000, "max_t_per_year": 50},
        ]
    )
    assert bought(plan) == approx({"Baotou": 80, "Lynas": 20})
    assert plan.tables["orders"].values.tolist() == [["Baotou", "2026"]]
    assert plan.objective_musd == approx(5.8)


def test_no_order_is_placed_where_the_minimum_does_not_pay():
    """As above, but Baotou asks 75,000 $/t and Lynas (50,000 $/t) has 90 t; Mount Weld sells the rest at 90,000.

    Lynas and Mount Weld: 90 x 50,000 + 10 x 90,000 = 5.4 M$.  With Baotou's 80 t: 80 x 75,000 + 20 x 50,000 = 7.0 M$.
    """
    plan = solve(
        offers=[
            BAOTOU | {"price_usd_per_t": 75_000, "min_order_t_per_year": 80, "max_t_per_year": 100},
            LYNAS | {"price_usd_per_t": 50_000, "max_t_per_year": 90},
            LYNAS | {"offer": "Mount Weld", "price_usd_per_t": 90_000},
        ]
    )
    assert bought(plan) == approx({"Lynas": 90, "Mount Weld": 10})
    assert plan.tables["orders"].empty


def test_an_offer_with_a_minimum_order_still_has_its_maximum():
    """Baotou sells 10 t or more, but has only 60: 60 x 60,000 + 40 x 70,000 = 6.4 M$."""
    plan = solve(offers=[BAOTOU | {"min_order_t_per_year": 10, "max_t_per_year": 60}, LYNAS])
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 40})
    assert plan.objective_musd == approx(6.4)


def test_a_minimum_order_counts_all_places_together():
    """Texas and Ohio need 50 t each, Baotou sells 80 t or more: both buy from Baotou, 100 x 60,000 = 6.0 M$."""
    plan = solve(
        places=[{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        offers=[BAOTOU | {"min_order_t_per_year": 80, "max_t_per_year": 100}, LYNAS],
        segments=[{"segment": "magnets"}, {"segment": "motors", "place": "Ohio"}],
        demand=needs({2026: 50}) + needs({2026: 50}, "motors"),
    )
    assert bought(plan, "place") == approx({("Baotou", "Texas"): 50, ("Baotou", "Ohio"): 50})
    assert plan.objective_musd == approx(6.0)


def test_a_price_and_a_cap_of_one_period_hold_in_that_period_only():
    """2026: Baotou at 60,000 $/t for all.  2027: at 65,000 and only 20 t: 1.3 M$, and 80 t Lynas: 5.6 M$.  In all
    12.9 M$."""
    plan = solve(
        periods=years(2026, 2027),
        offer_prices=[{"offer": "Baotou", "period": 2027, "price_usd_per_t": 65_000, "max_t_per_year": 20}],
        demand=needs({2026: 100, 2027: 100}),
    )
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Baotou", "2027"): 20, ("Lynas", "2027"): 80})
    assert plan.objective_musd == approx(12.9)


def test_an_offer_is_open_from_its_first_to_its_last_year():
    """Baotou sells in 2027 only: 7.0 + 6.0 + 7.0 = 20 M$."""
    plan = solve(
        periods=years(2026, 2027, 2028),
        offers=[BAOTOU | {"from": 2027, "to": 2027}, LYNAS],
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
    )
    assert bought(plan, "node") == approx({("Lynas", "2026"): 100, ("Baotou", "2027"): 100, ("Lynas", "2028"): 100})
    assert plan.objective_musd == approx(20.0)


def test_an_offer_open_for_one_year_of_four_has_a_quarter_of_its_maximum():
    """Baotou has 80 t/yr, in 2029 only: on average 20 t/yr of 2026 to 2029.  4 x (20 x 60,000 + 80 x 70,000) = 27.2
    M$."""
    plan = solve(
        periods=[{"period": 2026, "years": 4}],
        offers=[BAOTOU | {"from": 2029, "max_t_per_year": 80}, LYNAS],
    )
    assert bought(plan) == approx({"Baotou": 20, "Lynas": 80})
    assert plan.objective_musd == approx(27.2)


def test_goods_are_bought_only_once_their_supplier_is_qualified():
    """Baotou at 40,000 $/t must be qualified first, for 2 M$ and a year: 7.0 (Lynas) + 2.0 + 4.0 = 13 M$, against 14
    without."""
    plan = solve(
        periods=years(2026, 2027),
        suppliers=unqualified(qualification_cost_musd=2, qualification_years=1),
        offers=[BAOTOU | {"price_usd_per_t": 40_000, "max_t_per_year": 100}, LYNAS],
        demand=needs({2026: 100, 2027: 100}),
    )
    assert bought(plan, "node") == approx({("Lynas", "2026"): 100, ("Baotou", "2027"): 100})
    assert plan.tables["qualifications"].values.tolist() == [["Baotou", "2026"]]
    assert cost(plan, "qualification") == approx(2.0)
    assert plan.objective_musd == approx(13.0)


def test_a_supplier_is_not_qualified_where_it_does_not_pay():
    """As above, but qualifying costs 4 M$ and saves 3 M$; half a qualification, for half the tons, would pay no
    better."""
    plan = solve(
        periods=years(2026, 2027),
        suppliers=unqualified(qualification_cost_musd=4, qualification_years=1),
        offers=[BAOTOU | {"price_usd_per_t": 40_000, "max_t_per_year": 100}, LYNAS],
        demand=needs({2026: 100, 2027: 100}),
    )
    assert bought(plan, "node") == approx({("Lynas", "2026"): 100, ("Lynas", "2027"): 100})
    assert plan.tables["qualifications"].empty
    assert plan.objective_musd == approx(14.0)


def test_a_supplier_is_qualified_as_a_whole():
    """Qualifying Baotou (60,000 $/t) costs 0.5 M$; 40 t are needed and Lynas (70,000) has enough: 2.8 M$.

    Baotou has 100 t, and there is room to keep what is not needed, so 0.4 of a qualification would be enough for 40
    t, at 0.2 M$,
    and save 40 x 10,000 = 0.4 M$.
    """
    plan = solve(
        suppliers=unqualified(qualification_cost_musd=0.5),
        offers=[BAOTOU | {"max_t_per_year": 100}, LYNAS],
        stocks=[{"max_t": 60}],
        demand=needs({2026: 40}),
    )
    assert bought(plan) == approx({"Lynas": 40})
    assert plan.objective_musd == approx(2.8)


def test_a_supplier_is_qualified_once():
    """Baotou has 60 t a year and costs 0.1 M$ to qualify: 0.1 + 2 x (60 x 60,000 + 40 x 70,000) = 12.9 M$.

    Qualified twice it would seem to have 120 t in 2027, and save 0.4 M$ for another 0.1.
    """
    plan = solve(
        periods=years(2026, 2027),
        suppliers=unqualified(qualification_cost_musd=0.1),
        offers=[BAOTOU | {"max_t_per_year": 60}, LYNAS],
        demand=needs({2026: 100, 2027: 100}),
    )
    assert bought(plan, "node") == approx(
        {("Baotou", "2026"): 60, ("Lynas", "2026"): 40, ("Baotou", "2027"): 60, ("Lynas", "2027"): 40}
    )
    assert plan.objective_musd == approx(12.9)


def test_a_supplier_qualified_in_mid_period_sells_for_the_rest_of_it():
    """Baotou (100 t/yr) is qualified after one of two years: 50 t/yr on average.  2 x (50 x 60,000 + 50 x 70,000) =
    13 M$."""
    plan = solve(
        periods=[{"period": 2026, "years": 2}],
        suppliers=unqualified(qualification_years=1),
        offers=[BAOTOU | {"max_t_per_year": 100}, LYNAS],
    )
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.objective_musd == approx(13.0)


def test_a_minimum_order_does_not_open_what_a_partnership_would_add():
    """Lynas asks 50,000 $/t for 10 to 60 t; 40 more for partners would save 0.4 M$ and cost 1.0.

    60 x 50,000 + 40 x 60,000 = 5.4 M$; all 100 t of Lynas would be 5.0.
    """
    plan = solve(
        offers=[BAOTOU, LYNAS | {"price_usd_per_t": 50_000, "min_order_t_per_year": 10, "max_t_per_year": 60}],
        partnerships=[{"partnership": "pact", "country": "MYS", "upfront_musd": 1}],
        partnership_effects=[{"partnership": "pact", "effect": "adds supply", "applies_to": "Lynas", "value": 40}],
    )
    assert bought(plan) == approx({"Lynas": 60, "Baotou": 40})
    assert plan.objective_musd == approx(5.4)


def test_spot_orders_and_a_contract_share_the_offers_maximum():
    """Baotou has 60 t in all and sells 10 or more at spot; 40 are agreed at 50,000: 2.0 + 20 x 60,000 + 40 x 70,000.

    6.0 M$; with 60 t at spot beside the contract it would be 5.6.
    """
    agreed = {"contract": "Offtake", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026}
    plan = solve(
        offers=[BAOTOU | {"min_order_t_per_year": 10, "max_t_per_year": 60}, LYNAS],
        contracts=[agreed | {"max_t_per_year": 40, "price_usd_per_t": 50_000}],
    )
    assert bought(plan) == approx({"Baotou": 20, "Lynas": 40})
    assert plan.objective_musd == approx(6.0)

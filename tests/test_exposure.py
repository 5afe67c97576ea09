"""What is at risk: the value of what is bought, by the risk of its origin and of the countries behind it."""

from cases import approx, bought, needs, solve
from test_charges import indicator

COUNTRIES = [
    {"country": "USA", "risk_score": 0},
    {"country": "CHN", "risk_score": 80},
    {"country": "MYS", "risk_score": 20},
]


def behind(*shares, offer="Lynas"):
    """Upstream rows of an offer: (country, share)."""
    return [{"offer": offer, "country": country, "share": share} for country, share in shares]


def priced(plan):
    """Costs, and exposure in base-year M$ as the table of indicators has it."""
    nodes = plan.tables["nodes"].set_index("node")
    table = plan.tables["indicators"]
    at_risk = table[table["measure"] == "exposure_musd"].set_index("node")["value"]
    costs = plan.tables["costs"]
    weights = nodes["probability"]
    discounted = (at_risk * nodes["discount"] * weights).sum()
    return (costs["discounted_musd"] * costs["node"].map(weights)).sum(), discounted


def test_exposure_is_value_times_score():
    """100 t at 60,000 $/t are 6 M$; at a score of 80 that is 4.8 M$ at risk. The index is 80; cost stays 6.0."""
    plan = solve(countries=COUNTRIES)
    assert indicator(plan, "exposure_musd") == approx(4.8)
    assert indicator(plan, "exposure_index") == approx(80)
    assert plan.objective_musd == approx(6.0)


def test_a_dollar_at_risk_has_a_price():
    """At 0.3 $ per $ at risk: Baotou 60,000 (1 + 0.24) = 74,400; Lynas 70,000 (1 + 0.06) = 74,200. So Lynas.

    It costs 7.0 M$, 1.4 M$ are at risk, and the objective is 7.0 + 0.3 x 1.4 = 7.42.
    """
    plan = solve(settings={"exposure_price": 0.3}, countries=COUNTRIES)
    assert bought(plan) == approx({"Lynas": 100})
    assert priced(plan) == approx((7.0, 1.4))
    assert plan.objective_musd == approx(7.42)


def test_a_lower_price_of_risk_moves_nothing():
    """At 0.2 $ per $ at risk: Baotou 60,000 x 1.16 = 69,600; Lynas 70,000 x 1.04 = 72,800. 6.96 M$."""
    plan = solve(settings={"exposure_price": 0.2}, countries=COUNTRIES)
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.objective_musd == approx(6.96)


def test_an_offer_is_as_safe_as_what_stands_behind_it():
    """Half of Lynas's oxide comes from Chinese feed: (1 - 0.5) x 20 + 0.5 x 80 = 50.

    At 0.3: Lynas 70,000 x 1.15 = 80,500, more than Baotou's 74,400. 6.0 + 0.3 x 4.8 = 7.44.
    """
    plan = solve(settings={"exposure_price": 0.3}, countries=COUNTRIES, upstream=behind(("CHN", 0.5)))
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.objective_musd == approx(7.44)


def test_the_shares_of_several_countries_behind_an_offer_add_up():
    """30 % China and 20 % the United States behind Lynas: 0.5 x 20 + 0.3 x 80 + 0.2 x 0 = 34; 2.38 of 7 M$."""
    lynas = {"offer": "Lynas", "supplier": "Lynas", "material": "oxide", "origin": "MYS", "price_usd_per_t": 70_000}
    plan = solve(countries=COUNTRIES, offers=[lynas], upstream=behind(("CHN", 0.3), ("USA", 0.2)))
    assert indicator(plan, "exposure_index") == approx(34)
    assert indicator(plan, "exposure_musd") == approx(2.38)


def test_exposure_is_discounted_like_the_money_it_weighs():
    """6 M$ a year in a period of two years at 25 %: 6 x 1.8 = 10.8; at risk 4.8 x 1.8 = 8.64; at 0.1: 11.664."""
    plan = solve(
        settings={"exposure_price": 0.1, "discount_rate": 0.25},
        countries=COUNTRIES,
        periods=[{"period": 2026, "years": 2}],
        demand=needs({2026: 100}),
    )
    assert priced(plan) == approx((10.8, 8.64))
    assert plan.objective_musd == approx(11.664)

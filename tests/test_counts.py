"""Limits on how many suppliers, plants and routes there may or must be."""

import pytest
from cases import BAOTOU, LYNAS, MINE, approx, bought, needs, solve, tons, years
from test_limits import limit, reached

from planner.errors import InputInvalid

CAPPED = [BAOTOU | {"max_t_per_year": 60}, LYNAS | {"max_t_per_year": 100}]


@pytest.mark.slow
def test_at_most_one_supplier_is_used():
    """Baotou has only 60 t, so with one supplier it must be Lynas: 7.0 M$ instead of 3.6 + 2.8 = 6.4."""
    assert solve(offers=CAPPED).objective_musd == approx(6.4)
    plan = solve(offers=CAPPED, limits=limit("suppliers_used", 1))
    assert bought(plan) == approx({"Lynas": 100})
    assert reached(plan) == 1
    assert plan.objective_musd == approx(7.0)


@pytest.mark.slow
def test_a_single_award_is_asked_for_at_each_place():
    """Texas needs 60 t, Ohio 40, Baotou has 70: free, 4.2 + 2.1 = 6.3 M$. With one supplier a place Baotou gets Texas,
    3.6 + 2.8 = 6.4, and not Ohio, 2.4 + 4.2."""
    sheets = {
        "places": [{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        "segments": [{"segment": "magnets"}, {"segment": "motors", "place": "Ohio"}],
        "demand": [*needs({2026: 60}), *needs({2026: 40}, "motors")],
        "offers": [BAOTOU | {"max_t_per_year": 70}, LYNAS | {"max_t_per_year": 100}],
    }
    assert solve(**sheets).objective_musd == approx(6.3)
    single = [
        row | {"limit": place, "place": place} for place in ("Texas", "Ohio") for row in limit("suppliers_used", 1)
    ]
    plan = solve(**sheets, limits=single)
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 40})
    assert plan.objective_musd == approx(6.4)


@pytest.mark.slow
def test_at_least_two_suppliers_are_used_with_a_ton_each():
    """99 t of Baotou and 1 t of Lynas: 5.94 + 0.07 = 6.01 M$."""
    plan = solve(limits=limit("suppliers_used", 2, "at least", material="oxide"))
    assert bought(plan) == approx({"Baotou": 99, "Lynas": 1})
    assert reached(plan) == 2
    assert plan.objective_musd == approx(6.01)


@pytest.mark.slow
def test_each_of_two_suppliers_brings_what_the_limit_says():
    """Lynas must have 30 t: 70 of Baotou for 4.2 and 30 of Lynas for 2.1 = 6.3 M$."""
    plan = solve(limits=limit("suppliers_used", 2, "at least", material="oxide", counts_from_t=30))
    assert bought(plan) == approx({"Baotou": 70, "Lynas": 30})
    assert reached(plan) == 2
    assert plan.objective_musd == approx(6.3)


def test_one_that_cannot_bring_enough_does_not_count():
    """Lynas has 20 t only, so two with 30 t each cannot be, and missing one of them costs 0.1 M$: 6.1 in all."""
    scarce = [BAOTOU, LYNAS | {"max_t_per_year": 20}]
    row = limit("suppliers_used", 2, "at least", material="oxide", counts_from_t=30, penalty_per_unit=100_000)
    plan = solve(offers=scarce, limits=row)
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.objective_musd == approx(6.1)


def share(number, sense="at least", part=0.3, **more):
    return limit("suppliers_used", number, sense, material="oxide", counts_from_share=part, **more)


SIXTY = {"demand": needs({2026: 60})}
THIRD = {"offer": "Arafura", "supplier": "Arafura", "material": "oxide", "origin": "MYS", "price_usd_per_t": 80_000}


def three(baotou, lynas, third=None):
    """Three suppliers that have so many tons."""
    offers = zip((BAOTOU, LYNAS, THIRD), (baotou, lynas, third), strict=True)
    return {
        "suppliers": [{"supplier": name, "country": "MYS"} for name in ("Baotou", "Lynas", "Arafura")],
        "offers": [offer | {"max_t_per_year": t} for offer, t in offers],
    }


def test_each_of_two_suppliers_brings_its_share_of_what_is_bought():
    """30 % of 100 t is 30 t: 70 of Baotou for 4.2, 30 of Lynas for 2.1, 6.3 M$; of 60 t it is 18, 2.52 + 1.26 = 3.78.

    With a ton each it would be 6.01 and 3.61.
    """
    plan = solve(limits=share(2))
    assert bought(plan) == approx({"Baotou": 70, "Lynas": 30})
    assert reached(plan) == 2
    assert plan.objective_musd == approx(6.3)
    plan = solve(**SIXTY, limits=share(2))
    assert bought(plan) == approx({"Baotou": 42, "Lynas": 18})
    assert plan.objective_musd == approx(3.78)


@pytest.mark.parametrize(("from_t", "lynas_t", "musd"), [(20, 30, 6.3), (40, 40, 6.4)])
def test_a_supplier_counts_with_both_its_share_and_its_tons(from_t, lynas_t, musd):
    """30 % of 100 t and 20 t: the share decides, 4.2 + 2.1. With 40 t the tons do, 3.6 + 2.8."""
    plan = solve(limits=share(2, counts_from_t=from_t))
    assert bought(plan) == approx({"Baotou": 100 - lynas_t, "Lynas": lynas_t})
    assert plan.objective_musd == approx(musd)


def test_a_supplier_that_cannot_bring_its_share_is_left_out_of_the_count():
    """Lynas has 25 t, so Arafura is the second with 30 %: 70 of Baotou for 4.2 and 30 for 2.4, 6.6 M$.

    At 50,000 $ for one that is missing nobody is bought of but Baotou: 6.05. Lynas counts where 20 % are enough: 6.2.
    """
    plan = solve(**three(None, 25), limits=share(2))
    assert bought(plan) == approx({"Baotou": 70, "Arafura": 30})
    assert plan.objective_musd == approx(6.6)
    plan = solve(**three(None, 25), limits=share(2, penalty_per_unit=50_000))
    assert (reached(plan), plan.objective_musd) == (1, approx(6.05))
    assert solve(**three(None, 25), limits=share(2, part=0.2)).objective_musd == approx(6.2)


def test_at_most_so_many_suppliers_have_more_than_a_share():
    """Baotou and Lynas have 60 t each and one may have more than 30 %: 60, 30 of Lynas, 10 of Arafura at 80,000.

    3.6 + 2.1 + 0.8 = 6.5 M$; free it is 3.6 + 2.8, and one supplier alone is Arafura at 8.0.
    """
    assert solve(**three(60, 60)).objective_musd == approx(6.4)
    plan = solve(**three(60, 60), limits=share(1, "at most"))
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 30, "Arafura": 10})
    assert reached(plan) == 1
    assert plan.objective_musd == approx(6.5)


def test_at_most_so_many_suppliers_have_more_than_a_share_and_more_than_tons():
    """One may have more than 30 % and 35 t: Lynas brings 35, which is not more. 3.6 + 2.45 + 0.4 = 6.45 M$."""
    plan = solve(**three(60, 60), limits=share(1, "at most", counts_from_t=35))
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 35, "Arafura": 5})
    assert reached(plan) == 1
    assert plan.objective_musd == approx(6.45)


def test_a_share_decides_where_it_comes_to_more_than_the_tons():
    """One may have more than 30 % and 20 t: 30 t of Lynas are not more than 30 %. 3.6 + 2.1 + 0.8 = 6.5 M$."""
    plan = solve(**three(60, 60), limits=share(1, "at most", counts_from_t=20))
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 30, "Arafura": 10})
    assert plan.objective_musd == approx(6.5)


def test_at_most_so_many_suppliers_have_more_than_tons():
    """One may have more than 25 t: 60 of Baotou, 25 of Lynas, 15 of Arafura, 3.6 + 1.75 + 1.2 = 6.55 M$."""
    plan = solve(**three(60, 60), limits=limit("suppliers_used", 1, material="oxide", counts_from_t=25))
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 25, "Arafura": 15})
    assert reached(plan) == 1
    assert plan.objective_musd == approx(6.55)


def test_more_suppliers_may_be_asked_for_than_may_have_a_share():
    """Three with a ton each, one of them with more than 30 %: 98 of Baotou, a ton each of the others, 6.03 M$."""
    both = [*share(1, "at most"), *limit("suppliers_used", 3, "at least", material="oxide")]
    plan = solve(**three(None, None), limits=[row | {"limit": name} for name, row in zip("ab", both, strict=True)])
    assert bought(plan) == approx({"Baotou": 98, "Lynas": 1, "Arafura": 1})
    assert plan.objective_musd == approx(6.03)


def test_exactly_two_suppliers_with_a_share_each_leave_no_third():
    """Baotou has 50 t and Lynas 40: free, and with at least two, 10 are Arafura's, 3.0 + 2.8 + 0.8 = 6.6 M$.

    With exactly two nobody else brings anything: 50 of Baotou and 50 of Arafura, 3.0 + 4.0 = 7.0 M$.
    """
    assert solve(**three(50, 40), limits=share(2)).objective_musd == approx(6.6)
    plan = solve(**three(50, 40), limits=share(2, "equal"))
    assert bought(plan) == approx({"Baotou": 50, "Arafura": 50})
    assert plan.objective_musd == approx(7.0)


def test_shares_are_of_what_the_limit_selects():
    """Texas needs 60 t, Ohio 40, and Ohio alone has two suppliers with 30 %, 12 t: 88 at 60,000, 12 at 70,000."""
    plan = solve(
        places=[{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        segments=[{"segment": "magnets"}, {"segment": "motors", "place": "Ohio"}],
        demand=[*needs({2026: 60}), *needs({2026: 40}, "motors")],
        limits=share(2, place="Ohio"),
    )
    assert bought(plan) == approx({"Baotou": 88, "Lynas": 12})
    assert plan.objective_musd == approx(6.12)


def test_goods_are_bought_and_thrown_away_where_a_share_needs_them():
    """10 t are needed, Baotou sells 100 t or none, Arafura has 2 t, less than 30 % of 10: so Baotou and Lynas.

    Lynas brings 30 % of all that is bought, 0.3 / 0.7 x 100 = 42.857 t: 6.0 + 3.0 M$, and 132.857 t are thrown away.
    """
    sheets = three(100, 500, 2) | {"materials": [{"material": "oxide", "disposal_usd_per_t": 0}]}
    sheets["offers"][0]["min_order_t_per_year"] = 100
    plan = solve(**sheets, demand=needs({2026: 10}), limits=share(2))
    assert bought(plan) == approx({"Baotou": 100, "Lynas": 300 / 7})
    assert plan.objective_musd == approx(9.0)


def test_a_share_needs_a_bound_on_what_all_others_bring():
    """Nothing bounds what fills a stockpile without a room, so nobody knows of how much it is the share."""
    with pytest.raises(InputInvalid, match="limits!"):
        solve(stocks=[{}], limits=share(2))


@pytest.mark.slow
def test_exactly_one_supplier_is_used():
    """Only Lynas has enough for all: 7.0 M$."""
    plan = solve(offers=CAPPED, limits=limit("suppliers_used", 1, "equal"))
    assert bought(plan) == approx({"Lynas": 100})


@pytest.mark.slow
def test_suppliers_of_a_country_are_counted():
    """At most none from China: 7.0 M$."""
    plan = solve(limits=limit("suppliers_used", 0, country="CHN"))
    assert bought(plan) == approx({"Lynas": 100})


@pytest.mark.slow
def test_so_many_new_suppliers_a_year():
    """Neither is qualified, and the market asks 100,000 $/t. Both at once: 2 x (3.6 + 2.8) = 12.8 M$.

    One a year: Lynas first, with 100 t for 7.0, Baotou next, 3.6 + 2.8: 13.4 M$ (Baotou first: 3.6 + 4.0 + 6.4 = 14.0).
    """
    market = {"offer": "spot", "supplier": "Market", "material": "oxide", "origin": "MYS", "price_usd_per_t": 100_000}
    case = {
        "suppliers": [
            {"supplier": "Baotou", "country": "CHN", "qualified": "no"},
            {"supplier": "Lynas", "country": "MYS", "qualified": "no"},
            {"supplier": "Market", "country": "MYS"},
        ],
        "offers": [*CAPPED, market],
        "periods": years(2026, 2027),
        "demand": needs({2026: 100, 2027: 100}),
    }
    assert solve(**case).objective_musd == approx(12.8)
    plan = solve(**case, limits=limit("suppliers_added", 1))
    assert len(plan.tables["qualifications"]) == 2
    assert [reached(plan, n) for n in ("2026", "2027")] == [1, 1]
    assert plan.objective_musd == approx(13.4)


@pytest.mark.slow
def test_new_suppliers_are_counted_per_year_of_the_period():
    """A period of two years: one a year are two, both at once."""
    plan = solve(
        suppliers=[
            {"supplier": "Baotou", "country": "CHN", "qualified": "no"},
            {"supplier": "Lynas", "country": "MYS", "qualified": "no"},
        ],
        offers=CAPPED,
        periods=[{"period": 2026, "years": 2}],
        limits=limit("suppliers_added", 1),
    )
    assert len(plan.tables["qualifications"]) == 2
    assert reached(plan) == 1
    assert plan.objective_musd == approx(12.8)


SITES = {
    "places": [{"place": name, "country": "USA"} for name in ("Texas", "Nevada", "Utah")],
    "facilities": [{"facility": name, "place": name} for name in ("Nevada", "Utah")],
    "processes": [{"facility": "Nevada", "process": "dig"}, {"facility": "Utah", "process": "dig"}],
    "recipes": [{"process": "dig", "material": "oxide"}],
    "build_options": [
        {"option": "Nevada", "facility": "Nevada", "max_t_per_year": 50, "capex_fixed_musd": 1},
        {"option": "Utah", "facility": "Utah", "max_t_per_year": 60, "capex_fixed_musd": 5},
    ],
}


@pytest.mark.slow
def test_at_most_one_plant_is_open():
    """Both sites make all 100 t for 0.1 + 0.5 M$ a year. One: Nevada's 50 t for 0.1 leave 3.0 to buy, Utah's 60 t for
    0.5 leave 2.4: 3.1 against 2.9, so Utah."""
    assert solve(**SITES).objective_musd == approx(0.6)
    plan = solve(**SITES, limits=limit("facilities_open", 1, stage="oxides"))
    assert tons(plan, "builds", "option", column="size_t_per_year") == approx({"Utah": 60})
    assert reached(plan) == 1
    assert plan.objective_musd == approx(2.9)


def test_a_plant_that_stands_counts_where_at_least_so_many_are_asked_for():
    """The mine stands with 30 t, and one plant is asked for: 0.6 + 4.2 = 4.8 M$, as without the limit."""
    plan = solve(**MINE, limits=limit("facilities_open", 1, "at least"))
    assert reached(plan) == 1
    assert plan.objective_musd == approx(4.8)


@pytest.mark.slow
def test_at_least_two_plants_are_open():
    """40 t wanted, for which Nevada is enough; Utah must stand too, with a ton: 0.1 + 0.5 M$."""
    plan = solve(**SITES, demand=needs({2026: 40}), limits=limit("facilities_open", 2, "at least", country="USA"))
    assert tons(plan, "builds", "option", column="size_t_per_year")["Utah"] >= 1 - 1e-6
    assert reached(plan) == 2
    assert plan.objective_musd == approx(0.6)


@pytest.mark.slow
def test_a_plant_that_stands_and_cannot_be_closed_is_always_counted():
    """The mine stands, so Nevada is not built where one may be open: 0.6 + 70 x 60,000 = 4.8 M$, not 1.9 with both."""
    plan = solve(
        **SITES
        | {
            "facilities": [MINE["facilities"][0], SITES["facilities"][0]],
            "processes": [*MINE["processes"], {"facility": "Nevada", "process": "dig"}],
            "build_options": SITES["build_options"][:1],
        },
        limits=limit("facilities_open", 1),
    )
    assert plan.tables["builds"].empty
    assert plan.objective_musd == approx(4.8)


@pytest.mark.slow
def test_a_plant_that_stands_is_open_until_it_is_closed():
    """The mine stands and Nevada would be built; one may be open, so the mine closes for 1 M$.

    Nevada: 0.1 M$ a year and 50 t; 50 x 60,000 + 0.1 + 1 = 4.1 M$. With the mine: 70 x 60,000 + 30 x 20,000 = 4.8 M$.
    """
    mine = MINE["facilities"][0] | {"closure_allowed": "yes", "closure_cost_musd": 1}
    plan = solve(
        **SITES
        | {
            "facilities": [mine, SITES["facilities"][0]],
            "processes": [*MINE["processes"], {"facility": "Nevada", "process": "dig"}],
            "build_options": SITES["build_options"][:1],
        },
        limits=limit("facilities_open", 1),
    )
    assert plan.tables["closures"]["facility"].tolist() == ["Mine"]
    assert reached(plan) == 1
    assert plan.objective_musd == approx(4.1)


@pytest.mark.slow
def test_routes_are_counted_by_their_ends():
    """Two users; Baotou and Lynas have 60 t each for 50 + 50 t. Two routes of four: each user has one supplier.

    3.0 + 3.5 = 6.5 M$; without the limit 3.6 + 2.8 = 6.4 M$ over three routes.
    """
    case = {
        "places": [{"place": "Texas", "country": "USA"}, {"place": "Nevada", "country": "USA"}],
        "segments": [{"segment": "magnets"}, {"segment": "lamps", "place": "Nevada"}],
        "demand": [*needs({2026: 50}), *needs({2026: 50}, "lamps")],
        "offers": [BAOTOU | {"max_t_per_year": 60}, LYNAS | {"max_t_per_year": 60}],
    }
    assert solve(**case).objective_musd == approx(6.4)
    plan = solve(**case, limits=limit("lanes_used", 2))
    assert reached(plan) == 2
    assert plan.objective_musd == approx(6.5)


@pytest.mark.slow
def test_routes_into_a_place_from_a_country():
    """No route from China into Texas: 7.0 M$."""
    plan = solve(limits=limit("lanes_used", 0, country="CHN", place="Texas"))
    assert bought(plan) == approx({"Lynas": 100})


@pytest.mark.slow
def test_the_bound_on_a_counted_supplier_leaves_room_for_a_minimum_order():
    """10 t are needed, Baotou sells 50 at least, and the rest may be thrown away: 3.0 M$, one supplier."""
    offer = BAOTOU | {"min_order_t_per_year": 50, "max_t_per_year": 80}
    plan = solve(
        offers=[offer],
        materials=[{"material": "oxide", "disposal_usd_per_t": 0}],
        demand=needs({2026: 10}),
        limits=limit("suppliers_used", 1),
    )
    assert bought(plan) == approx({"Baotou": 50})
    assert plan.objective_musd == approx(3.0)


@pytest.mark.slow
def test_the_bound_on_a_counted_supplier_is_all_that_is_needed_of_it():
    """Baotou alone serves two users, 130 t: the bound adds up what both need."""
    plan = solve(
        places=[{"place": "Texas", "country": "USA"}, {"place": "Nevada", "country": "USA"}],
        segments=[{"segment": "magnets"}, {"segment": "lamps", "place": "Nevada"}],
        demand=[*needs({2026: 100}), *needs({2026: 30}, "lamps")],
        limits=limit("suppliers_used", 1),
    )
    assert bought(plan) == approx({"Baotou": 130})


def test_a_count_needs_a_bound_on_what_it_counts():
    """Offers without a maximum may fill a stockpile without a room: nothing bounds what comes from one supplier."""
    with pytest.raises(InputInvalid, match="limits!"):
        solve(stocks=[{}], limits=limit("suppliers_used", 1))

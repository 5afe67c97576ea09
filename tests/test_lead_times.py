"""Lead times: the first order brings nothing while it is on its way, and what is under way costs capital."""

from dataclasses import replace

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, cost, needs, solve, tons, years

from planner.audit import audit
from planner.errors import Infeasible, InputInvalid
from planner.planning.solve import solve_case

LATE = BAOTOU | {"lead_days": 73, "max_t_per_year": 100}
TWO = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
FIVE = {"periods": [{"period": 2026, "years": 5}]}


def test_the_first_order_leaves_its_lead_time_of_the_first_year_empty():
    """73 days are a fifth of 2026: 80 of 100 t come, and 20 from Lynas. In 2027 all do. 180 x 60,000 + 20 x 70,000."""
    plan = solve(**TWO, offers=[LATE, LYNAS])
    assert bought(plan, "node") == approx({("Baotou", "2026"): 80, ("Lynas", "2026"): 20, ("Baotou", "2027"): 100})
    assert plan.cost_musd == approx(12.2)


def test_who_is_bought_from_today_is_not_waited_for():
    """30 t a year of Baotou are awarded today: goods flow, and all 100 t come. 6 M$."""
    plan = solve(offers=[LATE, LYNAS], awards=[{"offer": "Baotou", "place": "Texas", "t_per_year": 30}])
    assert bought(plan) == approx({"Baotou": 100})


def test_the_years_of_a_period_are_worked_out_one_by_one():
    """438 days are 1.2 years, on sale from 2027: nothing of 2027, 0.8 of 2028, then all. (0.8 + 1 + 1) / 5 of 100 t. In
    2028 to 2030 Baotou asks 60,000, 80,000 and 90,000: (0.8 x 60 + 80 + 90) / 2.8 = 77,857. Duty is a tenth, by days:
    2028 has 366, of which 292.8 count."""
    rises = [{"scenario": "one", "kind": "price", "offer": "Baotou", "from": year, "to": year, "value": more}
             for year, more in ((2029, 20_000), (2030, 30_000))]  # fmt: skip
    plan = solve(
        **FIVE,
        offers=[LATE | {"from": 2027, "lead_days": 438}, LYNAS | {"price_usd_per_t": 200_000}],
        scenarios=[{"scenario": "one"}],
        events=rises,
        tariffs=[{"authority": "MFN", "origin": "CHN", "rate": 0.1}],
    )
    assert bought(plan) == approx({"Baotou": 56, "Lynas": 44})
    assert cost(plan, "purchases") == approx(5 * (56 * 0.218 / 2.8 + 44 * 0.2))
    assert cost(plan, "duties") == approx(0.5 * 56 * (0.06 * 292.8 + 0.17 * 365) / (292.8 + 730))


def test_contracts_keep_their_dates_and_take_their_part_first():
    """40 of Baotou's 100 t are under contract from 2026 on and come at once. Of the other 60 t a fifth is on its way:
    48 t, and 12 from Lynas."""
    signed = {"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026, "max_t_per_year": 40,
              "take_or_pay_share": 1, "price_usd_per_t": 65_000}  # fmt: skip
    plan = solve(offers=[LATE, LYNAS], contracts=[signed])
    assert tons(plan, "lifts", "contract") == approx({"K": 40})
    assert bought(plan) == approx({"Baotou": 48, "Lynas": 12})


def test_the_spot_price_beside_a_contract_is_that_of_what_arrives():
    """Ordered goods come in half of 2026, at 60,000, and in 2027, at 90,000: 80,000 in the mean, and not 75,000."""
    signed = {"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027, "max_t_per_year": 40,
              "price_usd_per_t": 50_000}  # fmt: skip
    rises = {"scenario": "one", "kind": "price", "offer": "Baotou", "from": 2027, "value": 30_000}
    plan = solve(
        periods=[{"period": 2026, "years": 2}],
        offers=[LATE | {"lead_days": 182.5}, LYNAS],
        contracts=[signed],
        scenarios=[{"scenario": "one"}],
        events=[rises],
    )
    assert plan.tables["commitments"]["spot_usd_per_t"].tolist() == approx([80_000])


def test_where_events_let_less_go_to_a_country_its_years_count():
    """Nothing goes to the USA in 2027, and nothing ordered arrives in 2026: none of it comes in the two years."""
    stop = {"scenario": "one", "kind": "supply", "offer": "Baotou", "destination": "USA", "from": 2027, "factor": 0}
    plan = solve(
        periods=[{"period": 2026, "years": 2}],
        countries=[{"country": name} for name in ("USA", "CHN", "MYS")],
        offers=[LATE | {"lead_days": 365}, LYNAS],
        scenarios=[{"scenario": "one"}],
        events=[stop],
    )
    assert bought(plan) == approx({"Lynas": 100})


def test_a_case_that_cannot_wait_says_by_how_much():
    """Of 100 t 80 come in 2026. That a need falls keeps the check from judging, and the search finds it."""
    said = r"offers!\w+2: what orders of Baotou can bring.* in 2026 would have to be raised by 20.000 t from 80.000 t"
    with pytest.raises(Infeasible, match=said):
        solve(
            **TWO,
            offers=[LATE],
            scenarios=[{"scenario": "one"}],
            events=[{"scenario": "one", "kind": "demand", "segment": "magnets", "from": 2027, "factor": 0.9}],
        )


def too_little(*offers, **sheets):
    """What the check says of a need of 100 t a year in 2026 and 2027."""
    with pytest.raises(InputInvalid) as told:
        case(**TWO | {"offers": offers} | sheets)
    return [str(problem) for problem in told.value.problems if problem.severity == "error"]


def test_the_check_counts_what_is_on_its_way():
    """Of Baotou's 100 t 80 come in 2026; 73 days at the other end of the world are no reason to go short in 2027."""
    (said,) = too_little(LATE)
    assert "in 2026 100 t/yr of oxide are needed at least, and all offers, plants, returns and stocks together" in said
    assert "can bring 80 t/yr, the first order being on its way. Look at lead_days on the sheet offers" in said
    (said,) = too_little(LATE | {"lead_days": 365})
    assert "can bring 0 t/yr, the first order" in said


def test_the_check_waits_for_no_order_where_goods_come_anyway():
    """Today's award flows; a contract brings 40 of its own and leaves 48 of the other 60; and who is sold
    from 2027 on is ordered then, so that a fifth of 2027 is empty."""
    award = {"offer": "Baotou", "place": "Texas", "t_per_year": 30}
    assert solve(**TWO, offers=[LATE], awards=[award]).cost_musd == approx(12)
    signed = {"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027, "max_t_per_year": 40,
              "take_or_pay_share": 1, "price_usd_per_t": 65_000}  # fmt: skip
    (said,) = too_little(LATE, contracts=[signed])
    assert "can bring 88 t/yr" in said
    with pytest.raises(InputInvalid, match=r"in 2027 100 t/yr of oxide are needed at least.* can bring 80 t/yr"):
        case(**TWO, offers=[LATE | {"from": 2027}, LYNAS | {"to": 2026}])


def test_a_need_that_may_go_short_is_warned_of_alone():
    """20 of 100 t go short in 2026, at 65,000 $ each."""
    free = case(
        **TWO, offers=[LATE], segments=[{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 65_000}]
    )
    assert {one.code for one in free.warnings} == {"cross.too-little-short", "cross.unused"}  # nobody needs Lynas
    assert solve_case(free).tables["shortages"]["t_per_year"].tolist() == approx([20])


def test_what_is_under_way_costs_capital_and_may_lose_to_who_is_near():
    """36.5 days at 10 % a year are a hundredth of the price: 59,500 x 1.01 = 60,095 from China, 60,000 from Malaysia.
    On the way at any time: a tenth of 40 t/yr."""
    days = {"*": 9, "CHN": 36.5, "MYS": 0}
    lanes = [{"from": start, "transit_days": long} for start, long in days.items()]
    near = LYNAS | {"price_usd_per_t": 60_000, "max_t_per_year": 60}
    plan = solve({"payment_rate": 0.1}, offers=[BAOTOU | {"price_usd_per_t": 59_500}, near], lanes=lanes)
    assert bought(plan) == approx({"Lynas": 60, "Baotou": 40})
    assert cost(plan, "financing") == approx(40 * 0.000595)
    assert tons(plan, "under_way", "item", "days", column="t") == approx({("Baotou", 36.5): 4})


@pytest.mark.slow
def test_payment_counts_from_where_goods_are_shipped():
    """Paid 73 days after they leave and 36.5 after they arrive: a tenth of a year at 10 % of 6 M$ is gained. Under
    contract too, where nothing is said of payment a hundredth is lost."""
    late = BAOTOU | {"payment_days": 73}
    lanes = [{"from": "*", "transit_days": 36.5}]
    assert cost(solve({"payment_rate": 0.1}, offers=[late], lanes=lanes), "financing") == approx(-0.06)
    signed = {"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026, "max_t_per_year": 100,
              "price_usd_per_t": 50_000}  # fmt: skip
    assert cost(solve({"payment_rate": 0.1}, offers=[BAOTOU], contracts=[signed], lanes=lanes), "financing") == approx(
        0.05
    )


def test_a_quote_for_the_place_is_handed_over_there():
    """The way is in the quote of 61,000, and so is its time: nothing is under way at the buyer's cost."""
    quote = {"offer": "Baotou", "place": "Texas", "price_usd_per_t": 61_000}
    lanes = [{"from": "*", "transit_days": 36.5}]
    plan = solve({"payment_rate": 0.1}, offers=[BAOTOU], lanes=lanes, delivered_prices=[quote])
    assert cost(plan, "financing") == 0
    assert plan.tables["under_way"].empty


@pytest.mark.many
@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "said"),
    [
        ("offers", 0, "lead_days", 146, "more is ordered than arrives"),
        ("lanes", 0, "transit_days", 73, "not what is under way"),
        ("lanes", 0, "transit_days", 73, "financing"),
    ],
)
def test_the_auditor_refuses_a_plan_of_another_time(sheet, row, column, value, said):
    held = case({"payment_rate": 0.1}, offers=[LATE, LYNAS], lanes=[{"from": "*", "transit_days": 36.5}])
    plan, table = solve_case(held), held.tables[sheet].copy()
    table.loc[table.index[row], column] = value
    other = replace(held, tables={**held.tables, sheet: table})
    assert any(said in str(finding) for finding in audit(other, plan))

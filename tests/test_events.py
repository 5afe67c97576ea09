"""Events on what was agreed, built or stored: force majeure, delays, collapses, surges, and stocks against bans."""

import pytest
from cases import BAOTOU, BASE, LYNAS, SITE, approx, bought, cost, needs, solve, tons, years

CALM_OR_NOT = [{"scenario": "calm"}, {"scenario": "trouble"}]
CHINA = BAOTOU | {"max_t_per_year": 200}
SHORT = [{"segment": "magnets", "shortage_usd_per_t": 200_000, "max_shortage_share": 1}]
OFFTAKE = {"contract": "Offtake", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2028}
OFFTAKE |= {"min_t_per_year": 80, "max_t_per_year": 80, "take_or_pay_share": 1, "price_usd_per_t": 50_000}


def futures(*events, last=2027, **sheets):
    """The years to `last` at 100 t; these events happen from 2027 on in one of two futures, as likely as the other."""
    happen = [{"scenario": "trouble", "from": 2027, **event} for event in events]
    span = range(2026, last + 1)
    told = {"scenarios": CALM_OR_NOT, "events": happen} if events else {}
    return solve(**{"periods": years(*span), "demand": needs(dict.fromkeys(span, 100))} | told | sheets)


def by_future(plan):
    """What each future costs, in M$."""
    return plan.tables["scenarios"].set_index("scenario")["cost_musd"].to_dict()


def test_force_majeure_frees_the_seller_and_the_buyer():
    """80 t under contract at 50,000 $/t, all to be paid, 20 t at 60,000: 5.2 M$ a year.

    China shut in 2027: nothing comes, nothing is paid, and Lynas sells 100 t for 7.0 M$.
    """
    plan = futures(
        {"kind": "supply", "country": "CHN", "factor": 0}, offers=[CHINA, LYNAS], contracts=[OFFTAKE | {"to": 2027}]
    )
    assert by_future(plan) == approx({"calm": 10.4, "trouble": 12.2})
    assert plan.tables["forfeits"].empty


def test_half_a_ban_halves_what_was_agreed():
    """In 2027 half: 40 t under contract (2.0) and, of the offer's 100 t left, 60 at spot (3.6): 5.6 M$ against 5.2."""
    plan = futures(
        {"kind": "supply", "country": "CHN", "factor": 0.5}, offers=[CHINA, LYNAS], contracts=[OFFTAKE | {"to": 2027}]
    )
    assert by_future(plan) == approx({"calm": 10.4, "trouble": 10.8})


@pytest.mark.slow
def test_take_or_pay_hurts_when_prices_collapse():
    """At 20,000 $/t in 2027 the 80 t still cost 50,000: 4.0 + 20 x 20,000 = 4.4 M$; without the contract 2.0.

    In the other future the contract saves 80 x 10,000 = 0.8 M$ a year.
    """
    collapse = {"kind": "price", "material": "oxide", "factor": 1 / 3}
    plan = futures(collapse, offers=[CHINA], contracts=[OFFTAKE | {"to": 2027}])
    assert by_future(plan) == approx({"calm": 10.4, "trouble": 5.2 + 4.4})
    assert by_future(futures(collapse, offers=[CHINA])) == approx({"calm": 12.0, "trouble": 8.0})


@pytest.mark.parametrize(("price", "signed"), [(39_000, True), (41_000, False)])
def test_an_offtake_is_signed_while_it_beats_the_mean_price(price, signed):
    """100 t in 2027 at 60,000 or, collapsed, 20,000 $/t: 40,000 on average.  All to be paid, at 39,000 it is signed."""
    offtake = OFFTAKE | {"signed": "no", "sign_by": 2026, "from": 2027, "to": 2027, "price_usd_per_t": price}
    plan = futures(
        {"kind": "price", "material": "oxide", "factor": 1 / 3},
        offers=[CHINA],
        demand=needs({2027: 100}),
        contracts=[offtake | {"min_t_per_year": 100, "max_t_per_year": 100}],
    )
    assert plan.tables["signings"].empty is not signed
    assert plan.objective_musd == approx(min(price / 1e4, 4.0))


def test_a_price_that_follows_the_market_collapses_with_it():
    """10 % below the market, at least 30,000 $/t: 54,000 in calm, 30,000 when the market is at 20,000."""
    follows = OFFTAKE | {"price_usd_per_t": None, "index_discount": 0.1, "floor_usd_per_t": 30_000, "to": 2027}
    plan = futures({"kind": "price", "material": "oxide", "factor": 1 / 3}, offers=[CHINA], contracts=[follows])
    calm, collapsed = 80 * 0.054 + 20 * 0.06, 80 * 0.03 + 20 * 0.02
    assert by_future(plan) == approx({"calm": 2 * calm, "trouble": calm + collapsed})


@pytest.mark.slow
def test_what_markets_pay_for_surplus_collapses_too():
    """A mine digs 130 t at 20,000 $/t, 30 of them to sell at 40,000: 1.2 M$ a year, or 0.72 at 0.6 times the price.

    At a quarter of the price, 10,000 $/t, digging for the market would not pay, and it stops.
    """
    mine = {**SITE, "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 130}], "offers": []}
    mine |= {"suppliers": [], "sales": [{"price_usd_per_t": 40_000}]}
    halved = futures({"kind": "price", "material": "oxide", "factor": 0.6}, **mine)
    assert by_future(halved) == approx({"calm": 2 * (2.6 - 1.2), "trouble": 1.4 + 2.6 - 0.72})
    gone = futures({"kind": "price", "material": "oxide", "factor": 0.25}, **mine)
    assert by_future(gone) == approx({"calm": 2.8, "trouble": 1.4 + 2.0})
    assert cost(gone, "sales") == approx(-2 * 1.2)  # 2026 and 2027 in calm


SHAFT = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "capex_usd_per_t": 100_000}
BUILT = {**SITE, "offers": [BAOTOU]}


@pytest.mark.slow
def test_a_delay_moves_output_and_its_yearly_payments():
    """A shaft of 40 t for ten years, begun in 2026 to run in 2027: 0.4 + 0.8 + 60 x 60,000 = 4.8 M$ a year, not 6.0.

    Delayed by two years it runs in 2029 only, and is paid for in 2029 only.
    """
    late = {"kind": "delay", "facility": "Mine", "value": 2}
    plan = futures(late, last=2029, **BUILT, build_options=[SHAFT | {"lead_years": 1, "latest": 2026}])
    assert by_future(plan) == approx({"calm": 6.0 + 3 * 4.8, "trouble": 3 * 6.0 + 4.8})
    assert cost(plan, "investment") == approx(3 * 0.4 + 0.4)  # in calm and in trouble


def test_a_delay_does_not_stop_what_runs_already():
    """Begun in 2026 without lead, the shaft runs when the delay is seen: 2 x 4.8 M$ in both futures."""
    plan = futures({"kind": "delay", "facility": "Mine", "value": 1}, **BUILT, build_options=[SHAFT])
    assert by_future(plan) == approx({"calm": 9.6, "trouble": 9.6})


@pytest.mark.slow
def test_a_second_delay_counts_while_the_first_still_holds_the_plant_back():
    """Begun in 2026 to run in 2028.  +2 years from 2027: 2030.  +1 from 2029: in 2029 it does not run, so 2031.

    2026 to 2031: two years of 6.0 and four of 4.8 M$ in calm, five of 6.0 and one of 4.8 in trouble.
    """
    delays = [
        {"scenario": "trouble", "kind": "delay", "from": 2029, "value": 1, "facility": "Mine"},
        {"scenario": "trouble", "kind": "delay", "from": 2027, "value": 2},
    ]
    shaft = SHAFT | {"lead_years": 2, "latest": 2026}
    for events in (delays, delays[::-1]):
        plan = solve(
            **BUILT,
            scenarios=[{"scenario": "calm"}, {"scenario": "trouble"}],
            events=events,
            build_options=[shaft],
            periods=years(*range(2026, 2032)),
            demand=needs(dict.fromkeys(range(2026, 2032), 100)),
        )
        assert by_future(plan) == approx({"calm": 2 * 6.0 + 4 * 4.8, "trouble": 5 * 6.0 + 4.8})


@pytest.mark.slow
def test_delays_of_one_year_that_follow_a_start_do_not_count():
    """+1 from 2026 lets the shaft of 2026 run in 2027; +1 from 2028 finds it running: 6.0, then 4.8 M$ a year."""
    delays = [{"scenario": "it", "kind": "delay", "from": year, "value": 1} for year in (2026, 2028)]
    plan = solve(
        **BUILT,
        scenarios=[{"scenario": "it"}],
        events=delays,
        build_options=[SHAFT | {"latest": 2026}],
        periods=years(2026, 2027, 2028),
        demand=needs(dict.fromkeys((2026, 2027, 2028), 100)),
    )
    assert plan.objective_musd == approx(6.0 + 4.8 + 4.8)


@pytest.mark.slow
def test_a_delay_that_ends_does_not_touch_what_is_begun_later():
    """The delay holds in 2027; the shaft may be begun in 2028 at the earliest and runs at once: 6.0 + 6.0 + 4.8 M$."""
    late = {"kind": "delay", "facility": "Mine", "value": 1, "to": 2027}
    plan = futures(late, last=2028, **BUILT, build_options=[SHAFT | {"earliest": 2028}])
    assert by_future(plan) == approx({"calm": 16.8, "trouble": 16.8})


def test_a_delay_touches_what_is_begun_in_its_last_year():
    """It holds in 2027 alone; the shaft may be begun in 2027 at the earliest and runs a year late: 6.0 + 6.0 + 4.8."""
    late = {"kind": "delay", "facility": "Mine", "value": 1, "to": 2027}
    plan = futures(late, last=2028, **BUILT, build_options=[SHAFT | {"earliest": 2027, "latest": 2027}])
    assert by_future(plan) == approx({"calm": 6.0 + 2 * 4.8, "trouble": 6.0 + 6.0 + 4.8})


BAN = {"kind": "supply", "country": "CHN", "factor": 0}


@pytest.mark.parametrize(("holding", "kept"), [(6_950, 100), (7_050, 0)])
def test_a_stockpile_pays_for_itself_exactly_when_its_sum_says_so(holding, kept):
    """A ban in one of two futures makes 2027 dearer by 100 x (74,000 - 60,000) = 1.4 M$, 0.7 on average.

    100 t over the year's end cost half the holding cost in 2026 and half in 2027, in both futures: it pays below 7,000
    $/t.
    """
    plan = futures(
        BAN, offers=[BAOTOU, LYNAS | {"price_usd_per_t": 74_000}], stocks=[{"holding_usd_per_t_year": holding}]
    )
    assert sum(tons(plan, "stocks", "node", column="t").values()) == approx(kept)
    without = 6.0 + 0.5 * 6.0 + 0.5 * 7.4
    assert plan.objective_musd == approx(min(without, 12.0 + 100 * holding / 1e6))


@pytest.mark.slow
def test_a_plan_cannot_anticipate_a_ban_that_it_does_not_know():
    """A stock costs 0.1 M$ and the ban 14.0 M$, but with a probability of 0.005 no stock is built: 0.07 < 0.1.

    Known a year earlier, the same ban finds 100 t in store in that future, and only there.
    """
    rare = [{"scenario": "calm", "probability": 0.995}, {"scenario": "trouble", "probability": 0.005}]
    store = {"offers": [BAOTOU], "segments": SHORT, "stocks": [{"holding_usd_per_t_year": 1_000}], "scenarios": rare}
    blind = futures(BAN, **store)
    assert blind.tables["stocks"].empty
    assert by_future(blind) == approx({"calm": 12.0, "trouble": 26.0})
    warned = futures(BAN | {"known_from": 2026}, **store)
    assert tons(warned, "stocks", "node", column="t") == approx({"2026 trouble": 100})
    assert by_future(warned) == approx({"calm": 12.0, "trouble": 12.1})


@pytest.mark.slow
def test_what_is_decided_before_is_the_same_in_every_future():
    """One row of purchases, one stock and one shaft in 2026, whatever comes: the trunk has one node."""
    plan = futures(BAN, last=2028, offers=[BAOTOU, LYNAS], **SITE, build_options=[SHAFT])
    assert plan.tables["builds"]["node"].tolist() == ["2026"]
    assert [node for node in plan.tables["purchases"]["node"] if node.startswith("2026")] == ["2026"]


@pytest.mark.slow
def test_a_ban_behind_an_ally_cuts_the_ally():
    """40 % of what Lynas sells is Chinese within: a ban on exports to Malaysia leaves 60 t of 100; one on exports to
    the United States leaves all of it.

    60 x 70,000 + 40 x 200,000 = 12.2 M$ against 7.0.
    """
    ally = {"offers": [LYNAS | {"max_t_per_year": 100}], "segments": SHORT}
    ally |= {"upstream": [{"offer": "Lynas", "country": "CHN", "share": 0.4}]}
    assert by_future(futures(BAN | {"destination": "MYS"}, **ally))["trouble"] == approx(7.0 + 12.2)
    assert by_future(futures(BAN | {"destination": "USA"}, **ally))["trouble"] == approx(14.0)
    assert by_future(futures(BAN, **ally))["trouble"] == approx(7.0 + 12.2)


def test_a_ban_that_ends_ends():
    """Shut in 2027 only: 6.0 + 7.0 + 6.0 M$."""
    assert by_future(futures(BAN | {"to": 2027}, last=2028)) == approx({"calm": 18.0, "trouble": 19.0})


def test_an_event_may_speak_of_a_group_of_countries():
    """China and Myanmar are one group, and both are shut: Lynas sells the 100 t."""
    countries = [{"country": "USA"}, {"country": "MYS"}]
    countries += [{"country": "CHN", "group": "bloc"}, {"country": "MMR", "group": "bloc"}]
    burma = {"offer": "Pang War", "supplier": "Baotou", "material": "oxide", "origin": "MMR", "price_usd_per_t": 61_000}
    plan = futures(BAN | {"country": "bloc"}, countries=countries, offers=[BAOTOU, burma, LYNAS])
    assert bought(plan, "node")["Lynas", "2027 trouble"] == approx(100)


@pytest.mark.slow
def test_two_events_on_one_price_multiply():
    """1.1 x 1.05 x 60,000 = 69,300 $/t, still below Lynas: 6.93 M$; with 5,000 $/t on top Lynas sells: 7.0."""
    up, more = ({"kind": "price", "offer": "Baotou", "factor": factor} for factor in (1.1, 1.05))
    second = more | {"country": "CHN"}
    assert by_future(futures(up, second))["trouble"] == approx(6.0 + 6.93)
    added = {"kind": "price", "supplier": "Baotou", "value": 5_000}
    assert by_future(futures(up, second, added))["trouble"] == approx(6.0 + 7.0)


@pytest.mark.slow
def test_a_reserve_is_kept_until_its_release_is_known():
    """20 t in reserve are used in 2027 where they are released, not in the other future; 2026 buys all 100 t."""
    plan = futures({"kind": "release", "place": "Texas"}, stocks=[{"initial_t": 20, "reserve_t": 20}])
    assert by_future(plan) == approx({"calm": 12.0, "trouble": 10.8})
    assert tons(plan, "stocks", "node", column="t") == approx({"2026": 20, "2027 calm": 20})


def test_a_closed_strait_sends_goods_another_way():
    """Texas is cut off from China only: what Kuantan buys still comes from Baotou."""
    plan = futures(
        {"kind": "lane", "country": "CHN", "place": "Texas", "factor": 0},
        places=[*BASE["places"], {"place": "Kuantan", "country": "MYS"}],
        segments=[{"segment": "magnets"}, {"segment": "motors", "place": "Kuantan"}],
        demand=needs({2026: 100, 2027: 100}) + needs({2026: 100, 2027: 100}, "motors"),
    )
    assert bought(plan, "place", "node")["Baotou", "Kuantan", "2027 trouble"] == approx(100)
    assert bought(plan, "place", "node")["Lynas", "Texas", "2027 trouble"] == approx(100)
    assert by_future(plan) == approx({"calm": 24.0, "trouble": 25.0})

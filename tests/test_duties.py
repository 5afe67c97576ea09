"""Duties: which rows count, how they stack, on what value, for how many days; and today's United States stack."""

import csv
import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, approx, case, cost, needs, solve

from planner.audit import audit
from planner.planning.solve import solve_case
from planner.results.facts import Facts
from planner.results.landed import duties as declared_duties

US_CASE = Path(__file__).parents[1] / "inputs" / "us_base_case"
CHINESE = [{"country": "USA"}, {"country": "CHN", "group": "rivals; far"}, {"country": "MYS", "group": "far"}]
PRICE = 60_000


def row(authority, heading="", rate=None, **more):
    """A row of the tariffs sheet, on all that the chapter and these digits of a heading say."""
    return {"authority": authority, "hts": heading, "rate": rate, **more}


def day(month, of_month):
    return dt.date(2026, month, of_month)


# What the case shows: the rows in force, and by authority the duty in dollars on a ton of 60,000 $ from China, heading
# xx11.22.33.
STACKS = {
    "one rate": ([row("MFN", rate=0.05)], {"MFN": 3_000}),
    "authorities add up": ([row("MFN", rate=0.05), row("301", rate=0.25)], {"MFN": 3_000, "301": 15_000}),
    "a duty per ton": ([row("MFN", usd_per_t=150)], {"MFN": 150}),
    "a rate and a duty per ton in one row": ([row("MFN", rate=0.01, usd_per_t=150)], {"MFN": 750}),
    "a rate of nothing is no duty": ([row("MFN", rate=0)], {}),
    "the longest heading counts": (
        [row("MFN", rate=0.05), row("MFN", "1122", rate=0.02), row("MFN", "11", rate=0.03)],
        {"MFN": 1_200},
    ),
    "a longer heading beats a nearer origin": (
        [row("MFN", "11", rate=0.05, origin="CHN"), row("MFN", "1122", rate=0.02)],
        {"MFN": 1_200},
    ),
    "a country beats a group": (
        [row("MFN", rate=0.02, origin="far"), row("MFN", rate=0.03, origin="CHN")],
        {"MFN": 1_800},
    ),
    "a group beats any origin": ([row("MFN", rate=0.02, origin="far"), row("MFN", rate=0.05)], {"MFN": 1_200}),
    "each authority counts its own best row": (
        [row("MFN", "11", rate=0.05), row("301", rate=0.1), row("301", "11", rate=0.25)],
        {"MFN": 3_000, "301": 15_000},
    ),
    "another heading is not meant": ([row("MFN", rate=0.05), row("301", "12", rate=0.25)], {"MFN": 3_000}),
    "a longer heading than the good's is not meant": (
        [row("MFN", rate=0.05), row("301", "11223344", rate=0.25)],
        {"MFN": 3_000},
    ),
    "another country is not meant": ([row("MFN", rate=0.05), row("301", rate=0.25, origin="MYS")], {"MFN": 3_000}),
    "another destination is not meant": (
        [row("MFN", rate=0.05), row("GST", rate=0.1, destination="MYS")],
        {"MFN": 3_000},
    ),
    "home by its name is home": ([row("MFN", rate=0.05, destination="USA")], {"MFN": 3_000}),
    "a row replaces the authority it names": (
        [row("MFN", rate=0.05), row("301", rate=0.25), row("column 2", rate=0.4, effect="replaces", acts_on="MFN")],
        {"column 2": 24_000, "301": 15_000},
    ),
    "nothing to replace, nothing charged": (
        [
            row("301", rate=0.25),
            row("column 2", rate=0.4, effect="replaces", acts_on="MFN"),
            row("MFN", "12", rate=0.05),
        ],
        {"301": 15_000},
    ),
    "the nearest of two rows that replace counts": (
        [
            row("MFN", rate=0.05),
            row("column 2", rate=0.4, effect="replaces", acts_on="MFN"),
            row("agreement", rate=0.01, effect="replaces", acts_on="MFN", origin="CHN"),
        ],
        {"agreement": 600},
    ),
    "a replacing row without a name replaces all": (
        [row("MFN", rate=0.05), row("301", rate=0.25), row("agreement", rate=0.1, effect="replaces")],
        {"agreement": 6_000},
    ),
    "a row exempts from the authority it names": (
        [row("MFN", rate=0.05), row("301", rate=0.25), row("exclusion", effect="exempts", acts_on="301")],
        {"MFN": 3_000},
    ),
    "an exemption without a name exempts from all": (
        [row("MFN", rate=0.05), row("301", rate=0.25), row("defence", effect="exempts")],
        {},
    ),
    "exemptions come after replacements": (
        [
            row("MFN", rate=0.05),
            row("column 2", rate=0.4, effect="replaces", acts_on="MFN"),
            row("exclusion", effect="exempts", acts_on="column 2"),
        ],
        {},
    ),
    "an exemption for others does not help": (
        [row("301", rate=0.25), row("exclusion", effect="exempts", acts_on="301", origin="MYS")],
        {"301": 15_000},
    ),
    "73 of 365 days are a fifth": ([row("232", rate=0.1, **{"from": day(10, 20)})], {"232": 1_200}),
    "the first and the last day count": (
        [row("122", rate=0.1, **{"from": day(2, 24), "to": day(7, 23)})],
        {"122": 6_000 * 150 / 365},
    ),
    "one day": ([row("232", rate=0.1, **{"from": day(5, 5), "to": day(5, 5)})], {"232": 6_000 / 365}),
    "a rate that changes on 1 July": (
        [row("MFN", rate=0.05, to=day(6, 30)), row("MFN", "11", rate=0.1, **{"from": day(7, 1)})],
        {"MFN": (181 * 3_000 + 184 * 6_000) / 365},
    ),
    "a nearer row hides the other while it is in force": (
        [row("MFN", rate=0.05), row("MFN", "11", rate=0.1, **{"from": day(10, 20)})],
        {"MFN": 3_000 * 0.8 + 6_000 * 0.2},
    ),
    "an exemption for a fifth of the year": (
        [row("301", rate=0.25), row("exclusion", effect="exempts", acts_on="301", **{"from": day(10, 20)})],
        {"301": 12_000},
    ),
    "a replacement for a fifth of the year": (
        [row("MFN", rate=0.05), row("column 2", rate=0.4, effect="replaces", acts_on="MFN", **{"from": day(10, 20)})],
        {"MFN": 2_400, "column 2": 4_800},
    ),
    "before and after its dates a row is nothing": (
        [
            row("MFN", rate=0.05),
            row("old", rate=0.1, to=dt.date(2025, 12, 31)),
            row("new", rate=0.1, **{"from": dt.date(2027, 1, 1)}),
        ],
        {"MFN": 3_000},
    ),
}


def goods(names, countries, tariffs, **more):
    """A plan that buys a ton of each good at 60,000 $/t: names with (heading, origin), these countries and tariff
    rows."""
    return solve(
        countries=countries,
        materials=[{"material": name, "hts": hts} for name, (hts, _) in names.items()],
        suppliers=[{"supplier": "All", "country": "USA"}],
        offers=[
            {"offer": name, "supplier": "All", "material": name, "origin": origin, "price_usd_per_t": PRICE}
            for name, (_, origin) in names.items()
        ],
        segments=[{"segment": name, "material": name} for name in names],
        tariffs=tariffs,
        **{"demand": [line for name in names for line in needs({2026: 1}, name)], **more},
    )


def charged(plan):
    """Duty in dollars on a ton, by good and authority."""
    duties = plan.tables["ledger"].query("term == 'duties'")
    found = {}
    for item, layer, usd in zip(duties["item"], duties["layer"], duties["usd_per_t"], strict=True):
        found.setdefault(item, {})[layer] = usd
    return found


@cache
def all_stacks():
    """Every stack in one plan: each has a chapter of the tariff to itself."""
    chapters = dict(zip(STACKS, range(10, 99), strict=False))
    names = {name: (f"{chapter}11.22.33", "CHN") for name, chapter in chapters.items()}
    tariffs = [
        line | {"hts": f"{chapters[name]}{line['hts']}"} for name, (lines, _) in STACKS.items() for line in lines
    ]
    return charged(goods(names, CHINESE, tariffs))


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_of_duties_is_what_its_rows_say(name):
    """The sums stand beside the rows: 5 % of 60,000 $ is 3,000; 20 October to 31 December is 73 of 365 days."""
    assert all_stacks().get(name, {}) == approx(STACKS[name][1])


def test_a_25_percent_duty_moves_the_order_to_malaysia():
    """China 60,000 x 1.25 = 75,000 $/t, Malaysia 70,000: 100 t from Malaysia, 7.0 M$."""
    plan = solve(tariffs=[row("301", "2846.90", 0.25, origin="CHN")])
    assert plan.tables["purchases"]["offer"].tolist() == ["Lynas"]
    assert plan.objective_musd == approx(7.0)


def test_a_duty_is_paid_on_the_price_and_not_on_freight():
    """10 % of 60,000 $, whatever the 5,000 $ of freight: 6.0 + 0.5 + 0.6 = 7.1 M$."""
    plan = solve(offers=[BAOTOU], lanes=[{"from": "*", "freight_usd_per_t": 5_000}], tariffs=[row("MFN", "28", 0.1)])
    assert cost(plan, "duties") == approx(0.6)
    assert plan.objective_musd == approx(7.1)


def test_a_duty_follows_the_price_of_its_period():
    """10 % of 60,000 in 2026 and of 80,000 in 2027: 0.6 + 0.8 M$."""
    plan = solve(
        periods=[{"period": 2026, "years": 1}, {"period": 2027, "years": 1}],
        offers=[BAOTOU],
        offer_prices=[{"offer": "Baotou", "period": 2027, "price_usd_per_t": 80_000}],
        tariffs=[row("MFN", "28", 0.1)],
        demand=needs({2026: 100, 2027: 100}),
    )
    assert cost(plan, "duties") == approx(1.4)


def test_a_duty_is_averaged_over_the_days_of_a_long_period():
    """10 % from 2028 on in 2026 to 2029, of which 2028 is a leap year: 731 of 1461 days.  4 x 0.6 x 731/1461 M$."""
    plan = solve(
        periods=[{"period": 2026, "years": 4}],
        offers=[BAOTOU],
        tariffs=[row("MFN", "28", 0.1, **{"from": dt.date(2028, 1, 1)})],
    )
    assert cost(plan, "duties") == approx(4 * 0.6 * 731 / 1461)


@pytest.mark.slow
def test_home_goods_and_goods_without_a_heading_pay_nothing():
    """50 % on everything, but the offer is of the United States; or the material has no heading."""
    at_home = solve(offers=[BAOTOU | {"origin": "USA"}], tariffs=[row("all", "28", 0.5)])
    assert cost(at_home, "duties") == 0
    nameless = solve(offers=[BAOTOU], materials=[{"material": "oxide"}], tariffs=[row("all", "28", 0.5)])
    assert cost(nameless, "duties") == 0


def test_another_country_charges_its_own_duty():
    """The user is in Malaysia, which charges 20 % on Chinese oxide; the United States' 50 % does not matter: 6.0 +
    1.2 M$."""
    plan = solve(
        places=[{"place": "Kuantan", "country": "MYS"}],
        offers=[BAOTOU],
        segments=[{"segment": "magnets", "place": "Kuantan"}],
        tariffs=[row("all", "28", 0.5), row("import", "28", 0.2, destination="MYS")],
    )
    assert cost(plan, "duties") == approx(1.2)


def own_mine_abroad(customs_value_usd_per_t):
    """The mine (30 t) stands in Malaysia and serves Texas over the border, where 10 % and 150 $/t are charged."""
    return solve(
        **MINE | {"facilities": [{"facility": "Mine", "place": "Kuantan", "capacity_t_per_year": 30}]},
        places=[*BASE["places"], {"place": "Kuantan", "country": "MYS"}],
        materials=[{"material": "oxide", "hts": "2846.90", "customs_value_usd_per_t": customs_value_usd_per_t}],
        tariffs=[row("MFN", "28", 0.1, usd_per_t=150, origin="MYS")],
    )


@pytest.mark.slow
def test_own_goods_pay_duty_on_their_customs_value():
    """30 t: 10 % of 40,000 $ and 150 $ = 4,150 $/t: 0.1245 M$."""
    plan = own_mine_abroad(customs_value_usd_per_t=40_000)
    assert cost(plan, "duties") == approx(0.1245)
    assert plan.objective_musd == approx(0.6 + 4.2 + 0.1245)


@pytest.mark.slow
def test_own_goods_without_a_customs_value_pay_no_duty_on_value():
    """30 t at 150 $/t: 0.0045 M$."""
    assert cost(own_mine_abroad(customs_value_usd_per_t=None), "duties") == approx(0.0045)


@pytest.mark.slow
def test_a_purchase_pays_duty_on_the_customs_value_that_its_offer_states():
    """25 % of 30,000 on 100 t at 60,000: 6.75 M$, where 75,000 a ton would lose to Lynas at 70,000. The report tells
    3 M$ of value at a rate of 25 %, and a plan that paid duty on the price is refused."""
    sheets = {"tariffs": [row("301", "28", rate=0.25, origin="CHN")]}
    held = case(offers=[BAOTOU | {"customs_value_usd_per_t": 30_000}, LYNAS], **sheets)
    plan = solve_case(held)
    assert (cost(plan, "purchases"), cost(plan, "duties")) == approx((6.0, 0.75))
    told = declared_duties(Facts(held, plan)).iloc[0]
    assert (told["value"], told["rate"]) == approx((3.0, 0.25))
    on_price = solve(offers=[BAOTOU], **sheets)
    found = audit(held, replace(on_price, fingerprint=held.fingerprint))
    assert any(one.check == "ledger" for one in found)


# Product, heading, origin and effective duty in percent, from the rates in force on 23 November 2026 as worked out by
# hand from HTSUS 2026 Revision 10, Public Law 117-110 (column 2), 89 FR 76581 (section 301 China), 91 FR 47318
# (section 301 forced labour), FR Doc. 2026-14542 (section 301 Brazil) and the trade agreements.
EFFECTIVE = [
    ("ore", "2530.90.80", "CHN", 0),
    ("ore", "2530.90.80", "RUS", 0),
    ("monazite", "2612.20.00", "BRA", 0),
    ("mixed oxides", "2846.90.20", "CHN", 0),
    ("mixed oxides", "2846.90.20", "RUS", 25),
    ("carbonate", "2846.90.80", "CHN", 3.7),
    ("carbonate", "2846.90.80", "AUS", 0),
    ("carbonate", "2846.90.80", "MYS", 3.7),
    ("single oxide", "2846.90.80", "JPN", 3.7),
    ("single oxide", "2846.90.80", "KOR", 0),
    ("single oxide", "2846.90.80", "RUS", 25),
    ("cerium", "2846.10.00", "IND", 5.5),
    ("cerium", "2846.10.00", "CAN", 0),
    ("cerium", "2846.10.00", "RUS", 35),
    ("metal", "2805.30.00", "CHN", 5),
    ("metal", "2805.30.00", "VNM", 5),
    ("metal", "2805.30.00", "AUS", 0),
    ("metal", "2805.30.00", "RUS", 31.3),
    ("NdFeB magnet", "8505.11.0070", "CHN", 27.1),
    ("NdFeB magnet", "8505.11.0070", "JPN", 0),
    ("NdFeB magnet", "8505.11.0070", "DEU", 2.1),
    ("NdFeB magnet", "8505.11.0070", "RUS", 45),
    ("NdFeB magnet", "8505.11.0070", "BRA", 2.1),
    ("SmCo magnet", "8505.11.0050", "CHN", 39.6),
    ("SmCo magnet", "8505.11.0050", "AUS", 12.5),
    ("SmCo magnet", "8505.11.0050", "BRA", 39.6),
    ("SmCo magnet", "8505.11.0050", "DEU", 10.0),
    ("SmCo magnet", "8505.11.0050", "JPN", 12.5),
    ("SmCo magnet", "8505.11.0050", "KOR", 12.5),
    ("SmCo magnet", "8505.11.0050", "CAN", 0),
    ("SmCo magnet", "8505.11.0050", "GBR", 12.1),
    ("SmCo magnet", "8505.11.0050", "MYS", 12.1),
    ("SmCo magnet", "8505.11.0050", "VNM", 14.6),
    ("SmCo magnet", "8505.11.0050", "RUS", 57.5),
]


def us_sheet(name):
    """A sheet of the United States base case, with numbers for numbers."""
    with (US_CASE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{column: _value(column, text) for column, text in line.items()} for line in csv.DictReader(file)]


def _value(column, text):
    return float(text) if text and column in {"rate", "usd_per_t", "risk_score"} else text or None


@cache
def us_duties():
    """The duties of 2027, the first full year after 23 November 2026, on each good from each origin."""
    names = {f"{name} {origin}": (hts, origin) for name, hts, origin, _ in EFFECTIVE}
    plan = goods(
        names,
        us_sheet("countries"),
        us_sheet("tariffs"),
        periods=[{"period": 2027, "years": 1}],
        demand=[line for name in names for line in needs({2027: 1}, name)],
    )
    return charged(plan)


@pytest.mark.parametrize(("name", "hts", "origin", "percent"), EFFECTIVE, ids=[f"{r[0]} {r[2]}" for r in EFFECTIVE])
def test_the_united_states_stack_gives_the_effective_duty(name, hts, origin, percent):
    """To the cent on a ton of 60,000 $: 27.1 % on Chinese NdFeB magnets is 16,260.00 $."""
    duty = sum(us_duties().get(f"{name} {origin}", {}).values())
    assert round(duty, 2) == round(percent / 100 * PRICE, 2)

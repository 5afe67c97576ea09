"""Cases worked out on paper that hold the second implementation itself: name, settings, sheets, least cost in M$.

The base case of `cases` needs 100 t of oxide in Texas: Baotou sells at 60,000 USD/t, Lynas at 70,000.
"""

from __future__ import annotations

from typing import Any

from cases import BAOTOU, LYNAS, MINE, SITE, Rows, needs, years
from rich_case import RICH

Case = tuple[str, dict[str, Any], dict[str, Rows], float]

FREE_TO_DUMP = {"material": "oxide", "hts": "2846.90.80", "disposal_usd_per_t": 0}
PLANT = {"option": "Mine", "facility": "Mine", "max_t_per_year": 60}
OUTAGE = {"scenario": "one", "kind": "capacity", "facility": "Mine", "from": 2026, "to": 2026, "factor": 0}
DEAR = {"scenario": "one", "kind": "price", "offer": "Baotou", "from": 2027, "factor": 1.5}
TWO_YEARS = {"periods": [{"period": 2026, "years": 2}], "scenarios": [{"scenario": "one"}], "events": [DEAR]}
DELAY = {"scenario": "one", "kind": "delay"}

TWO = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
ON_THE_WAY = {
    "lanes": [{"from": "*", "freight_usd_per_t": 2_000}],
    "tariffs": [{"authority": "general", "origin": "*", "rate": 0.1}],
}

PAPER: list[Case] = [
    ("the cheaper offer", {}, {}, 6.0),  # 100 x 60,000
    # 60,000 x 1.25 = 75,000 at the border
    ("a duty", {}, {"tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25}]}, 7.0),
    # 25 % on 181 of 365 days: 67,438 is still the cheaper one
    ("half a year's duty", {}, {
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25, "to": "2026-06-30"}],
    }, 6.0 * (1 + 0.25 * 181 / 365)),
    # one row replaces both layers and stands once: 60,000 + 3,000
    ("one replacement for two layers", {}, {"tariffs": [
        {"authority": "301", "origin": "CHN", "rate": 0.25}, {"authority": "general", "origin": "*", "rate": 0.05},
        {"authority": "pact", "origin": "CHN", "usd_per_t": 3_000, "effect": "replaces"},
    ]}, 6.3),
    # 40 t inside the quota at 61,200, the rest from Lynas at 70,000
    ("a quota", {}, {
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25}],
        "quotas": [{"quota": "Q", "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 40,
                    "in_quota_rate": 0.02, "over_quota_rate": 0.25}],
    }, 40 * 0.0612 + 60 * 0.07),
    # 60 t are the least that can be ordered, 50 are needed; throwing away is free, so 60 x 10,000 and 0.01 to qualify
    ("more is ordered than is needed", {}, {
        "materials": [FREE_TO_DUMP], "demand": needs({2026: 50}),
        "suppliers": [{"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": 0.01}],
        "offers": [LYNAS | {"price_usd_per_t": 10_000, "max_t_per_year": 100, "min_order_t_per_year": 60}],
    }, 0.61),
    # 80 t are needed; from 90 t on all cost 5,000: 90 x 5,000
    ("more is bought for a price break", {}, {
        "materials": [FREE_TO_DUMP], "demand": needs({2026: 80}),
        "offers": [LYNAS | {"price_usd_per_t": 10_000, "max_t_per_year": 200, "min_order_t_per_year": 20}],
        "offer_tiers": [{"offer": "Lynas", "above_t_per_year": 90, "price_usd_per_t": 5_000, "kind": "all units"}],
    }, 0.45),
    # the mine stands from 2027, the outage is in 2026: 30 t in one of two years, 85 t a year of Baotou's in the mean
    ("an outage before the plant stands", {}, {
        **MINE, "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30, "from": 2027}],
        "periods": [{"period": 2026, "years": 2}], "scenarios": [{"scenario": "one"}], "events": [OUTAGE],
    }, 2 * (15 * 0.02 + 85 * 0.06)),
    # half of 30 t in 2026, all in 2027: 22.5 t a year, and 1,000 $ for each of the 30
    ("a standing plant ramps up", {}, {
        **MINE, "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30, "ramp_1": 0.5,
                                "fixed_om_usd_per_t": 1_000}],
        "periods": [{"period": 2026, "years": 2}],
    }, 2 * (22.5 * 0.02 + 77.5 * 0.06 + 0.03)),
    # the market pays in 2027 only: 10 of 20 t a year in the mean, at 100,000 $/t; a ton sold is replaced by Baotou's
    ("a market for one of two years", {}, {
        **MINE, "periods": [{"period": 2026, "years": 2}],
        "sales": [{"price_usd_per_t": 100_000, "max_t_per_year": 20, "from": 2027}],
    }, 2 * (30 * 0.02 + 80 * 0.06 - 10 * 0.1)),
    # begun in 2026 to run in 2028; two years late from 2027, so 2030; one more from 2029, when it does not run: 2031.
    # Only 2031 and 2032 have the plant: 60 t at 20,000 and an annuity of 10 % of 1 M$; else all is from Baotou
    ("two delays", {}, {
        **SITE, "periods": years(*range(2026, 2033)), "demand": needs(dict.fromkeys(range(2026, 2033), 100)),
        "build_options": [PLANT | {"capex_fixed_musd": 1, "lead_years": 2, "latest": 2026}],
        "scenarios": [{"scenario": "one"}],
        "events": [DELAY | {"from": 2027, "value": 2}, DELAY | {"from": 2029, "value": 1, "facility": "Mine"}],
    }, 5 * 6.0 + 2 * (60 * 0.02 + 40 * 0.06 + 0.1)),
    # two modules of 40 t may be begun in one year: 80 t at 20,000, 20 t of Baotou's, two tenths of 1 M$
    ("two modules in one year", {}, {
        **SITE, "build_options": [PLANT | {"max_t_per_year": 40, "capex_fixed_musd": 1, "max_builds": 2}],
    }, 80 * 0.02 + 20 * 0.06 + 0.2),
    # a shaft of no cost makes 20,000 possible, but needs a road first, which would run from 2027 on, after the horizon,
    # and so may not be begun: all is from Baotou
    ("an option that would run only after the horizon", {}, {
        **SITE, "build_options": [
            {"option": "Road", "facility": "Mine", "max_t_per_year": 1, "lead_years": 1},
            {"option": "Shaft", "facility": "Mine", "max_t_per_year": 60, "requires": "Road"},
        ],
    }, 100 * 0.06),
    # a road begun in 2026 to run in 2027, which a delay known only then puts off: the shaft may be begun with it
    ("an option that nobody knows to be late", {}, {
        **SITE, **TWO, "build_options": [
            PLANT | {"option": "Road", "max_t_per_year": 1, "lead_years": 1, "capex_fixed_musd": 1},
            PLANT | {"option": "Shaft", "requires": "Road"},
        ],
        "scenarios": [{"scenario": "one"}], "events": [DELAY | {"from": 2027, "value": 1}],
    }, 2 * (60 * 0.02 + 40 * 0.06)),
    # the signing, 0.3, of what nobody knows to be stopped: nothing comes, and nothing is owed
    ("a contract that nobody knows to be stopped", {}, {
        **TWO, "contracts": [{"contract": "K", "offer": "Lynas", "signed": "no", "sign_by": 2026, "from": 2027,
                              "to": 2027, "min_t_per_year": 10, "max_t_per_year": 20, "price_usd_per_t": 68_000,
                              "take_or_pay_share": 1, "signing_cost_musd": 0.3}],
        "decisions": [{"decided": "force", "contract": "K"}], "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "supply", "offer": "Lynas", "from": 2027, "factor": 0}],
    }, 2 * 6.0 + 0.3),
    # of Baotou's 20 t events leave half; the pact adds all of its 40 t in a year in which anything comes
    ("an agreement under a partial stop", {}, {
        "offers": [BAOTOU | {"max_t_per_year": 20}, LYNAS], "partnerships": [{"partnership": "P", "country": "CHN"}],
        "partnership_effects": [{"partnership": "P", "effect": "adds supply", "applies_to": "Baotou", "value": 40}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "supply", "country": "CHN", "from": 2026, "factor": 0.5}],
    }, 50 * 0.06 + 50 * 0.07),
    # a free agreement, signed or joined: a ton is either in the quota (61,200) or relieved of half (67,500)
    *(("a quota or a relief, " + word, {}, {
        "offers": [BAOTOU | {"max_t_per_year": 100}],
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25}],
        "quotas": [{"quota": "Q", "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 40,
                    "in_quota_rate": 0.02, "over_quota_rate": 0.25}],
        "partnerships": [{"partnership": "P", "country": "CHN", "signed": signed}],
        "partnership_effects": [{"partnership": "P", "effect": "cuts duty", "applies_to": "*", "value": 0.5}],
    }, 40 * 0.0612 + 60 * 0.0675) for word, signed in (("signed", "yes"), ("joined", "no"))),
    # an event doubles the rate, 60,000 x 0.5, and not what the price falls short of its minimum, 5,000
    ("a minimum price under a duty event", {}, {
        "offers": [BAOTOU | {"max_t_per_year": 100}],
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25},
                    {"authority": "floor", "effect": "minimum price", "usd_per_t": 65_000}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "duty", "country": "CHN", "from": 2026, "factor": 2}],
    }, 100 * (0.06 + 0.03 + 0.005)),
    # the cheapest offer is Baotou's 60,000 in 2026 and Lynas's 70,000 in 2027, when Baotou asks 90,000: the floor of
    # 70,000 pays 10,000 in the first year alone. Lynas is cheaper in the mean
    ("a price floor goes by the price of each year", {}, {
        **MINE, "periods": [{"period": 2026, "years": 2}],
        "incentives": [{"incentive": "floor", "kind": "price floor", "applies_to": "oxide", "usd_per_t": 70_000}],
        "scenarios": [{"scenario": "one"}], "events": [DEAR],
    }, 2 * (30 * (0.02 - 0.01 / 2) + 70 * 0.07)),
    # half of what Baotou asks, at most 35,000: 30,000 and then 35,000, where the mean would be 37,500 and so 35,000
    ("a ceiling goes by the price of each year", {}, {
        "periods": [{"period": 2026, "years": 2}], "offers": [BAOTOU | {"max_t_per_year": 100}],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027,
                       "max_t_per_year": 100, "index_discount": 0.5, "ceiling_usd_per_t": 35_000}],
        "scenarios": [{"scenario": "one"}], "events": [DEAR],
    }, 2 * 100 * (0.03 + 0.035) / 2),
    # half of the market's price and 10,000 are 40,000; paid a fifth of a year later at 10 %, 39,200. At the spot price
    # the offer is paid ahead: 61,200
    ("a formula on an index, paid later", {"payment_rate": 0.1}, {
        "offers": [BAOTOU | {"max_t_per_year": 100, "payment_days": -73}],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026,
                       "max_t_per_year": 60, "index_discount": 0.5, "index_base_usd_per_t": 10_000,
                       "payment_days": 73}],
    }, 60 * 0.0392 + 40 * 0.0612),
    # 60,000 + 2 x 2,000 in 2026; the index doubles in 2027: 60,000 + 2 x 12,000. Half of that and 10,000 are 42,000 and
    # 52,000 for 60 t under contract, of which a term of its own takes 1 x (index - 10,000) off: 42,000
    ("an offer and a contract follow an index that an event moves", {}, {
        "periods": [{"period": 2026, "years": 2}], "offers": [BAOTOU],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027,
                       "max_t_per_year": 60, "index_discount": 0.5, "index_base_usd_per_t": 10_000}],
        "indices": [{"index": "metal", "period": 2026, "value": 10_000}],
        "index_terms": [{"offer": "Baotou", "index": "metal", "slope": 2, "reference": 8_000},
                        {"contract": "K", "index": "metal", "slope": -1, "reference": 10_000}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "index", "index": "metal", "from": 2027, "factor": 2}],
    }, 60 * (0.042 + 0.042) + 40 * (0.064 + 0.084)),
    # 73 days are a fifth of 2026, so 80 of 100 t come; 36.5 days on the way at 10 % are a hundredth of the price
    ("a first order and its way", {"payment_rate": 0.1}, {
        "offers": [BAOTOU | {"lead_days": 73, "max_t_per_year": 100}, LYNAS],
        "lanes": [{"from": "*"}, {"from": "CHN", "transit_days": 36.5}],
    }, 80 * 0.0606 + 20 * 0.07),
    # of the 60 t that a contract leaves a fifth is on its way in 2026, a tenth of two years: 54 t beside 40 under
    # contract, and 6 from Lynas
    ("a contract takes its part of each year first", {}, {
        "periods": [{"period": 2026, "years": 2}],
        "offers": [BAOTOU | {"lead_days": 73, "max_t_per_year": 100}, LYNAS],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027,
                       "max_t_per_year": 40, "take_or_pay_share": 1, "price_usd_per_t": 50_000}],
    }, 2 * (40 * 0.05 + 54 * 0.06 + 6 * 0.07)),
    # the plant makes 1 t of oxide a ton in 2026 and 2 in 2027, a credit of 10,000 pays in 2027 alone: 30 x 20,000 / 2
    ("a credit goes by what is made in each year", {}, {
        **MINE, "periods": [{"period": 2026, "years": 2}],
        "incentives": [{"incentive": "credit", "kind": "production credit", "applies_to": "Mine", "usd_per_t": 10_000,
                        "from": 2027}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "yield", "facility": "Mine", "from": 2027, "factor": 2}],
    }, 2 * (30 * 0.02 + 55 * 0.06 - 30 * 2 * 0.01 / 2)),
    # Baotou asks 60,000 and then 90,000, when a duty of a quarter begins: 60,000 and 112,500 (the means: 84,375 a ton)
    ("a duty goes by the price of its own year", {}, {
        **TWO_YEARS, "offers": [BAOTOU],
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25, "from": "2027-01-01"}],
    }, 100 * (0.06 + 0.1125)),
    # of a minimum of 80,000 the price falls short by 20,000 in the first year, and the mean by 5,000
    ("a minimum price goes by the price of each year", {}, {
        **TWO_YEARS, "offers": [BAOTOU],
        "tariffs": [{"authority": "floor", "effect": "minimum price", "usd_per_t": 80_000}],
    }, 100 * (0.08 + 0.09)),
    # an event adds 0.2 in 2027: 18,000 a ton of that year
    ("what an event adds to a duty goes by the price of its own year", {}, {
        **TWO_YEARS, "offers": [BAOTOU],
        "events": [DEAR, {"scenario": "one", "kind": "duty", "country": "CHN", "from": 2027, "value": 0.2}],
    }, 100 * (0.06 + 0.108)),
    # 40 t pay nothing, the others 0.2 x 60,000 = 12,000 and, when an event doubles it, 0.4 x 90,000 = 36,000
    ("a quota saves by the price of each year", {}, {
        **TWO_YEARS, "offers": [BAOTOU],
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.2}],
        "quotas": [{"quota": "Q", "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 40,
                    "in_quota_rate": 0, "over_quota_rate": 0.2}],
        "events": [DEAR, {"scenario": "one", "kind": "duty", "country": "CHN", "from": 2027, "factor": 2}],
    }, 100 * (0.06 + 0.09) + 60 * (0.012 + 0.036)),
    # half of what Baotou asks: 30,000, and 45,000 with 11,250 of duty
    ("a duty on a contract goes by its price of each year", {}, {
        **TWO_YEARS, "offers": [BAOTOU],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027,
                       "max_t_per_year": 100, "index_discount": 0.5}],
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25, "from": "2027-01-01"}],
    }, 100 * (0.03 + 0.05625)),
    # above 50 t all cost 40,000, and 60,000 when prices are half as dear again, with 15,000 of duty
    ("a duty on a band goes by its price of each year", {}, {
        **TWO_YEARS, "offers": [BAOTOU],
        "offer_tiers": [{"offer": "Baotou", "above_t_per_year": 50, "price_usd_per_t": 40_000, "kind": "all units"}],
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25, "from": "2027-01-01"}],
    }, 100 * (0.04 + 0.075)),
    # 7,000 a ton are 10 points of the stated 70,000: a tenth is withheld, though an event doubles the price that year
    ("trust goes by the price before events", {}, {
        "periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100}),
        "offers": [LYNAS | {"max_t_per_year": 100}],
        "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 200_000}],
        "trust": [{"country": "MYS", "supply_loss_per_duty_point": 0.01}],
        "tariffs": [{"authority": "301", "origin": "MYS", "usd_per_t": 7000, "from": "2027-01-01"}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "price", "country": "MYS", "from": 2027, "factor": 2}],
    }, 100 * 0.07 + 90 * 0.147 + 10 * 0.2),
    # the mine stands, but nothing of it works in its first year: none counts where one is asked for, at a million each,
    # and one where none may be open
    *((f"a plant at a ramp of nothing, {sense} {value}", {}, {
        **MINE, "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30, "ramp_1": 0}],
        "limits": [{"limit": "open", "measure": "facilities_open", "sense": sense, "value": value,
                    "penalty_per_unit": 1_000_000}],
    }, 7.0) for sense, value in (("at least", 1), ("at most", 0), ("equal", 1))),
    # from 2027 on nothing made in China: a ton for that year is bought before, from Lynas and not from Baotou
    ("stock must keep the rule of the year in which it is used", {}, {
        "periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100}), "stocks": [{"max_t": 500}],
        "offer_prices": [{"offer": "Lynas", "period": 2027, "price_usd_per_t": 150_000}],
        "segments": [{"segment": "magnets", "origin_rule": "clean"}],
        "origin_rules": [{"rule": "clean", "country": "CHN", "stage": "made", "from": "2027-01-01"}],
    }, 100 * (0.06 + 0.07)),
    # a ton kept in Texas may be used in the smelter of Nevada, but is not sold there, where oxide fetches 80,000
    ("stock is sold where it is kept", {}, {
        "places": [{"place": "Texas", "country": "USA"}, {"place": "Nevada", "country": "USA"}],
        "materials": [{"material": "oxide"}, {"material": "metal", "disposal_usd_per_t": 0}],
        "facilities": [{"facility": "Smelter", "place": "Nevada", "capacity_t_per_year": 50}],
        "processes": [{"facility": "Smelter", "process": "smelt"}],
        "recipes": [{"process": "smelt", "material": "oxide", "t_per_t": -1},
                    {"process": "smelt", "material": "metal"}],
        "stocks": [{"max_t": 500}], "sales": [{"place": "Nevada", "price_usd_per_t": 80_000, "max_t_per_year": 50}],
    }, 6.0),
    # needs of 100 and 200 t; metal may serve half of those from 2027 on, 50 t a year in the mean: 10,000 cheaper
    ("a substitute may have its share of the needs of its years", {}, {
        "periods": [{"period": 2026, "years": 2}], "materials": [{"material": "oxide"}, {"material": "metal"}],
        "offers": [BAOTOU, BAOTOU | {"offer": "Metal", "material": "metal", "price_usd_per_t": 50_000}],
        "substitutes": [{"segment": "magnets", "material": "metal", "t_per_t": 1, "max_share": 0.5, "from": 2027}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "demand", "segment": "magnets", "from": 2027, "factor": 2}],
    }, 2 * (100 * 0.06 + 50 * 0.05)),
    # of 50 t bought today 40 stay at 10,000 more, and 20 in the second year, when half is cut off, 0.6 M$ in
    # all; or the supplier is left in the first
    *((f"an incumbent that stays or is left at {musd} M$", {}, {
        "periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100}),
        "offers": [BAOTOU, LYNAS | {"max_t_per_year": 60, "stays_share": 0.8, "leaving_musd": musd}],
        "awards": [{"offer": "Lynas", "place": "Texas", "t_per_year": 50}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "supply", "supplier": "Lynas", "from": 2027, "factor": 0.5}],
    }, 12.0 + min(musd, 0.4 + 0.2)) for musd in (0.5, 0.7)),
    # 40 of 50 t stay in the first year; in the second no lane leads from there
    ("an incumbent to whom the lane is closed", {}, {
        "periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100}),
        "offers": [BAOTOU, LYNAS | {"max_t_per_year": 60, "stays_share": 0.8}],
        "awards": [{"offer": "Lynas", "place": "Texas", "t_per_year": 50}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "lane", "country": "MYS", "from": 2027, "factor": 0}],
    }, 12.0 + 0.4),
    # 50 t of scrap are collected at 500 and burnt for a fee of 1,000: in the second year twice that, less 100
    ("a gate fee that an event changes", {}, {
        "periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100}),
        "materials": [{"material": "oxide"}, {"material": "scrap"}], "offers": [BAOTOU],
        "returns": [{"stream": "drives", "material": "scrap", "period": period, "t_per_year": 50,
                     "collection_usd_per_t": 500} for period in (2026, 2027)],
        "facilities": [{"facility": "Oven", "place": "Texas", "capacity_t_per_year": 80}],
        "processes": [{"facility": "Oven", "process": "burn", "cost_usd_per_t": -1000}],
        "recipes": [{"process": "burn", "material": "scrap", "t_per_t": -1}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "cost", "facility": "Oven", "from": 2027, "factor": 2},
                   {"scenario": "one", "kind": "cost", "country": "USA", "from": 2027, "value": 100}],
    }, 12.0 - 50 * 0.0005 - 50 * 0.0014),
    # 50 t of scrap bring 700 a ton, whoever throws them away at 200
    ("collection that is paid for", {}, {
        "materials": [{"material": "oxide"}, {"material": "scrap", "disposal_usd_per_t": 200}], "offers": [BAOTOU],
        "returns": [{"stream": "drives", "material": "scrap", "period": 2026, "t_per_year": 50,
                     "collection_usd_per_t": -700}],
    }, 6.0 - 50 * 0.0005),
    # Baotou sells lots of 40 t in one of two years, of 20 in the mean: two of them, and 10 t from Lynas
    ("lots in a period with a year on sale", {}, {
        "periods": [{"period": 2026, "years": 2}], "demand": needs({2026: 50}),
        "offers": [BAOTOU | {"lot_t_per_year": 40, "to": 2026}, LYNAS],
    }, 2 * (40 * 0.06 + 10 * 0.07)),
    # a ton from Baotou only with half a ton from Lynas, 30 of which come under contract at 65,000
    ("a bundle with a contract", {}, {
        "bundles": [{"offer": "Baotou", "with_offer": "Lynas", "t_per_t": 0.5}],
        "contracts": [{"contract": "K", "offer": "Lynas", "signed": "yes", "from": 2026, "to": 2026,
                       "max_t_per_year": 30, "price_usd_per_t": 65_000}],
    }, 200 / 3 * 0.06 + 30 * 0.065 + 10 / 3 * 0.07),
    # Lynas sells 60 t at 50,000 in the second of two years, for 0.5 M$ of set-up in it: 0.6 saved; a third year with a
    # need of 20 t is not worth it
    ("dealing with a supplier", {}, {
        "periods": [{"period": 2026, "years": 2}, {"period": 2028, "years": 1}], "demand": needs({2026: 100, 2028: 20}),
        "suppliers": [{"supplier": "Baotou", "country": "CHN"},
                      {"supplier": "Lynas", "country": "MYS", "setup_musd_per_year": 0.5}],
        "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 50_000, "max_t_per_year": 60, "from": 2027}],
    }, 12.0 - 0.6 + 0.5 + 1.2),
    # Texas pays Baotou 5,000 more in each band, an event adds a tenth, a duty of a quarter is on that: 60 t at 71,500
    # and 40 at 60,500, with freight of 2,000 in the quote and not the lane's 9,000
    ("a quote by destination in bands", {}, {
        "offers": [BAOTOU], "lanes": [{"from": "*", "freight_usd_per_t": 9_000}],
        "offer_tiers": [{"offer": "Baotou", "above_t_per_year": 60, "price_usd_per_t": 50_000, "kind": "incremental"}],
        "delivered_prices": [{"offer": "Baotou", "place": "Texas", "price_usd_per_t": 65_000,
                              "freight_usd_per_t": 2_000}],
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25}], "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "price", "offer": "Baotou", "from": 2026, "factor": 1.1}],
    }, 1.25 * (60 * 0.0715 + 40 * 0.0605) + 100 * 0.002),
    # the mine digs 30 t at 20,000 in 2026; in 2027 40 at 30,000; a ton short costs 50,000, and 66,000 in 2027, when two
    # thirds are needed: 60,667 in the mean, so none goes short; 35 t are dug at 25,000 in the mean
    ("values by year in a period", {}, {
        **MINE, "periods": [{"period": 2026, "years": 2}],
        "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 50_000}],
        "dated_values": [{"column": "shortage_usd_per_t", "segment": "magnets", "from": 2027, "value": 66_000},
                         {"column": "cost_usd_per_t", "facility": "Mine", "process": "dig", "from": 2027,
                          "value": 30_000},
                         {"column": "capacity_t_per_year", "facility": "Mine", "from": 2027, "value": 40}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "demand", "segment": "magnets", "from": 2027, "factor": 2}],
    }, 2 * (115 * 0.06 + 35 * 0.025)),
    # 10 t fetch 80,000 in 2026 and 30 twice that in 2027: 20 t a year at 140,000 in the mean
    ("a market by year in a period", {}, {
        **MINE, "periods": [{"period": 2026, "years": 2}], "offers": [LYNAS],
        "sales": [{"price_usd_per_t": 80_000, "max_t_per_year": 10},
                  {"price_usd_per_t": 80_000, "max_t_per_year": 30, "from": 2027}],
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "price", "place": "Texas", "from": 2027, "factor": 2}],
    }, 2 * (90 * 0.07 + 30 * 0.02 - 20 * 0.14)),
    # 60 of 100 t from Lynas come first, 50 from Baotou second: 40 are left; that these be 30 at the most comes fourth
    ("limits by priority", {}, {
        "limits": [{"limit": name, "measure": "bought_t", "sense": sense, "value": t, "supplier": who, "priority": rank}
                   for name, sense, t, who, rank in (("first", "at least", 60, "Lynas", 1),
                                                     ("second", "at least", 50, "Baotou", 2),
                                                     ("fourth", "at most", 30, "Baotou", 4))],
    }, 40 * 0.06 + 60 * 0.07),
    # a duty of a quarter, and 5,000 up to a minimum of 45,000, on 40,000: of 60 t at 30,000 under contract, and
    # of 40 t at 60,000 and then 90,000
    ("a customs value other than the price", {}, {
        **TWO_YEARS, "offers": [BAOTOU | {"customs_value_usd_per_t": 40_000}],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027,
                       "max_t_per_year": 60, "price_usd_per_t": 30_000}],
        "tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25},
                    {"authority": "floor", "effect": "minimum price", "usd_per_t": 45_000}],
    }, 2 * (60 * 0.03 + 40 * 0.075 + 100 * 0.015)),
    # 40 t under contract at 50,000 and 60 at 60,000 are 5.6 M$, and 10 t of metal 0.9: a tenth of what is above 5 comes
    # back, and a fiftieth of all once a union's total is 6
    ("rebates on totals of a supplier and a group", {}, {
        "materials": [{"material": "oxide"}, {"material": "metal"}],
        "suppliers": [{"supplier": "Baotou", "country": "CHN", "group": "union"}],
        "offers": [BAOTOU | {"max_t_per_year": 200},
                   BAOTOU | {"offer": "Metal", "material": "metal", "max_t_per_year": 50, "price_usd_per_t": 90_000}],
        "segments": [{"segment": "magnets"}, {"segment": "alloys", "material": "metal"}],
        "demand": [*needs({2026: 100}), {"segment": "alloys", "period": 2026, "t_per_year": 10}],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026,
                       "max_t_per_year": 40, "price_usd_per_t": 50_000}],
        "rebates": [{"supplier": "Baotou", "above_musd_per_year": 5, "share": 0.1, "kind": "incremental"},
                    {"supplier": "union", "above_musd_per_year": 6, "share": 0.02, "kind": "all units"}],
    }, 6.5 - 0.1 * 1.5 - 0.02 * 6.5),
    # half of 60,000 and 10,000, with 0.5 x (30,000 - 20,000) and -100 x (90 - 70), are 43,000; in the second year
    # energy at 500 would take 41,000 more off: the floor of 25,000 holds
    ("a formula on two indices", {}, {
        "periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100}), "offers": [BAOTOU],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027,
                       "max_t_per_year": 60, "index_discount": 0.5, "index_base_usd_per_t": 10_000,
                       "floor_usd_per_t": 25_000}],
        "indices": [{"index": name, "period": period, "value": value} for name, period, value in (
            ("metal", 2026, 30_000), ("metal", 2027, 30_000), ("energy", 2026, 90), ("energy", 2027, 500))],
        "index_terms": [{"contract": "K", "index": "metal", "slope": 0.5, "reference": 20_000},
                        {"contract": "K", "index": "energy", "slope": -100, "reference": 70}],
    }, 60 * (0.043 + 0.025) + 80 * 0.06),
    # a ton of Lynas over two years in place of Baotou's, and nothing of a mine at 20,000: 12.0 + 0.01
    ("a supplier that is forced, and a country and a lane that are forbidden", {}, {
        **MINE,
        "countries": [{"country": code} for code in ("USA", "CHN", "MYS", "AUS")],
        "offers": [BAOTOU, LYNAS, LYNAS | {"offer": "Far", "origin": "AUS", "price_usd_per_t": 50_000}],
        "periods": [{"period": 2026, "years": 2}],
        "decisions": [{"decided": "force", "supplier": "Lynas"}, {"decided": "forbid", "country": "USA"},
                      {"decided": "forbid", "from": "AUS", "to": "USA"}],
    }, 12.01),
    # a contract of 10 t at 68,000 that is forced: 6.0 + 0.08
    ("a contract that is forced", {}, {
        "contracts": [{"contract": "K", "offer": "Lynas", "signed": "no", "from": 2026, "to": 2026,
                       "min_t_per_year": 10, "max_t_per_year": 20, "take_or_pay_share": 1, "price_usd_per_t": 68_000}],
        "decisions": [{"decided": "force", "contract": "K"}],
    }, 6.08),
    # 55,000 EUR are 60,500 in 2026, more than Baotou's, and 57,750 in 2027: 6.0 + 5.775
    ("a price in another currency", {}, {
        "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 55_000, "currency": "eur"}], **TWO,
        "exchange_rates": [{"currency": "EUR", "worth_usd": 1.1},
                           {"currency": "EUR", "in_year": 2027, "worth_usd": 1.05}],
    }, 11.775),
    # 25 USD/lb are 25 / 0.00045359237 = 55,115.566 USD/t
    ("a price for a pound", {}, {"offers": [BAOTOU, LYNAS | {"price_usd_per_t": 25, "unit": "lb"}]},
     100 * 25 / 0.00045359237 / 1e6),
    # at 10 % a year 64,900 paid in 2027 are 59,000 in money of 2026; in 2026 they are 64,900: 6.0 + 5.9
    ("a price in nominal money", {"inflation": 0.1}, {
        "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 64_900, "money": "nominal"}], **TWO,
    }, 11.9),
    # FOB 60,000 and 6,000 of duty and 2,000 of freight are 68,000; CIF 61,500 holds the freight, so that duty is 5,950
    # on 59,500: 67,450. Were it FOB it would cost 61,500 + 6,150 + 2,000
    ("an incoterm that holds the freight", {}, {**ON_THE_WAY,
        "offers": [BAOTOU | {"incoterm": "FOB"}, LYNAS | {"price_usd_per_t": 61_500, "incoterm": "CIF"}],
    }, 6.745),
    # as above, of DAP the 30 days under way cost nothing, of CIF 59,500 x 0.1 x 30 / 365; Baotou's are dearer still
    ("goods handed over at the place", {"payment_rate": 0.1}, {**ON_THE_WAY,
        "lanes": [{"from": "*", "freight_usd_per_t": 2_000, "transit_days": 30}],
        "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 61_500, "incoterm": "DAP", "max_t_per_year": 50},
                   LYNAS | {"offer": "Afloat", "price_usd_per_t": 61_500, "incoterm": "CIF", "max_t_per_year": 50}],
    }, 6.745 + 50 * 59_500 * 0.1 * 30 / 365 / 1e6),
    # 50,000 EUR at 1.2 are as much as Baotou's 60,000. At Texas the first 50 t are 51,000 EUR and 500 EUR of freight,
    # 61,800; the next 50 pay 10,000 EUR less, 49,800; the offer's CIF does not act on what is quoted for the place
    ("bands and a price at a place in another currency", {}, {
        "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 50_000, "currency": "EUR", "incoterm": "CIF"}],
        "lanes": [{"from": "*", "freight_usd_per_t": 900}],
        "offer_tiers": [{"offer": "Lynas", "above_t_per_year": 50, "price_usd_per_t": 40_000, "kind": "incremental"}],
        "delivered_prices": [{"offer": "Lynas", "place": "Texas", "price_usd_per_t": 51_000,
                              "freight_usd_per_t": 500}],
        "exchange_rates": [{"currency": "EUR", "worth_usd": 1.2}],
    }, 50 * 0.0618 + 50 * 0.0498),
    # 50 EUR/kg in the mean of 1.0 and 1.2 are 55,000; CIF holds 2,000 of it, so that duty is paid on 53,000: 60,300
    # for each of 40 t, and 68,000 for each of Baotou's 60. 110 EUR/kg CIF at spot come to nobody
    ("a contract in another currency on an offer with freight", {}, {**ON_THE_WAY,
        "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 110, "currency": "EUR", "unit": "kg", "incoterm": "CIF"}],
        "periods": [{"period": 2026, "years": 2}],
        "contracts": [{"contract": "K", "offer": "Lynas", "signed": "yes", "from": 2026, "to": 2027,
                       "max_t_per_year": 40, "take_or_pay_share": 1, "price_usd_per_t": 50, "currency": "EUR",
                       "unit": "kg"}],
        "exchange_rates": [{"currency": "EUR", "in_year": 2026, "worth_usd": 1.0},
                           {"currency": "EUR", "in_year": 2027, "worth_usd": 1.2}],
    }, 2 * (40 * 0.0603 + 60 * 0.068)),
    # half of 100,000 USD is 50,000, below a floor of 50,000 EUR: 55,000; the ceiling of 70,000 EUR is not reached
    ("a floor in another currency", {}, {
        "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 100_000}],
        "contracts": [{"contract": "K", "offer": "Lynas", "signed": "no", "from": 2026, "to": 2026,
                       "max_t_per_year": 40, "take_or_pay_share": 1, "index_discount": 0.5, "currency": "EUR",
                       "floor_usd_per_t": 50_000, "ceiling_usd_per_t": 70_000}],
        "exchange_rates": [{"currency": "EUR", "worth_usd": 1.1}],
    }, 40 * 0.055 + 60 * 0.06),
    # see rich_case: 16.67 M$ where it is calm, 23.98 M$ under a ban of one chance in four
    ("a little of everything", {}, RICH, 0.75 * 16.67 + 0.25 * 23.98),
]  # fmt: skip

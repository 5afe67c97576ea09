"""Cases on paper in which a product of dated things decides: name, settings, sheets, least cost in M$.

Each is planned in one period, 2026 and 2027. What happens in a year counts with what comes in it, so that the mean of
products stands beside the product of means, which would take another plan. As in `oracle_cases`, 100 t are needed a
year; Baotou sells at 60,000 USD/t, Lynas at 70,000.
"""

from __future__ import annotations

from typing import Any

from cases import BAOTOU, LYNAS, MINE, SITE
from oracle_cases import Case

BOTH: dict[str, Any] = {"periods": [{"period": 2026, "years": 2}]}
LATE = BAOTOU | {"max_t_per_year": 100, "from": 2027}
MANY = BAOTOU | {"max_t_per_year": 100}
PACT = {"partnership": "pact", "country": "CHN", "lead_years": 1}
WAIVES = [{"partnership": "pact", "effect": "cuts duty", "applies_to": "*", "value": 1}]


def first_year(**event: Any) -> dict[str, Any]:
    """The one future, in which this happens in 2026 alone."""
    return {"scenarios": [{"scenario": "one"}], "events": [{"scenario": "one", "from": 2026, "to": 2026, **event}]}


def duty(*rates: tuple[float, str, str | None]) -> dict[str, Any]:
    """Duties on Chinese goods, each from one day to another."""
    rows = [
        {"authority": "301", "origin": "CHN", "rate": rate, "from": begins, "to": ends} for rate, begins, ends in rates
    ]
    return {"tariffs": rows}


UNTIL_2027 = "2026-12-31"
FROM_2027 = "2027-01-01"

YEARS: list[Case] = [
    # Baotou asks half as much again in 2026, before it is on sale: 50 t a year at 60,000. The mean price is 75,000
    ("a price in the years on sale", {}, {
        **BOTH, **first_year(kind="price", offer="Baotou", factor=1.5), "offers": [LATE, LYNAS],
    }, 2 * 50 * (0.06 + 0.07)),
    # what is spent and what is at risk go by the price paid: 50 t for 3 M$ a year, and 3 of 6.5 M$ at 50 of 100 are
    # 23.1; at the mean price they would be 3.75 M$ and 25.9
    ("spend and exposure in the years on sale", {}, {
        **BOTH, **first_year(kind="price", offer="Baotou", factor=1.5), "offers": [LATE, LYNAS],
        "countries": [{"country": "USA"}, {"country": "CHN", "risk_score": 50}, {"country": "MYS"}],
        "limits": [{"limit": "spend", "measure": "spend_musd", "sense": "at most", "country": "CHN", "value": 3},
                   {"limit": "risk", "measure": "exposure", "sense": "at most", "value": 24}],
    }, 2 * 50 * (0.06 + 0.07)),
    # a duty of 40 % ends with 2026, before Baotou is on sale; the mean of both years is 72,000 a ton
    ("a duty in the years on sale", {}, {
        **BOTH, **duty((0.4, "2026-01-01", UNTIL_2027)), "offers": [LATE, LYNAS],
    }, 2 * 50 * (0.06 + 0.07)),
    # a minimum price of 85,000 ends with 2026; the mean of what the price falls short of it is 12,500 a ton
    ("a minimum price in the years on sale", {}, {
        **BOTH, "offers": [LATE, LYNAS],
        "tariffs": [{"authority": "floor", "origin": "CHN", "effect": "minimum price", "usd_per_t": 85_000,
                     "to": UNTIL_2027}],
    }, 2 * 50 * (0.06 + 0.07)),
    # of 100 t a year events leave 20 in 2026, when Baotou asks twice the price: 60 t a year, a sixth of them at 120,000
    ("a price in the years in which events leave most", {}, {
        **BOTH, "offers": [MANY, LYNAS], "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "price", "offer": "Baotou", "from": 2026, "to": 2026, "factor": 2},
                   {"scenario": "one", "kind": "supply", "offer": "Baotou", "from": 2026, "to": 2026, "factor": 0.1}],
    }, 10 * 0.12 + 100 * 0.06 + 90 * 0.07),
    # half of the market's price, in the term alone: 50 t a year at 30,000. The mean is half of 60,000 x 3, 90,000
    ("a contract's price in its term", {}, {
        **BOTH, **first_year(kind="price", offer="Baotou", factor=5), "offers": [MANY, LYNAS],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "no", "from": 2027, "to": 2027, "sign_by": 2026,
                       "min_t_per_year": 100, "max_t_per_year": 100, "index_discount": 0.5, "take_or_pay_share": 1}],
    }, 2 * 50 * (0.03 + 0.07)),
    # the same contract under a duty of 150 % that ends before its term
    ("a contract's duty in its term", {}, {
        **BOTH, **duty((1.5, "2026-01-01", UNTIL_2027)), "offers": [MANY, LYNAS],
        "contracts": [{"contract": "K", "offer": "Baotou", "signed": "no", "from": 2027, "to": 2027, "sign_by": 2026,
                       "min_t_per_year": 100, "max_t_per_year": 100, "index_discount": 0.5, "take_or_pay_share": 1}],
    }, 2 * 50 * (0.03 + 0.07)),
    # a market opens in 2027 for 20 t at 70,000, which Baotou replaces at 60,000; in the mean it would pay 52,500
    ("a market's price in the years in which it pays", {}, {
        **BOTH, **first_year(kind="price", place="Texas", factor=0.5), **MINE,
        "sales": [{"price_usd_per_t": 70_000, "max_t_per_year": 20, "from": 2027}],
    }, 2 * (30 * 0.02 + 80 * 0.06 - 10 * 0.07)),
    # Baotou sells in 2027 alone, so a floor of 70,000 pays 10,000 in that year: digging costs 77,000 - 5,000, Lynas
    # 70,000
    ("the cheapest offer behind a floor, in the years on sale", {}, {
        **BOTH, **MINE, "offers": [LATE, LYNAS],
        "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 77_000}],
        "incentives": [{"incentive": "floor", "kind": "price floor", "applies_to": "oxide", "usd_per_t": 70_000}],
    }, 2 * 50 * (0.06 + 0.07)),
    # digging costs six times as much in 2026, before the mine stands; the mean is 70,000
    ("a process's cost in the years in which its plant stands", {}, {
        **BOTH, **MINE, **first_year(kind="cost", facility="Mine", factor=6),
        "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30, "from": 2027}],
    }, 2 * (15 * 0.02 + 85 * 0.06)),
    # the same of a shaft that takes a year to sink, and which nobody may begin later
    ("a process's cost in the years in which a plant may stand", {}, {
        **BOTH, **SITE, **first_year(kind="cost", facility="Mine", factor=6),
        "build_options": [{"option": "Shaft", "facility": "Mine", "max_t_per_year": 30, "lead_years": 1}],
    }, 2 * (15 * 0.02 + 85 * 0.06)),
    # a tenth comes out of a ton in 2026, before the mine stands; in the mean 55 %, and digging 40,000 would cost 72,727
    ("a yield in the years in which its plant stands", {}, {
        **BOTH, **MINE, **first_year(kind="yield", facility="Mine", factor=0.1),
        "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30, "from": 2027}],
        "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 40_000}],
    }, 2 * (15 * 0.04 + 85 * 0.06)),
    # a credit of 30,000 ends with 2026, before the mine stands: digging costs 70,000 and not 55,000
    ("a credit in the years in which its plant stands", {}, {
        **BOTH, **MINE,
        "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30, "from": 2027}],
        "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 70_000}],
        "incentives": [{"incentive": "credit", "kind": "production credit", "applies_to": "Mine", "usd_per_t": 30_000,
                        "to": 2026}],
    }, 2 * 100 * 0.06),
    # 50 % from 2027 on, when the pact is in force: 50 t of 100 come then, and 30,000 is waived on each. The pact costs
    # 1.6 M$, and Lynas 14.0 in all; of mean duty 15,000 would be waived, too little
    ("a partner's relief in the years in force", {}, {
        **BOTH, **duty((0.5, FROM_2027, None)), "offers": [MANY, LYNAS],
        "partnerships": [PACT | {"upfront_musd": 1.6}], "partnership_effects": WAIVES,
    }, 2 * 100 * 0.06 + 1.6),
    # 50 % in 2026 alone: the pact, in force from 2027, waives nothing. Of mean duty it would waive 15,000 on 50 t
    ("a partner's relief after the duty", {}, {
        **BOTH, **duty((0.5, "2026-01-01", UNTIL_2027)), "offers": [MANY, LYNAS],
        "partnerships": [PACT], "partnership_effects": WAIVES,
    }, 2 * 100 * 0.07),
    # 20 % and then 50 %; 75 t a year can come in 2027. 50 do anyway and save 30,000, 25 are put off and save 12,000;
    # 25 pay 12,000
    ("a partner's relief under a rising duty", {}, {
        **BOTH, **duty((0.2, "2026-01-01", UNTIL_2027), (0.5, FROM_2027, None)),
        "offers": [MANY | {"max_t_per_year": 150}, LYNAS | {"price_usd_per_t": 100_000}],
        "partnerships": [PACT], "partnership_effects": WAIVES,
    }, 2 * (100 * 0.06 + 25 * 0.012)),
    # 50 % and then 10 %; all that the pact opens comes in its year, and pays nothing
    ("a partner's relief on an offer that the agreement opens", {}, {
        **BOTH, **duty((0.5, "2026-01-01", UNTIL_2027), (0.1, FROM_2027, None)),
        "offers": [MANY | {"requires": "pact"}, LYNAS],
        "partnerships": [PACT], "partnership_effects": WAIVES,
    }, 2 * 50 * (0.06 + 0.07)),
    # a quota lets 20 t in free of the 50 % that Baotou pays in 2027 on twice its price of 20,000: 20,000 saved on each
    ("a quota in the years on sale", {}, {
        **BOTH, **first_year(kind="price", offer="Baotou", factor=0.5), **duty((0.5, FROM_2027, None)),
        "offers": [LATE | {"price_usd_per_t": 40_000}, LYNAS],
        "quotas": [{"quota": "Q", "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 20,
                    "in_quota_rate": 0, "over_quota_rate": 0.5}],
    }, 2 * (20 * 0.04 + 30 * 0.06 + 50 * 0.07)),
]  # fmt: skip

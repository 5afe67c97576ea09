"""A case with a contract, a partnership, support, a quota, an origin rule and two futures, solvable on paper.

100 t oxide a year for magnets and 40 t clean for defence, in 2026 and 2027; nothing is discounted. Duty is 10 %, except
on the first 60 t from China. The mine's 10 t at 20,000 $/t count as clean.
2026: 50 t Offtake 2.5, 50 t Baotou 3.0, on 40 t of the contract's duty 0.2; 30 t Lynas 2.1, duty 0.21; mine 0.2, credit
-0.02; signing 0.1; Mamba's qualification 0.3: 8.59 M$.
2027 calm: 2.5, 3.0 and 0.2; 10 t Lynas 0.7 and 0.07; 20 t Mamba 1.3 and 0.13; 0.18: 8.08, in all 16.67 M$.
2027 ban: no Chinese; the agreement (0.3) adds 20 t and halves the duty: 70 t Lynas 4.9 and 0.245, 20 t Mamba 1.3 and
0.065, 40 t of the last resort at 200,000 $/t 8.0 and 0.4; 0.18: 15.39, in all 23.98 M$.
"""

from cases import Rows, case, needs, years

from planner.case import Case

RICH: dict[str, Rows] = {
    "periods": years(2026, 2027),
    "countries": [
        {"country": "USA", "risk_score": 0}, {"country": "CHN", "risk_score": 80}, {"country": "MYS", "risk_score": 20}
    ],
    "suppliers": [
        {"supplier": "Baotou", "country": "CHN"},
        {"supplier": "Lynas", "country": "MYS"},
        {"supplier": "Mamba", "country": "MYS", "qualified": "no", "qualification_cost_musd": 0.3,
         "qualification_years": 1},
    ],
    "offers": [
        {"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN", "price_usd_per_t": 60_000,
         "mined_in": "CHN", "max_t_per_year": 500},
        {"offer": "Lynas", "supplier": "Lynas", "material": "oxide", "origin": "MYS", "price_usd_per_t": 70_000,
         "mined_in": "MYS", "max_t_per_year": 50},
        {"offer": "Mamba", "supplier": "Mamba", "material": "oxide", "origin": "MYS", "price_usd_per_t": 65_000,
         "mined_in": "MYS", "max_t_per_year": 20},
        {"offer": "Last", "supplier": "Lynas", "material": "oxide", "origin": "MYS", "price_usd_per_t": 200_000,
         "mined_in": "MYS", "max_t_per_year": 500},
    ],
    "contracts": [
        {"contract": "Offtake", "offer": "Baotou", "signed": "no", "from": 2026, "to": 2027, "sign_by": 2026,
         "min_t_per_year": 50, "max_t_per_year": 50, "take_or_pay_share": 1, "price_usd_per_t": 50_000,
         "signing_cost_musd": 0.1},
        {"contract": "Dear", "offer": "Lynas", "signed": "no", "from": 2026, "to": 2027, "max_t_per_year": 10,
         "price_usd_per_t": 90_000, "signing_cost_musd": 0.05},
    ],
    "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 10}],
    "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000, "step": "mined"}],
    "recipes": [{"process": "dig", "material": "oxide"}],
    "incentives": [{"incentive": "Credit", "kind": "production credit", "applies_to": "oxide", "usd_per_t": 2_000,
                    "cap_musd": 0.05}],
    "partnerships": [{"partnership": "Agreement", "country": "MYS", "upfront_musd": 0.2, "annual_musd": 0.1}],
    "partnership_effects": [
        {"partnership": "Agreement", "effect": "adds supply", "applies_to": "Lynas", "value": 20},
        {"partnership": "Agreement", "effect": "cuts duty", "applies_to": "301", "value": 0.5},
    ],
    "tariffs": [{"authority": "301", "origin": "*", "rate": 0.1}],
    "quotas": [
        {"quota": "Oxide quota", "authority": "301", "hts": "2846", "origin": "CHN", "period": year, "quota_t": 60,
         "in_quota_rate": 0, "over_quota_rate": 0.1}
        for year in (2026, 2027)
    ],
    "origin_rules": [{"rule": "clean", "country": "CHN", "stage": "mined"}],
    "segments": [{"segment": "magnets"}, {"segment": "defence", "origin_rule": "clean"}],
    "demand": [*needs({2026: 100, 2027: 100}), *needs({2026: 40, 2027: 40}, "defence")],
    "scenarios": [{"scenario": "calm", "probability": 0.75}, {"scenario": "ban", "probability": 0.25}],
    "events": [{"scenario": "ban", "kind": "supply", "country": "CHN", "from": 2027, "factor": 0}],
}  # fmt: skip


def rich_case(**sheets: Rows) -> Case:
    """The case with these sheets in place of its own, read from a workbook."""
    return case(**{**RICH, **sheets})

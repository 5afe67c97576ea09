"""One more plan on paper: duty comes back on what leaves the country again."""

from __future__ import annotations

from audit_cases import case_of, line, plan_of
from audit_hand import USA_MYS_CHN

from planner.case import Case
from planner.plan import Plan


def leaving() -> tuple[Case, Plan]:
    """150 t of oxide at 60,000 $/t with a quarter of duty: 9.0 and 2.25. 100 t are needed; 50 make 40 t of metal at
    1,000 $/t (0.04), sold in Penang at 90,000: -3.6. On 1.25 t for each ton that leaves, 50 t, four fifths of the duty
    come back: -0.6. Baotou gives back a tenth of what it is paid above 8 M$: -0.1. In all 6.99."""
    case = case_of(
        {"discount_rate": 0.0},
        periods=[{"period": 2026, "years": 1}],
        countries=USA_MYS_CHN,
        places=[{"place": "Texas", "country": "USA"}, {"place": "Penang", "country": "MYS"}],
        materials=[
            {"material": "oxide", "stage": "oxides", "hts": "2846.90"},
            {"material": "metal", "stage": "metals", "hts": "2805"},
        ],
        suppliers=[{"supplier": "Baotou", "country": "CHN", "qualified": True}],
        offers=[
            {"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN", "price_usd_per_t": 60000}
        ],
        lanes=[{"from": "*", "to": "*", "material": "*"}],
        facilities=[{"facility": "smelter", "place": "Texas", "capacity_t_per_year": 50}],
        processes=[{"facility": "smelter", "process": "smelt", "cost_usd_per_t": 1000}],
        recipes=[
            {"process": "smelt", "material": "oxide", "t_per_t": -1.25},
            {"process": "smelt", "material": "metal", "t_per_t": 1.0},
        ],
        segments=[{"segment": "magnets", "place": "Texas", "material": "oxide", "shortage_usd_per_t": 1e6}],
        demand=[{"segment": "magnets", "period": 2026, "t_per_year": 100}],
        sales=[{"place": "Penang", "material": "metal", "price_usd_per_t": 90000, "max_t_per_year": 40}],
        tariffs=[{"authority": "301", "hts": "28", "origin": "CHN", "rate": 0.25, "effect": "adds"}],
        rebates=[{"supplier": "Baotou", "above_musd_per_year": 8, "share": 0.1, "kind": "incremental"}],
        drawbacks=[
            {"drawback": "D", "authority": "301", "material": "oxide", "exported": "metal", "t_per_t": 1.25}
            | {"share": 0.8}
        ],
    )
    bought = {"item": "Baotou", "material": "oxide", "from_": "CHN", "to": "Texas"}
    back = ("D", "301", "buy", "Baotou", 0.0, "CHN", "oxide", "Texas", "", "2026", 50.0, 12000.0)
    shares = (("material", "oxide"), ("stage", "oxides"), ("material", "metal"), ("stage", "metals"))
    plan = plan_of(
        6.99,
        nodes=[("2026", 2026, 1, None, 1.0, 1.0, 1.0)],
        purchases=[("Baotou", 0.0, "Texas", "", "2026", 150.0)],
        quotes=[("Baotou", "Texas", "", "2026", 60000.0, 0.0, 0.0, None)],
        quote_duties=[("Baotou", "Texas", "", "2026", "301", 15000.0)],
        drawbacks=[back],
        rebates=[("Baotou", 0.0, "2026", 8.0), ("Baotou", 8.0, "2026", 1.0)],
        activity=[("smelter", "smelt", "", "2026", 40.0)],
        throughput=[("smelter", "smelt", "oxide", "2026", -50.0), ("smelter", "smelt", "metal", "2026", 40.0)],
        concentration=[(of, name, "2026", 1.0) for of, name in shares],
        shipments=[("Texas", "metal", "", "Penang", "2026", 40.0)],
        needs=[("magnets", "2026", 100.0, 1e6)],
        deliveries=[("magnets", "oxide", 1.0, "", "2026", 100.0)],
        sales=[("Penang", "metal", 90000.0, "2026", 40.0)],
        capacities=[("smelter", "2026", 50.0, 40.0)],
        ledger=[
            line("purchases", "2026", 9.0, 1, t=150, usd=60000, **bought),
            line("duties", "2026", 2.25, 1, layer="301", t=150, usd=15000, **bought),
            line("duties", "2026", -0.6, 1, layer="301", t=50, usd=-12000, **bought),
            line("rebates", "2026", -0.1, 1, item="Baotou"),
            line("operation", "2026", 0.04, 1, t=40, usd=1000, item="smelter / smelt", from_="Texas"),
            line("sales", "2026", -3.6, 1, t=40, usd=-90000, item="metal", material="metal", from_="Penang"),
        ],
    )
    return case, plan

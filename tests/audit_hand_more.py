"""Two more plans on paper: one with agreements and public support, one with two futures and an origin rule."""

from __future__ import annotations

from audit_cases import Rows, case_of, line, plan_of
from audit_hand import USA_MYS_CHN, of_oxide

from planner.case import Case
from planner.plan import Plan

TEXAS: Rows = [{"place": "Texas", "country": "USA"}]
OXIDE: Rows = [{"material": "oxide", "stage": "oxides", "hts": "2846.90"}]
YEARS: Rows = [{"period": 2026, "years": 1}, {"period": 2027, "years": 1}]
SELLERS: Rows = [
    {"supplier": "Lynas", "country": "MYS", "qualified": True},
    {"supplier": "Baotou", "country": "CHN", "qualified": True},
]


def agreeing() -> tuple[Case, Plan]:
    """A contract, a price break, a quota, a partner, a grant, a credit, a closure, a lane and a limit; at 0 %.

    2026. Baotou sells 30 t at 50,000 and 10 t above that at 45,000 $/t: 1.95. The offtake of 50 t/yr at 60,000 $/t is
    signed (0.2): 20 t are lifted (1.2), 5 forfeited to reach half (0.3). The mine digs 30 t, the pit 20 (1.0). The pact
    below adds 15 t to Lynas's 60, which nobody buys.
    Duty on Chinese goods is 50 %: 0.75 + 0.225; 20 t in a quota pay 10 % only: -0.4. On Malaysian 10 %: 0.12, of which
    the pact (0.5, and 0.1 a year) waives 80 %: -0.096. Freight 0.003 + 0.001 + 0.004, the Chinese lane 0.01.
    The pit's shaft of 20 t costs 2 M$, 0.2 a year, half of it granted: -0.1. A credit of 2,000 $/t on 50 t: -0.1.
    At most 30 t should be Chinese: 10 t at 1,000 $/t, 0.01. Together 5.877.
    2027. Baotou 10 t: 0.5, duty 0.25. 40 t lifted, 5 of them paid before: 2.4 - 0.3; duty 0.24 - 0.192. The mine is
    closed for 0.3; the pit digs 0.4. Freight 0.001 + 0.008 + 0.01. Pact 0.1, shaft 0.2 - 0.1. Of the credit's cap of
    0.12 only 0.02 are left. Of 60 t awarded to Baotou today half should stay: it is left, for 0.05. Together 3.847.
    Dealing with Baotou costs 0.03 a year. In all 9.784.
    """
    case = case_of(
        {"discount_rate": 0.0},
        periods=YEARS,
        countries=USA_MYS_CHN,
        places=TEXAS,
        materials=OXIDE,
        suppliers=[SELLERS[0], SELLERS[1] | {"setup_musd_per_year": 0.03}],
        offers=[
            _offer("Lynas oxide", "Lynas", "MYS", 70000) | {"max_t_per_year": 60},
            _offer("Baotou oxide", "Baotou", "CHN", 50000) | {"stays_share": 0.5, "leaving_musd": 0.05},
        ],
        awards=[{"offer": "Baotou oxide", "place": "Texas", "t_per_year": 60}],
        offer_tiers=[
            {"offer": "Baotou oxide", "above_t_per_year": 30, "price_usd_per_t": 45000, "kind": "incremental"}
        ],
        contracts=[
            {
                "contract": "offtake",
                "offer": "Lynas oxide",
                "signed": False,
                "from": 2026,
                "to": 2027,
                "min_t_per_year": 10,
                "max_t_per_year": 60,
                "take_or_pay_share": 0.5,
                "make_up_years": 1,
                "price_usd_per_t": 60000,
                "signing_cost_musd": 0.2,
            }
        ],
        lanes=[
            {
                "from": "CHN",
                "to": "Texas",
                "material": "*",
                "freight_usd_per_t": 100,
                "max_t_per_year": 100,
                "min_t_per_year": 5,
                "fixed_musd_per_year": 0.01,
            },
            {"from": "MYS", "to": "Texas", "material": "*", "freight_usd_per_t": 200},
        ],
        facilities=[
            {
                "facility": "mine",
                "place": "Texas",
                "capacity_t_per_year": 30,
                "closure_allowed": True,
                "closure_cost_musd": 0.3,
            },
            {"facility": "pit", "place": "Texas"},
        ],
        processes=[{"facility": f, "process": "dig", "cost_usd_per_t": 20000} for f in ("mine", "pit")],
        recipes=[{"process": "dig", "material": "oxide", "t_per_t": 1.0}],
        build_options=[
            {
                "option": "shaft",
                "facility": "pit",
                "max_t_per_year": 40,
                "capex_fixed_musd": 0,
                "capex_usd_per_t": 100000,
                "lead_years": 0,
                "life_years": 10,
            }
        ],
        incentives=[
            {"incentive": "grant", "kind": "capex grant", "applies_to": "shaft", "share": 0.5},
            {
                "incentive": "credit",
                "kind": "production credit",
                "applies_to": "oxide",
                "usd_per_t": 2000,
                "cap_musd": 0.12,
            },
        ],
        segments=[{"segment": "magnets", "place": "Texas", "material": "oxide", "max_shortage_share": 0}],
        demand=[
            {"segment": "magnets", "period": 2026, "t_per_year": 110},
            {"segment": "magnets", "period": 2027, "t_per_year": 70},
        ],
        tariffs=[
            {"authority": "301", "hts": "2846", "origin": "CHN", "rate": 0.5, "effect": "adds"},
            {"authority": "232", "hts": "2846", "origin": "MYS", "rate": 0.1, "effect": "adds"},
        ],
        quotas=[
            {
                "quota": "trq",
                "authority": "301",
                "hts": "2846",
                "origin": "CHN",
                "period": 2026,
                "quota_t": 20,
                "in_quota_rate": 0.1,
                "over_quota_rate": 0.5,
            }
        ],
        partnerships=[{"partnership": "pact", "country": "MYS", "upfront_musd": 0.5, "annual_musd": 0.1}],
        partnership_effects=[
            {"partnership": "pact", "effect": "cuts duty", "applies_to": "232", "value": 0.8},
            {"partnership": "pact", "effect": "adds supply", "applies_to": "Lynas oxide", "value": 15},
        ],
        limits=[
            {
                "limit": "few Chinese",
                "measure": "bought_t",
                "sense": "at most",
                "value": 30,
                "country": "CHN",
                "penalty_per_unit": 1000,
            }
        ],
    )
    lynas = {"item": "offtake", "material": "oxide", "from_": "MYS", "to": "Texas"}
    baotou = {"item": "Baotou oxide", "material": "oxide", "from_": "CHN", "to": "Texas"}
    paid = {"item": "offtake", "material": "oxide"}
    pit, mine = {"item": "pit / dig", "from_": "Texas"}, {"item": "mine / dig", "from_": "Texas"}
    ledger = [
        line("purchases", "2026", 1.5, 1, t=30, usd=50000, **baotou),
        line("purchases", "2026", 0.45, 1, t=10, usd=45000, **baotou),
        line("contracts", "2026", 1.2, 1, t=20, usd=60000, **lynas),
        line("contracts", "2026", 0.3, 1, t=5, usd=60000, layer="forfeited", **paid),
        line("freight", "2026", 0.003, 1, t=30, usd=100, **baotou),
        line("freight", "2026", 0.001, 1, t=10, usd=100, **baotou),
        line("freight", "2026", 0.004, 1, t=20, usd=200, **lynas),
        line("freight", "2026", 0.01, 1, item="lane 2", from_="CHN", to="Texas"),
        line("duties", "2026", 0.75, 1, layer="301", t=30, usd=25000, **baotou),
        line("duties", "2026", 0.225, 1, layer="301", t=10, usd=22500, **baotou),
        line("duties", "2026", -0.4, 1, layer="301", t=20, usd=-20000, **baotou),
        line("duties", "2026", 0.12, 1, layer="232", t=20, usd=6000, **lynas),
        line("duties", "2026", -0.096, 1, layer="232", t=20, usd=-4800, **lynas),
        line("signing", "2026", 0.2, 1, item="offtake"),
        line("joining", "2026", 0.5, 1, item="pact"),
        line("partnerships", "2026", 0.1, 1, item="pact"),
        line("investment", "2026", 0.2, 1, t=20, usd=10000, item="shaft"),
        line("grants", "2026", -0.1, 1, layer="grant", item="shaft"),
        line("operation", "2026", 0.6, 1, t=30, usd=20000, **mine),
        line("operation", "2026", 0.4, 1, t=20, usd=20000, **pit),
        line("production_support", "2026", -0.1, 1, item="credit"),
        line("penalties", "2026", 0.01, 1, item="few Chinese"),
        line("purchases", "2027", 0.5, 1, t=10, usd=50000, **baotou),
        line("contracts", "2027", 2.4, 1, t=40, usd=60000, **lynas),
        line("contracts", "2027", -0.3, 1, t=5, usd=-60000, layer="made up", **paid),
        line("freight", "2027", 0.001, 1, t=10, usd=100, **baotou),
        line("freight", "2027", 0.008, 1, t=40, usd=200, **lynas),
        line("freight", "2027", 0.01, 1, item="lane 2", from_="CHN", to="Texas"),
        line("duties", "2027", 0.25, 1, layer="301", t=10, usd=25000, **baotou),
        line("duties", "2027", 0.24, 1, layer="232", t=40, usd=6000, **lynas),
        line("duties", "2027", -0.192, 1, layer="232", t=40, usd=-4800, **lynas),
        line("partnerships", "2027", 0.1, 1, item="pact"),
        line("investment", "2027", 0.2, 1, t=20, usd=10000, item="shaft"),
        line("grants", "2027", -0.1, 1, layer="grant", item="shaft"),
        line("closure", "2027", 0.3, 1, item="mine"),
        line("switching", "2027", 0.05, 1, item="Baotou oxide"),
        *(line("setups", n, 0.03, 1, item="Baotou") for n in ("2026", "2027")),
        line("operation", "2027", 0.4, 1, t=20, usd=20000, **pit),
        line("production_support", "2027", -0.02, 1, item="credit"),
    ]
    in_quota = ("trq", "301", "buy", "Baotou oxide", 0.0, "CHN", "oxide", "Texas", "", "2026", 20.0, 20000.0)
    waived = ("pact", "232", "lift", "offtake", 0.0, "MYS", "oxide", "Texas", "")
    plan = plan_of(
        9.784,
        nodes=[("2026", 2026, 1, None, 1.0, 1.0, 1.0), ("2027", 2027, 1, "2026", 1.0, 1.0, 1.0)],
        purchases=[
            ("Baotou oxide", 0.0, "Texas", "", "2026", 30.0),
            ("Baotou oxide", 30.0, "Texas", "", "2026", 10.0),
            ("Baotou oxide", 0.0, "Texas", "", "2027", 10.0),
        ],
        quotes=[("Baotou oxide", "Texas", "", n, 50000.0, 0.0, 100.0, None) for n in ("2026", "2027")],
        quote_duties=[("Baotou oxide", "Texas", "", n, "301", 25000.0) for n in ("2026", "2027")],
        concentration=of_oxide({"2026": (40**2 + 20**2 + 50**2) / 110**2, "2027": (10**2 + 40**2 + 20**2) / 70**2}),
        commitments=[("offtake", n, 50.0, 50.0, 70000.0) for n in ("2026", "2027")],
        partner_supply=[("pact", "Lynas oxide", n, 15.0) for n in ("2026", "2027")],
        under_quota=[("trq", "2026", 40.0)],
        lifts=[("offtake", "Texas", "", "2026", 20.0), ("offtake", "Texas", "", "2027", 40.0)],
        forfeits=[("offtake", "2026", 5.0)],
        make_ups=[("offtake", "2026", "2027", 5.0)],
        signings=[("offtake", "2026", 50.0)],
        closures=[("mine", "2027")],
        leavings=[("Baotou oxide", "2027")],
        dealings=[("Baotou", "2026"), ("Baotou", "2027")],
        lanes_used=[(2, "CHN", "Texas", "2026"), (2, "CHN", "Texas", "2027")],
        joins=[("pact", "2026")],
        relief=[(*waived, "2026", 20.0, 4800.0), (*waived, "2027", 40.0, 4800.0)],
        in_quota=[in_quota],
        throughput=[
            ("mine", "dig", "oxide", "2026", 30.0),
            ("pit", "dig", "oxide", "2026", 20.0),
            ("pit", "dig", "oxide", "2027", 20.0),
        ],
        builds=[("shaft", "", "2026", 1.0, 20.0, 2.0)],
        build_years=[("shaft", "", "2026", "2027", 2026, 2035)],
        grants=[("grant", "shaft", "", "2026", 1.0)],
        support=[("credit", "2026", 0.1), ("credit", "2027", 0.02)],
        activity=[
            ("mine", "dig", "", "2026", 30.0),
            ("pit", "dig", "", "2026", 20.0),
            ("pit", "dig", "", "2027", 20.0),
        ],
        shipments=[("Texas", "oxide", "", "Texas", "2026", 50.0), ("Texas", "oxide", "", "Texas", "2027", 20.0)],
        needs=[("magnets", "2026", 110.0, None), ("magnets", "2027", 70.0, None)],
        deliveries=[("magnets", "oxide", 1.0, "", "2026", 110.0), ("magnets", "oxide", 1.0, "", "2027", 70.0)],
        capacities=[("mine", "2026", 30.0, 30.0), ("pit", "2026", 20.0, 20.0), ("pit", "2027", 20.0, 20.0)],
        limits=[
            ("few Chinese", "", "2026", "bought_t", "at most", 30.0, 40.0, 10.0),
            ("few Chinese", "", "2027", "bought_t", "at most", 30.0, 10.0, 0.0),
        ],
        ledger=ledger,
    )
    return case, plan


def _offer(name: str, supplier: str, origin: str, price: float) -> dict[str, object]:
    facts = {"offer": name, "supplier": supplier, "material": "oxide", "origin": origin}
    return facts | {"price_usd_per_t": price}


def foreseeing() -> tuple[Case, Plan]:
    """From 2027 on China may sell nothing, in one future of four; and defence takes nothing made in China. At 0 %.

    2026: 10 t Lynas for defence 0.7; for civil use 35 t Baotou 1.75 and 5 t of the first stock, which is clean and
    need not be; keeping it (5 + 0) / 2 x 1,000 = 0.0025. Together 2.4525.
    2027: calm 10 t Lynas and 40 t Baotou, 2.7; with the ban 50 t Lynas, 3.5.
    The futures cost 5.1525 and 5.9525, on average 5.3525; the dearest quarter 5.9525. Half of what Baotou gets is at
    risk: 0.875, then 1.0 in the calm future, on average 1.625 (indices 100 x 0.875 / 2.45 and 100 x 1.0 / 2.7).
    Objective: 0.5 x 5.3525 + 0.5 x 5.9525 + 0.1 x 1.625 = 5.815.
    """
    case = case_of(
        {"discount_rate": 0.0, "risk_weight": 0.5, "cvar_level": 0.75, "exposure_price": 0.1},
        periods=YEARS,
        countries=[c | ({"risk_score": 50} if c["country"] == "CHN" else {}) for c in USA_MYS_CHN],
        places=TEXAS,
        materials=OXIDE,
        suppliers=SELLERS,
        offers=[
            _offer("Lynas oxide", "Lynas", "MYS", 70000),
            _offer("Baotou oxide", "Baotou", "CHN", 50000),
        ],
        lanes=[{"from": "*", "to": "*", "material": "*"}],
        segments=[
            {"segment": s, "place": "Texas", "material": "oxide", "max_shortage_share": 0, "origin_rule": rule}
            for s, rule in (("defence", "clean"), ("civil", None))
        ],
        demand=[
            {"segment": s, "period": year, "t_per_year": t}
            for s, t in (("defence", 10), ("civil", 40))
            for year in (2026, 2027)
        ],
        stocks=[
            {
                "place": "Texas",
                "material": "oxide",
                "initial_t": 5,
                "holding_usd_per_t_year": 1000,
                "rules": ["clean"],
            }
        ],
        origin_rules=[{"rule": "clean", "country": "CHN", "stage": "made"}],
        scenarios=[{"scenario": "calm", "probability": 0.75}, {"scenario": "ban", "probability": 0.25}],
        events=[{"scenario": "ban", "kind": "supply", "country": "CHN", "from": 2027, "factor": 0}],
    )
    lynas = {"item": "Lynas oxide", "material": "oxide", "from_": "MYS", "to": "Texas"}
    baotou = {"item": "Baotou oxide", "material": "oxide", "from_": "CHN", "to": "Texas"}
    now, calm, ban = "2026", "2027 calm", "2027 ban"
    ledger = [
        line("purchases", now, 0.7, 1, t=10, usd=70000, **lynas),
        line("purchases", now, 1.75, 1, t=35, usd=50000, **baotou),
        line("holding", now, 0.0025, 1, t=2.5, usd=1000, item="oxide", material="oxide", from_="Texas"),
        line("purchases", calm, 0.7, 1, t=10, usd=70000, **lynas),
        line("purchases", calm, 2.0, 1, t=40, usd=50000, **baotou),
        line("purchases", ban, 3.5, 1, t=50, usd=70000, **lynas),
    ]
    used = [("defence", "oxide", 1.0, "clean", n, 10.0) for n in (now, calm, ban)]
    used += [("civil", "oxide", 1.0, "", n, 40.0) for n in (now, calm, ban)]
    none = {"co2_t": "t/yr", "water_m3": "m3/yr", "residue_t": "t/yr"}
    plan = plan_of(
        5.815,
        nodes=[
            (now, 2026, 1, None, 1.0, 1.0, 1.0),
            (calm, 2027, 1, now, 0.75, 1.0, 1.0),
            (ban, 2027, 1, now, 0.25, 1.0, 1.0),
        ],
        purchases=[
            ("Lynas oxide", 0.0, "Texas", "clean", now, 10.0),
            ("Baotou oxide", 0.0, "Texas", "", now, 35.0),
            ("Lynas oxide", 0.0, "Texas", "clean", calm, 10.0),
            ("Baotou oxide", 0.0, "Texas", "", calm, 40.0),
            ("Lynas oxide", 0.0, "Texas", "clean", ban, 10.0),
            ("Lynas oxide", 0.0, "Texas", "", ban, 40.0),
        ],
        quotes=[
            *(("Lynas oxide", "Texas", "clean", n, 70000.0, 0.0, 0.0, None) for n in (now, calm, ban)),
            *(("Baotou oxide", "Texas", "", n, 50000.0, 0.0, 0.0, None) for n in (now, calm)),
            ("Lynas oxide", "Texas", "", ban, 70000.0, 0.0, 0.0, None),
        ],
        concentration=of_oxide({now: (35**2 + 10**2) / 45**2, calm: (40**2 + 10**2) / 50**2, ban: 1.0}),
        downgrades=[("stock", "Texas", "oxide", "clean", "", now, 5.0)],
        opening_stocks=[("Texas", "oxide", "clean", now, 5.0)],
        origin_classes=[("clean", "clean", "CHN", "made", False)],
        needs=[(segment, n, t, None) for segment, t in (("defence", 10.0), ("civil", 40.0)) for n in (now, calm, ban)],
        deliveries=used,
        scenarios=[("calm", 0.75, calm, 5.1525, 0.0), ("ban", 0.25, ban, 5.9525, 0.0)],
        risk=[
            ("expected_cost", 5.3525, "M$"),
            ("cvar_cost", 5.9525, "M$"),
            ("worst_cost", 5.9525, "M$"),
            ("cvar_shortage", 0.0, "M$ undiscounted"),
            ("exposure", 1.625, "M$ at risk"),
        ],
        indicators=[
            *((measure, node, unit, 0.0) for measure, unit in none.items() for node in (now, calm, ban)),
            ("exposure_musd", now, "M$/yr", 0.875),
            ("exposure_musd", calm, "M$/yr", 1.0),
            ("exposure_musd", ban, "M$/yr", 0.0),
            ("exposure_index", now, "0-100", 100 * 0.875 / 2.45),
            ("exposure_index", calm, "0-100", 100 / 2.7),
            ("exposure_index", ban, "0-100", 0.0),
        ],
        ledger=ledger,
    )
    return case, plan

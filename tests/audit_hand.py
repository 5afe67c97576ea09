"""Three plans on paper, each sum in its docstring, in M$ of the base year. Nobody says that they are good plans."""

from __future__ import annotations

from datetime import date

from audit_cases import Rows, case_of, line, plan_of

from planner.case import Case
from planner.plan import Plan

USA_MYS_CHN: Rows = [
    {"country": "USA", "name": "United States"},
    {"country": "MYS", "name": "Malaysia", "group": ["friends"]},
    {"country": "CHN", "name": "China", "group": ["rivals", "far"]},
]


def of_oxide(index: dict[str, float]) -> list[tuple[str, str, str, float]]:
    """Rows of concentration where oxide is the only material of its stage."""
    return [(of, name, n, hhi) for of, name in (("material", "oxide"), ("stage", "oxides")) for n, hhi in index.items()]


def buying() -> tuple[Case, Plan]:
    """Two suppliers, two periods (2026; 2027 and 2028), 25 % discount: 2026 counts 1, 2027 counts 0.8 + 0.64 = 1.44.

    100 t are needed in 2026, 200 t a year after. Lynas (Malaysia) sells at 70,000, later 72,000 $/t. Baotou (China)
    sells at 50,000 $/t from the year after its qualification, which costs 2 M$; at least 50 t a year.
    What Lynas sends is a tenth of a year on its way, what Baotou sends a fifth; no rate is charged on that.
    Duty: 5 % on all; 10 % more from 8 August 2026, which is 146 days of 365 = 4 % in 2026; 25 % more on China.
    2026: 100 t Lynas 7.0; freight at 100 $/t 0.01; duties 0.35 and 0.28; qualification 2.0. Together 9.64.
    2027: 120 t Lynas 8.64, 80 t Baotou 4.0; freight 0.012 and (at 200 $/t) 0.016; duties on Lynas 0.432 and 0.864, on
    Baotou 0.2, 0.4 and 1.0. Together 15.564 a year, times 1.44 = 22.41216. In all 32.05216.
    The last ton costs 70,000 + 100 + 3,500 + 2,800 = 76,400 $ in 2026, and from Baotou 50,000 + 200 + 20,000 = 70,200 $
    in 2027. So much would be saved for each ton that may be short, but none may.
    """
    case = case_of(
        {"discount_rate": 0.25, "payment_rate": 0.0},
        periods=[{"period": 2026, "years": 1}, {"period": 2027, "years": 2}],
        countries=USA_MYS_CHN,
        places=[{"place": "Texas", "country": "USA"}],
        materials=[{"material": "oxide", "stage": "oxides", "hts": "2846.90.80"}],
        suppliers=[
            {"supplier": "Lynas", "country": "MYS", "qualified": True},
            {
                "supplier": "Baotou",
                "country": "CHN",
                "qualified": False,
                "qualification_cost_musd": 2,
                "qualification_years": 1,
            },
        ],
        offers=[
            {
                "offer": "Lynas oxide",
                "supplier": "Lynas",
                "material": "oxide",
                "origin": "MYS",
                "price_usd_per_t": 70000,
                "max_t_per_year": 120,
            },
            {
                "offer": "Baotou oxide",
                "supplier": "Baotou",
                "material": "oxide",
                "origin": "CHN",
                "price_usd_per_t": 50000,
                "min_order_t_per_year": 50,
            },
        ],
        offer_prices=[{"offer": "Lynas oxide", "period": 2027, "price_usd_per_t": 72000}],
        lanes=[
            {"from": "*", "to": "USA", "material": "*", "freight_usd_per_t": 100, "max_t_per_year": 120}
            | {"transit_days": 36.5},
            {"from": "CHN", "to": "Texas", "material": "*"},
            {"from": "CHN", "to": "*", "material": "oxides", "freight_usd_per_t": 200, "transit_days": 73},
        ],
        segments=[{"segment": "magnets", "place": "Texas", "material": "oxide", "max_shortage_share": 0}],
        demand=[
            {"segment": "magnets", "period": 2026, "t_per_year": 100},
            {"segment": "magnets", "period": 2027, "t_per_year": 200},
        ],
        tariffs=[
            {"authority": "MFN", "hts": "2846", "origin": "*", "rate": 0.05, "effect": "adds"},
            {
                "authority": "232",
                "hts": "28",
                "origin": "*",
                "rate": 0.10,
                "effect": "adds",
                "from": date(2026, 8, 8),
            },
            {"authority": "301", "hts": "2846.90", "origin": "rivals", "rate": 0.25, "effect": "adds"},
        ],
    )
    lynas = {"item": "Lynas oxide", "material": "oxide", "from_": "MYS", "to": "Texas"}
    baotou = {"item": "Baotou oxide", "material": "oxide", "from_": "CHN", "to": "Texas"}
    ledger = [
        line("purchases", "2026", 7.0, 1.0, t=100, usd=70000, **lynas),
        line("freight", "2026", 0.01, 1.0, t=100, usd=100, **lynas),
        line("duties", "2026", 0.35, 1.0, layer="MFN", t=100, usd=3500, **lynas),
        line("duties", "2026", 0.28, 1.0, layer="232", t=100, usd=2800, **lynas),
        line("qualification", "2026", 2.0, 1.0, item="Baotou"),
        line("purchases", "2027", 8.64, 1.44, t=120, usd=72000, **lynas),
        line("freight", "2027", 0.012, 1.44, t=120, usd=100, **lynas),
        line("duties", "2027", 0.432, 1.44, layer="MFN", t=120, usd=3600, **lynas),
        line("duties", "2027", 0.864, 1.44, layer="232", t=120, usd=7200, **lynas),
        line("purchases", "2027", 4.0, 1.44, t=80, usd=50000, **baotou),
        line("freight", "2027", 0.016, 1.44, t=80, usd=200, **baotou),
        line("duties", "2027", 0.2, 1.44, layer="MFN", t=80, usd=2500, **baotou),
        line("duties", "2027", 0.4, 1.44, layer="232", t=80, usd=5000, **baotou),
        line("duties", "2027", 1.0, 1.44, layer="301", t=80, usd=12500, **baotou),
    ]
    plan = plan_of(
        32.05216,
        nodes=[("2026", 2026, 1, None, 1.0, 1.0, 1.0), ("2027", 2027, 2, "2026", 1.0, 1.44, 0.8)],
        binding=[
            ("shortage at what is allowed", "magnets", "2026", 0.0, "t/yr", 76400.0),
            ("shortage at what is allowed", "magnets", "2027", 0.0, "t/yr", 70200.0),
        ],
        prices=[("Texas", "oxide", "", "2026", 76400.0), ("Texas", "oxide", "", "2027", 70200.0)],
        price_ranges=[("Texas", "oxide", "", "2026", 20.0, 50.0), ("Texas", "oxide", "", "2027", 0.0, None)],
        limit_ranges=[("lane full", "* to USA (lanes!E2)", "2027", None, 20.0)],
        no_ranges=[("shortage at what is allowed", "magnets", "2026", "a size or a bound")],
        purchases=[
            ("Lynas oxide", 0.0, "Texas", "", "2026", 100.0),
            ("Lynas oxide", 0.0, "Texas", "", "2027", 120.0),
            ("Baotou oxide", 0.0, "Texas", "", "2027", 80.0),
        ],
        under_way=[
            ("Lynas oxide", "MYS", "oxide", "Texas", "2026", 36.5, 10.0),
            ("Lynas oxide", "MYS", "oxide", "Texas", "2027", 36.5, 12.0),
            ("Baotou oxide", "CHN", "oxide", "Texas", "2027", 73.0, 16.0),
        ],
        quotes=[
            ("Lynas oxide", "Texas", "", "2026", 70000.0, 0.0, 100.0, 120.0),
            ("Lynas oxide", "Texas", "", "2027", 72000.0, 0.0, 100.0, 120.0),
            ("Baotou oxide", "Texas", "", "2027", 50000.0, 0.0, 200.0, None),
        ],
        quote_duties=[
            ("Lynas oxide", "Texas", "", "2026", "MFN", 3500.0),
            ("Lynas oxide", "Texas", "", "2026", "232", 2800.0),
            ("Lynas oxide", "Texas", "", "2027", "MFN", 3600.0),
            ("Lynas oxide", "Texas", "", "2027", "232", 7200.0),
            ("Baotou oxide", "Texas", "", "2027", "MFN", 2500.0),
            ("Baotou oxide", "Texas", "", "2027", "232", 5000.0),
            ("Baotou oxide", "Texas", "", "2027", "301", 12500.0),
        ],
        concentration=of_oxide({"2026": 1.0, "2027": 0.6**2 + 0.4**2}),
        orders=[("Baotou oxide", "2027")],
        qualifications=[("Baotou", "2026")],
        needs=[("magnets", "2026", 100.0, None), ("magnets", "2027", 200.0, None)],
        deliveries=[("magnets", "oxide", 1.0, "", "2026", 100.0), ("magnets", "oxide", 1.0, "", "2027", 200.0)],
        ledger=ledger,
    )
    return case, plan


def making() -> tuple[Case, Plan]:
    """A mill in Malaysia and its extension, discounted at 0 % (2026 counts 1, the two years from 2027 count 2).

    The mill's 100 t/yr stand to the end of 2027 and can be used to 90 %. The extension of 100 t/yr, begun in 2026, runs
    from 2027, in its first year with half its size: 75 t/yr on average. So 90 t can be milled in 2026 and
    0.9 x (100 / 2 + 75) = 112.5 t a year after; at least half of that must, and 80 and 100 t are.
    A ton gives 1 t oxide and 0.5 t tailings. Oxide goes to Texas at 300 $/t with a duty of 5 % of its customs value of
    10,000 $/t and of 20 $/t; 10 t are sold at the mill in 2026. What stays at the mill costs 2 $/t to handle; tailings
    cost 50 $/t to throw away.
    2026: milling 80 x 2,000 = 0.16, standing 100 x 1,000 = 0.1, freight 0.021 + 0.00002 + 0.00008, duties 0.035 +
    0.0014, tailings 0.002, income 10 x 5,000 = 0.05. Together 0.2695.
    2027: milling 0.2, standing 50 x 1,000 + 100 x 500 = 0.1, capex (4 + 2) / 10 = 0.6, freight 0.03 + 0.0001, duties
    0.05 + 0.002, tailings 0.0025. Together 0.9846 a year, 1.9692 in all. In all 2.2387.
    """
    case = case_of(
        {"discount_rate": 0.0},
        periods=[{"period": 2026, "years": 1}, {"period": 2027, "years": 2}],
        countries=USA_MYS_CHN,
        places=[{"place": "Texas", "country": "USA"}, {"place": "Kuantan", "country": "MYS"}],
        materials=[
            {"material": "oxide", "stage": "oxides", "hts": "28469080", "customs_value_usd_per_t": 10000},
            {"material": "tailings", "stage": "waste", "disposal_usd_per_t": 50},
        ],
        lanes=[
            {"from": "Kuantan", "to": "USA", "material": "oxide", "freight_usd_per_t": 300, "max_t_per_year": 100},
            {"from": "Kuantan", "to": "Kuantan", "material": "*", "freight_usd_per_t": 2},
        ],
        facilities=[
            {
                "facility": "mill",
                "place": "Kuantan",
                "capacity_t_per_year": 100,
                "to": 2027,
                "availability": 0.9,
                "min_utilisation": 0.5,
                "fixed_om_usd_per_t": 1000,
            }
        ],
        processes=[{"facility": "mill", "process": "crack", "cost_usd_per_t": 2000}],
        recipes=[
            {"process": "crack", "material": "oxide", "t_per_t": 1.0},
            {"process": "crack", "material": "tailings", "t_per_t": 0.5},
        ],
        build_options=[
            {
                "option": "extension",
                "facility": "mill",
                "min_t_per_year": 50,
                "max_t_per_year": 200,
                "capex_fixed_musd": 4,
                "capex_usd_per_t": 20000,
                "fixed_om_usd_per_t": 500,
                "lead_years": 1,
                "latest": 2026,
                "life_years": 10,
                "ramp_1": 0.5,
            },
            {
                "option": "rival",
                "facility": "mill",
                "max_t_per_year": 10,
                "capex_fixed_musd": 1,
                "capex_usd_per_t": 0,
                "lead_years": 0,
                "life_years": 10,
            },
        ],
        segments=[{"segment": "magnets", "place": "Texas", "material": "oxide", "shortage_usd_per_t": 1e6}],
        demand=[
            {"segment": "magnets", "period": 2026, "t_per_year": 70},
            {"segment": "magnets", "period": 2027, "t_per_year": 100},
        ],
        sales=[{"place": "Kuantan", "material": "oxide", "price_usd_per_t": 5000, "max_t_per_year": 20}],
        tariffs=[
            {"authority": "MFN", "hts": "2846", "origin": "*", "rate": 0.05, "effect": "adds"},
            {"authority": "levy", "hts": "28", "origin": "MYS", "usd_per_t": 20, "effect": "adds"},
        ],
    )
    over = {"item": "own goods", "material": "oxide", "from_": "Kuantan", "to": "Texas"}
    here = {"item": "own goods", "from_": "Kuantan", "to": "Kuantan"}
    mill, milling = {"item": "mill", "from_": "Kuantan"}, {"item": "mill / crack", "from_": "Kuantan"}
    waste = {"item": "tailings", "material": "tailings", "from_": "Kuantan"}
    ledger = [
        line("freight", "2026", 0.021, 1, t=70, usd=300, **over),
        line("freight", "2026", 0.00002, 1, t=10, usd=2, material="oxide", **here),
        line("freight", "2026", 0.00008, 1, t=40, usd=2, material="tailings", **here),
        line("duties", "2026", 0.035, 1, layer="MFN", t=70, usd=500, **over),
        line("duties", "2026", 0.0014, 1, layer="levy", t=70, usd=20, **over),
        line("fixed_operation", "2026", 0.1, 1, t=100, usd=1000, **mill),
        line("operation", "2026", 0.16, 1, t=80, usd=2000, **milling),
        line("disposal", "2026", 0.002, 1, t=40, usd=50, **waste),
        line("sales", "2026", -0.05, 1, t=10, usd=-5000, item="oxide", material="oxide", from_="Kuantan"),
        line("freight", "2027", 0.03, 2, t=100, usd=300, **over),
        line("freight", "2027", 0.0001, 2, t=50, usd=2, material="tailings", **here),
        line("duties", "2027", 0.05, 2, layer="MFN", t=100, usd=500, **over),
        line("duties", "2027", 0.002, 2, layer="levy", t=100, usd=20, **over),
        line("investment", "2027", 0.6, 2, t=100, usd=6000, item="extension"),
        line("fixed_operation", "2027", 0.05, 2, t=50, usd=1000, **mill),
        line("fixed_operation", "2027", 0.05, 2, t=100, usd=500, item="extension"),
        line("operation", "2027", 0.2, 2, t=100, usd=2000, **milling),
        line("disposal", "2027", 0.0025, 2, t=50, usd=50, **waste),
    ]
    plan = plan_of(
        2.2387,
        nodes=[("2026", 2026, 1, None, 1.0, 1.0, 1.0), ("2027", 2027, 2, "2026", 1.0, 2.0, 1.0)],
        activity=[("mill", "crack", "", "2026", 80.0), ("mill", "crack", "", "2027", 100.0)],
        throughput=[
            ("mill", "crack", "oxide", "2026", 80.0),
            ("mill", "crack", "tailings", "2026", 40.0),
            ("mill", "crack", "oxide", "2027", 100.0),
            ("mill", "crack", "tailings", "2027", 50.0),
        ],
        concentration=[
            *of_oxide({"2026": 1.0, "2027": 1.0}),
            *(
                (of, name, n, 1.0)
                for of, name in (("material", "tailings"), ("stage", "waste"))
                for n in ("2026", "2027")
            ),
        ],
        builds=[("extension", "", "2026", 1.0, 100.0, 6.0)],
        build_years=[("extension", "", "2026", "2027", 2027, 2036)],
        shipments=[
            ("Kuantan", "oxide", "", "Texas", "2026", 70.0),
            ("Kuantan", "oxide", "", "Kuantan", "2026", 10.0),
            ("Kuantan", "tailings", "", "Kuantan", "2026", 40.0),
            ("Kuantan", "oxide", "", "Texas", "2027", 100.0),
            ("Kuantan", "tailings", "", "Kuantan", "2027", 50.0),
        ],
        needs=[("magnets", "2026", 70.0, 1e6), ("magnets", "2027", 100.0, 1e6)],
        deliveries=[("magnets", "oxide", 1.0, "", "2026", 70.0), ("magnets", "oxide", 1.0, "", "2027", 100.0)],
        sales=[("Kuantan", "oxide", 5000.0, "2026", 10.0)],
        disposals=[("Kuantan", "tailings", "2026", 40.0), ("Kuantan", "tailings", "2027", 50.0)],
        capacities=[("mill", "2026", 90.0, 80.0), ("mill", "2027", 112.5, 100.0)],
        ledger=ledger,
    )
    return case, plan


def keeping() -> tuple[Case, Plan]:
    """A stockpile that runs down while used goods come back, at 0 % (2026 counts 1, the two years from 2027 count 2).

    The depot holds 100 t and loses a tenth a year. 2026: 90 t are left, 54 go to Texas, 36 stay; 6 of 60 t are short.
    2027 and 2028: of 36 t 0.81 x 36 = 29.16 are left, 14.58 a year; 20 stay (10 a year), 4.58 a year go to Texas.
    Of what was delivered the year before, 0.4 t/t of scrap comes back: in 2027 0.4 x 54 = 21.6, in 2028 0.4 x 40 = 16,
    on average 18.8, of which half must be collected; another 10 t arise, of which half can be: at most 23.8 a year,
    and 20 are.
    They give 10 t oxide. With 25.42 t bought, 4.58 + 10 + 25.42 = 40 t are delivered; 10 of 50 t (a fifth) are short.
    2026: freight 0.0054, keeping (100 + 36) / 2 x 100 = 0.0068, shortage 1.2. Together 1.2122.
    2027: bought 0.7626, freight 0.002542 + 0.000458, collecting 20 x 800 = 0.016, recycling 20 x 1,000 = 0.02, keeping
    (36 + 20) / 2 x 100 = 0.0028, shortage 2.0. Together 2.8044 a year, 5.6088 in all. In all 6.821.
    """
    returned = {"stream": "cars", "place": "Texas", "material": "scrap", "collection_usd_per_t": 800}
    case = case_of(
        {"discount_rate": 0.0},
        periods=[{"period": 2026, "years": 1}, {"period": 2027, "years": 2}],
        countries=USA_MYS_CHN,
        places=[{"place": "Texas", "country": "USA"}, {"place": "Depot", "country": "USA"}],
        materials=[{"material": "oxide", "stage": "oxides"}, {"material": "scrap", "stage": "waste"}],
        suppliers=[{"supplier": "Pass", "country": "USA", "qualified": True}],
        offers=[
            {
                "offer": "Pass oxide",
                "supplier": "Pass",
                "material": "oxide",
                "origin": "USA",
                "price_usd_per_t": 30000,
                "from": 2027,
            }
        ],
        lanes=[{"from": "USA", "to": "Texas", "material": "oxide", "freight_usd_per_t": 100}],
        facilities=[{"facility": "furnace", "place": "Texas", "capacity_t_per_year": 50}],
        processes=[{"facility": "furnace", "process": "recycle", "cost_usd_per_t": 1000, "capacity_use": 2.0}],
        recipes=[
            {"process": "recycle", "material": "scrap", "t_per_t": -1.0},
            {"process": "recycle", "material": "oxide", "t_per_t": 0.5},
        ],
        segments=[
            {
                "segment": "magnets",
                "place": "Texas",
                "material": "oxide",
                "shortage_usd_per_t": 200000,
                "max_shortage_share": 0.2,
            }
        ],
        demand=[
            {"segment": "magnets", "period": 2026, "t_per_year": 60},
            {"segment": "magnets", "period": 2027, "t_per_year": 50},
        ],
        returns=[
            returned | {"segment": "magnets", "lifetime_years": 1, "t_per_t_used": 0.4, "min_collection_share": 0.5},
            returned | {"period": 2027, "t_per_year": 10, "max_collection_share": 0.5},
        ],
        stocks=[
            {
                "place": "Depot",
                "material": "oxide",
                "initial_t": 100,
                "max_t": 40,
                "final_t": 20,
                "holding_usd_per_t_year": 100,
                "loss_share_per_year": 0.1,
                "reserve_t": 10,
            }
        ],
    )
    bought = {"item": "Pass oxide", "material": "oxide", "from_": "USA", "to": "Texas"}
    sent = {"item": "from stock", "material": "oxide", "from_": "Depot", "to": "Texas"}
    pile = {"item": "oxide", "material": "oxide", "from_": "Depot"}
    lost = {"item": "magnets", "material": "oxide", "to": "Texas"}
    ledger = [
        line("freight", "2026", 0.0054, 1, t=54, usd=100, **sent),
        line("holding", "2026", 0.0068, 1, t=68, usd=100, **pile),
        line("shortage", "2026", 1.2, 1, t=6, usd=200000, **lost),
        line("purchases", "2027", 0.7626, 2, t=25.42, usd=30000, **bought),
        line("freight", "2027", 0.002542, 2, t=25.42, usd=100, **bought),
        line("freight", "2027", 0.000458, 2, t=4.58, usd=100, **sent),
        line("collection", "2027", 0.016, 2, t=20, usd=800, item="cars", material="scrap", from_="Texas"),
        line("operation", "2027", 0.02, 2, t=20, usd=1000, item="furnace / recycle", from_="Texas"),
        line("holding", "2027", 0.0028, 2, t=28, usd=100, **pile),
        line("shortage", "2027", 2.0, 2, t=10, usd=200000, **lost),
    ]
    plan = plan_of(
        6.821,
        nodes=[("2026", 2026, 1, None, 1.0, 1.0, 1.0), ("2027", 2027, 2, "2026", 1.0, 2.0, 1.0)],
        purchases=[("Pass oxide", 0.0, "Texas", "", "2027", 25.42)],
        quotes=[("Pass oxide", "Texas", "", "2027", 30000.0, 0.0, 100.0, None)],
        concentration=of_oxide({"2027": 1.0}),
        arisings=[("cars", "Texas", "scrap", "2027", 28.8)],
        activity=[("furnace", "recycle", "", "2027", 20.0)],
        throughput=[
            ("furnace", "recycle", "scrap", "2027", -20.0),
            ("furnace", "recycle", "oxide", "2027", 10.0),
        ],
        shipments=[
            ("Texas", "scrap", "", "Texas", "2027", 20.0),
            ("Texas", "oxide", "", "Texas", "2027", 10.0),
        ],
        stock_shipments=[
            ("Depot", "oxide", "", "Texas", "2026", 54.0),
            ("Depot", "oxide", "", "Texas", "2027", 4.58),
        ],
        collections=[("cars", "Texas", "scrap", "", "2027", 20.0)],
        opening_stocks=[("Depot", "oxide", "", "2026", 100.0)],
        stocks=[("Depot", "oxide", "", "2026", 36.0), ("Depot", "oxide", "", "2027", 20.0)],
        needs=[("magnets", "2026", 60.0, 200_000.0), ("magnets", "2027", 50.0, 200_000.0)],
        deliveries=[("magnets", "oxide", 1.0, "", "2026", 54.0), ("magnets", "oxide", 1.0, "", "2027", 40.0)],
        shortages=[("magnets", "2026", 6.0), ("magnets", "2027", 10.0)],
        capacities=[("furnace", "2026", 50.0, 0.0), ("furnace", "2027", 50.0, 40.0)],
        ledger=ledger,
    )
    return case, plan

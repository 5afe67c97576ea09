"""Small random cases solved twice: as sheets for the planner, and by trying every choice with nothing but arithmetic.

An island is one material with its own users, suppliers, lane, agreement, contract and plants, so that several fit in
one workbook and their least costs add up. Given its yes-or-no choices, what is left in a year is to fill a need from
sources that each offer so many tons at a price: the cheapest first. That needs no solver, and shares no code with the
program.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

Row = dict[str, Any]
PERIODS = {2026: 1, 2027: 2}
RATE = 0.1
FREIGHT = 1_000.0
SHORT = 150_000.0
IN_2026, IN_2027 = 0, 1
NEVER = None
SETTINGS = {"discount_rate": RATE}


def worth(year: int) -> float:
    """What a dollar of this year is worth in 2026."""
    return (1 + RATE) ** (2026 - year)


YEARS = [[first + k for k in range(count)] for first, count in PERIODS.items()]
YEARLY = [sum(worth(year) for year in some) for some in YEARS]
ONCE = [worth(some[0]) for some in YEARS]


@dataclass(frozen=True)
class Source:
    """Between `least` and `most` tons, in slices (tons, USD per t), and what having it costs a year (USD)."""

    slices: tuple[tuple[float, float], ...] = ()
    least: float = 0.0
    most: float = float("inf")
    fixed: float = 0.0


def cheapest(need: float, sources: list[Source]) -> float | None:
    """The least yearly cost of filling a need, going short at a price; None where more must be taken than is needed."""
    cost, left, open_slices = 0.0, need, []
    for source in sources:
        cost += source.fixed
        forced, room = source.least, source.most
        for tons, usd in sorted(source.slices, key=lambda one: one[1]):
            tons = min(tons, room)
            room -= tons
            taken = min(forced, tons)
            forced, left, cost = forced - taken, left - taken, cost + taken * usd
            open_slices.append((usd, tons - taken))
        if forced > 1e-9:
            return None
    if left < -1e-9:
        return None
    for usd, tons in sorted(open_slices):
        if usd < SHORT:
            taken = min(tons, left)
            left, cost = left - taken, cost + taken * usd
    return cost + left * SHORT


class Island:
    """One random island: rows of a workbook, and the same facts as sources."""

    def __init__(self, number: int, draw: Random) -> None:
        self.name, self.hts = f"k{number}", f"9{number:05d}"
        self.draw = draw
        self.needs = [draw.randint(4, 15) * 10.0 for _ in PERIODS]
        self.rows: dict[str, list[Row]] = {}
        self.stages: list[list[Any]] = []
        """For each choice over time: its possibilities, each (cost once in M$, sources in 2026, sources in 2027)."""
        self.add("materials", material=self.name, hts=self.hts)
        self.add("segments", segment=self.name, material=self.name, shortage_usd_per_t=SHORT, max_shortage_share=1)
        for period, need in zip(PERIODS, self.needs, strict=True):
            self.add("demand", segment=self.name, period=period, t_per_year=need)
        self.spot()
        makers = [self.ordered, self.qualified, self.partner, self.contract, self.closable, self.buildable]
        for maker in draw.sample(makers, draw.randint(2, 3)):
            maker()

    def add(self, sheet: str, **row: Any) -> None:
        self.rows.setdefault(sheet, []).append(row)

    def price(self, low: int = 30, high: int = 110) -> float:
        return self.draw.randint(low, high) * 1_000.0

    def most(self) -> float:
        return self.draw.randint(2, 10) * 10.0

    def offer(self, word: str, origin: str, **facts: Any) -> str:
        name = f"{word} {self.name}"
        terms = {
            key: facts.pop(key)
            for key in ("qualified", "qualification_cost_musd", "qualification_years")
            if key in facts
        }
        self.add("suppliers", supplier=name, country=origin, **terms)
        self.add("offers", offer=name, supplier=name, material=self.name, origin=origin, **facts)
        return name

    def spot(self) -> None:
        """An offer from China, with price bands or a quota on it."""
        usd, most, at = self.price(), self.most(), 10.0
        duty = self.draw.choice([0.0, 0.25])
        name = self.offer("spot", "CHN", price_usd_per_t=usd, max_t_per_year=most)
        kind = self.draw.choice(["plain", "rising", "falling", "all units", "quota"])
        if kind == "quota":
            inside = min(most, 15.0)
            self.add("tariffs", authority="301", hts=self.hts, origin="CHN", rate=0.5)  # the quota's rates stand for it
            for period in PERIODS:
                self.add("quotas", quota=f"quota {self.name}", authority="301", hts=self.hts, origin="CHN",
                         period=period, quota_t=inside, in_quota_rate=0.05, over_quota_rate=0.5)  # fmt: skip
            slices = ((inside, usd * 1.05 + FREIGHT), (most - inside, usd * 1.5 + FREIGHT))
            ways = [Source(slices)]
        else:
            other = usd * self.draw.choice([1.3, 1.6] if kind == "rising" else [0.5, 0.7])
            low, high = (price * (1 + duty) + FREIGHT for price in (usd, other))
            whole = "all units" if kind == "all units" else "incremental"
            if kind != "plain":
                self.add("offer_tiers", offer=name, above_t_per_year=at, price_usd_per_t=other, kind=whole)
            ways = {
                "plain": [Source(((most, low),))],
                "rising": [Source(((at, low), (most - at, high)))],
                "falling": [Source(((at, low),)), Source(((at, low),), least=at), Source(((most - at, high),))],
                "all units": [Source(((at, low),)), Source(((most, high),), least=at)],
            }[kind]
            if duty:
                self.add("tariffs", authority="301", hts=self.hts, origin="CHN", rate=duty)
            if kind == "falling":
                self.stages.append([(0.0, *pair) for pair in product([[ways[0]], ways[1:]], repeat=2)])
                return
        self.stages.append([(0.0, [a], [b]) for a, b in product(ways, repeat=2)])

    def ordered(self) -> None:
        """An offer from Malaysia with a minimum order, over a lane with a minimum and a fixed cost."""
        usd, most, least = self.price(), self.most(), 10.0 * self.draw.randint(1, 2)
        lane_least, lane_most, fixed = 5.0 * self.draw.randint(0, 6), 40.0, self.draw.choice([0.0, 0.2, 0.6])
        self.offer("ordered", "MYS", price_usd_per_t=usd, max_t_per_year=most, min_order_t_per_year=least)
        self.add("lanes", **{"from": "MYS"}, material=self.name, min_t_per_year=lane_least, max_t_per_year=lane_most,
                 fixed_musd_per_year=fixed)  # fmt: skip
        slices = ((min(most, lane_most), usd + FREIGHT),)
        used = [Source(slices, least=max(least, lane_least), fixed=fixed * 1e6)]
        self.stages.append([(0.0, a, b) for a, b in product([[], used], repeat=2)])

    def qualified(self) -> None:
        """An offer of a supplier to be qualified, which takes a year; begun in 2027, it delivers in 2028 alone."""
        usd, most, cost = self.price(20, 60), self.most(), self.draw.choice([0.2, 1.0, 3.0])
        self.offer("new", "AUS", price_usd_per_t=usd, max_t_per_year=most, qualified="no",
                   qualification_cost_musd=cost, qualification_years=1)  # fmt: skip
        sold = [Source(((most * share, usd + FREIGHT),)) for share in (1.0, 0.5)]
        self.stages.append([(0.0, [], []), (cost * ONCE[0], [], [sold[0]]), (cost * ONCE[1], [], [sold[1]])])

    def partner(self) -> None:
        """An offer that an agreement opens."""
        usd, most = self.price(20, 60), self.most()
        upfront, annual = self.draw.choice([0.2, 1.5]), self.draw.choice([0.0, 0.4])
        name = f"pact {self.name}"
        self.add("partnerships", partnership=name, country="KAZ", upfront_musd=upfront, annual_musd=annual)
        self.offer("partner", "KAZ", price_usd_per_t=usd, max_t_per_year=most, requires=name)
        open_to = [Source(((most, usd + FREIGHT),), fixed=annual * 1e6)]
        both, late = (upfront * ONCE[0], open_to, open_to), (upfront * ONCE[1], [], open_to)
        self.stages.append([(0.0, [], []), both, late])

    def contract(self) -> None:
        """An offer at spot and under a contract that is signed in 2026 or never."""
        usd, most = self.price(60, 120), 100.0
        agreed, price = self.draw.choice([40.0, 70.0]), self.price(30, 100)
        paid, cost = self.draw.choice([0.0, 0.5, 1.0]), self.draw.choice([0.0, 0.5])
        name = self.offer("offtake", "VNM", price_usd_per_t=usd, max_t_per_year=most)
        self.add("contracts", contract=f"deal {self.name}", offer=name, signed="no", **{"from": 2026, "to": 2028},
                 min_t_per_year=agreed, max_t_per_year=agreed, take_or_pay_share=paid, price_usd_per_t=price,
                 signing_cost_musd=cost)  # fmt: skip
        spot = (most, usd + FREIGHT)
        owed = (paid * agreed, FREIGHT)
        rest = (agreed - paid * agreed, price + FREIGHT)
        signed = [Source((owed, rest, spot), most=most, fixed=price * paid * agreed)]
        self.stages.append([(0.0, [Source((spot,))], [Source((spot,))]), (cost, signed, signed)])

    def plant(self, word: str, usd: float, **facts: Any) -> str:
        name = f"{word} {self.name}"
        self.add("facilities", facility=name, place="Texas", **facts)
        self.add("processes", facility=name, process=f"make {name}", cost_usd_per_t=usd)
        self.add("recipes", process=f"make {name}", material=self.name)
        return name

    def closable(self) -> None:
        """A plant that stands, cannot idle, may be closed, and may earn a credit."""
        usd, most, idle = self.price(20, 120), self.most() / 2, self.draw.choice([0.0, 0.4])
        om, cost = self.draw.choice([5_000.0, 30_000.0]), self.draw.choice([0.1, 1.0])
        name = self.plant("old", usd, capacity_t_per_year=most, min_utilisation=idle, fixed_om_usd_per_t=om,
                          closure_allowed="yes", closure_cost_musd=cost)  # fmt: skip
        if credit := self.draw.choice([0.0, 10_000.0]):
            self.add(
                "incentives", incentive=f"credit {name}", kind="production credit", applies_to=name, usd_per_t=credit
            )
        stands = [Source(((most, usd - credit),), least=idle * most, fixed=om * most)]
        self.stages.append([(0.0, stands, stands), (cost * ONCE[0], [], []), (cost * ONCE[1], stands, [])])

    def buildable(self) -> None:
        """A plant of one size to be built, at once or after a year, with a grant or without."""
        usd, size, life = self.price(10, 50), self.most() / 2, self.draw.randint(1, 4)
        fixed, by_size, lead = self.draw.choice([0.0, 2.0]), self.price(20, 200), self.draw.randint(0, 1)
        name = self.plant("new", usd)
        self.add("build_options", option=f"build {name}", facility=name, min_t_per_year=size, max_t_per_year=size,
                 capex_fixed_musd=fixed, capex_usd_per_t=by_size, lead_years=lead, life_years=life)  # fmt: skip
        granted = self.draw.choice([0.0, 0.4])
        if granted:
            self.add("incentives", incentive=f"grant {name}", kind="capex grant", applies_to=name, share=granted)
        annuity = RATE / (1 - (1 + RATE) ** -life) * (1 - granted) * (fixed * 1e6 + by_size * size)
        choices: list[Any] = [(0.0, [], [])]
        for begun in (2026, 2027):
            sources: list[list[Source]] = []
            for some in YEARS:
                share = sum(begun + lead <= year < begun + lead + life for year in some) / len(some)
                sources.append([Source(((share * size, usd),), fixed=annuity * share)] if share else [])
            if any(sources):
                choices.append((0.0, *sources))
        self.stages.append(choices)

    def least_musd(self) -> float:
        """The least cost over every combination of choices."""
        best, known = float("inf"), ({}, {})
        for combination in product(*(list(enumerate(stage)) for stage in self.stages)):
            cost = 0.0
            for node in (IN_2026, IN_2027):
                sources = [source for _, choice in combination for source in choice[1 + node]]
                key = tuple(sources)
                if key not in known[node]:
                    known[node][key] = cheapest(self.needs[node], sources)
                yearly = known[node][key]
                cost = float("inf") if yearly is None else cost + yearly * YEARLY[node] / 1e6
            best = min(best, cost + sum(choice[0] for _, choice in combination))
        return best


def sheets_of(islands: list[Island]) -> dict[str, list[Row]]:
    """One workbook with all the islands."""
    sheets: dict[str, list[Row]] = {
        "periods": [{"period": period, "years": years} for period, years in PERIODS.items()],
        "countries": [{"country": name} for name in ("USA", "CHN", "MYS", "AUS", "KAZ", "VNM")],
        "suppliers": [],
        "offers": [],
        "lanes": [{"from": "*", "freight_usd_per_t": FREIGHT}],
        "materials": [],
        "segments": [],
        "demand": [],
    }
    for island in islands:
        for sheet, rows in island.rows.items():
            sheets.setdefault(sheet, []).extend(rows)
    return sheets


MONEY_PER_T = ("price_usd_per_t", "shortage_usd_per_t", "fixed_om_usd_per_t", "capex_usd_per_t", "cost_usd_per_t",
               "usd_per_t", "freight_usd_per_t")  # fmt: skip


def in_other_units(sheets: dict[str, list[Row]], tons: float, money: float) -> dict[str, list[Row]]:
    """The same case with every amount times `tons` and every price times `money`; it costs `tons` x `money` as much."""

    def factor(column: str) -> float:
        if column in MONEY_PER_T:
            return money
        if "musd" in column:
            return tons * money
        return tons if column == "quota_t" or column.endswith("t_per_year") else 1.0

    def scaled(row: Row) -> Row:
        return {key: value * factor(key) if isinstance(value, (int, float)) else value for key, value in row.items()}

    return {name: [scaled(row) for row in rows] for name, rows in sheets.items()}

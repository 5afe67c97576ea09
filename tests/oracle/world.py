"""The case, its calendar and its tree of futures: what all pages look things up in."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .program import Program, Sum, plus
from .read import Row, digits, names, number, year

UNCOUNTED = ("scenario", "source", "year", "grade", "note")


@dataclass(frozen=True, eq=False)
class Node:
    """A period in the futures that cannot be told apart yet."""

    number: int
    first: int
    years: tuple[int, ...]
    prob: float
    parent: Node | None
    events: tuple[Row, ...]
    futures: tuple[str, ...]

    def path(self) -> list[Node]:
        """From the first period to this one."""
        return [*(self.parent.path() if self.parent else []), self]

    def mean(self, of: Callable[[int], float], weights: dict[int, float] | None = None) -> float:
        """The mean over the period's calendar years, each with its weight where there are weights above nothing."""
        if not weights or not any(weights.values()):
            return math.fsum(of(y) for y in self.years) / len(self.years)
        return math.fsum(weights[y] * of(y) for y in self.years) / math.fsum(weights.values())

    def days(self, y: int) -> int:
        """How many days a year has."""
        return (date(y + 1, 1, 1) - date(y, 1, 1)).days


@dataclass
class Flow:
    """A variable that moves tons: where from, where to, and what it is worth (M$ per t, by calendar year)."""

    variable: int
    kind: str  # buy, lift, ship, ship_stock
    material: str
    origin: str
    sender: str  # a place, or the country of an offer that names no place
    place: str
    group: Any  # the origin class
    node: Node
    worth: dict[int, float] | None
    comes: dict[int, float] | None = None  # how much of it comes in each year; None: all days alike
    offer: Row | None = None
    most: float = math.inf
    band: int = 0
    paid: float = 0.0  # the mean price of what comes, M$ per t


@dataclass
class World:
    """The sheets, the program, and what the pages hand one another."""

    sheets: dict[str, list[Row]]
    program: Program = field(default_factory=Program)
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    arriving: dict[Any, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    bought: dict[Any, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    cost: dict[Node, Sum] = field(default_factory=lambda: defaultdict(dict))  # discounted M$
    at: dict[tuple[Any, ...], Sum] = field(
        default_factory=lambda: defaultdict(dict)
    )  # balance of (place, material, class, node)
    out: dict[tuple[Any, ...], Sum] = field(default_factory=lambda: defaultdict(dict))  # output there, to be shipped
    found: dict[str, dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict))  # variables by page's word

    def __post_init__(self) -> None:
        if not self["lanes"]:  # then prices are delivered prices: everything may go everywhere
            self.sheets["lanes"] = [{"from": "*", "to": "*", "material": "*"}]
        self.settings = {row["setting"]: row.get("value", "") for row in self["settings"] if row.get("value")}
        self.home, self.base = self.settings["home_country"], int(float(self.settings["base_year"]))
        self.rate = self.setting("discount_rate")
        self.material = {row["material"]: row for row in self["materials"]}
        self.country = {row["place"]: row["country"] for row in self["places"]}
        self.groups = {row["country"]: [row["country"], *names(row, "group")] for row in self["countries"]}
        self.offer_groups = {row["offer"]: names(row, "group") for row in self["offers"]}
        self.supplier_groups = {row["supplier"]: names(row, "group") for row in self["suppliers"]}
        self.risk_score = {row["country"]: number(row, "risk_score") for row in self["countries"]}
        self.periods = sorted((int(row["period"]), int(row["years"])) for row in self["periods"])
        self.first, self.last = self.periods[0][0], sum(self.periods[-1]) - 1
        self._grow()

    def __getitem__(self, sheet: str) -> list[Row]:
        return self.sheets.get(sheet, [])

    def setting(self, name: str, blank: float = 0.0) -> float:
        return float(self.settings.get(name, blank))

    def _grow(self) -> None:
        """The tree. A typed default of `to` and `known_from` is the same as a blank."""
        happen = defaultdict(list)
        for row in self["events"]:
            event = {k: v for k, v in row.items() if k not in UNCOUNTED}
            event["to"] = str(int(min(year(row, "to", self.last), self.last)))
            event["known_from"] = row.get("known_from", row["from"])
            happen[row["scenario"]].append(event)
        for kind in [e for events in happen.values() for e in events]:
            for name in ("factor", "value", "from", "known_from"):
                if name in kind:
                    kind[name] = repr(float(kind[name]))
            if "hts" in kind:
                kind["hts"] = digits(kind["hts"])
        futures = self._probabilities()
        above: dict[str, Node | None] = dict.fromkeys(futures)
        for first, count in self.periods:
            years = tuple(range(first, first + count))
            told = defaultdict(list)
            for s in futures:
                known = [tuple(sorted(e.items())) for e in happen[s] if float(e["known_from"]) <= years[-1]]
                told[above[s], tuple(sorted(known))].append(s)
            for (parent, known_events), group in told.items():
                prob = math.fsum(futures[s] for s in group)
                events = tuple(dict(e) for e in known_events)
                node = Node(len(self.nodes), first, years, prob, parent, events, tuple(group))
                self.nodes.append(node)
                above |= dict.fromkeys(group, node)
        self.leaves = [n for n in self.nodes if n.years[-1] == self.last]

    def _probabilities(self) -> dict[str, float]:
        """A blank probability is an equal share of what the others leave; a future of none is no future."""
        rows = self["scenarios"]
        if not rows:
            return {"": 1.0}
        blank = [row for row in rows if "probability" not in row]
        left = 1.0 - math.fsum(float(row["probability"]) for row in rows if "probability" in row)
        shares = {row["scenario"]: number(row, "probability", left / max(1, len(blank))) for row in rows}
        return {s: p for s, p in shares.items() if p > 0}

    def disc(self, n: Node) -> float:
        """What a dollar in each year of the period is worth."""
        return math.fsum((1 + self.rate) ** (self.base - y) for y in n.years)

    def disc0(self, n: Node) -> float:
        """What a dollar in its first year is worth."""
        return float((1 + self.rate) ** (self.base - n.first))

    def pay(self, n: Node, musd_per_year: float, what: int | Sum) -> None:
        """A cost of each year of the period."""
        plus(self.cost[n], self.disc(n) * musd_per_year, what)

    def pay_once(self, n: Node, musd: float, what: int | Sum) -> None:
        """A cost of the period's first year."""
        plus(self.cost[n], self.disc0(n) * musd, what)

    def changed(self, n: Node, kind: str, y: int, amount: float, **facts: str | None) -> float:
        """An amount after the events of a kind that act in a year: factors multiply, then values add.

        Prices, costs and needs do not fall below nothing, unless that is where they begin: a gate fee.
        """
        values, fee = 0.0, amount < 0
        for event in n.events:
            if event["kind"] == kind and float(event["from"]) <= y <= float(event["to"]) and self.hits(event, facts):
                amount *= number(event, "factor", 1.0)
                values += number(event, "value")
        floored = kind in ("price", "cost", "demand", "index") and not fee
        return max(0.0, amount + values) if floored else amount + values

    def stated(self, column: str, y: int, own: float, **whose: str) -> float:
        """What stands in a column in a year: by the latest row of dated_values that covers it, or the sheet's own."""
        rows = [
            row
            for row in self["dated_values"]
            if row["column"] == column
            and {name: row[name] for name in ("segment", "facility", "process") if name in row} == whose
            and year(row, "from", self.first) <= y <= year(row, "to", self.last)
        ]
        return number(max(rows, key=lambda row: year(row, "from", -math.inf)), "value") if rows else own

    def hits(self, event: Row, facts: dict[str, str | None]) -> bool:
        """Whether all selectors of an event that are filled in fit; what is not known does not fit."""
        for name in ("supplier", "offer", "facility", "place", "material", "stage", "element", "segment", "index"):
            if name in event and event[name] != facts.get(name):
                return False
        for name in ("country", "destination"):
            if name in event and event[name] not in self.groups.get(facts.get(name) or "", []):
                return False
        return "hts" not in event or (facts.get("hts") or "").startswith(event["hts"])

    def goods(self, material: str | None) -> dict[str, str | None]:
        """What an event can know of a material."""
        row = self.material.get(material or "", {})
        hts = digits(row["hts"]) if "hts" in row else None
        return {"material": material, "stage": row.get("stage"), "element": row.get("element"), "hts": hts}

    def after(self, n: Node) -> list[Node]:
        """The nodes from this one on, itself too."""
        return [n, *(m for child in self.nodes if child.parent is n for m in self.after(child))]

    def move(self, flow: Flow) -> None:
        """Enter a flow in the balance of its place, and in the list by offer and by arrival."""
        self.flows.append(flow)
        plus(self.at[flow.place, flow.material, flow.group, flow.node], 1.0, flow.variable)
        self.arriving[flow.place, flow.material, flow.node].append(flow)
        if flow.offer is not None:
            self.bought[flow.offer["offer"], flow.node].append(flow)

"""What goods pay at the border: duties by authority, less what quotas let in at a lower rate and partners are waived.

A quota's rates stand in place of its authority's own row all year. Over the quota its over-quota rate is paid; the plan
says of each flow which part is inside, and that part pays the in-quota rate. A quota without an over-quota rate lets
nothing in over it. A partnership that is signed waives its share of the duty on all its country's goods; one that the
plan enters, on the part of each flow that the plan says. A ton has one of these: what is inside a quota pays the
in-quota rate in full, and of several partnerships the one counts that waives most. On a ton that has none of these
duty may come back, where something leaves again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import TypeAlias

from planner.audit.books import Books, added, gathered
from planner.audit.calendar import Node
from planner.audit.duties import tariffs_of
from planner.audit.flows import BUY, LIFT, SHIP, SHIP_STOCK, Flow
from planner.audit.naming import fits, nearness
from planner.audit.offers import stated_cap
from planner.audit.partnerships import effects, in_force_from, share_in_force
from planner.audit.rows import Row, digits

FlowKey: TypeAlias = tuple[str, str, float, str, str, str, str, str]


@dataclass(frozen=True)
class Saving:
    """Part of a flow that saves so many USD per t of an authority's duty."""

    flow: Flow
    authority: str
    tons: float
    usd_per_t: float


@dataclass(frozen=True, eq=False)
class Border:
    """Duties, quotas and relief on the flows of the plan."""

    books: Books
    flows: list[Flow]

    @cached_property
    def by_key(self) -> dict[FlowKey, Flow]:
        """The flows by the words with which the tables `in_quota` and `relief` name them."""
        return {_key(f.kind, f.item, f.tier, f.from_, f.material, f.to, f.origin_class, f.node): f for f in self.flows}

    def flow_of(self, row: Row) -> Flow | None:
        """The flow that a row of `in_quota` or `relief` is a part of."""
        cells = (row.from_, row.material, row.to, row.origin_class, row.node)
        return self.by_key.get(_key(row.kind, row.item, row.tier or 0.0, *cells))

    @cached_property
    def _quotas(self) -> dict[float, list[Row]]:
        return gathered(self.books.sheet("quotas"), "period")

    def quotas_on(self, flow: Flow) -> list[Row]:
        """The quota rows that bear on a flow: of each quota the one that fits most closely."""
        if flow.charged_as == flow.to_country:
            return []
        code = digits(self.books.materials[flow.material].hts)
        closest: dict[str, Row] = {}
        for row in self._quotas.get(self.books.node(flow.node).period, ()):
            here = (row.destination or self.books.home) == flow.to_country
            if here and fits(self.books, digits(row.hts), row.origin, code, flow.charged_as):
                rival = closest.get(row.quota, row)
                closest[row.quota] = max(rival, row, key=lambda each: self._closeness(each, flow.charged_as))
        return list(closest.values())

    def _closeness(self, quota: Row, origin: str) -> tuple[int, int]:
        return len(digits(quota.hts)), nearness(self.books, quota.origin, origin)

    def duties(self, flow: Flow, inside: Row | None = None) -> dict[str, float]:
        """USD of duty on a ton of a flow, by the authority that bears it; `inside` is the quota that the ton is in.

        Less what the signed partnership waives that waives most; nothing of the duty whose quota the ton is in.
        """
        way = flow.material, flow.charged_as, flow.to_country, flow.node
        good = (*way, flow.values, flow.comes, inside and inside.line)
        if good not in self._known:
            rates = {row.authority: _outer_rate(row) for row in self.quotas_on(flow)}
            if inside is not None:
                rates[inside.authority] = inside.in_quota_rate
            but = inside.authority if inside is not None else ""
            self._known[good] = dict(self._less_signed(flow, self._full(flow, rates), but))
        return self._known[good]

    @cached_property
    def _known(self) -> dict[tuple[object, ...], dict[str, float]]:
        """Duties by all that they depend on: many flows are of one good."""
        return {}

    def _full(self, flow: Flow, rates: dict[str, float]) -> dict[str, float]:
        """The duties before anything is waived."""
        return {authority: fsum(yearly) for authority, yearly in self._by_year(flow, rates).items()}

    def _by_year(self, flow: Flow, rates: dict[str, float]) -> dict[str, list[float]]:
        """The parts of these that fall into each year of the node, with what comes then."""
        node = self.books.node(flow.node)
        sums: dict[str, list[float]] = defaultdict(lambda: [0.0] * node.years)
        comes = _by_days(flow, node)
        for layer in tariffs_of(self.books).layers(flow.material, flow.charged_as, flow.to_country, node, rates):
            sums[layer.authority][layer.nth] += layer.duty(flow.values) * comes[layer.nth]
        return sums

    def _less_signed(self, flow: Flow, full: dict[str, float], but: str) -> dict[str, float]:
        """What signed partnerships leave of the duties, but of one."""
        signed = [p for p in self.books.partnerships.values() if p.signed]
        left: dict[str, float] = defaultdict(float)
        for authority, usd in full.items():
            waived = max((self.waived(flow, authority, one) for one in signed), default=0.0)
            left[authority] = usd if authority == but else usd * (1.0 - waived)
        return left

    def waived(self, flow: Flow, authority: str, partnership: Row) -> float:
        """The share of an authority's duty that a partnership waives on a flow from its country to home."""
        waits = flow.kind == SHIP_STOCK and not partnership.signed
        if waits or flow.to_country != self.books.home or partnership.country != flow.charged_as:
            return 0.0
        shares = (
            row.value
            for row in effects(self.books, "cuts duty")
            if row.partnership == partnership.partnership and row.applies_to in (authority, "*")
        )
        return float(min(1.0, max(shares, default=0.0)))

    def savings(self) -> Iterator[Saving]:
        """What parts of flows save: inside a quota, or at a partner's duty."""
        savers = {"in_quota": self.saved_inside, "relief": self.saved_with, "drawbacks": self.saved_again}
        for table, saved_by in savers.items():
            for row in self.books.table(table):
                flow, usd = self.flow_of(row), saved_by(row)
                if flow and usd is not None:
                    yield Saving(flow, row.authority, row.t_per_year, usd)

    def saved_inside(self, row: Row) -> float | None:
        """USD that a ton saves inside the quota of a row of `in_quota`; None where no such quota bears on the flow."""
        flow, quota = self.flow_of(row), self.quota_of(row)
        if flow is None or quota is None:
            return None
        return self.duties(flow).get(row.authority, 0.0) - self.duties(flow, quota).get(row.authority, 0.0)

    def saved_with(self, row: Row) -> float | None:
        """USD that a ton saves at the partner's duty of a row of `relief`; None where there is no such flow.

        In the period in which the agreement comes into force, what comes in its years anyway saves its share of these
        years' duty. What is put off to them pays what is left of that instead of the duty before, and saves no more
        than the first, unless the agreement opens the offer. Told is the mean of all that is relieved.
        """
        flow = self.flow_of(row)
        if flow is None:
            return None
        node, partnership = self.books.node(flow.node), self.books.partnerships[row.partnership]
        rates = {q.authority: _outer_rate(q) for q in self.quotas_on(flow)}
        yearly = self._by_year(flow, rates).get(row.authority, [0.0])
        full, duty = fsum(yearly), self.duties(flow).get(row.authority, 0.0)
        paid = 1.0 - self.waived(flow, row.authority, partnership)
        later = max(0, in_force_from(self.books, row.partnership, node) - node.period)
        share = _share_from(flow, node, later)
        if later == 0 or not 0 < share < 1 or full <= 0:
            return duty - paid * full
        before, after = fsum(yearly[:later]) / (1.0 - share), fsum(yearly[later:]) / share
        anyway, put_off = after * duty / full - paid * after, before * duty / full - paid * after
        if not flow.offer or self.books.offers[flow.offer].requires != row.partnership:
            put_off = min(put_off, anyway)
        parts = sorted([(anyway, share * flow.tons), (put_off, (1.0 - share) * flow.tons)], reverse=True)
        first = min(row.t_per_year, parts[0][1])
        return float((first * parts[0][0] + (row.t_per_year - first) * parts[1][0]) / row.t_per_year)

    def saved_again(self, row: Row) -> float | None:
        """USD that comes back on a ton of a row of `drawbacks`; None where its drawback does not speak of the flow."""
        flow, drawback = self.flow_of(row), self.books.drawbacks[row.drawback]
        if flow is None or drawback.authority not in ("*", row.authority) or drawback.material != flow.material:
            return None
        here = self._is_at(drawback, flow.to)
        return drawback.share * self.duties(flow).get(row.authority, 0.0) if here else None

    def left_again(self, drawback: Row, node: str) -> float:
        """Tons on which a drawback lets duty come back in a node: what of its goods leaves the country."""
        left = (
            flow.tons
            for flow in self.flows
            if flow.kind == SHIP and flow.node == node and flow.material == drawback.exported
            if flow.to_country != self.books.country_of[flow.from_] and self._is_at(drawback, flow.from_)
        )
        return float((1.0 if drawback.t_per_t is None else drawback.t_per_t) * fsum(left))

    def _is_at(self, drawback: Row, place: str) -> bool:
        """Whether a place is the one that a drawback names, or is at home where it names none."""
        return bool(place == drawback.place if drawback.place else self.books.country_of[place] == self.books.home)

    def quota_of(self, row: Row) -> Row | None:
        """The quota row that a row of `in_quota` means."""
        flow = self.flow_of(row)
        named = (q for q in self.quotas_on(flow) if q.quota == row.quota) if flow else ()
        return next((quota for quota in named if quota.authority == row.authority), None)


def _key(kind: str, item: str, tier: float, *rest: str) -> FlowKey:
    start, material, end, origin_class, node = rest
    return kind, item if kind in (BUY, LIFT) else "", tier, start, material, end, origin_class, node


def _by_days(flow: Flow, node: Node) -> list[float]:
    """By what each year's part of a mean over the node's days is multiplied, so that years count with what comes."""
    comes = flow.comes if any(flow.comes) else (1.0,) * node.years
    days = node.days_by_year
    whole = sum(days) / fsum(share * long for share, long in zip(comes, days, strict=True))
    return [share * whole for share in comes]


def _share_from(flow: Flow, node: Node, nth: int) -> float:
    """The share of a flow that comes in the years of its node from the `nth` on, by days."""
    parts = [share * long for share, long in zip(_by_days(flow, node), node.days_by_year, strict=True)]
    return fsum(parts[nth:]) / fsum(parts)


def _outer_rate(quota: Row) -> float:
    """The rate that goods pay that are in no quota; where nothing may be, all pay the in-quota rate."""
    return float(quota.in_quota_rate if quota.over_quota_rate is None else quota.over_quota_rate)


SAVED_BY = {"quota": Border.saved_inside, "partnership": Border.saved_with, "drawback": Border.saved_again}


def check_border(books: Books, border: Border) -> None:
    """Parts inside quotas and at partners' duty are parts of flows, no larger than quotas and flows together."""
    inside: dict[tuple[str, str], float] = defaultdict(float)
    limits: dict[tuple[str, str], float] = {}
    for moved in border.flows:
        for quota in border.quotas_on(moved):
            limits[quota.quota, moved.node] = max(quota.quota_t, limits.get((quota.quota, moved.node), 0.0))
            if quota.over_quota_rate is None:
                inside[quota.quota, moved.node] += moved.tons
    parts: dict[tuple[FlowKey, str], float] = defaultdict(float)
    back: dict[tuple[str, str, str], float] = defaultdict(float)
    for table, what in (("in_quota", "quota"), ("relief", "partnership"), ("drawbacks", "drawback")):
        for row in books.table(table):
            name, flow = getattr(row, what), border.flow_of(row)
            where = f"{what} {name}, {row.authority}, {row.item} to {row.to} in {row.node}"
            idle = (what == "quota" and border.quota_of(row) is None) or (
                what == "drawback" and border.saved_again(row) is None
            )
            if flow is None or idle:
                books.findings.add(what, where, 0.0, row.t_per_year, "it does not bear on any such flow")
                continue
            cells = (row.from_, row.material, row.to, row.origin_class, row.node)
            parts[_key(row.kind, row.item, row.tier or 0.0, *cells), row.authority] += row.t_per_year
            saved = SAVED_BY[what](border, row)
            message = "saved_usd_per_t is not by how much the duty is less"
            books.findings.equal(what, where, saved or 0.0, row.saved_usd_per_t, message)
            if what == "quota":
                inside[name, row.node] += row.t_per_year
            elif what == "drawback":
                back[name, row.authority, row.node] += row.t_per_year
            else:
                _check_relief(books, border, row, flow, where)
    for (key, authority), tons in parts.items():
        comes, message = border.by_key[key], "more is inside quotas or waived than comes"
        books.findings.at_most("border", f"{comes}, {authority}", comes.tons, tons, message)
    for (name, node), tons in inside.items():
        bound = limits.get((name, node), 0.0)
        books.findings.at_most("quota", f"quota {name}, in {node}", bound, tons, "more comes in than the quota")
    for (name, authority, node), tons in back.items():
        bound, where = border.left_again(books.drawbacks[name], node), f"drawback {name}, {authority}, in {node}"
        books.findings.at_most("drawback", where, bound, tons, "duty comes back on more than what leaves allows")
    _check_under_quotas(books, border)


def _check_under_quotas(books: Books, border: Border) -> None:
    """The plan tells what comes in under each quota, inside it or over it."""
    came: dict[tuple[str, str], float] = defaultdict(float)
    for moved in border.flows:
        for quota in border.quotas_on(moved):
            came[quota.quota, moved.node] += moved.tons
    told = added(books.table("under_quota"), "quota", "node")
    for key in dict.fromkeys((*came, *told)):
        where, message = "quota {}, in {}".format(*key), "t_per_year is not what comes in under it"
        books.findings.equal("quota", where, came.get(key, 0.0), told.get(key, 0.0), message)


def _check_relief(books: Books, border: Border, row: Row, flow: Flow, where: str) -> None:
    """A partner's goods are waived duty while the partnership is in force, which is not signed from the start."""
    partnership, node = books.partnerships[row.partnership], books.node(row.node)
    if partnership.signed or not border.waived(flow, row.authority, partnership):
        books.findings.add("relief", where, 0.0, row.t_per_year, "this partnership does not waive this duty here")
    share = share_in_force(books, row.partnership, node)
    more = sum(row.value for row in effects(books, "adds supply") if row.applies_to == flow.offer)
    bound = share * (stated_cap(books, flow.offer, node) + more if flow.offer and share else 0.0)
    if share == 0 or (share < 1 and flow.offer):
        books.findings.at_most("relief", where, bound, row.t_per_year, "the partnership is not in force so long")

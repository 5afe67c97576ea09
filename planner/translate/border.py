"""The `Border` part: parts of flows inside quotas and at a partner's duty, and what they save."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

import numpy as np
import pandas as pd

from models.data import Border, Groups, Part, Tree
from models.groups import Floats
from planner.case import Case
from planner.schema import digits_of
from planner.translate import columns
from planner.translate.duties import (
    CUSTOMS_KEY,
    UNCHANGED,
    DutyRow,
    Good,
    calendar,
    closeness,
    duty_rows,
    known_goods,
    matches,
    yearly_stack,
)
from planner.translate.duty_events import duty_factors
from planner.translate.events import Events, supplied
from planner.translate.partnerships import PartnerTables
from planner.translate.refusing import refuse_unbounded
from planner.translate.tools import MUSD_PER_USD, grouped, indices, number_by
from planner.translate.values import value_columns, value_then
from planner.translate.worth import Worth

FLOW = ["kind", "flow", "node", "material", "origin", "destination", "most_t"]


@dataclass(frozen=True)
class Quota:
    """One row of the quotas sheet, ready to be matched."""

    name: str
    row: DutyRow
    quota_t: float
    in_rate: float
    over_rate: float | None


@dataclass(frozen=True)
class BorderTables:
    """Parts of flows that pay less, inside quotas and at a partner's duty.

    covered: the flows of absolute quotas. under: the goods of every quota. limits: of quotas. opened: relief with the
    joins that open it.
    """

    in_quota: Annotated[pd.DataFrame, columns.IN_QUOTA]
    relief: Annotated[pd.DataFrame, columns.RELIEF]
    covered: Annotated[pd.DataFrame, columns.COVERED]
    under: Annotated[pd.DataFrame, columns.UNDER_QUOTA]
    limits: Annotated[pd.DataFrame, columns.QUOTAS]
    opened: Annotated[pd.DataFrame, columns.RELIEF_OPENED]


def quotas_in(case: Case, period: int) -> list[Quota]:
    """The quotas of a period."""
    home, rows = str(case.settings["home_country"]), case.tables["quotas"]
    found = []
    for r in rows[rows["period"] == period].to_dict("records"):
        over = None if np.isnan(r["over_quota_rate"]) else float(r["over_quota_rate"])
        rate, destination = float(r["in_quota_rate"]), r["destination"] or home
        row = DutyRow(
            r["authority"], digits_of(r["hts"]), r["origin"], destination, rate, 0.0, date.min, date.max, "adds", None
        )
        found.append(Quota(r["quota"], row, float(r["quota_t"]), rate, over))
    return found


def quotas_on(quotas: list[Quota], good: Good) -> list[Quota]:
    """The quotas that a good is in, each by its closest row."""
    fitting = [quota for quota in quotas if matches(quota.row, good)]
    return list({quota.name: quota for quota in sorted(fitting, key=lambda q: closeness(q.row, good))}.values())


def rows_over_quota(rows: tuple[DutyRow, ...], quotas: list[Quota], inside: str | None = None) -> tuple[DutyRow, ...]:
    """The duty rows with each quota's rate in place of what its authority adds: over it, or inside if named."""
    for quota in quotas:
        rate = quota.in_rate if quota.over_rate is None or quota.name == inside else quota.over_rate
        kept = (row for row in rows if row.effect != "adds" or row.authority != quota.row.authority)
        rows = (*kept, replace(quota.row, rate=rate))
    return rows


def border_tables(
    case: Case,
    nodes: pd.DataFrame,
    events: Events,
    crossing: dict[str, pd.DataFrame],
    duties: dict[str, pd.DataFrame],
    partners: PartnerTables,
    worth: Worth,
) -> BorderTables:
    """Work out which parts of which flows may pay less, and how much less per ton."""
    cuts = case.tables["partnership_effects"]["effect"] == "cuts duty"
    if case.tables["quotas"].empty and not cuts.any():
        return _nothing_reduced()
    flows = pd.concat([_numbered(kind, frame, worth) for kind, frame in crossing.items()], ignore_index=True)
    falls, limits = _quota_credits(case, nodes, events, flows)
    inside = flows.merge(falls, on=[*CUSTOMS_KEY, "node"])
    absolute = inside["absolute"]
    saving = _saved_inside(inside[~absolute], duties)
    relief = _relief(case, duties, worth, partners)
    reduced = pd.concat([saving[["kind", "flow", "layer"]], relief[["kind", "flow", "layer"]]]).drop_duplicates()
    reduced = reduced.assign(number=range(len(reduced)))
    saving = saving.merge(reduced, on=["kind", "flow", "layer"])
    relief = relief.merge(reduced, on=["kind", "flow", "layer"])
    in_force = partners.in_force[partners.in_force["joined_in"].notna()]
    opened = relief.merge(in_force[["partnership", "joined_in", "node", "share", "since"]], on=["partnership", "node"])
    opened = opened.assign(t=np.minimum(opened["most_t"], _delivered_since(case, events, worth.flows.sold, opened)))
    covered = inside[absolute].drop_duplicates(["kind", "flow", "quota"], ignore_index=True)
    return BorderTables(
        in_quota=columns.IN_QUOTA.of(saving),
        relief=columns.RELIEF.of(relief),
        covered=columns.COVERED.of(covered),
        under=columns.UNDER_QUOTA.of(falls.drop_duplicates(["quota", "node", *CUSTOMS_KEY], ignore_index=True)),
        limits=limits,
        opened=columns.RELIEF_OPENED.of(opened),
    )


def _delivered_since(case: Case, events: Events, sold: pd.DataFrame, opened: pd.DataFrame) -> Floats:
    """The most that a flow can bring in the years in which an agreement is in force, t a year of the period.

    An offer brings its maximum of these years and what agreements add, a contract its volume; own goods and what has no
    maximum can all come then.
    """
    contracts = case.tables["contracts"].set_index("contract")["max_t_per_year"]
    names = pd.Series([flow[0] for flow in opened["flow"]], index=opened.index, dtype=object)
    most = np.where(opened["kind"] == "lift", names.map(contracts).astype(float) * opened["share"], np.inf)
    effects = case.tables["partnership_effects"]
    added = effects[effects["effect"] == "adds supply"].groupby("applies_to")["value"].sum()
    sold = sold.loc[sold["stated_t"].notna(), ["offer", "node", "supplier", "first_year", "last_year", "stated_t"]]
    bought = opened[["node", "origin", "material", "since", "share"]].assign(offer=names, at=range(len(opened)))
    bought = bought[(opened["kind"] == "buy").to_numpy()].merge(sold.drop_duplicates(["offer", "node"]))
    if len(bought):
        own = bought["stated_t"] * supplied(case, events, bought).share(bought["since"])
        most[bought["at"]] = own + bought["offer"].map(added).fillna(0.0) * bought["share"]
    return most


def _saved_inside(inside: pd.DataFrame, duties: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What a ton inside a quota saves: it pays the in-quota duty in full, and gives up what an agreement waives."""
    charged = [
        frame[["decision", "layer", "duty_usd_per_t", "full_usd_per_t"]].assign(kind=kind)
        for kind, frame in duties.items()
    ]
    key = ["kind", "flow", "quota", "layer"]
    falls = inside.assign(fall=inside["rate"] * value_then(inside))
    falls["fall"] = falls.groupby(key, sort=False)["fall"].transform("sum")
    falls = falls.drop_duplicates(key)
    paid = falls.merge(pd.concat(charged).rename(columns={"decision": "flow"}), on=["kind", "flow", "layer"])
    waived = paid["full_usd_per_t"] - paid["duty_usd_per_t"]
    paid = paid.assign(saved_usd_per_t=paid["fall"] - waived)
    return paid[(paid["fall"] > 0) & (paid["saved_usd_per_t"] > 0)].reset_index(drop=True)


def _nothing_reduced() -> BorderTables:
    empty = (
        columns.IN_QUOTA,
        columns.RELIEF,
        columns.COVERED,
        columns.UNDER_QUOTA,
        columns.QUOTAS,
        columns.RELIEF_OPENED,
    )
    return BorderTables(*(table.none() for table in empty))


def _numbered(kind: str, frame: pd.DataFrame, worth: Worth) -> pd.DataFrame:
    """Flows with the most worth having on each: what can be used where it ends, and offered or made where it begins."""
    most = worth.flow(kind)[frame["flow_number"].to_numpy(np.intp)]
    return frame.assign(kind=kind, flow=frame["decision"], most_t=most)[[*FLOW, *value_columns(frame)]]


def _quota_credits(
    case: Case, nodes: pd.DataFrame, events: Events, flows: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """By good, node and year, what the duty falls by inside a quota; and the quotas' amounts."""
    rows, goods = duty_rows(case), known_goods(case)
    found, limits = [], {}
    borders = flows[CUSTOMS_KEY].drop_duplicates()
    factors = duty_factors(case, nodes, events, borders) if len(case.tables["quotas"]) else {}
    for node, begins, ends in calendar(nodes) if len(case.tables["quotas"]) else ():
        quotas = quotas_in(case, begins.year)
        limits.update({(quota.name, node): quota.quota_t for quota in quotas})
        for material, origin, destination in borders.itertuples(index=False):
            good = goods(material, origin, destination)
            matched = [] if good is None else quotas_on(quotas, good)
            for quota in matched:
                assert good is not None
                by_year = factors.get((material, origin, destination, node), UNCHANGED)
                over = yearly_stack(rows_over_quota(rows, matched), good, begins, ends, by_year)
                inside = yearly_stack(rows_over_quota(rows, matched, quota.name), good, begins, ends, by_year)
                whose = (material, origin, destination, node, quota.name, quota.row.authority)
                for nth in range(ends.year - begins.year + 1):
                    key = quota.row.authority, nth
                    saved = over.get(key, (0.0, 0.0))[0] - inside.get(key, (0.0, 0.0))[0]
                    found.append((*whose, nth, saved, quota.over_rate is None))
    return columns.CREDITS.rows(found), columns.QUOTAS.rows((*key, t) for key, t in limits.items())


def _relief(case: Case, duties: dict[str, pd.DataFrame], worth: Worth, partners: PartnerTables) -> pd.DataFrame:
    """Flows from a partner's country into home that an agreement not yet signed would relieve, by authority."""
    effects = case.tables["partnership_effects"]
    cuts = effects[effects["effect"] == "cuts duty"][["partnership", "applies_to", "value"]]
    country = case.tables["partnerships"][["partnership", "country"]].rename(columns={"country": "origin"})
    cuts = cuts.rename(columns={"value": "waived"}).merge(country, on="partnership")
    joinable = set(partners.joins["partnership"])
    cuts = cuts[cuts["partnership"].isin(joinable)]
    charged = [
        _numbered(kind, frame, worth).assign(
            layer=frame["layer"], full=frame["full_usd_per_t"], duty=frame["duty_usd_per_t"]
        )
        for kind, frame in duties.items()
    ]
    duty = pd.concat(charged, ignore_index=True)
    duty = duty[(duty["duty"] > 0) & (duty["destination"] == str(case.settings["home_country"]))]
    relief = duty.merge(cuts, on="origin")
    relief = relief[(relief["applies_to"] == "*") | (relief["applies_to"] == relief["layer"])]
    waived = relief.groupby(["kind", "flow", "layer", "partnership"], sort=False)["waived"].transform("max")
    relief = relief.assign(waived=waived.clip(upper=1.0))
    relief = relief.drop_duplicates(["kind", "flow", "layer", "partnership"], ignore_index=True)
    # A ton comes in under one agreement: what a signed one waives is saved already.
    relief["saved_usd_per_t"] = relief["duty"] - (1.0 - relief["waived"]) * relief["full"]
    relief = relief[relief["saved_usd_per_t"] > 0].reset_index(drop=True)
    _refuse_unbounded(case, relief)
    return relief


def _refuse_unbounded(case: Case, relief: pd.DataFrame) -> None:
    """A partner's duty needs a bound on what it applies to."""
    endless = relief[~np.isfinite(relief["most_t"].astype(float))]
    offers = {flow[0] for kind, flow in zip(endless["kind"], endless["flow"], strict=True) if kind == "buy"}
    refuse_unbounded(case, {o: f"a partnership may relieve the duty on {o}" for o in offers})


def border_part(tree: Tree, tables: BorderTables) -> Border:
    """The `Border` part."""
    inside, relief = tables.in_quota, tables.relief
    in_quota, relieved = indices(inside, "quota", "number"), indices(relief, "partnership", "number")
    both = pd.concat([inside, relief], ignore_index=True)
    numbers = both.drop_duplicates("number")
    parts: list[Part] = [(1.0, "in_quota", x) for x in in_quota]
    parts += [(1.0, "relief", x) for x in relieved]
    covered = tables.covered
    return Border(
        IN_QUOTA=in_quota,
        RELIEF=relieved,
        REDUCED=tuple(sorted(numbers["number"].tolist())),
        PARTS_OF=grouped(both["number"].tolist(), parts),
        FLOW={n: (kind, flow) for n, kind, flow in indices(numbers, "number", "kind", "flow")},
        QUOTAS=tuple(dict.fromkeys(indices(inside, "quota", "node"))),
        INSIDE=grouped(indices(inside, "quota", "node"), in_quota),
        ABSOLUTE_QUOTAS=tuple(dict.fromkeys(indices(covered, "quota", "node"))),
        COVERED=grouped(
            indices(covered, "quota", "node"),
            [(1.0, kind, flow) for kind, flow in indices(covered, "kind", "flow")],
        ),
        quota_t_per_year=number_by(tables.limits, ("quota", "node"), "quota_t"),
        RELIEF_OPENED_BY=grouped(
            indices(tables.opened, "partnership", "number"),
            [(t, (j, m)) for j, m, t in indices(tables.opened, "partnership", "joined_in", "t")],
        ),
    )


def savings(tables: BorderTables) -> Groups[Part]:
    """What parts of flows save of the duty, by authority and node: negative amounts per ton."""
    keys: list[tuple[str, str]] = []
    parts: list[Part] = []
    for name, who, frame in (("in_quota", "quota", tables.in_quota), ("relief", "partnership", tables.relief)):
        keys += indices(frame, "layer", "node")
        parts += [(-usd * MUSD_PER_USD, name, (w, n)) for w, n, usd in indices(frame, who, "number", "saved_usd_per_t")]
    return grouped(keys, parts)

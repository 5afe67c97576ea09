"""The `Border` part: parts of flows inside quotas and at a partner's duty, and what they save."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

import numpy as np
import pandas as pd

from models.data import Border, Groups, Part, Tree
from planner.case import Case
from planner.schema import digits_of
from planner.translate import columns
from planner.translate.drawback import drawn_back
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
from planner.translate.events import Events
from planner.translate.partnerships import PartnerTables
from planner.translate.relief import most_relieved, waived_duties
from planner.translate.tools import MUSD_PER_USD, grouped, indices, number_by
from planner.translate.values import value_then, weight_then, year_columns
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
    """Parts of flows that pay less, inside quotas, at a partner's duty, and since something leaves again.

    covered: the flows of absolute quotas. under: the goods of every quota. limits: of quotas. opened: relief with the
    joins that open it. leaving: what lets duty be drawn back.
    """

    in_quota: Annotated[pd.DataFrame, columns.IN_QUOTA]
    relief: Annotated[pd.DataFrame, columns.RELIEF]
    covered: Annotated[pd.DataFrame, columns.COVERED]
    under: Annotated[pd.DataFrame, columns.UNDER_QUOTA]
    limits: Annotated[pd.DataFrame, columns.QUOTAS]
    opened: Annotated[pd.DataFrame, columns.RELIEF_OPENED]
    drawn: Annotated[pd.DataFrame, columns.DRAWN]
    leaving: Annotated[pd.DataFrame, columns.LEAVING]


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
    drawn, leaving = drawn_back(case, worth.flows, duties)
    if case.tables["quotas"].empty and not cuts.any() and drawn.empty:
        return _nothing_reduced()
    flows = pd.concat([_numbered(kind, frame, worth) for kind, frame in crossing.items()], ignore_index=True)
    falls, limits = _quota_credits(case, nodes, events, flows)
    inside = flows.merge(falls, on=[*CUSTOMS_KEY, "node"])
    absolute = inside["absolute"]
    saving = _saved_inside(inside[~absolute], duties)
    new = {kind: frame for kind, frame in duties.items() if kind != "ship_stock"}
    relief = waived_duties(case, events, partners, _charged(new, worth))
    parted = ["kind", "flow", "layer"]
    reduced = pd.concat([saving[parted], relief[parted], drawn[parted]]).drop_duplicates()
    reduced = reduced.assign(number=range(len(reduced)))
    saving = saving.merge(reduced, on=["kind", "flow", "layer"])
    relief = _numbered_parts(relief.merge(reduced, on=["kind", "flow", "layer"]), len(reduced))
    covered = inside[absolute].drop_duplicates(["kind", "flow", "quota"], ignore_index=True)
    return BorderTables(
        in_quota=columns.IN_QUOTA.of(saving),
        relief=columns.RELIEF.of(relief),
        covered=columns.COVERED.of(covered),
        under=columns.UNDER_QUOTA.of(falls.drop_duplicates(["quota", "node", *CUSTOMS_KEY], ignore_index=True)),
        limits=limits,
        opened=most_relieved(case, events, partners, worth.flows.sold, relief),
        drawn=columns.DRAWN.of(drawn.merge(reduced, on=parted)),
        leaving=leaving,
    )


def _charged(duties: dict[str, pd.DataFrame], worth: Worth) -> pd.DataFrame:
    """Flows of every kind with their duty by authority."""
    names = ["layer", "full_usd_per_t", "duty_usd_per_t"]
    every = [_numbered(kind, frame, worth).assign(**{n: frame[n] for n in names}) for kind, frame in duties.items()]
    return pd.concat(every, ignore_index=True)


def _numbered_parts(relief: pd.DataFrame, beyond: int) -> pd.DataFrame:
    """Relief of a whole period has the number of its flow; where that is parted, each part has one `beyond` those."""
    relief = relief.assign(of=relief["number"])
    partly = relief["since"].notna().to_numpy()
    numbers = np.where(partly, beyond + np.cumsum(partly) - 1, relief["number"])
    relief = relief.assign(number=numbers)
    return relief.assign(together=relief.groupby("together", sort=False)["number"].transform("first"))


def _saved_inside(inside: pd.DataFrame, duties: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What a ton inside a quota saves: it pays the in-quota duty in full, and gives up what an agreement waives."""
    charged = [
        frame[["decision", "layer", "duty_usd_per_t", "full_usd_per_t"]].assign(kind=kind)
        for kind, frame in duties.items()
    ]
    key = ["kind", "flow", "quota", "layer"]
    falls = inside.assign(fall=weight_then(inside) * (inside["rate"] * value_then(inside)))
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
        columns.DRAWN,
        columns.LEAVING,
    )
    return BorderTables(*(table.none() for table in empty))


def _numbered(kind: str, frame: pd.DataFrame, worth: Worth) -> pd.DataFrame:
    """Flows with the most worth having on each: what can be used where it ends, and offered or made where it begins."""
    most = worth.flow(kind)[frame["flow_number"].to_numpy(np.intp)]
    by_year = year_columns(frame, columns.VALUE, columns.WEIGHT, columns.CHARGED)
    return frame.assign(kind=kind, flow=frame["decision"], most_t=most)[[*FLOW, *by_year]]


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


def border_part(tree: Tree, tables: BorderTables) -> Border:
    """The `Border` part."""
    inside, relief, covered, drawn = tables.in_quota, tables.relief, tables.covered, tables.drawn
    in_quota, relieved = indices(inside, "quota", "number"), indices(relief, "partnership", "number")
    partly = relief[relief["share"] < 1]
    whole = pd.concat([inside, relief.assign(number=relief["of"])], ignore_index=True)
    both = pd.concat([whole, partly], ignore_index=True)
    both = pd.concat([both, drawn], ignore_index=True) if len(drawn) else both
    numbers = both.drop_duplicates("number")
    parts: list[Part] = [(1.0, "in_quota", x) for x in in_quota]
    parts += [(1.0, "relief", x) for x in relieved]
    parts += [(1.0 / share, "relief", (j, x)) for j, x, share in indices(partly, "partnership", "number", "share")]
    drawback = indices(drawn, "drawback", "number")
    parts += [(1.0, "drawn_back", x) for x in drawback]
    leaving = indices(tables.leaving, "t_per_t", "decision")
    together = indices(relief, "partnership", "together")
    drawn_by = indices(drawn, "drawback", "layer", "node")
    return Border(
        DRAWN=drawback,
        DRAWBACKS=tuple(dict.fromkeys(drawn_by)),
        DRAWN_BY=grouped(drawn_by, drawback),
        LEAVING=grouped(indices(tables.leaving, "drawback", "node"), leaving),
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
        RELIEVED=tuple(dict.fromkeys(together)),
        RELIEF_TOGETHER=grouped(together, relieved),
        RELIEF_OPENED_BY=grouped(
            indices(tables.opened, "partnership", "together"),
            [(t, (j, m)) for j, m, t in indices(tables.opened, "partnership", "joined_in", "t")],
        ),
    )


def savings(tables: BorderTables) -> Groups[Part]:
    """What parts of flows save of the duty, by authority and node: negative amounts per ton."""
    keys: list[tuple[str, str]] = []
    parts: list[Part] = []
    for name, who, frame in (
        ("in_quota", "quota", tables.in_quota),
        ("relief", "partnership", tables.relief),
        ("drawn_back", "drawback", tables.drawn),
    ):
        keys += indices(frame, "layer", "node")
        parts += [(-usd * MUSD_PER_USD, name, (w, n)) for w, n, usd in indices(frame, who, "number", "saved_usd_per_t")]
    return grouped(keys, parts)

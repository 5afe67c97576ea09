"""The `Counts` part: suppliers, facilities and lanes that a limit counts, and bounds on what may come through each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from models.policy import CountedShares, CountedTons, Counts
from planner.errors import InputInvalid, Problem
from planner.schema import MeasureKind
from planner.translate import columns
from planner.translate.limits import LIMIT_KEY
from planner.translate.lines import Lines
from planner.translate.selecting import divided, in_force, of_kind, selected
from planner.translate.tools import grouped, indices, number_by
from planner.translate.worth import Worth, counts_above, counts_from, counts_from_share

COUNTING = ("suppliers_used", "facilities_open", "lanes_used")
WHO = ["limit", "each", "who", "node"]
PART = ["coefficient", "component", "index"]


@dataclass(frozen=True)
class CountTables:
    """counted: each that may be counted. uses: its flows or sizes. builds: its builds.

    standing: its capacity that stands already, whatever its ramp. existing: the same as far as it has ramped up.
    """

    counted: Annotated[pd.DataFrame, columns.COUNTED]
    uses: Annotated[pd.DataFrame, columns.COUNTED_USES]
    builds: Annotated[pd.DataFrame, columns.COUNTED_BUILDS]
    existing: Annotated[pd.DataFrame, columns.COUNTED_EXISTING]
    standing: Annotated[pd.DataFrame, columns.COUNTED_EXISTING]

    def parts(self) -> pd.DataFrame:
        """What each limit adds up: one for each that is counted."""
        index = pd.Series(list(indices(self.counted, *WHO)), index=self.counted.index, dtype=object)
        return columns.PARTS.of(self.counted[LIMIT_KEY].assign(component="counted", index=index, coefficient=1.0))


def count_tables(limits: pd.DataFrame, nodes: pd.DataFrame, lines: Lines, worth: Worth) -> CountTables:
    """Find who may be counted by each limit."""
    if not of_kind(limits, MeasureKind.COUNT).any():
        return _nothing_counted()
    suppliers, plants, lanes = (limits[limits["measure"] == measure] for measure in COUNTING)
    found, stands = [columns.COUNTED_USES.none()], columns.COUNTED_USES.none()
    if len(plants):
        at_plants = pd.concat([lines.existing_at_work, lines.standing], ignore_index=True)
        found.append(_chosen(plants, at_plants.assign(who=at_plants["facility"])))
        stands = _numbers(_chosen(plants, lines.existing.assign(who=lines.existing["facility"])), limits, nodes)
    if len(suppliers) or len(lanes):
        flows = _flows(lines, worth)
        found.append(_chosen(suppliers, flows[flows["supplier"].notna()].assign(who=lambda t: t["supplier"])))
        moving = flows[flows["from"] != flows["to"]]
        sends = moving["from"].map(lines.country).where(moving["from"].isin(lines.country), moving["country"])
        moving = moving.assign(country=sends.astype(object), group=sends.map(lines.groups))
        found.append(_chosen(lanes, moving.assign(who=moving["from"] + " → " + moving["to"])))
    uses = pd.concat(found, ignore_index=True).merge(in_force(limits, nodes), on=["limit", "node"])
    uses = uses[(uses["component"] != "") | (uses["coefficient"] > 0)]
    senses = dict(zip(limits["limit"], limits["sense"], strict=True))
    counted = pd.concat([uses[WHO], stands[WHO]]).drop_duplicates(ignore_index=True)
    counted["sense"] = counted["limit"].map(senses).astype(object)
    numbers = uses["component"] == ""
    sizes = uses[uses["component"] == "size"]
    builds = sizes[[*WHO, "index"]].drop_duplicates(ignore_index=True)
    existing, standing = (
        columns.COUNTED_EXISTING.of(rows.rename(columns={"coefficient": "existing_t"})).reset_index(drop=True)
        for rows in (uses[numbers], stands)
    )
    uses = columns.COUNTED_USES.of(uses[~numbers]).reset_index(drop=True)
    return CountTables(columns.COUNTED.of(counted), uses, builds, existing, standing)


def _numbers(lines: pd.DataFrame, limits: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Capacity that stands without any decision, where its limit is in force."""
    there = lines[(lines["component"] == "") & (lines["coefficient"] > 0)]
    return there.merge(in_force(limits, nodes), on=["limit", "node"])


def _nothing_counted() -> CountTables:
    nothing = columns.COUNTED_EXISTING.none()
    counted, uses, builds = columns.COUNTED.none(), columns.COUNTED_USES.none(), columns.COUNTED_BUILDS.none()
    return CountTables(counted, uses, builds, existing=nothing, standing=nothing)


def _chosen(limits: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    return divided(limits, selected(limits, lines))


def _flows(lines: Lines, worth: Worth) -> pd.DataFrame:
    """All flows with their source, the most that it can give and the most taken of each."""
    flows = pd.concat([lines.bought, lines.moved], ignore_index=True)
    keys = zip(flows["component"], flows["offer"], flows["from"], strict=True)
    source = [offer if kind in ("buy", "lift") else f"{kind} {i}" for kind, offer, i in keys]
    kinds = ("buy", "lift", "ship", "ship_stock")  # the order in which the lines come
    return flows.assign(
        source=source,
        source_t=np.concatenate([worth.leaving(kind) for kind in kinds]),
        taken_t=np.concatenate([worth.arriving(kind) for kind in kinds]),
        taker=np.concatenate([lines.flows.by_kind[kind]["taker"].to_numpy(np.intp) for kind in kinds]),
    )


def _most(flows: pd.DataFrame) -> dict[tuple[str, ...], float]:
    """The most that can come through each that is counted: over its sources, what each gives or what is taken of it.

    Flows of one source to one taker (by price band or contract) share what is taken there.
    """
    source = [*WHO, "source", "material"]
    there = flows.groupby([*source, "taker"], sort=False)[["source_t", "taken_t"]].max().reset_index()
    by_source = there.groupby(source, sort=False).agg(source_t=("source_t", "max"), taken_t=("taken_t", "sum"))
    by_source = by_source.reset_index()
    return _sums(by_source.assign(most=by_source[["source_t", "taken_t"]].min(axis=1)), WHO, "most")


def _sums(frame: pd.DataFrame, by: list[str], value: str) -> dict[tuple[str, ...], float]:
    """The sum of a column by key."""
    return {key: float(t) for key, t in frame.groupby(by, sort=False)[value].sum().items()}  # type: ignore[misc]


def counts_part(tables: CountTables, limits: pd.DataFrame, addresses: dict[str, str]) -> Counts:
    """The `Counts` part; raises InputInvalid where nothing bounds what may come through one that is counted.

    `addresses` has the cell of each limit.
    """
    counted = tables.counted
    who = indices(counted, *WHO)
    uses, plants = tables.uses, set(limits.loc[limits["measure"] == "facilities_open", "limit"])
    upwards = [key for key, sense in zip(who, counted["sense"], strict=True) if sense != "at least"]
    downwards = [key for key, sense in zip(who, counted["sense"], strict=True) if sense != "at most"]
    below, above = set(upwards), set(downwards)
    flows = uses[~uses["limit"].isin(plants)]
    most = _most(flows) if len(flows) else {}
    above_t = counts_above(limits)
    shares = _shares(tables, counts_from_share(limits), above_t, most)
    tons = _tons(tables, shares, above_t)
    apart = {*shares.COUNTED_IF_ABOVE_SHARE, *tons.COUNTED_IF_ABOVE_TONS, *tons.SMALL_OR_COUNTED}
    by_use = [key for key in upwards if key[0] not in plants and key not in apart]
    above_some = (*shares.COUNTED_IF_ABOVE_SHARE, *tons.COUNTED_IF_ABOVE_TONS, *tons.SMALL_OR_COUNTED)
    bounded = dict.fromkeys([*by_use, *above_some, *shares.SHARE_IF_COUNTED])
    _refuse_unbounded([key for key in bounded if not np.isfinite(most[key])], addresses)
    builds = [(*row[:4], *row[4]) for row in indices(tables.builds, *WHO, "index") if row[:4] in below]
    existing, stands = (number_by(rows, WHO, "existing_t") for rows in (tables.existing, tables.standing))
    closed = uses[uses["component"] == "close"]
    closed_by = grouped(indices(closed, *WHO), closed["index"].tolist())
    least = counts_from(limits)
    enough = {key for key in above if key in existing and existing[key] >= least[key[0]]}
    standing = [key for key in stands if key in below and (key in enough or key not in above)]
    return Counts(
        COUNTED=who,
        standing={key: 1.0 for key in standing if key not in closed_by},
        COUNTED_IF_USED=tuple(by_use),
        most_t_per_year=most,
        COUNTED_IF_BUILT=tuple(builds),
        COUNTED_UNLESS_CLOSED=tuple(key for key in standing if key in closed_by),
        CLOSED_BY=closed_by,
        USED_IF_COUNTED=tuple(downwards),
        least_t_per_year={key: least[key[0]] for key in downwards},
        existing_t_per_year=existing,
        USES=grouped(indices(uses, *WHO), indices(uses, *PART)),
        shares=shares,
        tons=tons,
    )


def _tons(tables: CountTables, shares: CountedShares, above_t: dict[str, float]) -> CountedTons:
    """Suppliers and lanes that limits of at most so many count above so many tons, by these alone or by a share too."""
    counted = tables.counted[tables.counted["limit"].isin(above_t)]
    both = counted["limit"].isin(shares.from_share)
    return CountedTons(
        from_t_per_year=above_t,
        COUNTED_IF_ABOVE_TONS=tuple(indices(counted[~both], *WHO)),
        SMALL_OR_COUNTED=tuple(indices(counted[both], *WHO)),
    )


def _shares(
    tables: CountTables, from_share: dict[str, float], above_t: dict[str, float], most: dict[tuple[str, ...], float]
) -> CountedShares:
    """Suppliers that limits count by their share; the most that all others bring is added up of the most of each."""
    counted, uses = (frame[frame["limit"].isin(from_share)] for frame in (tables.counted, tables.uses))
    most_of_all: dict[tuple[str, ...], list[float]] = {}
    for limit, each, who, node in indices(counted, *WHO):
        most_of_all.setdefault((limit, each, node), []).append(most[limit, each, who, node])
    at_most = counted["sense"] == "at most"
    least = indices(counted[~at_most], *WHO)
    return CountedShares(
        from_share=from_share,
        COUNTED_IF_ABOVE_SHARE=tuple(indices(counted[at_most & ~counted["limit"].isin(above_t)], *WHO)),
        SHARE_IF_COUNTED=tuple(least),
        others_t_per_year={
            (limit, each, who, node): sum(most_of_all[limit, each, node]) - most[limit, each, who, node]
            for limit, each, who, node in least
        },
        ALL_BOUGHT=grouped(indices(uses, *LIMIT_KEY), indices(uses, *PART)),
    )


def _refuse_unbounded(unbounded: list[tuple[str, ...]], addresses: dict[str, str]) -> None:
    problems = []
    for limit in dict.fromkeys(key[0] for key in unbounded):
        example = next(key for key in unbounded if key[0] == limit)
        sheet, _, cell = addresses[limit].partition("!")
        text = f"to count {example[2]} in {example[3]} the planner must know the most that can come from there"
        fix = "Give its offers or its lanes a max_t_per_year."
        problems.append(Problem("cross.count-needs-max", "error", sheet, cell, "measure", f"'{limit}'", text, fix))
    if problems:
        raise InputInvalid(problems)

"""What can stand and run: capacity by node, builds by age, and the runs they allow."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.data import Groups, Index, Investment, Plants, Tree
from models.groups import Floats
from planner.case import Case
from planner.schema.dated import CAPACITY, COST
from planner.translate import columns
from planner.translate.dated import dated, is_dated, largest_capacity
from planner.translate.events import Events, rows_at
from planner.translate.origin import ANY_CLASS, Origins, run_classes
from planner.translate.tools import MUSD_PER_USD, by_node, grouped, indices, no_rows, number_by, weighted
from planner.translate.tree import descents

BUILT = ("option", "way", "node")
PLANT = {"facility": "facility", "place": "place", "country": "country"}
BEGUN = ("option", "way", "begun")


@dataclass(frozen=True)
class PlantTables:
    """What can stand and run: builds where they may be begun, when each starts, where it stands then; and the rest."""

    builds: Annotated[pd.DataFrame, columns.BUILDS]
    starts: Annotated[pd.DataFrame, columns.STARTS]
    standing: Annotated[pd.DataFrame, columns.STANDING]
    capacity: Annotated[pd.DataFrame, columns.CAPACITY]
    runs: Annotated[pd.DataFrame, columns.RUNS]


def plant_tables(case: Case, tree: Tree, nodes: pd.DataFrame, events: Events, classes: Origins) -> PlantTables:
    """Work out by calendar year what each option adds and what each facility can run."""
    begun = _begun(_ways_to_build(case), descents(tree), events)
    starts, standing = columns.STARTS.of(begun), _standing(case, begun, events)
    builds = _builds(begun, standing, events)
    capacity = _capacity(case, nodes, events, standing)
    processes = case.tables["processes"].reset_index()
    if processes.empty or capacity.empty:
        return PlantTables(builds, starts, standing, capacity, columns.RUNS.none())
    runs = processes.merge(capacity, on="facility")
    runs = runs[runs["usable_at_most_t"] > 0].sort_values(["facility", "process", "period"], kind="stable")
    with np.errstate(divide="ignore"):
        runs["at_most"] = np.where(runs["capacity_use"] > 0, runs["usable_at_most_t"] / runs["capacity_use"], np.inf)
    if "cost" in events.by_kind or is_dated(case, COST):
        at_work = years_at_work(capacity, standing, events, runs)
        runs["cost_usd_per_t"] = events.scaled("cost", runs, PLANT, "cost_usd_per_t", at_work)
    runs = _in_classes(case, runs.reset_index(drop=True), classes)
    runs = columns.RUNS.of(runs.assign(run_number=np.arange(len(runs))))
    return PlantTables(builds, starts, standing, capacity, runs)


def _in_classes(case: Case, runs: pd.DataFrame, classes: Origins) -> pd.DataFrame:
    """The runs in each origin class in which they may run and whose output somebody could ask for."""
    anything = runs.assign(origin_class=ANY_CLASS, takes_class=ANY_CLASS)
    if classes.kept.empty:
        return anything
    country = runs["place"].map(case.country_of)
    kinds = pd.DataFrame({"country": country, "step": runs["step"]}, dtype=object).drop_duplicates()
    allowed = [
        (where, step, name, classes.inner(name, step))
        for where, step in kinds.itertuples(index=False)
        for name in run_classes(classes, where, step)
        if name != ANY_CLASS
    ]
    outputs = case.tables["recipes"].query("t_per_t > 0")[["process", "material"]]
    useful = outputs.merge(classes.kept, on="material")[["process", "origin_class", "node"]].drop_duplicates()
    ruled = pd.DataFrame(allowed, columns=["country", "step", "origin_class", "takes_class"], dtype=object)
    ruled = (
        runs.assign(country=country)
        .merge(ruled, on=["country", "step"])
        .merge(useful, on=["process", "origin_class", "node"])
    )
    every = pd.concat([anything, ruled.drop(columns=["country"])])
    return every.sort_values(["facility", "process", "origin_class", "period"], kind="stable", ignore_index=True)


def _ways_to_build(case: Case) -> pd.DataFrame:
    """The options with their time to first output (delay_years), again where a partnership makes them quicker."""
    options = case.tables["build_options"].drop(columns=["source", "year", "grade", "note"])
    if options.empty:
        return no_rows(options, place=object, country=object, delay_years=float, way=object)
    place = case.tables["facilities"].set_index("facility")["place"]
    options = options.assign(place=options["facility"].map(place))
    options = options.assign(country=options["place"].map(case.country_of))
    options = options.assign(delay_years=options["permit_years"] + options["lead_years"], way="")
    effects = case.tables["partnership_effects"]
    effects = effects[effects["effect"] == "shortens lead"][["partnership", "applies_to", "value"]]
    if effects.empty:
        return options.reset_index(drop=True).astype({"way": object})
    partners = case.tables["partnerships"][["partnership", "signed"]]
    quicker = effects.merge(partners, on="partnership").rename(columns={"applies_to": "option"})
    sooner = quicker[quicker["signed"]].groupby("option")["value"].sum().to_dict()
    options["delay_years"] = (options["delay_years"] - options["option"].map(sooner).fillna(0.0)).clip(lower=0.0)
    quick = options.drop(columns=["way"]).merge(quicker[~quicker["signed"]], on="option")
    quick = quick.assign(way=quick["partnership"], delay_years=(quick["delay_years"] - quick["value"]).clip(lower=0.0))
    return pd.concat([options, quick.drop(columns=["partnership", "signed", "value"])], ignore_index=True)


def _begun(options: pd.DataFrame, paths: pd.DataFrame, events: Events) -> pd.DataFrame:
    """Each build that may be begun, at each later node, with the first year of its output as that node knows it."""
    if options.empty:
        return no_rows(options, paths, start=float, first_year=float)
    frame = options.merge(paths, how="cross")
    begun = frame["begun_year"]
    frame = frame[(begun >= frame["earliest"].fillna(-np.inf)) & (begun <= frame["latest"].fillna(np.inf))].reset_index(
        drop=True
    )
    frame["start"] = frame["begun_year"] + frame["delay_years"]
    return frame.assign(first_year=frame["start"] + delays(frame, events))


def _standing(case: Case, frame: pd.DataFrame, events: Events) -> pd.DataFrame:
    """The builds at the nodes in which they give output, with their share of size and of years there."""
    if frame.empty:
        return columns.STANDING.none()
    frame = frame.assign(availability=_availability(case, frame["facility"]))
    available = available_in(frame, events)
    share, runs = _ramp_in(frame)
    usable = (share * available[:, : share.shape[1]]).sum(axis=1)
    years = frame["years"]
    frame = frame.assign(ramp=share.sum(axis=1) / years, usable_ramp=usable / years, operating=runs.sum(axis=1) / years)
    standing = frame[frame["operating"] > 0].reset_index(drop=True)
    return columns.STANDING.of(standing.assign(capex_factor=_capex_factor(standing, events)))


def _builds(begun: pd.DataFrame, standing: pd.DataFrame, events: Events) -> pd.DataFrame:
    """The builds that would run within the horizon, as far as is known in the node in which they are begun.

    A delay that becomes known later may put one off until after the horizon in every future: it may be begun still,
    for nobody knows, and then stands nowhere.
    """
    expected = standing[[*BEGUN, "begun_year", "capex_factor"]]
    if "delay" in events.by_kind and len(begun):
        then = begun[(begun["begun"] == begun["node"]) & (begun["first_year"] <= events.last_year)]
        then = then.assign(capex_factor=_capex_factor(then, events))
        expected = pd.concat([expected, then[expected.columns]], ignore_index=True)
    builds = expected.drop_duplicates(list(BEGUN)).rename(columns={"begun": "node"})
    return columns.BUILDS.of(builds).reset_index(drop=True)


def _ramp_in(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """The share of its size that works, and whether a build runs, in each calendar year of its node (row, year)."""
    ahead = np.arange(int(frame["years"].max()))[None, :]
    age = (frame["period"] - frame["first_year"]).to_numpy(float)[:, None] + ahead
    runs = (age >= 0) & (age < frame["life_years"].to_numpy(float)[:, None])
    runs &= ahead < frame["years"].to_numpy(int)[:, None]
    return np.where(runs, _ramped(frame, age), 0.0), runs.astype(float)


def _ramped(frame: pd.DataFrame, age: npt.NDArray[Any]) -> Floats:
    """The share that works at an age in years (row, year): by the ramp in the first three, all of it later."""
    ramps = [frame[f"ramp_{number}"].to_numpy(float)[:, None] for number in (1, 2, 3)]
    share: Floats = np.select([age == 0, age == 1, age == 2], ramps, default=1.0)
    return share


def usable_since(events: Events, plants: PlantTables, waiting: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What facilities that wait (as in `opened_in_part`) can use from a year on: t, and of their builds ramp_t.

    The first is existing capacity (with the most that builds may make of it, `at_most_t`), the second the share of each
    build's size, all as a mean over the period's years.
    """
    if waiting.empty:
        return columns.USABLE_SINCE.none(), columns.BUILT_SINCE.none()
    existing = waiting.merge(plants.capacity, on=["facility", "node"])
    existing["t"] = existing["capacity_t_per_year"] * _usable_share(existing, events)
    built = waiting.merge(plants.standing, on=["facility", "node"])
    if built.empty:
        return columns.USABLE_SINCE.of(existing.assign(at_most_t=existing["t"])), columns.BUILT_SINCE.none()
    share, _ = _ramp_in(built)
    years = built["period"].to_numpy(int)[:, None] + np.arange(share.shape[1])
    share = np.where(years >= built["since"].to_numpy(float)[:, None], share, 0.0)
    usable = (share * available_in(built, events)[:, : share.shape[1]]).sum(axis=1)
    built = built.assign(ramp_t=usable / built["years"])
    key = waiting.columns.drop("since").tolist()
    added = _added_at_most(built, "ramp_t", key)
    most = [tons + added.get(place, 0.0) for tons, place in zip(existing["t"], indices(existing, *key), strict=True)]
    existing = existing.assign(at_most_t=np.array(most, dtype=np.float64))
    return columns.USABLE_SINCE.of(existing), columns.BUILT_SINCE.of(built)


def _availability(case: Case, facilities: pd.Series) -> pd.Series:
    return facilities.map(case.tables["facilities"].set_index("facility")["availability"])


def available_in(frame: pd.DataFrame, events: Events) -> Floats:
    """The share of its capacity that a plant can use in each calendar year of its node (row, year), after outages.

    `frame` has facility, place, country, node and availability.
    """
    effects = events.on("capacity", frame, PLANT)
    yearly: Floats = frame["availability"].to_numpy(float)[:, None] * effects.factor + effects.value
    return yearly


def _capex_factor(standing: pd.DataFrame, events: Events) -> Floats:
    """By what events in the year in which a build is begun multiply its capex."""
    begun = standing[["facility", "place", "country", "begun"]].rename(columns={"begun": "node"})
    first: Floats = events.on("capex", begun, PLANT).factor[:, 0]
    return first


def delays(frame: pd.DataFrame, events: Events) -> pd.Series:
    """Years by which events known at a node put off the start of each build: those begun by then and not yet running.

    Several delays add up as long as the plant does not run: each looks at the start as the earlier ones left it.
    `frame` has facility, place, country, node, begun_year and start, the year of first output without delay.
    """
    later = np.zeros(len(frame))
    start, begun, at = frame["start"].to_numpy(float), frame["begun_year"].to_numpy(float), rows_at(frame)
    known = sorted(events.by_kind.get("delay", ()), key=itemgetter("from"))
    for year, together in groupby(known, key=itemgetter("from")):
        waiting = start + later >= year
        for event in together:
            begun_by = event["to"] if not np.isnan(event["to"]) else np.inf
            touched = events.touched(event, frame, PLANT, at)
            late = touched[(begun[touched] <= begun_by) & waiting[touched]]
            later[late] += event["value"]
    return pd.Series(later, index=frame.index)


def _capacity(case: Case, nodes: pd.DataFrame, events: Events, standing: pd.DataFrame) -> pd.DataFrame:
    """Existing capacity of each facility at each node, and the most that could ever be usable there."""
    facilities = case.tables["facilities"].drop(columns=["year"])
    if facilities.empty:
        return columns.CAPACITY.none()
    frame = facilities.merge(nodes[["node", "period", "years"]], how="cross")
    frame["country"] = frame["place"].map(case.country_of)
    frame["horizon_from"] = float(nodes["period"].min())
    largest = frame["facility"].map(largest_capacity(case))
    frame["capacity_t_per_year"] = largest
    frame["existing_t"] = largest * (_stands_in(frame, events).sum(axis=1) / frame["years"])
    frame["working_t"] = largest * _works_in(frame, events).sum(axis=1) / frame["years"]
    frame["usable_existing_t"] = largest * _usable_share(frame, events)
    added = _added_at_most(standing, "usable_ramp", ["facility", "node"])
    built = [added.get(key, 0.0) for key in zip(frame["facility"], frame["node"], strict=True)]
    frame["usable_at_most_t"] = frame["usable_existing_t"] + np.array(built, dtype=float)
    return columns.CAPACITY.of(frame)


def _usable_share(frame: pd.DataFrame, events: Events) -> Floats:
    """What of existing capacity can be used: what works in each year times what is available then, as a mean.

    Where the frame has `since`, only the years from that one on count.
    """
    works = _works_in(frame, events)
    if "since" in frame:
        years = frame["period"].to_numpy(int)[:, None] + np.arange(works.shape[1])
        works = np.where(years >= frame["since"].to_numpy(float)[:, None], works, 0.0)
    available = available_in(frame, events)[:, : works.shape[1]]
    usable: Floats = (works * available).sum(axis=1) / frame["years"].to_numpy(float)
    return usable


def years_at_work(capacity: pd.DataFrame, standing: pd.DataFrame, events: Events, frame: pd.DataFrame) -> Floats:
    """1 in each calendar year in which the facility of a row can work: what is there, or could be built (row, year).

    What is paid and made for each ton counts in these years alone. Which of them are used is the plan's to say.
    """
    existing = _works_in(capacity, events) * capacity[["capacity_t_per_year"]].to_numpy(float)
    works = [(capacity, existing)]
    if len(standing):
        works.append((standing, _ramp_in(standing)[0] * standing[["max_t_per_year"]].to_numpy(float)))
    years = np.zeros((0, events.width))
    keys: list[tuple[str, str]] = []
    for table, tons in works:
        usable = np.zeros((len(table), events.width))
        usable[:, : tons.shape[1]] = tons
        years = np.concatenate([years, (usable * available_in(table, events) > 0).astype(float)])
        keys += indices(table, "facility", "node")
    found: dict[tuple[str, str], Floats] = {}
    for key, now in zip(keys, years, strict=True):
        found[key] = np.maximum(found[key], now) if key in found else now
    return np.array([found[key] for key in indices(frame, "facility", "node")]).reshape(len(frame), events.width)


def _works_in(frame: pd.DataFrame, events: Events) -> Floats:
    """The share of existing capacity that stands and works in each calendar year of its node (row, year).

    It ramps up from its first year; where none is stated, from that of the horizon.
    """
    stands = _stands_in(frame, events)
    years = frame["period"].to_numpy(int)[:, None] + np.arange(stands.shape[1])
    age = years - frame["from"].fillna(frame["horizon_from"]).to_numpy(float)[:, None]
    return stands * _ramped(frame, age)


def _stands_in(frame: pd.DataFrame, events: Events) -> Floats:
    """The share of existing capacity, of the largest of any year, that stands in each year of its node (row, year)."""
    years = frame["period"].to_numpy(int)[:, None] + np.arange(int(frame["years"].max()))
    stands = years < (frame["period"] + frame["years"]).to_numpy(int)[:, None]
    stands &= years >= frame["from"].fillna(-np.inf).to_numpy(float)[:, None]
    stands &= years <= frame["to"].fillna(np.inf).to_numpy(float)[:, None]
    if not is_dated(events.case, CAPACITY):
        return stands.astype(float)
    tons = dated(events.case, CAPACITY, frame, events.years_of(frame))[:, : stands.shape[1]]
    largest = frame[["capacity_t_per_year"]].to_numpy(float)
    return stands * tons / np.where(largest > 0, largest, 1.0)


def _added_at_most(standing: pd.DataFrame, ramp: str, by: list[str]) -> dict[Hashable, float]:
    """The most usable capacity that builds may add to a facility, t/yr, by these columns."""
    if standing.empty:
        return {}
    largest = standing.assign(added=standing[ramp] * standing["max_t_per_year"] * standing["max_builds"])
    by_option = largest.groupby(["option", *by], sort=False)["added"].max()
    by_facility: dict[Hashable, float] = by_option.groupby(by, sort=False).sum().to_dict()
    return by_facility


def plants_part(case: Case, tables: PlantTables, tree: Tree) -> Plants:
    """The `Plants` part of the data."""
    runs, capacity, standing = tables.runs, tables.capacity, tables.standing
    run_index = indices(runs, "facility", "process", "origin_class", "node")
    working = capacity[capacity["usable_at_most_t"] > 0]
    runs = runs.assign(musd=runs["cost_usd_per_t"] * MUSD_PER_USD)
    existing = capacity.assign(musd=capacity["fixed_om_usd_per_t"] * capacity["existing_t"] * MUSD_PER_USD)
    facilities = case.tables["facilities"]
    closable, closed = closures(capacity, tree)
    on_path = on_paths(closable, tree)
    return Plants(
        RUNS=run_index,
        RUNS_IN=weighted(runs, "capacity_use", run_index, by=("facility", "node")),
        WORKING=indices(working, "facility", "node"),
        KEPT_BUSY=indices(working[working["min_utilisation"] > 0], "facility", "node"),
        usable_t_per_year=number_by(working, ("facility", "node"), "usable_existing_t"),
        min_utilisation=number_by(facilities, ("facility",), "min_utilisation"),
        STANDING=weighted(standing, "usable_ramp", indices(standing, *BEGUN), by=("facility", "node")),
        CLOSABLE=indices(closable, "facility", "node"),
        CLOSED_ONCE=tuple(dict.fromkeys(indices(on_path, "facility", "leaf"))),
        CLOSABLE_ON_PATH=grouped(indices(on_path, "facility", "leaf"), indices(on_path, "facility", "node")),
        CLOSED=weighted(closed, "usable_existing_t", indices(closed, "facility", "closed_in"), by=("facility", "node")),
        closure_musd=weighted(closable, "closure_cost_musd", indices(closable, "facility", "node"), by=("node",)),
        saved_musd_per_year=weighted(closed, "saved", indices(closed, "facility", "closed_in"), by=("node",)),
        operation_musd_per_t=weighted(runs, "musd", run_index, by=("node",)),
        existing_fixed_musd_per_year=by_node(existing, "musd", tree.NODES),
    )


def closures(capacity: pd.DataFrame, tree: Tree) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where existing capacity may be closed, and what each closure (closed_in) takes away at later nodes."""
    closable = capacity[capacity["closure_allowed"] & (capacity["existing_t"] > 0)]
    if closable.empty:
        return closable, columns.CLOSED.none()
    paths = descents(tree)[["begun", "node"]].rename(columns={"begun": "closed_in"})
    closed = closable.merge(paths, on="node")
    standing = closable[["facility", "node"]].rename(columns={"node": "closed_in"})
    closed = closed.merge(standing, on=["facility", "closed_in"])
    closed = closed.assign(saved=closed["fixed_om_usd_per_t"] * closed["existing_t"] * MUSD_PER_USD)
    return closable, columns.CLOSED.of(closed)


def annuity(rate: float, life: pd.Series) -> pd.Series:
    """Yearly payment per unit of capex over `life` years at `rate`: w / (1 − (1 + w)^−life), or 1/life at w = 0."""
    return 1.0 / life if rate == 0 else rate / (1.0 - (1.0 + rate) ** -life)


def priced_standing(case: Case, standing: pd.DataFrame) -> pd.DataFrame:
    """The standing builds with their yearly cost."""
    if standing.empty:
        return columns.PRICED.none()
    facility_fixed = case.tables["facilities"].set_index("facility")["fixed_om_usd_per_t"]
    fixed = standing["fixed_om_usd_per_t"].fillna(standing["facility"].map(facility_fixed))
    yearly = annuity(float(case.settings["capital_rate"]), standing["life_years"]) * standing["operating"]
    yearly = yearly * standing["capex_factor"]
    priced = standing.assign(
        musd_per_build=yearly * standing["capex_fixed_musd"],
        musd_per_t=yearly * standing["capex_usd_per_t"] * MUSD_PER_USD,
        fixed_musd_per_t=standing["operating"] * fixed * MUSD_PER_USD,
    )
    return columns.PRICED.of(priced)


def investment_part(case: Case, tables: PlantTables, tree: Tree, sizes: Mapping[Index, float]) -> Investment:
    """The `Investment` part; `sizes` are the largest worth building."""
    options, builds = case.tables["build_options"], tables.builds
    priced = priced_standing(case, tables.standing)
    begun = indices(priced, *BEGUN)
    on_path = on_paths(builds, tree)
    dependent, exclusive = _dependent(options, builds), _exclusive(options, on_path)
    return Investment(
        BUILDS=indices(builds, *BUILT),
        most_builds=_most_builds(options, builds),
        min_t_per_year=number_by(options, ("option",), "min_t_per_year"),
        most_t_per_year=sizes,
        BUILDS_ON_PATH=grouped(indices(on_path, "option", "leaf"), indices(on_path, *BUILT)),
        BUILT_AT_MOST=tuple(dict.fromkeys(indices(on_path, "option", "leaf"))),
        max_builds=number_by(options, ("option",), "max_builds"),
        GROUPS_ON_PATH=tuple(dict.fromkeys(indices(exclusive, "exclusive_group", "leaf"))),
        EXCLUSIVE=grouped(indices(exclusive, "exclusive_group", "leaf"), indices(exclusive, *BUILT)),
        DEPENDENT=indices(dependent, *BUILT),
        ENABLED_BY=_enabled_by(dependent, builds, tree),
        annuity_musd_per_build=weighted(priced, "musd_per_build", begun, by=("node",)),
        annuity_musd_per_t=weighted(priced, "musd_per_t", begun, by=("node",)),
        fixed_musd_per_t=weighted(priced, "fixed_musd_per_t", begun, by=("node",)),
    )


def _most_builds(options: pd.DataFrame, builds: pd.DataFrame) -> dict[Index, int]:
    """How often each build may be begun in its node: as often as on a whole path, and once in an exclusive group."""
    allowed = options["max_builds"].where(options["exclusive_group"].isna(), 1)
    most = dict(zip(options["option"], allowed.astype(int).tolist(), strict=True))
    return {x: most[x[0]] for x in indices(builds, *BUILT)}


def _dependent(options: pd.DataFrame, builds: pd.DataFrame) -> pd.DataFrame:
    """Builds of options that require another, with the other (requires)."""
    required = options.loc[options["requires"].isin(options["option"]), ["option", "requires"]]
    return builds.merge(required, on="option") if len(required) else no_rows(builds, required)


def _exclusive(options: pd.DataFrame, on_path: pd.DataFrame) -> pd.DataFrame:
    """Builds of options of which only one may be chosen, by leaf, with their group (exclusive_group)."""
    groups = options.loc[options["exclusive_group"].notna(), ["option", "exclusive_group"]]
    return on_path.merge(groups, on="option") if len(groups) else no_rows(on_path, groups)


def on_paths(decisions: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """Each decision with each leaf that it can be on the path of."""
    if decisions.empty:
        return no_rows(decisions, leaf=object)
    paths = pd.DataFrame([(n, leaf) for leaf in tree.LEAVES for n in tree.PATH[leaf]], columns=["node", "leaf"])
    return decisions.merge(paths.astype(object), on="node")


def _enabled_by(dependent: pd.DataFrame, builds: pd.DataFrame, tree: Tree) -> Groups[Index]:
    """The builds of the required option, in any way, that may have been begun when a build begins."""
    begun = grouped(indices(builds, "option", "node"), indices(builds, *BUILT))
    return Groups(
        {
            (b, w, n): tuple(x for m in tree.PATH[n] for x in begun[needed, m])
            for b, w, n, needed in indices(dependent, *BUILT, "requires")
        }
    )

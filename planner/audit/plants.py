"""Own plants: what stands there, what is built, and how much of it is used."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.audit.books import Books, summed
from planner.audit.calendar import open_years
from planner.audit.finding import Finding, listed, too_little, too_much, unequal

_FACILITY = {"facility": "facility", "node": "in"}
_OPTION = {"option": "option", "node": "in"}


def standing(books: Books) -> pd.DataFrame:
    """For each facility and node: the capacity there from the start, and the share of years in which it stands."""
    facilities = books.at_every_node(books.sheet("facilities"))
    share = open_years(facilities, facilities["from"], facilities["to"]) / facilities["years"]
    existing = facilities["capacity_t_per_year"].fillna(0.0) * share
    return facilities.assign(share=share, existing=existing)


def operating(books: Books) -> pd.DataFrame:
    """For each build and each node on a path that passes it: share of years it runs, and share of its size that works.

    A build begun in the first year of its node runs from then plus permit and lead, for its life. In its first three
    years of running the ramp's shares of its size work; later all of it.
    """
    options = books.sheet("build_options")
    begun = books.table("builds").merge(options, on="option").rename(columns={"node": "ancestor"})
    builds = begun.merge(books.tree.ancestry, on="ancestor")
    start = builds["begun_in"] + builds["permit_years"].fillna(0.0) + builds["lead_years"]
    end = start + builds["life_years"] - 1
    running = open_years(builds, start, end)
    working = running.copy()
    for age in range(3):
        year = start + age
        counted = (year >= builds["period"]) & (year <= builds["period"] + builds["years"] - 1) & (year <= end)
        working -= counted * (1.0 - builds[f"ramp_{age + 1}"].fillna(1.0))
    return builds.assign(share=running / builds["years"], working=working / builds["years"])


def usable(books: Books) -> pd.DataFrame:
    """For each facility and node: facility, node, expected (usable t/yr) and min_utilisation."""
    plants = standing(books)
    built = operating(books)
    built = built.assign(added=built["working"] * built["size_t_per_year"])
    added = summed(built, ["facility", "node"], "added")
    plants = plants.merge(added, on=["facility", "node"], how="left")
    capacity = plants["existing"] + plants["added"].fillna(0.0)
    return plants[["facility", "node", "min_utilisation"]].assign(
        expected=capacity * plants["availability"].fillna(1.0),
        min_utilisation=plants["min_utilisation"].fillna(0.0),
    )


def check_plants(books: Books) -> list[Finding]:
    """Plants run recipes they have, within the capacity that stands, and no less than their minimum."""
    activity = books.table("activity").merge(books.sheet("processes"), on=["facility", "process"], how="left")
    strange = activity[activity["cost_usd_per_t"].isna()]
    where = {"facility": "facility", "process": "process", "node": "in"}
    findings = listed("activity", strange, where, "the facility cannot run this process", 0.0, "t_per_year")
    activity["found"] = activity["t_per_year"] * activity["capacity_use"].fillna(1.0)
    used = summed(activity, ["facility", "node"], "found")
    plants = usable(books).merge(used, on=["facility", "node"], how="left").fillna({"found": 0.0})
    findings += too_much("capacity", plants, _FACILITY, "the plant is used beyond its capacity")
    least = plants.assign(expected=plants["expected"] * plants["min_utilisation"])
    findings += too_little("minimum use", least, _FACILITY, "the plant is used less than its minimum")
    return findings + _check_told(books, plants) + check_builds(books)


def _check_told(books: Books, plants: pd.DataFrame) -> list[Finding]:
    """The plan's table of capacities says the same; a plant without a line there has none and uses none."""
    both = plants.rename(columns={"expected": "usable", "found": "used"}).merge(
        books.table("capacities"), on=["facility", "node"], how="outer"
    )
    findings = []
    for name in ("usable", "used"):
        told = both.assign(expected=both[name].fillna(0.0), found=both[f"{name}_t_per_year"].fillna(0.0))
        findings += unequal("capacities", told, _FACILITY, f"{name}_t_per_year is not what the plant's rows give")
    return findings


def check_builds(books: Books) -> list[Finding]:
    """Builds are of a size on offer, begun in years on offer, no oftener than allowed, and after what they require."""
    builds = books.table("builds").merge(books.sheet("build_options"), on="option")
    builds = builds.merge(books.tree.frame[["node", "period"]], on="node")
    size = builds.rename(columns={"size_t_per_year": "found"})
    findings = too_much("build size", size.assign(expected=size["max_t_per_year"]), _OPTION, "larger than the largest")
    least = size.assign(expected=size["min_t_per_year"].fillna(0.0))
    findings += too_little("build size", least, _OPTION, "smaller than the smallest")
    early = builds[builds["period"] < builds["earliest"].fillna(-np.inf)]
    late = builds[builds["period"] > builds["latest"].fillna(np.inf)]
    for bad, bound, message in (
        (early, "earliest", "begun before its earliest year"),
        (late, "latest", "begun after its latest year"),
    ):
        findings += listed("build date", bad.rename(columns={bound: "expected"}), _OPTION, message, found="period")
    return findings + _check_counts(books) + _check_required(books)


def _check_counts(books: Books) -> list[Finding]:
    """On each path: no option begun oftener than `max_builds`, and of an exclusive group no two options."""
    builds = books.table("builds").merge(books.sheet("build_options"), on="option").rename(columns={"node": "ancestor"})
    seen = builds.merge(books.tree.ancestry, on="ancestor")
    seen = seen[seen["node"].isin(books.tree.leaves)]
    times = seen.groupby(["option", "node"], as_index=False).agg(
        found=("ancestor", "count"), expected=("max_builds", "first")
    )
    findings = too_much("build count", times.fillna({"expected": 1}), _OPTION, "begun too often on the path")
    rivals = seen[seen["exclusive_group"] != ""].drop_duplicates(["option", "node"]).assign(found=1.0)
    rivals = summed(rivals, ["exclusive_group", "node"], "found").assign(expected=1.0)
    where = {"exclusive_group": "group", "node": "in"}
    return findings + too_much("exclusive group", rivals, where, "two options of one group are begun on the path")


def _check_required(books: Books) -> list[Finding]:
    """An option that requires another is begun together with it or later on its path."""
    options = books.sheet("build_options")[["option", "requires"]]
    waiting = books.table("builds")[["option", "node"]].merge(options[options["requires"] != ""], on="option")
    path = waiting.merge(books.tree.ancestry[["node", "ancestor"]], on="node")
    begun = books.table("builds")[["option", "node"]].rename(columns={"option": "requires", "node": "ancestor"})
    served = path.merge(begun, on=["requires", "ancestor"])[["option", "node"]].drop_duplicates()
    left = waiting.merge(served, on=["option", "node"], how="left", indicator=True)
    lacking = left[left["_merge"] == "left_only"].rename(columns={"requires": "expected"})
    return listed("requires", lacking, _OPTION, "what it requires is not begun before it or with it", found="none")

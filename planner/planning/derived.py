"""What the program made of the case's figures, and what its decisions come to.

Needs and outputs after events, capex, when builds give output, what comes back, how concentrated supply is, and what is
under way.
"""

from __future__ import annotations

import pandas as pd

from models.data import Tree
from planner.case import Case
from planner.plan import PLAN_TABLES
from planner.planning.decisions import Decisions, ended, occurring
from planner.status import TINY_T
from planner.translate import Translated
from planner.translate.flows import taken_in
from planner.translate.lines import RUN_KEY
from planner.translate.plants import BEGUN
from planner.translate.tools import DAYS_A_YEAR, MUSD_PER_USD, no_rows

ARISES = PLAN_TABLES["arisings"][:4]
WAY = PLAN_TABLES["under_way"][:6]
CONCENTRATED = PLAN_TABLES["concentration"][:3]


def derived_tables(case: Case, known: Translated, decided: Decisions) -> dict[str, pd.DataFrame]:
    """The tables `needs`, `throughput`, `builds`, `build_years`, `arisings`, `concentration` and `under_way`."""
    begun = decided.builds[decided.builds["times"] > 0.5]
    made = _throughput(case, known, decided)
    return {
        "needs": known.use.needs,
        "throughput": made,
        "under_way": _under_way(decided),
        "arisings": _arisings(case, known, decided),
        "concentration": _concentration(case, decided, made),
        "builds": _with_capex(case, begun),
        "build_years": _build_years(known, begun),
    }


def _under_way(decided: Decisions) -> pd.DataFrame:
    """What is under way to the buyer at any time, bought and handed over: t is a year's tons x days / 365."""
    moved = pd.concat([ended(kind, occurring(decided.flows[kind])) for kind in ("buy", "lift")], ignore_index=True)
    moved = moved.assign(days=moved["transit_days"], t=moved["t_per_year"] * moved["transit_days"] / DAYS_A_YEAR)
    return moved[moved["days"] > 0].groupby([*WAY], as_index=False)[["t"]].sum()


def _throughput(case: Case, known: Translated, decided: Decisions) -> pd.DataFrame:
    """What each recipe makes (above 0) and takes (below 0) a year: outputs after events."""
    runs = occurring(decided.activity)[[*RUN_KEY, "t_per_year"]]
    if runs.empty:
        return no_rows(runs[["facility", "process", "node"]], material=object, t_per_year=float)
    made = known.flows.makers[[*RUN_KEY, "material", "t_per_t"]]
    taken = taken_in(case, known.plants.runs).assign(t_per_t=lambda rows: -rows["taken"])[
        [*RUN_KEY, "material", "t_per_t"]
    ]
    lines = pd.concat([part for part in (made, taken) if len(part)] or [made]).merge(runs, on=[*RUN_KEY])
    lines["t_per_year"] = lines["t_per_year"] * lines["t_per_t"]
    return lines.groupby(["facility", "process", "material", "node"], as_index=False)[["t_per_year"]].sum()


def _with_capex(case: Case, begun: pd.DataFrame) -> pd.DataFrame:
    """The builds with what each costs, as often as it is begun, after the events of that year."""
    options = case.tables["build_options"].set_index("option")
    fixed, per_t = (
        begun["option"].map(options[name]).astype(float) for name in ("capex_fixed_musd", "capex_usd_per_t")
    )
    stated = fixed * begun["times"] + per_t * begun["size_t_per_year"] * MUSD_PER_USD
    return begun.assign(capex_musd=begun["capex_factor"] * stated)


def _build_years(known: Translated, begun: pd.DataFrame) -> pd.DataFrame:
    """First and last year of output of each build in each future; a future is known by its last node (leaf).

    The last node knows all delays of its future. A build that gave output before a delay became known keeps that year
    as its first; the last may lie behind the horizon.
    """
    names = list(PLAN_TABLES["build_years"])
    if begun.empty:
        return pd.DataFrame(columns=names)
    starts = known.plants.starts.merge(begun[["option", "way", "node"]].rename(columns={"node": "begun"}), on=[*BEGUN])
    on_path = starts.merge(_paths(known.data.tree), on="node")
    first = on_path["first_year"].clip(lower=on_path["period"])
    last = (on_path["first_year"] + on_path["life_years"]).clip(upper=on_path["period"] + on_path["years"]) - 1
    on_path["running"] = first.where(first <= last)
    known_last = on_path[on_path["node"] == on_path["leaf"]].assign(
        last_output=lambda rows: rows["first_year"] + rows["life_years"] - 1
    )
    ran = on_path.groupby([*BEGUN, "leaf"], as_index=False)[["running"]].min()
    found = known_last.drop(columns=["running", "node"]).merge(ran, on=[*BEGUN, "leaf"])
    found["first_output"] = found["running"].fillna(found["first_year"]).astype(int)
    found = found.rename(columns={"way": "with_partnership", "begun": "node"}).astype({"last_output": int})
    return found.sort_values(names[:4], ignore_index=True)[names]


def _paths(tree: Tree) -> pd.DataFrame:
    """Each node with each last node that comes after it, or is it."""
    rows = [(leaf, node) for leaf in tree.LEAVES for node in tree.PATH[leaf]]
    return pd.DataFrame(rows, columns=["leaf", "node"]).astype({"leaf": object, "node": object})


def _arisings(case: Case, known: Translated, decided: Decisions) -> pd.DataFrame:
    """What comes back in each stream, collected or not: rows of a period, and of what was delivered before."""
    rows = case.tables["returns"]
    if rows.empty:
        return no_rows(**dict.fromkeys(ARISES, object), t_per_year=float)
    stated = rows[rows["period"].notna()].merge(known.nodes[["node", "period"]], on="period")
    served = occurring(decided.deliveries).groupby(["segment", "node"], as_index=False)[["t_per_year"]].sum()
    back = known.use.cohorts.merge(served.rename(columns={"node": "used_in"}), on=["segment", "used_in"])
    back["t_per_year"] = back["weight"] * back["t_per_year"]
    columns = [*ARISES, "t_per_year"]
    every = pd.concat([part[columns] for part in (stated, back) if len(part)] or [back[columns]])
    every = every.astype({**dict.fromkeys(ARISES, object), "t_per_year": float})
    return every.groupby([*ARISES], as_index=False)[["t_per_year"]].sum()


def _concentration(case: Case, decided: Decisions, throughput: pd.DataFrame) -> pd.DataFrame:
    """The sum of squared shares of countries (HHI) in what is bought and made, by material and by stage.

    As a limit on `hhi` has it that selects this material or stage: purchases count for their origin, own output for the
    country of the plant, and what is collected or taken from stock not at all.
    """
    place = case.tables["facilities"].set_index("facility")["place"]
    made = throughput[throughput["t_per_year"] > 0]
    made = made.assign(origin=made["facility"].map(place).map(case.country_of))
    parts = [occurring(decided.flows["buy"]), occurring(decided.flows["lift"]), made]
    columns = ["material", "origin", "node", "t_per_year"]
    supply = pd.concat([part[columns] for part in parts if len(part)] or [made[columns]])
    stages = case.tables["materials"].set_index("material")["stage"]
    named = {"material": supply["material"], "stage": supply["material"].map(stages)}
    both = pd.concat([supply.assign(of=of, name=name) for of, name in named.items()])
    tons = both.groupby([*CONCENTRATED, "origin"])["t_per_year"].sum()
    whole = tons.groupby(level=[*CONCENTRATED]).transform("sum")
    share = (tons / whole)[whole > TINY_T]
    return (share**2).groupby(level=[*CONCENTRATED]).sum().rename("hhi").reset_index()

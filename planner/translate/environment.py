"""What the plan gives off and uses up: CO2 of goods, ways and plants, water and residue of plants."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from models.policy import Environment
from planner.case import Case
from planner.translate import columns
from planner.translate.lanes import matching_lanes, stated
from planner.translate.lines import Lines
from planner.translate.tools import MUSD_PER_USD, grouped, indices

CHARGES = {"co2_t": "co2_usd_per_t", "water_m3": "water_usd_per_m3", "residue_t": "residue_usd_per_t"}
PER_TON = {"co2_t": "co2_t_per_t", "water_m3": "water_m3_per_t", "residue_t": "residue_t_per_t"}


def environment_tables(lines: Lines) -> dict[str, pd.DataFrame]:
    """The lines of each indicator, by its name: co2_t, water_m3, residue_t."""
    runs = lines.plants.runs
    tables = {name: lines.running(runs, runs[column]) for name, column in PER_TON.items()}
    tables["co2_t"] = pd.concat([tables["co2_t"], *_co2_of_goods(lines)])
    return {
        name: columns.LINES.of(table[table["coefficient"] != 0]).reset_index(drop=True)
        for name, table in tables.items()
    }


def _co2_of_goods(lines: Lines) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is bought with its way, and the way of own goods and stock, counted where they arrive."""
    offers = lines.case.tables["offers"].set_index("offer")
    by_lane = lines.case.tables["lanes"]["co2_t_per_t"].notna().any()
    if not by_lane and not offers["co2_t_per_t"].any():
        return lines.bought.iloc[:0], lines.bought.iloc[:0]
    bought, moved = lines.bought, lines.moved
    arriving = bought["place"].map(lines.country).astype(object)
    bought = bought.assign(
        from_place=bought["offer"].map(offers["ships_from"].to_dict()),
        from_country=bought["country"],
        country=arriving,
        group=arriving.map(lines.groups),
        coefficient=bought["offer"].map(offers["co2_t_per_t"].to_dict()).astype(float),
    )
    moved = moved.assign(from_place=moved["from"], from_country=moved["from"].map(lines.country), coefficient=0.0)
    if by_lane:
        bought["coefficient"] += _co2_on_the_way(lines, bought)
        moved["coefficient"] += _co2_on_the_way(lines, moved)
    return bought, moved


def _co2_on_the_way(lines: Lines, goods: pd.DataFrame) -> pd.Series:
    """CO2 per ton on the lanes that these goods take; each way is looked up once."""
    ends = ["from_place", "from_country", "to", "material"]
    ways = goods[ends].fillna("").groupby(ends, sort=False).ngroup()
    moves = goods[ends].assign(way=ways).drop_duplicates("way").set_index("way").rename(columns={"to": "to_place"})
    moves = moves.assign(to_country=moves["to_place"].map(lines.country), stage=moves["material"].map(lines.stage))
    from_country = moves["from_place"].map(lines.country)
    moves["from_country"] = from_country.where(moves["from_place"].notna(), moves["from_country"])
    co2 = pd.Series(stated(moves, matching_lanes(lines.case, moves), "co2_t_per_t"), index=moves.index)
    return ways.map(co2)


def environment_part(case: Case, tables: Mapping[str, pd.DataFrame]) -> Environment:
    """The `Environment` part: what is charged for, in M$ per unit of each decision."""
    charged = []
    for name, setting in CHARGES.items():
        usd = float(case.settings[setting])
        if usd:
            charged.append(tables[name].assign(layer=name, musd=tables[name]["coefficient"] * usd * MUSD_PER_USD))
    if not charged:
        return Environment(CHARGES=(), musd_per_unit=grouped([], []))
    every = pd.concat(charged, ignore_index=True)
    keys = indices(every, "layer", "node")
    return Environment(
        CHARGES=tuple(dict.fromkeys(keys)), musd_per_unit=grouped(keys, indices(every, "musd", "component", "index"))
    )

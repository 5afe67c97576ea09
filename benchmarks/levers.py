"""Two views of the base case and a lever for each strategy, in one table.

python -m benchmarks.levers                      the table, some minutes
python -m benchmarks.levers --whole --gap 0.01   whole plans instead of relaxations: up to an hour
python -m benchmarks.levers --only grants stockpile --json levers.json

Each lever is an overlay on the case (inputs/us_levers, inputs/us_futures). It is asked twice, in calm and under a ban
of China from 2028 that is known beforehand, and set against the case without it. The relaxation lets builds be
fractions, so its cost is a lower bound and plants come a little early; differences between its lines are what to read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.__main__ import BASE_CASE
from benchmarks.kept import signed
from planner.case import Case, read_case
from planner.planning.built import Built
from planner.planning.decisions import Decisions
from planner.planning.solve import default_options, solve_case
from planner.solver.highs import Live, SolveOptions

LEVERS, FUTURES = Path("inputs/us_levers"), Path("inputs/us_futures")
BAN = FUTURES / "ban_lasting"
BASE = "as it is"
QUESTIONS = {
    "views": ("asking_prices",),
    "law": ("nothing_in_force", "no_defence_rule"),
    "mining and processing": ("permits_faster", "grants", "magnet_credit"),
    "partnerships": ("partnerships", "partnerships_as_subsidy", "contracts", "allied_floor"),
    "recycling and other materials": ("collection_rule", "alternative_materials"),
    "diplomacy": ("duty_relief", "tariffs_none", "goodwill_lost"),
    "less Chinese refining": ("china_share_cap", "minimum_import_price", "refined_origin_civil"),
    "stocks": ("stockpile", "stock_room"),
    "floors": ("floors_for_all",),
    "assembly": ("assembly_home",),
}
YEARS = (2028, 2030)


@dataclass(frozen=True)
class Answer:
    """What a case comes to.

    cost_musd: present value. home, china: share of the NdFeB magnets needed that home plants make, and that are bought
    of China, by year. short_magnets_t, short_musd: magnets that go short over all years, and the loss in present value.
    exposure: share of the value of all purchases that comes from China, over all years. margins_musd: what processes
    charge above their cost in the base case, in present value.
    """

    cost_musd: float
    home: dict[int, float]
    china: dict[int, float]
    short_magnets_t: float
    short_musd: float
    exposure: float
    margins_musd: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.levers", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="*", help="these levers")
    parser.add_argument("--whole", action="store_true", help="whole plans, audited, instead of relaxations")
    parser.add_argument("--gap", type=float, default=0.01, help="gap of whole plans")
    parser.add_argument("--calm", action="store_true", help="without the ban")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    chosen = parser.parse_args()
    found = ask(chosen.only, calm=chosen.calm, gap=chosen.gap if chosen.whole else None)
    print(table(found))
    if chosen.json:
        chosen.json.write_text(json.dumps(kept(found), indent=1))
    return 0


def ask(only: list[str] | None = None, calm: bool = False, gap: float | None = None) -> dict[str, dict[str, Answer]]:
    """The case and each lever, in calm and under the ban: relaxations, or whole plans to a gap."""
    names = [name for names in QUESTIONS.values() for name in names] if only is None else only
    base = read_case(BASE_CASE)
    found: dict[str, dict[str, Answer]] = {}
    for name in [BASE, *names]:
        for world, more in (("calm", ()), *(() if calm else (("ban", (BAN,)),))):
            case = read_case(BASE_CASE, [*overlay(name), *more])
            answer = relaxed(case, base) if gap is None else planned(case, gap)
            found.setdefault(name, {})[world] = answer
            print(f"{name}, {world}: {answer.cost_musd:.0f} M$", file=sys.stderr, flush=True)
    return found


def kept(found: dict[str, dict[str, Answer]]) -> dict[str, dict[str, Any]]:
    """The same as JSON has it."""
    return {name: {world: asdict(answer) for world, answer in worlds.items()} for name, worlds in found.items()}


def again(told: Mapping[str, Any]) -> Answer:
    """An answer from JSON, in which years are words."""
    years = {name: {int(year): share for year, share in told[name].items()} for name in ("home", "china")}
    return Answer(**{**told, **years})


def overlay(name: str) -> list[Path]:
    """Where a lever lies."""
    if name == BASE:
        return []
    return [next(folder / name for folder in (LEVERS, FUTURES) if (folder / name).is_dir())]


def relaxed(case: Case, at_cost: Case | None = None) -> Answer:
    """The answer of the relaxation, in which whole numbers may be fractions; margins are told above `at_cost`."""
    built = Built.of(case)
    outcome = Live(built.program.relaxed, SolveOptions(mip_gap=0.0, time_limit_s=600.0)).solve()
    if outcome.objective is None or outcome.values is None:
        raise RuntimeError(f"{outcome.status} {outcome.message}")
    found = Decisions(built.known, built.program, outcome.values)
    recipes = case.tables["recipes"]
    made = found.activity.merge(recipes.loc[recipes["t_per_t"] > 0, ["process", "material", "t_per_t"]], on="process")
    made = made.assign(t_per_year=made["t_per_year"] * made["t_per_t"])
    flows = [found.flows[kind][["offer", "node", "t_per_year"]] for kind in ("buy", "lift")]
    answer = _answer(case, outcome.objective, made, pd.concat(flows), found.shortages)
    return answer if at_cost is None else replace(answer, margins_musd=_margins(case, at_cost, found.activity))


def _margins(case: Case, at_cost: Case, activity: pd.DataFrame) -> float:
    """What plants charge above their cost for what they run, M$ in present value."""
    key = ["facility", "process"]
    costs = [one.tables["processes"].set_index(key)["cost_usd_per_t"] for one in (case, at_cost)]
    more = (costs[0] - costs[1]).rename("more").reset_index()
    run = activity.merge(more, on=key)
    worth = run["node"].str[:4].astype(int).map(_worth(case))
    return float((run["t_per_year"] * run["more"] * worth).sum() / 1e6)


def _worth(case: Case) -> dict[int, float]:
    """What a dollar a year in a period is in present value, by period."""
    rate, base = float(case.settings["discount_rate"]), int(case.settings["base_year"])
    years = case.tables["periods"].set_index("period")["years"]
    return {p: sum((1 + rate) ** (base - y) for y in range(p, p + int(n))) for p, n in years.items()}


def planned(case: Case, gap: float) -> Answer:
    """The answer of a whole plan."""
    plan = solve_case(case, replace(default_options(case), mip_gap=gap, time_limit_s=600.0))
    made, lifts = plan.tables["throughput"], plan.tables["lifts"]
    offer_of = case.tables["contracts"].set_index("contract")["offer"]
    bought = pd.concat([plan.tables["purchases"], lifts.assign(offer=lifts["contract"].map(offer_of))])
    return _answer(case, plan.objective_musd, made[made["t_per_year"] > 0], bought, plan.tables["shortages"])


def _answer(case: Case, musd: float, made: pd.DataFrame, bought: pd.DataFrame, short: pd.DataFrame) -> Answer:
    """Every future has one path here, so a node's first four signs are its period."""
    places = case.tables["places"].set_index("place")["country"]
    home = case.tables["facilities"].set_index("facility")["place"].map(places) == case.settings["home_country"]
    offers = case.tables["offers"].set_index("offer")
    segments = case.tables["segments"].set_index("segment")
    years = case.tables["periods"].set_index("period")["years"]
    need, bought, short = (
        frame.assign(period=frame["period"] if "period" in frame else frame["node"].str[:4].astype(int))
        for frame in (
            case.tables["demand"],
            bought[["offer", "node", "t_per_year"]],
            short[["segment", "node", "t_per_year"]],
        )
    )
    made = made.assign(period=made["node"].str[:4].astype(int))
    made = made[made["material"].str.startswith("NdFeB") & made["facility"].map(home)]
    of_china = bought["offer"].map(offers["origin"]) == "CHN"
    value = bought["t_per_year"] * bought["offer"].map(offers["price_usd_per_t"]) * bought["period"].map(years)
    magnets = bought["offer"].map(offers["material"]).str.startswith("NdFeB")
    need = need[need["segment"].map(segments["material"]).str.startswith("NdFeB")]
    total = need.groupby("period")["t_per_year"].sum()
    short = short.assign(musd=short["t_per_year"] * short["segment"].map(segments["shortage_usd_per_t"]) / 1e6)
    short = short.assign(t=short["t_per_year"] * short["period"].map(years))
    return Answer(
        cost_musd=musd,
        home=_by_year(made, total),
        china=_by_year(bought[magnets & of_china], total),
        short_magnets_t=float(short.loc[short["segment"].map(segments["material"]).str.startswith("NdFeB"), "t"].sum()),
        short_musd=float((short["musd"] * short["period"].map(_worth(case))).sum()),
        exposure=float(value[of_china].sum() / value.sum()),
    )


def _by_year(tons: pd.DataFrame, total: pd.Series) -> dict[int, float]:
    found = tons.groupby("period")["t_per_year"].sum()
    return {year: float(found.get(year, 0.0) / total[year]) for year in YEARS}


def a_year(case: Case) -> float:
    """What a M$ of present value is in each year of the horizon."""
    rate, years = float(case.settings["discount_rate"]), int(case.tables["periods"]["years"].sum())
    return 1 / sum((1 + rate) ** -year for year in range(years))


def table(found: dict[str, dict[str, Answer]]) -> str:
    """A line a lever: what it costs, in all and a year, and what it does to home make, China, exposure and a ban."""
    first, yearly = found[BASE], a_year(read_case(BASE_CASE))
    heading = ["lever", "cost, M$", "against the case", "a year", "home 2028", "home 2030", "China 2028", "exposure"]
    heading += ["cost of a ban", "magnets short in a ban, t"]
    lines = [heading]
    for name, worlds in found.items():
        calm = worlds["calm"]
        more = calm.cost_musd - first["calm"].cost_musd
        shares = (calm.home[2028], calm.home[2030], calm.china[2028], calm.exposure)
        line = [
            name,
            f"{calm.cost_musd:,.0f}",
            signed(more),
            signed(more * yearly, 1),
            *(f"{x:.0%}" for x in shares),
        ]
        if ban := worlds.get("ban"):
            line += [f"{ban.cost_musd - calm.cost_musd:,.0f}", f"{ban.short_magnets_t:,.0f}"]
        lines.append(line)
    marks = ["---", *["---:"] * (len(heading) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], marks, *lines[1:]])


if __name__ == "__main__":
    sys.exit(main())

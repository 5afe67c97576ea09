"""What pages quote of the figures that `results.py` keeps, and the pages with them.

A page holds a figure as `10,179<!--=plan.cost-->`, and a table between `<!--=levers.table-->` and `<!--=end-->`; what
stands in the mark is a name of `words()`. A mark is a comment, so a reader of the page does not see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import headline, hindcast, levers, ranges, together
from benchmarks.kept import BASE_CASE, HOME, kept, signed
from benchmarks.levers import Answer
from benchmarks.picture import levers_picture
from planner.case import read_case

PAGES = (
    "README.md",
    "inputs/us_base_case/README.md",
    "inputs/us_levers/README.md",
    "inputs/hindcast_2021_24/README.md",
)
PICTURE = Path("docs/pictures/levers.svg")
IN_README, ON_ITS_PAGE = (2026, 2028, 2030, 2039), (2026, 2027, 2028, 2029, 2030, 2035, 2039)
NUMBER = re.compile(r"([-−+]?\d[\d,]*(?:\.\d+)?)<!--=([\w.]+)-->")
BLOCK = re.compile(r"(<!--=([\w.]+)-->\n\n)(.*?)(\n\n<!--=end-->)", re.DOTALL)


def words() -> dict[str, str]:
    """Each figure that a page may quote, as it is written there, and each table, by name."""
    asked, (base, spread) = asked_levers(), asked_ranges()
    plan, hind, at_once = (kept(part)["figures"] for part in ("plan", "hindcast", "together"))
    drawn = together.again_drawn(at_once)
    found = {
        "plan.table": headline.table(plan, ON_ITS_PAGE),
        "plan.short_table": headline.table(plan, IN_README),
        "plan.builds_table": headline.builds(plan),
        "bridge.table": _bridge(kept("bridge")["figures"]),
        "views.table": _views(asked),
        "levers.table": levers.table(asked),
        "ranges.table": ranges.table(base, spread),
        "together.table": together.table(base, drawn),
        "together.explained": together.explained(at_once["inputs"], drawn),
        "together.draws": f"{len(drawn)}",
        "hindcast.table": hindcast.table(hind),
    }
    found |= {f"plan.{name}": text for name, text in _of_plan(plan)}
    for name, worlds in asked.items():
        key = name.replace(" ", "_")
        found |= {f"{key}.{figure}": text for figure, text in _of_lever(worlds, asked[levers.BASE])}
    for name, ends in spread.items():
        for end, answer in zip(("low", "high"), ends, strict=True):
            found |= {f"{slug(name)}.{end}.{figure}": text for figure, text in _of_end(answer, base)}
    return found | {f"hindcast.{name}": text for name, text in _of_hindcast(hind)}


def asked_levers() -> dict[str, dict[str, Answer]]:
    """The levers as they are kept."""
    told = kept("levers")["figures"]
    return {name: {world: levers.again(one) for world, one in worlds.items()} for name, worlds in told.items()}


def asked_ranges() -> tuple[Answer, dict[str, tuple[Answer, Answer]]]:
    """The ranges as they are kept: the case, and both ends of each."""
    told = dict(kept("ranges")["figures"])
    base = levers.again(told.pop("base"))
    return base, {name: (levers.again(low), levers.again(high)) for name, (low, high) in told.items()}


def _bridge(steps: list[list[Any]]) -> str:
    """What each group of changes did to the answer."""
    lines = ["| | cost, M$ | at home in 2028 |", "|---|---:|---:|"]
    return "\n".join([*lines, *(f"| {what} | {musd:,} | {home} % |" for what, musd, home in steps)])


def _views(asked: Mapping[str, Mapping[str, Answer]]) -> str:
    """The case at cost, and at what home makers ask, with their margins apart."""
    heading = ["", "cost, M$", "of it margins of home makers", "home 2028", "home 2030", "China 2028", "exposure"]
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)]]
    for words, name in (("what it costs the country", levers.BASE), ("what a buyer pays", "asking_prices")):
        calm = asked[name]["calm"]
        shares = (calm.home[2028], calm.home[2030], calm.china[2028], calm.exposure)
        money = [f"{calm.cost_musd:,.0f}", f"{calm.margins_musd:,.0f}"]
        lines.append([words, *money, *(f"{share:.0%}" for share in shares)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _of_plan(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "cost", f"{plan['cost_musd']:,.0f}"
    yield "bound", f"{plan['bound_musd']:,.0f}"
    yield "gap", f"{100 * plan['gap']:.2f}"
    yield "loss", f"{plan['loss_musd']:,.0f}"
    yield "support", f"{plan['support_musd']:,.0f}"
    yield "assumed", f"{100 * plan['assumed']:.0f}"
    yield "options", f"{plan['options']}"
    yield "builds", f"{len(plan['builds'])}"
    yield "short", f"{sum(plan['short_t'].values()):,.0f}"
    yield "short_Y", f"{plan['short_t'].get('Y oxide', 0.0):,.1f}"
    yield "short_Gd", f"{plan['short_t'].get('Gd oxide', 0.0):,.1f}"
    for row in plan["magnets"]:
        yield f"home_{row['period']}", f"{100 * row['home'] / row['need']:.0f}"


def _of_lever(worlds: Mapping[str, Answer], first: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    calm, ban = worlds["calm"], worlds["ban"]
    more = calm.cost_musd - first["calm"].cost_musd
    yield "cost", f"{calm.cost_musd:,.0f}"
    yield "more", _signed(more)
    yield "sum", f"{abs(more):,.0f}"
    yield "a_year", f"{abs(more) * levers.a_year(read_case(HOME / BASE_CASE)):,.0f}"
    yield "margins", f"{calm.margins_musd:,.0f}"
    yield "home_2028", f"{100 * calm.home[2028]:.0f}"
    yield "home_2030", f"{100 * calm.home[2030]:.0f}"
    yield "exposure", f"{100 * calm.exposure:.0f}"
    yield "ban", f"{ban.cost_musd - calm.cost_musd:,.0f}"
    yield "short", f"{ban.short_magnets_t:,.0f}"


def _of_end(answer: Answer, base: Answer) -> Iterator[tuple[str, str]]:
    yield "more", _signed(answer.cost_musd - base.cost_musd)
    yield "home_2028", f"{100 * answer.home[2028]:.0f}"
    yield "home_2030", f"{100 * answer.home[2030]:.0f}"


def _of_hindcast(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    least = {(row["goods"], row["measure"], row["year"]): row["share"] for row in told["planned"]}
    for row in told["record"]:
        key = f"{row['goods']}_{row['measure']}_{row['year']}"
        yield key, f"{100 * row['share']:.0f}"
        yield f"{key}.away", f"{100 * (least[row['goods'], row['measure'], row['year']] - row['share']):.0f}"


def _signed(musd: float) -> str:
    return signed(musd).replace("-", "−")


def slug(name: str) -> str:
    """The words of an input before its range: price_of_dy_and_tb."""
    return "_".join(re.findall(r"[a-z]+", re.split(r"[-+:]\s?\d|:", name.lower())[0]))


def page_with(text: str, known: Mapping[str, str]) -> str:
    """A page with each figure and table as it is known now; KeyError names a mark that is none."""
    text = BLOCK.sub(lambda found: found[1] + known[found[2]] + found[4], text)
    return NUMBER.sub(lambda found: f"{known[found[2]]}<!--={found[2]}-->", text)


def write_pages() -> list[Path]:
    """Write the pages and the picture again, and say which have changed."""
    known, changed = words(), []
    fresh = {HOME / page: page_with((HOME / page).read_text(encoding="utf-8"), known) for page in PAGES}
    fresh[HOME / PICTURE] = levers_picture(asked_levers())
    for path, text in fresh.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed

"""The four pictures of the brief: supply by country, cost by year, what runs when, what changes the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.brief.drawing import (
    ACCENT,
    INK,
    LINE,
    QUIET,
    SMALLEST_POINTS,
    Axis,
    Box,
    Drawing,
    Lettering,
    Shape,
    Stroke,
    amount,
)
from planner.brief.fonts import cut, width
from planner.results.awards import OPEN
from planner.results.colours import OTHERS, PALETTE, colour, ranked_countries
from planner.results.demand import delivered_by_stage, stage_name
from planner.results.facts import Facts, records
from planner.results.frames import across
from planner.results.grades import by_grade
from planner.results.money import GROUPS, OTHER_TERMS, cost_by_group
from planner.results.timeline import PROJECT, timeline
from planner.results.turns import turns
from planner.results.words import listed, musd, percent, span

WIDE, HIGH = 256.0, 128.0
HIGHEST = 180.0
_AXIS, _FOOT, _LEGEND = 34.0, 11.0, 9.0
_MOST_LINES, _MOST_TURNS = 9, 7
OTHER_COUNTRIES = "Others"


@dataclass(frozen=True)
class Series:
    """One of what is stacked: its name, its colour, and an amount a period."""

    name: str
    fill: str
    values: tuple[float, ...]


def supply_by_country(facts: Facts, high: float) -> tuple[str, Drawing]:
    """Where what is delivered was made, of the stage that is delivered most; stages are never added.

    Countries that have no colour of their own are added up.
    """
    found = delivered_by_stage(facts)
    if found.empty:
        return "Supply by country", nothing("Nothing is delivered.", high)
    sums = found.assign(all=found["t"] * found["period"].map(facts.years)).groupby("stage")["all"].sum()
    stage = str(sums.idxmax())
    part = found[found["stage"] == stage]
    part = part.assign(shown=[c if colour(facts, c) != OTHERS else OTHER_COUNTRIES for c in part["country"]])
    wide = across(part, ["shown"], "t", facts.labels).set_index("shown")
    ranks = ranked_countries(facts)
    order = sorted(wide.index, key=lambda c: (c == OTHER_COUNTRIES, ranks.get(str(c), 999), str(c)))
    series = [Series(str(c), colour(facts, str(c)), tuple(wide.loc[c].astype(float))) for c in order]
    labels = list(facts.labels.values())
    name = stage_name(facts, stage)
    alt = f"{name} delivered, t a year, by the country that made it. " + _ends(series, labels)
    return f"Supply: {name} delivered, t a year, by country that made it", stacked(series, labels, alt, high)


def _ends(series: Sequence[Series], labels: Sequence[str]) -> str:
    said = []
    for place in dict.fromkeys((0, len(labels) - 1)):
        values = {one.name: one.values[place] for one in series}
        whole = sum(values.values())
        top = sorted(values, key=lambda name: -values[name])[:3]
        shares = ", ".join(f"{name} {percent(values[name] / whole)}" for name in top) if whole else "none"
        said.append(f"{labels[place]}: {shares}")
    return "; ".join(said) + "."


def cost_by_year(facts: Facts, high: float) -> tuple[str, Drawing]:
    """What is paid a year, in groups of terms, with income below the line."""
    wide = cost_by_group(facts)
    if wide.empty:
        return "Cost a year", nothing("Nothing is paid.", high)
    labels = list(facts.labels.values())
    names = list(dict.fromkeys(GROUPS.values()))
    series = [
        Series(str(row["group"]), OTHERS if row["group"] == OTHER_TERMS else PALETTE[names.index(str(row["group"]))],
               tuple(facts.money.of(float(row[label])) for label in labels))
        for _, row in wide.iterrows()
    ]  # fmt: skip
    sums = [float(wide[label].sum()) for label in labels]
    said = f"{labels[0]}: {musd(sums[0], facts.money)}; {labels[-1]}: {musd(sums[-1], facts.money)} in all."
    title = f"Cost a year, undiscounted, {facts.million}"
    return title, stacked(series, labels, f"{title}, by group of terms. {said}", high)


def stacked(series: Sequence[Series], labels: Sequence[str], alt: str, high: float = HIGH) -> Drawing:
    """Stacked columns, amounts above and below zero apart, with axis and legend."""
    keys, below = _legend([(s.name, s.fill) for s in series], high)
    count = len(labels)
    ups = [sum(max(0.0, s.values[k]) for s in series) for k in range(count)]
    downs = [sum(min(0.0, s.values[k]) for s in series) for k in range(count)]
    bottom = high - below - _FOOT
    scale = Axis.over([*ups, *downs], bottom, 5.0)
    shapes: list[Shape] = []
    for tick in scale.ticks:
        y = scale.at(tick)
        shapes.append(Stroke(_AXIS, y, WIDE, y, LINE if abs(tick) > scale.step / 2 else QUIET))
        shapes.append(Lettering(_AXIS - 3, y + 2.5, amount(tick, scale.step), SMALLEST_POINTS, QUIET, anchor="end"))
    each = (WIDE - _AXIS) / count
    for k in range(count):
        up, down = 0.0, 0.0
        for one in series:
            value = one.values[k]
            start = up if value > 0 else down
            if value > 0:
                up += value
            else:
                down += value
            top, base = sorted((scale.at(start), scale.at(start + value)))
            if base - top > 0.02:
                shapes.append(Box(_AXIS + each * (k + 0.14), top, each * 0.72, base - top, one.fill))
    shapes += _periods(labels, each, bottom + _FOOT - 2)
    return Drawing(WIDE, high, (*shapes, *keys), alt)


def _periods(labels: Sequence[str], each: float, y: float) -> list[Shape]:
    """The periods below the columns, as many as fit; of a span of years, the first."""
    texts = [label.split("–", maxsplit=1)[0] for label in labels]
    every = 1
    while every * each < width("2026", SMALLEST_POINTS) + 3 and every < len(texts):
        every += 1
    return [
        Lettering(_AXIS + each * (k + 0.5), y, text, SMALLEST_POINTS, QUIET, anchor="middle")
        for k, text in enumerate(texts)
        if k % every == 0
    ]


def _legend(keys: Sequence[tuple[str, str]], high: float) -> tuple[list[Shape], float]:
    """Names with their colours, on as many lines as they need at the foot of a picture; and how high that is."""
    lines: list[list[tuple[float, str, str]]] = [[]]
    x = 0.0
    for name, fill in keys:
        text = cut(name, 110.0, SMALLEST_POINTS)
        wide = 10 + width(text, SMALLEST_POINTS) + 7
        if x + wide > WIDE + 7 and lines[-1]:
            lines.append([])
            x = 0.0
        lines[-1].append((x, text, fill))
        x += wide
    shapes: list[Shape] = []
    for number, line in enumerate(lines):
        y = high - _LEGEND * (len(lines) - number) + 7
        for x, text, fill in line:
            shapes += [Box(x, y - 5.5, 6, 6, fill), Lettering(x + 9, y, text, SMALLEST_POINTS)]
    return shapes, _LEGEND * len(lines) + 2


def calendar(facts: Facts, high: float) -> tuple[str, Drawing]:
    """Projects with permit, building and running, then the awards with most money; open ones are hollow."""
    rows = timeline(facts)
    title = "What runs when: projects, then awards"
    if rows.empty:
        return title, nothing("Nothing is bought and nothing built.", high)
    begun = list(records(rows[rows["kind"] == PROJECT].head(_MOST_LINES)))
    shown = [*begun, *list(records(rows[rows["kind"] != PROJECT]))[: _MOST_LINES - len(begun)]]
    first, last = facts.horizon
    left = 96.0
    each = (WIDE - left) / (last - first + 1)
    lines = min(22.0, (high - _LEGEND - 3 - _FOOT) / len(shown))
    high = lines * len(shown) + _FOOT + _LEGEND + 3
    shapes: list[Shape] = []
    for number, row in enumerate(shown):
        y = number * lines
        shapes.append(Lettering(0, y + lines * 0.5 + 2.5, cut(row.what, left - 4, SMALLEST_POINTS), SMALLEST_POINTS))
        for start, end, fill in (
            (row.begun, row.building - 1, OTHERS),
            (max(row.begun, row.building), row.running - 1, PALETTE[1]),
            (row.running, row.end, PALETTE[0]),
        ):
            if end >= start:
                x, wide = left + (start - first) * each, (end - start + 1) * each
                inside = _PALER[fill] if row.word == OPEN else fill
                shapes.append(Box(x, y + lines * 0.18, wide, lines * 0.64, inside, fill))
    shapes += _years(first, last, left, each, lines * len(shown))
    building = [("Permit", OTHERS), ("Build", PALETTE[1])] if shown[0].kind == PROJECT else []
    drawn, _ = _legend([*building, ("Deliver", PALETTE[0]), ("pale: open", _PALER[PALETTE[0]])], high)
    said = "; ".join(f"{row.what} {span(int(row.begun), int(row.end))}, {row.word}" for row in shown)
    return title, Drawing(WIDE, high, (*shapes, *drawn), f"Calendar: {said}.")


_PALER = {OTHERS: "#E3E3E3", PALETTE[0]: "#BFDBEC", PALETTE[1]: "#F9E6BF"}


def _years(first: int, last: int, left: float, each: float, end: float) -> list[Shape]:
    """The axis of years below the bars."""
    every = 1
    while every * each < width("2026", SMALLEST_POINTS) + 4:
        every += 1
    shapes: list[Shape] = [Stroke(left, end, WIDE, end, QUIET)]
    for year in range(first, last + 1, every):
        if left + (year - first + 0.5) * each > WIDE - 8:
            break
        x = left + (year - first + 0.5) * each
        shapes.append(Stroke(x, end, x, end + 2, QUIET))
        shapes.append(Lettering(x, end + 9, str(year), SMALLEST_POINTS, QUIET, anchor="middle"))
    return shapes


def tornado(facts: Facts, high: float) -> tuple[str, Drawing]:
    """What changes this plan's cost most, with all decisions held: less to the left, more to the right."""
    rows = turns(facts).head(_MOST_TURNS)
    money = ("low_musd", "high_musd", "size_musd")
    rows = rows.assign(**{name: facts.money.of(rows[name].astype(float)) for name in money})
    title = f"What changes the answer: cost of this plan, {facts.million}, less or more"
    if rows.empty:
        return title, nothing("Nothing is paid, so nothing changes.", high)
    left, room = 110.0, 30.0
    size = float(rows["size_musd"].max())
    scale = Axis(-size, size, size, left + room, WIDE - room)
    lines = min(22.0, (high - 4) / len(rows))
    zero = scale.at(0.0)
    shapes: list[Shape] = []
    for number, row in enumerate(records(rows)):
        y = number * lines + 2
        middle = y + lines * 0.5 + 2.5
        shapes.append(Lettering(0, middle, cut(row.what, left - 2, SMALLEST_POINTS), SMALLEST_POINTS))
        for value, fill in ((row.low_musd, PALETTE[2]), (row.high_musd, PALETTE[5])):
            if pd.isna(value) or not value:
                continue
            ends = sorted((zero, scale.at(value)))
            shapes.append(Box(ends[0], y + lines * 0.16, ends[1] - ends[0], lines * 0.68, fill))
            x, anchor = (ends[0] - 2, "end") if value < 0 else (ends[1] + 2, "start")
            shapes.append(Lettering(x, middle, _signed(value), SMALLEST_POINTS, INK, anchor=anchor))
    shapes.append(Stroke(zero, 0, zero, lines * len(rows) + 4, QUIET))
    said = "; ".join(f"{row.what}: {_ends_of(row)}" for row in records(rows))
    return title, Drawing(WIDE, high, tuple(shapes), f"Bars: {said}.")


def _signed(value: float) -> str:
    """With its sign, and as many decimals as it is worth."""
    return f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+,.1f}" if abs(value) >= 10 else f"{value:+,.2f}"


def _ends_of(row: Any) -> str:
    return " to ".join(_signed(value) for value in (row.low_musd, row.high_musd) if pd.notna(value))


def evidence(facts: Facts, wide: float) -> Drawing:
    """One bar of all cost by grade of the data that it rests on, and its legend."""
    rows = by_grade(facts)
    fills: Mapping[str, str] = {"A": PALETTE[2], "B": PALETTE[4], "C": PALETTE[6], "D": PALETTE[5], "": OTHERS}
    shapes: list[Shape] = []
    x, key = 0.0, 0.0
    for row in records(rows):
        part = float(row.share) * wide
        shapes.append(Box(x, 0, part, 9, fills[row.grade]))
        text = f"{f'{row.grade} ' if row.grade else ''}{row.meaning} {percent(row.share)}"
        shapes += [Box(key, 13.5, 6, 6, fills[row.grade]), Lettering(key + 9, 19, text, SMALLEST_POINTS)]
        x += part
        key += 9 + width(text, SMALLEST_POINTS) + 12
    said = listed([f"{row.meaning} {percent(row.share)}" for row in records(rows)], 5)
    return Drawing(wide, 22, tuple(shapes), f"Cost by grade of the data that it rests on: {said}.")


def nothing(text: str, high: float) -> Drawing:
    """A picture that says why there is none."""
    shapes = (Box(0, 0, WIDE, high, "", LINE), Lettering(WIDE / 2, high / 2, text, 8.0, ACCENT, anchor="middle"))
    return Drawing(WIDE, high, shapes, text)

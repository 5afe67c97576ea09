"""Charts: a frame in, a chart out. Colours come from the theme; every chart is drawn without a request to anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import plotly.graph_objects as go

from planner.case.quantity import in_words
from planner.pages.words import chart_text
from planner.results.scale import IN_MILLIONS, scale_at_hand

LINK_HOVER = "%{source.label} → %{target.label}<br>%{customdata}: %{value:,.1f} t/yr<extra></extra>"
MOST_POINTS = 300
BOUND_LINE = "bound: no plan is below"
MOST_SERIES = 7
MOST_LINKS = 60
ALL_OTHERS = "All others"
INK = "#0B1216"
GREY = "#88A0B8"
SHORTAGE = alt.Scale(domain=[0, 0.5, 1], range=["#F2F5F7", "#E69A62", "#8A3600"], interpolate="rgb")
KIND_COLOURS = {
    "bought": "#0072B2",
    "facility": "#332288",
    "collected": "#882255",
    "stock": "#88A0B8",
    "segment": "#C44E00",
    "sold": "#D9A400",
    "disposed": "#CC6677",
}
PAGE_PALETTE = ["#0072B2", "#D9A400", "#882255", "#56B4E9", "#C44E00", "#332288", "#CC6677", "#88A0B8"]


def largest_series(data: pd.DataFrame, by: str, value: str) -> tuple[pd.DataFrame, list[str]]:
    """Keep the largest series and add up the rest, so that colours stay few; the order is by size."""
    size = data.groupby(by)[value].sum().abs().sort_values(ascending=False, kind="stable")
    kept = [str(name) for name in size.index[:MOST_SERIES]]
    short = data.assign(**{by: data[by].astype(str).where(data[by].astype(str).isin(kept), ALL_OTHERS)})
    return short, kept + ([ALL_OTHERS] if len(size) > MOST_SERIES else [])


def stacked_bars(
    data: pd.DataFrame, by: str, value: str, heading: str, periods: Sequence[str], decimals: int = 0
) -> alt.Chart:
    """One bar a period, one colour a series."""
    money = scale_at_hand()
    if IN_MILLIONS.unit in heading:
        data, heading = data.assign(**{value: money.of(data[value])}), money.told(heading)
        decimals = money.places(decimals)
    short, order = largest_series(data, by, value)
    short = short.groupby(["period", by], as_index=False)[[value]].sum()
    short["rank"] = short[by].map({name: place for place, name in enumerate(order)})
    colours = PAGE_PALETTE[: len(order) - (ALL_OTHERS in order)] + ([GREY] if ALL_OTHERS in order else [])
    pattern = f",.{decimals}f"
    chart: alt.Chart = (
        alt.Chart(short)
        .mark_bar()
        .encode(
            x=alt.X(
                "period:N",
                scale=alt.Scale(domain=list(periods)),
                title=None,
                axis=alt.Axis(labelAngle=0, labelOverlap="greedy"),
            ),
            y=alt.Y(f"{value}:Q", title=in_words(heading), axis=alt.Axis(format="~s"), scale=alt.Scale(nice=True)),
            color=alt.Color(
                f"{by}:N",
                sort=order,
                scale=alt.Scale(domain=order, range=colours),
                legend=alt.Legend(title=None, orient="top", columns=2, labelLimit=165, symbolLimit=0),
            ),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("period:N", title="period"),
                alt.Tooltip(f"{by}:N", title="series"),
                alt.Tooltip(f"{value}:Q", title=in_words(heading), format=pattern),
            ],
        )
        .properties(height=330 + 20 * -(-len(order) // 2))
    )
    return chart


def shortage_map(data: pd.DataFrame, periods: Sequence[str]) -> alt.LayerChart:
    """Segments down, periods across, the share that goes short as depth of colour and as a number."""
    segments = data["segment"].drop_duplicates().tolist()
    base = alt.Chart(data).encode(
        x=alt.X("period:N", sort=list(periods), title=None, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("segment:N", sort=segments, title=None, axis=alt.Axis(labelLimit=180)),
    )
    tooltip = [
        alt.Tooltip("segment:N"),
        alt.Tooltip("period:N"),
        alt.Tooltip("short:Q", title=in_words("short t/yr"), format=",.1f"),
        alt.Tooltip("need:Q", title=in_words("need t/yr"), format=",.1f"),
    ]
    cells = base.mark_rect().encode(
        color=alt.Color(
            "short_share:Q",
            scale=SHORTAGE,
            legend=None,
        ),
        tooltip=tooltip,
    )
    text = base.mark_text(fontSize=11).encode(
        text=alt.Text("short_share:Q", format=".0%"),
        color=alt.condition("datum.short_share > 0.5", alt.value("white"), alt.value(INK)),
        opacity=alt.condition("datum.short > 0.000001", alt.value(1), alt.value(0)),
        tooltip=tooltip,
    )
    chart: alt.LayerChart = (cells + text).properties(height=26 * len(segments) + 60)
    return chart


def gantt(data: pd.DataFrame, last_year: int) -> alt.LayerChart:
    """From begun to first output pale, from then on solid, to the end of the horizon."""
    bars = data.assign(
        start=data["begun"].astype(float),
        ready=data["first_output"].clip(upper=last_year + 1).astype(float),
        end=(data["last_output"] + 1).clip(upper=last_year + 1).astype(float),
        label=[in_words(f"{size:,.0f} t/yr") for size in data["size_t_per_year"]],
        capex_musd=scale_at_hand().of(data["capex_musd"]),
        row=[f"{option} ({begun})" for option, begun in zip(data["option"], data["begun"], strict=True)],
    )
    order = bars["row"].tolist()
    phases = pd.concat(
        [
            bars.assign(phase="permits and construction", left=bars["start"], right=bars["ready"]),
            bars.assign(phase="running", left=bars["ready"], right=bars["end"]),
        ]
    )
    phases = phases[phases["right"] > phases["left"]]
    scale = alt.Scale(domain=[float(data["begun"].min()), last_year + 1.0], nice=False)
    axis = alt.Axis(format="d", tickMinStep=1, orient="top", labelOverlap="greedy")
    y = alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=190))
    tooltip = [
        alt.Tooltip("option:N", title="project"),
        alt.Tooltip("begun:Q", title="begun", format="d"),
        alt.Tooltip("first_output:Q", title="first output", format="d"),
        alt.Tooltip("size_t_per_year:Q", title=in_words("t/yr"), format=",.0f"),
        alt.Tooltip("capex_musd:Q", title=scale_at_hand().unit, format=",.0f"),
    ]
    drawn = (
        alt.Chart(phases)
        .mark_bar(height=18, cornerRadius=2)
        .encode(
            x=alt.X("left:Q", scale=scale, axis=axis, title=None),
            x2="right:Q",
            y=y,
            color=alt.Color(
                "phase:N",
                scale=alt.Scale(domain=["permits and construction", "running"], range=["#B9D6E9", "#0072B2"]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=tooltip,
        )
    )
    running = bars[bars["end"] > bars["ready"]]
    text = (
        alt.Chart(running)
        .mark_text(align="left", dx=5, color="white", fontSize=11)
        .encode(x=alt.X("ready:Q", scale=scale, axis=axis, title=None), y=y, text="label:N", tooltip=tooltip)
    )
    chart: alt.LayerChart = (drawn + text).properties(height=34 * len(order) + 110)
    return chart


def sankey(links: pd.DataFrame) -> go.Figure:
    """Sources left, users right; columns source, source_kind, target, target_kind, material, t_per_year."""
    kinds = dict(zip(links["source"], links["source_kind"], strict=True))
    kinds |= dict(zip(links["target"], links["target_kind"], strict=True))
    names = list(kinds)
    place = {name: number for number, name in enumerate(names)}
    colours = [KIND_COLOURS.get(kinds[name], GREY) for name in names]
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            textfont={"shadow": "none", "color": INK, "size": 12},
            node={
                "label": [chart_text(name) for name in names],
                "color": colours,
                "pad": 14,
                "thickness": 14,
                "line": {"width": 0},
                "hovertemplate": in_words("%{label}<br>%{value:,.0f} t/yr<extra></extra>"),
            },
            link={
                "source": links["source"].map(place).tolist(),
                "target": links["target"].map(place).tolist(),
                "value": links["t_per_year"].tolist(),
                "color": [_pale(KIND_COLOURS.get(kind, GREY)) for kind in links["source_kind"]],
                "customdata": [chart_text(name) for name in links["material"]],
                "hovertemplate": in_words(LINK_HOVER),
            },
        )
    )
    height = min(900, max(360, 26 * max(links["source"].nunique(), links["target"].nunique())))
    figure.update_layout(height=height, margin={"l": 4, "r": 4, "t": 8, "b": 8})
    return figure


def cost_bars(data: pd.DataFrame) -> alt.LayerChart:
    """Total cost by term, largest first; what is earned points left."""
    total = (
        data.groupby("term", as_index=False)[["discounted_musd"]].sum().sort_values("discounted_musd", ascending=False)
    )
    money = scale_at_hand()
    total["discounted_musd"] = money.of(total["discounted_musd"])
    total["label"] = [f"{value:,.{money.places(1)}f}" for value in total["discounted_musd"]]
    order = total["term"].tolist()
    base = alt.Chart(total).encode(y=alt.Y("term:N", sort=order, title=None))
    bars = base.mark_bar().encode(
        x=alt.X("discounted_musd:Q", title=f"{money.unit}, discounted", axis=alt.Axis(format="~s")),
        color=alt.condition("datum.discounted_musd < 0", alt.value("#D9A400"), alt.value("#0072B2")),
        tooltip=[
            alt.Tooltip("term:N"),
            alt.Tooltip("discounted_musd:Q", title=money.unit, format=f",.{money.places(2)}f"),
        ],
    )
    text = base.mark_text(align="left", dx=4, color=INK).encode(
        x=alt.X("right:Q", title=f"{money.unit}, discounted"), text="label:N"
    )
    text = text.transform_calculate(right="max(datum.discounted_musd, 0)")
    chart: alt.LayerChart = (bars + text).properties(height=30 * len(order) + 50)
    return chart


def gap_chart(progress: Sequence[Any]) -> alt.Chart | None:
    """Best plan falling, bound rising; None as long as there is nothing to draw."""
    rows = [event.data for event in progress]
    best = [(row["seconds"], row["best_musd"], "best plan") for row in rows if row["best_musd"] is not None]
    bound = [(row["seconds"], row["bound_musd"], BOUND_LINE) for row in rows
             if row["bound_musd"] is not None and best and row["seconds"] >= best[0][0]]  # fmt: skip
    if not best:
        return None
    money = scale_at_hand()
    data = pd.DataFrame(_thinned(best) + _thinned(bound), columns=["seconds", "musd", "line"])
    data["musd"] = money.of(data["musd"])
    low, high = _window([money.of(value) for _, value, _ in best], [money.of(value) for _, value, _ in bound])
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_line(interpolate="step-after", strokeWidth=2.5, clip=True, point=len(data) < 6)
        .encode(
            x=alt.X("seconds:Q", title="seconds of solving", scale=alt.Scale(nice=False, zero=True)),
            y=alt.Y(
                "musd:Q",
                title=f"objective, {money.unit}",
                scale=alt.Scale(domain=[low, high], zero=False),
                axis=alt.Axis(format=",.5~g"),
            ),
            color=alt.Color(
                "line:N",
                scale=alt.Scale(domain=["best plan", BOUND_LINE], range=["#0072B2", "#C44E00"]),
                legend=alt.Legend(title=None, orient="top", labelLimit=300),
            ),
            strokeDash=alt.StrokeDash(
                "line:N",
                scale=alt.Scale(domain=["best plan", BOUND_LINE], range=[[1, 0], [6, 3]]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("line:N", title=" "),
                alt.Tooltip("seconds:Q", title="s", format=",.1f"),
                alt.Tooltip("musd:Q", title=money.unit, format=f",.{money.places(2)}f"),
            ],
        )
        .properties(height=300)
    )
    return chart


def _window(best: list[float], bound: list[float]) -> tuple[float, float]:
    """The range of the axis: from the second plan on, because the first is often far off and flattens the rest."""
    told = [value for value in best if value < best[0]] or best
    values = told + [value for value in bound if math.isfinite(value)][-max(1, len(bound) * 3 // 4):]  # fmt: skip
    low, high = min(values), max(values)
    margin = 0.08 * (high - low) or 0.01 * abs(high) or 1.0
    return low - margin, high + margin


def _thinned(points: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    step = max(1, -(-len(points) // MOST_POINTS))
    return points[::step] + ([points[-1]] if points and (len(points) - 1) % step else [])


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.42)"

"""The levers in one picture: what each costs against what it does to a ban, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape

from benchmarks.kept import signed
from benchmarks.levers import BASE, QUESTIONS, Answer

WIDTH, LINE, TOP, LEFT = 900, 22, 64, 250
COST, BAN = (LEFT, 290), (LEFT + 340, 290)  # where each panel begins, and how wide it is
SAVES, COSTS, DARK, PALE = "#1b7f79", "#b3541e", "#22313f", "#8a97a3"


def levers_picture(found: Mapping[str, Mapping[str, Answer]]) -> str:
    """A line a lever: left its cost in calm, on a scale of square roots, right what a ban costs with it."""
    order = [name for names in QUESTIONS.values() for name in names if name in found]
    base = found[BASE]
    calm = {name: found[name]["calm"].cost_musd - base["calm"].cost_musd for name in order}
    ban = {name: found[name]["ban"].cost_musd - found[name]["calm"].cost_musd for name in [BASE, *order]}
    height = TOP + LINE * (len(order) + 1) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"'
        f' font-size="13" role="img" aria-labelledby="title">',
        '<title id="title">What each lever costs in calm, and what a lasting ban of China costs with it</title>',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(COST[0], 24, "Cost against the case, M$ (present value)", weight="bold"),
        _text(COST[0], 42, "left: saves · right: costs · bars by square root", fill=PALE),
        _text(BAN[0], 24, "What a ban from 2028 costs, M$", weight="bold"),
        _text(BAN[0], 42, "line: as the case is · tons: magnets short", fill=PALE),
    ]
    parts += _costs(order, calm)
    parts += _bans([BASE, *order], ban, {name: found[name]["ban"].short_magnets_t for name in [BASE, *order]})
    return "\n".join([*parts, "</svg>\n"])


def _costs(order: list[str], calm: Mapping[str, float]) -> Iterator[str]:
    left, wide = COST
    room = max(math.sqrt(abs(value)) for value in calm.values())
    zero = left + wide / 2
    yield _text(LEFT - 12, _row(0) + 15, BASE, anchor="end", weight="bold")
    for row, name in enumerate(order, start=1):
        reach = math.sqrt(abs(calm[name])) / room * (wide / 2 - 52)
        y, positive = _row(row), calm[name] > 0
        yield _text(LEFT - 12, y + 15, name, anchor="end")
        yield _bar(zero if positive else zero - reach, y + 4, reach, COSTS if positive else SAVES)
        said = signed(calm[name]).replace("-", "−")
        yield _text(zero + reach + 5 if positive else zero - reach - 5, y + 15, said, anchor="" if positive else "end")
    yield _line(zero, _row(1), zero, _row(len(order) + 1))


def _bans(order: list[str], ban: Mapping[str, float], short: Mapping[str, float]) -> Iterator[str]:
    left, wide = BAN
    room = max(ban.values()) / (wide - 150)
    for row, name in enumerate(order):
        y = _row(row)
        yield _bar(left, y + 4, ban[name] / room, DARK if name == BASE else PALE)
        yield _text(left + ban[name] / room + 6, y + 15, f"{ban[name]:,.0f} · {short[name]:,.0f} t")
    at = left + ban[BASE] / room
    yield _line(at, _row(0), at, _row(len(order)))


def _row(row: int) -> float:
    return TOP + LINE * row


def _bar(x: float, y: float, wide: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0.5):.1f}" height="14" fill="{fill}"/>'


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{DARK}"/>'


def _text(x: float, y: float, text: str, anchor: str = "", weight: str = "", fill: str = DARK) -> str:
    more = (f' text-anchor="{anchor}"' if anchor else "") + (f' font-weight="{weight}"' if weight else "")
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}"{more}>{escape(text)}</text>'

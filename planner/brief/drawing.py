"""A picture as a list of shapes in points, from the upper left: painted the same into PDF and as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

INK, QUIET, ACCENT, PALE, LINE, ALARM = "#1B2A38", "#44525E", "#17415F", "#E8EEF3", "#C9D3DB", "#9C2A00"
SMALLEST_POINTS = 7.0  # points: nothing that anybody must read is smaller


@dataclass(frozen=True)
class Box:
    """A filled rectangle; with `edge`, only its outline in that colour."""

    x: float
    y: float
    wide: float
    high: float
    fill: str = ""
    edge: str = ""


@dataclass(frozen=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = LINE
    thick: float = 0.5


@dataclass(frozen=True)
class Lettering:
    """A text on its base line; `anchor` says what of it stands at x: start, middle or end."""

    x: float
    y: float
    text: str
    size: float = SMALLEST_POINTS
    colour: str = INK
    bold: bool = False
    anchor: str = "start"


Shape = Box | Stroke | Lettering


@dataclass(frozen=True)
class Drawing:
    """A picture: its size, its shapes in the order in which they are painted, and the sentence that stands for it."""

    wide: float
    high: float
    shapes: tuple[Shape, ...]
    alt: str


@dataclass(frozen=True)
class Axis:
    """An axis of amounts that holds zero: its ends, its ticks, and where an amount lies between two points."""

    low: float
    high: float
    step: float
    at_low: float
    at_high: float

    @classmethod
    def over(cls, values: Sequence[float], at_low: float, at_high: float, ticks: int = 4) -> Axis:
        """An axis for these amounts with about so many ticks, at 1, 2 or 5 times a power of ten."""
        low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
        span = high - low or 1.0
        rough = span / ticks
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * (1 - 1e-9))
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        return cls(first * step, (last if last > first else first + 1) * step, step, at_low, at_high)

    def at(self, value: float) -> float:
        return self.at_low + (value - self.low) / (self.high - self.low) * (self.at_high - self.at_low)

    @property
    def ticks(self) -> list[float]:
        number = round((self.high - self.low) / self.step)
        return [self.low + k * self.step for k in range(number + 1)]


def amount(value: float, step: float) -> str:
    """A tick: 1,500, or 0.05 where steps are that small."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:,.{decimals}f}" if abs(value) > step / 2 else "0"

"""Inputs that are not sure: one at a time between two ends (a tornado), or all at once and many times (a sample).

Baotou sells the 100 t at 60,000 and Lynas would at 70,000. 20 % either way move Baotou's price from 48,000 to 72,000
and the cost from 4.8 to 7.0, where Lynas takes over: a swing of 2.2. Lynas's at 56,000 sells all for 5.6, at 84,000
nothing changes: a swing of 0.4.

A Latin hypercube of n draws cuts each range into n parts of one length and takes a value from each, in an order of its
own for every input (McKay, Beckman and Conover 1979): few draws stand for many. A seed gives the same draws everywhere.
What moves the cost is told by Spearman's correlation of ranks: 1 where cost always rises with the input, -1 where it
always falls, near 0 where it does not care. By chance alone it lies within 1.96 / sqrt(n - 1) in 19 of 20 samples.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case.changes import TIMES, Change, Original
from planner.errors import StudyError
from planner.schema import SHEETS, Number
from planner.studies.apart import not_nothing, ranks
from planner.studies.variations import PLANNED, Variation, Varied, gap_of

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_INPUTS = 500
CHANCE = 1.96
TORNADO = ["input", "low", "high", "low_musd", "high_musd", "swing_musd", "gap_musd", "told_apart", "rank", "outcome"]
_BETWEEN = re.compile(r"(.*\s(?:set|times|plus)\s+)(\S+)\s+to\s+(\S+)\s*", re.DOTALL)


@dataclass(frozen=True)
class Ends:
    """An input at its low and at its high end."""

    low: Change
    high: Change

    @property
    def variations(self) -> tuple[Variation, Variation]:
        """One for each end."""
        return Variation(str(self.low), (self.low,)), Variation(str(self.high), (self.high,))


def ends_of(text: str, original: Original) -> list[Ends]:
    """Of `offers.price_usd_per_t times 0.8, 1.2` the two ends for each thing whose rows fit: for each offer."""
    both = Change.several(text)
    if len(both) != 2:
        raise StudyError(f"'{text}': give two ends, low and high: offers.price_usd_per_t times 0.8, 1.2")
    original.refuse(both[:1])
    return [Ends(*pair) for pair in zip(*(original.one_by_one(end) for end in both), strict=True)]


def ends_of_grade(grade: str, by: float, original: Original) -> list[Ends]:
    """Figures in rows of a grade of data, so much less and so much more: those with a unit and no largest value."""
    found: list[Ends] = []
    for sheet in SHEETS:
        for column in sheet.columns:
            if isinstance(column, Number) and column.unit and column.at_most is None and column.name not in sheet.key:
                low = Change(sheet.name, (("grade", grade),), column.name, TIMES, f"{1 - by:.12g}")
                high = replace(low, value=f"{1 + by:.12g}")
                pairs = zip(original.one_by_one(low), original.one_by_one(high), strict=True)
                found += [Ends(*pair) for pair in pairs]
    if not found:
        raise StudyError(f"No figure of the case is of grade {grade}: A, B, C or D in a row's column grade.")
    if len(found) > MOST_INPUTS:
        raise StudyError(
            f"{len(found)} figures are of grade {grade}; at most {MOST_INPUTS} are tried. Name some: --each."
        )
    return found


def tornado_table(inputs: Sequence[Ends], found: Varied) -> pd.DataFrame:
    """One row an input, the widest swing first: TORNADO. Figures are against the case as it is, in M$.

    The swing is from the least to the most of the costs at both ends and as it is. It may be off by the gaps of the two
    plans between which it lies; inputs of one rank are not told apart.
    """
    by_name = {result["variation"]: result for result in found.results}
    rows = []
    for ends in inputs:
        both = [by_name[one.name] for one in ends.variations if one.name in by_name]
        if len(both) == 2 and found.base is not None:
            rows.append(_swing(ends, found.base, both[0], both[1]))
    table = pd.DataFrame(rows, columns=[name for name in TORNADO if name != "rank"])
    swing, gap = (table[name].astype(float) for name in ("swing_musd", "gap_musd"))
    known = swing.notna()
    least, most = (swing - gap)[known].tolist(), (swing + gap)[known].tolist()
    table["rank"] = pd.Series(ranks(least, most), index=swing.index[known], dtype="float64")
    order = (-swing.fillna(-1.0)).sort_values(kind="stable").index
    return table.loc[order, TORNADO].reset_index(drop=True)


def _swing(ends: Ends, base: Mapping[str, Any], low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"input": ends.low.cells}
    lost = []
    for name, change, result in (("low", ends.low, low), ("high", ends.high, high)):
        row[name] = f"{change.verb} {change.value}"
        if result["outcome"] != PLANNED:
            lost.append(f"{name}: {result['outcome']}")
        elif base["outcome"] == PLANNED:
            row[f"{name}_musd"] = result["cost_musd"] - base["cost_musd"]
    row["outcome"] = "; ".join(lost)
    planned = [one for one in (base, low, high) if one["outcome"] == PLANNED]
    if len(planned) > 1:
        least, most = (choose(planned, key=_cost) for choose in (min, max))
        gap = 0.0 if least is most else gap_of(least) + gap_of(most)
        swing = _cost(most) - _cost(least)
        row |= {"swing_musd": swing, "gap_musd": gap, "told_apart": not_nothing(swing, gap)}
    return row


def _cost(result: Mapping[str, Any]) -> float:
    return float(result["cost_musd"])


@dataclass(frozen=True)
class Range:
    """An input and the two values between which it lies, each value as likely as any other."""

    change: Change
    low: float
    high: float

    @classmethod
    def parse(cls, text: str) -> Range:
        """From `offers.price_usd_per_t times 0.8 to 1.2`."""
        found = _BETWEEN.fullmatch(text)
        try:
            low, high = (float(end) for end in found.group(2, 3)) if found else (1.0, 0.0)
        except ValueError:
            low, high = 1.0, 0.0
        if found is None or not low < high:
            raise StudyError(f"'{text}' is not a range. Write it like: offers.price_usd_per_t times 0.8 to 1.2")
        return cls(Change.parse(found.group(1) + found.group(2)), low, high)

    def at(self, share: float) -> Change:
        """The change at a share of the way from the low to the high end."""
        return replace(self.change, value=f"{self.low + share * (self.high - self.low):.12g}")

    @property
    def name(self) -> str:
        """The cells and what is done to them."""
        return f"{self.change.cells} {self.change.verb}"


def draws(ranges: Sequence[Range], count: int, seed: int) -> list[Variation]:
    """A Latin hypercube: so many variations, each with a change of every input."""
    if len({one.name for one in ranges}) < len(ranges):
        raise StudyError("An input is named twice. Give each one range.")
    shares = latin_hypercube(len(ranges), count, seed)
    return [
        Variation(f"draw {number}", tuple(one.at(float(share)) for one, share in zip(ranges, row, strict=True)))
        for number, row in enumerate(shares, start=1)
    ]


def latin_hypercube(inputs: int, count: int, seed: int) -> Floats:
    """A row a draw, from 0 to 1: of each column one value in every one of `count` parts of the same length."""
    chance = np.random.default_rng(seed)
    parts = np.stack([chance.permutation(count) for _ in range(inputs)], axis=1)
    shares: Floats = (parts + chance.random((count, inputs))) / count
    return shares


def quantiles_table(found: Varied) -> pd.DataFrame:
    """By quantile, and the mean: cost_musd of the draws that have a plan, and gap_musd by which it may be less."""
    _, most, least = _drawn(found)
    if not len(most):
        return pd.DataFrame(columns=["quantile", "cost_musd", "gap_musd"])
    rows = [(f"{q:.0%}", float(np.quantile(most, q)), float(np.quantile(least, q))) for q in QUANTILES]
    rows.append(("mean", float(most.mean()), float(least.mean())))
    return pd.DataFrame([(q, cost, cost - low) for q, cost, low in rows], columns=["quantile", "cost_musd", "gap_musd"])


def explained_table(ranges: Sequence[Range], variations: Sequence[Variation], found: Varied) -> pd.DataFrame:
    """input, low, high, correlation of its ranks with those of cost, gap, told_apart from chance; the strongest first.

    `gap` is by how much the correlation differs where each plan costs as little as its bound allows. `explains` is its
    square: about the share of the ranking that this input explains, since the inputs are drawn independently.
    """
    places, most, least = _drawn(found)
    chance = CHANCE / math.sqrt(len(places) - 1) if len(places) > 1 else math.inf
    rows = []
    for number, one in enumerate(ranges):
        values = np.array([float(variations[place].changes[-len(ranges) + number].value) for place in places])
        rho, other = rank_correlation(values, most), rank_correlation(values, least)
        gap = abs(rho - other)
        rows.append((one.name, one.low, one.high, rho, gap, rho * rho, abs(rho) - gap > chance))
    columns = ["input", "low", "high", "correlation", "gap", "explains", "told_apart"]
    table = pd.DataFrame(rows, columns=columns)
    return table.loc[(-table["correlation"].abs()).sort_values(kind="stable").index].reset_index(drop=True)


def _drawn(found: Varied) -> tuple[list[int], Floats, Floats]:
    """Which draws have a plan whose bound is known, what they cost, and the least that they may cost."""
    places, most, gaps = [], [], []
    for result in found.results:
        number = result["variation"].removeprefix("draw ")
        if number.isdigit() and result["outcome"] == PLANNED and math.isfinite(gap_of(result)):
            places.append(int(number) - 1)
            most.append(_cost(result))
            gaps.append(gap_of(result))
    return places, np.array(most), np.array(most) - np.array(gaps)


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's: the correlation of the ranks, ties sharing their mean; 0 where one of them does not vary.

    >>> round(rank_correlation(np.array([1.0, 2, 3, 4]), np.array([10.0, 20, 40, 30])), 6)
    0.8
    """
    ranked = [pd.Series(values).rank().to_numpy() for values in (one, other)]
    if len(one) < 2 or any(np.ptp(values) == 0 for values in ranked):
        return 0.0
    return float(np.corrcoef(ranked[0], ranked[1])[0, 1])

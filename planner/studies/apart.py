"""What a gap tells apart. A figure is an interval: what was found, and what the bound leaves open.

Plan A is surely dearer than plan B where even the least that A can cost is more than what B was found to cost. Ranks
count what is surely above, so figures that are not told apart share a rank; nothing is said of their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from planner.status import LEAST_GAP


def surely_above(least: float, most: float) -> bool:
    """Whether a figure of at least `least` is above one of at most `most`, by more than rounding."""
    return least > most + (LEAST_GAP * max(1.0, abs(most)) if isfinite(most) else 0.0)


def ranks(least: Sequence[float], most: Sequence[float]) -> list[int]:
    """The rank of each figure between its least and its most, the largest first: one more than how many are above.

    >>> ranks([7, 9, 4], [10, 9, 5])  # 7 to 10 and 9 are not told apart; 4 to 5 is below both
    [1, 1, 3]
    """
    return [1 + sum(surely_above(other, own) for other in least) for own in most]


def not_nothing(figure: float, gap: float) -> bool:
    """Whether a figure that may be off by `gap` is told apart from nothing."""
    return surely_above(abs(figure), gap)

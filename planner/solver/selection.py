"""Few that stand for many: fast forward selection (Heitsch and Römisch 2003)."""

from __future__ import annotations

import numpy as np

from models.groups import Floats


def distances_between(spent: Floats) -> Floats:
    """The sum of absolute differences between each two rows."""
    return np.array([np.abs(spent - row).sum(axis=1) for row in spent])


def forward_selection(chance: Floats, apart: Floats, keep: int) -> tuple[list[int], list[float]]:
    """Which to keep, in the order in which they come in, and the distance left after each.

    Each step takes the one with which the probabilities times the distances to the nearest kept add up to the least;
    of equals the first.
    """
    nearest = np.full(len(chance), np.inf)
    chosen: list[int] = []
    left: list[float] = []
    for _ in range(keep):
        after = np.minimum(nearest[None, :], apart) @ chance
        after[chosen] = np.inf
        best = int(np.argmin(after))
        chosen.append(best)
        left.append(float(after[best]))
        nearest = np.minimum(nearest, apart[best])
    return chosen, left


def standing_for(chosen: list[int], apart: Floats) -> list[int]:
    """Which of the chosen stands for each: the nearest, and each of them for itself."""
    stands_for = np.array(chosen)[np.argmin(apart[:, chosen], axis=1)]
    stands_for[chosen] = chosen
    found: list[int] = stands_for.tolist()
    return found

"""Limits of priority 1 to 4: those of 1 are missed by as little as can be, then those of 2, and so on; then by cost."""

from __future__ import annotations

from .counts import cut
from .program import Sum, value
from .world import World


def settle(w: World) -> bool:
    """Bound what limits of each priority are missed by; False where there is no plan at all."""
    for rank in sorted(w.found["ranked"]):
        missed: Sum = w.found["ranked"][rank]
        found = w.program.minimise(missed)
        while found and cut(w, found[1]):
            found = w.program.minimise(missed)
        if found is None:
            return False
        w.program.at_most(missed, value(missed, found[1]) + 1e-7)
    return True

"""The columns whose value may differ from year to year: each with its sheet and the words that say whose it is."""

from __future__ import annotations

SHORTAGE, COST, CAPACITY = "shortage_usd_per_t", "cost_usd_per_t", "capacity_t_per_year"

DATED: dict[str, tuple[str, tuple[str, ...]]] = {
    SHORTAGE: ("segments", ("segment",)),
    COST: ("processes", ("facility", "process")),
    CAPACITY: ("facilities", ("facility",)),
}
DATED_WORDS = ("segment", "facility", "process")

"""What a decision is that a case, a study or a command forces or forbids: its kinds, and where each is named."""

from __future__ import annotations

DECISIONS_SHEET = "decisions"  # the sheet
FORCE, FORBID = "force", "forbid"
NAMED_ON: dict[str, tuple[str, str]] = {
    "supplier": ("suppliers", "supplier"),
    "offer": ("offers", "offer"),
    "contract": ("contracts", "contract"),
    "partnership": ("partnerships", "partnership"),
    "project": ("build_options", "option"),
    "country": ("countries", "country"),
}
LANE, LANE_ENDS = "lane", ("from", "to")
DECIDABLE = (*NAMED_ON, LANE)
BEGUN_ONCE = frozenset({"contract", "partnership", "project"})  # forced by being begun; the others by their tons
LEAST_FORCED_T = 1.0  # what is taken over all years of a future of what is forced and not begun

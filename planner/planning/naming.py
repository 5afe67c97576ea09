"""Where the workbook names each thing that rows and columns of the program are about."""

from __future__ import annotations

from collections import defaultdict

from planner.case import Case

KEYS = {
    "offers": "offer", "suppliers": "supplier", "contracts": "contract", "partnerships": "partnership",
    "facilities": "facility", "processes": "process", "build_options": "option", "incentives": "incentive",
    "places": "place", "materials": "material", "segments": "segment", "quotas": "quota", "limits": "limit",
    "scenarios": "scenario",
}  # fmt: skip


def cells_of_names(case: Case) -> dict[str, list[str]]:
    """The cells in which each thing's own sheet names it, such as offers!A2."""
    cells: dict[str, list[str]] = defaultdict(list)
    for sheet, column in KEYS.items():
        table = case.tables[sheet]
        for row, name in table[column].drop_duplicates().items():
            cells[str(name)].append(case.cell(sheet, int(str(row)), column))
    return cells

"""Policy limits from the sheet to the program: what they measure, whom they count, what they concentrate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd

from models.data import Tree
from models.policy import Concentration, Counts, Limits
from planner.case import Case
from planner.translate import columns
from planner.translate.concentration import concentration_part, concentration_table
from planner.translate.counts import CountTables, count_tables, counts_part
from planner.translate.limits import LimitTables, limit_tables, limits_part
from planner.translate.measures import Measures
from planner.translate.risk import risk_lines
from planner.translate.selecting import named_offers, named_suppliers
from planner.translate.worth import Worth


@dataclass(frozen=True)
class Policy:
    """The limits sheet with what each limit adds up, counts and holds within a concentration."""

    rows: Annotated[pd.DataFrame, columns.LIMIT_ROWS]
    limits: LimitTables
    counts: CountTables
    concentration: Annotated[pd.DataFrame, columns.CONCENTRATION]

    @classmethod
    def of(cls, case: Case, tree: Tree, nodes: pd.DataFrame, measures: Measures, worth: Worth) -> Policy:
        """Select what each limit speaks of."""
        rows = columns.LIMIT_ROWS.of(case.tables["limits"].reset_index())
        suppliers, offers = named_suppliers(case, rows["supplier"]), named_offers(case, rows["offer"])
        rows = rows.assign(supplier=suppliers, offer=offers)
        counts = count_tables(rows, nodes, measures.lines, worth)
        done = pd.concat([counts.parts(), risk_lines(case, tree, rows)], ignore_index=True)
        limits = limit_tables(rows, nodes, measures, done)
        return cls(rows, limits, counts, concentration_table(rows, nodes, measures.lines))

    def limits_part(self) -> Limits:
        """The `Limits` part."""
        return limits_part(self.limits)

    def counts_part(self, case: Case) -> Counts:
        """The `Counts` part."""
        named = zip(self.rows["limit"], self.rows["row"], strict=True)
        cells = {limit: case.cell("limits", row, "measure") for limit, row in named}
        return counts_part(self.counts, self.rows, cells)

    def concentration_part(self) -> Concentration:
        """The `Concentration` part."""
        return concentration_part(self.rows, self.concentration)

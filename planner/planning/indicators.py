"""What the plan comes to beside its cost: what it gives off, what is at risk, and what that is charged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case import Case
from planner.planning.ledger import LEDGER
from planner.solver.program import Program
from planner.translate import Translated
from planner.translate.environment import CHARGES
from planner.translate.tools import MUSD_PER_USD

UNITS = {"co2_t": "t/yr", "water_m3": "m3/yr", "residue_t": "t/yr"}
LEAST_AMOUNT = 1e-7


class Amounts:
    """How much of each decision the plan takes, for tables of lines."""

    def __init__(self, program: Program, values: Floats) -> None:
        self._program, self._values = program, values
        self._known: dict[str, dict[object, float]] = {"": {(): 1.0}}

    def of(self, lines: pd.DataFrame) -> Floats:
        """The amount of each line's decision; 1 for a line that is a number by itself."""
        pairs = zip(lines["component"].tolist(), lines["index"].tolist(), strict=True)
        return np.array([self.decisions(component)[index] for component, index in pairs], dtype=np.float64)

    def counted(self, lines: pd.DataFrame) -> pd.Series:
        """What each line counts: its coefficient times the amount of its decision."""
        return lines["coefficient"] * self.of(lines)

    def decisions(self, component: str) -> dict[object, float]:
        """The amount of each index of a decision."""
        if component not in self._known:
            index, where = self._program.columns[component]
            self._known[component] = dict(zip(index, self._values[where].tolist(), strict=True))
        return self._known[component]


def indicator_table(known: Translated, amounts: Amounts) -> pd.DataFrame:
    """What the plan gives off and has at risk in a year of each node; the index is 0 without purchases."""
    nodes = known.nodes["node"]

    def by_node(lines: pd.DataFrame) -> pd.Series:
        if lines.empty:
            return pd.Series(0.0, index=nodes)
        return amounts.counted(lines).groupby(lines["node"]).sum().reindex(nodes).fillna(0.0)

    at_risk, value = by_node(known.exposure.at_risk), by_node(known.exposure.value)
    found = [(name, UNITS[name], by_node(lines)) for name, lines in known.environment.items()]
    found.append(("exposure_musd", "M$/yr", at_risk))
    found.append(("exposure_index", "0-100", (100.0 * at_risk / value).where(value > 0, 0.0)))
    tables = [
        pd.DataFrame({"measure": name, "node": numbers.index, "unit": unit, "value": numbers.to_numpy(float)})
        for name, unit, numbers in found
    ]
    return pd.concat(tables, ignore_index=True)


def environment_lines(case: Case, known: Translated, amounts: Amounts) -> list[pd.DataFrame]:
    """Ledger lines of the charges; a line's price per ton is the charge times what a ton gives off."""
    found = []
    for name, setting in CHARGES.items():
        usd, lines = float(case.settings[setting]), known.environment[name]
        if usd:
            lines = lines.assign(t_per_year=amounts.of(lines), usd_per_t=usd * lines["coefficient"])
            lines = lines[lines["t_per_year"].abs() > LEAST_AMOUNT].assign(term="environment", layer=name)
            lines["musd_per_year"] = lines["t_per_year"] * lines["usd_per_t"] * MUSD_PER_USD
            words = {"material": "", "from": "", "to": ""}
            found.append(lines.reindex(columns=LEDGER).fillna(words))
    return found

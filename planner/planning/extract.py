"""From the solver's numbers to the plan's tables."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from models.algebra import Model, decisions
from models.costs import TERMS
from models.groups import Floats
from planner.case import Case
from planner.plan import PLAN_TABLES
from planner.planning.agreed import agreed_tables
from planner.planning.decisions import Decisions, closed_at
from planner.planning.derived import derived_tables
from planner.planning.indicators import Amounts, environment_lines, indicator_table
from planner.planning.ledger import ledger
from planner.planning.limit_table import limit_table, penalty_lines, with_risk
from planner.planning.quotes import quote_tables
from planner.planning.risk import risk_measures, scenario_costs
from planner.solver.program import Program
from planner.translate import Translated
from planner.translate.tools import no_rows


def plan_tables(
    case: Case, known: Translated, program: Program, model: Model, values: Floats
) -> dict[str, pd.DataFrame]:
    """Every decision table, with the costs as the program has them and the ledger that explains them line by line."""
    decided, amounts = Decisions(known, program, values), Amounts(program, values)
    tables = {**decided.tables(), **derived_tables(case, known, decided), **agreed_tables(case, known, decided)}
    tables |= quote_tables(case, known)
    tables["nodes"] = known.nodes
    tables["origin_classes"] = known.origins.table()
    tables["costs"] = cost_table(model, program, values)
    tables["limits"] = limit_table(known, amounts)
    more = [*environment_lines(case, known, amounts), penalty_lines(tables["limits"])]
    tables["ledger"] = ledger(case, known, decided, more)
    tables["indicators"] = indicator_table(known, amounts)
    tables["scenarios"] = scenario_costs(case, known, tables["costs"], tables["ledger"])
    tables["risk"] = risk_measures(case, tables)
    tables["limits"] = with_risk(tables["limits"], tables["risk"])
    tables["capacities"] = _capacities(known, decided)
    return {name: _with(columns, tables[name]) for name, columns in PLAN_TABLES.items() if name in tables}


def _with(columns: Sequence[str], table: pd.DataFrame) -> pd.DataFrame:
    """A table with these columns and its rows numbered from 0."""
    if table.empty:
        kinds = dict(zip(table.columns.tolist(), table.dtypes.tolist(), strict=True))
        return no_rows(**{name: kinds[name] for name in columns})
    return table[list(columns)].reset_index(drop=True)


def cost_table(model: Model, program: Program, values: Floats) -> pd.DataFrame:
    """Each named cost expression of the program at the plan: term, layer, node, discounted_musd."""
    worth: dict[int, float] = {}
    decided = decisions(model)
    for name, (_, where) in program.columns.items():
        numbers = values[where].tolist()
        worth.update(zip(map(id, decided[name].in_order), numbers, strict=True))
    rows = []
    for term in TERMS:
        for index, named in model.component(term).items():
            layer, node = index if isinstance(index, tuple) else ("", index)
            terms = zip(named.expr.linear_coefs, named.expr.linear_vars, strict=True)
            rows.append((term, layer, node, named.expr.constant + sum(c * worth[id(v)] for c, v in terms)))
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["costs"]))


def _capacities(known: Translated, decided: Decisions) -> pd.DataFrame:
    """Usable and used capacity of each facility that can work at a node."""
    capacity = known.plants.capacity[known.plants.capacity["usable_at_most_t"] > 0]
    if capacity.empty:
        return no_rows(capacity[["facility", "node"]], usable_t_per_year=float, used_t_per_year=float)
    added = _added(known, decided)
    runs = decided.activity
    used = (runs["capacity_use"] * runs["t_per_year"]).groupby([runs["facility"], runs["node"]]).sum().to_dict()
    keys = list(zip(capacity["facility"], capacity["node"], strict=True))
    closed = closed_at(known, decided)
    existing = capacity["usable_existing_t"].to_numpy(float) * [key not in closed for key in keys]
    return capacity[["facility", "node"]].assign(
        usable_t_per_year=existing + np.array([added.get(key, 0.0) for key in keys]),
        used_t_per_year=[used.get(key, 0.0) for key in keys],
    )


def _added(known: Translated, decided: Decisions) -> dict[Hashable, float]:
    """What builds add to the usable capacity of each facility at a node, t/yr."""
    if decided.builds.empty:
        return {}
    begun = decided.builds.rename(columns={"node": "begun"})[["option", "way", "begun", "size_t_per_year"]]
    standing = known.plants.standing[["option", "way", "begun", "facility", "node", "usable_ramp"]]
    built = standing.merge(begun, on=["option", "way", "begun"])
    added: dict[Hashable, float] = (
        (built["usable_ramp"] * built["size_t_per_year"]).groupby([built["facility"], built["node"]]).sum().to_dict()
    )
    return added

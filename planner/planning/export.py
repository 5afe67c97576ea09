"""The program of a case for other solvers: as a Pyomo model that Pyomo's own interfaces take, or as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.build import build
from models.plain import add_cones, in_plain_pyomo, keep_in_order
from planner.case import Case
from planner.errors import PlannerError
from planner.planning.built import Built, in_order_of_priority
from planner.planning.priorities import most_missed
from planner.solver.highs import write_lp
from planner.solver.program import Program
from planner.translate import translate


def model_of(case: Case) -> Any:
    """The whole program of a case as a Pyomo ConcreteModel in Pyomo's own expressions; its objective is in M$.

    Limits on concentration (HHI) stand in it as cones of second order, so such a case wants a solver that takes them.
    By how little limits with a priority can be missed is asked of the program first, and stands in it as rows.
    """
    known = translate(case)
    model = build(known.data)
    if known.data.limits.RANKED:
        program = in_order_of_priority(case, known, Program.of(model))
        keep_in_order(model, known.data, {rank: most_missed(program, rank) for rank in known.data.limits.RANKED})
    add_cones(model, known.data)
    return in_plain_pyomo(model)


def export_program(case: Case, path: Path) -> dict[str, int]:
    """Write the program of a case to a file, an LP or MPS file by its ending, and say how large it is.

    Rows and columns have the names of models/README.md. A limit on concentration is a cone, for which MPS files have no
    common form. Raises PlannerError where the ending or the case forbids it, OSError where the file cannot be written.
    """
    if path.suffix.lower() not in {".lp", ".mps"}:
        raise PlannerError(f"'{path.name}' is neither an .lp nor an .mps file. Let the name end in one of these.")
    built = Built.of(case)
    known, program = built.known, built.program
    if not known.data.concentration.SUPPLIED:
        write_lp(program, path)
    elif path.suffix.lower() == ".mps":
        raise PlannerError("This case limits concentration (hhi), which an MPS file cannot say. Write an .lp file.")
    else:
        model_of(case).write(str(path), format="lp", io_options={"symbolic_solver_labels": True})
    return program.sizes

"""The house rules about who may know whom, read from the source itself.

Imports point one way: pages -> the rest of `planner` -> `models` -> Pyomo. An import counts wherever it stands, at the
top of a file, inside a function or under TYPE_CHECKING.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"planner", "models"}
APP = "app_streamlit"

# The rooms, from the top floor down. A module imports its own room and the floors below, never a room beside it.
FLOORS: tuple[tuple[str, ...], ...] = (
    (APP, "benchmarks"),
    ("planner.cli",),
    ("planner.pages", "planner.studies"),
    ("planner.runs", "planner"),
    ("planner.reporting", "planner.brief"),
    ("planner.results", "planner.planning"),
    ("planner.translate", "planner.audit", "planner.docs"),
    ("planner.case",),
    ("planner.workbook",),
    ("planner.plan", "planner.solver", "planner.checks"),
    ("models", "planner.errors", "planner.schema", "planner.status"),
)
# What stands in planner/ itself: the public functions, and three things that every room may know.
FLAT = {"planner", "planner.errors", "planner.plan", "planner.status"}

# Who may name what. A name covers itself and everything below it; `workbook*` also covers workbook_read.
MAY_IMPORT = {
    "highspy": {"planner.solver.highs"},
    "openpyxl": {"planner.workbook", "planner.reporting"},
    "xlsxwriter": {"planner.workbook", "planner.reporting"},
    "reportlab": {"planner.brief"},
    "streamlit": {"planner.pages", APP},
    "distributed": {"planner.studies.crew"},
    "planner.pages": {"planner.pages", APP},
}
MODELS_MAY_IMPORT = {"models", "pyomo", "numpy"}
KNOW_NOTHING_OF_OURS = ["planner.schema", "planner.errors"]
# The auditor re-adds a plan; what it shared with the program it could not check.
AUDITOR_MAY_NOT_IMPORT = {"models", "planner.translate", "planner.solver"}
MAY_PRINT = {"planner.cli"}
# Sheets whose figures the plan knows only after events and over its futures: `results` takes them from the plan.
CHANGED_BY_EVENTS = {
    *("demand", "events", "offer_prices", "offer_tiers", "periods", "sales", "scenarios", "substitutes", "tariffs"),
    *("trust", "upstream"),
}
# Constants and small tools, no figures.
NAMES_OF_THE_TRANSLATION = {"planner.translate.origin", "planner.translate.tools"}


class Import(NamedTuple):
    """One imported name and where it stands."""

    importer: str
    imported: str
    where: str


def module_name(path: Path) -> str:
    """planner/reporting/__init__.py -> planner.reporting"""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, Path]:
    """Every module of ours that is shipped, by name."""
    paths = [path for package in sorted(OURS) for path in sorted((ROOT / package).rglob("*.py"))]
    app = ROOT / f"{APP}.py"
    return {module_name(path): path for path in [*paths, *([app] if app.exists() else [])]}


SOURCES = sources()


def names_imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[str, int]]:
    """Full names: `from planner import errors` is planner.errors, and `from . import errors` inside planner too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.split(".")[: len(module.split(".")) - node.level + is_package]
                base = ".".join([*above, *([base] if base else [])])
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


@cache
def parsed_source(module: str) -> ast.Module:
    """The source of a module; read when a test asks for it, and once by each worker that does."""
    return ast.parse(SOURCES[module].read_text(encoding="utf-8"))


def imports_of(module: str) -> list[Import]:
    path, tree = SOURCES[module], parsed_source(module)
    found = names_imported(tree, module, is_package=path.name == "__init__.py")
    return [Import(module, name, f"{path.relative_to(ROOT).as_posix()}:{line}") for name, line in found]


@cache
def all_imports() -> tuple[Import, ...]:
    """Every import of every module of ours."""
    return tuple(found for module in SOURCES for found in imports_of(module))


def covers(pattern: str, name: str) -> bool:
    """planner.reporting covers planner.reporting.sheets, not planner.reports; a star covers planner.cli_runs too."""
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return name == pattern or name.startswith(pattern + ".")


def any_covers(patterns: set[str], name: str) -> bool:
    return any(covers(pattern, name) for pattern in patterns)


def told(faults: list[Import]) -> str:
    return "\n".join(f"{fault.where} imports {fault.imported}" for fault in faults)


# The rules ------------------------------------------------------------------------------------------------------------


def test_models_know_pyomo_and_numbers_and_nothing_else():
    """No pandas, workbook, screen, solver or planner inside the mathematical program."""
    faults = [
        found
        for found in all_imports()
        if covers("models", found.importer)
        and not any_covers(MODELS_MAY_IMPORT, found.imported)
        and found.imported.split(".")[0] not in sys.stdlib_module_names
    ]
    assert not faults, told(faults)


@pytest.mark.parametrize("what", MAY_IMPORT)
def test_only_its_keepers_import(what):
    """HiGHS, Excel, Streamlit, the pages and the command line are each known to a few modules only."""
    faults = [
        found
        for found in all_imports()
        if covers(what, found.imported) and not any_covers(MAY_IMPORT[what], found.importer)
    ]
    assert not faults, told(faults)


@pytest.mark.parametrize("module", KNOW_NOTHING_OF_OURS)
def test_the_bottom_imports_nothing_of_ours(module):
    """Everybody may use the schema and the errors because they use nobody."""
    faults = [
        found
        for found in all_imports()
        if covers(module, found.importer) and any_covers(OURS, found.imported) and not covers(module, found.imported)
    ]
    assert not faults, told(faults)


def test_the_auditor_shares_no_code_with_the_program():
    """Books re-added with the program's own code would close whatever the program did."""
    faults = [
        found
        for found in all_imports()
        if covers("planner.audit*", found.importer) and any_covers(AUDITOR_MAY_NOT_IMPORT, found.imported)
    ]
    assert not faults, told(faults)


def floor_of(module: str) -> tuple[int, str]:
    """The floor and the room of a module; the longest name that covers it counts."""
    found = [(len(room), n, room) for n, floor in enumerate(FLOORS) for room in floor if covers(room, module)]
    assert found, f"{module} is in no room: put it into one, or name a new room in FLOORS"
    return max(found)[1:]


def test_every_module_is_in_a_room():
    """A module that lies flat in planner/ tells a stranger nothing about what a line in it is for."""
    flat = {module for module in SOURCES if module.startswith("planner") and module.count(".") < 2}
    rooms = {room for floor in FLOORS for room in floor}
    assert {module for module in flat if module not in rooms} == set(), "move it into a room of planner/"
    files = {module for module in flat if SOURCES[module].name != "__init__.py"} | {"planner"}
    assert files == FLAT


def test_every_room_says_in_one_sentence_what_it_is_about():
    """The first thing a stranger reads in a folder."""
    packages = [path for path in SOURCES.values() if path.name == "__init__.py"]
    silent = [
        str(path) for path in packages if not (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").strip()
    ]
    assert not silent


def test_every_arrow_runs_down():
    """A room knows the floors below it and nobody beside or above it."""
    faults = []
    for found in all_imports():
        target = found.imported if found.imported in SOURCES else found.imported.rpartition(".")[0]
        if target not in SOURCES:
            continue
        (here, room), (there, other) = floor_of(found.importer), floor_of(target)
        if room != other and there <= here:
            faults.append(found)
    assert not faults, told(faults)


def test_no_module_reaches_itself_through_its_imports():
    """Imports point one way, so following them always comes to an end."""
    graph: dict[str, set[str]] = {module: set() for module in SOURCES}
    for found in all_imports():
        target = found.imported if found.imported in SOURCES else found.imported.rpartition(".")[0]
        if target in SOURCES and target != found.importer:
            graph[found.importer].add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def sheets_read(module: str) -> set[str]:
    """The sheets of the case that a module reads: `case.tables["offers"]`."""
    return {
        node.slice.value
        for node in ast.walk(parsed_source(module))
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value).endswith("case.tables")
        and isinstance(node.slice, ast.Constant)
    }


@pytest.mark.parametrize("module", sorted(module for module in SOURCES if covers("planner.results", module)))
def test_what_a_plan_says_is_not_worked_out_from_what_events_change(module):
    """A need, a duty or a price after events stands in the plan; a second sum from the sheets is wrong one day."""
    assert not sheets_read(module) & CHANGED_BY_EVENTS
    again = {found.imported.removesuffix(".*") for found in all_imports() if found.importer == module}
    again = {name.rsplit(".", 1)[0] for name in again if covers("planner.translate", name)} - {"planner"}
    assert again <= NAMES_OF_THE_TRANSLATION


def test_a_sheet_that_is_read_is_seen():
    """However the case is reached."""
    assert "demand" in sheets_read("planner.translate.flows")
    assert "segments" in sheets_read("planner.results.demand")


def test_library_code_does_not_print():
    """A library that prints cannot be used by a page or in a pipe: only the command line speaks to the terminal."""
    faults = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for module, path in SOURCES.items()
        if not any_covers(MAY_PRINT, module)
        for node in ast.walk(parsed_source(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not faults, "\n".join(faults)


def test_no_star_imports():
    """A reader finds where a name comes from by looking at the top of the file."""
    faults = [found for found in all_imports() if found.imported.endswith(".*")]
    assert not faults, told(faults)


# What is imported is declared -----------------------------------------------------------------------------------------


def declared(requirements: list[str]) -> set[str]:
    """The names to import: ours are all their package names in small letters."""
    return {re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0].lower().replace("-", "_") for line in requirements}


def test_every_package_we_import_is_declared():
    """The pages may use the extra `app`, and the crew `cluster`; the rest must run without them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    core = declared(project["dependencies"]) | OURS | {"__future__"} | sys.stdlib_module_names
    extras = project["optional-dependencies"]
    may = {"app": {"planner.pages", APP}, "cluster": {"planner.studies.crew"}}

    def known_to(module: str) -> set[str]:
        return core.union(*(declared(extras[extra]) for extra, who in may.items() if any_covers(who, module)))

    faults = [found for found in all_imports() if found.imported.split(".")[0] not in known_to(found.importer)]
    assert not faults, told(faults)


@pytest.mark.parametrize("lock", ["run", "dev", "uv"])
def test_locks_pin_every_package_by_hash_and_name_no_host(lock):
    """A lock that names a host cannot be used behind a company's mirror; one without hashes locks nothing."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    unpinned = [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert entries
    assert not unpinned
    assert "://" not in text
    assert "--index" not in text


# The tests' own reading of source -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import numpy as np", ["numpy"]),
        ("from planner import errors", ["planner.errors"]),
        ("from planner.errors import PlannerError", ["planner.errors.PlannerError"]),
        ("from . import schema", ["planner.reporting.schema"]),
        ("from .. import schema", ["planner.schema"]),
        ("from ..schema import SHEETS", ["planner.schema.SHEETS"]),
        ("def late():\n    import highspy", ["highspy"]),
        ("from models import *", ["models.*"]),
    ],
)
def test_every_way_to_write_an_import_is_seen(source, expected):
    """Read as if it stood in planner/reporting/sheets.py."""
    found = names_imported(ast.parse(source), "planner.reporting.sheets", is_package=False)
    assert [name for name, _ in found] == expected


def test_a_package_is_its_own_base():
    """`from . import sheets` in planner/reporting/__init__.py is planner.reporting.sheets."""
    found = names_imported(ast.parse("from . import sheets"), "planner.reporting", is_package=True)
    assert [name for name, _ in found] == ["planner.reporting.sheets"]


def test_a_rule_covers_what_lies_below_a_name_and_not_what_looks_like_it():
    """planner.reporting is not planner.reports; only a star widens."""
    assert covers("planner.reporting", "planner.reporting.sheets")
    assert not covers("planner.reporting", "planner.reports")
    assert covers("planner.workbook*", "planner.workbook_read")
    assert not covers("highspy", "highspy_extras")

"""Counts the house: rooms, the floors they stand on, and the arrows between them, from the imports themselves.

    python -m benchmarks.house [FOLDER]

A room is a folder of planner/, a module that lies flat in it, or models/. It stands one floor above the highest room
that it imports; an arrow is one room importing another, however often. Arrows in a ring have no floor to run down to.
"""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]


def main() -> int:
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else HOME
    arrows = arrows_of(home)
    floors, ring = floors_of(arrows)
    print(f"{len(arrows)} rooms on {max(floors.values(), default=0)} floors, {sum(map(len, arrows.values()))} arrows")
    print(f"in a ring: {', '.join(ring) if ring else 'nothing'}")
    for floor in sorted(set(floors.values()), reverse=True):
        print(f"{floor:>3}  {'  '.join(sorted(room for room, level in floors.items() if level == floor))}")
    return 0


def arrows_of(home: Path) -> dict[str, set[str]]:
    """Each room with the rooms it imports, wherever in a file the import stands."""
    paths = [path for top in ("models", "planner") for path in sorted((home / top).rglob("*.py"))]
    modules = {name_of(home, path): path for path in paths}
    arrows: dict[str, set[str]] = {room_of(module): set() for module in modules}
    for module, path in modules.items():
        for name in imported(path):
            while name and name not in modules:
                name = name.rpartition(".")[0]
            if name and room_of(name) != room_of(module):
                arrows[room_of(module)].add(room_of(name))
    return arrows


def name_of(home: Path, path: Path) -> str:
    """planner/check/rows.py is planner.check.rows."""
    return ".".join(path.relative_to(home).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    """models, a folder of planner, or a flat module of it."""
    return "models" if module.split(".", maxsplit=1)[0] == "models" else ".".join(module.split(".")[:2])


def imported(path: Path) -> set[str]:
    """Every name that a file imports: `from planner import errors` is planner.errors."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def floors_of(arrows: dict[str, set[str]]) -> tuple[dict[str, int], list[str]]:
    """The floor of each room, from 1 at the bottom; and the rooms of a ring, whose arrows are then left out."""
    try:
        order = list(TopologicalSorter(arrows).static_order())
    except CycleError as error:
        ring = error.args[1]
        cut = {room: below - set(ring) if room in ring else below for room, below in arrows.items()}
        return floors_of(cut)[0], sorted(set(ring))
    floors: dict[str, int] = {}
    for room in order:
        floors[room] = 1 + max((floors[below] for below in arrows[room]), default=0)
    return floors, []


if __name__ == "__main__":
    sys.exit(main())

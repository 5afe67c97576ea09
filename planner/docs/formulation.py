"""The page `models/README.md`: symbols with units, then every rule, gathered from the docstrings."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import models
from models.symbols import DECISIONS, INDEX_LETTERS

MODELS = Path(inspect.getfile(models)).parent
ORDER = (
    *("supply", "tiers", "contracts", "partnerships", "movement", "border", "investment", "plants", "incentives"),
    *("demand", "returns", "stock", "surplus", "balance"),
    *("costs", "environment", "exposure", "ranking", "risk", "objective"),
)
INTRODUCTION = """# The program

Everything the planner decides, and every rule it keeps to, in the words and names of the code. Written from the
docstrings in this folder by `make docs`; do not edit it by hand. What is known (`data.`) is declared in `data.py`;
the reading of the workbook that fills it is in `inputs/README.md`. A ton is a metric ton, of oxide content for oxides
and mixed compounds; money is millions of dollars of the base year. Prices quoted in another currency, for another unit,
in nominal money or with freight within are turned into that before, year by year: the program knows the price of the
goods, and their freight and duty beside it.

Nothing is tested by trying every combination: a decision exists only where the case lets it occur. An origin class is
a mass balance within a year: goods are counted as untouched by the countries a rule names, ton for ton, not traced
atom by atom.
"""


def formulation_page() -> str:
    """The whole page."""
    parts = [INTRODUCTION, "## Indices\n", "| letter | means |", "| --- | --- |"]
    parts += [f"| `{letter}` | {meaning} |" for letter, meaning in INDEX_LETTERS.items()]
    parts += ["", "## Decisions\n", "| name | index | means | unit |", "| --- | --- | --- | --- |"]
    parts += [f"| `{d.name}` | {d.index} | {d.meaning} | {d.unit} |" for d in DECISIONS]
    for path in rule_files():
        rules = rules_in(path)
        if rules:
            module = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            parts += ["", f"## {path.stem}\n", module]
            for name, text in rules.items():
                parts += ["", f"### `{name}`\n", text]
    return "\n".join(parts) + "\n"


def rule_files() -> list[Path]:
    """The files of the program in reading order; new ones follow by name."""
    place = {name: at for at, name in enumerate(ORDER)}
    return sorted(MODELS.glob("*.py"), key=lambda path: (place.get(path.stem, len(place)), path.stem))


def rules_in(path: Path) -> dict[str, str]:
    """The rules and cost terms of a file: functions whose docstring states a formula, by name."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        text = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        if isinstance(node, ast.FunctionDef) and text and "$$" in text:
            found[node.name] = text
    return found

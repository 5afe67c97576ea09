"""The page `docs/json.md`: what each command answers in JSON, from the published schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).resolve().parents[1] / "schema" / "answers.json"
HERE = "#/$defs/"
INTRODUCTION = """# What commands answer in JSON

Every command but `app` takes `--json`: it then prints one JSON object on standard output, and nothing else there. The
forms below are those of [answers.json](../planner/schema/answers.json), a JSON Schema (draft 2020-12) that is installed
with the planner; tests hold real answers against it. This page is written from it by `make docs`; do not edit it.

    ree-planner solve my_case.xlsx --json | jq '.cost_musd, .decision.unmet_t'

"""


@cache
def answers() -> Mapping[str, Any]:
    """The published schema: each command's form stands in its $defs under the command's name."""
    found: Mapping[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def answers_page() -> str:
    """The whole of docs/json.md."""
    forms = answers()["$defs"]
    shown = [name for name, form in forms.items() if "properties" in form]
    return INTRODUCTION + "\n".join("".join(_form(name, forms[name])) for name in shown)


def _form(name: str, form: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {name}\n\n{form['description']}."
    yield f" It has all that [{_of(form['$ref'])}](#{_of(form['$ref'])}) has.\n\n" if "$ref" in form else "\n\n"
    yield "| field | type | what it says |\n|---|---|---|\n"
    for field, told in _fields(form):
        yield f"| `{field}` | {_kind(told)} | {_said(told)} |\n"


def _fields(form: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    needed = set(form.get("required", ()))
    for name, told in form["properties"].items():
        yield within + name + ("" if name in needed else "?"), told
        inner = told if "properties" in told else told.get("items", {})
        if "properties" in inner:
            yield from _fields(inner, f"{within}{name}{'[]' if inner is not told else ''}.")


def _kind(told: Mapping[str, Any]) -> str:
    """A type in words, with a link where it is a form of its own."""
    if "$ref" in told:
        name = _of(told["$ref"])
        return f"[{name}](#{name})" if "properties" in answers()["$defs"][name] else _kind(answers()["$defs"][name])
    if "anyOf" in told:
        return " or ".join(_kind(one) for one in told["anyOf"])
    if "const" in told:
        return f"`{json.dumps(told['const'])}`"
    if "enum" in told:
        return " or ".join(f"`{json.dumps(word)}`" for word in told["enum"])
    kinds = [told["type"]] if isinstance(told["type"], str) else told["type"]
    if "items" in told:
        needed = told["items"].get("required")
        rows = _kind(told["items"]) + (f" with {', '.join(f'`{name}`' for name in needed)}" if needed else "")
        return f"array of {rows if 'properties' not in told['items'] else 'object'}"
    return " or ".join(kinds)


def _said(told: Mapping[str, Any]) -> str:
    if "description" not in told and "$ref" in told:
        told = answers()["$defs"][_of(told["$ref"])]
    return f"{told['description']}." if told.get("description") else ""


def _of(reference: str) -> str:
    return reference.removeprefix(HERE)

"""Write the generated pages: `python -m planner.docs` (or `make docs`)."""

from __future__ import annotations

from pathlib import Path

from planner.formulation import formulation_page
from planner.reference import write_reference

HOME = Path(__file__).resolve().parent.parent


def write_pages() -> tuple[Path, ...]:
    """Write every generated page into the project, and say which."""
    program = HOME / "models" / "README.md"
    program.write_text(formulation_page(), encoding="utf-8")
    return program, *write_reference(HOME / "inputs")


if __name__ == "__main__":
    write_pages()

"""Write what is made from other files: the generated pages and the shipped workbook (`make docs`)."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from planner.case.convert import convert
from planner.docs.formulation import formulation_page
from planner.docs.reference import write_reference

HOME = Path(__file__).resolve().parents[2]
SHIPPED = HOME / "inputs" / "us_base_case"
WRITTEN_WHEN = "docProps/core.xml"


def write_pages() -> tuple[Path, ...]:
    """Write every generated page and workbook into the project, and say which."""
    program = HOME / "models" / "README.md"
    program.write_text(formulation_page(), encoding="utf-8")
    return program, write_reference(HOME / "inputs"), renew_workbook(SHIPPED)


def renew_workbook(folder: Path) -> Path:
    """Write the workbook beside a folder of CSV files again, unless it is as it should be."""
    workbook = folder.with_suffix(".xlsx")
    with tempfile.TemporaryDirectory() as room:
        fresh = convert(folder, Path(room) / workbook.name)
        if not workbook.exists() or contents(workbook) != contents(fresh):
            shutil.copyfile(fresh, workbook)
    return workbook


def contents(workbook: Path) -> dict[str, bytes]:
    """All that a workbook holds, apart from when it was written."""
    with zipfile.ZipFile(workbook) as package:
        return {name: package.read(name) for name in sorted(package.namelist()) if name != WRITTEN_WHEN}


if __name__ == "__main__":
    write_pages()

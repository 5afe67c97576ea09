"""The brief of a plan: two pages for those who decide, as PDF and as HTML, each one file that fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.brief.blocks import Brief
    from planner.results.facts import Facts

NAMES = PDF, HTML = "brief.pdf", "brief.html"


def write_brief(facts: Facts, folder: Path, record: Mapping[str, str] | None = None) -> tuple[Path, Path]:
    """Write the brief of a plan into a folder, in both forms; `record` is what the run knows of itself."""
    from planner.brief.content import brief_of

    return _write(brief_of(facts, record or {}), folder)


def write_impossible(
    case_name: str, message: str, folder: Path, record: Mapping[str, str] | None = None
) -> tuple[Path, Path]:
    """Write the brief of a case that has no plan: what must give way."""
    from planner.brief.content import impossible

    return _write(impossible(case_name, message, record or {}), folder)


def _write(brief: Brief, folder: Path) -> tuple[Path, Path]:
    from planner.brief.html import write_html
    from planner.brief.layout import fitted
    from planner.brief.pdf import write_pdf

    shown = fitted(brief)
    return write_pdf(shown, folder / PDF), write_html(shown, folder / HTML)

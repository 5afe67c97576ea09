"""The brief as PDF: the laid out shapes, painted; letters are embedded, and the same brief gives the same file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from planner.brief.blocks import Brief
from planner.brief.drawing import QUIET, SMALLEST_POINTS, Box, Lettering, Shape, Stroke
from planner.brief.fonts import BOLD, PLAIN, cut, load, width
from planner.brief.layout import FOOT_AT, LEFT, PAGE_WIDE, PAPER, placed
from planner.results.words import literal


def write_pdf(brief: Brief, path: Path) -> Path:
    """Write the pages of a brief that was fitted."""
    load()
    canvas = Canvas(str(path), pagesize=PAPER, invariant=1, pageCompression=1, lang="en")
    canvas.setTitle(literal(brief.title))
    canvas.setSubject(literal(brief.subject))
    canvas.setAuthor("Rare Earth Sourcing Planner")
    canvas.setCreator("Rare Earth Sourcing Planner")
    for number, page in enumerate(brief.pages, start=1):
        for shape in (*placed(page), *_foot(brief, number)):
            _paint(canvas, shape)
        canvas.showPage()
    canvas.save()
    return path


def _foot(brief: Brief, number: int) -> tuple[Shape, ...]:
    page = f"Page {number} of {len(brief.pages)}"
    words = cut(brief.foot, PAGE_WIDE - 70, SMALLEST_POINTS)
    return (
        Lettering(LEFT, FOOT_AT, words, SMALLEST_POINTS, QUIET),
        Lettering(LEFT + PAGE_WIDE, FOOT_AT, page, SMALLEST_POINTS, QUIET, anchor="end"),
    )


def _paint(canvas: Any, shape: Shape) -> None:
    """One shape; PDF counts from the lower left."""
    top = PAPER[1]
    if isinstance(shape, Box):
        if shape.fill:
            canvas.setFillColor(shape.fill)
        if shape.edge:
            canvas.setStrokeColor(shape.edge)
            canvas.setLineWidth(0.6)
        canvas.rect(shape.x, top - shape.y - shape.high, shape.wide, shape.high, bool(shape.edge), bool(shape.fill))
    elif isinstance(shape, Stroke):
        canvas.setStrokeColor(shape.colour)
        canvas.setLineWidth(shape.thick)
        canvas.line(shape.x1, top - shape.y1, shape.x2, top - shape.y2)
    else:
        canvas.setFillColor(shape.colour)
        canvas.setFont(BOLD if shape.bold else PLAIN, shape.size)
        wide = width(shape.text, shape.size, shape.bold)
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
        canvas.drawString(shape.x - left, top - shape.y, shape.text)

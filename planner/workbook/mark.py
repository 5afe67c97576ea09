"""Marks cells in a user's own workbook: a colour, a note, and a sheet that lists and links them all.

The colour is a conditional format, so no cell's own format is touched and blank cells can be marked as well; marking a
second time takes the first marks away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.dom.minidom import Document, Element

from planner.workbook.issues import issues_sheet
from planner.workbook.notes import write_notes
from planner.workbook.package import RELATION, Package, add, elements, parse, remove, root_of, words

ISSUES = "Issues"
SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
FORMULA = '"planner check"="planner check"'
COLOURS = {"error": "FFFFC7B8", "warning": "FFFFEB9C"}
MOST_NOTES = 2_000
CELLS_A_RULE = 200
AFTER_RULES = {
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "drawingHF",
}  # fmt: skip
AFTER_DRAWING = {
    "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
}  # fmt: skip
DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData\b[^>]*?(/?)>")
ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")


@dataclass(frozen=True)
class Mark:
    """One remark: where, how grave, and what the list says of it, column by column."""

    sheet: str
    cell: str
    severity: str
    note: str
    listed: Sequence[str]


def mark_workbook(source: Path, target: Path, marks: Sequence[Mark], headings: Sequence[str]) -> None:
    """Write a copy of a workbook with the marks in it."""
    package = Package(source)
    if target.suffix.lower() != ".xlsm":
        package.without_macros()
    sheets = _sheets(package)
    colours = _colours(package)
    by_sheet: dict[str, list[Mark]] = defaultdict(list)
    for one in marks:
        by_sheet[one.sheet].append(one)
    for number, (title, part) in enumerate(sheets.items(), start=1):
        if part in package.parts:
            _mark_sheet(package, part, number, by_sheet.get(title, []), colours)
    _list(package, sheets, marks, headings)
    target.parent.mkdir(parents=True, exist_ok=True)
    package.save(target)


def _sheets(package: Package) -> dict[str, str]:
    """Title → part of each worksheet."""
    related = package.related(package.workbook)
    found = {}
    for sheet in elements(package.tree(package.workbook), "sheet"):
        kind, part = related.get(sheet.getAttributeNS(RELATION, "id"), ("", ""))
        if kind == "worksheet":
            found[sheet.getAttribute("name")] = part
    return found


def _styles(package: Package) -> Element | None:
    names = [name for kind, name in package.related(package.workbook).values() if kind == "styles"]
    return package.root(names[0]) if names and names[0] in package.parts else None


def _colours(package: Package) -> dict[str, str]:
    """Severity → the number of its colour among the workbook's differential formats."""
    root = _styles(package)
    if root is None:
        return {}
    found = elements(root, "dxfs")
    if found:
        box = found[0]
    else:
        box = add(root, "dxfs")
        before = [
            one for one in root.childNodes if getattr(one, "localName", "") in {"tableStyles", "colors", "extLst"}
        ]
        if before:
            root.insertBefore(box, before[0])
    numbers = {}
    for severity, colour in COLOURS.items():
        numbers[severity] = str(len(elements(box, "dxf")))
        fill = add(add(add(box, "dxf"), "fill"), "patternFill", patternType="solid")
        add(fill, "fgColor", rgb=colour)
        add(fill, "bgColor", rgb=colour)
    box.setAttribute("count", str(len(elements(box, "dxf"))))
    return numbers


def _mark_sheet(package: Package, part: str, number: int, marks: Sequence[Mark], colours: dict[str, str]) -> None:
    """Colour and note a sheet's cells. Its rows are set aside meanwhile: they may be many, and they do not change."""
    content = package.parts[part]
    if not marks and b"planner check" not in content and b"tabSelected" not in content:
        return
    start = DATA.search(content)
    if start is None:
        return
    closing = b"</" + start[1] + b"sheetData>"
    end = start.end() if start[2] else content.rindex(closing) + len(closing)
    tree = parse(content[: start.start()] + b"<" + start[1] + b"sheetData/>" + content[end:])
    root = root_of(tree)
    for view in elements(root, "sheetView"):
        if view.hasAttribute("tabSelected"):
            view.removeAttribute("tabSelected")
    placed = [one for one in marks if ADDRESS.fullmatch(one.cell)]
    _colour(root, placed, colours)
    notes: dict[str, str] = {}
    for one in placed:
        if one.cell in notes or len(notes) < MOST_NOTES:
            notes[one.cell] = f"{notes[one.cell]}\n{one.note}" if one.cell in notes else one.note
    drawing = write_notes(package, part, number, notes)
    if drawing is not None:
        _draw(root, drawing)
    package.parts[part] = _with_rows(tree, content[start.start() : end], start[1].decode())


def _with_rows(tree: Document, rows: bytes, prefix: str) -> bytes:
    text: bytes = tree.toxml(encoding="UTF-8")
    hole = f"<{prefix}sheetData/>".encode()
    place = text.index(hole)
    return text[:place] + rows + text[place + len(hole) :]


def _colour(root: Element, marks: Sequence[Mark], colours: dict[str, str]) -> None:
    """Replace the rules of an earlier check by those of this one, ahead of the user's own."""
    for rule in elements(root, "conditionalFormatting"):
        if any(words(formula) == FORMULA for formula in elements(rule, "formula")):
            remove(rule)
    if not colours or not marks:
        return
    graves = {one.cell for one in marks if one.severity == "error"}
    cells = {"error": sorted(graves), "warning": sorted({one.cell for one in marks} - graves)}
    for rule in elements(root, "cfRule"):
        rule.setAttribute("priority", str(int(rule.getAttribute("priority") or 1) + len(cells)))
    for priority, (severity, found) in enumerate(cells.items(), start=1):
        for place in range(0, len(found), CELLS_A_RULE):
            box = add(root, "conditionalFormatting", sqref=" ".join(found[place : place + CELLS_A_RULE]))
            rule = add(box, "cfRule", type="expression", dxfId=colours[severity], priority=str(priority))
            add(rule, "formula", FORMULA)
            _move_before(root, box, AFTER_RULES | AFTER_DRAWING | {"legacyDrawing"})


def _draw(root: Element, identity: str) -> None:
    drawing = add(root, "legacyDrawing")
    prefix = next((a.localName for a in root.attributes.values() if a.prefix == "xmlns" and a.value == RELATION), None)
    if prefix is None:
        prefix = "r"
        drawing.setAttribute("xmlns:r", RELATION)
    drawing.setAttributeNS(RELATION, f"{prefix}:id", identity)
    _move_before(root, drawing, AFTER_DRAWING)


def _move_before(root: Element, child: Element, names: set[str]) -> None:
    """Put a child before the first sibling of these names: the order of a sheet's elements is fixed."""
    for sibling in root.childNodes:
        if getattr(sibling, "localName", None) in names and sibling is not child:
            root.insertBefore(child, sibling)
            return


def _list(package: Package, sheets: dict[str, str], marks: Sequence[Mark], headings: Sequence[str]) -> None:
    """Add the sheet that lists all marks, or renew the one of an earlier check, and open the workbook on it."""
    root = package.root(package.workbook)
    box = elements(root, "sheets")[0]
    part = next((name for title, name in sheets.items() if title == ISSUES), "")
    if not part:
        part = "xl/worksheets/sheet_planner_issues.xml"
        package.declare(part, SHEET_KIND)
        identity = package.relate(package.workbook, "worksheet", part)
        taken = [int(sheet.getAttribute("sheetId") or 0) for sheet in elements(box, "sheet")]
        made = add(box, "sheet", name=ISSUES, sheetId=str(max(taken, default=0) + 1))
        made.setAttribute("xmlns:r", RELATION)
        made.setAttributeNS(RELATION, "r:id", identity)
    package.parts.pop(package.relations_of(part), None)
    package.trees.pop(package.relations_of(part), None)
    package.parts[part] = issues_sheet(_styles(package), marks, headings)
    titles = [sheet.getAttribute("name") for sheet in elements(box, "sheet")]
    for view in elements(root, "workbookView"):
        view.setAttribute("activeTab", str(titles.index(ISSUES)))
        view.setAttribute("firstSheet", "0")

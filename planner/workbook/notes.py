"""Cell notes: the comments part of a sheet and the drawing that gives each note its box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.dom.minidom import Element

from planner.workbook.package import Package, add, elements, remove, words
from planner.workbook.words import MAIN

AUTHOR = "planner check"
OURS = "[planner check] "
COMMENTS_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_KIND = "application/vnd.openxmlformats-officedocument.vmlDrawing"
EMPTY_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="9"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:2pt;'
    'width:260pt;height:{height}pt;z-index:{id};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{right},15,{row},2,{far},15,{low},4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
ONE_SHAPE = re.compile(r"<v:shape\b(?:(?!</v:shape>).)*</v:shape>", re.DOTALL)
CELL = re.compile(r"([A-Z]+)(\d+)")


def write_notes(package: Package, sheet: str, number: int, notes: Mapping[str, str]) -> str | None:
    """Put notes on a sheet's cells, in place of those of an earlier check; what the user noted stays.

    Returns the id of a new drawing that the sheet must name, or None where it has one already or needs none.
    """
    related = package.related(sheet)
    names = dict(related.values())
    if not notes and "comments" not in names:
        return None
    comments = names.get("comments", "")
    if comments not in package.parts:
        comments = f"xl/comments_planner{number}.xml"
        empty = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'
        package.parts[comments] = empty.encode()
        package.declare(comments, COMMENTS_KIND)
        package.relate(sheet, "comments", comments)
    fresh = _write_comments(package, comments, notes)
    return _write_shapes(package, sheet, number, names.get("vmlDrawing", ""), fresh, notes)


def _write_comments(package: Package, part: str, notes: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Returns the cells whose note is gone, and those that have one for the first time."""
    root = package.root(part)
    author = _author(root)
    inside = elements(root, "commentList")[0]
    gone, present = set(), {}
    for comment in elements(inside, "comment"):
        cell = comment.getAttribute("ref")
        if comment.getAttribute("authorId") == author:
            remove(comment)
            gone.add(cell)
        else:
            _strip(comment)
            present[cell] = comment
    for cell, text in notes.items():
        if cell in present:
            _append(elements(present[cell], "text")[0], f"\n{OURS}{text}")
        else:
            _append(add(add(inside, "comment", ref=cell, authorId=author), "text"), text)
    return gone - notes.keys(), {cell for cell in notes if cell not in present and cell not in gone}


def _author(root: Element) -> str:
    authors = elements(root, "authors")[0]
    names = [words(author) for author in elements(authors, "author")]
    if AUTHOR not in names:
        add(authors, "author", AUTHOR)
        names.append(AUTHOR)
    return str(names.index(AUTHOR))


def _append(text: Element, said: str) -> None:
    add(add(text, "r"), "t", said)


def _strip(comment: Element) -> None:
    """Take what an earlier check added off a user's own note."""
    for run in elements(comment, "r"):
        said = "".join(words(text) for text in elements(run, "t"))
        if said.lstrip().startswith(OURS.strip()):
            remove(run)


def _write_shapes(
    package: Package, sheet: str, number: int, part: str, changed: tuple[set[str], set[str]], notes: Mapping[str, str]
) -> str | None:
    gone, fresh = changed
    identity = None
    if part not in package.parts:
        part = f"xl/drawings/vmlDrawing_planner{number}.vml"
        package.parts[part] = EMPTY_VML.encode()
        package.declare_ending("vml", VML_KIND)
        identity = package.relate(sheet, "vmlDrawing", part)
    drawing = package.parts[part].decode("utf-8", "surrogateescape")
    places = {_place(cell) for cell in gone}
    if places:
        drawing = ONE_SHAPE.sub(lambda shape: "" if _shape_place(shape[0]) in places else shape[0], drawing)
    taken = [int(n) for n in re.findall(r"_x0000_s(\d+)", drawing)]
    start = max([9216, *taken]) + 1
    shapes = "".join(_shape(start + n, cell, notes[cell]) for n, cell in enumerate(sorted(fresh)))
    end = drawing.rindex("</xml>")
    package.parts[part] = (drawing[:end] + shapes + drawing[end:]).encode("utf-8", "surrogateescape")
    return identity


def _place(cell: str) -> tuple[int, int]:
    """Row and column of a cell, counted from 0."""
    found = CELL.fullmatch(cell)
    if found is None:
        return (-1, -1)
    column = 0
    for sign in found[1]:
        column = column * 26 + ord(sign) - 64
    return (int(found[2]) - 1, column - 1)


def _shape_place(shape: str) -> tuple[int, int]:
    row, column = re.search(r"<x:Row>(\d+)<", shape), re.search(r"<x:Column>(\d+)<", shape)
    return (int(row[1]), int(column[1])) if row and column else (-1, -1)


def _shape(identity: int, cell: str, text: str) -> str:
    row, column = _place(cell)
    lines = 2 + len(text) // 45 + text.count("\n")
    return SHAPE.format(
        id=identity, row=row, column=column, right=column + 1, far=column + 5, low=row + lines, height=15 * lines
    )

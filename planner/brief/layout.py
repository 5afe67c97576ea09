"""Where everything stands on a page: blocks become shapes, and tables lose their last rows until a page holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.brief.blocks import Brief, Heading, Listing, Paragraph, Pictures, Piece, Signatures, Strip, Tiles
from planner.brief.drawing import ACCENT, ALARM, INK, LINE, PALE, QUIET, SMALLEST_POINTS, Box, Lettering, Shape, Stroke
from planner.brief.fonts import broken, cut

# A page of A4 whose matter also fits Letter, which is 50 points lower, whoever prints it.
PAPER = (595.28, 841.89)
PAGE_WIDE = 523.0
LEFT, TOP = (PAPER[0] - PAGE_WIDE) / 2, 52.0
ROOM = 728.0
FOOT_AT = TOP + ROOM + 12
BODY, LEAD = 7.2, 9.2  # points of a table's letters and lines
PAD = 3.0
BETWEEN = 20.0  # points that a picture's title and the space below it take


@dataclass(frozen=True)
class Look:
    """How a paragraph is set."""

    size: float
    lead: float
    colour: str = INK
    bold: bool = False
    ground: str = ""
    after: float = 4.0


LOOKS = {
    "title": Look(15, 19, ACCENT, bold=True, after=1),
    "basis": Look(7, 9, QUIET, after=5),
    "ask": Look(9, 12, "#FFFFFF", bold=True, ground=ACCENT, after=6),
    "alarm": Look(8, 10.5, ALARM, bold=True, ground="#FDEEE6", after=6),
    "note": Look(7, 9, QUIET, after=4),
    "say": Look(7.5, 9.8, INK, after=4),
    "proof": Look(7.5, 9.8, ACCENT, bold=True, ground=PALE, after=8),
}


@dataclass(frozen=True)
class Laid:
    """A block as shapes, and how high it is with the space below it."""

    high: float
    shapes: tuple[Shape, ...]


def fitted(brief: Brief) -> Brief:
    """The same brief with as many rows of its tables as the pages hold."""
    return replace(brief, pages=tuple(_fit(page) for page in brief.pages))


def _fit(page: Sequence[Piece]) -> tuple[Piece, ...]:
    blocks = list(page)
    while sum(lay(block).high for block in blocks) > ROOM:
        spare = [(len(b.rows) - b.least, -n) for n, b in enumerate(blocks) if isinstance(b, Listing)]
        most, place = max(spare, default=(0, 0))
        if most <= 0:
            break
        grid = blocks[-place]
        assert isinstance(grid, Listing)
        blocks[-place] = replace(grid, rows=grid.rows[:-1], total=max(grid.total, len(grid.rows)))
    return tuple(blocks)


def lay(block: Piece) -> Laid:
    """A block as shapes from its upper left corner."""
    if isinstance(block, Heading):
        return Laid(15.0, (Lettering(0, 10.5, cut(block.text, PAGE_WIDE, 9.0, bold=True), 9.0, ACCENT, bold=True),))
    if isinstance(block, Paragraph):
        return _words(block)
    if isinstance(block, Tiles):
        return _tiles(block)
    if isinstance(block, Listing):
        return _grid(block)
    if isinstance(block, Pictures):
        return _pictures(block)
    if isinstance(block, Strip):
        return Laid(block.drawing.high + 4, block.drawing.shapes)
    return _signatures(block)


def _words(block: Paragraph) -> Laid:
    look = LOOKS[block.style]
    inside = 5.0 if look.ground else 0.0
    lines = broken(block.text, PAGE_WIDE - 2 * inside, look.size, look.bold, block.lines)
    high = len(lines) * look.lead + inside
    shapes: list[Shape] = [Box(0, 0, PAGE_WIDE, high, look.ground)] if look.ground else []
    for number, line in enumerate(lines):
        y = inside / 2 + number * look.lead + look.size
        shapes.append(Lettering(inside, y, line, look.size, look.colour, look.bold))
    return Laid(high + look.after, tuple(shapes))


def _tiles(block: Tiles) -> Laid:
    gap, high = 5.0, 50.0
    wide = (PAGE_WIDE - gap * (len(block.tiles) - 1)) / len(block.tiles)
    shapes: list[Shape] = []
    for number, tile in enumerate(block.tiles):
        x = number * (wide + gap)
        inside = wide - 8
        shapes.append(Box(x, 0, wide, high, PALE))
        shapes.append(Lettering(x + 4, 9.5, cut(tile.name, inside, SMALLEST_POINTS), SMALLEST_POINTS, QUIET))
        value = cut(tile.value, inside, 13, bold=True)
        shapes.append(Lettering(x + 4, 24, value, 13, ALARM if tile.alarm else ACCENT, bold=True))
        for line, text in enumerate(broken(tile.words, inside, SMALLEST_POINTS, most=3)):
            shapes.append(Lettering(x + 4, 32.5 + line * 7.8, text, SMALLEST_POINTS, INK))
    return Laid(high + 6, tuple(shapes))


def cells(grid: Listing) -> list[list[list[str]]]:
    """The lines of each cell, headings first: two at most, so that no name takes a page."""
    whole = sum(column.part for column in grid.columns)
    rooms = [PAGE_WIDE * column.part / whole - 2 * PAD for column in grid.columns]
    heads = [broken(c.heading, room, BODY, True, 2) for c, room in zip(grid.columns, rooms, strict=True)]
    most = 3 if len(grid.columns) < 4 else 2
    body = [[broken(text, room, BODY, most=most) for text, room in zip(row, rooms, strict=True)] for row in grid.rows]
    return [heads, *body]


def _grid(block: Listing) -> Laid:
    whole = sum(column.part for column in block.columns)
    shapes: list[Shape] = []
    y = 0.0
    for number, row in enumerate(cells(block)):
        high = max(len(lines) for lines in row) * LEAD + 3
        if number == 0:
            shapes.append(Box(0, y, PAGE_WIDE, high, ACCENT))
        x = 0.0
        for column, lines in zip(block.columns, row, strict=True):
            wide = PAGE_WIDE * column.part / whole
            at, anchor = (x + wide - PAD, "end") if column.number else (x + PAD, "start")
            for k, text in enumerate(lines):
                colour = "#FFFFFF" if number == 0 else INK
                shapes.append(Lettering(at, y + BODY + 1.2 + k * LEAD, text, BODY, colour, number == 0, anchor))
            x += wide
        y += high
        shapes.append(Stroke(0, y, PAGE_WIDE, y, LINE))
    if block.said:
        shapes.append(Lettering(PAD, y + 9, cut(block.said, PAGE_WIDE, SMALLEST_POINTS), SMALLEST_POINTS, QUIET))
        y += 11
    return Laid(y + 5, tuple(shapes))


def _pictures(block: Pictures) -> Laid:
    shapes: list[Shape] = []
    y = 0.0
    for row in range(0, len(block.pictures), 2):
        pair = block.pictures[row : row + 2]
        high = max(drawing.high for _, drawing in pair)
        for side, (title, drawing) in enumerate(pair):
            x = side * (PAGE_WIDE - drawing.wide)
            shapes.append(Lettering(x, y + 8, cut(title, drawing.wide, 7.5, bold=True), 7.5, INK, bold=True))
            shapes += shifted(drawing.shapes, x, y + 13)
        y += high + BETWEEN
    return Laid(y, tuple(shapes))


def shifted(shapes: Sequence[Shape], x: float, y: float) -> list[Shape]:
    """Shapes moved to the right and down."""
    found: list[Shape] = []
    for shape in shapes:
        if isinstance(shape, Stroke):
            found.append(replace(shape, x1=shape.x1 + x, x2=shape.x2 + x, y1=shape.y1 + y, y2=shape.y2 + y))
        else:
            found.append(replace(shape, x=shape.x + x, y=shape.y + y))
    return found


def _signatures(block: Signatures) -> Laid:
    gap = 18.0
    wide = (PAGE_WIDE - gap * (len(block.roles) - 1)) / len(block.roles)
    shapes: list[Shape] = []
    for number, role in enumerate(block.roles):
        x = number * (wide + gap)
        shapes.append(Stroke(x, 24, x + wide, 24, INK))
        shapes.append(Lettering(x, 33, f"{role}: name, date, signature", SMALLEST_POINTS, QUIET))
    return Laid(38.0, tuple(shapes))


def placed(page: Sequence[Piece]) -> list[Shape]:
    """All shapes of a page, on its paper."""
    found: list[Shape] = []
    y = TOP
    for block in page:
        laid = lay(block)
        found += shifted(laid.shapes, LEFT, y)
        y += laid.high
    return found


def height(page: Sequence[Piece]) -> float:
    """How high all blocks of a page are."""
    return sum(lay(block).high for block in page)

"""The brief as one HTML file that fetches nothing: a tree of elements, so that whatever a name holds stays a text."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from planner.brief.blocks import Brief, Heading, Listing, Paragraph, Pictures, Piece, Signatures, Strip, Tiles
from planner.brief.drawing import ACCENT, ALARM, INK, LINE, PALE, QUIET, Box, Drawing, Shape, Stroke
from planner.brief.layout import LOOKS
from planner.results.words import literal

_STYLE = f"""
@page {{ margin: 9mm 12mm; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; color: {INK};
  font: 7.2pt/9.2pt "DejaVu Sans Condensed", "Arial Narrow", Arial, Helvetica, sans-serif; }}
main {{ width: 523pt; margin: 0 auto; }}
section {{ break-after: page; overflow: hidden; }}
section:last-child {{ break-after: auto; }}
h1, h2, h3, p, table, figure {{ margin: 0; padding: 0; }}
h2 {{ font-size: 9pt; line-height: 15pt; color: {ACCENT}; }}
h3 {{ font-size: 7.5pt; line-height: 11pt; }}
table {{ width: 100%; border-collapse: collapse; table-layout: fixed; margin-bottom: 5pt; }}
th {{ background: {ACCENT}; color: #fff; text-align: left; vertical-align: top; padding: 1pt 3pt; }}
td {{ border-bottom: 0.5pt solid {LINE}; vertical-align: top; padding: 1pt 3pt; overflow-wrap: anywhere; }}
.n {{ text-align: right; font-variant-numeric: tabular-nums; }}
.rest {{ font-size: 7pt; color: {QUIET}; margin: -4pt 0 5pt 2pt; }}
.tiles {{ display: flex; gap: 5pt; margin-bottom: 6pt; }}
.tiles div {{ flex: 1; background: {PALE}; padding: 2pt 4pt; font-size: 7pt; line-height: 7.8pt; min-height: 50pt; }}
.tiles span {{ display: block; color: {QUIET}; line-height: 9pt; }}
.tiles b {{ display: block; font-size: 13pt; line-height: 16pt; color: {ACCENT}; }}
.tiles b.bad {{ color: {ALARM}; }}
.pictures {{ display: grid; grid-template-columns: 256pt 256pt; column-gap: 11pt; }}
figure {{ padding-bottom: 9pt; }}
svg {{ display: block; font-family: inherit; }}
.sign {{ display: flex; gap: 18pt; margin-top: 24pt; font-size: 7pt; color: {QUIET}; }}
.sign div {{ flex: 1; border-top: 0.5pt solid {INK}; padding-top: 2pt; }}
footer {{ font-size: 7pt; color: {QUIET}; display: flex; justify-content: space-between; margin-top: 4pt; }}
@media screen {{ body {{ background: #ddd; }} main {{ background: #fff; padding: 24pt 36pt; width: 595pt; }}
section + section {{ margin-top: 30pt; border-top: 1pt solid {LINE}; padding-top: 18pt; }} }}
"""


def write_html(brief: Brief, path: Path) -> Path:
    """Write a brief that was fitted to the pages."""
    html = Element("html", lang="en")
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _put(head, "title", brief.title)
    SubElement(head, "style").text = _STYLE + "".join(_rule(name) for name in LOOKS)
    main = SubElement(SubElement(html, "body"), "main")
    for number, page in enumerate(brief.pages, start=1):
        section = SubElement(main, "section")
        for block in page:
            _block(section, block)
        footer = SubElement(section, "footer")
        _put(footer, "span", brief.foot)
        _put(footer, "span", f"Page {number} of {len(brief.pages)}")
    text = "<!DOCTYPE html>\n" + tostring(html, encoding="unicode", method="html") + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def _rule(name: str) -> str:
    """How a paragraph of that style looks."""
    look = LOOKS[name]
    ground = f"background: {look.ground}; padding: 2.5pt 5pt; " if look.ground else ""
    weight = "bold" if look.bold else "normal"
    return (
        f".{name} {{ {ground}font-size: {look.size}pt; line-height: {look.lead}pt; font-weight: {weight}; "
        f"color: {look.colour}; margin-bottom: {look.after}pt; }}\n"
    )


def _put(parent: Element, tag: str, text: object, **attributes: str) -> Element:
    """A new element with a text in it."""
    found = SubElement(parent, tag, attributes)
    found.text = literal(text)
    return found


def _block(parent: Element, block: Piece) -> None:
    if isinstance(block, Heading):
        _put(parent, "h2", block.text)
    elif isinstance(block, Paragraph):
        _put(parent, "h1" if block.style == "title" else "p", block.text, **{"class": block.style})
    elif isinstance(block, Tiles):
        row = SubElement(parent, "div", {"class": "tiles"})
        for tile in block.tiles:
            cell = SubElement(row, "div")
            _put(cell, "span", tile.name)
            _put(cell, "b", tile.value, **({"class": "bad"} if tile.alarm else {}))
            SubElement(cell, "i", {"style": "font-style: normal"}).text = literal(tile.words)
    elif isinstance(block, Listing):
        _grid(parent, block)
    elif isinstance(block, Pictures):
        around = SubElement(parent, "div", {"class": "pictures"})
        for title, drawing in block.pictures:
            figure = SubElement(around, "figure")
            _put(figure, "h3", title)
            _svg(figure, drawing)
    elif isinstance(block, Strip):
        _svg(parent, block.drawing)
    else:
        _signatures(parent, block)


def _grid(parent: Element, block: Listing) -> None:
    table = SubElement(parent, "table")
    whole = sum(column.part for column in block.columns)
    group = SubElement(table, "colgroup")
    for column in block.columns:
        SubElement(group, "col", {"style": f"width: {100 * column.part / whole:.2f}%"})
    heads = SubElement(SubElement(table, "thead"), "tr")
    for column in block.columns:
        _put(heads, "th", column.heading, scope="col", **({"class": "n"} if column.number else {}))
    body = SubElement(table, "tbody")
    for row in block.rows:
        line = SubElement(body, "tr")
        for column, text in zip(block.columns, row, strict=True):
            _put(line, "td", text, **({"class": "n"} if column.number else {}))
    if block.said:
        _put(parent, "p", block.said, **{"class": "rest"})


def _signatures(parent: Element, block: Signatures) -> None:
    row = SubElement(parent, "div", {"class": "sign"})
    for role in block.roles:
        _put(row, "div", f"{role}: name, date, signature")


def _svg(parent: Element, drawing: Drawing) -> None:
    """A picture, with the sentence that stands for it."""
    size = {"width": f"{drawing.wide:g}pt", "height": f"{drawing.high:g}pt"}
    box = f"0 0 {drawing.wide:g} {drawing.high:g}"
    words = literal(drawing.alt)
    svg = SubElement(parent, "svg", {**size, "viewBox": box, "role": "img", "aria-label": words})
    _put(svg, "title", words)
    for shape in drawing.shapes:
        _shape(svg, shape)


def _shape(svg: Element, shape: Shape) -> None:
    if isinstance(shape, Box):
        place = {"x": _n(shape.x), "y": _n(shape.y), "width": _n(shape.wide), "height": _n(shape.high)}
        edge = {"stroke": shape.edge, "stroke-width": "0.6"} if shape.edge else {}
        SubElement(svg, "rect", place | {"fill": shape.fill or "none"} | edge)
    elif isinstance(shape, Stroke):
        ends = {"x1": _n(shape.x1), "y1": _n(shape.y1), "x2": _n(shape.x2), "y2": _n(shape.y2)}
        SubElement(svg, "line", ends | {"stroke": shape.colour, "stroke-width": _n(shape.thick)})
    else:
        look = {"font-size": _n(shape.size), "fill": shape.colour, "text-anchor": shape.anchor}
        weight = {"font-weight": "bold"} if shape.bold else {}
        _put(svg, "text", shape.text, x=_n(shape.x), y=_n(shape.y), **look, **weight)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")

"""Summary, one printed page: the ask, what to sign, sell and build, what would change the answer, and the proof."""

from __future__ import annotations

from collections.abc import Sequence

from planner.reporting.book import write_text
from planner.reporting.figures import key_figures
from planner.reporting.kinds import TEXT, Kind
from planner.reporting.lists import laid_out, rows_that_fit
from planner.reporting.page import Page, sentence_points
from planner.results.baseline import against_today
from planner.results.decision import Tile, asked, basis, proof_line, tiles, title
from planner.results.facts import Facts
from planner.results.limits import missed_sentence
from planner.results.lists import not_known, not_taken, to_build, to_sell, to_sign, would_change
from planner.results.settled import settled_sentence

# Characters of the eight printed columns: a portrait page of Letter or A4 in letters above 7 points.
WIDTHS = {0: 33.0, 1: 24.0, 2: 9.6, 3: 10.6, 4: 10.6, 5: 10.6, 6: 8.0, 7: 23.6}
_ROOM = 1000.0  # points of height that print on one page of Letter or A4 in letters above 7 points
_TILES = ((0, 0), (1, 1), (2, 3), (4, 6), (7, 7))
_CONTENTS = 9  # the first column of what stands to the right, on screen only
# The lists of the page, in their order, and how many rows of each it holds at most, and at least.
LISTS = (
    (to_sign, 12, 6), (to_sell, 4, 1), (to_build, 6, 3), (would_change, 5, 3), (not_taken, 5, 3), (not_known, 3, 2),
)  # fmt: skip


def fill_summary(page: Page, facts: Facts, contents: Sequence[tuple[str, str]], absent: Sequence[str]) -> None:
    """What a reader who opens nothing else should know; the list of sheets stands to the right of the printed page."""
    page.one_page, page.portrait, page.fixed, page.printed_columns = True, True, WIDTHS, len(WIDTHS)
    page.widths.update(WIDTHS)
    page.title(title(facts), home=False)
    page.row -= 1
    page.say(f"{basis(facts)} {against_today(facts)}", "intro")
    page.say(asked(facts), "ask", roomy=6)
    _tiles(page, tiles(facts))
    if missed := missed_sentence(facts):
        page.say(missed, "alarm", roomy=4)
    if bound := settled_sentence(facts):
        page.say(bound, "alarm", roomy=4)
    last = [(proof_line(facts), "verdict", 6.0), (f"Not in this case: {', '.join(absent)}.", "intro", 0.0)]
    last = last if absent else last[:1]
    wanted = [(told(facts), most, least) for told, most, least in LISTS]
    across = sum(WIDTHS.values())
    looks = [(text, page.book.style(style), roomy) for text, style, roomy in last]
    below = sum(sentence_points(text, across, look.font_size, roomy, look.bold) for text, look, roomy in looks)
    shown = rows_that_fit(wanted, _ROOM - page.points_so_far() - below, list(WIDTHS.values()))
    for (told, _, _), most in zip(wanted, shown, strict=True):
        laid_out(page, told, most)
    for text, style, roomy in last:
        page.say(text, style, roomy=roomy)
    _contents(page, facts, contents)


def _tiles(page: Page, shown: Sequence[Tile]) -> None:
    """Five figures beside each other: what, how much, and what to compare it with."""
    rows = (("tile name", 16.0), ("tile value", 24.0), ("tile words", 40.0))
    for number, (style, height) in enumerate(rows):
        page.tall(page.row + number, height)
        for (start, end), tile in zip(_TILES, shown, strict=True):
            text = page.book.told((tile.name, tile.value, tile.words)[number])
            look = page.book.style(f"{style}{' alarm' if tile.alarm and number == 1 else ''}")
            if end > start:
                page.sheet.merge_range(page.row + number, start, page.row + number, end, "", look)
            write_text(page.sheet, page.row + number, start, text, look)
    page.row += len(rows)


def _contents(page: Page, facts: Facts, contents: Sequence[tuple[str, str]]) -> None:
    """Each sheet with a link and what it answers, and the key figures; to the right of the printed page."""
    end, page.row = page.row, 3
    _headings(page, ("Sheet", "What it shows"))
    for name, text in contents:
        page.row += 1
        sheet, row = page.book.places[name]
        page.link(page.row, _CONTENTS, sheet, name, "contents", row)
        write_text(page.sheet, page.row, _CONTENTS + 1, page.book.told(text), page.book.cell(TEXT))
    page.row += 2
    _headings(page, ("Key figure", "Value", "Unit"))
    for name, value, kind, unit in key_figures(facts):
        page.row += 1
        write_text(page.sheet, page.row, _CONTENTS, page.book.told(name), page.book.cell(TEXT))
        page.sheet.write_number(page.row, _CONTENTS + 1, value, page.book.cell(_left(kind)))
        write_text(page.sheet, page.row, _CONTENTS + 2, page.book.told(unit), page.book.cell(TEXT))
    page.widths |= {_CONTENTS - 1: 3.0, _CONTENTS: 36.0, _CONTENTS + 1: 84.0, _CONTENTS + 2: 24.0}
    page.row = max(end, page.row)
    page.printed_to = end


def _left(kind: Kind) -> Kind:
    from dataclasses import replace

    return replace(kind, align="left")


def _headings(page: Page, headings: Sequence[str]) -> None:
    """A row of headings that leaves the rest of the row free."""
    for place, text in enumerate(headings, start=_CONTENTS):
        write_text(page.sheet, page.row, place, text, page.book.style("heading", indent=1))

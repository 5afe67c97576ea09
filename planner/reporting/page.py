"""One sheet: title, sentences, charts, the way back, and how it prints. Widths are settled when it is finished."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.reporting.book import ACCENT, PAPERS, Book, write_text
from planner.results.words import plain

LINE_POINTS, ROW_POINTS, ROW_PIXELS = 13.0, 13.5, 18
SECTION_POINTS = 21.0
CLOSE_POINTS = 6.0  # above the headings of a sheet that is one page
CHART_WIDE, CHART_HIGH = 600, 250  # pixels, with the gap to the next
_READABLE = 104  # characters on a line of a sentence: less than a page is wide where two lie beside each other
_BEGINNING = 9  # rows of a long table that stay with its heading
_UNSET = 9.14  # width of a column that nobody set
_PAGE_PIXELS = 979  # what fits the width of landscape Letter, the narrower of Letter and A4, without being made smaller
_SHAPE = 0.65  # height of the printed area over its width: landscape A4, the lower of the two, with a little to spare
_ALMOST = 0.9  # of a page: what is longer may need a second one where a program sets its letters wider
_BOLD = 1.12  # bold text against plain, of names
_LETTER, _BOLD_LETTER = 0.087, 1.08  # how wide a letter of a sentence is, a point of size, and a bold one against that
_SMALLEST = 0.74  # a sheet is made no smaller in print, so that 10 points stay 7 where a program sets columns wider


@dataclass(frozen=True)
class Block:
    """Where a table landed, for charts and links."""

    sheet: str
    heading_row: int
    first_row: int
    last_row: int
    column: Mapping[str, int]
    lowest: float = 0.0  # of its amounts

    @property
    def rows(self) -> range:
        return range(self.first_row, self.last_row + 1)


@dataclass
class Page:
    """A sheet being written from the top down."""

    book: Book
    name: str
    case_name: str
    colour: str = ACCENT
    one_page: bool = False
    row: int = 0
    widths: dict[int, float] = field(default_factory=dict)
    least: dict[int, float] = field(default_factory=dict)  # widths at which every word is whole still
    heights: dict[int, float] = field(default_factory=dict)
    of_widths: list[Callable[[], None]] = field(default_factory=list)  # set heights that follow from widths
    sentences: list[tuple[int, str, Any, float]] = field(default_factory=list)
    together: list[tuple[int, int]] = field(default_factory=list)
    repeat: tuple[int, int] = (0, 0)
    frozen: tuple[int, int] = (1, 1)
    even_from: int | None = None
    begun: int = 0  # where the section began that the next table or chart belongs to
    charted: bool = False
    fixed: Mapping[int, float] | None = None
    portrait: bool = False
    printed_to: int | None = None
    printed_columns: int | None = None
    tables: int = 0
    on_screen: bool = False  # whether what is written now is not printed
    reached: int = 1  # columns of what is printed
    sample: bool = False  # whether only the beginning of a list is printed
    parts: int = 0  # headings of the sheet: more than one where it holds what else would stand on sheets of their own
    merged_to: int = 0  # the last column that a sentence stands over
    spans: list[tuple[int, int, int, str, Any]] = field(default_factory=list)  # headings over several columns

    def __post_init__(self) -> None:
        self.sheet = self.book.workbook.add_worksheet(self.name)
        self.sheet.hide_gridlines(2)
        self.sheet.set_default_row(ROW_POINTS)
        self.sheet.set_tab_color(self.colour)

    # Words -----------------------------------------------------------------------------------------------------------

    def title(self, text: str, intro: str = "", home: bool = True) -> None:
        """The heading, a sentence or two on what the sheet says, and the way back; the heading of a further part where
        the sheet has begun.
        """
        self.parts += 1
        self.row += 2 if self.row else 0
        self.book.places[text] = (self.name, self.row)
        write_text(self.sheet, self.row, 0, plain(self.book.told(text), 200), self.book.style("title"))
        self.tall(self.row, 26)
        self.begun = self.row
        self.row += 1
        if intro:
            self.say(intro, "intro")
        if home and self.parts == 1:
            self.link(self.row, 0, "Summary", "← Back to the summary")
            self.row += 1
        self.row += 1

    def say(self, text: str, style: str = "sentence", roomy: float = 0.0) -> None:
        """A sentence across the sheet; `roomy` adds points of height."""
        self.sentences.append((self.row, self.book.told(text), self.book.style(style), roomy))
        self.row += 1

    def section(self, text: str) -> None:
        """A heading within the sheet, kept on one printed page with the beginning of what follows."""
        if self.one_page:
            self.tall(self.row, CLOSE_POINTS)
        self.row += 1
        write_text(self.sheet, self.row, 0, plain(self.book.told(text)), self.book.style("section"))
        self.tall(self.row, SECTION_POINTS)
        self.begun = self.row
        self.row += 1

    def link(self, row: int, column: int, sheet: str, text: str, style: str = "link", to: int = 0) -> None:
        self.sheet.write_url(row, column, f"internal:'{sheet}'!A{to + 1}", self.book.style(style), text)

    def keep(self, first: int, last: int) -> None:
        """Print these rows on one page, together with the section heading they stand under."""
        self.together.append((self.begun if 0 < first - self.begun <= 3 else first, last))

    def span(self, row: int, first: int, last: int, text: str, look: Any) -> None:
        """A heading over one or several columns, which is merged when it is known how many of them are printed."""
        self.spans.append((row, first, last, self.book.told(text), look))

    def first_of(self, rows: int, printed: int) -> None:
        """Say where a list prints with its first rows only."""
        if rows > printed and not self.on_screen:
            self.say(f"Printed are the first {printed} of {rows:,} rows; all of them stand here on screen.", "intro")

    def print_only(self, block: Block, rows: int) -> None:
        """Print the first rows of a long list; all of it is there on screen."""
        if len(block.rows) > rows and not self.on_screen:
            self.printed_to, self.sample, self.on_screen = block.first_row + rows - 1, True, True

    def reach(self, columns: int) -> None:
        """Note how many columns a table has, if it is printed."""
        if not self.on_screen:
            self.reached = max(self.reached, columns)

    # Sizes -----------------------------------------------------------------------------------------------------------

    def tall(self, row: int, points: float) -> None:
        """Set a row's height, in points."""
        self.heights[row] = points
        self.sheet.set_row(row, points)

    def of_width(self, set_heights: Callable[[], None]) -> None:
        """Set heights that follow from the widths of columns: now, and again if those become narrower."""
        set_heights()
        self.of_widths.append(set_heights)

    def wide(self, column: int, characters: float, least: float = math.inf) -> float:
        """Make a column at least so wide, or `least` where the page is short of room; returns how wide it is."""
        wanted = characters if self.fixed is None else self.fixed.get(column, characters)
        self.widths[column] = max(self.widths.get(column, 0.0), wanted)
        self.least[column] = max(self.least.get(column, 0.0), min(least, wanted))
        return self.widths[column]

    def native_table(self, heading: int, last: int, words: Sequence[str], filters: bool) -> None:
        """Make rows that are about to be written a table of Excel's own, named after the sheet."""
        self.tables += 1
        name = f"{re.sub('[^A-Za-z]', '_', self.name)}_{self.tables}"
        columns = [{"header": word, "header_format": self.book.style("heading")} for word in words]
        options = {"name": name, "style": None, "autofilter": filters, "columns": columns}
        self.sheet.add_table(heading, 0, last, len(words) - 1, options)

    def only_on_screen(self) -> None:
        """What is written from here on is not printed."""
        self.on_screen = True
        if self.printed_to is None:
            self.printed_to = max(0, self.row - 1)

    def points_so_far(self) -> float:
        """How high everything stands that is written so far, on a sheet whose columns are fixed."""
        across = sum((self.fixed or {}).values())
        said = {
            row: sentence_points(text, across, look.font_size, roomy, look.bold)
            for row, text, look, roomy in self.sentences
        }
        return sum(said.get(row, self._height(row)) for row in range(self.row))

    # Charts ----------------------------------------------------------------------------------------------------------

    def room_for_charts(self, number: int) -> int:
        """Keep rows free for so many charts, two beside each other; returns where they begin."""
        at, each = self.row, math.ceil(CHART_HIGH / ROW_PIXELS)
        for line in range(math.ceil(number / 2)):
            self.keep(at + line * each, at + (line + 1) * each)
        self.row += math.ceil(number / 2) * each + (1 if number else 0)
        return at

    def charts(self, charts: Sequence[tuple[Any, str]], at: int) -> None:
        """Put charts into the room kept for them, each with the sentence that stands for it (its alt text)."""
        self.charted = True
        for number, (chart, description) in enumerate(charts):
            line, side = divmod(number, 2)
            chart.set_size({"width": CHART_WIDE - 12, "height": CHART_HIGH - 12})
            place = {"x_offset": 4 + side * CHART_WIDE, "y_offset": 6, "object_position": 2}
            row = at + line * math.ceil(CHART_HIGH / ROW_PIXELS)
            self.sheet.insert_chart(row, 0, chart, place | {"description": plain(self.book.told(description), 500)})

    # The end ---------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Widths, sentences over the width, frozen headings, print set-up."""
        if self.even_from is not None and self.parts == 1:
            even = [column for column in self.widths if column >= self.even_from]
            widest = max((self.widths[column] for column in even), default=0.0)
            self.widths |= dict.fromkeys(even, widest)
        self._squeeze()
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, width)
        self._cut_columns()
        self._write_sentences()
        if self.on_screen and self.printed_columns is None:
            self.printed_columns = self._columns_printed()
            for column in set(range(self.printed_columns)) - set(self.widths):  # as wide as was reckoned with
                self.sheet.set_column(column, column, _UNSET)
        self._write_spans()
        self.sheet.freeze_panes(*self.frozen)
        self.sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        self._set_up_print()

    def _squeeze(self) -> None:
        """Where printed tables are a little too wide for the page, text that wraps gets narrower columns."""
        printed = {column: width for column, width in self.widths.items() if column < self.reached}
        over = sum(width * 7 + 5 for width in printed.values()) - _PAGE_PIXELS / _SMALLEST
        to_spare = {column: width - self.least.get(column, width) for column, width in printed.items()}
        share = over / max(7 * sum(to_spare.values()), 1.0)
        if self.fixed is not None or self.sample or not 0.0 < share <= 1.0:
            return
        self.widths |= {column: self.widths[column] - share * spare for column, spare in to_spare.items()}
        for set_heights in self.of_widths:
            set_heights()

    def _write_sentences(self) -> None:
        """Merge each over the columns that make a readable line, and make the row as tall as the text."""
        last, width = 0, self.widths.get(0, _UNSET)
        most = len(self.fixed) - 1 if self.fixed else None
        end = math.inf if self.printed_columns is None else self.printed_columns - 1
        while last < end and ((width < _READABLE or last == 0) if most is None else last < most):
            last += 1
            width += self.widths.get(last, _UNSET)
        self.merged_to = last if self.sentences else 0
        for row, text, look, roomy in self.sentences:
            self.tall(row, sentence_points(text, width, look.font_size, roomy, look.bold))
            if last:
                self.sheet.merge_range(row, 0, row, last, "", look)
            write_text(self.sheet, row, 0, text, look)

    def _write_spans(self) -> None:
        """Merge headings over their columns; where print ends among these, the rest is a heading of its own."""
        cut = math.inf if self.printed_columns is None else self.printed_columns
        for row, first, last, text, look in self.spans:
            parts = [(first, last)] if not first < cut <= last else [(first, int(cut) - 1), (int(cut), last)]
            for start, end in parts:
                if end > start:
                    self.sheet.merge_range(row, start, row, end, "", look)
                write_text(self.sheet, row, start, text, look)
            over = min(sum(self.widths.get(c, _UNSET) for c in range(start, end + 1)) for start, end in parts)
            self.tall(row, max(self._height(row), 2 + lines_of(text, over / _BOLD - 1) * LINE_POINTS))

    def _set_up_print(self) -> None:
        """The paper of the book; on the other one the pages are the same, since both were reckoned with."""
        if self.portrait:
            self.sheet.set_portrait()
        else:
            self.sheet.set_landscape()
        self.sheet.set_paper(PAPERS[self.book.paper])
        pages_wide = max(1, math.ceil(self._wide_pixels() * _SMALLEST / _PAGE_PIXELS))
        single = self.one_page or self._nearly_one_page()
        self.sheet.fit_to_pages(pages_wide, 1 if single else 0)
        if pages_wide > 1:
            self.sheet.repeat_columns(0, 0)
        if not self.one_page:
            self.sheet.repeat_rows(*self.repeat)
        if self.printed_to is not None or self.printed_columns is not None:
            last_column = max(self.widths, default=0) if self.printed_columns is None else self.printed_columns - 1
            last = self.row if self.printed_to is None else self.printed_to
            self.sheet.print_area(0, 0, last, last_column)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.3 if self.one_page else 0.4, bottom=0.6)
        case = plain(self.case_name, 80).replace("&", "&&")
        footer = f"&L&10{_not_a_size(case)}&C&10{self.name}&R&10Page &P of &N"
        self.sheet.set_footer(footer, {"scale_with_doc": False})
        if not single:
            self.sheet.set_h_pagebreaks(self._page_breaks())

    def _nearly_one_page(self) -> bool:
        """Whether all that is printed fits one page without letters too small to read."""
        last = self.row if self.printed_to is None else self.printed_to
        pixels = max(self._wide_pixels(), _PAGE_PIXELS)
        pages = sum(self._height(row) for row in range(last + 1)) * 96 / 72 / (pixels * _SHAPE)
        return pages > _ALMOST and pixels * pages <= _PAGE_PIXELS / _SMALLEST

    def _columns_printed(self) -> int:
        """So many columns hold the printed tables, the sentences and the charts."""
        last, width = 0, 0.0
        while self.charted and width < 2 * CHART_WIDE:
            width += self.widths.get(last, _UNSET) * 7 + 5
            last += 1
        return max(self.reached, self.merged_to + 1, last)

    def _cut_columns(self) -> None:
        """Of a list of which only the beginning is printed, print as many columns as fit the page."""
        room = _PAGE_PIXELS / _SMALLEST
        if not self.sample or self._wide_pixels() <= room:
            return
        used = 0.0
        for column in range(max(self.widths) + 1):
            used += self.widths.get(column, _UNSET) * 7 + 5
            if used > room:
                self.printed_columns = column
                return

    def _wide_pixels(self) -> float:
        """The width of what is printed."""
        widths = [w for c, w in self.widths.items() if self.printed_columns is None or c < self.printed_columns]
        return max(sum(w * 7 + 5 for w in widths), 2 * CHART_WIDE * self.charted)

    def _page_breaks(self) -> list[int]:
        """Where to begin a new printed page so that no chart or table is cut, for the scale that fits the width."""
        pixels = max(self._wide_pixels(), _PAGE_PIXELS)
        page = pixels * 72 / 96 * _SHAPE - sum(self._height(r) for r in range(self.repeat[0], self.repeat[1] + 1))
        breaks, start = [], 0
        for first, last in sorted(self.together):
            if self.printed_to is not None and first > self.printed_to:
                break
            above = sum(self._height(row) for row in range(start, first))
            block = sum(self._height(row) for row in range(first, last))
            if block > page:  # it must be cut somewhere; not right after its heading
                block = sum(self._height(row) for row in range(first, first + _BEGINNING))
            if above % page + block > page:
                breaks.append(first)
                start = first
        return breaks

    def _height(self, row: int) -> float:
        return self.heights.get(row, ROW_POINTS)


def sentence_points(text: str, width: float, size: float, roomy: float, bold: bool = False) -> float:
    """How high a sentence stands over that many characters; large letters and bold ones are wider."""
    wide = _LETTER * size * (_BOLD_LETTER if bold else 1.0)
    high = 1.05 if size > 10 else 0.97
    return max(ROW_POINTS, 3 + lines_of(text, width / wide) * LINE_POINTS * high) + roomy


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a cell of that width, broken between words."""
    wide = max(int(width), 1)
    return sum(max(1, len(textwrap.wrap(part, wide))) for part in text.splitlines() or [""])


def _not_a_size(text: str) -> str:
    """After "&10" a leading digit would be read as part of the font size."""
    return f" {text}" if text[:1].isdigit() else text

"""Summary, one printed page: the ask, what to sign, sell and build, what would change the answer, and the proof."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from planner.reporting.book import write_text
from planner.reporting.figures import key_figures
from planner.reporting.kinds import BRIEF, FINE_SHARE, MUSD_SHORT, PERIOD_LABEL, SHARE, TEXT, TONS, USD, Kind
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.results.baseline import against_today
from planner.results.decision import (
    Tile,
    asked,
    basis,
    first_lines,
    proof_line,
    tiles,
    title,
    to_build,
    to_sell,
    unknowns,
    why_not,
)
from planner.results.facts import Facts
from planner.results.limits import missed_sentence
from planner.results.rejected import told_by
from planner.results.turns import turns

# Characters of the eight printed columns: a portrait page of Letter or A4 in letters above 7 points.
WIDTHS = {0: 30.0, 1: 24.0, 2: 12.0, 3: 12.0, 4: 12.0, 5: 12.0, 6: 8.0, 7: 30.0}
_TILES = ((0, 0), (1, 1), (2, 3), (4, 6), (7, 7))
_CONTENTS = 9  # the first column of what stands to the right, on screen only
_MOST_SIGNED, _MOST_SOLD, _MOST_BUILT, _MOST_TURNS, _MOST_REJECTED, _MOST_UNKNOWN = 12, 4, 6, 5, 5, 3


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
    _sign(page, facts)
    _sell(page, facts)
    _build(page, facts)
    _turns(page, facts)
    _why_not(page, facts)
    _unknown(page, facts)
    page.say(proof_line(facts), "verdict", roomy=6)
    if absent:
        page.say(f"Not in this case: {', '.join(absent)}.", "intro")
    _contents(page, facts, contents)


def _tiles(page: Page, shown: Sequence[Tile]) -> None:
    """Five figures beside each other: what, how much, and what to compare it with."""
    rows = (("tile name", 18.0), ("tile value", 26.0), ("tile words", 40.0))
    for number, (style, height) in enumerate(rows):
        page.tall(page.row + number, height)
        for (start, end), tile in zip(_TILES, shown, strict=True):
            text = (tile.name, tile.value, tile.words)[number]
            look = page.book.style(f"{style}{' alarm' if tile.alarm and number == 1 else ''}")
            if end > start:
                page.sheet.merge_range(page.row + number, start, page.row + number, end, "", look)
            write_text(page.sheet, page.row + number, start, text, look)
    page.row += len(rows)


def _sign(page: Page, facts: Facts) -> None:
    page.section("Sign")
    rows, rest = first_lines(facts, _MOST_SIGNED)
    if rows.empty:
        page.say("Nothing is bought: own plants and collected material supply everything.")
        return
    columns = [
        Col("named", "Supplier", BRIEF), Col("material", "Material", BRIEF), Col("t_per_year", "t a year", TONS),
        Col("price", "Price, USD/t", USD), Col("landed", "Landed, USD/t", USD), Col("years", "Years", PERIOD_LABEL),
        Col("word", "Firm?"), Col("reserve", "Reserve supplier", BRIEF),
    ]  # fmt: skip
    _with_rest(page, rows, columns, rest)


def _with_rest(page: Page, rows: pd.DataFrame, columns: list[Col], rest: str) -> None:
    """A table of the lines that matter most, and a sentence on the others, where there are any."""
    table(page, rows, columns)
    if rest:
        page.say(rest, "intro")


def _sell(page: Page, facts: Facts) -> None:
    rows, rest = to_sell(facts, _MOST_SOLD)
    if rows.empty:
        return
    page.section("Sell")
    columns = [
        Col("material", "Surplus", BRIEF), Col("place", "At", BRIEF), Col("t_per_year", "t a year", TONS),
        Col("price", "Price, USD/t", USD), Col("musd", f"{facts.million} in all", MUSD_SHORT),
        Col("years", "Years", PERIOD_LABEL), Col("word", "Firm?"), Col("buyer", "Buyer"),
    ]  # fmt: skip
    _with_rest(page, rows, columns, rest)


def _build(page: Page, facts: Facts) -> None:
    rows, rest = to_build(facts, _MOST_BUILT)
    if rows.empty:
        return
    page.section("Build")
    columns = [
        Col("option", "Project", BRIEF), Col("place", "Where", BRIEF), Col("size_t_per_year", "t a year", TONS),
        Col("capex_musd", f"Capex, {facts.million}", MUSD_SHORT),
        Col("worth_musd", f"Worth, {facts.million}", MUSD_SHORT),
        Col("years", "Begin, run", BRIEF), Col("word", "Firm?"), Col("why", "Why", BRIEF),
    ]  # fmt: skip
    _with_rest(page, rows, columns, rest)


def _turns(page: Page, facts: Facts) -> None:
    rows = turns(facts).head(_MOST_TURNS)
    if rows.empty:
        return
    page.section("What would change the answer: this plan's cost if one thing comes out otherwise")
    columns = [
        Col("what", "Change", BRIEF), Col("bears", "On", TEXT), Col("low_musd", f"Less, {facts.million}", MUSD_SHORT),
        Col("high_musd", f"More, {facts.million}", MUSD_SHORT),
    ]  # fmt: skip
    table(page, rows.assign(bears=[f"{p:,.0f} {facts.million}" for p in rows["part_musd"]]), columns)


def _why_not(page: Page, facts: Facts) -> None:
    rows = why_not(facts, _MOST_REJECTED)
    if rows.empty:
        return
    page.section("Why not the others: the dearest rejections, and what would bring each in")
    page.say(f"Break-evens: {told_by(facts)}.", "intro")
    columns = [
        Col("offer", "Quote", BRIEF), Col("supplier", "Supplier", BRIEF), Col("price", "Quoted, USD/t", USD),
        Col("asked_usd_per_t", "Comes in at", USD), Col("change", "Change", FINE_SHARE),
        Col("label", "In", PERIOD_LABEL), Col("told_by", "Told by", BRIEF),
    ]  # fmt: skip
    table(page, rows, columns)


def _unknown(page: Page, facts: Facts) -> None:
    rows = unknowns(facts).head(_MOST_UNKNOWN)
    if rows.empty:
        return
    page.section("Not known: the assumptions that carry most cost")
    columns = [
        Col("what", "Assumed or not graded", BRIEF), Col("term", "Sets", BRIEF),
        Col("musd", f"{facts.million} discounted", MUSD_SHORT), Col("share", "Of all cost", SHARE),
        Col("grade", "Grade"),
    ]  # fmt: skip
    table(page, rows, columns)


def _contents(page: Page, facts: Facts, contents: Sequence[tuple[str, str]]) -> None:
    """Each sheet with a link and what it answers, and the key figures; to the right of the printed page."""
    end, page.row = page.row, 3
    _headings(page, ("Sheet", "What it shows"))
    for name, text in contents:
        page.row += 1
        sheet, row = page.book.places[name]
        page.link(page.row, _CONTENTS, sheet, name, "contents", row)
        write_text(page.sheet, page.row, _CONTENTS + 1, text, page.book.cell(TEXT))
    page.row += 2
    _headings(page, ("Key figure", "Value", "Unit"))
    for name, value, kind, unit in key_figures(facts):
        page.row += 1
        write_text(page.sheet, page.row, _CONTENTS, name, page.book.cell(TEXT))
        page.sheet.write_number(page.row, _CONTENTS + 1, value, page.book.cell(_left(kind)))
        write_text(page.sheet, page.row, _CONTENTS + 2, unit, page.book.cell(TEXT))
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

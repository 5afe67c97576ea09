"""What the brief says: two pages on what a plan asks to be decided, from the tables that fill the workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.brief import pictures
from planner.brief.blocks import Brief, Head, Heading, Listing, Paragraph, Pictures, Piece, Signatures, Strip, Tiles
from planner.brief.layout import BETWEEN, PAGE_WIDE, ROOM, height
from planner.results.baseline import against_today
from planner.results.decision import asked, basis, proof_line, tiles, title
from planner.results.facts import Facts, records
from planner.results.limits import missed_sentence
from planner.results.lists import (
    NUMBERS,
    DecisionList,
    goes_short,
    not_known,
    not_taken,
    said,
    to_build,
    to_do,
    to_sell,
    to_sign,
)
from planner.results.rejected import rejected_projects
from planner.results.settled import settled_sentence
from planner.results.words import count, dollars, listed, musd, plain, tons

_MOST_SIGNED, _MOST_BUILT, _MOST_SOLD, _MOST_SHORT, _MOST_REJECTED = 14, 3, 2, 6, 9
_MOST_REASONS, _MOST_WEAK, _MOST_ACTIONS = 3, 6, 10
ROLES = ("Procurement", "Finance", "Operations")


def brief_of(facts: Facts, record: Mapping[str, str]) -> Brief:
    """The brief of a plan; `record` is what the run knows of itself."""
    pages: tuple[tuple[Piece, ...], ...] = facts.quantity.told_all((_first(facts), _second(facts)))
    return Brief(
        title=f"Sourcing brief: {plain(facts.plan.case_name)}",
        subject=title(facts),
        pages=pages,
        foot=foot(facts.plan.case_name, record),
    )


def foot(case_name: str, record: Mapping[str, str]) -> str:
    """The case, the run and its version."""
    known = [
        plain(case_name, 60),
        f"run {plain(record['Run'], 40)}" if record.get("Run") else "",
        str(record.get("Started", ""))[:10],
        f"owner {plain(record['Owner'], 30)}" if record.get("Owner") else "",
        f"ree-planner {record['Version of ree-planner']}" if record.get("Version of ree-planner") else "",
    ]
    return " · ".join(part for part in known if part)


def _first(facts: Facts) -> tuple[Piece, ...]:
    """Page 1: the ask, the tiles, what to sign, and the pictures, which take the room that is left."""
    missed, bound = missed_sentence(facts), settled_sentence(facts)
    above: list[Piece] = [
        Paragraph(title(facts), "title", 1),
        Paragraph(f"{basis(facts)} {against_today(facts)}", "basis"),
        Paragraph(asked(facts), "ask", 3),
        Tiles(tiles(facts)),
        *([Paragraph(missed, "alarm", 3)] if missed else []),
        *([Paragraph(bound, "alarm", 3)] if bound else []),
        *_list(to_sign(facts), (25, 18, 8, 9, 9, 9, 6, 16), _MOST_SIGNED, 3),
        *_build_and_sell(facts),
    ]
    room = (ROOM - height(above)) / 2 - BETWEEN
    high = min(pictures.HIGHEST, max(pictures.HIGH, room))
    draw = (pictures.supply_by_country, pictures.cost_by_year, pictures.calendar, pictures.tornado)
    return (*above, Pictures(tuple(one(facts, high) for one in draw)))


def _list(told: DecisionList, wide: Sequence[float], most: int, least: int = 1) -> list[Piece]:
    """A list as a table of its first rows under its title; nothing where it has none and says so."""
    if told.rows.empty:
        return [Heading(told.title), Paragraph(told.nothing)] if told.nothing else []
    heads = tuple(Head(p.heading, part, p.kind in NUMBERS) for p, part in zip(told.parts, wide, strict=True))
    rows = told.rows.head(most)
    columns = [[said(part.kind, value) for value in rows[part.key].tolist()] for part in told.parts]
    texts = tuple(zip(*columns, strict=True))
    note = [Paragraph(told.note, "note", 2)] if told.note else []
    return [Heading(told.title), Listing(told.title, heads, texts, least, told.beyond, len(told.rows)), *note]


def _build_and_sell(facts: Facts) -> list[Piece]:
    """A sentence each."""
    found: list[Piece] = []
    begun = to_build(facts)
    if len(begun.rows):
        each = [
            f"{row.option} at {row.place}: {tons(row.size_t_per_year)} a year for "
            f"{musd(row.capex_musd, facts.money)}, begun {row.begun}, running from {row.first_output}, "
            f"{row.word} ({row.why})"
            for row in records(begun.rows.head(_MOST_BUILT))
        ]
        found.append(Paragraph(f"Build: {'; '.join(each)}. {begun.beyond(_MOST_BUILT)}".rstrip(), "say", 3))
    surplus = to_sell(facts)
    if len(surplus.rows):
        each = [
            f"{tons(row.t_per_year)} of {row.material} a year at {dollars(row.price)} USD/t in {row.years}"
            f" ({row.buyer})"
            for row in records(surplus.rows.head(_MOST_SOLD))
        ]
        found.append(Paragraph(f"Sell: {'; '.join(each)}. {surplus.beyond(_MOST_SOLD)}".rstrip(), "say", 2))
    return found


def _second(facts: Facts) -> tuple[Piece, ...]:
    """Page 2: shortages, rejections, risks, actions, evidence, proof, signatures."""
    return (
        *_list(goes_short(facts), (18, 9, 7, 10, 8, 25, 23), _MOST_SHORT, _MOST_SHORT),
        *_list(not_taken(facts), (24, 17, 8, 9, 7, 10, 7, 18), _MOST_REJECTED, 3),
        *_projects(facts),
        *_list(not_known(facts), (46, 14, 12, 10, 18), _MOST_WEAK, 2),
        *_list(to_do(facts), (75, 9, 16), _MOST_ACTIONS, _MOST_ACTIONS),
        Heading("Evidence: share of cost and income by grade of the data that it rests on"),
        Strip(pictures.evidence(facts, PAGE_WIDE)),
        Heading("Proof"),
        Paragraph(proof_line(facts), "proof"),
        Signatures(ROLES),
    )


def _projects(facts: Facts) -> list[Piece]:
    """Options that are not begun, those with the same reason together, those nearest to paying first."""
    rows = rejected_projects(facts)
    if rows.empty:
        return []
    reasons = list(dict.fromkeys(rows["why"]))
    said = [
        f"{listed(list(rows.loc[rows['why'] == why, 'option']), 4)} ({why[:1].lower()}{why[1:]})"
        for why in reasons[:_MOST_REASONS]
    ]
    rest = int((~rows["why"].isin(reasons[:_MOST_REASONS])).sum())
    return [Paragraph(f"Not built: {'; '.join(said)}{f'; and {rest:,} more' if rest else ''}.", "say", 4)]


def impossible(case_name: str, message: str, record: Mapping[str, str]) -> Brief:
    """The brief of a case that no plan meets, or of which none was found: what must give way, and what to do."""
    first, *lines = [line for line in message.splitlines() if line.strip()] or ["No plan was found."]
    blocks: list[Piece] = [
        Paragraph(f"{plain(case_name, 60)}: no plan", "title", 1),
        Paragraph("For decision. Nothing can be approved as the case stands.", "basis"),
        Paragraph(first, "alarm", 4),
    ]
    if lines:
        parts = [line.partition(": ") for line in lines]
        rows = tuple((where, what) if sign else ("", where) for where, sign, what in parts)
        blocks += [
            Heading("What must give way"),
            Listing("gives way", (Head("Cell of the case", 22), Head("What and by how much", 78)), rows, 1,
                 lambda shown: f"And {count(len(rows) - shown, 'more', 'more')}: in the run's record.", len(rows)),
            Heading("What to do"),
            Paragraph("Together the lines are the least that must change. Decide with whoever owns each: find supply, "
                  "loosen the limit, or give it a penalty so that missing it has a price; then run again."),
        ]  # fmt: skip
    return Brief(f"Sourcing brief: {plain(case_name)}", f"{plain(case_name)}: no plan", (tuple(blocks),),
                 foot(case_name, record))  # fmt: skip

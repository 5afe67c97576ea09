"""What the brief says: two pages on what a plan asks to be decided, from the tables that fill the workbook."""

from __future__ import annotations

from collections.abc import Mapping

from planner.brief import pictures
from planner.brief.blocks import Brief, Head, Heading, Listing, Paragraph, Pictures, Piece, Signatures, Strip, Tiles
from planner.brief.layout import BETWEEN, PAGE_WIDE, ROOM, height
from planner.results.actions import actions
from planner.results.baseline import against_today
from planner.results.decision import (
    asked,
    basis,
    built,
    first_lines,
    proof_line,
    tiles,
    title,
    to_sell,
    unknowns,
    why_not,
)
from planner.results.facts import Facts, records
from planner.results.limits import missed_sentence
from planner.results.rejected import rejected_projects, told_by
from planner.results.shortage import shortages
from planner.results.words import count, listed, musd, percent, plain, span, tons

_MOST_SIGNED, _MOST_SHORT, _MOST_REJECTED, _MOST_REASONS, _MOST_WEAK, _MOST_ACTIONS = 14, 6, 9, 3, 6, 10
ROLES = ("Procurement", "Finance", "Operations")


def brief_of(facts: Facts, record: Mapping[str, str]) -> Brief:
    """The brief of a plan; `record` is what the run knows of itself."""
    return Brief(
        title=f"Sourcing brief: {plain(facts.plan.case_name)}",
        subject=title(facts),
        pages=(_first(facts), _second(facts)),
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
    missed = missed_sentence(facts)
    above: list[Piece] = [
        Paragraph(title(facts), "title", 1),
        Paragraph(f"{basis(facts)} {against_today(facts)}", "basis"),
        Paragraph(asked(facts), "ask", 3),
        Tiles(tiles(facts)),
        *([Paragraph(missed, "alarm", 3)] if missed else []),
        *_sign(facts),
        *_build_and_sell(facts),
    ]
    room = (ROOM - height(above)) / 2 - BETWEEN
    high = min(pictures.HIGHEST, max(pictures.HIGH, room))
    draw = (pictures.supply_by_country, pictures.cost_by_year, pictures.calendar, pictures.tornado)
    return (*above, Pictures(tuple(one(facts, high) for one in draw)))


def _sign(facts: Facts) -> list[Piece]:
    rows, _ = first_lines(facts, _MOST_SIGNED)
    if rows.empty:
        return [Heading("Sign"), Paragraph("Nothing is bought: own plants and collected material supply everything.")]
    columns = (
        Head("Supplier", 25), Head("Material", 18), Head("t a year", 8, number=True),
        Head("Price, USD/t", 9, number=True), Head("Landed, USD/t", 9, number=True), Head("Years", 9),
        Head("Firm?", 6), Head("Reserve supplier", 16),
    )  # fmt: skip
    texts = tuple(
        (row.named, row.material, f"{row.t_per_year:,.1f}", f"{row.price:,.0f}", f"{row.landed:,.0f}", row.years,
         row.word, row.reserve)
        for row in records(rows)
    )  # fmt: skip
    whole = len(first_lines(facts, 10**6)[0])
    return [Heading("Sign"), Listing("sign", columns, texts, 3, lambda shown: first_lines(facts, shown)[1], whole)]


def _build_and_sell(facts: Facts) -> list[Piece]:
    """A sentence each."""
    found: list[Piece] = []
    begun = built(facts)
    if len(begun):
        said = [
            f"{row.option} at {row.place}: {tons(row.size_t_per_year)} a year for "
            f"{musd(row.capex_musd, facts.currency)}, begun {row.years}, {row.word} ({row.why})"
            for row in records(begun.head(3))
        ]
        more = f"; and {count(len(begun) - 3, 'more', 'more')}: sheet Investments" if len(begun) > 3 else ""
        found.append(Paragraph(f"Build: {'; '.join(said)}{more}.", "say", 3))
    surplus, rest = to_sell(facts, 2)
    if len(surplus):
        said = [
            f"{tons(row.t_per_year)} of {row.material} a year at {row.price:,.0f} USD/t in {row.years} ({row.buyer})"
            for row in records(surplus)
        ]
        found.append(Paragraph(f"Sell: {'; '.join(said)}. {rest}".rstrip(), "say", 2))
    return found


def _second(facts: Facts) -> tuple[Piece, ...]:
    """Page 2: shortages, rejections, risks, actions, evidence, proof, signatures."""
    return (
        Heading("What goes short, why, and what cures it at what price"),
        *_short(facts),
        *_rejected(facts),
        *_projects(facts),
        *_weak(facts),
        *_actions(facts),
        Heading("Evidence: share of cost and income by grade of the data that it rests on"),
        Strip(pictures.evidence(facts, PAGE_WIDE)),
        Heading("Proof"),
        Paragraph(proof_line(facts), "proof"),
        Signatures(ROLES),
    )


def _short(facts: Facts) -> list[Piece]:
    rows = shortages(facts)
    if rows.empty:
        return [Paragraph("Nothing goes short: all need is met in every period.")]
    columns = (
        Head("Segment", 18), Head("Years", 9), Head("Short, t", 7, number=True),
        Head("Of all need", 10, number=True), Head(f"Loss, {facts.million}", 8, number=True),
        Head("Why", 25), Head("What cures it, at what price", 23),
    )  # fmt: skip
    texts = tuple(
        (row.segment, span(row.first, row.last), f"{row.short_t:,.1f}",
         f"{percent(row.element_share)} of {row.element}", f"{row.loss_musd:,.1f}", row.cause, row.cure)
        for row in records(rows.head(_MOST_SHORT))
    )  # fmt: skip

    def rest(shown: int) -> str:
        left = rows.iloc[shown:]
        return f"And {count(len(left), 'segment')} more, {musd(left['loss_musd'].sum(), facts.currency)}: sheet Demand."

    return [Listing("short", columns, texts, len(texts), rest, len(rows))]


def _rejected(facts: Facts) -> list[Piece]:
    rows = why_not(facts, _MOST_REJECTED)
    if rows.empty:
        return [Heading("Not taken"), Paragraph("No quote that could be used is left out.")]
    columns = (
        Head("Quote", 24), Head("Supplier", 17), Head("Quoted, USD/t", 8, number=True),
        Head("Comes in at", 9, number=True), Head("Change", 7, number=True), Head("In", 10),
        Head("Told by", 12), Head("Bought instead", 19),
    )  # fmt: skip
    texts = tuple(
        (row.offer, row.supplier, f"{row.price:,.0f}", f"{row.asked_usd_per_t:,.0f}", percent(row.change), row.label,
         row.told_by, row.lost_to or "–")
        for row in records(rows)
    )  # fmt: skip
    return [
        Heading("Not taken, and the price at which each comes in"),
        Listing("rejected", columns, texts, 3),
        Paragraph(f"Break-evens: {told_by(facts)}. All of them, with what is not built: sheet Rejected.", "note", 2),
    ]


def _projects(facts: Facts) -> list[Piece]:
    """Options that are not begun, those with the same reason together, those nearest to paying first."""
    rows = rejected_projects(facts)
    if rows.empty:
        return []
    rows = rows.sort_values("margin_musd", ascending=False, kind="stable", na_position="first")
    reasons = list(dict.fromkeys(rows["why"]))
    said = [
        f"{listed(list(rows.loc[rows['why'] == why, 'option']), 4)} ({why[:1].lower()}{why[1:]})"
        for why in reasons[:_MOST_REASONS]
    ]
    rest = int((~rows["why"].isin(reasons[:_MOST_REASONS])).sum())
    return [Paragraph(f"Not built: {'; '.join(said)}{f'; and {rest:,} more' if rest else ''}.", "say", 4)]


def _weak(facts: Facts) -> list[Piece]:
    rows = unknowns(facts)
    if rows.empty:
        return []
    columns = (
        Head("Assumed or not graded", 30), Head("Sets", 22), Head("Grade", 10),
        Head(f"Carries, {facts.million}", 12, number=True), Head("Of all cost", 10, number=True),
        Head(f"± if a tenth off, {facts.million}", 16, number=True),
    )  # fmt: skip
    texts = tuple(
        (str(row.what), row.term, row.grade, f"{row.musd:,.1f}", percent(row.share), f"±{row.tenth_musd:,.1f}")
        for row in records(rows.head(_MOST_WEAK))
    )

    def rest(shown: int) -> str:
        left = rows.iloc[shown:]
        return f"And {count(len(left), 'row')} more that carry {musd(left['musd'].sum(), facts.currency)}."

    return [Heading("Risks: the assumptions that carry most cost"), Listing("weak", columns, texts, 2, rest, len(rows))]


def _actions(facts: Facts) -> list[Piece]:
    rows = actions(facts)
    if rows.empty:
        return []
    columns = (Head("Within", 9), Head("What is to be done", 75), Head("Figures in sheet", 16))
    texts = tuple((f"{row.days} days", row.what, row.sheet) for row in records(rows.head(_MOST_ACTIONS)))
    return [Heading("The first ninety days"), Listing("actions", columns, texts, len(texts))]


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

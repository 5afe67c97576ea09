"""Says what was made of a quick workbook, for its user to look over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from planner.checks.quick.making import MadeRow

Say = Callable[[MadeRow], str]


def shown(rows: Mapping[str, Sequence[MadeRow]]) -> tuple[str, ...]:
    """The countries, suppliers, offers, places and lanes that were made, a line for each of these sheets."""
    return tuple(
        f"{len(found)} {one if len(found) == 1 else many}: " + "; ".join(say(row) for row in found)
        for sheet, one, many, say in LINES
        if (found := rows.get(sheet, ()))
    )


def _country(row: MadeRow) -> str:
    return f"{row['country'].value} {row['name'].value}"


def _supplier(row: MadeRow) -> str:
    return str(row["supplier"].value)


def _offer(row: MadeRow) -> str:
    return f"{row['offer'].value} at {row['price_usd_per_t'].value:,.6g} USD/t"


def _place(row: MadeRow) -> str:
    return f"{row['place'].value} ({row['country'].value})"


def _lane(row: MadeRow) -> str:
    return f"{row['from'].value} to {row['to'].value} for {row['freight_usd_per_t'].value:,.6g} USD/t"


LINES: tuple[tuple[str, str, str, Say], ...] = (
    ("countries", "country", "countries", _country),
    ("suppliers", "supplier", "suppliers", _supplier),
    ("offers", "offer", "offers", _offer),
    ("places", "place", "places", _place),
    ("lanes", "lane", "lanes", _lane),
)

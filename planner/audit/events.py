"""What happens in a future: which events a node knows, what they touch, and by how much, year by year.

In a year in which several events act on one number, factors multiply and values add; a period's effect is the mean over
its years. An event touches a thing when each selector that it fills in fits; a thing that has no such word is not
touched. Countries may be named by their group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from planner.audit.naming import nearness
from planner.audit.rows import Row, digits

if TYPE_CHECKING:
    from planner.audit.books import Books
    from planner.audit.calendar import Node


class Thing(NamedTuple):
    """What an event may touch, by the words that select it; words that it does not have are blank."""

    country: str = ""
    destination: str = ""
    supplier: str = ""
    offer: str = ""
    facility: str = ""
    place: str = ""
    material: str = ""
    stage: str = ""
    element: str = ""
    segment: str = ""
    hts: str = ""
    index: str = ""  # type: ignore[assignment]  # the word, in place of what tuples call so


@dataclass(frozen=True)
class Effect:
    """By what a number is multiplied and what is added to it."""

    factor: float = 1.0
    value: float = 0.0

    def on(self, number: float) -> float:
        """The number after the effect; prices, costs and needs do not fall below nothing. A fee is below it anyway."""
        after = number * self.factor + self.value
        return after if number < 0 else max(0.0, after)


NONE = Effect()


def thing_of(books: Books, material: str = "", **words: str) -> Thing:
    """A thing, with its material's stage, element and heading."""
    if not material:
        return Thing(**words)
    row = books.materials[material]
    return Thing(material=material, stage=row.stage, element=row.element, hts=row.hts, **words)


def touches(books: Books, event: Row, thing: Thing) -> bool:
    """Whether every selector that the event fills in fits the thing."""
    for word in Thing._fields:
        wanted, has = getattr(event, word), getattr(thing, word)
        if not wanted:
            continue
        if not has:
            return False
        if word in ("country", "destination"):
            fits = nearness(books, wanted, has) > 0
        elif word == "hts":
            fits = digits(has).startswith(digits(wanted))
        else:
            fits = wanted == has
        if not fits:
            return False
    return True


def acting(books: Books, node: Node, kind: str, thing: Thing) -> list[Row]:
    """The events of a kind that a node knows and that touch a thing."""
    return [event for event in node.events if event.kind == kind and touches(books, event, thing)]


def in_year(events: list[Row], year: int) -> Effect:
    """What these events do in one calendar year."""
    now = [e for e in events if e.from_ <= year and (e.to is None or year <= e.to)]
    factor = prod(event.factor for event in now if event.factor is not None)
    return Effect(factor, sum(event.value for event in now if event.value is not None))


def year_by_year(books: Books, node: Node, kind: str, thing: Thing) -> tuple[Effect, ...]:
    """What a node's events of a kind do to a thing in each of its years."""
    if not node.events:
        return (NONE,) * node.years
    key = (node.name, kind, thing)
    if key not in books.known:
        events = acting(books, node, kind, thing)
        books.known[key] = tuple(in_year(events, year) if events else NONE for year in node.calendar_years)
    found: tuple[Effect, ...] = books.known[key]
    return found


def changed(
    books: Books,
    node: Node,
    kind: str,
    thing: Thing,
    number: float | Sequence[float],
    weights: Sequence[float] = (),
) -> float:
    """A price, a cost or a need, perhaps one for each year, after a node's events of a kind, as a mean over its years.

    Each has its weight, where there are any.
    """
    effects = year_by_year(books, node, kind, thing)
    numbers = [number] * len(effects) if isinstance(number, (int, float)) else number
    years = [now.on(stated) for now, stated in zip(effects, numbers, strict=True)]
    if not any(weights):
        return sum(years) / len(years)
    return sum(year * weight for year, weight in zip(years, weights, strict=True)) / sum(weights)


def effect(books: Books, node: Node, kind: str, thing: Thing) -> Effect:
    """What a node's events of a kind do to a thing, as a mean over the node's years."""
    years = year_by_year(books, node, kind, thing)
    return Effect(sum(each.factor for each in years) / len(years), sum(each.value for each in years) / len(years))

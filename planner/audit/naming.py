"""How rows name goods and countries: by heading or its first digits; by country, group, or `*`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.audit.books import Books


def fits(books: Books, heading: str, named: str, code: str, origin: str) -> bool:
    """Whether a row of this heading and named origin bears on a good of this code from this country."""
    return bool(code) and code.startswith(heading) and nearness(books, named, origin) >= 0


def nearness(books: Books, named: str, country: str) -> int:
    """How closely a row names a country: itself 2, a group of it 1, any country 0, not at all -1."""
    if named == country:
        return 2
    if named in books.groups_of.get(country, ()):
        return 1
    return 0 if named == "*" else -1

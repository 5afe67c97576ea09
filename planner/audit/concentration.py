"""How concentrated supply is: the sum of squared shares of countries in what is bought and made."""

from __future__ import annotations

from collections import defaultdict

from planner.audit.books import Books
from planner.audit.measures import Line, Measures
from planner.status import TINY_T


def check_concentration(books: Books, measures: Measures) -> None:
    """Each material and each stage of which anything is bought or made has its index in each node, and no other."""
    tons: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for line in measures.bought + measures.made:
        for of, name in _names(books, line):
            tons[of, name, line.node][line.country] += line.amount
    told = {(row.of, row.name, row.node): row.hhi for row in books.table("concentration")}
    ours = {key: _index(list(by.values())) for key, by in tons.items() if sum(by.values()) > TINY_T}
    for key in dict.fromkeys((*ours, *told)):
        of, name, node = key
        message = "hhi is not the sum of squared shares of what is bought and made"
        where = f"{of} {name}, in {node}"
        books.findings.equal("concentration", where, ours.get(key, 0.0), told.get(key, 0.0), message)


def _names(books: Books, line: Line) -> list[tuple[str, str]]:
    (material,) = line.materials
    return [("material", material), ("stage", books.materials[material].stage)]


def _index(tons: list[float]) -> float:
    return sum(t**2 for t in tons) / sum(tons) ** 2

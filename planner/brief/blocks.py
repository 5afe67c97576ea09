"""What a page of the brief is made of: plain data that both its forms, PDF and HTML, are written from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.brief.drawing import Drawing
from planner.results.decision import Tile


@dataclass(frozen=True)
class Heading:
    """What the blocks below it are about."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `style` is one of title, basis, ask, alarm, say, note, proof."""

    text: str
    style: str = "say"
    lines: int = 4  # at most; what is beyond ends in an ellipsis


@dataclass(frozen=True)
class Tiles:
    """The figures that are told first, beside each other."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Head:
    """A column of a table: its heading, its part of the width, and whether its values are numbers."""

    heading: str
    part: float
    number: bool = False


@dataclass(frozen=True)
class Listing:
    """A table of texts. Where the page has no room for all rows, `rest` says what is left out."""

    name: str
    columns: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    least: int = 1
    rest: Callable[[int], str] | None = None
    total: int = 0  # rows that there are in all, shown here or not

    @property
    def said(self) -> str:
        """The sentence on what is not shown; empty where nothing is left out."""
        whole = max(self.total, len(self.rows))
        return self.rest(len(self.rows)) if self.rest is not None and len(self.rows) < whole else ""


@dataclass(frozen=True)
class Pictures:
    """Pictures, two beside each other, each under its title."""

    pictures: tuple[tuple[str, Drawing], ...]


@dataclass(frozen=True)
class Strip:
    """A picture as wide as the page."""

    drawing: Drawing


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on, each for a role."""

    roles: tuple[str, ...]


Piece = Heading | Paragraph | Tiles | Listing | Pictures | Strip | Signatures


@dataclass(frozen=True)
class Brief:
    """The brief: its title for the file, its pages, and what stands at the foot of each."""

    title: str
    subject: str
    pages: tuple[tuple[Piece, ...], ...]
    foot: str

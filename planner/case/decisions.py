"""Decisions in words and as rows of the sheet: what a case, a study and a command force or forbid.

project=Texas separation        begun at some time, in every future; or never
supplier=Lynas                  at least a ton is bought over the years, in every future; or nothing
lane=CHN > Texas                what goes from a place or country to a place
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from planner.case.read import Case
from planner.checks.countries import meaning
from planner.checks.names import did_you_mean, folded
from planner.errors import DecisionUnknown
from planner.schema.decided import DECIDABLE, DECISIONS_SHEET, FORBID, FORCE, LANE, LANE_ENDS, NAMED_ON
from planner.workbook.csv_folder import write_file


@dataclass(frozen=True)
class Decision:
    """A kind and a name, as the workbook spells it; of a lane `start > end`."""

    kind: str
    name: str

    @classmethod
    def parse(cls, text: str, case: Case) -> Decision:
        """From `kind=name`; DecisionUnknown where the case has no such thing."""
        kind, _, name = (part.strip() for part in text.partition("="))
        if kind not in DECIDABLE or not name:
            raise DecisionUnknown(
                f"'{text}' is not a decision. Write kind=name, with a kind of {', '.join(DECIDABLE)}."
            )
        if kind == LANE:
            ends = [one.strip() for one in name.split(">")]
            if len(ends) != 2:
                raise DecisionUnknown(f"'{text}': write a lane as lane=FROM > TO, each a place or a country.")
            places, known = list(case.tables["places"]["place"]), list(case.tables["countries"]["country"])
            ends = [end if _among(end, places) else _country(end, case) for end in ends]
            return cls(kind, " > ".join(_known(kind, end, [*places, *known]) for end in ends))
        sheet, column = NAMED_ON[kind]
        name = _country(name, case) if kind == "country" else name
        return cls(kind, _known(kind, name, list(case.tables[sheet][column])))

    @property
    def cells(self) -> dict[str, str]:
        """The cells of its row, by column."""
        if self.kind == LANE:
            return dict(zip(LANE_ENDS, self.name.split(" > "), strict=True))
        return {self.kind: self.name}

    def __str__(self) -> str:
        return f"{self.kind}={self.name}"


def decided_rows(case: Case) -> Iterator[tuple[int, str, Decision]]:
    """The rows of a case's sheet: each row's number in the file, whether it forces or forbids, and what."""
    table = case.tables[DECISIONS_SHEET]
    for row, cells in zip(table.index.tolist(), table.to_dict("records"), strict=True):
        given = {name: str(cells[name]) for name in (*NAMED_ON, *LANE_ENDS) if not pd.isna(cells[name])}
        kind = next(iter(given))
        if kind in LANE_ENDS:
            yield int(row), str(cells["decided"]), Decision(LANE, " > ".join(given[end] for end in LANE_ENDS))
        else:
            yield int(row), str(cells["decided"]), Decision(kind, given[kind])


@contextmanager
def overlay_of(case: Case, force: Sequence[str], forbid: Sequence[str]) -> Iterator[Path]:
    """As long as it is needed, an overlay with the case's own decisions and these, which count where both speak.

    Raises DecisionUnknown for what the case does not have, or what is to be both forced and forbidden.
    """
    asked = {decided: [Decision.parse(text, case) for text in texts]
             for decided, texts in ((FORCE, force), (FORBID, forbid))}  # fmt: skip
    if both := [one for one in asked[FORCE] if one in asked[FORBID]]:
        raise DecisionUnknown(f"{both[0]} cannot be both forced and forbidden. Leave one of the two out.")
    decided = {one: said for _, said, one in decided_rows(case)}
    decided |= {one: said for said, some in asked.items() for one in some}
    columns = ["decided", *NAMED_ON, *LANE_ENDS]
    cells: list[dict[str, Any]] = [{"decided": said, **one.cells} for one, said in decided.items()]
    with TemporaryDirectory() as parent:
        folder = Path(parent) / DECISIONS_SHEET
        folder.mkdir()
        write_file(
            folder / f"{DECISIONS_SHEET}.csv", [columns, *([row.get(name) for name in columns] for row in cells)]
        )
        yield folder


def _country(name: str, case: Case) -> str:
    countries = case.tables["countries"]
    return str(meaning(zip(countries["country"], countries["name"], strict=True))(name))


def _among(name: str, known: list[str]) -> str | None:
    return next((str(one) for one in known if folded(one) == folded(name)), None)


def _known(kind: str, name: str, known: list[str]) -> str:
    if found := _among(name, known):
        return found
    raise DecisionUnknown(f"The case has no {kind} {name!r}. {did_you_mean(name, known)}".rstrip())

"""A translation in steps, each kept with what it read of its case, so that a case that differs little costs little.

A step is a function of a case and of what other steps gave. It is gone through again where a sheet that it read differs
from what it found there, or where something that it was given is new; else what it gave stands. So a chain of steps
costs no more than what a change can reach, and none of them needs to know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from planner.case import Case
from planner.translate.ordering import in_order

Asked = ParamSpec("Asked")
Given = TypeVar("Given")
OF_SETTINGS = "settings"


@dataclass
class _Noted(Mapping[str, Any]):
    """What a case holds by name, of whichever case is being translated; notes the edition of all that is read."""

    steps: Steps
    of: Callable[[Case], Mapping[str, Any]]
    sheet: str | None = None
    read: dict[str, int] = field(default_factory=dict)

    def _held(self, name: str) -> Mapping[str, Any]:
        sheet = self.sheet or name
        self.read[sheet] = self.steps.editions[sheet]
        return self.of(self.steps.case)

    def __getitem__(self, name: str) -> Any:
        return self._held(name)[name]

    def __iter__(self) -> Iterator[str]:
        for name in self.of(self.steps.case):
            self._held(name)
            yield name

    def __len__(self) -> int:
        return len(self.of(self.steps.case))


@dataclass(frozen=True)
class _Kept:
    """What a step was given, what it read through its views of the case, and what it gave."""

    given: tuple[Any, ...]
    views: tuple[_Noted, ...]
    result: Any


@dataclass
class Steps:
    """The steps of the last translation; good for one translation at a time.

    `editions` counts by sheet how often it was another than in the case before.
    """

    editions: dict[str, int] = field(default_factory=dict, init=False)
    spared: int = field(default=0, init=False)
    _now: Case | None = field(default=None, init=False)
    _asked: Case | None = field(default=None, init=False)
    _last: Case | None = field(default=None, init=False)
    _kept: dict[tuple[str, str], _Kept] = field(default_factory=dict, init=False)

    @property
    def case(self) -> Case:
        """The case that is being translated, its rows in order; raises RuntimeError between translations, so that
        nothing kept looks at a case that is no longer there.
        """
        if self._now is None:
            raise RuntimeError("a step's result reads of a case that is not being translated")
        return self._now

    def begin(self, case: Case) -> Case:
        """The case to go through, with the tables of the last one where they hold the same."""
        last, asked = self._last, self._asked
        if last is None or asked is None or not _placed_alike(case, asked):
            self._kept.clear()
            self.editions = dict.fromkeys([*case.tables, OF_SETTINGS], 0)
            self._now = self._last = in_order(case)
        else:
            self._now = self._last = self._renewed(case, asked, last)
        self._asked = case
        return self._now

    def _renewed(self, case: Case, asked: Case, last: Case) -> Case:
        stays = {name for name, table in case.tables.items() if _same(table, asked.tables.get(name))}
        others = in_order(replace(case, tables={n: table for n, table in case.tables.items() if n not in stays}))
        renewed = {name: last.tables[name] if name in stays else others.tables[name] for name in case.tables}
        moved = [name for name in case.tables if name not in stays]
        if dict(case.settings) != dict(asked.settings):
            moved.append(OF_SETTINGS)
        for name in moved:
            self.editions[name] = self.editions.get(name, -1) + 1
        return replace(others, tables=renewed)

    def end(self, forgotten: bool) -> None:
        """No step reads of the case any more; what they gave is let go of where no other case comes after it."""
        self._now = None
        if forgotten:
            self._kept.clear()
            self._asked = self._last = None

    def __call__(self, function: Callable[Asked, Given], *given: Asked.args, **named: Asked.kwargs) -> Given:
        """What the function gives; in the place of the case it gets one that notes what is read."""
        assert not named
        name = (function.__module__, function.__qualname__)
        others = tuple(None if one is self._now else one for one in given)
        kept = self._kept.get(name)
        if kept is not None and self._stands(kept, others):
            self.spared += 1
            result: Given = kept.result
            return result
        views: list[_Noted] = []
        told = [self._view(views) if one is self._now else one for one in given]
        result = function(*told)  # type: ignore[call-arg, arg-type]
        self._kept[name] = _Kept(others, tuple(views), result)
        return result

    def _view(self, views: list[_Noted]) -> Case:
        tables = _Noted(self, lambda case: case.tables)
        settings = _Noted(self, lambda case: case.settings, OF_SETTINGS)
        views += [tables, settings]
        return replace(self.case, tables=tables, settings=settings)

    def _stands(self, kept: _Kept, given: tuple[Any, ...]) -> bool:
        return all(one is other for one, other in zip(given, kept.given, strict=True)) and all(
            self.editions[sheet] == edition for view in kept.views for sheet, edition in view.read.items()
        )


def _placed_alike(one: Case, other: Case) -> bool:
    """Whether all but what the sheets hold is the same: where cells stand, and which sheets there are."""
    return (
        list(one.tables) == list(other.tables)
        and one.cells == other.cells
        and one.titles == other.titles
        and one.setting_cells == other.setting_cells
        and one.typed_in == other.typed_in
    )


def _same(one: pd.DataFrame, other: pd.DataFrame | None) -> bool:
    return other is not None and (
        one is other or (one.equals(other) and one.index.equals(other.index) and list(one.dtypes) == list(other.dtypes))
    )

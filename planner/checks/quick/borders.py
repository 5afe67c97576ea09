"""The countries of a quick workbook, and the duties between them."""

from __future__ import annotations

from collections import defaultdict

from planner.checks.cells import table_problem
from planner.checks.fault import CellFault
from planner.checks.quick.making import Making, notes_of, typed
from planner.checks.quick.world import country
from planner.checks.table import Table
from planner.errors import Problem
from planner.schema import digits_of
from planner.schema.countries import Country
from planner.schema.quick import duties_today

ANY = "*"


class Borders:
    """Makes the sheets tariffs and countries. A duty on several countries is one on a group that is made of them."""

    def __init__(
        self,
        quotes: Table,
        duties: Table,
        settings: Table,
        origin: dict[int, Country],
        home: Country | None,
        making: Making,
    ) -> None:
        self.quotes, self.duties, self.settings = quotes, duties, settings
        self.origin, self.home, self.making = origin, home, making
        self.problems: list[Problem] = []
        self.lists: dict[str, list[str]] = defaultdict(list)

    def make(self) -> list[Problem]:
        """Make both sheets, and say what forbids it."""
        self._tariffs()
        self._countries()
        return self.problems

    def _tariffs(self) -> None:
        """The duties, each on a country, or on a group made of those it names; the stack shipped is passed over in
        silence where it is on other goods.
        """
        shipped = {(row["authority"], digits_of(row["hts"])) for row in duties_today()}
        quoted = {digits_of(hts) for hts in self.quotes.values["hts"] if hts}
        for position in range(len(self.duties.rows)):
            heading = digits_of(self.duties.value(position, "hts"))
            near = any(one.startswith(heading) or heading.startswith(one) for one in quoted)
            if near or (self.duties.value(position, "authority"), heading) not in shipped:
                self._tariff(position)

    def _tariff(self, position: int) -> None:
        duties = self.duties
        try:
            codes = [ANY if name == ANY else country(name).code for name in duties.value(position, "origin")]
        except CellFault as fault:
            self.problems.append(table_problem(duties, position, "origin", duties.value(position, "origin"), fault))
            return
        reach = ANY if ANY in codes else ", ".join(sorted(set(codes)))
        if len(set(codes)) > 1 and reach != ANY:
            for code in sorted(set(codes)):
                if reach not in self.lists[code]:
                    self.lists[code].append(reach)
        same = ("authority", "hts", "rate", "usd_per_t", "from", "to", "effect", "acts_on")
        cells = {column: typed(duties, position, column) for column in same}
        self.making.add(
            "tariffs", origin=typed(duties, position, "origin", reach), **cells, **notes_of(duties, position)
        )

    def _countries(self) -> None:
        """Home and the countries of the quotes; a duty on others says nothing here, and is left out."""
        where = {one.code: typed(self.quotes, p, "country") for p, one in reversed(self.origin.items())}
        known = {one.code: one for one in self.origin.values()}
        if self.home is not None:
            known.setdefault(self.home.code, self.home)
            row = next(p for p, name in enumerate(self.settings.values["setting"]) if name == "home_country")
            where.setdefault(self.home.code, typed(self.settings, row, "value"))
        lists = {reach for code in known for reach in self.lists[code]}
        duties = self.making.rows.get("tariffs", [])
        duties[:] = [row for row in duties if row["origin"].value in {ANY, *known, *lists}]
        for code in sorted(known):
            at = where[code]
            groups = "; ".join(sorted(self.lists[code]))
            more = {"group": at._replace(value=groups)} if groups else {}
            name = at._replace(value=known[code].name)
            self.making.add("countries", country=at._replace(value=code), name=name, **more)

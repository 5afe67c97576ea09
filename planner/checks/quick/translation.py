"""The rows of a full case that follow from quotes, needs, duties and settings."""

from __future__ import annotations

from collections import Counter
from typing import Any

from planner.checks.catalogue import problem
from planner.checks.cells import reader, table_problem
from planner.checks.fault import CellFault
from planner.checks.money import DOLLAR, Money
from planner.checks.names import folded
from planner.checks.quick.borders import Borders
from planner.checks.quick.making import Cell, Making, notes_of, typed
from planner.checks.quick.prices import RATE_NAME, Quote
from planner.checks.quick.world import country
from planner.checks.table import Table
from planner.errors import Problem
from planner.schema import SETTING, digits_of
from planner.schema.countries import Country
from planner.schema.priced import unit_in
from planner.schema.quick import CURRENCY_RATE

STAGE = "quoted"
AMOUNTS = (("min_order_t_per_year", "minimum"), ("max_t_per_year", "maximum"), ("lot_t_per_year", "lot"))
AS_TYPED = ("from", "to", "payment_days", "lead_days")


class Translation:
    """Makes the sheets one after the other; what it cannot make of a cell is among the problems."""

    def __init__(self, sheets: dict[str, Table], making: Making) -> None:
        self.quotes, self.need = sheets["quotes"], sheets["need"]
        self.duties, self.settings = sheets["duties"], sheets["settings"]
        self.making = making
        self.problems: list[Problem] = []
        self.years = range(min(self.need.values["year"]), max(self.need.values["year"]) + 1)
        self.home: Country | None = None
        self.origin: dict[int, Country] = {}
        self.offers: dict[int, str] = {}
        self.materials: set[str] = set()

    def make(self) -> list[Problem]:
        """Make all sheets, and say what forbids it."""
        self._countries_of_quotes()
        money = self._settings()
        self._periods()
        self._materials()
        self._segments()
        self._name_offers()
        self._suppliers()
        for position in range(len(self.quotes.rows)):
            self._offer(position, money)
        borders = Borders(self.quotes, self.duties, self.settings, self.origin, self.home, self.making)
        self.problems.extend(borders.make())
        return self.problems

    # Cells --------------------------------------------------------------------------------------------------------

    def _quote(self, position: int, column: str, value: Any = None) -> Cell:
        """A value that follows from a cell of a quote; the cell's own unless another is given."""
        return typed(self.quotes, position, column, value)

    def _fault(self, table: Table, position: int, column: str, fault: CellFault) -> None:
        self.problems.append(table_problem(table, position, column, table.value(position, column), fault))

    def _apart(self, table: Table, position: int, column: str, first: int, thing: str) -> None:
        text = f"another row says otherwise of {thing}: {table.where(first, column)}"
        fix = "Type the same in both, or leave one of them blank."
        self.problems.append(table.problem("key.apart", position, column, message=text, fix=fix))

    def _agreed(self, table: Table, of: tuple[str, ...], column: str) -> dict[tuple[Any, ...], int]:
        """For each thing that several rows speak of, the first row that fills a column; they must agree."""
        found: dict[tuple[Any, ...], int] = {}
        for position in range(len(table.rows)):
            if table.value(position, column) is None:
                continue
            key = tuple(folded(table.value(position, name)) for name in of)
            first = found.setdefault(key, position)
            if _plain(table.value(first, column)) != _plain(table.value(position, column)):
                self._apart(table, position, column, first, " at ".join(str(table.value(position, n)) for n in of))
        return found

    # Sheets -------------------------------------------------------------------------------------------------------

    def _countries_of_quotes(self) -> None:
        for position, name in enumerate(self.quotes.values["country"]):
            try:
                self.origin[position] = country(name)
            except CellFault as fault:
                self._fault(self.quotes, position, "country", fault)

    def _settings(self) -> Money:
        """The full settings; those of the quick workbook alone become rates of money."""
        table, base = self.settings, self.years[0]
        own: dict[str, float] = {}
        rates: dict[tuple[str, int | None], float] = {}
        for position, name in enumerate(table.values["setting"]):
            raw = table.value(position, "value")
            try:
                if rate := RATE_NAME.fullmatch(name):
                    worth = reader(CURRENCY_RATE, table.plain_text).read(raw)
                    rates |= {} if worth is None else {(rate[1].upper(), int(rate[2]) if rate[2] else None): worth}
                elif name == "inflation":
                    own[name] = reader(SETTING[name], table.plain_text).read(raw) or 0.0
                    if raw is not None:
                        self._setting(position, name, raw)
                elif raw is not None and name == "home_country":
                    self.home = country(str(raw))
                    self._setting(position, name, self.home.code)
                elif raw is not None and name == "base_year":
                    base = reader(SETTING[name], table.plain_text).read(raw)
                    self._setting(position, name, base)
                elif name != "base_year":
                    self._setting(position, name, raw)
            except CellFault as fault:
                self._fault(table, position, "value", fault)
        if self.home is None and not self.problems:
            text = "the setting home_country is missing (the country of every place on the sheet Need)"
            fix = "Add a row with home_country and its name or code."
            self.problems.append(problem("key.missing-setting", table.title, message=text, fix=fix))
        self._base_year(base)
        return Money(base, own.get("inflation", 0.0), rates)

    def _base_year(self, base: int) -> None:
        """Where none was typed, money is that of the first year needed."""
        if all(row["setting"].value != "base_year" for row in self.making.rows.get("settings", [])):
            first = min(range(len(self.need.rows)), key=lambda position: self.need.value(position, "year"))
            name = typed(self.need, first, "year", "base_year")
            self.making.add("settings", setting=name, value=name._replace(value=base))

    def _setting(self, position: int, name: str, value: Any) -> None:
        cells = {"setting": name, "value": value} if value is not None else {"setting": name}
        made = {column: Cell(one, self.settings, position, column) for column, one in cells.items()}
        self.making.add("settings", **made, **notes_of(self.settings, position))

    def _periods(self) -> None:
        first: dict[int, int] = {}
        for position, year in enumerate(self.need.values["year"]):
            first.setdefault(year, position)
        for year in self.years:
            if year not in first:
                before = first[max(known for known in first if known < year)]
                text = f"no row speaks of {year}, between this year and the next"
                fix = f"Add a row for {year}, with 0 t if nothing is needed then."
                self.problems.append(self.need.problem("key.periods", before, "year", message=text, fix=fix))
                return
            self.making.add(
                "periods",
                period=typed(self.need, first[year], "year", year),
                years=typed(self.need, first[year], "year", 1),
            )

    def _materials(self) -> None:
        headings = self._agreed(self.quotes, ("material",), "hts")
        for table in (self.need, self.quotes):
            for position, name in enumerate(table.values["material"]):
                if folded(name) in self.materials:
                    continue
                self.materials.add(folded(name))
                heading = headings.get((folded(name),))
                hts = {} if heading is None else {"hts": self._quote(heading, "hts")}
                self.making.add(
                    "materials",
                    material=typed(table, position, "material"),
                    stage=typed(table, position, "material", STAGE),
                    **hts,
                )

    def _segments(self) -> None:
        """One for each material and place, named after the material where there is one place alone."""
        need = self.need
        prices = self._agreed(need, ("material", "place"), "short_usd_per_t")
        places = {folded(place) for place in need.values["place"]}
        seen: dict[tuple[Any, ...], str] = {}
        here: set[Any] = set()
        for position in range(len(need.rows)):
            material, place = need.value(position, "material"), need.value(position, "place")
            key = (folded(material), folded(place))
            if folded(place) not in here:
                here.add(folded(place))
                home = self.home.code if self.home else None
                self.making.add(
                    "places", place=typed(need, position, "place"), country=typed(need, position, "place", home)
                )
            if key not in seen:
                seen[key] = material if len(places) == 1 else f"{material}, {place}"
                self._segment(position, seen[key], prices.get(key))
            self.making.add(
                "demand",
                segment=typed(need, position, "material", seen[key]),
                period=typed(need, position, "year"),
                t_per_year=typed(need, position, "t"),
                **notes_of(need, position),
            )

    def _segment(self, position: int, name: str, priced: int | None) -> None:
        """A segment; where nobody said what going short costs, it may not go short."""
        column = "short_usd_per_t"
        price = {"max_shortage_share": typed(self.need, position, column, 0.0)}
        if priced is not None:
            price = {"shortage_usd_per_t": typed(self.need, priced, column)}
        self.making.add(
            "segments",
            segment=typed(self.need, position, "material", name),
            place=typed(self.need, position, "place"),
            material=typed(self.need, position, "material"),
            **price,
        )

    def _name_offers(self) -> None:
        """Supplier and material; what tells apart those that share both is added."""
        quotes = self.quotes
        first = {p: f"{quotes.value(p, 'supplier')} {quotes.value(p, 'material')}" for p in range(len(quotes.rows))}
        often = Counter(folded(name) for name in first.values())
        for position, name in first.items():
            if often[folded(name)] > 1:
                more = [quotes.value(position, column) for column in ("country", "from", "price", "minimum")]
                name += "".join(f", {one}" for one in more if one is not None)
            self.offers[position] = name

    def _suppliers(self) -> None:
        quotes = self.quotes
        agreed = {
            column: self._agreed(quotes, ("supplier",), column)
            for column in ("qualified", "qualification_usd", "qualification_years")
        }
        seen: set[Any] = set()
        for position, name in enumerate(quotes.values["supplier"]):
            key = folded(name)
            if key in seen:
                continue
            seen.add(key)
            said = {column: rows[key,] for column, rows in agreed.items() if (key,) in rows}
            cells = {column: self._quote(at, column) for column, at in said.items()}
            ready = cells.pop("qualified", self._quote(position, "qualified", True))
            if "qualification_usd" in cells:
                dollars = cells.pop("qualification_usd")
                cells["qualification_cost_musd"] = dollars._replace(value=dollars.value / 1e6)
            code = self.origin[position].code if position in self.origin else None
            self.making.add(
                "suppliers",
                supplier=self._quote(position, "supplier"),
                country=self._quote(position, "country", code),
                qualified=ready._replace(value="yes" if ready.value else "no"),
                **cells,
            )

    def _offer(self, position: int, money: Money) -> None:
        """An offer with its prices over the years, the place it is sent from, and the lane from there."""
        quotes = self.quotes
        start = max(self.years[0], quotes.value(position, "from") or self.years[0])
        end = min(self.years[-1], quotes.value(position, "to") or self.years[-1])
        years = range(start, end + 1) or range(start, start + 1)
        counted = quotes.counted.one
        quote = Quote(
            quotes.value(position, "price"),
            quotes.value(position, "freight") or 0.0,
            quotes.value(position, "currency") or DOLLAR,
            unit_in(quotes.value(position, "unit") or counted, counted),
            quotes.value(position, "incoterm"),
        )
        try:
            prices = quote.prices(money, years)
            freight = quote.freight_usd_per_t(money, years)
        except CellFault as fault:
            column = {"row.incoterm": "incoterm"}.get(fault.code, "currency")
            self._fault(quotes, position, column, fault)
            return
        if position not in self.origin:
            return
        name = self._quote(position, "supplier", self.offers[position])
        dock = self._quote(position, "supplier", f"{self.offers[position]}, ex works")
        made_in = self._quote(position, "country", self.origin[position].code)
        amounts = {full: self._amount(position, column, quote.unit) for full, column in AMOUNTS}
        terms = {column: self._quote(position, column) for column in AS_TYPED}
        self.making.add(
            "offers",
            offer=name,
            supplier=self._quote(position, "supplier"),
            material=self._quote(position, "material"),
            origin=made_in,
            ships_from=dock,
            price_usd_per_t=self._quote(position, "price", prices[years[0]]),
            **terms,
            **amounts,
            **notes_of(quotes, position),
        )
        for year, price in prices.items():
            if price != prices[years[0]]:
                at = self._quote(position, "price", year)
                self.making.add("offer_prices", offer=name, period=at, price_usd_per_t=at._replace(value=price))
        if quotes.value(position, "today"):
            self._award(position, name, self._amount(position, "today", quote.unit))
        self.making.add("places", place=dock, country=made_in)
        home = self.home.code if self.home else None
        self.making.add(
            "lanes",
            **{"from": dock},
            to=self._quote(position, "freight", home),
            material=self._quote(position, "material"),
            freight_usd_per_t=self._quote(position, "freight", freight),
        )

    def _amount(self, position: int, column: str, unit: float) -> Cell:
        """An amount of a quote in what the plan counts; blank where none is typed."""
        amount = self.quotes.value(position, column)
        return self._quote(position, column, None if amount is None else amount * unit)

    def _award(self, position: int, offer: Cell, tons: Cell) -> None:
        """What is bought of a quote today, for the one place that needs its material."""
        material = folded(self.quotes.value(position, "material"))
        needs = [p for p, name in enumerate(self.need.values["material"]) if folded(name) == material]
        places = {folded(self.need.value(p, "place")): p for p in needs}
        if len(places) > 1:
            text = (
                f"{self.quotes.value(position, 'material')} is needed at several places, so it is not clear for which"
            )
            fix = "Clear the cell, and add a sheet awards that says how much of each offer goes where today."
            self._fault(self.quotes, position, "today", CellFault("row.today", text, fix))
        for at in places.values():
            self.making.add("awards", offer=offer, place=typed(self.need, at, "place"), t_per_year=tons)


def _plain(value: Any) -> Any:
    return digits_of(value) if isinstance(value, str) else value

"""Who could get what from whom in any year: the reach of offers, plants, stocks and used goods over the lanes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from planner.checks.table import ANY, Table, Tables
from planner.schema.dated import CAPACITY


def records(table: Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table as tuples of some columns, led by the row's position."""
    yield from zip(range(len(table.rows)), *(table.values[column] for column in columns), strict=True)


def capacities(tables: Tables) -> dict[str, float]:
    """By facility, the most that is stated of its capacity in any year."""
    most: dict[str, float] = defaultdict(float)
    for _, facility, size in records(tables["facilities"], "facility", CAPACITY):
        most[facility] = size or 0.0
    for _, column, facility, size in records(tables["dated_values"], "column", "facility", "value"):
        if column == CAPACITY and facility is not None and size is not None:
            most[facility] = max(most[facility], size)
    return most


@dataclass
class Plant:
    """A recipe in a facility: what it takes and makes, and where."""

    facility: str
    process: str
    position: int
    place: str
    inputs: list[str]
    outputs: list[str]
    idle: bool


@dataclass
class Network:
    """What can reach whom. `have` holds (place, material) that can be got where something takes it."""

    tables: Tables
    country: dict[str, str] = field(default_factory=dict)
    stage: dict[str, str] = field(default_factory=dict)
    lanes: set[tuple[str, str, str]] = field(default_factory=set)
    buyers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    takers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    plants: list[Plant] = field(default_factory=list)
    have: set[tuple[str, str]] = field(default_factory=set)
    served: dict[tuple[str | None, str, str, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tables = self.tables
        self.country = {place: country for _, place, country in records(tables["places"], "place", "country")}
        self.stage = {name: stage for _, name, stage in records(tables["materials"], "material", "stage")}
        lanes = tables["lanes"].or_assumed()
        self.lanes = {(start, end, goods) for _, start, end, goods in records(lanes, "from", "to", "material")}
        self.plants = list(self._plants())
        self._find_takers()
        self._spread()

    def _plants(self) -> Iterator[Plant]:
        places = {name: place for _, name, place in records(self.tables["facilities"], "facility", "place")}
        capacity = capacities(self.tables)
        built = set(self.tables["build_options"].values["facility"])
        inputs: dict[str, list[str]] = defaultdict(list)
        outputs: dict[str, list[str]] = defaultdict(list)
        for _, process, material, amount in records(self.tables["recipes"], "process", "material", "t_per_t"):
            if amount:
                (inputs if amount < 0 else outputs)[process].append(material)
        for position, name, process in records(self.tables["processes"], "facility", "process"):
            idle = not capacity[name] and name not in built
            yield Plant(name, process, position, places[name], inputs[process], outputs[process], idle)

    def _find_takers(self) -> None:
        for _, place, material in records(self.tables["segments"], "place", "material"):
            self.buyers[material].add(place)
        place_of = {name: place for _, name, place in records(self.tables["segments"], "segment", "place")}
        for _, segment, material in records(self.tables["substitutes"], "segment", "material"):
            self.buyers[material].add(place_of[segment])
        for _, place, material in records(self.tables["stocks"], "place", "material"):
            self.buyers[material].add(place)
        for plant in self.plants:
            for material in plant.inputs:
                self.buyers[material].add(plant.place)
        for material, places in self.buyers.items():
            self.takers[material] |= places
        for _, place, material in records(self.tables["sales"], "place", "material"):
            self.takers[material].add(place)

    def lane(self, start: str | None, country: str, end: str, material: str) -> bool:
        """Whether goods may go from a place (or from anywhere in a country) to a place."""
        if start == end:
            return True
        key = (start, country, end, material)
        if key not in self.served:
            starts = (start, country, ANY) if start else (country, ANY)
            ends = (end, self.country[end], ANY)
            goods = (material, self.stage[material], ANY)
            self.served[key] = any((s, e, g) in self.lanes for s in starts for e in ends for g in goods)
        return self.served[key]

    def reached(self, start: str | None, country: str, material: str, places: Iterable[str]) -> list[str]:
        """Those of the places that goods can reach."""
        return [place for place in places if self.lane(start, country, place, material)]

    def start_of(self, position: int) -> tuple[str | None, str]:
        """Where an offer's goods leave from: a place and its country, or only the country of origin."""
        offers = self.tables["offers"]
        place = offers.value(position, "ships_from")
        return (place, self.country[place]) if place else (None, offers.value(position, "origin"))

    def _spread(self) -> None:
        """Everything that can be had, worked forward from offers, used goods and stocks until nothing is new."""
        for position, material in records(self.tables["offers"], "material"):
            self._deliver(*self.start_of(position), material)
        for _, place, material in records(self.tables["returns"], "place", "material"):
            self._deliver(place, self.country[place], material)
        for _, place, material, initial in records(self.tables["stocks"], "place", "material", "initial_t"):
            if initial:
                self.have.add((place, material))
        before = -1
        while before != len(self.have):
            before = len(self.have)
            for plant in self.plants:
                if not plant.idle and all((plant.place, material) in self.have for material in plant.inputs):
                    for material in plant.outputs:
                        self._deliver(plant.place, self.country[plant.place], material)
            self._draw_stocks()

    def _deliver(self, start: str | None, country: str, material: str) -> None:
        places = self.buyers.get(material, ())
        self.have.update((place, material) for place in self.reached(start, country, material, places))

    def _draw_stocks(self) -> None:
        """Stocked material may go on to places of the same country."""
        for _, place, material in records(self.tables["stocks"], "place", "material"):
            if (place, material) in self.have:
                at_home = [to for to in self.buyers[material] if self.country[to] == self.country[place]]
                reached = self.reached(place, self.country[place], material, at_home)
                self.have.update((to, material) for to in reached)

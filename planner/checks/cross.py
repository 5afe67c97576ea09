"""The fourth level: what no single sheet shows. Who needs something nobody can bring, and what leads nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from planner.checks import decided, idle
from planner.checks.agreements import awards_that_stay
from planner.checks.network import Network, Plant, capacities, records
from planner.checks.selecting import check_selectors, check_stated
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema import Ref

# Sheets that pick from what there is; being picked is no use.
SELECTING = {"limits", "events", "upstream", "drawbacks", "decisions"}
LOOK = "Look whether that is meant."


def unqualified(tables: Tables) -> Iterator[Problem]:
    """An offer that waits for its supplier's qualification needs a maximum: it bounds what the decision allows."""
    qualified = dict(zip(*(tables["suppliers"].values[c] for c in ("supplier", "qualified")), strict=True))
    for position, supplier, most in records(tables["offers"], "supplier", "max_t_per_year"):
        if most is None and qualified[supplier] is False:
            text = f"the supplier {supplier} is not qualified, and what it offers needs a maximum"
            fix = "Fill in the most that can be bought in a year."
            yield tables["offers"].problem(
                "row.unqualified-needs-max", position, "max_t_per_year", found="a blank cell", message=text, fix=fix
            )


def recipes(tables: Tables) -> Iterator[Problem]:
    """Every process takes or makes something."""
    given = {process for _, process, amount in records(tables["recipes"], "process", "t_per_t") if amount}
    reported: set[str] = set()
    for position, process in records(tables["processes"], "process"):
        if process not in given and process not in reported:
            reported.add(process)
            text = "the process has no row on the sheet recipes, so it takes and makes nothing"
            fix = "Add what goes in, negative, and what comes out, positive."
            yield tables["processes"].problem("cross.no-recipe", position, "process", message=text, fix=fix)


def segments(tables: Tables, network: Network) -> Iterator[Problem]:
    """Every need can be met by somebody, or may go short."""
    need: dict[str, float] = defaultdict(float)
    for _, segment, amount in records(tables["demand"], "segment", "t_per_year"):
        need[segment] += amount
    instead: dict[str, list[str]] = defaultdict(list)
    for _, segment, material in records(tables["substitutes"], "segment", "material"):
        instead[segment].append(material)
    table = tables["segments"]
    columns = ("segment", "place", "material", "max_shortage_share")
    for position, segment, place, material, share in records(table, *columns):
        if not need[segment] or any((place, one) in network.have for one in (material, *instead[segment])):
            continue
        may_short = share is None or share >= 1
        text = f"nothing can bring {material} to {place}: {_why(network, place, material)}"
        fix = f"Add an offer, plant or stock of {material} with a lane to {place}"
        fix += ", or allow all of it to go short." if not may_short else "; else all of the need goes short."
        code = "cross.unserved-short" if may_short else "cross.unserved"
        yield table.problem(code, position, "segment", message=text, fix=fix)


def _why(network: Network, place: str, material: str) -> str:
    offers = sum(name == material for name in network.tables["offers"].values["material"])
    makers = [plant for plant in network.plants if material in plant.outputs and not plant.idle]
    if not offers and not makers:
        return "nobody offers it and no plant makes it"
    parts = [f"{offers} offers of it have no lane there"] if offers else []
    for plant in makers[:2]:
        missing = [name for name in plant.inputs if (plant.place, name) not in network.have]
        if missing:
            parts.append(f"{plant.facility} could make it, but nothing brings {missing[0]} to {plant.place}")
        else:
            parts.append(f"{plant.facility} could make it, but has no lane there")
    return "; ".join(parts)


def offers(tables: Tables, network: Network) -> Iterator[Problem]:
    """Every offer can reach someone who takes it."""
    table = tables["offers"]
    for position, material in records(table, "material"):
        places = sorted(network.buyers.get(material, ()))
        if not places:
            text = f"no segment, process or stock takes {material}, so nothing will be bought"
            yield table.problem("cross.nobody-takes", position, "material", message=text, fix=LOOK)
        elif not network.reached(*network.start_of(position), material, places):
            start = table.value(position, "ships_from") or table.value(position, "origin")
            text = f"no lane leads from {start} to a place that takes {material} ({', '.join(places[:3])})"
            fix = f"Add a row to the sheet lanes, such as from {start} to {places[0]}."
            yield table.problem("cross.no-lane", position, "offer", message=text, fix=fix)


def plants(tables: Tables, network: Network) -> Iterator[Problem]:
    """Every process gets its inputs, and can get rid of its outputs."""
    disposal = dict(zip(*(tables["materials"].values[c] for c in ("material", "disposal_usd_per_t")), strict=True))
    table = tables["processes"]
    runs: dict[str, bool] = {}
    for plant in network.plants:
        stuck = [name for name in plant.outputs if disposal[name] is None and not _goes(network, plant, name)]
        missing = [name for name in plant.inputs if (plant.place, name) not in network.have]
        runs[plant.facility] = runs.get(plant.facility, False) or not (stuck or missing)
        if stuck:
            text = f"in {plant.facility} it makes {stuck[0]}, which nothing within reach takes and which may not be"
            text += " thrown away, so it can never run"
            fix = f"Add a sale, stock, process or lane for {stuck[0]}, or fill in its disposal_usd_per_t."
            yield table.problem("cross.output-nowhere", plant.position, "process", message=text, fix=fix)
        elif missing and not plant.idle:
            text = f"nothing can bring {missing[0]} to {plant.place}, so it can never run in {plant.facility}"
            fix = f"Add an offer, plant or lane that brings {missing[0]} to {plant.place}."
            yield table.problem("cross.input-missing", plant.position, "process", message=text, fix=fix)
    yield from _must_run(tables["facilities"], capacities(tables), runs)


def _goes(network: Network, plant: Plant, material: str) -> bool:
    places = network.takers.get(material, ())
    return bool(network.reached(plant.place, network.country[plant.place], material, places))


def _must_run(table: Table, capacity: dict[str, float], runs: dict[str, bool]) -> Iterator[Problem]:
    for position, name, least in records(table, "facility", "min_utilisation"):
        if capacity[name] and least and not runs.get(name, False):
            text = "the plant must be used, but none of its processes can run"
            fix = "Clear the cell, or mend the processes, recipes or lanes."
            yield table.problem("cross.must-run", position, "min_utilisation", message=text, fix=fix)


def unused(tables: Tables) -> Iterator[Problem]:
    """Names that are defined and nowhere used are often misspelt elsewhere."""
    for sheet, column in (("materials", "material"), ("suppliers", "supplier"), ("places", "place")):
        used: set[object] = set()
        for table in tables.values():
            if table.sheet.name not in SELECTING and (sheet, table.sheet.name) != ("materials", "lanes"):
                for own in table.sheet.columns:
                    if isinstance(own, Ref) and f"{sheet}.{column}" in own.to:
                        used.update(table.values[own.name])
        for position, name in records(tables[sheet], column):
            if name not in used:
                text = "no other sheet makes use of it"
                yield tables[sheet].problem("cross.unused", position, column, message=text, fix=LOOK)
    run = set(tables["processes"].values["facility"])
    for position, name in records(tables["facilities"], "facility"):
        if name not in run:
            text = "the sheet processes has no row for it, so it can do nothing"
            yield tables["facilities"].problem("cross.unused", position, "facility", message=text, fix=LOOK)


def demand(tables: Tables) -> Iterator[Problem]:
    """Every segment needs something, in an unbroken run of periods."""
    periods = sorted(tables["periods"].values["period"])
    given: dict[str, dict[int, float]] = defaultdict(dict)
    for _, segment, period, amount in records(tables["demand"], "segment", "period", "t_per_year"):
        given[segment][period] = amount
    table = tables["segments"]
    if not any(amount for amounts in given.values() for amount in amounts.values()):
        if not tables["sales"].rows:
            text = "nothing is needed in any period and nothing can be sold, so there is nothing to plan for"
            fix = "Fill in the needs, or the sheet sales."
            yield tables["demand"].problem("cross.nothing-needed", 0, "t_per_year", message=text, fix=fix)
        return
    for position, segment in records(table, "segment"):
        missing = [str(period) for period in periods if period not in given[segment]]
        if len(missing) == len(periods):
            text = "the sheet demand has no row for it, which means no need"
            yield table.problem("cross.no-demand", position, "segment", message=text, fix=LOOK)
        elif missing:
            text = f"the sheet demand has no row for {', '.join(missing[:6])}, which means no need there"
            yield table.problem("cross.demand-gap", position, "segment", message=text, fix=LOOK)


USERS = (
    *("materials", "suppliers", "places", "facilities", "offers", "recipes", "segments", "returns", "stocks", "sales"),
    *("processes", "lanes"),
)
Check = Callable[[Tables], Iterator[Problem]]
ALONE: tuple[tuple[Check, tuple[str, ...]], ...] = (
    (unqualified, ("suppliers", "offers")),
    (awards_that_stay, ("offers", "suppliers", "awards", "partnerships")),
    (recipes, ("processes", "recipes")),
    (unused, USERS),
    (demand, ("periods", "segments", "demand", "sales")),
)  # fmt: skip
IDLE_SHEETS = ("drawbacks", "limits", "events", "incentives", "upstream", "attributes", "delivered_prices", "decisions")
NETWORK_SHEETS = (
    *("countries", "places", "materials", "suppliers", "offers", "lanes", "facilities", "processes", "recipes"),
    *("build_options", "segments", "demand", "returns", "stocks", "sales", "substitutes", "dated_values"),
)


def check_idle(tables: Tables) -> Iterator[Problem]:
    """Rows that match nothing, of all that depends on who can reach whom."""
    network = Network(tables)
    yield from check_selectors(tables, network)
    yield from check_stated(tables, network)
    for check in idle.ON_NETWORK:
        yield from check(tables, network)
    yield from decided.lanes_to_use(tables, network)


def check_network(tables: Tables) -> Iterator[Problem]:
    """All that depends on who can reach whom."""
    network = Network(tables)
    yield from segments(tables, network)
    yield from offers(tables, network)
    yield from plants(tables, network)

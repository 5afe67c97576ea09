"""Own plants: what stands there, what is built and closed, and how much of it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from planner.audit.books import Books, added
from planner.audit.calendar import FOREVER, Node
from planner.audit.dated import stated_in
from planner.audit.events import Thing, acting, in_year, thing_of, year_by_year
from planner.audit.finding import MONEY
from planner.audit.offers import with_weights
from planner.audit.partnerships import effects, in_force_at_once, in_force_from, years_saved
from planner.audit.rows import Row


@dataclass(frozen=True)
class Running:
    """A build as a node sees it: the share of years in which it runs, and the share of its size that works in each."""

    option: Row
    build: Row
    helper: str
    size: float
    begun_in: Node
    node: Node
    share: float
    working: dict[int, float]


def running(books: Books) -> Iterator[Running]:
    """Each build in each node on a path that passes it, where it runs in any year.

    A build begun in the first year of its node runs from then plus permit and lead, for its life. In its first three
    years of running the ramp's shares of its size work; later all of it.
    """
    for build in books.table("builds"):
        option, begun_in = books.options[build.option], books.node(build.node)
        first = first_year(books, build)
        ramp = [1.0 if share is None else share for share in (option.ramp_1, option.ramp_2, option.ramp_3)]
        for node in books.nodes:
            if begun_in.name not in node.path:
                continue
            start = first + delay(books, option, begun_in.period, first, node)
            ages = {y: y - start for y in node.calendar_years if 0 <= y - start < option.life_years}
            if ages:
                working = {y: ramp[age] if age < len(ramp) else 1.0 for y, age in ages.items()}
                share = len(ages) / node.years
                helper, size = build.with_partnership, build.size_t_per_year
                yield Running(option, build, helper, size, begun_in, node, share, working)


def first_year(books: Books, build: Row) -> int:
    """The year in which a build first runs if no event delays it."""
    option = books.options[build.option]
    saved = years_saved(books, build.option, build.with_partnership)
    wait = int(option.permit_years or 0) + int(option.lead_years) - saved
    return books.node(build.node).period + int(max(0, wait))


def plant_as_thing(books: Books, facility: Row) -> Thing:
    """A plant as events see it."""
    return Thing(facility=facility.facility, place=facility.place, country=books.country_of[facility.place])


def capex(books: Books, build: Row, node: Node) -> float:
    """What a build begun in a node costs, M$: as often as it is begun and by its size, after events of that year."""
    option = books.options[build.option]
    stated = float(build.times * option.capex_fixed_musd + option.capex_usd_per_t * build.size_t_per_year / 1e6)
    plant = plant_as_thing(books, books.facilities[option.facility])
    return stated * in_year(acting(books, node, "capex", plant), node.period).factor


def delay(books: Books, option: Row, begun: int, start: int, node: Node) -> int:
    """By how many years a build comes later, as a node knows: for events in whose first year it did not yet run.

    What an earlier event put off does not yet run when a later one comes, so both count.
    """
    plant = plant_as_thing(books, books.facilities[option.facility])
    later, held = 0, [e for e in acting(books, node, "delay", plant) if begun <= (e.to or FOREVER)]
    for year in sorted({event.from_ for event in held}):
        if start + later >= year:
            later += sum(int(event.value or 0) for event in held if event.from_ == year)
    return later


def output_of(books: Books, facility: str, line: Row, node: str) -> float:
    """Tons of an output per ton of activity of a plant, after events, in the years in which it can work."""
    at_work = years_at_work(books, books.facilities[facility], books.node(node))
    return with_weights(yearly_outputs(books, facility, line, books.node(node)), at_work)


def years_at_work(books: Books, facility: Row, node: Node) -> tuple[float, ...]:
    """1 in each year of a node in which a plant can work: what is there from the start, or whatever could be built."""
    key = ("at work", facility.facility, node.name)
    if key not in books.known:
        books.known[key] = _years_at_work(books, facility, node)
    found: tuple[float, ...] = books.known[key]
    return found


def _years_at_work(books: Books, facility: Row, node: Node) -> tuple[float, ...]:
    outages = acting(books, node, "capacity", plant_as_thing(books, facility))
    share = 1.0 if facility.availability is None else facility.availability
    able = set(_years_by_itself(books, facility, node))
    for option in books.options.values():
        if option.facility == facility.facility and option.max_t_per_year:
            able |= _years_if_built(books, option, node)
    return tuple(float(y in able and in_year(outages, y).on(share) > 0) for y in node.calendar_years)


def _years_by_itself(books: Books, facility: Row, node: Node) -> list[int]:
    """Years in which what is there from the start works, were it not closed."""
    ramp = [1.0 if share is None else share for share in (facility.ramp_1, facility.ramp_2, facility.ramp_3)]
    first = int(books.nodes[0].period if facility.from_ is None else facility.from_)
    stands = (
        y for y in node.calendar_years if node.opens(y, facility.from_, facility.to) and _stated(books, facility, y)
    )
    return [y for y in stands if not 0 <= y - first < len(ramp) or ramp[y - first] > 0]


def _years_if_built(books: Books, option: Row, node: Node) -> set[int]:
    """Years in which a build of an option could work, whenever it was begun and whoever made it quicker."""
    ramp = [1.0 if share is None else share for share in (option.ramp_1, option.ramp_2, option.ramp_3)]
    helpers = {row.partnership for row in effects(books, "shortens lead") if row.applies_to == option.option}
    found: set[int] = set()
    for begun in map(books.node, node.path):
        if not begun.opens(begun.period, option.earliest, option.latest):
            continue
        for helper in ("", *helpers):
            wait = int(option.permit_years or 0) + int(option.lead_years) - years_saved(books, option.option, helper)
            first = begun.period + max(0, wait)
            start = first + delay(books, option, begun.period, first, node)
            ages = {y: y - start for y in node.calendar_years if 0 <= y - start < option.life_years}
            found |= {y for y, age in ages.items() if age >= len(ramp) or ramp[age] > 0}
    return found


def yearly_outputs(books: Books, facility: str, line: Row, node: Node) -> list[float]:
    """The same in each year of a node."""
    row = books.facilities[facility]
    words = {"facility": facility, "place": row.place, "country": books.country_of[row.place]}
    thing = thing_of(books, line.material, **words)
    return [line.t_per_t * now.factor for now in year_by_year(books, node, "yield", thing)]


def closed(books: Books, facility: str, node: Node) -> bool:
    """Whether the facility's existing capacity is closed in a node or before it."""
    return any(name in node.path for name in books.closed_in.get(facility, ()))


def existing(books: Books, facility: Row, node: Node) -> float:
    """The capacity that was there from the start, as a mean over the node's years."""
    return sum(existing_in(books, facility, node).values()) / node.years


def existing_in(books: Books, facility: Row, node: Node) -> dict[int, float]:
    """The capacity that was there from the start, in each calendar year of a node."""
    if closed(books, facility.facility, node):
        return dict.fromkeys(node.calendar_years, 0.0)
    first, last = facility.from_ or 0, facility.to or FOREVER
    return {y: _stated(books, facility, y) * (first <= y <= last) for y in node.calendar_years}


def _stated(books: Books, facility: Row, year: int) -> float:
    """What the sheets say of its capacity in a year."""
    return stated_in(books, "capacity_t_per_year", year, facility.capacity_t_per_year, facility.facility)


def working_in(books: Books, facility: Row, node: Node) -> dict[int, float]:
    """What works of the capacity that was there from the start: its ramp counts from its own first year, if it has one,
    else from that of the horizon.
    """
    ramp = [1.0 if share is None else share for share in (facility.ramp_1, facility.ramp_2, facility.ramp_3)]
    first = int(books.nodes[0].period if facility.from_ is None else facility.from_)
    share = {y: ramp[y - first] if 0 <= y - first < len(ramp) else 1.0 for y in node.calendar_years}
    return {y: tons * share[y] for y, tons in existing_in(books, facility, node).items()}


def standing(books: Books) -> dict[tuple[str, str], dict[int, float]]:
    """For each facility and node, year by year: what works of existing capacity and builds, before availability."""
    sums = {(f.facility, n.name): working_in(books, f, n) for f in books.facilities.values() for n in books.nodes}
    for run in running(books):
        for year, share in run.working.items():
            sums[run.option.facility, run.node.name][year] += run.size * share
    return sums


def capacities(books: Books) -> dict[tuple[str, str], float]:
    """For each facility and node: the capacity that stands, before availability, as a mean over the years."""
    return {key: sum(yearly.values()) / len(yearly) for key, yearly in standing(books).items()}


def usable_capacities(books: Books, allowed: bool = False) -> dict[tuple[str, str], float]:
    """For each facility and node: what stands in a year times what is available in it, as a mean over the years.

    Where only what is allowed counts, a plant that needs a partnership has nothing before that is in force.
    """
    usable = {}
    for (name, node), yearly in standing(books).items():
        facility = books.facilities[name]
        outages = acting(books, books.node(node), "capacity", plant_as_thing(books, facility))
        share = 1.0 if facility.availability is None else facility.availability
        first = in_force_from(books, facility.requires, books.node(node)) if allowed and facility.requires else 0
        tons = sum(in_year(outages, year).on(share) * t for year, t in yearly.items() if year >= first)
        usable[name, node] = tons / len(yearly)
    return usable


def check_plants(books: Books) -> None:
    """Plants run recipes they have, within the capacity that stands, and no less than their minimum."""
    used: dict[tuple[str, str], float] = defaultdict(float)
    for run in books.table("activity"):
        process = books.processes.get((run.facility, run.process))
        if process is None:
            where = f"facility {run.facility}, process {run.process}, in {run.node}"
            books.findings.add("activity", where, 0.0, run.t_per_year, "the facility cannot run this process")
            continue
        use = 1.0 if process.capacity_use is None else process.capacity_use
        used[run.facility, run.node] += use * run.t_per_year
    told = {(row.facility, row.node): row for row in books.table("capacities")}
    allowed = usable_capacities(books, allowed=True)
    for (name, node), usable in usable_capacities(books).items():
        facility, where = books.facilities[name], f"facility {name}, in {node}"
        found = used.get((name, node), 0.0)
        books.findings.at_most("capacity", where, allowed[name, node], found, "used beyond its capacity")
        least = usable * (facility.min_utilisation or 0.0)
        books.findings.at_least("minimum use", where, least, found, "used less than its minimum")
        row = told.get((name, node))
        for word, expected in (("usable", usable), ("used", found)):
            says = getattr(row, f"{word}_t_per_year") if row else 0.0
            message = f"{word}_t_per_year is not what the plant's rows give"
            books.findings.equal("capacities", where, expected, says, message)
    _check_throughput(books)
    _check_builds(books)
    _check_build_years(books)
    _check_closures(books)


def _check_builds(books: Books) -> None:
    """Builds are of a size on offer, begun in years on offer, no oftener than allowed, and after what they require."""
    nodes: dict[str, list[str]] = defaultdict(list)
    groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for build in books.table("builds"):
        option, node = books.options[build.option], books.node(build.node)
        where, size, year = f"option {build.option}, in {build.node}", build.size_t_per_year, node.period
        times = build.times
        if times < 1 or times != int(times):
            books.findings.add("build count", where, "a whole number", times, "begun a part of a time")
        most, least = times * option.max_t_per_year, times * (option.min_t_per_year or 0.0)
        books.findings.at_most("build size", where, most, size, "larger than the largest")
        books.findings.at_least("build size", where, least, size, "smaller than the smallest")
        if year < (option.earliest or 0):
            books.findings.add("build date", where, option.earliest, year, "begun before its earliest year")
        if year > (option.latest or FOREVER):
            books.findings.add("build date", where, option.latest, year, "begun after its latest year")
        first, last = first_year(books, build), max(n.last_year for n in books.nodes)
        expected = first + delay(books, option, year, first, node)
        if expected > last:
            message = "begun to run only after the horizon, as far as is known then"
            books.findings.add("build date", where, last, expected, message)
        message = "capex_musd is not what the option's row and events give"
        books.findings.equal("capex", where, capex(books, build, node), build.capex_musd, message, MONEY)
        _check_required(books, option, node)
        _check_shortened(books, build, node, where)
        nodes[build.option] += [build.node] * int(times)
        for leaf in books.tree.leaves:
            if option.exclusive_group and build.node in leaf.path:
                groups[option.exclusive_group][leaf.name] += [build.option] * int(times)
    for name, begun in nodes.items():
        allowed = books.options[name].max_builds or 1
        books.check_once("build count", f"option {name}", begun, "begun too often on a path", allowed)
    for group, leaves in groups.items():
        for leaf_name, options in leaves.items():
            if len(options) > 1:
                where = f"group {group}, to {leaf_name}"
                found = ", ".join(sorted(options))
                books.findings.add("exclusive group", where, 1, found, "more than one is begun")


def _check_throughput(books: Books) -> None:
    """What each recipe makes, after events, and takes."""
    sums = made(books)
    for (facility, process, node), tons in added(books.table("activity"), "facility", "process", "node").items():
        for line in books.recipes.get(process, ()):
            if line.t_per_t < 0:
                key = facility, process, line.material, node
                sums[key] = sums.get(key, 0.0) + tons * line.t_per_t
    told = added(books.table("throughput"), "facility", "process", "material", "node")
    for key in dict.fromkeys((*sums, *told)):
        where = f"facility {key[0]}, process {key[1]}, {key[2]}, in {key[3]}"
        message = "t_per_year is not what the recipe and its events give"
        books.findings.equal("throughput", where, sums.get(key, 0.0), told.get(key, 0.0), message)


def _check_build_years(books: Books) -> None:
    """First and last year of output of each build, in each future that passes it."""
    told = {row[:4]: row for row in books.table("build_years")}
    wanted = {}
    for build in books.table("builds"):
        for leaf in books.tree.leaves:
            if build.node in leaf.path:
                wanted[build.option, build.with_partnership, build.node, leaf.name] = _years(books, build, leaf)
    for key in dict.fromkeys((*wanted, *told)):
        where = f"option {key[0]}, in {key[2]}, to {key[3]}"
        if key not in wanted or key not in told:
            found = "a row" if key in told else "nothing"
            books.findings.add("build years", where, "a row for each build and future", found, "not the plan's builds")
            continue
        for word, year, says in zip(("first", "last"), wanted[key], told[key][4:6], strict=True):
            message = f"{word}_output is not what the option's row, its partnership and events give"
            if year != says:
                books.findings.add("build years", where, year, says, message)


def _years(books: Books, build: Row, leaf: Node) -> tuple[int, int]:
    """The first year in which a build gives output on the way to a leaf, and the last, inside the horizon or not."""
    option, first, begun = books.options[build.option], first_year(books, build), books.node(build.node).period
    ran, start = [], first
    for name in leaf.path[leaf.path.index(build.node) :]:
        node = books.node(name)
        start = first + delay(books, option, begun, first, node)
        ran += [year for year in node.calendar_years if 0 <= year - start < option.life_years]
    return min(ran, default=start), int(start + option.life_years - 1)


def _check_required(books: Books, option: Row, node: Node) -> None:
    """An option begins once the partnership it requires is in force, or together with the option or after it."""
    needed = option.requires
    if not needed:
        return
    where = f"option {option.option}, in {node.name}"
    if needed in books.partnerships:
        if not in_force_at_once(books, needed, node):
            books.findings.add("requires", where, needed, "not in force", "the partnership is not in force")
    elif not any(row.option == needed and row.node in node.path for row in books.table("builds")):
        books.findings.add("requires", where, needed, "not begun", "what it requires is not begun by then")


def _check_shortened(books: Books, build: Row, node: Node, where: str) -> None:
    """A build that a partnership shortens is begun while that partnership is in force."""
    helper = build.with_partnership
    if helper and not (in_force_at_once(books, helper, node) and years_saved(books, build.option, helper)):
        message = "the partnership that is to shorten it does not"
        books.findings.add("shortened lead", where, helper, "not in force", message)


def _check_closures(books: Books) -> None:
    """Only what may be closed is closed, and once."""
    for name, nodes in books.closed_in.items():
        if not books.facilities[name].closure_allowed:
            books.findings.add("closure", f"facility {name}", "open", "closed", "it may not be closed")
        books.check_once("closure", f"facility {name}", nodes, "closed more than once on a path")


def made(books: Books) -> dict[tuple[str, str, str, str], float]:
    """Tons a year of each output, by facility, process, material and node."""
    sums: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for (facility, process, node), tons in added(books.table("activity"), "facility", "process", "node").items():
        for line in books.recipes.get(process, ()):
            if line.t_per_t > 0:
                sums[facility, process, line.material, node] += tons * output_of(books, facility, line, node)
    return sums

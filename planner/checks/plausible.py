"""The fifth level: numbers that are possible but look like a slip of units, percent or sign. All are warnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from planner.checks.money import QuotedIn
from planner.checks.network import records
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema import Number
from planner.schema.priced import QUOTED_IN

JUMP = 100.0
LONE_JUMP = 300.0
FEWEST = 4
HIGH_RATE = 3.0
GROWTH = 20.0
JUMPING_UNITS = {"USD/t", "t/yr", "t", "M$", "USD per t/yr", "USD/t/yr"}
PRICES = (
    ("materials", "customs_value_usd_per_t"),
    ("offers", "price_usd_per_t"),
    ("offers", "customs_value_usd_per_t"),
    ("offer_prices", "price_usd_per_t"),
    ("delivered_prices", "price_usd_per_t"),
    ("sales", "price_usd_per_t"),
)
MASS_SLACK = 1.001
TOO_LARGE = 1e4  # times all that is used: a millionth of a yes opens a hundredth of it


def prices(tables: Tables) -> Iterator[Problem]:
    """Prices of one material, wherever they stand, are of one size."""
    material_of = {name: material for _, name, material, *said in _offers(tables) if QuotedIn(*said).plain}
    pools: dict[str, list[tuple[float, Table, int, str]]] = defaultdict(list)
    for sheet, column in PRICES:
        table = tables[sheet]
        named = "offer" if sheet in ("offer_prices", "delivered_prices") else "material"
        plain = material_of.keys() if sheet == "offers" and column == "price_usd_per_t" else None
        names = table.values[named]
        for position, (name, value) in enumerate(zip(names, table.values[column], strict=True)):
            material = material_of.get(name) if named == "offer" else name
            if plain is not None and table.value(position, "offer") not in plain:
                continue  # in other money, or for another unit
            if value and material:
                pools[material].append((value, table, position, column))
    for material, pool in pools.items():
        pool.sort(key=itemgetter(0))
        limit = JUMP if len(pool) > 2 else LONE_JUMP
        for place, (value, table, position, column) in enumerate(pool):
            usual = _median_of_others(pool, place)
            if value > usual * limit or value * limit < usual:
                text = f"other prices of {material} are about {usual:,.6g}, {_times(value, usual)}"
                yield table.problem("plausible.unit-jump", position, column, message=text, fix=_advice(value, usual))


def _offers(tables: Tables) -> Iterator[tuple[Any, ...]]:
    return records(tables["offers"], "offer", "material", *QUOTED_IN)


def _median_of_others(pool: Sequence[tuple[float, Table, int, str]], place: int) -> float:
    """The median of a sorted pool without the one at a place; of one alone, itself."""
    count = len(pool) - 1
    if not count:
        return pool[place][0]
    low, high = ((count - 1) // 2, count // 2)
    return (pool[low + (low >= place)][0] + pool[high + (high >= place)][0]) / 2


def _times(value: float, usual: float) -> str:
    ratio = value / usual
    return f"so this is {ratio:,.3g} times as much" if ratio > 1 else f"so this is 1/{1 / ratio:,.3g} of them"


def _advice(value: float, usual: float) -> str:
    ratio = value / usual if value > usual else usual / value
    if 500 < ratio < 2000:
        return "That is what kg and tonnes are apart: look at the unit. Leave it if it is right."
    return "Look at the unit. Leave it if it is right."


def amounts(table: Table) -> Iterator[Problem]:
    """No number stands a hundred times apart from every other in its column."""
    for column in table.sheet.columns:
        known = isinstance(column, Number) and column.unit in JUMPING_UNITS
        if known and (table.sheet.name, column.name) not in PRICES and table.rows:
            yield from _apart(table, column.name)


def _apart(table: Table, column: str) -> Iterator[Problem]:
    values = sorted((abs(value), position) for position, value in enumerate(table.values[column]) if value)
    if len(values) < FEWEST:
        return
    for (value, position), (next_, _) in ((values[0], values[1]), (values[-1], values[-2])):
        if value > next_ * JUMP or value * JUMP < next_:
            text = f"the nearest other number in this column is {next_:,.6g}, {_times(value, next_)}"
            yield table.problem("plausible.unit-jump", position, column, message=text, fix=_advice(value, next_))


def series(tables: Tables) -> Iterator[Problem]:
    """A need does not jump up and back from one period to the next."""
    table = tables["demand"]
    by_segment: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
    for position, segment, period, amount in records(table, "segment", "period", "t_per_year"):
        if amount:
            by_segment[segment].append((period, amount, position))
    for rows in by_segment.values():
        rows.sort()
        for (_, before, _), (_, value, position), (_, after, _) in zip(rows, rows[1:], rows[2:], strict=False):
            low, high = min(before, after), max(before, after)
            if value > high * GROWTH or value * GROWTH < low:
                text = f"the periods before and after have {before:,.6g} and {after:,.6g}"
                advice = _advice(value, (before + after) / 2)
                yield table.problem("plausible.unit-jump", position, "t_per_year", message=text, fix=advice)


def rates(table: Table) -> Iterator[Problem]:
    """Shares that may exceed 1, such as duty rates, seldom exceed 3."""
    for column in table.sheet.columns:
        if isinstance(column, Number) and column.share and (column.at_most or 0) > HIGH_RATE:
            for position, value in records(table, column.name):
                if value is not None and value >= HIGH_RATE:
                    text = f"a rate of {value:g} is {100 * value:g} %"
                    fix = f"Type {value / 100:.12g} if {value:g} % is meant. Leave it if it is right."
                    yield table.problem("plausible.rate", position, column.name, message=text, fix=fix)


def mass(tables: Tables) -> Iterator[Problem]:
    """Refining makes no mass; and no recipe makes twenty tons of one."""
    steps: dict[str, set[str]] = defaultdict(set)
    for _, process, step in records(tables["processes"], "process", "step"):
        steps[process].add(step)
    total_in: dict[str, float] = defaultdict(float)
    total_out: dict[str, float] = defaultdict(float)
    first: dict[str, int] = {}
    for position, process, amount in records(tables["recipes"], "process", "t_per_t"):
        (total_in if amount < 0 else total_out)[process] += abs(amount)
        if amount > 0:
            first.setdefault(process, position)
    for process, position in first.items():
        taken, made = total_in[process], total_out[process]
        refined = "refined" in steps[process]
        if taken and (made > 20 * taken or (refined and made > taken * MASS_SLACK)):
            why = "refining cannot add mass" if refined else "that is twenty times as much"
            text = f"the process {process} makes {made:.6g} t out of {taken:.6g} t; {why}"
            fix = "Look at the yields: all rows of a process are per t of the same activity."
            yield tables["recipes"].problem("plausible.mass", position, "t_per_t", message=text, fix=fix)


def cheap_shortage(tables: Tables) -> Iterator[Problem]:
    """Going short costs more than buying, else nothing is bought."""
    cheapest: dict[str, float] = {}
    for _, material, price, *said in records(tables["offers"], "material", "price_usd_per_t", *QUOTED_IN):
        if not QuotedIn(*said).plain:
            continue
        cheapest[material] = min(price, cheapest.get(material, price))
    table = tables["segments"]
    for position, material, loss in records(table, "material", "shortage_usd_per_t"):
        if loss is not None and loss < cheapest.get(material, 0.0):
            text = f"the cheapest offer of {material} costs {cheapest[material]:,.6g} USD/t, so going short is cheaper"
            fix = "Type the loss per ton that is not delivered, which is usually many times the price."
            yield table.problem("plausible.cheap-shortage", position, "shortage_usd_per_t", message=text, fix=fix)


def large_maxima(tables: Tables) -> Iterator[Problem]:
    """A maximum that a yes or no opens is of the size of what can be used, where nothing else in the case bounds it.

    The search takes a millionth of a yes for none, and with it a millionth of what the yes opens. What can be used
    takes the place of a maximum that is larger, unless goods may leave without limit: then it stands as it is typed.
    """
    used, leaves = _used(tables), _leaves_without_limit(tables)
    if not used or not leaves:
        return
    for table, column, opened in _opened_maxima(tables):
        for position, most in records(table, column):
            if most is not None and most > TOO_LARGE * used and opened(position):
                text = f"all that is used in a year comes to {used:,.6g} t, this is {most / used:,.3g} times as much, "
                text += f"and nothing else may bound it, since {leaves}; then a search proves less"
                fix = "Type the most that could be used or sold, or give what may leave a maximum."
                yield table.problem("plausible.large-maximum", position, column, message=text, fix=fix)


def endless(tables: Tables) -> Iterator[Problem]:
    """A market without a maximum is not fed by plants whose capacity does not count, from goods without a maximum.

    Whether it pays more than that costs is for the solver to say: then cost falls for ever, and it names the cells.
    """
    made = _made_without_limit(tables)
    table = tables["sales"]
    for position, material, most in records(table, "material", "max_t_per_year"):
        if most is None and material in made and table.sound(position, "max_t_per_year"):
            text = f"this market has no maximum, nor has the process {made[material]}, which uses no capacity to make"
            text += f" {material}, nor what that is made from; if it pays more than that costs, cost falls for ever"
            fix = "Type the most that could be sold in a year, or the capacity_use of the process."
            yield table.problem("plausible.endless", position, "max_t_per_year", message=text, fix=fix)


def _made_without_limit(tables: Tables) -> dict[str, str]:
    """Materials that can be made without limit: by a process that uses no capacity, of goods without a maximum."""
    free = {name for _, name, use in records(tables["processes"], "process", "capacity_use") if use == 0}
    takes: dict[str, set[str]] = defaultdict(set)
    makes: dict[str, set[str]] = defaultdict(set)
    for _, process, material, tons in records(tables["recipes"], "process", "material", "t_per_t"):
        (takes if tons < 0 else makes)[process].add(material)
    offers = records(tables["offers"], "material", "max_t_per_year")
    endless_goods = {material for _, material, most in offers if most is None}
    made: dict[str, str] = {}
    for _ in free:  # what one makes another may take
        for process in sorted(free):
            if takes[process] <= endless_goods:
                made |= dict.fromkeys(makes[process] - made.keys(), process)
                endless_goods |= makes[process]
    return made


def _used(tables: Tables) -> float:
    """The needs of the period that needs most, and all that markets and stocks with a maximum take, t."""
    needs: dict[int, float] = defaultdict(float)
    for _, period, amount in records(tables["demand"], "period", "t_per_year"):
        needs[period] += amount or 0.0
    taken = sum(most or 0.0 for _, most in records(tables["sales"], "max_t_per_year"))
    return max(needs.values(), default=0.0) + taken + sum(most or 0.0 for _, most in records(tables["stocks"], "max_t"))


def _leaves_without_limit(tables: Tables) -> str:
    """What takes goods beyond any use, at its cell; empty where nothing does."""
    for sheet, column, blank, words in (
        ("sales", "max_t_per_year", True, "this market has no maximum"),
        ("stocks", "max_t", True, "this stock has no maximum"),
        ("materials", "disposal_usd_per_t", False, "this may be thrown away"),
    ):
        table = tables[sheet]
        for position, value in records(table, column):
            if (value is None) is blank and table.sound(position, column):
                return f"{words} ({table.where(position, column)})"
    return ""


def _opened_maxima(tables: Tables) -> Iterator[tuple[Table, str, Callable[[int], bool]]]:
    """The maxima that a yes or no may open: a sheet, its column, and whether one opens that of a row."""
    offers, lanes, suppliers = tables["offers"], tables["lanes"], tables["suppliers"]
    waits = {name for _, name, word in records(suppliers, "supplier", "qualified") if word is False}

    def any_of(table: Table, *columns: str) -> Callable[[int], bool]:
        return lambda position: any(table.value(position, column) for column in columns)

    ordered = any_of(offers, "min_order_t_per_year", "requires")
    yield offers, "max_t_per_year", lambda at: ordered(at) or offers.value(at, "supplier") in waits
    yield lanes, "max_t_per_year", any_of(lanes, "min_t_per_year", "fixed_musd_per_year")
    yield tables["build_options"], "max_t_per_year", lambda _: True
    yield tables["contracts"], "max_t_per_year", lambda at: not tables["contracts"].value(at, "signed")


CHECKS = (
    (prices, ("materials", "offers", "offer_prices", "delivered_prices", "sales")),
    (series, ("demand",)),
    (mass, ("processes", "recipes")),
    (cheap_shortage, ("segments", "offers")),
    (endless, ("sales", "offers", "processes", "recipes")),
    (
        large_maxima,
        ("demand", "sales", "stocks", "materials", "offers", "suppliers", "lanes", "build_options", "contracts"),
    ),
)

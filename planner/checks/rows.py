"""The second level: what must hold within a row.

Bounds are found by their names, so that a new sheet is checked without a word here: `from` and `to`, `earliest` and
`latest`, `floor_…` and `ceiling_…`, `min_…` and `max_…`. What only one sheet knows has a rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.checks import agreements, dated, decided, futures, policies, priced
from planner.checks.money import QuotedIn
from planner.checks.table import Table, show
from planner.errors import Problem
from planner.schema import Date, Number, Whole, Year
from planner.schema.priced import QUOTED_IN

RowCheck = Callable[[Table, int], Iterator[Problem]]


def bounds(table: Table) -> Iterator[Problem]:
    """No beginning after its end, no smallest amount above the largest."""
    for low, high in _pairs(table):
        lows, highs = table.values[low], table.values[high]
        dated = low in {"from", "earliest"}
        for position, (least, most) in enumerate(zip(lows, highs, strict=True)):
            if least is None or most is None or least <= most:
                continue
            code = "row.from-after-to" if dated else "row.min-above-max"
            limit = f"{high}, {show(most)} in {table.address(position, high)}"
            text = f"{low} may not be {'after' if dated else 'above'} {limit}"
            yield table.problem(code, position, low, message=text, fix="Change one of the two cells.")


def _pairs(table: Table) -> Iterator[tuple[str, str]]:
    """The pairs of columns that bound each other."""
    names = {c.name for c in table.sheet.columns if isinstance(c, (Number, Whole, Year, Date))}
    prefixes = (("min_", "max_"), ("min_order_", "max_"), ("floor_", "ceiling_"))
    for name in (column.name for column in table.sheet.columns if column.name in names):
        pairs = [(low, high + name.removeprefix(low)) for low, high in prefixes if name.startswith(low)]
        pairs += [("from", "to"), ("earliest", "latest")] if name in {"from", "earliest"} else []
        pairs += [(name, "max_t")] if name in {"initial_t", "final_t", "reserve_t"} else []
        for low, high in pairs:
            if high in names and (low == name or name.startswith(low)):
                yield name, high


def _minimum_order(table: Table, position: int) -> Iterator[Problem]:
    """A minimum order needs a maximum: without one nothing bounds what a yes to the order allows."""
    least, most = table.value(position, "min_order_t_per_year"), table.value(position, "max_t_per_year")
    if least and most is None and table.sound(position, "max_t_per_year"):
        text = f"an offer with a minimum order, here {least:g} t/yr, needs a maximum"
        fix = "Fill in the most that can be bought in a year."
        found = "a blank cell"
        yield table.problem("row.order-needs-max", position, "max_t_per_year", found=found, message=text, fix=fix)


def _lead_time(table: Table, position: int) -> Iterator[Problem]:
    """Of what comes later only a part comes in the first year, and no limit has no part."""
    days, most = table.value(position, "lead_days"), table.value(position, "max_t_per_year")
    if days and most is None and table.sound(position, "max_t_per_year"):
        text = "an offer with a lead time needs a maximum, of which it takes a part"
        fix = "Fill in the most that can be bought in a year."
        yield table.problem("row.lead-needs-max", position, "lead_days", message=text, fix=fix)


def _cohort(table: Table, position: int) -> Iterator[Problem]:
    """A return is given for a period, or follows a segment's deliveries; never both or neither."""
    by_period, by_cohort = ("period", "t_per_year"), ("segment", "lifetime_years", "t_per_t_used")
    if not table.sound(position, *by_period, *by_cohort):
        return
    given = {name for name in by_period + by_cohort if table.value(position, name) is not None}
    if given in ({*by_period}, {*by_cohort}):
        return
    blank = [name for name in (by_cohort if given & {*by_cohort} else by_period) if name not in given]
    column = next(iter(blank), "period")
    both = bool(given & {*by_period}) and bool(given & {*by_cohort})
    filled = ", ".join(sorted(given)) or "none of them"
    text = f"a return needs period and t_per_year, or segment, lifetime_years and t_per_t_used; filled in are {filled}"
    fix = "Clear one of the two groups." if both else f"Fill in {' and '.join(blank)}."
    yield table.problem("row.cohort", position, "period" if both else column, message=text, fix=fix)


def _shortage(table: Table, position: int) -> Iterator[Problem]:
    """Where going short is allowed it must cost something."""
    if not table.sound(position, "shortage_usd_per_t", "max_shortage_share"):
        return
    share = table.value(position, "max_shortage_share")
    if table.value(position, "shortage_usd_per_t") is None and share != 0:
        text = "a segment that may go short needs the loss per ton; max_shortage_share is " + (
            "blank, which means 1" if share is None else f"{share:g}"
        )
        fix = "Fill in shortage_usd_per_t, or type 0 into max_shortage_share if the need must be met."
        yield table.problem(
            "row.shortage-needs-cost", position, "shortage_usd_per_t", found="a blank cell", message=text, fix=fix
        )


def _duty(table: Table, position: int) -> Iterator[Problem]:
    """A duty row says what it charges, and acts on another authority only where it replaces or exempts."""
    if not table.sound(position, "effect", "rate", "usd_per_t", "acts_on"):
        return
    effect = table.value(position, "effect")
    blank = table.value(position, "rate") is None and table.value(position, "usd_per_t") is None
    if effect != "exempts" and blank:
        text = f"a row that {effect} needs a rate or an amount per ton"
        fix = "Fill in rate as a fraction, such as 0.25, or usd_per_t; type 0 for free entry."
        yield table.problem("row.duty-blank", position, "rate", found="a blank cell", message=text, fix=fix)
    if effect == "adds" and table.value(position, "acts_on") is not None:
        text = "a row that adds acts on no other authority"
        fix = "Clear acts_on, or choose replaces or exempts as the effect."
        yield table.problem("row.acts-on", position, "acts_on", message=text, fix=fix)


def _capex(table: Table, position: int) -> Iterator[Problem]:
    """The smallest plant does not pay the builder."""
    fixed, slope = table.value(position, "capex_fixed_musd"), table.value(position, "capex_usd_per_t")
    if fixed is None or slope is None or not table.sound(position, "min_t_per_year"):
        return
    least = table.value(position, "min_t_per_year") or 0.0
    total = fixed + slope * least / 1e6
    if total < -1e-9:
        text = f"at the smallest size of {least:g} t/yr the capex would be {total:g} M$, below zero"
        fix = "Raise capex_fixed_musd or min_t_per_year."
        yield table.problem("row.negative-capex", position, "capex_fixed_musd", message=text, fix=fix)


def _ramp(table: Table, position: int) -> Iterator[Problem]:
    """A plant usually runs better from year to year."""
    steps = [name for name in table.values if name.startswith("ramp_")]
    values = [1.0 if table.value(position, name) is None else table.value(position, name) for name in steps]
    for name, before, after in zip(steps[1:], values, values[1:], strict=False):
        if after < before and table.sound(position, *steps):
            text = f"less of the plant works than in the year before ({before:g})"
            yield table.problem("row.ramp-falls", position, name, message=text, fix="Look whether that is meant.")
            return


def _zero(table: Table, position: int) -> Iterator[Problem]:
    if table.value(position, "t_per_t") == 0:
        text = "the row neither takes nor makes anything"
        yield table.problem("row.zero-recipe", position, "t_per_t", message=text, fix="Delete the row.")


def _ranking(table: Table, position: int) -> Iterator[Problem]:
    """A bonus is no larger than the price."""
    malus, price = table.value(position, "ranking_usd_per_t"), table.value(position, "price_usd_per_t")
    if not QuotedIn(*(table.value(position, name) for name in QUOTED_IN)).plain:
        return  # in other money: see `planner.checks.priced`, which knows what that is worth
    if malus is not None and price is not None and malus < -price:
        text = f"the bonus is above the price, {price:g} in {table.address(position, 'price_usd_per_t')}"
        fix = "Type what a ton of it is worth more than one of the others, as a number below 0."
        yield table.problem("row.ranking", position, "ranking_usd_per_t", message=text, fix=fix)


def _zone(table: Table, position: int) -> Iterator[Problem]:
    """What leaves a free zone pays duty as goods of another country."""
    origin, country = table.value(position, "zone_origin"), table.value(position, "country")
    if origin is not None and origin == country:
        text = "goods of the country itself pay no duty, so none would be paid on leaving the zone"
        fix = "Type the country from which most of what comes there is, or clear the cell if it is no free zone."
        yield table.problem("row.zone", position, "zone_origin", message=text, fix=fix)


RULES: dict[str, tuple[RowCheck, ...]] = {
    "offers": (_minimum_order, _lead_time, _ranking, priced.incoterm, agreements.leaving, agreements.lots),
    "bundles": (agreements.bundle,),
    "places": (_zone,),
    "returns": (_cohort,),
    "segments": (_shortage,),
    "tariffs": (_duty,),
    "build_options": (_capex, _ramp),
    "facilities": (_ramp,),
    "recipes": (_zero,),
    "limits": (policies.limit, policies.counted, policies.behind, policies.ranked),
    "contracts": (agreements.contract,),
    "quotas": (agreements.quota,),
    "incentives": (agreements.incentive,),
    "events": (futures.event,),
    "dated_values": (dated.dated,),
    "decisions": (decided.one_decision,),
}
TABLE_RULES = {
    "upstream": (policies.upstream,),
    "offer_tiers": (agreements.tiers,),
    "rebates": (agreements.tiers,),
    "limits": (policies.contradictions,),
    "decisions": (decided.contradictions,),
}


def check_rows(table: Table) -> Iterator[Problem]:
    """All rules of the table's sheet, row by row."""
    yield from bounds(table)
    if table.lacks_columns:
        return
    for whole in TABLE_RULES.get(table.sheet.name, ()):
        yield from whole(table)
    for rule in RULES.get(table.sheet.name, ()):
        for position in range(len(table.rows)):
            yield from rule(table, position)

"""Rules of the sheets that say what a plan must respect: limits, and the countries an offer depends on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.checks.network import records
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema import MEASURES, SELECTORS, MeasureKind

OF_WHAT_IS_BOUGHT = ("share", "spend_share", "attribute_mean", "recycled_share")
SIDES = {"at most": ("at most",), "at least": ("at least",), "equal": ("at most", "at least")}


def limit(table: Table, position: int) -> Iterator[Problem]:
    """A limit narrows down and divides only what its measure can, and its bound is within the measure's range."""
    measure = MEASURES.get(table.value(position, "measure"))
    if measure is None:
        return
    for name in SELECTORS:
        if table.value(position, name) is not None and name not in measure.selectors:
            text = f"{measure.name} cannot be narrowed down by {name}"
            options = (
                f"it can be narrowed down by {', '.join(measure.selectors)}" if measure.selectors else "it is of all"
            )
            fix = f"Clear the cell; {options}."
            yield table.problem("row.limit-selector", position, name, message=text, fix=fix)
    each = table.value(position, "each")
    if each is not None and each not in measure.sorted_by:
        text = f"{measure.name} cannot be bounded for each {each}"
        options = ", ".join(measure.sorted_by) or "nothing"
        yield table.problem("row.limit-each", position, "each", message=text, fix=f"It can be for each: {options}.")
    elif each == "country" and table.value(position, each) is not None:
        text = f"the limit is for each {each}, and selects one {each} only"
        yield table.problem("row.limit-each", position, "each", message=text, fix=f"Clear each, or the {each}.")
    if measure.only_from_above and table.value(position, "sense") in ("at least", "equal"):
        text = f"{'concentration' if measure.concentrates else measure.name} can only be bounded from above"
        yield table.problem("row.limit-sense", position, "sense", message=text, fix="Choose at most.")
    for name in ("from", "to"):
        if measure.of_futures and table.value(position, name) is not None:
            text = f"{measure.name} is over all years, so its limit has no dates"
            yield table.problem("row.limit-dates", position, name, message=text, fix="Clear the cell.")
    value = table.value(position, "value")
    if value is not None and measure.largest is not None and value > measure.largest:
        text = f"{measure.name} is at most {measure.largest:g} ({measure.unit})"
        fix = f"Type a number from 0 to {measure.largest:g}."
        yield table.problem("row.limit-range", position, "value", message=text, fix=fix)
    if measure.name == "hhi" and value == 0:
        text = "no supply has a concentration of 0: of m countries or suppliers alike it is 1/m"
        fix = "Type a number above 0, such as 0.25 for four alike; to forbid the goods altogether, limit bought_t."
        yield table.problem("row.limit-range", position, "value", message=text, fix=fix)
    goods = table.value(position, "material") is None and table.value(position, "stage") is None
    by_share = measure.name == "suppliers_used" and table.value(position, "counts_from_share") is not None
    if (measure.needs_goods or by_share) and goods and table.sound(position, "material", "stage"):
        what = "a share" if by_share else measure.name
        text = f"{what} needs a material or a stage: tons of different goods cannot be compared"
        fix = "Fill in material or stage."
        yield table.problem("row.limit-goods", position, "material", found="a blank cell", message=text, fix=fix)


def counted(table: Table, position: int) -> Iterator[Problem]:
    """A limit says what counts only where it counts; no more suppliers can have a share each than make a whole."""
    measure = MEASURES.get(table.value(position, "measure"))
    if measure is None:
        return
    at_most = table.value(position, "sense") == "at most"
    plants = at_most and measure.name == "facilities_open"
    if table.value(position, "counts_from_t") is not None and (plants or measure.kind is not MeasureKind.COUNT):
        text = f"{measure.name} does not count suppliers, facilities or lanes"
        if plants:
            text = "where at most so many facilities may be open, each that stands counts, whatever its size"
        yield table.problem("row.limit-counts", position, "counts_from_t", message=text, fix="Clear the cell.")
    share, value = table.value(position, "counts_from_share"), table.value(position, "value")
    if share is not None and measure.name != "suppliers_used":
        text = f"only suppliers count by their share of what is bought, and {measure.name} does not count them"
        fix = "Clear the cell, or choose suppliers_used."
        yield table.problem("row.limit-counts", position, "counts_from_share", message=text, fix=fix)
    elif share is not None and value is not None and not at_most and share * value > 1 + 1e-9:
        text = f"{value:g} suppliers cannot each have {share:g} of all: together that is {share * value:g}"
        fix = f"Type a share of at most {1 / value:.4g}, or ask for fewer suppliers."
        yield table.problem("row.limit-counts", position, "counts_from_share", message=text, fix=fix)


def behind(table: Table, position: int) -> Iterator[Problem]:
    """A limit looks through to countries that it asks for; one on a mean, and no other, names an attribute."""
    measure = MEASURES.get(table.value(position, "measure"))
    if measure is None:
        return
    through, attribute = table.value(position, "through"), table.value(position, "attribute")
    by_country = any(table.value(position, word) is not None for word in ("country", "group"))
    by_country |= table.value(position, "each") == "country"
    if through is not None and not measure.looks_through:
        able = ", ".join(name for name, other in MEASURES.items() if other.looks_through)
        text = f"{measure.name} goes by the country of origin"
        yield table.problem("row.limit-through", position, "through", message=text, fix=f"Clear it, or limit {able}.")
    elif through is not None and not by_country:
        text = "the limit asks for no country, so where goods come from makes no difference"
        fix = "Fill in country or group, or let it be for each country."
        yield table.problem("row.limit-through", position, "through", message=text, fix=fix)
    if measure.of_attribute and attribute is None:
        text, fix = "the limit does not say of which attribute it bounds the mean", "Fill in attribute."
        yield table.problem("row.limit-attribute", position, "attribute", found="a blank cell", message=text, fix=fix)
    elif not measure.of_attribute and attribute is not None:
        text, fix = f"{measure.name} is no mean of an attribute", "Clear the cell, or choose attribute_mean."
        yield table.problem("row.limit-attribute", position, "attribute", message=text, fix=fix)


def ranked(table: Table, position: int) -> Iterator[Problem]:
    """A limit gives way at a price or by its priority; what all futures come to has a price at most."""
    measure = MEASURES.get(table.value(position, "measure"))
    if measure is None or table.value(position, "priority") is None:
        return
    if table.value(position, "penalty_per_unit") is not None:
        text, fix = "the limit has a penalty already, at which it is missed", "Clear one of the two."
        yield table.problem("row.limit-priority", position, "priority", message=text, fix=fix)
    elif measure.of_futures:
        text = f"{measure.name} is over all futures, and gives way at a penalty alone"
        yield table.problem(
            "row.limit-priority", position, "priority", message=text, fix="Type penalty_per_unit instead."
        )


def in_force(tables: Tables) -> Iterator[Problem]:
    """A dated limit holds in some period: one that begins in its dates."""
    periods = [(first, first + years - 1) for _, first, years in records(tables["periods"], "period", "years")]
    begins, ends = [first for first, _ in periods], max(last for _, last in periods)
    for position, start, end in records(tables["limits"], "from", "to"):
        inside = (start or ends) <= ends and (end or ends) >= min(begins)
        if inside and not any((start or first) <= first <= (end or first) for first in begins):
            column = "to" if start is None else "from"
            text = "no period begins in these years, so the limit never holds"
            fix = "Let the dates hold the first year of a period."
            yield tables["limits"].problem("cross.never-open", position, column, message=text, fix=fix)


def scored(tables: Tables) -> Iterator[Problem]:
    """Where exposure has a price or a limit, the countries that offers come from or depend on have a risk score."""
    stated = {name: value for _, name, value in records(tables["settings"], "setting", "value")}
    priced = str(stated.get("exposure_price") or "0").strip("0.") != ""
    limited = any(MEASURES[name].scored for name in tables["limits"].values["measure"] if name in MEASURES)
    if not priced and not limited:
        return
    used = {*tables["offers"].values["origin"], *tables["upstream"].values["country"]}
    for position, country, score in records(tables["countries"], "country", "risk_score"):
        if score is None and country in used:
            text = f"{country} has no risk score and counts as 0, as if nothing from there were at risk"
            fix = "Fill in its score; type 0 if that is meant."
            yield tables["countries"].problem(
                "plausible.unscored", position, "risk_score", found="a blank cell", message=text, fix=fix
            )


def kept_by_nothing(tables: Tables) -> Iterator[Problem]:
    """A ratio is kept also where nothing is bought, and what has a priority comes before all cost, of shortage too."""
    shares = [share for _, _, share in records(tables["segments"], "segment", "max_shortage_share")]
    if not all(share is None or share == 1 for share in shares):
        return
    table = tables["limits"]
    for position, measure, sense, priority in records(table, "measure", "sense", "priority"):
        if priority is not None and sense != "at most" and measure in OF_WHAT_IS_BOUGHT:
            text = "it is kept also where nothing is bought, and with a priority it comes before all cost; every need"
            text += " may go short here, so where it cannot be had otherwise needs are left unmet for it"
            fix = "Let max_shortage_share say what must be delivered, or give it a penalty in place of the priority."
            yield table.problem("plausible.kept-by-nothing", position, "priority", message=text, fix=fix)


def upstream(table: Table) -> Iterator[Problem]:
    """An offer depends on others for at most all of it."""
    total: dict[str, float] = defaultdict(float)
    for position, (offer, share) in enumerate(zip(table.values["offer"], table.values["share"], strict=True)):
        before = total[offer]
        total[offer] += share or 0.0
        if before <= 1 + 1e-9 < total[offer]:
            text = f"the shares of {offer} add up to {total[offer]:g} with this row, more than 1"
            yield table.problem("row.upstream-share", position, "share", message=text, fix="Lower the shares.")


CHECKS = (
    (kept_by_nothing, ("limits", "segments")),
    (in_force, ("periods", "limits")),
    (scored, ("settings", "limits", "offers", "upstream", "countries")),
)


def contradictions(table: Table) -> Iterator[Problem]:
    """No two hard limits on the same thing exclude each other in a year that both hold."""
    sides: dict[tuple[object, ...], list[tuple[str, float, int]]] = defaultdict(list)
    for position in range(len(table.rows)):
        value = table.value(position, "value")
        sense = SIDES.get(table.value(position, "sense"), ())
        soft = ("penalty_per_unit", "priority")
        hard = all(table.value(position, name) is None for name in soft) and table.sound(position, *soft)
        by_size = any(table.value(position, f"counts_from_{word}") is not None for word in ("share", "t"))
        if by_size and table.value(position, "sense") == "at most":
            continue  # beside those with the share or the tons there may be any number without
        if value is not None and hard and table.sound(position, *SELECTORS, "each", "from", "to", "counts_from_share"):
            words = ("measure", *SELECTORS, "each", "through", "attribute")
            same = tuple(table.value(position, name) for name in words)
            sides[same].extend((side, value, position) for side in sense)
    for rows in sides.values():
        for _, least, below in (row for row in rows if row[0] == "at least"):
            for _, most, above in (row for row in rows if row[0] == "at most"):
                if least > most and _overlap(table, below, above):
                    text = f"the limit in {table.where(above, 'limit')} allows at most {most:g} of the same"
                    fix = "Change one of the two, narrow their years, or give one a penalty."
                    yield table.problem("row.limits-contradict", below, "value", message=text, fix=fix)


def _overlap(table: Table, one: int, other: int) -> bool:
    starts = [table.value(position, "from") or 0 for position in (one, other)]
    ends = [table.value(position, "to") or 9999 for position in (one, other)]
    return bool(max(starts) <= min(ends))

"""Rules of the sheets that hold agreements and support: price bands, contracts, quotas, partnerships, incentives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.checks.names import did_you_mean
from planner.checks.network import records
from planner.checks.table import Table, Tables
from planner.errors import Problem

BLANK = "a blank cell"


def tiers(table: Table) -> Iterator[Problem]:
    """All bands of an offer, or of a supplier's total, are of one kind."""
    first: dict[str, int] = {}
    of = table.sheet.key[0]
    for position, name, kind in records(table, of, "kind"):
        before = first.setdefault(name, position)
        if name is not None and kind is not None and table.value(before, "kind") not in {kind, None}:
            text = f"the {of}'s other bands are of the kind {table.value(before, 'kind')}"
            text += f", in {table.address(before, 'kind')}"
            yield table.problem(
                "row.tier-kind", position, "kind", message=text, fix="Let all its bands be of one kind."
            )


def delivered(tables: Tables) -> Iterator[Problem]:
    """A price for a place leaves every price band of its offer a price of nothing or more."""
    bands: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, offer, above, price in records(tables["offer_tiers"], "offer", "above_t_per_year", "price_usd_per_t"):
        bands[offer].append((price, above))
    own = {(offer, None): price for _, offer, price in records(tables["offers"], "offer", "price_usd_per_t")}
    for _, offer, period, price in records(tables["offer_prices"], "offer", "period", "price_usd_per_t"):
        own[offer, period] = own[offer, None] if price is None else price
    table = tables["delivered_prices"]
    for position, offer, period, price in records(table, "offer", "period", "price_usd_per_t"):
        if not bands[offer]:
            continue
        periods = [each for name, each in own if name == offer and period in (each, None)] or [None]
        most, (least, above) = max(own[offer, each] for each in periods), min(bands[offer])
        if least + price - most < 0:
            text = f"the offer costs {most:,.6g} USD/t itself, and its band above {above:,.6g} t/yr"
            text += f" would cost {least + price - most:,.6g} here, since the difference holds in all bands"
            fix = "Raise this price, or give this place an offer of its own."
            yield table.problem("cross.delivered-price", position, "price_usd_per_t", message=text, fix=fix)


def contract(table: Table, position: int) -> Iterator[Problem]:
    """A contract's price is fixed or follows an index, and it is signed before it ends."""
    price, discount = table.value(position, "price_usd_per_t"), table.value(position, "index_discount")
    if table.sound(position, "price_usd_per_t", "index_discount") and (price is None) == (discount is None):
        text = "a contract needs a fixed price or a discount on the market price, and not both"
        fix = "Fill in price_usd_per_t or index_discount." if price is None else "Clear one of the two."
        found = BLANK if price is None else ""
        yield table.problem("row.contract-price", position, "price_usd_per_t", found=found, message=text, fix=fix)
    if price is not None and discount is None:
        for name in ("index_base_usd_per_t", "floor_usd_per_t", "ceiling_usd_per_t"):
            if table.value(position, name) is not None:
                text = "a fixed price has no base, floor or ceiling"
                fix = "Clear the cell, or replace price_usd_per_t by index_discount."
                yield table.problem("row.contract-price", position, name, message=text, fix=fix)
    signed_by, end = table.value(position, "sign_by"), table.value(position, "to")
    if signed_by is not None and end is not None and signed_by > end:
        text = f"the contract may be signed after its last year, {end} in {table.address(position, 'to')}"
        yield table.problem("row.from-after-to", position, "sign_by", message=text, fix="Change one of the two cells.")


def quota(table: Table, position: int) -> Iterator[Problem]:
    """What enters over a quota pays no less than what enters inside."""
    inside, over = table.value(position, "in_quota_rate"), table.value(position, "over_quota_rate")
    if inside is not None and over is not None and over < inside:
        text = (
            f"the duty over the quota is lower than inside it, {inside:g} in {table.address(position, 'in_quota_rate')}"
        )
        fix = "Swap the two rates."
        yield table.problem("row.quota-falls", position, "over_quota_rate", message=text, fix=fix)


def incentive(table: Table, position: int) -> Iterator[Problem]:
    """A grant has a share of the capex, a credit or floor an amount per ton."""
    kind = table.value(position, "kind")
    if kind is None or not table.sound(position, "share", "usd_per_t"):
        return
    needed, other = ("share", "usd_per_t") if kind == "capex grant" else ("usd_per_t", "share")
    if table.value(position, needed) is None:
        text = f"a {kind} needs {needed}"
        yield table.problem("row.incentive", position, needed, found=BLANK, message=text, fix="Fill in the cell.")
    if table.value(position, other) is not None:
        text = f"a {kind} has no {other}"
        yield table.problem("row.incentive", position, other, message=text, fix="Clear the cell.")
    if kind != "production credit" and table.value(position, "origin_rule") is not None:
        text = f"a {kind} asks for no origin, only a production credit does"
        yield table.problem("row.incentive", position, "origin_rule", message=text, fix="Clear the cell.")
    phased = table.value(position, "phase_out_years") is not None and table.sound(position, "to")
    if phased and table.value(position, "to") is None:
        text = "a phase-out begins after the last year in full, and the incentive has none"
        fix = "Fill in the last year, or clear phase_out_years."
        yield table.problem("row.incentive", position, "to", found=BLANK, message=text, fix=fix)


APPLIES = {
    "capex grant": (("build_options", "option"), ("facilities", "facility")),
    "production credit": (
        ("facilities", "facility"),
        ("processes", "process"),
        ("materials", "material"),
        ("materials", "stage"),
    ),
    "price floor": (("facilities", "facility"), ("processes", "process"), ("materials", "material")),
}
CHANGES = {
    "adds supply": ("offers", "offer"),
    "cuts duty": ("tariffs", "authority"),
    "shortens lead": ("build_options", "option"),
}


def incentives(tables: Tables) -> Iterator[Problem]:
    """An incentive applies to something of the right sort."""
    table = tables["incentives"]
    names = {
        kind: {value: sheet for sheet, column in places for value in tables[sheet].values[column]}
        for kind, places in APPLIES.items()
    }
    for position, kind, name, material in records(table, "kind", "applies_to", "material"):
        if kind is None or name is None:
            continue
        known = names[kind]
        sorts = " or ".join(column for _, column in APPLIES[kind])
        if name not in known:
            text = f"a {kind} applies to a {sorts}"
            fix = did_you_mean(name, filter(None, known)) or f"Name a {sorts}."
            yield table.problem("row.incentive", position, "applies_to", message=text, fix=fix)
        elif kind == "price floor" and known[name] != "materials" and material is None:
            text = "a price floor for a facility or process needs the material whose price it is"
            yield table.problem(
                "row.incentive", position, "material", found=BLANK, message=text, fix="Fill in the cell."
            )


def effects(tables: Tables) -> Iterator[Problem]:
    """What a partnership changes exists, and by how much makes sense."""
    table = tables["partnership_effects"]
    for position, effect, name, value in records(table, "effect", "applies_to", "value"):
        if effect is None or not table.sound(position, "applies_to"):
            continue
        if effect == "restores trust":
            if name is not None:
                text = "it restores the trust of its own country, and needs no name"
                yield table.problem("row.effect", position, "applies_to", message=text, fix="Clear the cell.")
        else:
            yield from _changed(tables, table, position, effect, name)
        largest = 1.0 if effect in {"cuts duty", "restores trust"} else None
        if value is not None and largest is not None and value > largest:
            text = f"{effect} by a fraction from 0 to 1"
            fix = f"Type {value / 100:g} if you mean {value:g} %."
            yield table.problem("row.effect", position, "value", message=text, fix=fix)
        if effect == "shortens lead" and value is not None and value != int(value):
            text = "a lead is shortened by whole years"
            yield table.problem("row.effect", position, "value", message=text, fix="Type a whole number.")


def _changed(tables: Tables, table: Table, position: int, effect: str, name: str | None) -> Iterator[Problem]:
    sheet, column = CHANGES[effect]
    known = [value for value in tables[sheet].values[column] if value is not None]
    if name not in known and not (effect == "cuts duty" and name == "*"):
        star = " or *" if effect == "cuts duty" else ""
        text = f"{effect} names one of the sheet {sheet}, column {column}{star}"
        found = BLANK if name is None else ""
        fix = did_you_mean(name or "", known) or f"Fill in the {column}."
        yield table.problem("row.effect", position, "applies_to", found=found, message=text, fix=fix)


def formulas(tables: Tables) -> Iterator[Problem]:
    """A formula is a contract's, whose price is by index, or an offer's, and each index in it is known throughout."""
    periods = sorted(period for _, period in records(tables["periods"], "period") if period is not None)
    given: dict[str, set[int]] = defaultdict(set)
    for _, index, period in records(tables["indices"], "index", "period"):
        given[index].add(period)
    fixed = {
        name for _, name, price in records(tables["contracts"], "contract", "price_usd_per_t") if price is not None
    }
    table = tables["index_terms"]
    for position, contract, index in records(table, "contract", "index"):
        lacking = [str(period) for period in periods if period not in given[index]]
        offer = table.value(position, "offer")
        if (contract is None) == (offer is None):
            text = "a formula is that of a contract or of an offer at spot, and not of both"
            fix = "Fill in one of the two cells." if contract is None else "Clear one of the two cells."
            yield table.problem("cross.index-terms", position, "contract", message=text, fix=fix)
            continue
        if contract in fixed:
            text = "the contract has a fixed price, which follows no index"
            fix = "Clear its price_usd_per_t and fill in index_discount: 1 where no market price counts."
            yield table.problem("cross.index-terms", position, "contract", message=text, fix=fix)
        elif lacking:
            text = f"the sheet indices does not say where it stands in {', '.join(lacking[:6])}"
            yield table.problem("cross.index-terms", position, "index", message=text, fix="Add its rows.")


def freight_bands(tables: Tables) -> Iterator[Problem]:
    """Weight bands are of a row of the sheet lanes, of one kind, and leave its freight above nothing."""
    words = ("from", "to", "material")
    freight = {tuple(key): usd for _, *key, usd in records(tables["lanes"], *words, "freight_usd_per_t")}
    table, kinds = tables["freight_bands"], dict[tuple[str, ...], str]()
    for position, *key, more, kind in records(table, *words, "more_usd_per_t", "kind"):
        lane = tuple(key)
        if lane not in freight:
            text = f"the sheet lanes has no row from {key[0]} to {key[1]} for {key[2]}"
            yield table.problem(
                "cross.freight-bands", position, "from", message=text, fix="Name a row as it stands there."
            )
        elif kinds.setdefault(lane, kind) != kind:
            text = f"the lane's other bands are of the kind {kinds[lane]}"
            fix = "Let all its bands be of one kind."
            yield table.problem("cross.freight-bands", position, "kind", message=text, fix=fix)
        elif more < -(freight[lane] or 0.0):
            text = f"the row's freight is {freight[lane] or 0.0:g} USD/t, so less than nothing would be paid"
            yield table.problem("cross.freight-bands", position, "more_usd_per_t", message=text, fix="Raise it.")


CHECKS = (
    (freight_bands, ("lanes", "freight_bands")),
    (formulas, ("periods", "contracts", "indices", "index_terms")),
    (incentives, ("incentives", "build_options", "facilities", "processes", "materials")),
    (effects, ("partnership_effects", "offers", "tariffs", "build_options")),
    (delivered, ("delivered_prices", "offers", "offer_prices", "offer_tiers")),
)


def leaving(table: Table, position: int) -> Iterator[Problem]:
    """What leaving an incumbent costs goes with the share of its award that else stays."""
    if table.value(position, "leaving_musd") is not None and table.value(position, "stays_share") is None:
        text = "leaving costs something only where a share of today's award would else stay"
        fix = "Fill in stays_share, such as 0.5, or clear leaving_musd."
        yield table.problem("row.leaving", position, "leaving_musd", message=text, fix=fix)


def awards_that_stay(tables: Tables) -> Iterator[Problem]:
    """An award of which some stays is there, open from the first day and within the offer's maximum."""
    table = tables["offers"]
    qualified = dict(zip(*(tables["suppliers"].values[c] for c in ("supplier", "qualified")), strict=True))
    signed = dict(zip(*(tables["partnerships"].values[c] for c in ("partnership", "signed")), strict=True))
    today: dict[str, float] = {}
    for _, offer, tons in records(tables["awards"], "offer", "t_per_year"):
        today[offer] = today.get(offer, 0.0) + tons
    names = ("offer", "supplier", "requires", "max_t_per_year", "stays_share")
    for position, offer, supplier, requires, most, share in records(table, *names):
        if share is None:
            continue
        if not today.get(offer):
            text, fix = "the sheet awards says nothing of what is bought of it today", "Add its row, or clear the cell."
        elif qualified[supplier] is False or (requires is not None and not signed[requires]):
            text = "what is bought today cannot wait for a qualification or an agreement"
            fix = "Let the supplier be qualified and the agreement signed, or clear the cell."
        elif most is not None and today[offer] * share > most:
            text = f"{today[offer] * share:,.6g} t a year of the award would stay, and {most:,.6g} t can be bought"
            fix = "Lower the share, or raise max_t_per_year."
        else:
            continue
        yield table.problem("cross.award-stays", position, "stays_share", message=text, fix=fix)


def lots(table: Table, position: int) -> Iterator[Problem]:
    """An offer has at least one lot."""
    lot, most = table.value(position, "lot_t_per_year"), table.value(position, "max_t_per_year")
    if lot is not None and most is not None and lot > most:
        text = f"a lot is {lot:,.6g} t, and no more than {most:,.6g} t can be bought, so none is"
        fix = "Lower the lot, or raise max_t_per_year."
        yield table.problem("row.lot-above-max", position, "lot_t_per_year", message=text, fix=fix)


def bundle(table: Table, position: int) -> Iterator[Problem]:
    """An offer is bundled with another one."""
    if table.value(position, "offer") == table.value(position, "with_offer") is not None:
        text, fix = "an offer is not bought with itself", "Name the other offer, or delete the row."
        yield table.problem("row.bundle", position, "with_offer", message=text, fix=fix)

"""The ledger: one line per flow or decision that costs or earns."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from models.costs import PAID_ONCE, TERMS, Term
from planner.case import Case
from planner.plan import PLAN_TABLES
from planner.planning.decisions import Decisions, closed_at, ended, occurring
from planner.translate import Translated
from planner.translate.origin import ANY_CLASS
from planner.translate.payment import financed
from planner.translate.plants import priced_standing
from planner.translate.tools import MUSD_PER_USD, indices

LEDGER = list(PLAN_TABLES["ledger"])
NAMES = ("layer", "item", "material", "from", "to")
MIN_CHARGE = "minimum charge"
NO_LINES = pd.DataFrame(columns=LEDGER)


def ledger(case: Case, known: Translated, decided: Decisions, more: list[pd.DataFrame]) -> pd.DataFrame:
    """All lines; money in M$ a year (one-off lines: M$ at once), and discounted over the period.

    What costs nothing has no line.
    """
    lines = [line for line in (*_lines(case, known, decided), *more) if len(line)]
    table = _worded(pd.concat(lines, ignore_index=True)) if lines else NO_LINES.copy()
    yearly = table["node"].map(known.data.tree.discount_years).astype(float)
    first = table["node"].map(known.data.tree.discount_first_year).astype(float)
    worth = yearly.where(~table["term"].isin(PAID_ONCE), first)
    table["discounted_musd"] = table["musd_per_year"].astype(float) * worth
    return table[table["musd_per_year"] != 0]


def _lines(case: Case, known: Translated, decided: Decisions) -> Iterator[pd.DataFrame]:
    flows = {kind: ended(kind, occurring(frame)) for kind, frame in decided.flows.items()}
    yield line("purchases", flows["buy"], "price_usd_per_t")
    yield from _contract_lines(case, decided, flows["lift"])
    back = decided.rebates.assign(item=decided.rebates["whom"])
    back["musd_per_year"] = -back["share"] * back["spent_musd_per_year"]
    yield money_line("rebates", back)
    for kind in ("buy", "lift"):
        yield line("financing", financed(case, flows[kind]), "financing_usd_per_t")
    for moved in flows.values():
        yield line("freight", moved, "freight_usd_per_t")
    yield _lane_lines(case, decided)
    banded = occurring(decided.carried)
    banded = banded.assign(musd_per_year=banded["t_per_year"] * banded["more_usd_per_t"] * MUSD_PER_USD)
    banded = banded.drop(columns=["t_per_year"])
    yield money_line("freight", banded.assign(item="lane " + banded["row"].astype(str), layer="weight bands"))
    short = occurring(decided.topped, "musd_per_year")
    yield money_line("freight", short.assign(item="lane " + short["row"].astype(str), layer=MIN_CHARGE))
    yield _dealing_lines(known, decided)
    for kind, charged in known.duties.items():
        if charged.empty or flows[kind].empty:
            continue
        yield line("duties", charged.merge(flows[kind], on="flow_number"), "duty_usd_per_t")
    yield from _saved_duty_lines(decided)
    yield _partnership_lines(known, decided)
    yield from _support_lines(known, decided)
    yield from (_one_off(TERMS[name], case, decided) for name in PAID_ONCE)
    yield from _capacity_lines(case, known, decided)
    runs = decided.activity.assign(item=decided.activity["facility"] + " / " + decided.activity["process"])
    yield line("operation", _at(occurring(runs)), "cost_usd_per_t")
    collected = occurring(decided.collections).rename(columns={"stream": "item", "place": "from"})
    yield line("collection", collected, "collection_usd_per_t")
    yield _holding_lines(known, decided)
    yield line("disposal", _surplus(decided.disposals), "disposal_usd_per_t")
    served = occurring(decided.deliveries).rename(columns={"segment": "item", "place": "to"})
    yield line("substitution", served, "extra_usd_per_t")
    short = occurring(decided.shortages).rename(columns={"segment": "item", "place": "to"})
    yield line("shortage", short, "shortage_usd_per_t")
    yield line("sales", _surplus(decided.sales.assign(income=-decided.sales["paid_usd_per_t"])), "income")


def line(term: str, table: pd.DataFrame, price: str) -> pd.DataFrame:
    """Ledger lines of a table with tons and a price per ton; names it lacks stay empty."""
    if table.empty:
        return NO_LINES
    lines = table.assign(term=term, usd_per_t=table[price])
    lines["musd_per_year"] = lines["t_per_year"] * lines["usd_per_t"] * MUSD_PER_USD
    return lines.reindex(columns=LEDGER)


def money_line(term: str, table: pd.DataFrame) -> pd.DataFrame:
    """Ledger lines of a table with M$ a year, whose price per ton follows from its tons where it has any."""
    if table.empty:
        return NO_LINES
    lines = table.assign(term=term).reindex(columns=LEDGER)
    tons = lines["t_per_year"].astype(float)
    lines["usd_per_t"] = (lines["musd_per_year"].astype(float) / MUSD_PER_USD / tons).where(tons > 0)
    return lines


def _worded(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines with an empty word where a name is lacking."""
    words = {name: lines[name].astype(object) for name in NAMES}
    return lines.assign(**{name: column.where(column.notna(), "") for name, column in words.items()})


def _at(table: pd.DataFrame) -> pd.DataFrame:
    """What happens at a place: from there, to nowhere (the years of the same names are left behind)."""
    here = table.drop(columns=["from", "to"], errors="ignore").rename(columns={"place": "from"})
    return here.assign(to="")


def _surplus(table: pd.DataFrame) -> pd.DataFrame:
    return occurring(table).rename(columns={"place": "from"}).assign(item=lambda t: t["material"])


def _contract_lines(case: Case, decided: Decisions, lifted: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """What is lifted, less what was paid before, and what is paid and not taken."""
    if case.tables["contracts"].empty:
        return
    material = case.tables["offers"].set_index("offer")["material"]
    offer = case.tables["contracts"].set_index("contract")["offer"]
    yield line("contracts", lifted, "price_usd_per_t")
    for table, layer, sign in ((decided.make_ups, "made up", -1.0), (decided.forfeits, "forfeited", 1.0)):
        paid = occurring(table).rename(columns={"contract": "item"}).drop(columns=["from", "to"], errors="ignore")
        paid = paid.assign(layer=layer, material=paid["item"].map(offer).map(material))
        yield line("contracts", paid.assign(paid=sign * paid["price_usd_per_t"]), "paid")
        later = financed(case, paid.assign(contract=paid["item"]))
        yield line("financing", later.assign(later=sign * later["financing_usd_per_t"]), "later")


def _one_off(term: Term, case: Case, decided: Decisions) -> pd.DataFrame:
    """Lines of a term that is paid once: the price of what each row taken names."""
    taken: pd.DataFrame = getattr(decided, term.once)
    if taken.empty:
        return NO_LINES
    item, prices = taken[term.item], case.tables[term.sheet].set_index(term.item)[term.price]
    musd = item.map(prices).astype(float)
    return money_line(term.name, pd.DataFrame({"item": item, "node": taken["node"], "musd_per_year": musd}))


def _saved_duty_lines(decided: Decisions) -> Iterator[pd.DataFrame]:
    """Duty not paid inside quotas, at a partner's duty and on what is drawn back: negative lines beside the flow's."""
    for parts in (decided.in_quota, decided.relief, decided.drawn):
        if parts.empty:
            continue
        saved = occurring(parts)  # an empty table would take on the rows of a longer column: only its own go beside it
        yield line("duties", saved.assign(layer=saved["authority"], saved=-saved["saved_usd_per_t"]), "saved")


def _partnership_lines(known: Translated, decided: Decisions) -> pd.DataFrame:
    """What agreements cost each year in force."""
    in_force = known.partners.in_force
    if in_force.empty:
        return NO_LINES
    entered = decided.joins.rename(columns={"node": "joined_in"})
    joined = in_force.merge(entered, on=["partnership", "joined_in"])
    every = pd.concat([in_force[in_force["joined_in"].isna()], joined])
    yearly = every["annual_musd"] * every["share"]
    words = {"item": every["partnership"], "node": every["node"], "musd_per_year": yearly}
    return money_line("partnerships", pd.DataFrame(words))


def _support_lines(known: Translated, decided: Decisions) -> Iterator[pd.DataFrame]:
    """Grants as they lower the annuities, and support for output."""
    if decided.grants.empty and decided.support.empty:
        return
    begun = decided.grants[["incentive", "option", "way", "node", "musd"]].rename(columns={"node": "begun"})
    granted = known.support.granted.merge(begun, on=["incentive", "option", "way", "begun"])
    yearly = -granted["annuity_share"] * granted["musd"]
    words = {"layer": granted["incentive"], "item": granted["option"], "node": granted["node"]}
    yield money_line("grants", pd.DataFrame({**words, "musd_per_year": yearly}))
    paid = decided.support
    words = {"item": paid["incentive"], "node": paid["node"], "musd_per_year": -paid["musd_per_year"]}
    yield money_line("production_support", pd.DataFrame(words))


def _lane_lines(case: Case, decided: Decisions) -> pd.DataFrame:
    used = decided.lanes_used
    if used.empty:
        return NO_LINES
    fixed = used["row"].map(case.tables["lanes"]["fixed_musd_per_year"]).astype(float)
    return money_line("freight", used.assign(item="lane " + used["row"].astype(str), musd_per_year=fixed))


def _dealing_lines(known: Translated, decided: Decisions) -> pd.DataFrame:
    """What dealing with suppliers costs in the periods in which they are bought from."""
    dealt = decided.dealings
    if dealt.empty:
        return NO_LINES
    costs = {key: musd for pairs in known.data.dealings.setup_musd_per_year.values() for musd, key in pairs}
    musd = [costs.get(key, 0.0) for key in indices(dealt, "supplier", "node")]
    return money_line("setups", dealt.rename(columns={"supplier": "item"}).assign(musd_per_year=musd))


def _capacity_lines(case: Case, known: Translated, decided: Decisions) -> Iterator[pd.DataFrame]:
    """Annuities of what was built, and the fixed cost of all that stands."""
    capacity = known.plants.capacity
    if capacity.empty:
        return
    closed = closed_at(known, decided)
    open_still = [key not in closed for key in indices(capacity, "facility", "node")]
    existing = capacity.assign(item=capacity["facility"], t_per_year=capacity["existing_t"] * open_still)
    existing["musd_per_year"] = existing["t_per_year"] * existing["fixed_om_usd_per_t"] * MUSD_PER_USD
    if decided.builds.empty:
        yield money_line("fixed_operation", _at(existing))
        return
    begun = decided.builds.rename(columns={"node": "begun"})
    built = priced_standing(case, known.plants.standing).merge(
        begun[begun["times"] > 0.5], on=["option", "way", "begun"]
    )
    built = built.assign(item=built["option"], t_per_year=built["size_t_per_year"])
    annuity = built["musd_per_build"] * built["times"] + built["musd_per_t"] * built["size_t_per_year"]
    yield money_line("investment", built.assign(musd_per_year=annuity))
    yield money_line("fixed_operation", _at(existing))
    fixed = built["fixed_musd_per_t"] * built["size_t_per_year"]
    yield money_line("fixed_operation", built.assign(musd_per_year=fixed))


def _holding_lines(known: Translated, decided: Decisions) -> pd.DataFrame:
    """Holding is paid on the mean of opening and closing stock; the first opening stock is counted in no class."""
    stocks = decided.stocks
    if stocks.empty:
        return NO_LINES
    initial = stocks["initial_t"].where(stocks["origin_class"] == ANY_CLASS, 0.0)
    key = ["place", "material", "origin_class"]
    before = stocks[[*key, "node", "t"]].rename(columns={"node": "parent", "t": "opening_t"})
    stocks = stocks.merge(before, on=[*key, "parent"], how="left")
    opening = stocks["opening_t"].where(stocks["parent"].notna(), initial.to_numpy())
    stocks["t_per_year"] = (opening + stocks["t"]) / 2
    return line("holding", _at(stocks.assign(item=stocks["material"])), "holding_usd_per_t_year")

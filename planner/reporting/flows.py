"""Flows: every movement of material. Stock: what lies where, how many days it would last, what is under way."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.reporting.charts import lines_chart
from planner.reporting.kinds import TONS, WHOLE
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.facts import Facts, expected

FLOW_KEYS = ["way", "material", "from", "to", "by"]
STOCK_KEYS = ["material", "place"]
_MOST_LINES = 7


def _flows(page: Page, facts: Facts) -> None:
    """All movements, one row a way, one column a period."""
    page.section("Every movement of material")
    page.say("t per year. 'used where made' does not travel. Use the filters to follow a material or a place.")
    rows = flows(facts)
    heads = ("Kind", "Material", "From", "To", "Offer or contract")
    columns = [Col(key, head) for key, head in zip(FLOW_KEYS, heads, strict=True)]
    columns[3:3] = [Col("from_country", "From country")]
    columns[5:5] = [Col("to_country", "To country")]
    wide = facts.wide(rows, FLOW_KEYS, "t")
    for end in ("from", "to"):
        wide[f"{end}_country"] = [facts.origin(place) for place in wide[end]]
    wide["from"] = [place if place in facts.country_name_of else facts.country_name(place) for place in wide["from"]]
    columns += periods(list(facts.labels.values()), "t per year", TONS, total=False)
    table(page, wide, columns, filters=True)


def flows(facts: Facts) -> pd.DataFrame:
    """Purchases, shipments of own goods and shipments out of stock; expected t per year."""
    bought = facts.bought
    source = facts.of_offer(bought["item"], "ships_from").fillna(facts.of_offer(bought["item"], "origin"))
    way = bought["way"].map({"bought": "purchase", "contract": "contract"})
    bought = bought.assign(way=way, by=bought["item"], to=bought["place"], **{"from": source})
    own, stock = facts.table("shipments"), facts.table("stock_shipments")
    stays = own["from_place"] == own["to_place"]
    own = own.assign(way=["used where made" if same else "own shipment" for same in stays])
    moved = pd.concat([own, stock.assign(way="out of stock")], ignore_index=True)
    moved = moved.rename(columns={"from_place": "from", "to_place": "to"}).assign(by="")
    columns = [*FLOW_KEYS, "period", "probability", "t_per_year"]
    return expected(pd.concat([bought[columns], moved[columns]], ignore_index=True))


def fill_stock(page: Page, facts: Facts) -> Iterator[None]:
    """Tons at the end of each period and days of cover; below them every movement, on screen only."""
    page.title(
        "Stock and flows",
        "What lies in stock at the end of each period, and how many days it would last at that period's use in the "
        "same country; what is under way; on screen below it, every movement of material.",
    )
    if facts.plan.tables["stocks"].empty:
        page.say("No stock is held. The movements stand below, on screen.")
        _under_way(page, facts)
        yield
    else:
        wide, heads = _stock(page, facts)
        _under_way(page, facts)
        yield
        page.section("Cover")
        labels = list(facts.labels.values())
        table(page, _cover(facts, wide), [*heads, Col("gap", ""), *periods(labels, "Days of use", WHOLE, total=False)])
    _flows(page, facts)


def _under_way(page: Page, facts: Facts) -> None:
    """What is bought and has not arrived, at any time."""
    rows = expected(facts.table("under_way"), "t")
    if rows.empty:
        return
    page.section("Under way")
    page.say("Bought, handed over and not yet here, at any time of the year: what is bought in a year x days / 365.")
    heads = [Col("item", "Offer or contract"), Col("material", "Material"), Col("from", "From"), Col("to", "To")]
    heads.append(Col("days", "Days on the way", WHOLE))
    rows["from"] = [place if place in facts.country_name_of else facts.country_name(place) for place in rows["from"]]
    wide = facts.wide(rows, ["item", "material", "from", "to", "days"], "t")
    table(page, wide, [*heads, *periods(list(facts.labels.values()), "t under way", TONS, total=False)])


def _stock(page: Page, facts: Facts) -> tuple[pd.DataFrame, list[Col]]:
    """What lies where, drawn; handed back with the columns that name it, for the cover."""
    held = expected(facts.table("stocks"), "t")
    places = facts.case.tables["stocks"]
    labels = list(facts.labels.values())
    wide = facts.wide(held, STOCK_KEYS, "t")
    wide["country"] = wide["place"].map(facts.country_name_of)
    heads = [Col("material", "Material"), Col("place", "Place"), Col("country", "Country")]
    start = places.set_index(STOCK_KEYS)["initial_t"]
    wide["initial"] = start.reindex(pd.MultiIndex.from_frame(wide[STOCK_KEYS])).fillna(0.0).to_numpy()
    page.section("Stock at the end of the period")
    opening = Col("initial", "Before the first period, t", TONS)
    block = table(page, wide, [*heads, opening, *periods(labels, "t at the end of the period", TONS, total=False)])
    page.say("")
    at = page.room_for_charts(1)
    chosen = wide[labels].max(axis=1).nlargest(_MOST_LINES).index.sort_values()
    rows = [block.first_row + int(i) for i in chosen]
    chart = lines_chart(page.book, block, rows, labels, "Stock at the end of the period", "t", "material")
    said = "; ".join(
        f"{wide.loc[i, 'material']} at {wide.loc[i, 'place']} {wide.loc[i, labels[-1]]:,.1f} t" for i in chosen
    )
    page.charts(
        [(chart, f"Lines: the largest stocks at the end of each period. At the end of {labels[-1]}: {said}.")], at
    )
    return wide, heads


def use(facts: Facts) -> pd.DataFrame:
    """What plants take in and segments get, expected t per year, by country, material and period."""
    taken = facts.table("throughput").query("t_per_year < 0")
    plants = taken.merge(facts.case.tables["facilities"][["facility", "place"]], on="facility")
    plants = plants.assign(t_per_year=-plants["t_per_year"])
    served = facts.table("deliveries")
    served = served.assign(t_per_year=served["t_per_year"] * served["t_per_t"]).merge(
        facts.case.tables["segments"][["segment", "place"]], on="segment"
    )
    columns = ["place", "material", "period", "probability", "t_per_year"]
    rows = expected(pd.concat([plants[columns], served[columns]], ignore_index=True))
    return rows.assign(country=rows["place"].map(facts.country_name_of))


def _cover(facts: Facts, stock: pd.DataFrame) -> pd.DataFrame:
    """365 x stock / yearly use; empty where the country uses none."""
    labels = list(facts.labels.values())
    used = facts.wide(use(facts), ["material", "country"], "t").set_index(["material", "country"])[labels]
    yearly = used.reindex(pd.MultiIndex.from_frame(stock[["material", "country"]])).set_index(stock.index)
    out = stock.copy()
    out[labels] = 365 * stock[labels].div(yearly.where(yearly > 0))
    return out.assign(gap="")

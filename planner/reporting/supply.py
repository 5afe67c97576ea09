"""Supplier mix: who supplies each material, from which country, how concentrated. Suppliers: the same, name by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from planner.reporting.book import Book
from planner.reporting.charts import columns_chart, fill, others
from planner.reporting.kinds import SHARE, TONS, WHOLE
from planner.reporting.page import Block, Page
from planner.reporting.tables import Col, periods, table
from planner.results.colours import ranked_countries
from planner.results.facts import Facts, remembered, weighted_share
from planner.results.words import percent

OTHER = "Other countries"
_MOST_COUNTRIES, _MOST_CHARTS = 9, 8


def fill_mix(page: Page, facts: Facts) -> Iterator[None]:
    """Dependence at a glance, a chart for the main materials, tons and shares by country."""
    page.title(
        "Supplier mix",
        "Where each material comes from. What is bought counts for its country of origin (of the last substantial "
        "transformation); what own plants make and what is collected, for the country where that happens.",
    )
    labels = list(facts.labels.values())
    tons = by_country(facts)
    shares = weighted_share(tons, ["material"], facts.labels)
    page.section("Dependence at a glance")
    exact = weighted_share(facts.wide(facts.supply, ["material", "country"], "t"), ["material"], facts.labels)
    _glance(page, facts, exact)
    yield
    page.section("Supply by country")
    charted = charted_materials(facts)
    at = page.room_for_charts(len(charted))
    page.section("Tons by country of origin")
    heads = [Col("material", "Material"), Col("country", "Country of origin"), Col("stage", "Stage")]
    block = table(page, tons, [*heads, *periods(labels, "t per year", TONS, total=False)])
    page.section("Share by country of origin")
    table(page, shares, [*heads, *periods(labels, "Share of the material's supply", SHARE, total=False)])
    _suppliers(page, facts)
    page.charts([_chart(page.book, block, facts, tons, material) for material in charted], at)


@remembered
def by_country(facts: Facts) -> pd.DataFrame:
    """Tons per year of each material by country, one column a period; a material's smallest countries are lumped."""
    sums = facts.supply.groupby(["material", "country"])["t"].sum().reset_index()
    sums["place"] = sums.groupby("material")["t"].rank(method="first", ascending=False)
    small = set(zip(*(sums.loc[sums["place"] > _MOST_COUNTRIES, key] for key in ("material", "country")), strict=True))
    pairs = zip(facts.supply["material"], facts.supply["country"], strict=True)
    lumped = facts.supply.assign(country=[OTHER if pair in small else pair[1] for pair in pairs])
    wide = facts.wide(lumped, ["material", "stage", "country"], "t")
    ranks = wide["country"].map(ranked_countries(facts)).fillna(999)
    order = pd.DataFrame({"chain": wide["material"].map(facts.chain), "rank": ranks})
    return wide.loc[order.sort_values(["chain", "rank"]).index].reset_index(drop=True)


def country_fill(facts: Facts, country: str) -> dict[str, Any]:
    """The look of a country, the same everywhere."""
    return others() if country == OTHER else fill(ranked_countries(facts).get(country, 0))


@remembered
def charted_materials(facts: Facts) -> list[str]:
    """The materials to draw: those in demand, then those on which most is spent; in the order of the chain."""
    spent = facts.ledger.groupby("material")["paid_musd"].sum()
    wanted = set(facts.case.tables["segments"]["material"])
    there = facts.supply["material"].unique()
    ranked = sorted(there, key=lambda m: (m not in wanted, -abs(float(spent.get(m, 0.0))), m))
    return sorted(ranked[:_MOST_CHARTS], key=lambda m: facts.chain.get(m, 0))


def _glance(page: Page, facts: Facts, shares: pd.DataFrame) -> None:
    """First and last period side by side: the largest origin, its share, home's share."""
    labels = list(facts.labels.values())
    ends = list(dict.fromkeys((labels[0], labels[-1])))
    names = facts.supply.groupby("material")["supplier"].nunique()
    rows = []
    for material, part in sorted(shares.groupby("material"), key=lambda group: facts.chain.get(str(group[0]), 0)):
        row: dict[str, Any] = {"material": material, "suppliers": names[material]}
        for label in ends:
            known = part[label].dropna()
            home = part.loc[part["country"] == facts.home, label]
            row[f"top {label}"] = _largest(part, label)
            row[f"share {label}"] = known.max() if len(known) else None
            row[f"home {label}"] = home.sum() if len(known) else None
        rows.append(row)
    columns = [Col("material", "Material"), *[Col(f"top {e}", e, group="Largest origin") for e in ends]]
    for key, group, kind in (
        ("share", "Share of the largest", SHARE),
        ("home", "Share made at home", SHARE),
    ):
        columns += [Col(f"{key} {e}", e, kind, group=group) for e in ends]
    table(page, pd.DataFrame(rows), [*columns, Col("suppliers", "Suppliers, number", WHOLE)])


def _largest(part: pd.DataFrame, label: str) -> str:
    """The country with the largest share in that period."""
    known = part.dropna(subset=[label]).nlargest(1, label)
    return str(known["country"].iloc[0]) if len(known) else "no supply"


def _chart(book: Book, block: Block, facts: Facts, tons: pd.DataFrame, material: str) -> tuple[Any, str]:
    """Stacked columns of a material's supply by country, and the sentence that says the same."""
    labels = list(facts.labels.values())
    part = tons[tons["material"] == material]
    rows = [block.first_row + int(i) for i in part.index]
    fills = {row: country_fill(facts, c) for row, c in zip(rows, part["country"], strict=True)}
    chart = columns_chart(book, block, rows, labels, f"Supply of {material}", "t per year", "country", fills)
    return chart, f"Stacked columns: supply of {material} by country of origin, t per year. {_trend(part, labels)}"


def _trend(part: pd.DataFrame, labels: list[str]) -> str:
    """Both ends of the horizon, as shares: 2026: China 80 %, Estonia 20 %; 2040: …"""
    said = []
    for label in dict.fromkeys((labels[0], labels[-1])):
        total = part[label].sum()
        top = part.nlargest(2, label)
        shares = [f"{c} {percent(t / total)}" for c, t in zip(top["country"], top[label], strict=True) if t > 0]
        said.append(f"{label}: {', '.join(shares) or 'no supply'}")
    return "; ".join(said) + "."


def _suppliers(page: Page, facts: Facts) -> None:
    """Every supplier of every material: what it supplies each period, its share, where the goods were before."""
    page.section("Suppliers, name by name")
    page.say(
        "For own plants and collection the supplier is the plant or stream. Mined, refined, melted in: as "
        "stated on the "
        "offers sheet or by the own process; empty where it is not stated."
    )
    labels = list(facts.labels.values())
    keys = ["material", "stage", "way", "supplier", "country", "mined_in", "refined_in", "melted_in"]
    tons = facts.wide(facts.supply, keys, "t")
    order = pd.DataFrame({"chain": tons["material"].map(facts.chain), "size": -tons[labels].sum(axis=1)})
    tons = tons.loc[order.sort_values(["chain", "size"], kind="stable").index].reset_index(drop=True)
    heads = ("Material", "Stage", "Way", "Supplier or plant", "Origin", "Mined in", "Refined in", "Melted in")
    columns = [Col(key, head) for key, head in zip(keys, heads, strict=True)]
    table(page, tons, [*columns, *periods(labels, "t per year", TONS, total=False)], filters=True)

"""Rows that match nothing: each is warned of at the cell to blame, with what it could have meant."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bad_names import added
from breaking import Bad, Make, with_csv_cell, with_csv_sheets
from good_case import Sheets


def idle(name: str, make: Make, where: str, fix: str = "", code: str = "cross.matches-nothing") -> Bad:
    return Bad(f"idle: {name}", make, code, where, warning=True, fix=fix)


def duty(
    hts: str, origin: str, destination: str | None = None, effect: str = "adds", acts_on: str | None = None
) -> Make:
    return added("tariffs", "Section 232", hts, origin, destination, 0.1, None, None, None, effect, acts_on)


def limit(measure: str, value: float, **words: Any) -> Make:
    """A limit more, with columns that the good case does not have."""

    def change(sheets: Sheets) -> None:
        head, rows = sheets["limits"][0], sheets["limits"]
        for word in words:
            if word not in head:
                head.append(word)
        row: dict[str, Any] = {"limit": "More", "measure": measure, "sense": "at most", "value": value, **words}
        rows.append([row.get(column) for column in head])

    return with_csv_sheets(change)


def event(kind: str, **words: Any) -> Make:
    def change(sheets: Sheets) -> None:
        head, rows = sheets["events"][0], sheets["events"]
        for word in words:
            if word not in head:
                head.append(word)
        row: dict[str, Any] = {"scenario": "As now", "kind": kind, "from": 2027, "factor": 0.5, **words}
        rows.append([row.get(column) for column in head])

    return with_csv_sheets(change)


DUTIES = [
    idle("a heading longer than the material's", duty("2846.90.80.10", "CHN"), "tariffs!B6", "to 2846.90.80"),
    idle("a heading with a slip", duty("2864", "CHN"), "tariffs!B6", "'2846'"),
    idle("a heading of nothing", duty("9903.01", "CHN"), "tariffs!B6"),
    idle("a duty of the country itself", duty("8505", "USA"), "tariffs!C6"),
    idle("a duty where nobody is", duty("8505", "MYS", "AUS"), "tariffs!D6"),
    idle("a duty that ended before", with_csv_sheets(
        lambda s: s["tariffs"].append(["old", "8505", "*", None, 0.1, None, None, dt.date(2020, 1, 1), "adds"])),
        "tariffs!H6", code="cross.never-open"),
    idle("an exemption of nothing", duty("8505.11", "MYS", None, "exempts", "Section 301"), "tariffs!J6"),
    idle("a replacement of nothing", duty("8505.11", "CHN", None, "replaces", "Section 301"), "tariffs!J6"),
    idle("a quota of a heading too long", with_csv_cell("quotas!C2", "8505.11.00.70"), "quotas!C2", "8505.11"),
    idle("a quota of what the authority does not charge", with_csv_cell("quotas!B2", "Section 301"), "quotas!B2"),
    idle("a rule after the last beginning", with_csv_cell("origin_rules!D2", dt.date(2030, 1, 1)), "origin_rules!D2",
         code="cross.never-open"),
    idle("a rule that nobody asks for", added("origin_rules", "Clean", "CHN", "mined"), "origin_rules!A3"),
    idle("trust in who offers nothing", added("trust", "USA", 0.1), "trust!A3"),
]  # fmt: skip
LIMITS = [
    idle("a limit on what nobody offers", limit("bought_t", 5, country="AUS", material="magnet"), "limits!F4"),
    idle("a limit on a supplier's other material", limit("bought_t", 5, supplier="Iluka", stage="oxide"), "limits!J4"),
    idle("a limit on a place that nothing reaches", limit("lanes_used", 5, place="Kuantan"), "limits!J4"),
    idle("a limit on sales of what is not sold", limit("sold_t", 5, material="magnet"), "limits!F4", "La oxide"),
    idle("a limit on a plant that makes other things", limit("made_t", 5, facility="Nevada magnets", stage="oxide"),
         "limits!K4", "magnets"),
    idle("a limit on stock elsewhere", limit("stock_days", 5, place="Nevada", stage="oxide"), "limits!J4"),
    idle("a limit on what is collected elsewhere", limit("collected_t", 5, place="Texas"), "limits!J4", "Nevada"),
    idle("a limit on a segment's other material", limit("shortage_share", 0.5, segment="EV motors", stage="oxide"),
         "limits!J4"),
]  # fmt: skip
EVENTS = [
    idle("an event on what nobody offers", event("supply", supplier="Lynas", stage="magnets"), "events!D6"),
    idle("an event on what a country does not sell", event("supply", country="AUS", stage="oxide"), "events!D6"),
    idle("an event on no heading", event("duty", hts="2805"), "events!M6"),
    idle("an event on a plant that cannot grow", event("capex", facility="Texas separation"), "events!G6", "Nevada"),
    idle("an event on demand elsewhere", event("demand", segment="Phosphors", stage="magnets"), "events!F6"),
    idle("an event on a yield of another plant", event("yield", facility="Nevada magnets", element="La"), "events!E6"),
    idle("an event on a lane of nothing", event("lane", country="MYS", stage="scrap"), "events!D6"),
]  # fmt: skip
EARLY = added("contracts", "Early", "Iluka carbonate", "yes", None, 2025, 2026, None, 5, None, None, 5)
GOODS = [
    idle("a lane of what does not leave there", added("lanes", "MYS", "Texas", "magnet", 5), "lanes!C5", "NdPr oxide"),
    idle("a lane from where nothing leaves", added("lanes", "USA", "Kuantan", "carbonate", 5), "lanes!C5"),
    idle("a lane to where nothing is taken", added("lanes", "CHN", "Kuantan", "*", 5), "lanes!B5"),
    idle("a sale of what is only bought", added("sales", "Texas", "carbonate", 9000), "sales!B4"),
    idle("a stock of what nothing brings", added("stocks", "Kuantan", "magnet scrap"), "stocks!B3"),
    idle("a price row that says nothing", added("offer_prices", "Northern NdPr", 2027), "offer_prices!C4"),
    idle("a band above the maximum", added("offer_tiers", "Lynas NdPr", 1600, 67000, "incremental"), "offer_tiers!B4"),
    idle("a contract before the offer's beginning", EARLY, "contracts!E4"),
    idle("an agreement that changes nothing", added("partnerships", "Chile", "AUS"), "partnerships!A3"),
    idle("a cut of a duty on others", with_csv_cell("partnership_effects!C2", "Section 301"), "partnership_effects!C2"),
    idle("a forbidden lane of nothing", added("decisions", "forbid", *[None] * 6, "USA", "MYS"), "decisions!H9"),
    idle("a forbidden country of nothing", with_csv_sheets(lambda s: (
        s["countries"].append(["FRA", "France", None, None]),
        s["decisions"].append(["forbid", *[None] * 5, "FRA"]))), "decisions!G9"),
    idle("a drawback on what nobody makes", with_csv_cell("drawbacks!D2", "carbonate"), "drawbacks!D2"),
    idle("a grant to a plant that is not built", with_csv_cell("incentives!C3", "Texas separation"), "incentives!C3"),
    idle("a credit for what nobody makes", with_csv_cell("incentives!C2", "carbonate"), "incentives!C2"),
    idle("a credit for another plant's output", added("incentives", "More", "production credit", "Nevada magnets",
                                                      "La oxide", None, 5), "incentives!D4", "magnet"),
]  # fmt: skip
IDLE = DUTIES + LIMITS + EVENTS + GOODS

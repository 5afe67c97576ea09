"""From the solver's numbers to the plan's tables and its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.costs import TERMS
from planner.case import Case
from planner.plan import PLAN_TABLES
from planner.program import Floats, Program
from planner.translate import SHIP, Translated
from planner.translate.origin import ANY
from planner.translate.plants import priced_standing
from planner.translate.purchasing import BUY
from planner.translate.tools import MUSD

SMALLEST_T = 1e-7
LEDGER = list(PLAN_TABLES["ledger"])


def plan_tables(case: Case, known: Translated, program: Program, model: Any, values: Floats) -> dict[str, pd.DataFrame]:
    """Every decision table, with the costs as the program has them and the ledger that explains them line by line."""
    decided = _Decisions(known, program, values)
    tables = decided.tables()
    tables["nodes"] = known.nodes
    tables["origin_classes"] = known.origins.table()
    tables["costs"] = _costs(model, program, values)
    tables["ledger"] = _ledger(case, known, decided)
    tables["capacities"] = _capacities(known, decided)
    return {
        name: tables[name][list(columns)].reset_index(drop=True)
        for name, columns in PLAN_TABLES.items()
        if name in tables
    }


class _Decisions:
    """The tables of what can occur, with how much of it occurs."""

    def __init__(self, known: Translated, program: Program, values: Floats) -> None:
        self._program, self._values = program, values
        flows, use = known.flows, known.use
        self.purchases = self._with(flows.purchases, "buy")
        self.shipments = self._with(flows.shipments, "ship")
        self.stock_shipments = self._with(flows.stock_shipments, "ship_stock")
        self.activity = self._with(known.plants.runs, "run")
        self.collections = self._with(use.collections, "collect")
        self.deliveries = self._with(use.deliveries.drop(columns=["t_per_year"]), "serve")
        self.shortages = self._with(use.shortages.drop(columns=["t_per_year"]), "short")
        self.sales = self._with(use.sales, "sell")
        self.disposals = self._with(use.disposals, "dispose")
        self.opening = self._with(use.opening, "open_stock", "t")
        output = self._with(flows.downgrades, "downgrade").assign(at="output")
        stock = self._with(use.stock_downgrades, "downgrade_stock").assign(at="stock")
        self.downgrades = pd.concat([output, stock])
        self.stocks = self._with(use.stocks, "stock", "t")
        self.builds = self._with(known.plants.builds, "size", "size_t_per_year")
        self.builds["times"] = self._of("build")
        self.orders = self._chosen("order", "offer")
        self.qualifications = self._chosen("qualify", "supplier")

    def _of(self, name: str) -> Floats:
        return self._values[self._program.columns[name][1]]

    def _with(self, table: pd.DataFrame, name: str, column: str = "t_per_year") -> pd.DataFrame:
        return table.assign(**{column: self._of(name)})

    def _chosen(self, name: str, item: str) -> pd.DataFrame:
        index, numbers = self._program.columns[name][0], self._of(name)
        chosen = [key for key, number in zip(index, numbers.tolist(), strict=True) if number > 0.5]
        return pd.DataFrame(chosen, columns=[item, "node"], dtype=object)

    def tables(self) -> dict[str, pd.DataFrame]:
        """What occurs: rows above a ten-millionth of a ton."""
        tons = {
            "purchases": self.purchases,
            "activity": self.activity,
            "shipments": self.shipments,
            "stock_shipments": self.stock_shipments,
            "collections": self.collections,
            "deliveries": self.deliveries,
            "shortages": self.shortages,
            "sales": self.sales,
            "disposals": self.disposals,
            "downgrades": self.downgrades,
        }
        occurring = {name: _occurring(table) for name, table in tons.items()}
        occurring["stocks"] = _occurring(self.stocks, "t")
        occurring["opening_stocks"] = _occurring(self.opening, "t")
        occurring["builds"] = self.builds[self.builds["times"] > 0.5]
        return {**occurring, "orders": self.orders, "qualifications": self.qualifications}


def _occurring(table: pd.DataFrame, column: str = "t_per_year") -> pd.DataFrame:
    return table[table[column].abs() > SMALLEST_T]


def _costs(model: Any, program: Program, values: Floats) -> pd.DataFrame:
    """Each named cost expression of the program at the plan: term, layer, node, discounted_musd."""
    worth: dict[int, float] = {}
    for name, (_, where) in program.columns.items():
        numbers = values[where].tolist()
        worth.update(zip(map(id, model.component(name).values()), numbers, strict=True))
    rows = []
    for term in TERMS:
        for index, named in model.component(term).items():
            layer, node = index if isinstance(index, tuple) else ("", index)
            terms = zip(named.expr.linear_coefs, named.expr.linear_vars, strict=True)
            rows.append((term, layer, node, named.expr.constant + sum(c * worth[id(v)] for c, v in terms)))
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["costs"]))


def _ledger(case: Case, known: Translated, decided: _Decisions) -> pd.DataFrame:
    """One line per flow or decision that costs or earns; money in M$ a year, and discounted over the period."""
    bought = _occurring(decided.purchases).rename(columns={"offer": "item", "place": "to"})
    moved = _moved(decided)
    lines = [
        _line("purchases", bought, "price_usd_per_t"),
        _line("freight", bought, "freight_usd_per_t"),
        *(_line("freight", table, "freight_usd_per_t") for table in moved.values()),
        *_duty_lines(known, bought, moved),
        _qualification_lines(case, decided),
        *_capacity_lines(case, known, decided),
        _operation_lines(decided),
        _line(
            "collection",
            _occurring(decided.collections).rename(columns={"stream": "item", "place": "from"}),
            "collection_usd_per_t",
        ),
        _holding_lines(known, decided),
        _line("disposal", _surplus(decided.disposals), "disposal_usd_per_t"),
        _line(
            "shortage",
            _occurring(decided.shortages).rename(columns={"segment": "item", "place": "to"}),
            "shortage_usd_per_t",
        ),
        _line("sales", _surplus(decided.sales.assign(income=-decided.sales["price_usd_per_t"])), "income"),
    ]
    ledger = (
        pd.concat([line for line in lines if len(line)], ignore_index=True)
        if any(map(len, lines))
        else pd.DataFrame(columns=LEDGER)
    )
    discount = ledger["node"].map(known.data.tree.discount_years).astype(float)
    first = ledger["node"].map(known.data.tree.discount_first_year).astype(float)
    ledger["discounted_musd"] = ledger["musd_per_year"].astype(float) * discount.where(
        ledger["term"] != "qualification", first
    )
    return ledger[ledger["musd_per_year"] != 0]


def _line(term: str, table: pd.DataFrame, price: str, layer: str | pd.Series = "") -> pd.DataFrame:
    """Ledger lines of a table with tons and a price per ton; names it lacks stay empty."""
    lines = table.assign(term=term, layer=layer, usd_per_t=table[price])
    lines["musd_per_year"] = lines["t_per_year"] * lines["usd_per_t"] * MUSD
    return lines.reindex(columns=[*LEDGER]).fillna({"item": "", "material": "", "from": "", "to": ""})


def _moved(decided: _Decisions) -> dict[str, pd.DataFrame]:
    return {
        name: _occurring(table)
        .drop(columns=["from"], errors="ignore")
        .rename(columns={"from_place": "from", "to_place": "to"})
        .assign(item=item)
        for name, table, item in (
            ("shipments", decided.shipments, "own goods"),
            ("stock_shipments", decided.stock_shipments, "from stock"),
        )
    }


def _surplus(table: pd.DataFrame) -> pd.DataFrame:
    return _occurring(table).rename(columns={"place": "from"}).assign(item=lambda t: t["material"])


def _duty_lines(known: Translated, bought: pd.DataFrame, moved: Mapping[str, pd.DataFrame]) -> list[pd.DataFrame]:
    charged = known.duties
    bought_duty = bought.merge(
        charged["purchases"][[*BUY, "layer", "duty_usd_per_t"]].rename(columns={"offer": "item", "place": "to"}),
        on=["item", "to", "origin_class", "node"],
    )
    lines = [_line("duties", bought_duty, "duty_usd_per_t", bought_duty["layer"])]
    for name, table in moved.items():
        duty = charged[name][[*SHIP, "layer", "duty_usd_per_t"]].rename(
            columns={"from_place": "from", "to_place": "to"}
        )
        charged_table = table.merge(duty, on=["from", "material", "origin_class", "to", "node"])
        lines.append(_line("duties", charged_table, "duty_usd_per_t", charged_table["layer"]))
    return lines


def _qualification_lines(case: Case, decided: _Decisions) -> pd.DataFrame:
    cost = case.tables["suppliers"].set_index("supplier")["qualification_cost_musd"]
    lines = decided.qualifications.rename(columns={"supplier": "item"})
    return _money_line("qualification", lines.assign(musd_per_year=lines["item"].map(cost).astype(float)))


def _at(table: pd.DataFrame) -> pd.DataFrame:
    """What happens at a place: from there, to nowhere (the years of the same names are left behind)."""
    return table.assign(**{"from": table["place"], "to": ""})


def _money_line(term: str, table: pd.DataFrame) -> pd.DataFrame:
    """Ledger lines of a table with M$ a year, whose price per ton follows from its tons where it has any."""
    lines = table.assign(term=term, layer="").reindex(columns=LEDGER)
    tons = lines["t_per_year"].astype(float)
    lines["usd_per_t"] = (lines["musd_per_year"].astype(float) / MUSD / tons).where(tons > 0)
    return lines.fillna({"item": "", "material": "", "from": "", "to": ""})


def _capacity_lines(case: Case, known: Translated, decided: _Decisions) -> list[pd.DataFrame]:
    """Annuities of what was built, and the fixed cost of all that stands."""
    existing = known.plants.capacity.assign(
        item=known.plants.capacity["facility"], t_per_year=known.plants.capacity["existing_t"]
    )
    existing["musd_per_year"] = existing["t_per_year"] * existing["fixed_om_usd_per_t"] * MUSD
    begun = decided.builds.rename(columns={"node": "begun"})
    built = priced_standing(case, known.plants.standing).merge(begun[begun["times"] > 0.5], on=["option", "begun"])
    built = built.assign(item=built["option"], t_per_year=built["size_t_per_year"])
    annuity = built["musd_per_build"] * built["times"] + built["musd_per_t"] * built["size_t_per_year"]
    return [
        _money_line("investment", built.assign(musd_per_year=annuity)),
        _money_line("fixed_operation", _at(existing)),
        _money_line(
            "fixed_operation", built.assign(musd_per_year=built["fixed_musd_per_t"] * built["size_t_per_year"])
        ),
    ]


def _operation_lines(decided: _Decisions) -> pd.DataFrame:
    runs = _occurring(decided.activity)
    return _line(
        "operation",
        _at(runs.assign(item=runs["facility"] + " / " + runs["process"])),
        "cost_usd_per_t",
    )


def _holding_lines(known: Translated, decided: _Decisions) -> pd.DataFrame:
    """Holding is paid on the mean of opening and closing stock."""
    stocks = decided.stocks.assign(parent=decided.stocks["node"].map(known.data.tree.parent))
    stocks["initial_t"] = stocks["initial_t"].where(stocks["origin_class"] == ANY, 0.0)
    key = ["place", "material", "origin_class"]
    before = stocks[[*key, "node", "t"]].rename(columns={"node": "parent", "t": "opening_t"})
    stocks = stocks.merge(before, on=[*key, "parent"], how="left")
    opening = stocks["opening_t"].where(stocks["parent"].notna(), stocks["initial_t"])
    stocks["t_per_year"] = (opening + stocks["t"]) / 2
    return _line("holding", _at(stocks.assign(item=stocks["material"])), "holding_usd_per_t_year")


def _capacities(known: Translated, decided: _Decisions) -> pd.DataFrame:
    """Usable and used capacity of each facility that can work at a node."""
    capacity = known.plants.capacity[known.plants.capacity["usable_at_most_t"] > 0]
    begun = decided.builds.rename(columns={"node": "begun"})[["option", "begun", "size_t_per_year"]]
    built = known.plants.standing[["option", "begun", "facility", "node", "ramp"]].merge(begun, on=["option", "begun"])
    added = (built["ramp"] * built["size_t_per_year"]).groupby([built["facility"], built["node"]]).sum().to_dict()
    runs = decided.activity
    used = (runs["capacity_use"] * runs["t_per_year"]).groupby([runs["facility"], runs["node"]]).sum().to_dict()
    keys = list(zip(capacity["facility"], capacity["node"], strict=True))
    standing = capacity["existing_t"].to_numpy(float) + np.array([added.get(key, 0.0) for key in keys])
    return capacity[["facility", "node"]].assign(
        usable_t_per_year=capacity["availability"].to_numpy(float) * standing,
        used_t_per_year=[used.get(key, 0.0) for key in keys],
    )

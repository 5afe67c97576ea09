"""The case and the plan side by side, tidied once so that the checks can merge and add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from planner.audit.calendar import Tree, tree_of
from planner.audit.tables import SHAPES, tidy
from planner.schema import SHEET, Date, NameList, Number, Whole, Year, YesNo

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan

PURCHASE, SHIPMENT, STOCK_SHIPMENT = "purchase", "own goods", "from stock"  # the last two are the ledger's words


@dataclass(frozen=True)
class Books:
    """What is audited: `sheet` gives the case's tables, `table` the plan's."""

    case: Case
    plan: Plan
    tree: Tree
    tables: Mapping[str, pd.DataFrame]

    @classmethod
    def of(cls, case: Case, plan: Plan) -> Books:
        return cls(case, plan, tree_of(case), {name: tidy(plan.tables[name], shape) for name, shape in SHAPES.items()})

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def sheet(self, name: str) -> pd.DataFrame:
        return self.sheets[name]

    @cached_property
    def sheets(self) -> dict[str, pd.DataFrame]:
        """The case's sheets with words as plain text, so that they merge with the plan's."""
        return {name: _merging(name, frame) for name, frame in self.case.tables.items()}

    @cached_property
    def country_of(self) -> dict[str, str]:
        """The country each place is in."""
        places = self.sheet("places")
        return dict(zip(places["place"], places["country"], strict=True))

    @property
    def home(self) -> str:
        return str(self.case.settings["home_country"])

    def at_every_node(self, sheet: pd.DataFrame) -> pd.DataFrame:
        """Each row of the sheet once for each node of the plan."""
        return sheet.merge(self.tree.frame[["node", "period", "years", "parent"]], how="cross")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Everything that moves: what it is, where it leaves (a place or a country), where it arrives, how much.

        `origin` is the country whose duty it bears: an offer's origin, or the country of the place it was made in.
        `from_country` is the country it leaves from, by which lanes may be named.
        """
        columns = ["kind", "item", "material", "from", "from_kind", "from_country", "origin", "to", "to_country"]
        columns += ["origin_class", "node", "t_per_year"]
        all_flows = pd.concat([self._purchased(), self._shipped(), self._shipped_out_of_stock()], ignore_index=True)
        return all_flows.assign(to_country=all_flows["to"].map(self.country_of).astype(object))[columns]

    def _purchased(self) -> pd.DataFrame:
        offers = self.sheet("offers")[["offer", "material", "origin", "ships_from"]]
        bought = self.table("purchases").merge(offers, on="offer", how="left")
        from_place = bought["ships_from"] != ""
        return bought.assign(
            kind=PURCHASE,
            item=bought["offer"],
            from_kind=from_place.map({True: "place", False: "country"}).astype(object),
            from_country=bought["ships_from"].map(self.country_of).where(from_place, bought["origin"]),
            to=bought["place"],
            **{"from": bought["ships_from"].where(from_place, bought["origin"])},
        )

    def _shipped(self, table: str = "shipments", kind: str = SHIPMENT) -> pd.DataFrame:
        sent = self.table(table)
        country = sent["from_place"].map(self.country_of).astype(object)
        return sent.rename(columns={"from_place": "from", "to_place": "to"}).assign(
            kind=kind, item=kind, from_kind="place", from_country=country, origin=country
        )

    def _shipped_out_of_stock(self) -> pd.DataFrame:
        return self._shipped("stock_shipments", STOCK_SHIPMENT)


def summed(frame: pd.DataFrame, by: Sequence[str], *columns: str) -> pd.DataFrame:
    """The columns added up over the rows that agree in `by`: one row for each."""
    return frame.groupby(list(by), as_index=False)[list(columns)].sum()


def _merging(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The sheet ready for merging: blank words are "", numbers decimals; dates, lists and yes/no stay as they are."""
    tidied = frame[[column.name for column in SHEET[name].columns]].copy()
    for column in SHEET[name].columns:
        values = tidied[column.name]
        if isinstance(column, (Number, Whole, Year)) or column.name == "period":
            tidied[column.name] = pd.to_numeric(values).astype(float)
        elif not isinstance(column, (Date, NameList, YesNo)):
            tidied[column.name] = values.astype(object).where(values.notna(), "")
    return tidied

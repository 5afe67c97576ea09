"""What several sheets need to know about a plan: periods, names, supply, the ledger. Values are expected over futures.

A node's yearly amounts count with its probability, so a period's figure is the mean over its possible futures.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from models.costs import PAID_ONCE, TERMS
from planner.case.priced import offer_prices_at_first
from planner.case.quantity import quantity_of
from planner.checks.amounts import Quantity
from planner.results.frames import calendar, country_names, offer_of
from planner.results.scale import MoneyScale, scale_for

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan


FEW_USD = 1000.0


def term_name(term: str) -> str:
    """The plain name of a cost term."""
    return TERMS[term].label


@dataclass(frozen=True)
class Facts:
    """A case and its plan, with what is joined from both; and what was asked of the plan by solving again, if any."""

    case: Case
    plan: Plan
    asked_again: Mapping[str, Any] = field(default_factory=dict)
    as_is: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    next_ton: Mapping[str, Any] = field(default_factory=dict)
    priorities: Mapping[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)

    # Time ------------------------------------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> pd.DataFrame:
        return self.plan.tables["nodes"].set_index("node")

    @cached_property
    def years(self) -> dict[int, int]:
        """Each period's first year and how many years it lasts."""
        return dict(zip(self.nodes["period"].tolist(), self.nodes["years"].tolist(), strict=True))

    @cached_property
    def labels(self) -> dict[int, str]:
        """2026, or 2031–2035 where a period lasts several years."""
        return calendar(self.plan)

    @cached_property
    def horizon(self) -> tuple[int, int]:
        """First and last calendar year."""
        last = max(self.years)
        return min(self.years), last + self.years[last] - 1

    # Names -----------------------------------------------------------------------------------------------------------

    @cached_property
    def currency(self) -> str:
        return str(self.case.settings.get("currency") or "USD")

    @cached_property
    def money(self) -> MoneyScale:
        """How the plan's money is told."""
        return scale_for((self.plan.cost_musd, self.plan.objective_musd), self.currency)

    @property
    def million(self) -> str:
        """The unit of the plan's money: M$, or $ where there is little of it."""
        return self.money.unit

    @cached_property
    def quantity(self) -> Quantity:
        """What amounts are in."""
        return quantity_of(self.case)

    @cached_property
    def counts_cents(self) -> bool:
        """Whether a piece or kg costs so little that its price is told to the cent."""
        return bool(not self.quantity.is_ton and offer_prices_at_first(self.case).median() < FEW_USD)

    @cached_property
    def home(self) -> str:
        return self.country_name(self.case.settings["home_country"])

    @cached_property
    def abroad(self) -> set[str]:
        """The names of all other countries."""
        return set(self._names.values()) - {self.home}

    @cached_property
    def _names(self) -> dict[str, str]:
        return country_names(self.case)

    @cached_property
    def country_name_of(self) -> dict[str, str]:
        """The name of the country that each place is in."""
        return {place: self.country_name(code) for place, code in self.case.country_of.items()}

    @cached_property
    def stages(self) -> dict[str, str]:
        table = self.case.tables["materials"]
        return dict(zip(table["material"], table["stage"], strict=True))

    @cached_property
    def chain(self) -> dict[str, int]:
        """The place of each material along the chain: the order of the materials sheet."""
        return {material: number for number, material in enumerate(self.stages)}

    @cached_property
    def offer_of(self) -> dict[str, str]:
        """The offer behind an item of the ledger: its own name, or the one a contract is about."""
        return offer_of(self.case)

    def of_offer(self, items: pd.Series, column: str) -> pd.Series:
        """What the offers sheet says of each offer or contract; NaN for anything else."""
        offers = self.case.tables["offers"].set_index("offer")
        return items.map(self.offer_of).map(offers[column])

    def country_name(self, code: object) -> str:
        return self._names.get(code, code) if isinstance(code, str) else ""

    def origin(self, place: str) -> str:
        """The country's name, of a place or of a country."""
        return self.country_name_of.get(place) or self.country_name(place)

    # Tables ----------------------------------------------------------------------------------------------------------

    def table(self, name: str) -> pd.DataFrame:
        """A plan table with each row's period, years and probability."""
        frame = self.plan.tables[name]
        if "node" not in frame.columns:
            return frame
        return frame.join(self.nodes[["period", "years", "probability"]], on="node")

    @property
    def bought(self) -> pd.DataFrame:
        """Deliveries on the spot and under contract: item (offer or contract), material, place, way, tons, node."""
        spot = self.table("purchases").rename(columns={"offer": "item"}).assign(way="bought")
        lifts = self.table("lifts").rename(columns={"contract": "item"}).assign(way="contract")
        columns = ["item", "place", "node", "t_per_year", "period", "years", "probability", "way"]
        rows = pd.concat([spot[columns], lifts[columns]], ignore_index=True)
        return rows.assign(material=self.of_offer(rows["item"], "material"))

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The ledger with what each line is expected to cost: a year, over the horizon undiscounted and discounted."""
        lines = self.table("ledger").copy()
        names = ["layer", "item", "material", "from", "to"]
        lines[names] = lines[names].fillna("").astype(object)
        once = lines["term"].isin(PAID_ONCE)
        lines["expected_musd"] = lines["probability"] * lines["discounted_musd"]
        lines["yearly_musd"] = lines["probability"] * lines["musd_per_year"] / lines["years"].where(once, 1)
        lines["paid_musd"] = lines["yearly_musd"] * lines["years"]
        return lines

    @cached_property
    def supply(self) -> pd.DataFrame:
        """Where each material comes from: one row a material, source, supplier, origin and period; expected t/yr."""
        keys = ["material", "stage", "way", "supplier", "country", "mined_in", "refined_in", "melted_in", "period"]
        rows = pd.concat([_bought(self), _made(self), _collected(self)], ignore_index=True)
        rows["stage"] = rows["material"].map(self.stages).fillna("")
        rows[keys[:-1]] = rows[keys[:-1]].fillna("").astype(object)
        rows["t"] = rows["t_per_year"].astype(float) * rows["probability"].astype(float)
        return rows.groupby(keys, sort=True)["t"].sum().reset_index()

    def wide(self, frame: pd.DataFrame, keys: Sequence[str], value: str, total: str = "") -> pd.DataFrame:
        """One row for each combination of keys and one column a period, named by its label; sums, 0 where nothing."""
        if frame.empty:
            return pd.DataFrame(columns=[*keys, *self.labels.values(), *([total] if total else [])])
        sums = frame.groupby([*keys, "period"], sort=True, dropna=False)[value].sum().unstack("period", fill_value=0)
        out = sums.reindex(columns=list(self.labels), fill_value=0.0)
        out.columns = pd.Index(list(self.labels.values()))
        if total:
            out[total] = out.sum(axis=1)
        return out.reset_index()


T = TypeVar("T")


def remembered(make: Callable[[Facts], T]) -> Callable[[Facts], T]:
    """What several sheets ask of the same facts is worked out once."""

    @wraps(make)
    def recall(facts: Facts) -> T:
        name = f"{make.__module__}.{make.__qualname__}"
        if name not in facts.memory:
            facts.memory[name] = make(facts)
        found: T = facts.memory[name]
        return found

    return recall


def _bought(facts: Facts) -> pd.DataFrame:
    """On the spot and under contract."""
    rows = facts.bought
    for column in ("mined_in", "refined_in", "melted_in"):
        rows[column] = [facts.country_name(code) for code in facts.of_offer(rows["item"], column)]
    rows["country"] = [facts.country_name(code) for code in facts.of_offer(rows["item"], "origin")]
    return rows.assign(supplier=facts.of_offer(rows["item"], "supplier"))


def _made(facts: Facts) -> pd.DataFrame:
    """Outputs of own plants; a process that counts as mining, refining or melting says so for its place's country."""
    steps = facts.case.tables["processes"][["facility", "process", "step"]]
    places = facts.case.tables["facilities"][["facility", "place"]]
    rows = facts.table("throughput").query("t_per_year > 0").merge(steps, on=["facility", "process"], how="left")
    rows = rows.merge(places, on="facility", how="left")
    rows["country"] = rows["place"].map(facts.country_name_of)
    for step in ("mined", "refined", "melted"):
        rows[f"{step}_in"] = rows["country"].where(rows["step"] == step, "")
    return rows.assign(way="own plant", supplier=rows["facility"])


def _collected(facts: Facts) -> pd.DataFrame:
    rows = facts.table("collections")
    return rows.assign(way="collected", supplier=rows["stream"], country=rows["place"].map(facts.country_name_of))


def expected(frame: pd.DataFrame, value: str = "t_per_year") -> pd.DataFrame:
    """With a column `t`: the value times the probability of its node."""
    return frame.assign(t=frame[value].astype(float) * frame["probability"].astype(float))


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows, each with its values as attributes; the kind of a row is made once for the same columns."""
    make = _row_of(tuple(str(column) for column in frame.columns))
    return map(make, *(frame.iloc[:, place].tolist() for place in range(frame.shape[1])))


@cache
def _row_of(columns: tuple[str, ...]) -> Callable[..., Any]:
    """A kind of row with these values; a column whose name is no word is found by its place alone."""
    return namedtuple("Row", columns, rename=True)


def weighted_share(frame: pd.DataFrame, within: Sequence[str], labels: Mapping[int, str]) -> pd.DataFrame:
    """Each row's share in the sum of the rows that agree in `within`, period by period; blank where the sum is 0."""
    columns = list(labels.values())
    sums = frame.groupby(list(within))[columns].transform("sum")
    out = frame.copy()
    out[columns] = frame[columns].div(sums.where(sums > 0))
    return out

"""What is dated, in each calendar year of a node: what a flow is worth (value_0, …), what of it comes (weight_0, …).

A flow comes as its seller delivers: each year's price or duty counts with what is delivered in that year. So what is on
sale in one year of a period pays that year's price. Weights by year are relative to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.groups import Bools, Floats
from planner.translate import columns


@dataclass(frozen=True)
class Years:
    """The calendar years of the node of each row of a table, by row and year; `valid` are those of its period."""

    calendar: npt.NDArray[np.int_]
    valid: Bools

    @cached_property
    def days(self) -> Floats:
        """The days of each year; 0 beyond the period."""
        years = (self.calendar - 1970).astype("datetime64[Y]")
        days: Floats = (years + 1).astype("datetime64[D]").astype(float) - years.astype("datetime64[D]").astype(float)
        return np.where(self.valid, days, 0.0)

    def within(self, first: pd.Series, last: pd.Series) -> Bools:
        """The years of the period from one to another, both included."""
        begun: Bools = self.valid & (self.calendar >= first.to_numpy(float)[:, None])
        return begun & (self.calendar <= last.to_numpy(float)[:, None])

    def weights(self, given: Floats) -> Floats:
        """Weights with 1 for the largest of a row; where a row has none, all years of its period count alike."""
        inside = np.where(self.valid, given, 0.0)
        most = inside.max(axis=1, initial=0.0)[:, None]
        return np.where(most > 0, inside / np.where(most > 0, most, 1.0), self.valid.astype(float))

    def mean(self, yearly: Floats, given: Floats | None = None) -> Floats:
        """The mean of a yearly figure over the years of each row's period, with these weights."""
        counted = self.valid.astype(float) if given is None else self.weights(given)
        average: Floats = np.where(self.valid, yearly * counted, 0.0).sum(axis=1) / counted.sum(axis=1)
        return average

    def by_days(self, given: Floats) -> Floats:
        """By what the parts of a mean over all days that fall into each year are multiplied, so that they so weigh."""
        counted = self.weights(given)
        factor: Floats = counted * self.days.sum(axis=1)[:, None] / (counted * self.days).sum(axis=1)[:, None]
        return factor


def with_years(flows: pd.DataFrame, stem: str, yearly: Floats) -> pd.DataFrame:
    """Flows with a figure for each year of their node, the first one under `stem` and 0."""
    return flows.assign(**{f"{stem}{nth}": yearly[:, nth] for nth in range(yearly.shape[1])})


def by_year(flows: pd.DataFrame, stem: str) -> Floats:
    """The same figures, by row and year."""
    return flows[year_columns(flows, stem)].to_numpy(np.float64)


def year_columns(flows: pd.DataFrame, *stems: str) -> list[str]:
    """The columns that hold such figures."""
    return [str(column) for column in flows if str(column).startswith(stems)]


def then(flows: pd.DataFrame, stem: str) -> Floats:
    """Each row's figure of the row's own year of the node, the `nth`."""
    found: Floats = by_year(flows, stem)[np.arange(len(flows)), flows["nth"].to_numpy(np.intp)]
    return found


def value_then(flows: pd.DataFrame) -> Floats:
    """What a ton is worth in the row's own year."""
    return then(flows, columns.VALUE)


def weight_then(flows: pd.DataFrame) -> Floats:
    """What of the flow comes in the row's own year: 1 where all days of the node count alike."""
    return then(flows, columns.WEIGHT)

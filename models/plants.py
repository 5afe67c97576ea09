"""Running facilities within the capacity that stands."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, total
from models.data import Data


def add_plants(model: Model, data: Data) -> None:
    """Add activity and capacity; investments must have been added before."""
    decide(model, "run", data.plants.RUNS)
    decide(model, "close", data.plants.CLOSABLE, binary=True)
    constrain(model, data, closed_once, over=data.plants.CLOSED_ONCE)
    constrain(model, data, facility_capacity, over=data.plants.WORKING)
    constrain(model, data, minimum_utilisation, over=data.plants.KEPT_BUSY)


def facility_capacity(model: Model, data: Data, f: str, n: str) -> Rule:
    r"""The recipes a facility runs use no more than the capacity standing there: what exists and was not closed, and what
    was built, ramped up.

    What is usable, and each ramp, is the mean over the period's years of what stands in a year times what is available in it.

    $$\sum_{p,g} \mathrm{use}_{fp} \, \mathrm{run}_{fpgn} \le \mathrm{usable}_{fn} (1 - \sum_{n'} \mathrm{close}_{fn'}) + \sum_{b,n'} \mathrm{ramp}_{bn'n} \, \mathrm{size}_{bn'} \qquad \forall (f, n) \qquad [\text{t/yr}]$$
    """
    plants = data.plants
    used = [(use, model.run[x]) for use, x in plants.RUNS_IN[f, n]]
    built = [(-ramp, model.size[x]) for ramp, x in plants.STANDING[f, n]]
    closed = [(tons, model.close[x]) for tons, x in plants.CLOSED[f, n]]
    return total(used, built, closed) <= plants.usable_t_per_year[f, n]


def minimum_utilisation(model: Model, data: Data, f: str, n: str) -> Rule:
    r"""A plant that cannot idle uses at least its minimum share of the capacity standing there.

    $$\sum_{p,g} \mathrm{use}_{fp} \, \mathrm{run}_{fpgn} \ge \mu_f \Big( \mathrm{usable}_{fn} (1 - \sum_{n'} \mathrm{close}_{fn'}) + \sum_{b,n'} \mathrm{ramp}_{bn'n} \, \mathrm{size}_{bn'} \Big) \qquad \forall (f, n) \text{ with a minimum} \qquad [\text{t/yr}]$$
    """
    plants, least = data.plants, data.plants.min_utilisation[f]
    used = [(use, model.run[x]) for use, x in plants.RUNS_IN[f, n]]
    built = [(-least * ramp, model.size[x]) for ramp, x in plants.STANDING[f, n]]
    closed = [(least * tons, model.close[x]) for tons, x in plants.CLOSED[f, n]]
    return total(used, built, closed) >= least * plants.usable_t_per_year[f, n]


def closed_once(model: Model, data: Data, f: str, e: str) -> Rule:
    r"""Existing capacity is closed at most once in any future.

    $$\sum_{n \in \mathrm{path}(e)} \mathrm{close}_{fn} \le 1 \qquad \forall (f, e) \qquad [-]$$
    """
    return total((1.0, model.close[x]) for x in data.plants.CLOSABLE_ON_PATH[f, e]) <= 1.0

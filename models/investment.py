"""Adding capacity: how large, how often, in which order, and what it unlocks."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, total
from models.data import Data


def add_investment(model: Model, data: Data) -> None:
    """Add builds, their sizes and the rules that tie options together."""
    investment = data.investment
    decide(model, "build", investment.BUILDS, upper=investment.most_builds, whole=True)
    decide(model, "size", investment.BUILDS)
    constrain(model, data, largest_size, over=investment.BUILDS)
    constrain(model, data, smallest_size, over=investment.BUILDS)
    constrain(model, data, built_at_most, over=investment.BUILT_AT_MOST)
    constrain(model, data, exclusive_options, over=investment.GROUPS_ON_PATH)
    constrain(model, data, required_option, over=investment.DEPENDENT)


def largest_size(model: Model, data: Data, b: str, w: str, n: str) -> Rule:
    r"""Capacity is added only by an option that is begun, and no more than the option allows each time it is begun.

    No more, either, than all that the facility can run has a use for, where a larger size would earn nothing.

    $$\mathrm{size}_{bwn} \le \mathrm{most}_{bwn} \, \mathrm{build}_{bwn} \qquad \forall (b, w, n) \qquad [\text{t/yr}]$$
    """
    most = data.investment.most_t_per_year[b, w, n]
    return total([(1.0, model.size[b, w, n]), (-most, model.build[b, w, n])]) <= 0.0


def smallest_size(model: Model, data: Data, b: str, w: str, n: str) -> Rule:
    r"""An option has at least its smallest size each time it is begun.

    $$\mathrm{size}_{bwn} \ge \mathrm{min}_b \, \mathrm{build}_{bwn} \qquad \forall (b, w, n) \qquad [\text{t/yr}]$$
    """
    return total([(1.0, model.size[b, w, n]), (-data.investment.min_t_per_year[b], model.build[b, w, n])]) >= 0.0


def built_at_most(model: Model, data: Data, b: str, e: str) -> Rule:
    r"""An option is begun no more often than allowed in any future.

    $$\sum_{w} \sum_{n \in \mathrm{path}(e)} \mathrm{build}_{bwn} \le \mathrm{max\_builds}_b \qquad \forall (b, e) \qquad [-]$$
    """
    return total((1.0, model.build[x]) for x in data.investment.BUILDS_ON_PATH[b, e]) <= data.investment.max_builds[b]


def exclusive_options(model: Model, data: Data, group: str, e: str) -> Rule:
    r"""Of the options that exclude each other, at most one is begun in any future, and once.

    $$\sum_{b \in \mathrm{group}} \sum_{w} \sum_{n \in \mathrm{path}(e)} \mathrm{build}_{bwn} \le 1 \qquad \forall (\mathrm{group}, e) \qquad [-]$$
    """
    return total((1.0, model.build[x]) for x in data.investment.EXCLUSIVE[group, e]) <= 1.0


def required_option(model: Model, data: Data, b: str, w: str, n: str) -> Rule:
    r"""An option that needs another is begun with it or after it, as often as it likes.

    $$\mathrm{build}_{bwn} \le \mathrm{most}_{bwn} \sum_w \sum_{n' \in \mathrm{path}(n)} \mathrm{build}_{b'wn'} \qquad \forall (b, w, n) \text{ that needs } b' \qquad [-]$$
    """
    most = data.investment.most_builds[b, w, n]
    begun = [(-float(most), model.build[x]) for x in data.investment.ENABLED_BY[b, w, n]]
    return total([(1.0, model.build[b, w, n])], begun) <= 0.0

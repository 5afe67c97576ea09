"""Counting suppliers, facilities and lanes, where a limit says how many there may or must be."""

from __future__ import annotations

from models.algebra import Model, Rule, Terms, constrain, decide, named, total
from models.data import Data


def add_counts(model: Model, data: Data) -> None:
    """Add what is counted; purchases, shipments and builds must have been added before."""
    counts = data.counts
    decide(model, "counted", counts.COUNTED, lower=counts.standing, binary=True)
    constrain(model, data, counted_if_used, over=counts.COUNTED_IF_USED)
    constrain(model, data, counted_if_built, over=counts.COUNTED_IF_BUILT)
    constrain(model, data, counted_unless_closed, over=counts.COUNTED_UNLESS_CLOSED)
    constrain(model, data, used_if_counted, over=counts.USED_IF_COUNTED)
    constrain(model, data, counted_if_above_share, over=counts.shares.COUNTED_IF_ABOVE_SHARE)
    constrain(model, data, share_if_counted, over=counts.shares.SHARE_IF_COUNTED)
    decide(model, "small", counts.tons.SMALL_OR_COUNTED, binary=True)
    constrain(model, data, counted_if_above_tons, over=counts.tons.COUNTED_IF_ABOVE_TONS)
    constrain(model, data, counted_if_above_both, over=counts.tons.SMALL_OR_COUNTED)
    constrain(model, data, small_if_within_tons, over=counts.tons.SMALL_OR_COUNTED)


def counted_if_used(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Rule:
    r"""A supplier or lane through which anything comes is counted.

    The bound adds up, over its flows, the smallest of what can be sold or made, what is needed and what lanes carry.

    $$\sum_x x \le M_{zyun} \, \mathrm{counted}_{zyun} \qquad \forall (z, y, u, n) \qquad [\text{t/yr}]$$
    """
    counts, key = data.counts, (z, y, u, n)
    most = counts.most_t_per_year[key]
    return total(named(model, counts.USES[key]), [(-most, model.counted[key])]) <= 0.0


def counted_if_built(model: Model, data: Data, z: str, y: str, u: str, n: str, b: str, w: str, earlier: str) -> Rule:
    r"""A facility with a build that stands is counted, whatever its size.

    $$\mathrm{build}_{bwn'} \le \mathrm{most}_{bwn'} \, \mathrm{counted}_{zyun} \qquad \forall (z, y, u, n), (b, w, n') \text{ standing there} \qquad [-]$$
    """
    most = float(data.investment.most_builds[b, w, earlier])
    return total([(1.0, model.build[b, w, earlier]), (-most, model.counted[z, y, u, n])]) <= 0.0


def counted_unless_closed(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Rule:
    r"""A facility that stands already is counted until it is closed.

    $$\mathrm{counted}_{zyun} + \sum_{n' \in \mathrm{path}(n)} \mathrm{close}_{fn'} \ge 1 \qquad \forall (z, y, u, n), u = f \text{ that may be closed} \qquad [-]$$
    """
    closed = [(1.0, model.close[x]) for x in data.counts.CLOSED_BY[z, y, u, n]]
    return total([(1.0, model.counted[z, y, u, n])], closed) >= 1.0


def used_if_counted(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Rule:
    r"""Where at least so many are asked for, only what comes to a ton a year counts, or to what the limit says.

    $$\mathrm{existing}_{un} + \sum_x \beta_x \, x \ge \mathrm{least}_z \, \mathrm{counted}_{zyun} \qquad \forall (z, y, u, n) \qquad [\text{t/yr}]$$
    """
    counts, key = data.counts, (z, y, u, n)
    least = [(-counts.least_t_per_year[key], model.counted[key])]
    return total(named(model, counts.USES[key]), least) >= -counts.existing_t_per_year.get(key, 0.0)


def counted_if_above_share(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Rule:
    r"""Where so many at most may have a share of what is bought, a supplier with more than that share is counted.

    The bound is that of `counted_if_used`: all is at least what comes from the supplier itself.

    $$\sum_x x - \mathrm{share}_z \sum_{u', x} x \le (1 - \mathrm{share}_z) \, M_{zyun} \, \mathrm{counted}_{zyun} \qquad \forall (z, y, u, n) \qquad [\text{t/yr}]$$
    """
    counts, key = data.counts, (z, y, u, n)
    most = (1.0 - counts.shares.from_share[z]) * counts.most_t_per_year[key]
    return total(_above_share(model, data, *key), [(-most, model.counted[key])]) <= 0.0


def share_if_counted(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Rule:
    r"""Where so many at least must have a share of what is bought, only a supplier with that share counts.

    One that is not counted may bring nothing, while all others bring the most that they can, `N`.

    $$\sum_x x - \mathrm{share}_z \sum_{u', x} x \ge -\mathrm{share}_z \, N_{zyun} \, (1 - \mathrm{counted}_{zyun}) \qquad \forall (z, y, u, n) \qquad [\text{t/yr}]$$
    """
    shares, key = data.counts.shares, (z, y, u, n)
    most = shares.from_share[z] * shares.others_t_per_year[key]
    return total(_above_share(model, data, *key), [(-most, model.counted[key])]) >= -most


def counted_if_above_tons(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Rule:
    r"""Where so many at most may bring more than so many tons, a supplier or lane with more than these is counted.

    $$\sum_x x \le \mathrm{tons}_z + (M_{zyun} - \mathrm{tons}_z)^+ \, \mathrm{counted}_{zyun} \qquad \forall (z, y, u, n) \qquad [\text{t/yr}]$$
    """
    counts, key = data.counts, (z, y, u, n)
    tons = counts.tons.from_t_per_year[z]
    beyond = max(0.0, counts.most_t_per_year[key] - tons)
    return total(named(model, counts.USES[key]), [(-beyond, model.counted[key])]) <= tons


def counted_if_above_both(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Rule:
    r"""Where at most so many may have a share and tons, one with more than the share is counted unless it is small.

    The bound is that of `counted_if_above_share`.

    $$\sum_x x - \mathrm{share}_z \sum_{u', x} x \le (1 - \mathrm{share}_z) \, M_{zyun} \, (\mathrm{counted}_{zyun} + \mathrm{small}_{zyun}) \qquad \forall (z, y, u, n) \qquad [\text{t/yr}]$$
    """
    counts, key = data.counts, (z, y, u, n)
    most = (1.0 - counts.shares.from_share[z]) * counts.most_t_per_year[key]
    either = [(-most, model.counted[key]), (-most, model.small[key])]
    return total(_above_share(model, data, *key), either) <= 0.0


def small_if_within_tons(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Rule:
    r"""A supplier is small, and not counted whatever its share, only while it brings no more than the limit's tons.

    $$\sum_x x \le \mathrm{tons}_z + (M_{zyun} - \mathrm{tons}_z)^+ \, (1 - \mathrm{small}_{zyun}) \qquad \forall (z, y, u, n) \qquad [\text{t/yr}]$$
    """
    counts, key = data.counts, (z, y, u, n)
    tons = counts.tons.from_t_per_year[z]
    beyond = max(0.0, counts.most_t_per_year[key] - tons)
    return total(named(model, counts.USES[key]), [(beyond, model.small[key])]) <= tons + beyond


def _above_share(model: Model, data: Data, z: str, y: str, u: str, n: str) -> Terms:
    """By how much what comes from a supplier is above its share of all."""
    shares = data.counts.shares
    own = named(model, data.counts.USES[z, y, u, n])
    every = named(model, shares.ALL_BOUGHT[z, y, n]).times(-shares.from_share[z])
    return Terms([*own.coefficients, *every.coefficients], [*own.decisions, *every.decisions])

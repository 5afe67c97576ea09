"""Price breaks: what a year's spot total on an offer costs when the price depends on the total.

A total may also be all that is paid to a supplier, in M$ a year: then its bands hold what is spent in place of tons.
"""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, named, total
from models.data import Data


def add_tiers(model: Model, data: Data) -> None:
    """Add price bands; purchases, and what is spent by band, must have been added before."""
    tiers = data.tiers
    decide(model, "reach", tiers.REACHED, binary=True)
    decide(model, "choose", tiers.CHOSEN, binary=True)
    constrain(model, data, band_width, over=tiers.WIDTHS)
    constrain(model, data, band_reached, over=tiers.REACHED)
    constrain(model, data, band_below_full, over=tiers.REACHED)
    constrain(model, data, band_upper_end, over=tiers.CHOSEN)
    constrain(model, data, band_lower_end, over=tiers.CHOSEN)
    constrain(model, data, one_band, over=tiers.ALL_UNITS)


def band_width(model: Model, data: Data, o: str, t: float, n: str) -> Rule:
    r"""At the price of one slice no more is bought than the slice holds; where prices rise the cheap slices come first.

    $$\sum_{d,g} \mathrm{buy}_{otdgn} \le \mathrm{upper}_{ot} - \mathrm{lower}_{ot} \qquad \forall (o, t, n) \text{ incremental} \qquad [\text{t/yr}]$$
    """
    return total(named(model, data.tiers.BAND[o, t, n])) <= data.tiers.width_t_per_year[o, t, n]


def band_reached(model: Model, data: Data, o: str, t: float, n: str) -> Rule:
    r"""A cheaper slice is bought from only when it is reached.

    $$\sum_{d,g} \mathrm{buy}_{otdgn} \le \mathrm{width}_{ot} \, \mathrm{reach}_{otn} \qquad \forall (o, t, n) \text{ incremental, falling} \qquad [\text{t/yr}]$$
    """
    bought = named(model, data.tiers.BAND[o, t, n])
    return total(bought, [(-data.tiers.width_t_per_year[o, t, n], model.reach[o, t, n])]) <= 0.0


def band_below_full(model: Model, data: Data, o: str, t: float, n: str) -> Rule:
    r"""A slice is reached only when the slice below it is bought in full.

    $$\sum_{d,g} \mathrm{buy}_{ot'dgn} \ge \mathrm{width}_{ot'} \, \mathrm{reach}_{otn} \qquad \forall (o, t, n) \text{ incremental, falling}, \ t' \text{ below } t \qquad [\text{t/yr}]$$
    """
    below = (o, data.tiers.below[o, t, n], n)
    bought = named(model, data.tiers.BAND[below])
    return total(bought, [(-data.tiers.width_t_per_year[below], model.reach[o, t, n])]) >= 0.0


def band_upper_end(model: Model, data: Data, o: str, t: float, n: str) -> Rule:
    r"""A price for all units holds only up to the upper end of its band.

    $$\sum_{d,g} \mathrm{buy}_{otdgn} \le \mathrm{upper}_{ot} \, \mathrm{choose}_{otn} \qquad \forall (o, t, n) \text{ all units} \qquad [\text{t/yr}]$$
    """
    bought = named(model, data.tiers.BAND[o, t, n])
    return total(bought, [(-data.tiers.upper_t_per_year[o, t, n], model.choose[o, t, n])]) <= 0.0


def band_lower_end(model: Model, data: Data, o: str, t: float, n: str) -> Rule:
    r"""A price for all units holds only once the year's total has come up to its band.

    $$\sum_{d,g} \mathrm{buy}_{otdgn} \ge \mathrm{lower}_{ot} \, \mathrm{choose}_{otn} \qquad \forall (o, t, n) \text{ all units} \qquad [\text{t/yr}]$$
    """
    bought = named(model, data.tiers.BAND[o, t, n])
    return total(bought, [(-t, model.choose[o, t, n])]) >= 0.0


def one_band(model: Model, data: Data, o: str, n: str) -> Rule:
    r"""All units of a year are bought at one price.

    $$\sum_t \mathrm{choose}_{otn} \le 1 \qquad \forall (o, n) \text{ all units} \qquad [-]$$
    """
    return total((1.0, model.choose[x]) for x in data.tiers.BANDS_OF[o, n]) <= 1.0

"""Offtakes: signing, lifting, paying for what is not taken, and taking it later."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, total
from models.data import Data


def add_contracts(model: Model, data: Data) -> None:
    """Add signing, deliveries, forfeits and make-ups with their rules."""
    contracts = data.contracts
    decide(model, "sign", contracts.SIGNABLE, binary=True)
    decide(model, "volume", contracts.SIGNABLE)
    decide(model, "lift", contracts.LIFTS)
    decide(model, "forfeit", contracts.FORFEITS)
    decide(model, "make_up", contracts.MAKE_UPS)
    decide(model, "underlift", contracts.MADE_UP_FROM, binary=True)
    constrain(model, data, signed_once, over=contracts.SIGNED_ONCE)
    constrain(model, data, largest_volume, over=contracts.SIGNABLE)
    constrain(model, data, smallest_volume, over=contracts.SIGNABLE)
    constrain(model, data, lifted_within_volume, over=contracts.IN_TERM)
    constrain(model, data, take_or_pay, over=contracts.TAKE_OR_PAY)
    constrain(model, data, make_up_is_lifted, over=contracts.MADE_UP_IN)
    constrain(model, data, make_up_was_paid, over=contracts.MADE_UP_LATER)
    constrain(model, data, forfeited_underlift, over=contracts.MADE_UP_FROM)
    constrain(model, data, no_more_than_owed, over=contracts.MADE_UP_FROM)


def signed_once(model: Model, data: Data, c: str, e: str) -> Rule:
    r"""A contract is signed at most once in any future.

    $$\sum_{n \in \mathrm{path}(e)} \mathrm{sign}_{cn} \le 1 \qquad \forall (c, e) \qquad [-]$$
    """
    return total((1.0, model.sign[x]) for x in data.contracts.SIGNABLE_ON_PATH[c, e]) <= 1.0


def largest_volume(model: Model, data: Data, c: str, n: str) -> Rule:
    r"""A volume is agreed only by signing, and no more than is on the table.

    $$\mathrm{volume}_{cn} \le \mathrm{max}_c \, \mathrm{sign}_{cn} \qquad \forall (c, n) \qquad [\text{t/yr}]$$
    """
    return total([(1.0, model.volume[c, n]), (-data.contracts.max_t_per_year[c], model.sign[c, n])]) <= 0.0


def smallest_volume(model: Model, data: Data, c: str, n: str) -> Rule:
    r"""A contract that is signed has at least its smallest volume.

    $$\mathrm{volume}_{cn} \ge \mathrm{min}_c \, \mathrm{sign}_{cn} \qquad \forall (c, n) \qquad [\text{t/yr}]$$
    """
    return total([(1.0, model.volume[c, n]), (-data.contracts.min_t_per_year[c], model.sign[c, n])]) >= 0.0


def lifted_within_volume(model: Model, data: Data, c: str, n: str) -> Rule:
    r"""No more is lifted than was agreed, as far as the supplier can deliver.

    Where events stop goods to some countries alone, that is what it can deliver to the best of its customers' countries.

    $$\sum_{d,g} \mathrm{lift}_{cdgn} \le F_{cn} \Big( \mathrm{signed}_{cn} + \sum_{n'} \mathrm{share}_{n'n} \, \mathrm{volume}_{cn'} \Big) \qquad \forall (c, n) \qquad [\text{t/yr}]$$
    """
    contracts = data.contracts
    lifted = [(1.0, model.lift[x]) for x in contracts.LIFTS_OF[c, n]]
    agreed = [(-share, model.volume[x]) for share, x in contracts.VOLUMES[c, n]]
    return total(lifted, agreed) <= contracts.signed_t_per_year[c, n]


def take_or_pay(model: Model, data: Data, c: str, n: str) -> Rule:
    r"""The agreed share is taken or paid for; tons made up from earlier years do not count towards it.

    Nothing is owed for what the supplier cannot deliver: in years in which the offer is not on sale, for what events
    take, and for what distrust withholds. What only the buyer lacks (a lane, a use, a qualification, an agreement) is owed.

    $$\sum_{d,g} \mathrm{lift}_{cdgn} - \sum_{n'} \mathrm{make\_up}_{cn'n} + \mathrm{forfeit}_{cn} \ge \tau_c F_{cn} T_{cn} \Big( \mathrm{signed}_{cn} + \sum_{n'} \mathrm{share}_{n'n} \, \mathrm{volume}_{cn'} \Big) \qquad \forall (c, n) \qquad [\text{t/yr}]$$
    """
    contracts, share_paid = data.contracts, data.contracts.take_or_pay_share[c]
    lifted = [(1.0, model.lift[x]) for x in contracts.LIFTS_OF[c, n]]
    made_up = [(-1.0, model.make_up[x]) for x in contracts.MAKE_UPS_IN[c, n]]
    forfeited = [(1.0, model.forfeit[c, n])]
    agreed = [(-share_paid * share, model.volume[x]) for share, x in contracts.OWED[c, n]]
    return total(lifted, made_up, forfeited, agreed) >= share_paid * contracts.owed_t_per_year[c, n]


def make_up_is_lifted(model: Model, data: Data, c: str, n: str) -> Rule:
    r"""What is made up is part of what is lifted.

    $$\sum_{n'} \mathrm{make\_up}_{cn'n} \le \sum_{d,g} \mathrm{lift}_{cdgn} \qquad \forall (c, n) \qquad [\text{t/yr}]$$
    """
    made_up = [(1.0, model.make_up[x]) for x in data.contracts.MAKE_UPS_IN[c, n]]
    return total(made_up, ((-1.0, model.lift[x]) for x in data.contracts.LIFTS_OF[c, n])) <= 0.0


def make_up_was_paid(model: Model, data: Data, c: str, earlier: str, e: str) -> Rule:
    r"""No more is made up later than was paid for and not taken, in any future.

    $$\sum_{n} \mathrm{years}_n \, \mathrm{make\_up}_{cn'n} \le \mathrm{years}_{n'} \, \mathrm{forfeit}_{cn'} \qquad \forall (c, n', e) \qquad [\text{t}]$$
    """
    years = data.tree.years
    made_up = [(float(years[x[-1]]), model.make_up[x]) for x in data.contracts.MAKE_UPS_OF[c, earlier, e]]
    return total(made_up, [(-float(years[earlier]), model.forfeit[c, earlier])]) <= 0.0


def forfeited_underlift(model: Model, data: Data, c: str, n: str) -> Rule:
    r"""Something is forfeited only where less is taken than is owed.

    Asked where it may be made up later: elsewhere nobody pays for what is not owed. Stated with what is owed at most.

    $$\mathrm{forfeit}_{cn} \le \tau_c F_{cn} T_{cn} \mathrm{max}_c \, \mathrm{underlift}_{cn} \qquad \forall (c, n) \qquad [\text{t/yr}]$$
    """
    most = data.contracts.take_or_pay_share[c] * data.contracts.most_owed_t_per_year[c, n]
    return total([(1.0, model.forfeit[c, n]), (-most, model.underlift[c, n])]) <= 0.0


def no_more_than_owed(model: Model, data: Data, c: str, n: str) -> Rule:
    r"""Where less is taken than is owed, that and what is forfeited come to what is owed: nothing is paid for in advance.

    $$\sum_{d,g} \mathrm{lift}_{cdgn} - \sum_{n'} \mathrm{make\_up}_{cn'n} + \mathrm{forfeit}_{cn} \le \tau_c F_{cn} T_{cn} \Big( \mathrm{signed}_{cn} + \sum_{n'} \mathrm{share}_{n'n} \, \mathrm{volume}_{cn'} \Big) + F_{cn} \mathrm{max}_c (1 - \mathrm{underlift}_{cn}) \qquad \forall (c, n) \qquad [\text{t/yr}]$$
    """
    contracts, share_paid = data.contracts, data.contracts.take_or_pay_share[c]
    lifted = [(1.0, model.lift[x]) for x in contracts.LIFTS_OF[c, n]]
    made_up = [(-1.0, model.make_up[x]) for x in contracts.MAKE_UPS_IN[c, n]]
    agreed = [(-share_paid * share, model.volume[x]) for share, x in contracts.OWED[c, n]]
    most = contracts.most_lifted_t_per_year[c, n]
    paid = [(1.0, model.forfeit[c, n]), (most, model.underlift[c, n])]
    return total(lifted, made_up, paid, agreed) <= share_paid * contracts.owed_t_per_year[c, n] + most

"""What the plan costs: each term a named expression in M$, discounted to the base year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo

from models.algebra import Terms, each, every, named, total
from models.data import Data
from models.environment import environment
from models.exposure import exposure
from models.limits import penalties

TERMS = (
    "purchases",
    "contracts",
    "freight",
    "duties",
    "qualification",
    "signing",
    "partnerships",
    "investment",
    "grants",
    "closure",
    "fixed_operation",
    "operation",
    "production_support",
    "collection",
    "holding",
    "disposal",
    "environment",
    "substitution",
    "penalties",
    "shortage",
    "sales",
)


def add_costs(model: Any, data: Data) -> None:
    """Add each cost term by node (duties by authority, charges by what is charged), and exposure beside them."""
    nodes = data.tree.NODES
    for term in (
        purchases,
        contracts,
        freight,
        qualification,
        signing,
        partnerships,
        investment,
        grants,
        closure,
        fixed_operation,
        operation,
    ):
        _name(model, data, term, nodes)
    _name(model, data, duties, data.duties.LAYERS)
    for term in (production_support, collection, holding, disposal, substitution, penalties, shortage, sales):
        _name(model, data, term, nodes)
    _name(model, data, environment, data.environment.CHARGES)
    _name(model, data, exposure, nodes)


def _name(model: Any, data: Data, term: Callable[..., Any], over: tuple[Any, ...]) -> None:
    def expression(model: Any, *index: Any) -> Any:
        return term(model, data, *index)

    model.add_component(term.__name__, pyo.Expression(pyo.SetOf(over), rule=expression))


def _yearly(data: Data, n: str, terms: Terms) -> Terms:
    return terms.times(data.tree.discount_years[n])


def purchases(model: Any, data: Data, n: str) -> Any:
    r"""What is paid to suppliers.

    $$\mathrm{disc}_n \sum \mathrm{price}_{on} \, \mathrm{buy}_{odgn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, each(model, "buy", data.supply.purchase_musd_per_t[n])))


def contracts(model: Any, data: Data, n: str) -> Any:
    r"""What is paid under contracts: for what is lifted, but not again for what is made up, and for what is forfeited.

    $$\mathrm{disc}_n \sum \mathrm{price}_{cn} \Big( \sum_{d,g} \mathrm{lift}_{cdgn} - \sum_a \mathrm{make\_up}_{can} + \mathrm{forfeit}_{cn} \Big) \qquad \forall n \qquad [\text{M\$}]$$
    """
    agreed = data.contracts
    return total(
        _yearly(data, n, each(model, "lift", agreed.lift_musd_per_t[n])),
        _yearly(data, n, each(model, "make_up", agreed.make_up_musd_per_t[n], times=-1.0)),
        _yearly(data, n, each(model, "forfeit", agreed.forfeit_musd_per_t[n])),
    )


def freight(model: Any, data: Data, n: str) -> Any:
    r"""What moving goods costs: purchases, contract deliveries, own output and stock, and lanes that were opened.

    $$\mathrm{disc}_n \Big( \sum \mathrm{freight} \, (\mathrm{buy} + \mathrm{lift} + \mathrm{ship} + \mathrm{ship\_stock}) + \sum \mathrm{fixed}_\ell \, \mathrm{use\_lane}_{\ell idn} \Big) \qquad \forall n \qquad [\text{M\$}]$$
    """
    moved, opened = data.movement.freight_musd_per_t[n], data.movement.lane_musd_per_year[n]
    lanes = each(model, "use_lane", opened)
    return total(_yearly(data, n, named(model, moved)), _yearly(data, n, lanes))


def duties(model: Any, data: Data, a: str, n: str) -> Any:
    r"""What one authority charges at the border of the destination.

    $$\mathrm{disc}_n \sum \mathrm{duty}_{a} \, (\mathrm{buy} + \mathrm{lift} + \mathrm{ship} + \mathrm{ship\_stock}) \qquad \forall (a, n) \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, named(model, data.duties.musd_per_t[a, n])))


def qualification(model: Any, data: Data, n: str) -> Any:
    r"""The one-off cost of qualifying suppliers.

    $$\mathrm{disc}^0_n \sum_v \mathrm{cost}_v \, \mathrm{qualify}_{vn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    discount = data.tree.discount_first_year[n]
    return total(each(model, "qualify", data.supply.qualification_musd[n], times=discount))


def signing(model: Any, data: Data, n: str) -> Any:
    r"""The one-off cost of signing contracts.

    $$\mathrm{disc}^0_n \sum_c \mathrm{cost}_c \, \mathrm{sign}_{cn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    discount = data.tree.discount_first_year[n]
    return total(each(model, "sign", data.contracts.signing_musd[n], times=discount))


def partnerships(model: Any, data: Data, n: str) -> Any:
    r"""What agreements cost: at once when they are entered, and each year in force.

    $$\mathrm{disc}^0_n \sum_j \mathrm{upfront}_j \, \mathrm{join}_{jn} + \mathrm{disc}_n \Big( \mathrm{signed}_n + \sum_{j,n'} \mathrm{annual}_j \, s_{n'n} \, \mathrm{join}_{jn'} \Big) \qquad \forall n \qquad [\text{M\$}]$$
    """
    agreed, at_once, yearly = data.partnerships, data.tree.discount_first_year[n], data.tree.discount_years[n]
    entered = each(model, "join", agreed.upfront_musd[n], times=at_once)
    in_force = _yearly(data, n, each(model, "join", agreed.annual_musd[n]))
    return total(entered, in_force, plus=yearly * agreed.signed_musd_per_year[n])


def grants(model: Any, data: Data, n: str) -> Any:
    r"""What grants take off the annuities, as a negative cost.

    $$-\mathrm{disc}_n \sum_{s,b,n'} \frac{w}{1-(1+w)^{-\mathrm{life}}} \, o_{bn'n} \, \mathrm{grant}_{sbn'} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, each(model, "grant", data.incentives.granted_musd_per_year[n], times=-1.0)))


def production_support(model: Any, data: Data, n: str) -> Any:
    r"""What credits and price floors pay for output, as a negative cost.

    $$-\mathrm{disc}_n \sum_s \mathrm{support}_{sn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    paid = [x for x in data.incentives.SUPPORTS if x[-1] == n]
    return total(_yearly(data, n, every(model, "support", paid, times=-1.0)))


def investment(model: Any, data: Data, n: str) -> Any:
    r"""Capex as an annuity, in the years of operation inside the horizon.

    $$\mathrm{disc}_n \sum_{b,n'} \frac{w}{1-(1+w)^{-\mathrm{life}}} \, o_{bn'n} \, (\mathrm{fixed}_b \, \mathrm{build}_{bn'} + \mathrm{capex}_b \, \mathrm{size}_{bn'}) \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(
        _yearly(data, n, each(model, "build", data.investment.annuity_musd_per_build[n])),
        _yearly(data, n, each(model, "size", data.investment.annuity_musd_per_t[n])),
    )


def closure(model: Any, data: Data, n: str) -> Any:
    r"""The one-off cost of closing existing capacity.

    $$\mathrm{disc}^0_n \sum_f \mathrm{cost}_f \, \mathrm{close}_{fn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    discount = data.tree.discount_first_year[n]
    return total(each(model, "close", data.plants.closure_musd[n], times=discount))


def fixed_operation(model: Any, data: Data, n: str) -> Any:
    r"""The fixed cost of capacity that stands, whether it runs or not.

    $$\mathrm{disc}_n \Big( \sum_f \mathrm{fom}_f \, \mathrm{existing}_{fn} (1 - \sum_{n'} \mathrm{close}_{fn'}) + \sum_{b,n'} \mathrm{fom}_b \, o_{bn'n} \, \mathrm{size}_{bn'} \Big) \qquad \forall n \qquad [\text{M\$}]$$
    """
    existing = data.tree.discount_years[n] * data.plants.existing_fixed_musd_per_year[n]
    built = each(model, "size", data.investment.fixed_musd_per_t[n])
    closed = each(model, "close", data.plants.saved_musd_per_year[n], times=-1.0)
    return total(_yearly(data, n, built), _yearly(data, n, closed), plus=existing)


def operation(model: Any, data: Data, n: str) -> Any:
    r"""The variable cost of running recipes.

    $$\mathrm{disc}_n \sum \mathrm{cost}_{fp} \, \mathrm{run}_{fpgn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, each(model, "run", data.plants.operation_musd_per_t[n])))


def collection(model: Any, data: Data, n: str) -> Any:
    r"""The cost of collecting used goods and scrap.

    $$\mathrm{disc}_n \sum \mathrm{cost}_{rn} \, \mathrm{collect}_{rikgn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, each(model, "collect", data.returns.collection_musd_per_t[n])))


def holding(model: Any, data: Data, n: str) -> Any:
    r"""The cost of keeping stock, on the mean of opening and closing.

    $$\mathrm{disc}_n \sum \mathrm{holding}_{dk} \, \tfrac12 (\mathrm{stock}_{dkgn'} + \mathrm{stock}_{dkgn}) \qquad \forall n \qquad [\text{M\$}]$$
    """
    initial = data.tree.discount_years[n] * data.stock.initial_holding_musd[n]
    kept = each(model, "stock", data.stock.holding_musd_per_t[n])
    return total(_yearly(data, n, kept), plus=initial)


def disposal(model: Any, data: Data, n: str) -> Any:
    r"""The cost of throwing surplus away.

    $$\mathrm{disc}_n \sum \mathrm{cost}_k \, \mathrm{dispose}_{dkgn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, each(model, "dispose", data.surplus.disposal_musd_per_t[n])))


def substitution(model: Any, data: Data, n: str) -> Any:
    r"""The extra cost of serving needs in another way.

    $$\mathrm{disc}_n \sum \mathrm{extra}_{mk} \, \mathrm{serve}_{mkrgn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, each(model, "serve", data.demand.substitution_musd_per_t[n])))


def shortage(model: Any, data: Data, n: str) -> Any:
    r"""The loss from needs that are not met.

    $$\mathrm{disc}_n \sum \mathrm{loss}_m \, \mathrm{short}_{mn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, each(model, "short", data.demand.shortage_musd_per_t[n])))


def sales(model: Any, data: Data, n: str) -> Any:
    r"""What selling surplus brings in, as a negative cost.

    $$-\mathrm{disc}_n \sum \mathrm{price} \, \mathrm{sell}_{dkn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(_yearly(data, n, each(model, "sell", data.surplus.income_musd_per_t[n], times=-1.0)))

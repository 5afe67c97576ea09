"""What the plan costs: each term a named expression in M$ of the base year.

A term's function says what is paid in a year of a node, or at once; TERMS says which of the two, and so how it is
discounted.

A price, a duty, the cost or yield of a run is the mean of the period's calendar years, each with what is delivered then,
or, of a plant, of the years in which it can work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pyomo.core as pyo

from models.algebra import Model, Rule, each, every, named, total
from models.data import Data
from models.dealings import setups
from models.environment import environment
from models.exposure import exposure
from models.incumbents import switching
from models.limits import penalties
from models.ranking import ranking
from models.rebates import rebates


def add_costs(model: Model, data: Data) -> None:
    """Add each cost term by node (duties by authority, charges by what is charged); exposure and ranking beside them."""
    for term in TERMS.values():
        _name(model, data, term.function, term.over(data), once=bool(term.once))
    _name(model, data, exposure, data.tree.NODES, once=False)
    _name(model, data, ranking, data.tree.NODES, once=False)


def _name(model: Model, data: Data, paid: Callable[..., Any], over: Iterable[Any], once: bool) -> None:
    """Add the expression of what is paid, under its function's name, discounted."""
    discount = data.tree.discount_first_year if once else data.tree.discount_years

    def expression(model: Model, *index: Any) -> Rule:
        return paid(model, data, *index).times(discount[index[-1]])

    model.add_component(paid.__name__, pyo.Expression(pyo.SetOf(over), rule=expression))


def purchases(model: Model, data: Data, n: str) -> Rule:
    r"""What is paid to suppliers.

    $$\sum \mathrm{price}_{otn} \, \mathrm{buy}_{otdgn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "buy", data.supply.purchase_musd_per_t[n]))


def contracts(model: Model, data: Data, n: str) -> Rule:
    r"""What is paid under contracts: for what is lifted, but not again for what is made up, and for what is forfeited.

    $$\sum \mathrm{price}_{cn} \Big( \sum_{d,g} \mathrm{lift}_{cdgn} - \sum_{n'} \mathrm{make\_up}_{cn'n} + \mathrm{forfeit}_{cn} \Big) \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    agreed = data.contracts
    return total(
        each(model, "lift", agreed.lift_musd_per_t[n]),
        each(model, "make_up", agreed.make_up_musd_per_t[n], times=-1.0),
        each(model, "forfeit", agreed.forfeit_musd_per_t[n]),
    )


def financing(model: Model, data: Data, n: str) -> Rule:
    r"""What it is worth to pay suppliers after goods arrive, as a negative cost; a cost where they are paid ahead.

    Payment counts from where goods are shipped: so what is under way for some days costs the rate on its price.

    $$-\sum \tfrac{\mathrm{rate}}{365} \, \mathrm{price} \, \Big( \mathrm{days} \, (\mathrm{buy} + \mathrm{lift} - \mathrm{make\_up} + \mathrm{forfeit}) - \mathrm{under\ way} \, (\mathrm{buy} + \mathrm{lift}) \Big) \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(named(model, data.supply.financing_musd_per_t[n]))


def freight(model: Model, data: Data, n: str) -> Rule:
    r"""What moving goods costs: purchases, contract deliveries, own output and stock, and lanes that were opened.

    $$\sum \mathrm{freight} \, (\mathrm{buy} + \mathrm{lift} + \mathrm{ship} + \mathrm{ship\_stock}) + \sum \mathrm{fixed}_\ell \, \mathrm{use\_lane}_{\ell idn} + \sum \mathrm{topped}_{\ell idn} + \sum \mathrm{more}_{\ell t} \, \mathrm{carried}_{\ell idtn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    moved, opened = data.movement.freight_musd_per_t[n], data.movement.lane_musd_per_year[n]
    lanes = each(model, "use_lane", opened)
    banded = each(model, "carried", data.movement.band_musd_per_t[n])
    return total(named(model, moved), lanes, every(model, "topped", data.movement.LANES_CHARGED_AT[n]), banded)


def duties(model: Model, data: Data, a: str, n: str) -> Rule:
    r"""What one authority charges at the border of the destination.

    $$\sum \mathrm{duty}_{a} \, (\mathrm{buy} + \mathrm{lift} + \mathrm{ship} + \mathrm{ship\_stock}) \qquad \forall (a, n) \qquad [\text{M\$/yr}]$$
    """
    return total(named(model, data.duties.musd_per_t[a, n]))


def qualification(model: Model, data: Data, n: str) -> Rule:
    r"""The one-off cost of qualifying suppliers.

    $$\sum_v \mathrm{cost}_v \, \mathrm{qualify}_{vn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(each(model, "qualify", data.supply.qualification_musd[n]))


def signing(model: Model, data: Data, n: str) -> Rule:
    r"""The one-off cost of signing contracts.

    $$\sum_c \mathrm{cost}_c \, \mathrm{sign}_{cn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(each(model, "sign", data.contracts.signing_musd[n]))


def lump_sums(model: Model, data: Data, n: str) -> Rule:
    r"""What suppliers are paid when contracts are signed, less what they pay.

    $$\sum_c \mathrm{sum}_c \, \mathrm{sign}_{cn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(each(model, "sign", data.contracts.lump_sum_musd[n]))


def joining(model: Model, data: Data, n: str) -> Rule:
    r"""The one-off cost of entering partnerships.

    $$\sum_j \mathrm{upfront}_j \, \mathrm{join}_{jn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(each(model, "join", data.partnerships.upfront_musd[n]))


def partnerships(model: Model, data: Data, n: str) -> Rule:
    r"""What partnerships cost each year in force, those signed before among them.

    $$\mathrm{signed}_n + \sum_{j,n'} \mathrm{annual}_j \, \mathrm{share}_{n'n} \, \mathrm{join}_{jn'} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    agreed = data.partnerships
    return total(each(model, "join", agreed.annual_musd[n]), plus=agreed.signed_musd_per_year[n])


def grants(model: Model, data: Data, n: str) -> Rule:
    r"""What grants take off the annuities, as a negative cost.

    $$-\sum_{s,b,n'} \frac{\omega}{1-(1+\omega)^{-\mathrm{life}}} \, \mathrm{operating}_{bn'n} \, \mathrm{grant}_{sbn'} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "grant", data.incentives.granted_musd_per_year[n], times=-1.0))


def production_support(model: Model, data: Data, n: str) -> Rule:
    r"""What credits and price floors pay for output, as a negative cost.

    $$-\sum_s \mathrm{support}_{sn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    paid = [x for x in data.incentives.SUPPORTS if x[-1] == n]
    return total(every(model, "support", paid, times=-1.0))


def investment(model: Model, data: Data, n: str) -> Rule:
    r"""Capex as an annuity, in the years of operation inside the horizon.

    $$\sum_{b,n'} \frac{\omega}{1-(1+\omega)^{-\mathrm{life}}} \, \mathrm{operating}_{bn'n} \, (\mathrm{fixed}_b \, \mathrm{build}_{bn'} + \mathrm{capex}_b \, \mathrm{size}_{bn'}) \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(
        each(model, "build", data.investment.annuity_musd_per_build[n]),
        each(model, "size", data.investment.annuity_musd_per_t[n]),
    )


def closure(model: Model, data: Data, n: str) -> Rule:
    r"""The one-off cost of closing existing capacity.

    $$\sum_f \mathrm{cost}_f \, \mathrm{close}_{fn} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(each(model, "close", data.plants.closure_musd[n]))


def fixed_operation(model: Model, data: Data, n: str) -> Rule:
    r"""The fixed cost of capacity that stands, whether it runs or not.

    $$\sum_f \mathrm{fom}_f \, \mathrm{existing}_{fn} (1 - \sum_{n'} \mathrm{close}_{fn'}) + \sum_{b,n'} \mathrm{fom}_b \, \mathrm{operating}_{bn'n} \, \mathrm{size}_{bn'} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    built = each(model, "size", data.investment.fixed_musd_per_t[n])
    closed = each(model, "close", data.plants.saved_musd_per_year[n], times=-1.0)
    return total(built, closed, plus=data.plants.existing_fixed_musd_per_year[n])


def operation(model: Model, data: Data, n: str) -> Rule:
    r"""The variable cost of running recipes.

    $$\sum \mathrm{cost}_{fp} \, \mathrm{run}_{fpgn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "run", data.plants.operation_musd_per_t[n]))


def collection(model: Model, data: Data, n: str) -> Rule:
    r"""The cost of collecting used goods and scrap.

    $$\sum \mathrm{cost}_{rn} \, \mathrm{collect}_{rikgn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "collect", data.returns.collection_musd_per_t[n]))


def holding(model: Model, data: Data, n: str) -> Rule:
    r"""The cost of keeping stock, on the mean of opening and closing.

    $$\sum \mathrm{holding}_{dk} \, \tfrac12 (\mathrm{stock}_{dkgn'} + \mathrm{stock}_{dkgn}) \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    kept = each(model, "stock", data.stock.holding_musd_per_t[n])
    return total(kept, plus=data.stock.initial_holding_musd[n])


def disposal(model: Model, data: Data, n: str) -> Rule:
    r"""The cost of throwing surplus away.

    $$\sum \mathrm{cost}_k \, \mathrm{dispose}_{dkn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "dispose", data.surplus.disposal_musd_per_t[n]))


def substitution(model: Model, data: Data, n: str) -> Rule:
    r"""The extra cost of serving needs in another way.

    $$\sum \mathrm{surcharge}_{mk} \, \mathrm{serve}_{mk\rho gn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "serve", data.demand.substitution_musd_per_t[n]))


def shortage(model: Model, data: Data, n: str) -> Rule:
    r"""The loss from needs that are not met.

    $$\sum \mathrm{loss}_m \, \mathrm{short}_{mn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "short", data.demand.shortage_musd_per_t[n]))


def sales(model: Model, data: Data, n: str) -> Rule:
    r"""What selling surplus brings in, as a negative cost.

    $$-\sum \mathrm{price} \, \mathrm{sell}_{dkn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "sell", data.surplus.income_musd_per_t[n], times=-1.0))


def _nodes(data: Data) -> tuple[Any, ...]:
    return data.tree.NODES


def _layers(data: Data) -> tuple[Any, ...]:
    return data.duties.LAYERS


def _charges(data: Data) -> tuple[Any, ...]:
    return data.environment.CHARGES


@dataclass(frozen=True)
class Term:
    """One kind of cost: the one place that says what it is called, whether it is paid once, and who prices it.

    `function` gives what is paid in a year of a node, or at once; its name is the term's name in the plan's tables.
    `over` gives its indices, which end in a node. `label` is what people read. `for_goods` marks what is paid for the
    goods themselves. `sheet` and its column `item` name the row that sets the price of a line of the ledger. What is
    paid `once` is paid for each row of the plan's table of this name: the column `price` of the sheet.
    """

    function: Callable[..., Any]
    label: str
    sheet: str = ""
    item: str = ""
    price: str = ""
    once: str = ""
    over: Callable[[Data], tuple[Any, ...]] = _nodes
    for_goods: bool = False

    @property
    def name(self) -> str:
        """The name in the program, the plan's tables and the ledger."""
        return self.function.__name__


TERMS: dict[str, Term] = {
    term.name: term
    for term in (
        Term(purchases, "Purchases", "offers", "offer", for_goods=True),
        Term(contracts, "Contracts", "contracts", "contract", for_goods=True),
        Term(rebates, "Rebates on totals", "rebates", "supplier"),
        Term(financing, "Payment terms, goods under way"),
        Term(freight, "Freight"),
        Term(duties, "Duties", "tariffs", "authority", over=_layers),
        Term(
            qualification,
            "Supplier qualification",
            "suppliers",
            "supplier",
            "qualification_cost_musd",
            once="qualifications",
        ),
        Term(setups, "Dealing with suppliers", "suppliers", "supplier"),
        Term(switching, "Leaving incumbents", "offers", "offer", "leaving_musd", once="leavings"),
        Term(signing, "Signing of contracts", "contracts", "contract", "signing_cost_musd", once="signings"),
        Term(lump_sums, "Lump sums to suppliers", "contracts", "contract", "lump_sum_musd", once="signings"),
        Term(joining, "Entry into partnerships", "partnerships", "partnership", "upfront_musd", once="joins"),
        Term(partnerships, "Partnerships in force", "partnerships", "partnership"),
        Term(investment, "Investment (annuities)", "build_options", "option"),
        Term(grants, "Capex grants", "incentives", "incentive"),
        Term(closure, "Closure of plants", "facilities", "facility", "closure_cost_musd", once="closures"),
        Term(fixed_operation, "Fixed operation", "facilities", "facility"),
        Term(operation, "Variable operation"),
        Term(production_support, "Production support", "incentives", "incentive"),
        Term(collection, "Collection for recycling", "returns", "stream"),
        Term(holding, "Stock holding", "stocks", "place"),
        Term(disposal, "Disposal", "materials", "material"),
        Term(environment, "Environmental charges", over=_charges),
        Term(substitution, "Substitution", "substitutes", "segment"),
        Term(penalties, "Limits missed at a price"),
        Term(shortage, "Unmet demand (priced)", "segments", "segment"),
        Term(sales, "Sales of surplus", "sales", "place"),
    )
}
PAID_ONCE = tuple(name for name, term in TERMS.items() if term.once)
FOR_GOODS = tuple(name for name, term in TERMS.items() if term.for_goods)

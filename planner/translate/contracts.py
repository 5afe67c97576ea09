"""The `Tiers` and `Contracts` parts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
import pandas as pd

from models.data import Contracts, Groups, Tiers, Tree
from models.groups import Parts, Weighted
from planner.case import Case
from planner.translate import columns
from planner.translate.plants import on_paths
from planner.translate.rebates import BAND
from planner.translate.tools import MUSD_PER_USD, grouped, index_column, indices, no_rows, number_by, weighted

Ladders: TypeAlias = Sequence[tuple[str, pd.DataFrame, pd.DataFrame]]  # decision, bands, the most of each total
MAKE_UP = ["contract", "forfeited_in", "node"]


def tiers_part(purchases: pd.DataFrame, bands: pd.DataFrame, most: pd.DataFrame, more: Ladders) -> Tiers:
    """The `Tiers` part; `most` has the most worth buying by offer and node, the upper end of a last band.

    `more` has other totals with bands by decision: what is spent with suppliers, and what lanes carry.
    """
    bands = _with_ends(bands[bands["kind"].notna()], most)
    parts = [("buy", purchases[purchases["offer"].isin(bands["offer"])])]
    for name, found, highest in more:
        if len(found):
            bands = pd.concat([bands, _with_ends(found, highest)], ignore_index=True)
            parts.append((name, found.assign(decision=index_column(found, BAND))))
    slices = bands[bands["kind"] == "incremental"]
    reached = slices[~slices["rising"] & (slices["tier"] > 0)]
    whole = bands[bands["kind"] == "all units"]
    key = indices(bands, *BAND)
    return Tiers(
        BAND=Groups({k: Parts(((name, w),)) for name, some in parts for k, w in _in_bands(some)}),
        WIDTHS=indices(slices[slices["upper_t"].notna() & (slices["rising"] | (slices["tier"] == 0))], *BAND),
        REACHED=indices(reached, *BAND),
        CHOSEN=indices(whole, *BAND),
        ALL_UNITS=tuple(dict.fromkeys(indices(whole, "offer", "node"))),
        BANDS_OF=grouped(indices(whole, "offer", "node"), indices(whole, *BAND)),
        width_t_per_year=number_by(bands, BAND, "width"),
        upper_t_per_year=number_by(bands, BAND, "upper"),
        below=dict(zip(key, bands["below"].tolist(), strict=True)),
    )


def _in_bands(amounts: pd.DataFrame) -> Iterator[tuple[Hashable, Weighted]]:
    """The decisions in each band, all alike."""
    for band, some in grouped(indices(amounts, *BAND), indices(amounts, "decision")).items():
        yield band, Weighted([1.0] * len(some), some)


def _with_ends(bands: pd.DataFrame, most: pd.DataFrame) -> pd.DataFrame:
    """Bands with the tons at their upper end, their width, and the band below (blank for the first).

    Where a yes or no reaches a band, it ends at what is worth buying if that is less. A band above has no width then.
    """
    if bands.empty:
        return no_rows(bands, upper=float, width=float, below=float)
    bands = bands.merge(most[["offer", "node", "most_worth_t"]], on=["offer", "node"])
    tier, upper = bands["tier"].to_numpy(np.float64), bands["upper_t"].fillna(np.inf).to_numpy(np.float64)
    worth = np.maximum(bands["most_worth_t"].to_numpy(np.float64), tier)
    kept = np.isfinite(upper) & bands["rising"].to_numpy(bool)
    bands["upper"] = np.where(kept, upper, np.minimum(upper, worth))
    below = bands.groupby(["offer", "node"], sort=False)["tier"].shift(1)
    return bands.assign(width=bands["upper"] - bands["tier"], below=below)


@dataclass(frozen=True)
class ContractTables:
    """Where contracts may be signed, their terms, and where what is paid for may be forfeited and made up."""

    signings: Annotated[pd.DataFrame, columns.SIGNINGS]
    terms: Annotated[pd.DataFrame, columns.CONTRACT_TERMS]
    forfeits: Annotated[pd.DataFrame, columns.FORFEITS]
    make_ups: Annotated[pd.DataFrame, columns.MAKE_UPS]


def contract_tables(terms: pd.DataFrame, signings: pd.DataFrame, tree: Tree) -> ContractTables:
    """Where a contract may be signed, forfeited and made up."""
    if terms.empty:
        return ContractTables(signings, terms, columns.FORFEITS.none(), columns.MAKE_UPS.none())
    in_term = terms.drop_duplicates(["contract", "node"])
    forfeits = in_term[in_term["take_or_pay_share"] > 0].reset_index(drop=True)
    earlier = pd.DataFrame([(a, n) for n in tree.NODES for a in tree.PATH[n][:-1]], columns=["forfeited_in", "node"])
    later = forfeits.rename(columns={"node": "forfeited_in"})[["contract", "forfeited_in", "make_up_years"]]
    made = later.merge(earlier.astype(object), on="forfeited_in")
    made = made.merge(in_term[["contract", "node", "price_usd_per_t"]], on=["contract", "node"])
    ends = made["forfeited_in"].map(tree.period) + made["forfeited_in"].map(tree.years) - 1
    made = made[made["node"].map(tree.period) - ends <= made["make_up_years"]].reset_index(drop=True)
    return ContractTables(signings, terms, columns.FORFEITS.of(forfeits), columns.MAKE_UPS.of(made))


def contracts_part(
    case: Case, tree: Tree, tables: ContractTables, lifts: pd.DataFrame, sold: pd.DataFrame
) -> Contracts:
    """The `Contracts` part; a signed contract's volume is a number, others are decisions."""
    contracts, terms = case.tables["contracts"], tables.terms
    lift = indices(lifts, "decision")
    chosen = terms.dropna(subset=["signed_in"]).reset_index(drop=True)
    in_term = _in_term(terms)
    on_path, made_up = on_paths(tables.signings, tree), on_paths(tables.make_ups, tree)
    make_up, volumes = indices(tables.make_ups, *MAKE_UP), _volumes(contracts, terms, sold)
    price = {
        name: frame.assign(musd=frame["price_usd_per_t"] * MUSD_PER_USD) for name, frame in _paid(lifts, tables).items()
    }
    return Contracts(
        SIGNABLE=indices(tables.signings, "contract", "node"),
        SIGNED_ONCE=tuple(dict.fromkeys(indices(on_path, "contract", "leaf"))),
        SIGNABLE_ON_PATH=grouped(indices(on_path, "contract", "leaf"), indices(on_path, "contract", "node")),
        LIFTS=lift,
        LIFTS_OF=grouped(indices(lifts, "contract", "node"), lift),
        IN_TERM=indices(in_term, "contract", "node"),
        FORFEITS=indices(tables.forfeits, "contract", "node"),
        TAKE_OR_PAY=indices(tables.forfeits, "contract", "node"),
        MAKE_UPS=make_up,
        MAKE_UPS_IN=grouped(indices(tables.make_ups, "contract", "node"), make_up),
        MADE_UP_IN=tuple(dict.fromkeys(indices(tables.make_ups, "contract", "node"))),
        MADE_UP_LATER=tuple(dict.fromkeys(indices(made_up, "contract", "forfeited_in", "leaf"))),
        MAKE_UPS_OF=grouped(indices(made_up, "contract", "forfeited_in", "leaf"), indices(made_up, *MAKE_UP)),
        MADE_UP_FROM=tuple(dict.fromkeys(indices(tables.make_ups, "contract", "forfeited_in"))),
        VOLUMES=weighted(chosen, "share", indices(chosen, "contract", "signed_in"), by=("contract", "node")),
        OWED=weighted(chosen, "owed", indices(chosen, "contract", "signed_in"), by=("contract", "node")),
        signed_t_per_year=number_by(in_term, ("contract", "node"), "t"),
        owed_t_per_year=number_by(in_term, ("contract", "node"), "owed_t"),
        most_lifted_t_per_year=_at_most(tables, in_term, chosen, volumes, "t", "share"),
        most_owed_t_per_year=_at_most(tables, in_term, chosen, volumes, "owed_t", "owed"),
        min_t_per_year=number_by(contracts, ("contract",), "min_t_per_year"),
        max_t_per_year=volumes,
        take_or_pay_share=number_by(contracts, ("contract",), "take_or_pay_share"),
        lump_sum_musd=weighted(
            tables.signings, "lump_sum_musd", indices(tables.signings, "contract", "node"), by=("node",)
        ),
        signing_musd=weighted(
            tables.signings, "signing_cost_musd", indices(tables.signings, "contract", "node"), by=("node",)
        ),
        lift_musd_per_t=weighted(price["lifts"], "musd", lift, by=("node",)),
        forfeit_musd_per_t=weighted(
            price["forfeits"], "musd", indices(tables.forfeits, "contract", "node"), by=("node",)
        ),
        make_up_musd_per_t=weighted(price["make_ups"], "musd", make_up, by=("node",)),
    )


def _at_most(
    tables: ContractTables,
    in_term: pd.DataFrame,
    chosen: pd.DataFrame,
    volumes: Mapping[str, float],
    signed: str,
    share: str,
) -> dict[tuple[str, ...], float]:
    """What is lifted, or owed but for the share to be paid, at most where it may be made up later."""
    if tables.make_ups.empty:
        return {}
    key = ("contract", "node")
    most = number_by(in_term, key, signed)
    shares = chosen.groupby(list(key), sort=False)[share].max().to_dict()
    wanted = dict.fromkeys(indices(tables.make_ups, "contract", "forfeited_in"))
    return {one: most[one] + shares.get(one, 0.0) * volumes[str(one[0])] for one in wanted}


def _volumes(contracts: pd.DataFrame, terms: pd.DataFrame, sold: pd.DataFrame) -> dict[str, float]:
    """The largest volume worth signing for: the maximum, or what can be lifted of it in a node if that is less.

    A larger volume only owes more. At least the smallest volume, since a contract may be signed for that.
    """
    worth = terms.merge(sold[["offer", "node", "most_worth_t"]], on=["offer", "node"], how="left")
    worth = worth.assign(needed=(worth["most_worth_t"] / worth["share"]).fillna(0.0))
    needed = worth.groupby("contract")["needed"].max().to_dict()
    sizes = zip(*(contracts[name].tolist() for name in ("contract", "min_t_per_year", "max_t_per_year")), strict=True)
    return {name: min(most, np.fmax(least, needed.get(name, most))) for name, least, most in sizes}


def _in_term(terms: pd.DataFrame) -> pd.DataFrame:
    """Each contract in each node of its term, with the tons of it that were signed before (t) and are owed (owed_t)."""
    if terms.empty:
        return no_rows(terms[["contract", "node"]], t=float, owed_t=float)
    volume = terms["max_t_per_year"].where(terms["signed_in"].isna(), 0.0)
    signed = terms.assign(t=terms["share"] * volume, owed_t=terms["owed"] * volume)
    return signed.groupby(["contract", "node"], sort=False)[["t", "owed_t"]].sum().reset_index()


def _paid(lifts: pd.DataFrame, tables: ContractTables) -> dict[str, pd.DataFrame]:
    return {"lifts": lifts, "forfeits": tables.forfeits, "make_ups": tables.make_ups}

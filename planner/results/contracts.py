"""Contracts: what is signed, lifted, paid for and not taken, and what each is worth against buying on the spot.

Values are expected over the futures. The spot price is the offer's own before any price break; freight and duty are
left out on both sides, since they follow the goods however they are bought.
"""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, dated, rows, when, worked_out_once
from planner.status import TINY_T
from planner.translate.tools import MUSD_PER_USD

YEARLY = ("agreed_t", "deliverable_t", "lifted_t", "forfeited_t", "made_up_t", "paid_musd")
PRESENT = ("present_musd", "spot_present_musd")
AMOUNTS = (*YEARLY, *PRESENT, "for_lifted", "at_spot")
KEY = ["contract", "node"]


def contracts(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a contract, signed or not.

    Columns: contract, offer, supplier, material, signed (in words), from, to, volume_t_per_year, take_or_pay_share, in
    tons over the horizon lifted_t, forfeited_t and made_up_t, in USD per t price and spot (means over what is lifted),
    in M$ discounted paid_musd, signing_musd and value_musd: what the lifted tons would cost on the spot, less what is
    paid and the cost of signing.
    """
    offers = case.tables["offers"].set_index("offer")
    table = case.tables["contracts"].reset_index(drop=True)[["contract", "offer", "from", "to", "take_or_pay_share"]]
    table = table.assign(
        supplier=table["offer"].map(offers["supplier"]), material=table["offer"].map(offers["material"])
    )
    table["signed"] = _signed(case, plan)
    table["volume_t_per_year"] = _volumes(case, plan)
    yearly = contract_years(case, plan)
    lasting = yearly.assign(
        **{name: yearly[name] * yearly["years"] for name in ("lifted_t", "forfeited_t", "made_up_t")}
    )
    sums = lasting.groupby("contract")[["lifted_t", "forfeited_t", "made_up_t", *PRESENT]].sum()
    means = yearly.assign(**{name: yearly[name] * yearly["years"] for name in ("for_lifted", "at_spot")})
    means = means.groupby("contract")[["for_lifted", "at_spot"]].sum()
    table = table.join(sums, on="contract").join(means, on="contract")
    table["lifted_t"] = table["lifted_t"].fillna(0.0)
    lifted = table["lifted_t"].where(table["lifted_t"] > TINY_T)
    table["price"], table["spot"] = table["for_lifted"] / lifted, table["at_spot"] / lifted
    table = table.rename(columns={"present_musd": "paid_musd"})
    paid_once = _expected(plan, "signing").groupby("item")["musd"].sum()
    table["signing_musd"] = table["contract"].map(paid_once).astype(float)
    numbers = ["forfeited_t", "made_up_t", "paid_musd", "signing_musd", "spot_present_musd"]
    table[numbers] = table[numbers].fillna(0.0)
    table["value_musd"] = table["spot_present_musd"] - table["paid_musd"] - table["signing_musd"]
    return table.drop(columns=["for_lifted", "at_spot", "spot_present_musd"])


@worked_out_once
def contract_years(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a contract and period in which it is in force; expected.

    Columns: contract, offer, supplier, material, period, label, years, in t a year agreed_t, deliverable_t (what of it
    the supplier can deliver), lifted_t, forfeited_t and made_up_t, in USD per t price and spot (means over what is
    lifted), paid_musd a year, present_musd (discounted).
    """
    table = _at_nodes(plan)
    out = by_period(table, ["contract"], AMOUNTS)
    lifted = out["lifted_t"].where(out["lifted_t"] > TINY_T)
    out = out.assign(price=out["for_lifted"] / lifted, spot=out["at_spot"] / lifted)
    offers = case.tables["offers"].set_index("offer")
    out["offer"] = out["contract"].map(case.tables["contracts"].set_index("contract")["offer"])
    out["supplier"], out["material"] = out["offer"].map(offers["supplier"]), out["offer"].map(offers["material"])
    lengths = rows(plan, "nodes").drop_duplicates("period").set_index("period")["years"]
    return out.assign(label=out["period"].map(calendar(plan)), years=out["period"].map(lengths))


def _at_nodes(plan: Plan) -> pd.DataFrame:
    """Every contract at every node in which it is in force or leaves a trace, with its amounts."""
    parts = {"lifted_t": "lifts", "forfeited_t": "forfeits", "made_up_t": "make_ups"}
    sums = [rows(plan, name).groupby(KEY)["t_per_year"].sum().rename(column) for column, name in parts.items()]
    ledger = rows(plan, "ledger")
    lines = ledger[ledger["term"] == "contracts"].rename(columns={"item": "contract"})
    paid = lines.groupby(KEY)[["musd_per_year", "discounted_musd"]].sum()
    paid = paid.rename(columns={"musd_per_year": "paid_musd", "discounted_musd": "present_musd"})
    gross = lines[lines["layer"] == ""].groupby(KEY)["musd_per_year"].sum().rename("for_lifted") / MUSD_PER_USD
    held = rows(plan, "commitments").set_index(KEY)
    held = held.rename(columns={"agreed_t_per_year": "agreed_t", "deliverable_t_per_year": "deliverable_t"})
    table = pd.concat([held, *sums, paid, gross], axis=1).rename_axis(KEY).reset_index()
    spot = table.pop("spot_usd_per_t").fillna(0.0)
    table = table.fillna(0.0)
    table["at_spot"] = table["lifted_t"] * spot
    table = dated(plan, table[(table[["agreed_t", "lifted_t", "paid_musd"]] != 0).any(axis=1)])
    return table.assign(spot_present_musd=table["at_spot"] * table["discount"] * MUSD_PER_USD)


def _signed(case: Case, plan: Plan) -> list[str]:
    """When each contract is signed, in words."""
    chosen = rows(plan, "signings").groupby("contract")["node"].agg(list).to_dict()
    table = case.tables["contracts"]
    return [
        "before the plan" if signed else when(plan, chosen[name]) if name in chosen else "not signed"
        for name, signed in zip(table["contract"], table["signed"], strict=True)
    ]


def _volumes(case: Case, plan: Plan) -> list[float | None]:
    """The volume at which each contract is signed (the largest, where it depends on the future)."""
    chosen = rows(plan, "signings").groupby("contract")["volume_t_per_year"].max().to_dict()
    columns = case.tables["contracts"][["contract", "signed", "max_t_per_year"]]
    return [most if signed else chosen.get(name) for name, signed, most in columns.itertuples(index=False)]


def qualifications(case: Case, plan: Plan) -> pd.DataFrame:
    """Suppliers whose qualification is begun.

    Columns: supplier, country, begun (in words), years (that it takes), cost_musd (once), present_musd (expected).
    """
    begun = rows(plan, "qualifications").groupby("supplier")["node"].agg(list)
    table = case.tables["suppliers"]
    table = table[table["supplier"].isin(begun.index)].reset_index(drop=True)
    spent = _expected(plan, "qualification").groupby("item")["musd"].sum()
    return pd.DataFrame(
        {
            "supplier": table["supplier"],
            "country": table["country"].map(case.tables["countries"].set_index("country")["name"]),
            "begun": [when(plan, begun[name]) for name in table["supplier"]],
            "years": table["qualification_years"],
            "cost_musd": table["qualification_cost_musd"],
            "present_musd": table["supplier"].map(spent).fillna(0.0).astype(float),
        }
    )


def _expected(plan: Plan, term: str) -> pd.DataFrame:
    """The ledger's lines of a term with what each is expected to cost, discounted (musd)."""
    ledger = rows(plan, "ledger")
    lines = dated(plan, ledger[ledger["term"] == term])
    return lines.assign(musd=lines["probability"] * lines["discounted_musd"])

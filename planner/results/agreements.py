"""Partnerships and public support: when entered, what they cost or pay, what they add, and the duty they relieve.

Values are expected over the futures.
"""

from __future__ import annotations

import pandas as pd

from models.costs import PAID_ONCE
from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, country_names, dated, paths, rows, when
from planner.translate.tools import MUSD_PER_USD

EFFECTS = {
    "adds supply": "adds {value:,.0f} t a year to {what}",
    "cuts duty": "waives {value:.0%} of {what}",
    "shortens lead": "shortens {what} by {value:,.0f} years",
    "restores trust": "restores {value:.0%} of what was withdrawn",
}
GRANT = "capex grant"


def partnerships(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a partnership, entered or not.

    Columns: partnership, country, entered (in words), lead_years, effects (in words), paid_musd (undiscounted),
    present_musd (discounted), and in tons over the horizon added_t (what it adds to the supply on offer, taken or not)
    and opened_t (bought of offers that need it), relieved_musd (duty saved, discounted; blank where it was signed
    before).
    """
    table = case.tables["partnerships"].reset_index(drop=True)
    chosen = rows(plan, "joins").groupby("partnership")["node"].agg(list).to_dict()
    names, spent = country_names(case), _spent(plan)
    yearly = partnership_years(case, plan).groupby("partnership")[["added_total", "opened_total"]].sum()
    found = pd.DataFrame(
        {
            "partnership": table["partnership"],
            "country": [names.get(code, code) for code in table["country"]],
            "entered": [
                "before the plan" if signed else when(plan, chosen[name]) if name in chosen else "not entered"
                for name, signed in zip(table["partnership"], table["signed"], strict=True)
            ],
            "lead_years": table["lead_years"],
            "effects": [_effects(case, name) for name in table["partnership"]],
        }
    )
    found = found.join(spent, on="partnership").join(yearly, on="partnership")
    found = found.rename(columns={"added_total": "added_t", "opened_total": "opened_t"})
    relieved = relieved_duty(plan).groupby("partnership")["present_musd"].sum()
    found["relieved_musd"] = found["partnership"].map(relieved).astype(float)
    filled = ["paid_musd", "present_musd", "added_t", "opened_t", "relieved_musd"]
    found[filled] = found[filled].fillna(0.0)
    found["relieved_musd"] = found["relieved_musd"].where(~table["signed"])
    return found


def partnership_years(case: Case, plan: Plan) -> pd.DataFrame:
    """Supply by partnership and period: added_t and opened_t a year (expected), and added_total, opened_total in t."""
    supply = rows(plan, "partner_supply").groupby(["partnership", "node"])["t_per_year"].sum().rename("added_t")
    table = pd.concat([supply, _opened(case, plan)], axis=1).fillna(0.0)
    table = dated(plan, table.rename_axis(["partnership", "node"]).reset_index())
    for name in ("added", "opened"):
        table[f"{name}_total"] = table[f"{name}_t"] * table["years"]
    values = ["added_t", "opened_t", "added_total", "opened_total"]
    out = by_period(table, ["partnership"], values)
    return out.assign(label=out["period"].map(calendar(plan)))


def _opened(case: Case, plan: Plan) -> pd.Series:
    """Tons a year bought of offers that need a partnership, by partnership and node."""
    needs = case.tables["offers"].set_index("offer")["requires"].dropna()
    behind = case.tables["contracts"].set_index("contract")["offer"]
    spot = rows(plan, "purchases")[["offer", "node", "t_per_year"]]
    lifted = rows(plan, "lifts")[["contract", "node", "t_per_year"]]
    lifted = lifted.assign(offer=lifted["contract"].map(behind))[["offer", "node", "t_per_year"]]
    bought = pd.concat([spot, lifted], ignore_index=True)
    bought["partnership"] = bought["offer"].map(needs).astype(object)
    return bought.dropna().groupby(["partnership", "node"])["t_per_year"].sum().rename("opened_t")


def _spent(plan: Plan) -> pd.DataFrame:
    """What each partnership costs over the horizon: paid_musd undiscounted and present_musd."""
    ledger = rows(plan, "ledger")
    lines = dated(plan, ledger[ledger["term"].isin(("joining", "partnerships"))])
    lasting = lines["years"].where(~lines["term"].isin(PAID_ONCE), 1)
    lines["paid_musd"] = lines["probability"] * lines["musd_per_year"] * lasting
    lines["present_musd"] = lines["probability"] * lines["discounted_musd"]
    return lines.rename(columns={"item": "partnership"}).groupby("partnership")[["paid_musd", "present_musd"]].sum()


def relieved_duty(plan: Plan) -> pd.DataFrame:
    """Duty that partnerships entered by the plan relieve: partnership, authority, period, musd a year, present_musd."""
    parts = dated(plan, rows(plan, "relief"))
    parts["musd"] = parts["t_per_year"] * parts["saved_usd_per_t"] * MUSD_PER_USD
    parts["present_musd"] = parts["musd"] * parts["discount"]
    out = by_period(parts, ["partnership", "authority"], ["t_per_year", "musd", "present_musd"])
    return out.assign(label=out["period"].map(calendar(plan)))


def _effects(case: Case, partnership: str) -> str:
    """What a partnership changes, in words."""
    table = case.tables["partnership_effects"]
    table = table[table["partnership"] == partnership]
    said = []
    for effect, what, value in table[["effect", "applies_to", "value"]].itertuples(index=False):
        named = "every duty" if effect == "cuts duty" and what == "*" else what
        said.append(EFFECTS[effect].format(value=value, what=named))
    offers = case.tables["offers"]
    opens = offers.loc[offers["requires"] == partnership, "offer"].tolist()
    return "; ".join([*said, *(f"opens {name}" for name in opens)])


def incentives(case: Case, plan: Plan) -> pd.DataFrame:
    """One row an incentive: incentive, kind, applies_to, cap_musd and what it pays.

    paid_musd is undiscounted and expected, most_musd the same in the future in which it pays most (which its cap
    bounds), used_share that of the cap; present_musd is what the ledger counts, in which a grant lowers annuities.
    """
    table = case.tables["incentives"].reset_index(drop=True)[["incentive", "kind", "applies_to", "cap_musd"]]
    paid = _paid(plan)
    lasting = dated(plan, paid)
    expected = (lasting["probability"] * lasting["musd"]).groupby(lasting["incentive"]).sum()
    table["paid_musd"] = table["incentive"].map(expected).astype(float).fillna(0.0)
    on_paths = [paid[paid["node"].isin(path)].groupby("incentive")["musd"].sum() for path in paths(plan).values()]
    most = pd.concat(on_paths).groupby(level=0).max() if on_paths else expected
    table["most_musd"] = table["incentive"].map(most).astype(float).fillna(0.0)
    table["used_share"] = (table["most_musd"] / table["cap_musd"]).where(table["cap_musd"] > 0)
    ledger = rows(plan, "ledger")
    lines = dated(plan, ledger[ledger["term"].isin(["grants", "production_support"])])
    named = lines["layer"].where(lines["term"] == "grants", lines["item"])
    counted = (-lines["probability"] * lines["discounted_musd"]).groupby(named).sum()
    return table.assign(present_musd=table["incentive"].map(counted).astype(float).fillna(0.0))


def _paid(plan: Plan) -> pd.DataFrame:
    """What incentives pay out at each node, in M$ over all its years: incentive, node, musd."""
    grants = rows(plan, "grants")[["incentive", "node", "musd"]]
    support = rows(plan, "support").merge(rows(plan, "nodes")[["node", "years"]], on="node")
    support = support.assign(musd=support["musd_per_year"] * support["years"])[["incentive", "node", "musd"]]
    return pd.concat([grants, support], ignore_index=True)

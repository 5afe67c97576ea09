"""Results: contracts, partnerships and public support; quotas and drawback."""

from __future__ import annotations

import streamlit as st

from planner.case.quantity import in_words
from planner.pages.charts import stacked_bars
from planner.pages.frame import as_table, section, table
from planner.results.contracts import qualifications
from planner.results.drawbacks import drawbacks
from planner.results.frames import calendar
from planner.results.quotas import quotas
from planner.runs.opened import Opened
from planner.runs.tables import kept_table

TONS, MUSD, USD, SHARE = "{:,.1f}", "{:,.2f}", "{:,.0f}", "{:.1%}"


def agreements(opened: Opened) -> None:
    """What is agreed beyond buying on the spot."""
    _contracts(opened)
    _partnerships(opened)
    _support(opened)
    section("Suppliers to be qualified")
    found = qualifications(opened.case, opened.plan)
    if found.empty:
        st.markdown("No supplier has to be qualified.")
        return
    names = {"years": "years it takes", "cost_musd": "cost once, M$", "present_musd": "expected, M$ discounted"}
    formats = {"years": "{:.0f}", "cost_musd": MUSD, "present_musd": MUSD}
    table(found, "Suppliers whose qualification is begun", formats, names)


def _contracts(opened: Opened) -> None:
    section("Contracts")
    found = kept_table(opened, "contracts")
    if found.empty:
        st.markdown("The case offers no contract.")
        return
    said = (
        "Value is what the lifted tons would have cost at the offer's own spot price, less all that is paid under the "
        "contract and the cost of signing, in M\\$ discounted. Below zero the contract costs more than the spot."
    )
    st.markdown(in_words(said))
    tons = dict.fromkeys(("volume_t_per_year", "lifted_t", "forfeited_t", "made_up_t"), TONS)
    money = dict.fromkeys(("paid_musd", "signing_musd", "value_musd"), MUSD)
    prices = dict.fromkeys(("price", "spot"), USD) | {"take_or_pay_share": "{:.0%}"}
    names = {
        "volume_t_per_year": "volume, t/yr", "lifted_t": "lifted, t", "forfeited_t": "forfeited, t",
        "made_up_t": "made up, t", "price": "price, USD/t", "spot": "spot, USD/t", "paid_musd": "paid, M$",
        "signing_musd": "signing, M$", "value_musd": "value, M$", "take_or_pay_share": "take or pay",
    }  # fmt: skip
    first = ["contract", "signed", "value_musd", "supplier", "material", "volume_t_per_year", "lifted_t"]
    shown = found[[*first, *(name for name in found.columns if name not in first)]]
    table(shown, "Contracts with what is lifted, paid and saved", tons | money | prices, names)
    yearly = kept_table(opened, "contract_years")
    if yearly["lifted_t"].sum() > 0:
        drawn = yearly.assign(period=yearly["label"])
        periods = list(calendar(opened.plan).values())
        st.altair_chart(
            stacked_bars(drawn, "contract", "lifted_t", "lifted, t/yr", periods),
            alt="Tons lifted per year under each contract, one bar a period",
        )
    columns = ["contract", "label", "agreed_t", "lifted_t", "forfeited_t", "made_up_t", "price", "spot", "paid_musd"]
    names |= {"label": "period", "agreed_t": "agreed, t/yr", "paid_musd": "paid, M$/yr", "lifted_t": "lifted, t/yr"}
    names |= {"forfeited_t": "forfeited, t/yr", "made_up_t": "made up, t/yr"}
    formats = tons | {"agreed_t": TONS, "price": USD, "spot": USD, "paid_musd": MUSD}
    as_table(yearly[columns], "Contracts by period", {n: f for n, f in formats.items() if n in columns}, names)


def _partnerships(opened: Opened) -> None:
    section("Partnerships")
    found = kept_table(opened, "partnerships")
    if found.empty:
        st.markdown("The case offers no partnership.")
        return
    st.caption("A partnership in force before the plan is in the duty rates already: what it relieves is a dash.")
    formats = dict.fromkeys(("added_t", "opened_t"), TONS) | {"lead_years": "{:.0f}"}
    formats |= dict.fromkeys(("paid_musd", "present_musd", "relieved_musd"), MUSD)
    names = {
        "lead_years": "years to take effect", "effects": "what it changes", "added_t": "supply added, t",
        "opened_t": "bought of offers it opens, t", "paid_musd": "cost, M$", "present_musd": "cost, M$ discounted",
        "relieved_musd": "duty relieved, M$ discounted",
    }  # fmt: skip
    table(found, "Partnerships with cost, supply and duty", formats, names)


def _support(opened: Opened) -> None:
    section("Public support")
    found = kept_table(opened, "incentives")
    if found.empty:
        st.markdown("The case offers no public support.")
        return
    formats = dict.fromkeys(("cap_musd", "paid_musd", "most_musd", "present_musd"), MUSD) | {"used_share": SHARE}
    names = {
        "applies_to": "applies to", "cap_musd": "cap, M$", "paid_musd": "paid out, M$",
        "most_musd": "where it pays most, M$", "used_share": "of the cap",
        "present_musd": "in the ledger, M$ discounted",
    }  # fmt: skip
    table(found, "Public support and its caps", formats, names)


def quota_table(opened: Opened) -> None:
    """What of each quota is used and left; nothing where there is none."""
    found = quotas(opened.case, opened.plan)
    if found.empty:
        return
    section("Quotas")
    st.caption("Where the rate over the quota is a dash, nothing may enter over it.")
    formats = dict.fromkeys(("quota_t", "came_t", "used_t", "left_t"), TONS)
    formats |= dict.fromkeys(("in_rate", "over_rate", "used_share"), SHARE)
    names = {
        "label": "period", "quota_t": "size, t/yr", "came_t": "came, t/yr", "used_t": "used, t/yr",
        "left_t": "left, t/yr", "in_rate": "rate inside", "over_rate": "rate over", "used_share": "used",
        "destination": "charged by",
    }  # fmt: skip
    order = ["quota", "label", "quota_t", "came_t", "used_t", "left_t", "used_share", "in_rate", "over_rate"]
    columns = [*order, "authority", "origin", "destination"]
    table(found[columns], "Quotas by period: size, used, left and rates", formats, names)


def drawback_table(opened: Opened) -> None:
    """On what duty comes back; nothing where none does."""
    found = drawbacks(opened.case, opened.plan)
    if found.empty:
        return
    section("Duty that comes back")
    names = {"label": "period", "t": "drawn back, t/yr", "musd": "comes back, M$/yr", "exported": "since this left"}
    columns = ["drawback", "label", "authority", "material", "exported", "t", "musd"]
    table(found[columns], "Duty drawback by period", {"t": TONS, "musd": MUSD}, names)

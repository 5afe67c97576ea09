"""What each measure of the limits sheet adds up, as lines: a sum, or the two sums of a ratio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from models.data import Border, Duties
from models.groups import Index
from planner.schema import UPSTREAM
from planner.translate import columns
from planner.translate.behind import looked_through
from planner.translate.exposure import ExposureTables, country_scores
from planner.translate.lines import Lines

Sums = tuple[pd.DataFrame, pd.DataFrame | None]
DAYS = 365.0


@dataclass(frozen=True)
class Measures:
    """The lines of each measure, under its own name: what is measured, and the whole of which it is a part (or None).

    `QUALIFIABLE` are the qualifications that may begin, `border` tells the parts of flows that pay less duty.
    """

    lines: Lines
    duties: Duties
    border: Border
    given_off: Mapping[str, pd.DataFrame]
    exposed: ExposureTables
    QUALIFIABLE: tuple[Index, ...]

    def of(self, measure: str, through: str | None = None, attribute: str | None = None) -> Sums:
        """The lines of the measure of this name, their countries those that a limit looks through to."""
        if attribute is not None:
            return self.attribute_mean(attribute)
        part, whole = getattr(self, measure)()
        return part if through is None else looked_through(self.lines, part, through), whole

    def capacity_t(self) -> Sums:
        """Capacity that stands already and what builds add, as far as they have ramped up."""
        return pd.concat([self.lines.existing_at_work, self.lines.standing], ignore_index=True), None

    def made_t(self) -> Sums:
        """Output of runs."""
        return self.lines.made, None

    def bought_t(self) -> Sums:
        """Purchases and contract deliveries."""
        return self.lines.bought, None

    def sold_t(self) -> Sums:
        """Surplus sold."""
        return self.lines.sold, None

    def collected_t(self) -> Sums:
        """Used goods collected."""
        return self.lines.collected, None

    def share(self) -> Sums:
        """What is bought and made of what is bought and made; the whole is selected by goods alone."""
        return self.lines.supplied, self.lines.supplied

    def exposure(self) -> Sums:
        """Value at risk in each country behind what is bought, of a hundredth of that: their ratio is the index."""
        value = self.exposed.value
        behind = looked_through(self.lines, value, UPSTREAM)
        score = behind["country"].map(country_scores(self.lines.case)).astype(float)
        at_risk = behind.assign(coefficient=behind["coefficient"] * score / 100.0)
        at_risk = at_risk[at_risk["coefficient"] != 0].reset_index(drop=True)
        return at_risk, value.assign(coefficient=value["coefficient"] / 100.0)

    def duty_musd(self) -> Sums:
        """What each flow pays, less what its parts inside quotas and at a partner's duty save.

        Own goods have the origin of the place that sends them, and no supplier.
        """
        layers = self.duties.LAYERS
        paid = [(layer[-1], part) for layer in layers for part in self.duties.musd_per_t[layer]]
        frame = pd.DataFrame([(n, *part) for n, part in paid], columns=["node", "coefficient", "component", "index"])
        whose = [
            self.border.FLOW.get(x[-1], (kind, x)) for kind, x in zip(frame["component"], frame["index"], strict=True)
        ]
        frame["flow"] = pd.Series(whose, index=frame.index, dtype=object)
        sent = self.lines.moved["from"].map(self.lines.country).astype(object)
        moved = self.lines.moved.assign(country=sent, group=sent.map(self.lines.groups))
        goods = pd.concat([self.lines.bought, moved], ignore_index=True)
        flow = pd.Series(list(zip(goods["component"], goods["index"], strict=True)), index=goods.index, dtype=object)
        words = goods.drop(columns=["component", "index", "coefficient", "node"]).assign(flow=flow)
        return frame.merge(words, on="flow")[columns.LINES.names], None

    def spend_musd(self) -> Sums:
        """Purchases and contract deliveries at the price paid."""
        return self.exposed.value, None

    def spend_share(self) -> Sums:
        """The same of the same; the whole is selected by goods alone."""
        return self.exposed.value, self.exposed.value

    def attribute_mean(self, attribute: str) -> Sums:
        """What is bought, by what the sheet attributes states of its offer, of what is bought."""
        rows = self.lines.case.tables["attributes"]
        stated = rows[rows["attribute"] == attribute].set_index("offer")["value"].to_dict()
        bought = self.lines.bought
        return bought.assign(coefficient=bought["coefficient"] * bought["offer"].map(stated).astype(float)), bought

    def capex_musd(self) -> Sums:
        """Capex of all builds begun on the path so far."""
        return self.lines.begun, None

    def shortage_share(self) -> Sums:
        """Shortages of needs."""
        return self.lines.short, self.lines.needed

    def stock_days(self) -> Sums:
        """Stock, of a day's use."""
        used = self.lines.used
        return self.lines.stocked, used.assign(coefficient=used["coefficient"] / DAYS)

    def recycled_share(self) -> Sums:
        """What is collected and what is made of used goods, of all that is bought, made and collected."""
        made, collected = self.lines.made, self.lines.collected
        recycled = made.assign(coefficient=made["coefficient"] * made["process"].map(recycling(self.lines)))
        whole = pd.concat([self.lines.supplied, collected], ignore_index=True)
        return pd.concat([recycled[recycled["coefficient"] != 0], collected], ignore_index=True), whole

    def co2_t(self) -> Sums:
        """CO2 of goods where they arrive, and of runs."""
        return self.given_off["co2_t"], None

    def water_m3(self) -> Sums:
        """Water of runs."""
        return self.given_off["water_m3"], None

    def residue_t(self) -> Sums:
        """Residue of runs."""
        return self.given_off["residue_t"], None

    def suppliers_added(self) -> Sums:
        """Qualifications begun, per year of the period."""
        return self.lines.qualifying(self.QUALIFIABLE), None


def recycling(lines: Lines) -> dict[str, float]:
    """The share of used goods in the tons of each process's inputs.

    Used goods are the materials of the returns sheet, and what nobody offers and is made of used goods alone.
    """
    recipes = lines.case.tables["recipes"]
    inputs = recipes[recipes["t_per_t"] < 0].assign(taken=lambda t: -t["t_per_t"])
    outputs = recipes[recipes["t_per_t"] > 0]
    used = set(lines.case.tables["returns"]["material"])
    offered = set(lines.case.tables["offers"]["material"])
    processes = sorted(set(recipes["process"]))
    taken = inputs.groupby("process")["taken"].sum()
    while True:
        of_used = inputs[inputs["material"].isin(used)].groupby("process")["taken"].sum()
        share = (of_used.reindex(processes).fillna(0.0) / taken.reindex(processes)).fillna(0.0)
        purely = outputs["process"].map(share) >= 1.0 - 1e-12
        only_so = purely.groupby(outputs["material"]).all()
        more = set(only_so.index[only_so]) - offered - used
        if not more:
            return {str(process): float(number) for process, number in share.items()}
        used |= more

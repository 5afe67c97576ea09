"""What changes the answer: what the plan, held as it is, would cost more or less if one thing came out otherwise.

To plan anew can only do better. So a change that makes things cheaper saves at least what is said, and one that makes
them dearer costs at most that.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from models.costs import FOR_GOODS
from planner.results.facts import Facts, remembered
from planner.results.headline import sellers

AT_LEAST, AT_MOST = "at least", "at most"
_SMALL_MUSD = 1e-6
RULE_COLUMNS = [
    "what",
    "years",
    "when",
    "probability",
    "never_more_musd",
    "never_gap_musd",
    "always_more_musd",
    "always_gap_musd",
]


@remembered
def turns(facts: Facts) -> pd.DataFrame:
    """One row a change, the largest first: what, part (what of the cost it bears on, M$), low_musd and high_musd (by
    how much the cost changes when it falls, or rises; blank where it cannot), size_musd (the larger of the two).
    """
    rows = [row for row in _changes(facts) if abs(row[1]) > _SMALL_MUSD]
    table = pd.DataFrame(rows, columns=["what", "part_musd", "low_musd", "high_musd"])
    table["size_musd"] = table[["low_musd", "high_musd"]].abs().max(axis=1)
    return table.sort_values(["size_musd", "what"], ascending=[False, True], kind="stable").reset_index(drop=True)


def rules_to_act_by(facts: Facts) -> pd.DataFrame:
    """One row a decision that a plan for several futures begins, as `ree-planner rules` told it; none where none did.

    Columns: what, years (in words), when (what it waits for), probability, in M$ never_more_musd ± never_gap_musd and
    always_more_musd ± always_gap_musd: what it costs more never to begin it, and to begin it in every future.
    """
    rows = [{**told, "when": "whatever happens", "probability": 1.0} for told in facts.rules.get("whatever", ())]
    for told in facts.rules.get("rules", ()):
        prices = {f"{way}_{name}": told[way][name] for way in ("never", "always") for name in ("more_musd", "gap_musd")}
        rows.append({**told, **prices})
    table = pd.DataFrame(rows, columns=RULE_COLUMNS)
    table["years"] = [" or ".join(map(str, years)) for years in table["years"]]
    return table.astype(dict.fromkeys(RULE_COLUMNS[3:], float))


def _changes(facts: Facts) -> Iterator[tuple[str, float, float | None, float | None]]:
    terms = facts.ledger.groupby("term")["expected_musd"].sum()

    def of(*names: str) -> float:
        return float(sum(terms.get(name, 0.0) for name in names))

    def swing(what: str, part: float, share: float) -> tuple[str, float, float, float]:
        return f"{what} ±{share:.0%}", part, -abs(part) * share, abs(part) * share

    duties = facts.ledger[facts.ledger["term"] == "duties"].groupby("layer")["expected_musd"].sum()
    yield "All duties off", float(duties.sum()), -float(duties.sum()), None
    if len(duties) > 1:
        layer = str(duties.idxmax())
        yield f"Duty off: {layer}", float(duties[layer]), -float(duties[layer]), None
    goods = of(*FOR_GOODS)
    yield swing("Prices of all that is bought", goods, 0.1)
    paid = sellers(facts)
    if len(paid):
        yield f"Prices of {paid.index[0]} +25%", float(paid.iloc[0]), None, 0.25 * float(paid.iloc[0])
    yield swing("Prices of what is sold", of("sales"), 0.1)
    yield swing("Running cost of plants", of("operation"), 0.1)
    yield swing("Fixed cost of plants", of("fixed_operation"), 0.1)
    yield swing("Capital cost of what is begun", of("investment"), 0.2)
    yield swing("Freight", of("freight"), 0.5)
    yield swing("Collection for recycling", of("collection"), 0.2)
    yield swing("Loss from unmet need", of("shortage"), 0.5)

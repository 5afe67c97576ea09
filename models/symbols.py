"""The symbols of the program: its index letters and its decisions, each with its meaning and unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Symbol:
    """One decision: its name in the code and in an LP file, its indices, what it means and its unit."""

    name: str
    index: str
    meaning: str
    unit: str


INDEX_LETTERS: dict[str, str] = {
    "o": "offer",
    "t": "price band of an offer (its lower end)",
    "j": "partnership",
    "c": "contract",
    "v": "supplier",
    "d": "place that takes",
    "i": "place that sends",
    "D": "country of destination",
    "z": "limit",
    "y": "country or supplier that a limit looks at by itself",
    "u": "supplier, facility or lane that a limit counts",
    "k": "material",
    "g, h": "origin class, and a looser one",
    "f": "facility",
    "p": "process",
    "b": "build option",
    "w": "partnership that makes a build quicker (or none)",
    "m": "demand segment",
    "r": "stream of returns",
    "l": "row of the lanes sheet",
    "q": "quota, or drawback",
    "a": "authority that charges a duty",
    "ι": "what is given off or used up: CO2, water, residue",
    "s": "incentive",
    "x": "any decision that a sum runs over",
    "ρ": "tons of a material by which a ton of need is met",
    "n, n', n''": "node of the scenario tree, and earlier ones on its path",
    "e": "leaf of the tree: one future",
    "E": "tail of the futures, by its measure",
    "δ": "decision that the case forces or forbids",
}

DECISIONS: tuple[Symbol, ...] = (
    Symbol("buy", "o t d g n", "spot purchase at the price of a band, entered in an origin class", "t/yr"),
    Symbol("order", "o n", "an offer with a minimum order is used", "0 or 1"),
    Symbol("qualify", "v n", "begin to qualify a supplier", "0 or 1"),
    Symbol("leave", "o n", "leave an offer that is bought today", "0 or 1"),
    Symbol("deal", "v n", "deal with a supplier with whom that costs something", "0 or 1"),
    Symbol("lots", "o n", "how many lots are bought at spot", "whole number"),
    Symbol("extra", "o j n", "what a partnership adds to an offer", "t/yr"),
    Symbol("reach", "o t n", "a cheaper slice of an offer is reached", "0 or 1"),
    Symbol("choose", "o t n", "the band whose price holds for all units", "0 or 1"),
    Symbol("spent", "o t n", "what is paid to a supplier in a band of its total", "M$/yr"),
    Symbol("sign", "c n", "sign a contract", "0 or 1"),
    Symbol("volume", "c n", "the annual volume it is signed at", "t/yr"),
    Symbol("lift", "c d g n", "contract delivery", "t/yr"),
    Symbol("forfeit", "c n", "paid and not taken", "t/yr"),
    Symbol("make_up", "c n' n", "part of what is lifted that was paid for in an earlier node", "t/yr"),
    Symbol("underlift", "c n", "less is taken than is owed, where what is paid for may be made up", "0 or 1"),
    Symbol("join", "j n", "enter a partnership", "0 or 1"),
    Symbol("relief", "j x", "part of a flow at a partner's duty", "t/yr"),
    Symbol("in_quota", "q x", "part of a flow inside a quota", "t/yr"),
    Symbol("drawn_back", "q x", "part of a flow on which duty comes back, since something leaves again", "t/yr"),
    Symbol("ship", "i k g d n", "own output or collected material sent to a place", "t/yr"),
    Symbol("ship_stock", "i k g d n", "stock sent to another place of the same country", "t/yr"),
    Symbol("downgrade", "i k g h n", "own output counted as a looser class before it leaves", "t/yr"),
    Symbol("use_lane", "l i d n", "a lane with a minimum or fixed cost is opened", "0 or 1"),
    Symbol("carried", "l i d t n", "what a lane carries in a weight band", "t/yr"),
    Symbol("topped", "l i d n", "what freight on a lane falls short of its minimum charge", "M$/yr"),
    Symbol("build", "b w n", "how often an option is begun", "whole number"),
    Symbol("size", "b w n", "capacity it adds", "t/yr"),
    Symbol("close", "f n", "close existing capacity", "0 or 1"),
    Symbol("run", "f p g n", "activity of a process", "t/yr"),
    Symbol("grant", "s b w n", "part of the capex that a grant pays", "M$"),
    Symbol("support", "s n", "support received for output", "M$/yr"),
    Symbol("serve", "m k ρ g n", "need met with a material (ρ t of it per t of need)", "t/yr of need"),
    Symbol("short", "m n", "need not met", "t/yr of need"),
    Symbol("collect", "r i k g n", "used goods and scrap collected", "t/yr"),
    Symbol("stock", "d k g n", "stock at the end of the period", "t"),
    Symbol("open_stock", "d k g n", "stock before the first period, by the class it is counted in", "t"),
    Symbol("downgrade_stock", "d k g h n", "stock counted as a looser class", "t/yr"),
    Symbol("sell", "d k price n", "surplus sold", "t/yr"),
    Symbol("dispose", "d k n", "surplus thrown away", "t/yr"),
    Symbol("exceed", "z y n", "by how much a limit with a penalty is exceeded", "unit of the limit"),
    Symbol("miss", "z y n", "by how much a limit with a penalty is missed", "unit of the limit"),
    Symbol("counted", "z y u n", "a supplier, facility or lane counts as used", "0 or 1"),
    Symbol("small", "z y u n", "a supplier brings too few tons to be counted, whatever its share", "0 or 1"),
    Symbol("supplied", "z y n", "supply of a country or supplier under a concentration limit", "t/yr"),
    Symbol("node_cost", "n", "cost of a node, discounted", "M$"),
    Symbol("node_loss", "n", "loss from needs not met in all years of a node, undiscounted", "M$"),
    Symbol("eta", "E", "the cost (or loss) at which the tail of dear futures begins", "M$"),
    Symbol("excess", "E e", "cost (or loss) of a future above that level", "M$"),
)

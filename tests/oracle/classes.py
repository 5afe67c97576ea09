"""Origin classes: which rules a ton is counted as keeping.

A class is (rule, stages that no longer matter). A run answers for its own step and for `made`; so what it takes for
class g need keep only the rest of g's rows, and has a class of its own. The empty class is ("", none).
"""

from __future__ import annotations

from datetime import date

from .read import Row, day, number, yes
from .world import Node, World

Group = tuple[str, frozenset[str]]
NONE: Group = ("", frozenset())


def classes(w: World) -> dict[str, list[Group]]:
    """The classes in which each material is asked for: the empty one, those of segments that may take it (or of credits
    for making it), and from these, backwards through the recipes, what runs take to make them."""
    asked: dict[str, list[Group]] = {material: [NONE] for material in w.material}
    for row in w["segments"]:
        ways = [other["material"] for other in w["substitutes"] if other["segment"] == row["segment"]]
        for material in (row["material"], *ways) if "origin_rule" in row else ():
            asked[material].append((row["origin_rule"], frozenset()))
    for row in w["incentives"]:
        if "origin_rule" in row:
            for groups in asked.values():
                groups.append((row["origin_rule"], frozenset()))
    steps = {(row["process"], row.get("step", "made")) for row in w["processes"]}
    for _ in range(len(w.material) + len(w["origin_rules"])):  # long enough for the longest chain
        for process, step in sorted(steps):
            made = [r["material"] for r in w["recipes"] if r["process"] == process and number(r, "t_per_t") > 0]
            wanted = {inputs_of(w, group, step) for material in made for group in asked[material]}
            for row in w["recipes"]:
                if row["process"] == process and number(row, "t_per_t") < 0:
                    asked[row["material"]] += sorted(wanted, key=str)
    return {material: list(dict.fromkeys(groups)) for material, groups in asked.items()}


def inputs_of(w: World, group: Group, step: str) -> Group:
    """The class of what a run takes to make class `group`."""
    stages = {row["stage"] for row in w["origin_rules"] if row["rule"] == group[0]}
    waived = (group[1] | {step, "made"}) & stages
    return (group[0], waived) if stages - waived else NONE


def rows_of(w: World, group: Group, n: Node) -> list[Row]:
    """The rows of a class that are in force: those dated on or before the first day of the period."""
    known, start = w.found["rows of class"], date(n.first, 1, 1)
    if (group, n) not in known:
        rows = [row for row in w["origin_rules"] if row["rule"] == group[0] and row["stage"] not in group[1]]
        known[group, n] = [row for row in rows if day(row, "from", date.min) <= start]
    return known[group, n]  # type: ignore[no-any-return]


def shut_out(w: World, row: Row, country: str | None) -> bool:
    """Whether a row shuts out a country, or one that nobody knows."""
    return country is None or row["country"] in w.groups[country]


def offer_enters(w: World, offer: Row, group: Group, n: Node) -> bool:
    """An offer answers for where it was mined, refined, melted, and made (its origin); blank is unknown and fails."""
    known = {"mined": offer.get("mined_in"), "refined": offer.get("refined_in"), "melted": offer.get("melted_in")}
    known["made"] = offer["origin"]
    return not any(shut_out(w, row, known[row["stage"]]) for row in rows_of(w, group, n))


def named_enters(w: World, rules: list[str], recycled: bool, group: Group, n: Node) -> bool:
    """Collected or old stocked goods: what `rules` says, and for recycled material what the rule's rows exempt."""
    if group == NONE or group[0] in rules:
        return True
    return all(recycled and yes(row, "recycled_exempt") for row in rows_of(w, group, n))


def run_passes(w: World, step: str, country: str, group: Group, n: Node) -> bool:
    """A run answers for its step and `made` with its country; nothing else has happened to what it makes of nothing."""
    return not any(row["stage"] in (step, "made") and shut_out(w, row, country) for row in rows_of(w, group, n))


def looser(w: World, material: str, strict: Group, n: Node) -> list[Group]:
    """The classes that a ton of one may be counted as: those whose rows are all among its own."""

    def rows(group: Group) -> set[tuple[str, str, bool]]:
        return {(r["country"], r["stage"], yes(r, "recycled_exempt")) for r in rows_of(w, group, n)}

    known = w.found["looser"]
    if (material, strict, n) not in known:
        own, others = rows(strict), w.found["classes"][material]
        own |= {(country, stage, True) for country, stage, _ in own}  # who exempts nothing keeps the exempting row too
        known[material, strict, n] = [loose for loose in others if loose != strict and rows(loose) <= own]
    return known[material, strict, n]  # type: ignore[no-any-return]

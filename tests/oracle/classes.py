"""Origin classes: which rules a ton is counted as keeping.

A class is (rule, stages that no longer matter, day): it asks for the rule's rows that are in force on that day. What is
used in a period must keep the rows in force when the period begins, were it made or stocked before. A run answers for
its own step and for `made`; so what it takes for class g need keep only the rest of g's rows, and has a class of its
own. The empty class asks nothing.
"""

from __future__ import annotations

from datetime import date

from .read import Row, day, number, yes
from .world import Node, World

Group = tuple[str, frozenset[str], date]
NONE: Group = ("", frozenset(), date.min)


def asked(w: World, rule: str | None, n: Node) -> Group:
    """The class of a rule's rows that are in force in a period: those dated on or before its first day."""
    dates = [day(row, "from", date.min) for row in w["origin_rules"] if row["rule"] == rule]
    known = [begins for begins in dates if begins <= date(n.first, 1, 1)]
    return (str(rule), frozenset(), max(known)) if known else NONE


def classes(w: World) -> dict[str, list[Group]]:
    """The classes in which each material is asked for: the empty one, those of segments that may take it (or of credits
    for making it), and from these, backwards through the recipes, what runs take to make them."""
    found: dict[str, list[Group]] = {material: [NONE] for material in w.material}
    for row in w["segments"]:
        ways = [other["material"] for other in w["substitutes"] if other["segment"] == row["segment"]]
        for material in (row["material"], *ways):
            found[material] += [asked(w, row.get("origin_rule"), n) for n in w.nodes]
    for row in w["incentives"]:
        for groups in found.values():
            groups += [asked(w, row.get("origin_rule"), n) for n in w.nodes]
    steps = {(row["process"], row.get("step", "made")) for row in w["processes"]}
    for _ in range(len(w.material) + len(w["origin_rules"])):  # long enough for the longest chain
        for process, step in sorted(steps):
            made = [r["material"] for r in w["recipes"] if r["process"] == process and number(r, "t_per_t") > 0]
            wanted = {inputs_of(w, group, step) for material in made for group in found[material]}
            for row in w["recipes"]:
                if row["process"] == process and number(row, "t_per_t") < 0:
                    known = found[row["material"]]
                    found[row["material"]] = [*known, *sorted(wanted - set(known), key=str)]
            for material in made:  # what is made beside it keeps the class where it is of any use
                beside = {group for other in made for group in found[other]} - set(found[material])
                useful = [g for g in beside if any(h != NONE and keeps(w, g, h) for h in found[material])]
                found[material] += sorted(useful, key=str)
    return {material: list(dict.fromkeys(groups)) for material, groups in found.items()}


def inputs_of(w: World, group: Group, step: str) -> Group:
    """The class of what a run takes to make class `group`."""
    stages = {row["stage"] for row in rows_of(w, (group[0], frozenset(), group[2]))}
    waived = (group[1] | {step, "made"}) & stages
    return (group[0], frozenset(waived), group[2]) if stages - waived else NONE


def rows_of(w: World, group: Group) -> list[Row]:
    """The rows that a class asks for."""
    known = w.found["rows of class"]
    if group not in known:
        rows = [row for row in w["origin_rules"] if row["rule"] == group[0] and row["stage"] not in group[1]]
        known[group] = [row for row in rows if day(row, "from", date.min) <= group[2]]
    return known[group]  # type: ignore[no-any-return]


def shut_out(w: World, row: Row, country: str | None) -> bool:
    """Whether a row shuts out a country, or one that nobody knows."""
    return country is None or row["country"] in w.groups[country]


def offer_enters(w: World, offer: Row, group: Group) -> bool:
    """An offer answers for where it was mined, refined, melted, and made (its origin); blank is unknown and fails."""
    known = {"mined": offer.get("mined_in"), "refined": offer.get("refined_in"), "melted": offer.get("melted_in")}
    known["made"] = offer["origin"]
    return not any(shut_out(w, row, known[row["stage"]]) for row in rows_of(w, group))


def named_enters(w: World, rules: list[str], recycled: bool, group: Group) -> bool:
    """Collected or old stocked goods: what `rules` says, and for recycled material what the rule's rows exempt."""
    if group == NONE or group[0] in rules:
        return True
    return all(recycled and yes(row, "recycled_exempt") for row in rows_of(w, group))


def run_passes(w: World, step: str, country: str, group: Group) -> bool:
    """A run answers for its step and `made` with its country; nothing else has happened to what it makes of nothing."""
    return not any(row["stage"] in (step, "made") and shut_out(w, row, country) for row in rows_of(w, group))


def looser(w: World, material: str, strict: Group) -> list[Group]:
    """The classes that a ton of one may be counted as: those whose rows are all among its own."""
    known = w.found["looser"]
    if (material, strict) not in known:
        known[material, strict] = [g for g in w.found["classes"][material] if g != strict and keeps(w, strict, g)]
    return known[material, strict]  # type: ignore[no-any-return]


def keeps(w: World, strict: Group, loose: Group) -> bool:
    """Whether a ton of one class keeps all that another asks; who exempts nothing keeps the exempting row too."""

    def rows(group: Group) -> set[tuple[str, str, bool]]:
        return {(r["country"], r["stage"], yes(r, "recycled_exempt")) for r in rows_of(w, group)}

    own = rows(strict)
    return rows(loose) <= own | {(country, stage, True) for country, stage, _ in own}

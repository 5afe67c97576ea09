"""Origin classes: which goods count as untouched by the countries that a rule names.

A class is a set of rows (country, stage, recycled_exempt) that goods must pass; the empty class asks nothing. A
segment with a rule asks for the rows in force when its period begins. A run answers itself for its own step and for
`made`, so its inputs only need the class without those stages. Classes that nothing can ask for are not made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated

import pandas as pd

from models.data import Tree
from planner.case import Case
from planner.translate import columns
from planner.translate.tools import no_rows

ANY_CLASS = ""
Row = tuple[str, str, bool]
STAGES = {"mined": "mined_in", "refined": "refined_in", "melted": "melted_in", "made": "origin"}


@dataclass(frozen=True)
class OriginClass:
    """One class: its name, the rule it comes from and the rows that goods in it pass."""

    name: str
    rule: str
    rows: frozenset[Row]


@dataclass(frozen=True)
class Origins:
    """The classes of a case, and where each of them can be asked for.

    `needed` is the class that a segment asks for at a node, `credited` the one that a production credit counts. `kept`
    lists every class but the empty one, which is always there.
    """

    case: Case
    classes: dict[str, OriginClass]
    needed: dict[tuple[str, str], str]
    credited: dict[tuple[str, str], str]
    kept: Annotated[pd.DataFrame, columns.CLASSES_KEPT]

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The groups of each country."""
        return self.case.groups_of

    def passes(self, row: Row, country: str | None) -> bool:
        """Whether goods touched by `country` at the row's stage pass the row; unknown fails."""
        return country is not None and row[0] != country and row[0] not in self.groups.get(country, ())

    def inner(self, name: str, step: str | None) -> str:
        """The class that a run's inputs need: the run answers itself for its step and for `made`."""
        return _name_of(self.classes, self.classes[name].rule, _inputs_of(self.classes[name].rows, step)) or ANY_CLASS

    @cached_property
    def looser(self) -> list[tuple[str, str]]:
        """(class, next looser class): goods of the first may be counted as the second."""
        below = {g: [h for h in self.classes if h != g and self._covers(g, h)] for g in self.classes}
        return [(g, h) for g in below for h in below[g] if not any(h in below[between] for between in below[g])]

    def _covers(self, strict: str, loose: str) -> bool:
        """Whether goods in one class pass the other; of two that ask the same, only one way counts."""
        first, second = self.classes[strict].rows, self.classes[loose].rows
        return _implies(first, second) and (not _implies(second, first) or loose < strict)

    def keeps(self, name: str, wanted: str) -> bool:
        """Whether goods of one class pass all that another asks."""
        return _implies(self.classes[name].rows, self.classes[wanted].rows)

    def at_least(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Classes that can be counted as one of `pairs` (as in `kept`), these included."""
        if pairs.empty:
            return pairs
        above = [
            (g, h) for h in self.classes for g in self.classes if h != ANY_CLASS and (g == h or self._covers(g, h))
        ]
        stricter = pd.DataFrame(above, columns=["stricter", "origin_class"], dtype=object)
        found = pairs.merge(stricter, on="origin_class")[["material", "stricter", "node"]].drop_duplicates()
        return columns.CLASSES_KEPT.of(found.rename(columns={"stricter": "origin_class"}))

    def at_most(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table with their origin_class and again with every class that it can be counted as."""
        if len(self.classes) == 1:
            return table.drop_duplicates(ignore_index=True)
        below = [(g, h) for g in self.classes for h in self.classes if g == h or self._covers(g, h)]
        looser = pd.DataFrame(below, columns=["origin_class", "looser"], dtype=object)
        found = table.merge(looser, on="origin_class").drop(columns=["origin_class"])
        return found.rename(columns={"looser": "origin_class"})[list(table.columns)].drop_duplicates()

    def table(self) -> pd.DataFrame:
        """The classes row by row."""
        return columns.CLASSES.rows((g.name, g.rule, *row) for g in self.classes.values() for row in sorted(g.rows))


def _implies(strict: frozenset[Row], loose: frozenset[Row]) -> bool:
    """Whether passing `strict` means passing `loose`; an exemption for recycled goods vouches for no row without it."""
    return all(any(s[:2] == row[:2] and (row[2] or not s[2]) for s in strict) for row in loose)


def origins(case: Case, tree: Tree) -> Origins:
    """The classes that segments and production credits ask for, directly or through the recipes that serve them."""
    rules = _rule_rows(case)
    classes = {ANY_CLASS: OriginClass(ANY_CLASS, "", frozenset())}
    if not rules:
        return Origins(case, classes, {}, {}, columns.CLASSES_KEPT.none())
    asked: dict[str, set[str]] = {n: set() for n in tree.NODES}
    wanted: dict[str, set[tuple[str, str]]] = {}

    def ask(goods: pd.DataFrame) -> dict[tuple[str, str], str]:
        """The class that each asks for at each node, for all its goods: name, origin_rule, material."""
        found: dict[tuple[str, str], str] = {}
        for name, rule, material in goods[["name", "origin_rule", "material"]].itertuples(index=False):
            whole = frozenset(row for row, _ in rules[rule])
            for node in tree.NODES:
                rows = frozenset(row for row, begins in rules[rule] if begins <= date(tree.period[node], 1, 1))
                found[name, node] = each = _named(classes, rule, rows, rule if rows == whole else None)
                if each != ANY_CLASS:
                    asked[node].add(each)
                    wanted.setdefault(each, set()).add((material, each))
        return found

    needed, credited = ask(_ruled_segments(case)), ask(_ruled_credits(case))
    for pairs in wanted.values():
        _reach(case, classes, pairs)
    return Origins(case, classes, needed, credited, _kept(case, tree, asked, wanted))


def _ruled_segments(case: Case) -> pd.DataFrame:
    """Segments with a rule, with each material that may serve them: name, origin_rule, material."""
    segments = case.tables["segments"]
    ruled = segments.loc[segments["origin_rule"].notna(), ["segment", "origin_rule", "material"]]
    others = case.tables["substitutes"][["segment", "material"]]
    both = pd.concat([ruled, ruled[["segment", "origin_rule"]].merge(others, on="segment")])
    return both.rename(columns={"segment": "name"})


def _ruled_credits(case: Case) -> pd.DataFrame:
    """Production credits with a rule, with each output that they may count: name, origin_rule, material."""
    incentives = case.tables["incentives"]
    ruled = incentives[incentives["origin_rule"].notna()]
    if ruled.empty:
        return no_rows(ruled[["origin_rule", "material"]], name=object)
    ruled = ruled[["incentive", "origin_rule", "applies_to", "material"]].rename(columns={"material": "only"})
    recipes, processes = case.tables["recipes"], case.tables["processes"][["facility", "process"]]
    outputs = recipes.loc[recipes["t_per_t"] > 0, ["process", "material"]].merge(processes, on="process")
    stages = case.tables["materials"].set_index("material")["stage"]
    outputs["stage"] = outputs["material"].map(stages)
    words = ("facility", "process", "material", "stage")
    named = pd.concat([outputs.assign(applies_to=outputs[word]) for word in words])[["applies_to", "material"]]
    found = ruled.merge(named.drop_duplicates(), on="applies_to")
    found = found[found["only"].isna() | (found["only"] == found["material"])]
    return found.rename(columns={"incentive": "name"})


def _rule_rows(case: Case) -> dict[str, list[tuple[Row, date]]]:
    found: dict[str, list[tuple[Row, date]]] = {}
    table = case.tables["origin_rules"]
    listed = table[["rule", "country", "stage", "recycled_exempt", "from"]]
    for rule, country, stage, exempt, begins in listed.itertuples(index=False):
        found.setdefault(rule, []).append(((country, stage, bool(exempt)), begins or date.min))
    return found


def _steps(case: Case) -> dict[str, set[str | None]]:
    """The steps as which each process may count."""
    found: dict[str, set[str | None]] = {}
    for process, step in case.tables["processes"][["process", "step"]].itertuples(index=False):
        found.setdefault(process, set()).add(step)
    return found


def _inputs_of(rows: frozenset[Row], step: str | None) -> frozenset[Row]:
    return frozenset(row for row in rows if row[1] not in (step, "made"))


def _name_of(classes: dict[str, OriginClass], rule: str, rows: frozenset[Row]) -> str | None:
    known = (each.name for each in classes.values() if each.rule == rule and each.rows == rows)
    return next(known, None)


def _named(classes: dict[str, OriginClass], rule: str, rows: frozenset[Row], name: str | None = None) -> str:
    """The name of the class of `rule` with these rows, which is made if need be."""
    if not rows:
        return ANY_CLASS
    known = _name_of(classes, rule, rows)
    if known is not None:
        return known
    stages = ", ".join(stage for stage in STAGES if any(row[1] == stage for row in rows))
    name = name or f"{rule} ({stages})"
    while name in classes:
        name += " +"
    classes[name] = OriginClass(name, rule, rows)
    return name


def _reach(case: Case, classes: dict[str, OriginClass], wanted: set[tuple[str, str]]) -> None:
    """Follow recipes backwards from what is wanted and add every (material, class) that could serve it."""
    recipes, steps = case.tables["recipes"], _steps(case)
    makes = _by_key(recipes[recipes["t_per_t"] > 0], "material", "process")
    takes = _by_key(recipes[recipes["t_per_t"] < 0], "process", "material")
    waiting = sorted(wanted)
    while waiting:
        material, name = waiting.pop()
        own = classes[name]
        for process in makes.get(material, ()):
            for step in sorted(steps.get(process, ()), key=str):
                inner = _named(classes, own.rule, _inputs_of(own.rows, step))
                reached = [(feed, inner) for feed in takes.get(process, ()) if inner != ANY_CLASS]
                waiting.extend(pair for pair in reached if pair not in wanted)
                wanted.update(reached)


def _by_key(table: pd.DataFrame, key: str, value: str) -> dict[str, list[str]]:
    return {str(name): rows[value].tolist() for name, rows in table.groupby(key, sort=True)}


def _kept(case: Case, tree: Tree, asked: dict[str, set[str]], wanted: dict[str, set[tuple[str, str]]]) -> pd.DataFrame:
    """The pairs that matter at each node: asked for there or, where anything can be stocked, later on the path."""
    stocked = len(case.tables["stocks"]) > 0
    alive = {n: set(names) for n, names in asked.items()}
    if stocked:
        for node in reversed(tree.NODES):
            for earlier in tree.PATH[node]:
                alive[earlier] |= alive[node]
    rows = {(*pair, node) for node in tree.NODES for name in alive[node] for pair in wanted[name]}
    order = {node: k for k, node in enumerate(tree.NODES)}
    listed = sorted(rows, key=lambda row: (row[0], row[1], order[row[2]]))
    return columns.CLASSES_KEPT.rows(listed).astype(object)


def offer_classes(origins: Origins) -> pd.DataFrame:
    """Which classes an offer may enter; blank countries are unknown and fail."""
    offers = origins.case.tables["offers"]
    rows = []
    for record in offers[["offer", *STAGES.values()]].to_dict("records"):
        for each in origins.classes.values():
            if all(origins.passes(row, record[STAGES[row[1]]]) for row in each.rows):
                rows.append((record["offer"], each.name))
    return columns.OFFER_CLASSES.rows(rows).astype(object)


def run_classes(origins: Origins, country: str, step: str | None) -> list[str]:
    """The classes in which a facility of `country` may run a process: its own step and `made` pass."""
    return [
        each.name
        for each in origins.classes.values()
        if all(origins.passes(row, country) for row in each.rows if row[1] in (step, "made"))
    ]


def vouched_classes(origins: Origins, rules: Iterable[str], recycled: bool) -> list[str]:
    """The classes that collected goods or opening stock may enter: exempt as recycled, or vouched for by `rules`."""
    vouched = set(rules)
    return [
        each.name
        for each in origins.classes.values()
        if each.rule in vouched or all(recycled and exempt for _, _, exempt in each.rows)
    ]

"""Rules to act by: which decisions of a plan hold in every future, which wait for something, and for what.

A plan for several futures decides in each year on what is known by then. What it begins in every future is done
whatever happens. What it begins in some only is told as a rule on what has become known: the least that tells those
futures from the others, one condition, or two of them. What ignoring the rule costs is found by solving twice: never
begun, and begun in every future.

Next year China stops selling (probability 1/4) or does not. A stand-by contract is signed for 0.1 M$ where it stops,
for its 50 t cost 5 M$ instead of 10. The rule: sign when supply of China stops. Never to sign costs 0.25 x (10 - 5 -
0.1) = 1.225 M$ more, to sign in every future 0.75 x 0.1 = 0.075 M$.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import inf, isfinite, isnan, prod
from typing import Any

import pandas as pd

from models.data import Tree
from planner.case import Case
from planner.case.changes import Original
from planner.case.decisions import Decision
from planner.errors import StudyError
from planner.plan import Plan
from planner.results.frames import country_names
from planner.results.words import more_or_less
from planner.schema import EVENT_KINDS, EVENT_SELECTORS
from planner.studies.commitments import COMMITTING
from planner.studies.folder import costs_of, heading
from planner.studies.solving import Study
from planner.studies.variations import PLANNED, Solver, Variation, Varied, vary
from planner.translate.settled import FIRST_DECISION
from planner.translate.tree import known_events, scenario_tree

ONE_FUTURE = "The case has one future, so nothing is decided on what becomes known. Give it scenarios and events."
VERBS = {"project": "begin", "contract": "sign", "partnership": "enter", "supplier": "qualify"}
NEVER, ALWAYS = "never", "always"
LEAST, MOST, FROM = "at least", "at most", "from"
ACTS_AS: Mapping[str, Callable[[Iterable[float]], float]] = {"factor": prod, "value": sum, FROM: min}
USUAL = {"factor": 1.0, "value": 0.0, FROM: inf}  # what is so where nothing happens
Futures = frozenset[str]


@dataclass(frozen=True)
class Condition:
    """Something that is known of a future: of one kind of event and what it is on, at least or at most so much.

    `by` is factor, value or from, the first year; `amount` bounds it. No event is a factor of 1, a value of 0, never.
    """

    kind: str
    on: tuple[tuple[str, str], ...]
    by: str
    sense: str
    amount: float

    def words(self, names: Mapping[str, str]) -> str:
        """As a buyer would say it."""
        whose = [names.get(value, value) if name in ("country", "destination") else value for name, value in self.on]
        subject = f"{self.kind} of {', '.join(whose)}" if whose else self.kind
        if self.by == FROM:
            return f"{subject} changes {f'by {self.amount:.0f}' if self.sense == MOST else self._not_before()}"
        if self.amount == USUAL[self.by]:
            return f"{subject} does not {'rise' if self.sense == MOST else 'fall'}"
        if self.by == "factor":
            return f"{subject} {'stops' if self.amount == 0.0 else f'is {self.sense} {self.amount:g} times as planned'}"
        points = f"{self.amount * 100:+g} points"
        change = points if self.kind == "duty" else f"{self.amount:+g} {EVENT_KINDS[self.kind].value_unit}"
        return f"{subject} changes by {self.sense} {change}"

    def _not_before(self) -> str:
        return f"not before {self.amount:.0f}" if isfinite(self.amount) else "not at all"


@dataclass(frozen=True)
class DecisionRule:
    """A decision that is taken in these futures and no others, and the conditions that tell them from the rest.

    Without conditions, those that the events show do not tell them apart in two, and the futures themselves are named.
    `joined` is and, or or.
    """

    decision: Decision
    years: tuple[int, ...]
    futures: tuple[str, ...]
    probability: float
    conditions: tuple[Condition, ...] = ()
    joined: str = "and"


@dataclass(frozen=True)
class Rules:
    """What is begun in every future, with its years, and the rules for the rest."""

    whatever: tuple[tuple[Decision, tuple[int, ...]], ...]
    rules: tuple[DecisionRule, ...]

    @property
    def variations(self) -> list[Variation]:
        """Each rule ignored in two ways: never begun, and begun in every future."""
        return [
            one
            for rule in self.rules
            for one in (
                Variation(f"{NEVER} {rule.decision}", forbid=(rule.decision,)),
                Variation(f"{ALWAYS} {rule.decision}", force=(rule.decision,)),
            )
        ]


def rules_of(case: Case, plan: Plan) -> Rules:
    """The rules of a plan; StudyError where its case has one future."""
    tree = scenario_tree(case)
    futures = {scenario: leaf for leaf in tree.LEAVES for scenario in tree.SCENARIOS[leaf]}
    if len(tree.LEAVES) < 2:
        raise StudyError(ONE_FUTURE)
    whatever, rules = [], []
    for kind in VERBS:
        table, (column, *_), _ = COMMITTING[FIRST_DECISION[kind]]
        for name, rows in plan.tables[table].groupby(column, sort=False):
            nodes = set(rows["node"])
            taken = frozenset(future for future, leaf in futures.items() if nodes.intersection(tree.PATH[leaf]))
            decision = Decision(kind, str(name))
            years = tuple(sorted({int(tree.period[node]) for node in nodes}))
            if len(taken) == len(futures):
                whatever.append((decision, years))
            else:
                rules.append(_rule(case, tree, decision, years, taken, frozenset(futures)))
    return Rules(tuple(whatever), tuple(rules))


def _rule(
    case: Case, tree: Tree, decision: Decision, years: tuple[int, ...], taken: Futures, every: Futures
) -> DecisionRule:
    last = max(tree.period[node] + tree.years[node] - 1 for node in tree.NODES if tree.period[node] == years[-1])
    conditions, joined = _told_apart(case, last, taken, every)
    chance = sum(tree.probability[leaf] for leaf in tree.LEAVES if taken.issuperset(tree.SCENARIOS[leaf]))
    order = [scenario for scenario in case.tables["scenarios"]["scenario"] if scenario in taken]
    return DecisionRule(decision, years, tuple(order), float(chance), conditions, joined)


def _told_apart(case: Case, last: int, taken: Futures, every: Futures) -> tuple[tuple[Condition, ...], str]:
    """The fewest conditions on what is known by a year that hold in these futures and in no other."""
    known = list(_conditions(case, last, every))
    for condition, holds in known:
        if holds == taken:
            return (condition,), "and"
    joins: tuple[tuple[str, Callable[[Futures, Futures], Futures]], ...] = (
        ("and", frozenset.intersection),
        ("or", frozenset.union),
    )
    for joined, join in joins:
        for (one, holds), (other, too) in combinations(known, 2):
            if join(holds, too) == taken:
                return (one, other), joined
    return (), "and"


def _conditions(case: Case, last: int, every: Futures) -> Iterator[tuple[Condition, Futures]]:
    """Each condition on an event that tells some futures from others, and those in which it holds."""
    for (kind, on, by), amounts in _amounts(case, last, every).items():
        for lower, upper in pairwise(sorted(set(amounts.values()))):
            above = frozenset(future for future, own in amounts.items() if own >= upper)
            yield Condition(kind, on, by, LEAST, upper), above
            yield Condition(kind, on, by, MOST, lower), every - above


Subject = tuple[str, tuple[tuple[str, str], ...], str]


def _amounts(case: Case, last: int, every: Futures) -> dict[Subject, dict[str, float]]:
    """Of each thing that an event changes: by how much in each future, as known by a year; events act together."""
    found: dict[Subject, dict[str, float]] = {}
    for future in every:
        for subject, amounts in _by_subject(known_events(case, future, last)).items():
            own = found.setdefault(subject, dict.fromkeys(every, USUAL[subject[2]]))
            own[future] = float(ACTS_AS[subject[2]](amounts))
    order = list(_by_subject(case.tables["events"]))
    return {subject: found[subject] for subject in order if subject in found}


def _by_subject(events: pd.DataFrame) -> dict[Subject, list[float]]:
    """The factors and the values of events of one kind on the same thing, and then their first years."""
    found: dict[Subject, list[float]] = {}
    for by in ("factor", "value", FROM):
        for row in events.to_dict("records"):
            on = tuple((name, str(row[name])) for name in EVENT_SELECTORS if isinstance(row[name], str))
            if not isnan(row[by]):
                found.setdefault((str(row["kind"]), on, by), []).append(float(row[by]))
    return found


def priced(original: Original, rules: Rules, study: Study, solver: Solver | None = None) -> Varied:
    """What ignoring each rule costs, against the plan of the case as it is."""
    return vary(original, rules.variations, study, solver=solver)


def facts_of(case: Case, plan: Plan, rules: Rules, found: Varied) -> dict[str, Any]:
    """What is kept of the answer, in the shape that README.md tells."""
    rows = {str(row["variation"]): _by_name(row) for row in found.table.to_dict("records")}
    told = [_told(case, rule, rows) for rule in rules.rules]
    return {
        **heading("rules", case),
        "plan": costs_of(plan),
        "complete": found.complete,
        "whatever": [
            {"kind": decision.kind, "name": decision.name, "what": _what(decision), "years": list(years)}
            | {"words": f"{_what(decision)} in {_years(years)}, whatever happens."}
            for decision, years in rules.whatever
        ],
        "rules": told,
    }


def _by_name(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    return {str(name): value for name, value in row.items()}


def _told(case: Case, rule: DecisionRule, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": rule.decision.kind,
        "name": rule.decision.name,
        "what": _what(rule.decision),
        "years": list(rule.years),
        "when": _when(case, rule),
        "futures": list(rule.futures),
        "probability": rule.probability,
        "joined": rule.joined,
        "conditions": [
            {"kind": one.kind, "on": dict(one.on), "by": one.by, "sense": one.sense, "amount": one.amount}
            for one in rule.conditions
        ],
    }
    for way in (NEVER, ALWAYS):
        facts[way] = _price(rows.get(f"{way} {rule.decision}"))
    return facts | {"words": in_words(facts)}


def _price(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """What ignoring a rule in one way costs more, ± the gaps of both plans; nothing where nobody got there."""
    if row is None:
        return {"outcome": "not asked", "more_musd": None, "gap_musd": None, "told_apart": False}
    planned = row["outcome"] == PLANNED and not isnan(row["change_musd"])
    return {
        "outcome": row["outcome"],
        "more_musd": float(row["change_musd"]) if planned else None,
        "gap_musd": float(row["change_gap_musd"]) if planned and isfinite(row["change_gap_musd"]) else None,
        "told_apart": bool(planned and row["told_apart"]),
    }


def _when(case: Case, rule: DecisionRule) -> str:
    """What a rule waits for; where conditions do not tell that, the futures."""
    names = country_names(case)
    joined = f" {rule.joined} ".join(one.words(names) for one in rule.conditions)
    return joined or f"it is one of the futures {', '.join(rule.futures)}, which no two conditions tell from the others"


def in_words(told: Mapping[str, Any]) -> str:
    """A rule and what ignoring it costs, in sentences that a buyer understands."""
    verb = VERBS[told["kind"]]
    everywhere = "buy a ton of it" if told["kind"] == "supplier" else verb
    where = f"in the futures {', '.join(told['futures'])} ({told['probability']:.0%})"
    return (
        f"{told['what']} in {_years(told['years'])} when {told['when']}: {where}."
        f" {_ignored(f'Never to {verb}', told[NEVER])} {_ignored(f'In every future to {everywhere}', told[ALWAYS])}"
    )


def _ignored(how: str, price: Mapping[str, Any]) -> str:
    if price["more_musd"] is None:
        return f"{how}: {price['outcome']}."
    if not price["told_apart"]:
        return f"{how} costs no more than the gaps of both plans leave open."
    return f"{how} costs {more_or_less(price['more_musd'], price['gap_musd'] or 0.0)} more."


def _what(decision: Decision) -> str:
    return f"{VERBS[decision.kind].capitalize()} {decision.name}"


def _years(years: Sequence[int]) -> str:
    *others, last = (str(year) for year in years)
    return f"{', '.join(others)} or {last}" if others else last

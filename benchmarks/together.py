"""How far the base case's answer goes when all of its assumed figures are drawn at once (a Latin hypercube).

python -m benchmarks.results together

The figures are those of `ranges.py`, each evenly from its low to its high end and apart from the others. Relaxations
are asked, as there, so that what a draw moves is not lost in a gap. What explains the spread is told by the correlation
of ranks, where that is told apart from chance.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.kept import signed
from benchmarks.levers import Answer, again
from benchmarks.ranges import INPUTS, Events, asked
from planner.studies.ranges import CHANCE, latin_hypercube, rank_correlation

DRAWS, SEED = 60, 1
QUANTILES = (0.0, 0.1, 0.5, 0.9, 1.0)
Drawn = Sequence[tuple[Sequence[float], Answer]]
TOLD: dict[str, Callable[[Answer], float]] = {
    "cost, M$": lambda answer: answer.cost_musd,
    "home 2028": lambda answer: answer.home[2028],
    "home 2030": lambda answer: answer.home[2030],
    "China 2028": lambda answer: answer.china[2028],
}


def figures(count: int = DRAWS, seed: int = SEED) -> Mapping[str, Any]:
    """Each draw: where between its ends each input lies, from 0 to 1, and the answer."""
    drawn = []
    for number, row in enumerate(latin_hypercube(len(INPUTS), count, seed), start=1):
        answer = asked(
            [event for share, ends in zip(row, INPUTS.values(), strict=True) for event in between(*ends, share)]
        )
        drawn.append({"shares": row.tolist(), "answer": asdict(answer)})
        print(f"draw {number} of {count}", file=sys.stderr, flush=True)
    return {"seed": seed, "inputs": list(INPUTS), "draws": drawn}


def between(low: Events, high: Events, share: float) -> Events:
    """The events of an input between its ends, which differ in nothing but a factor or a value.

    >>> between([{"kind": "cost", "factor": 0.8}], [{"kind": "cost", "factor": 1.2}], 0.25)
    [{'kind': 'cost', 'factor': 0.9}]
    """
    return [
        {name: word if word == more[name] else float(word + share * (more[name] - word)) for name, word in less.items()}
        for less, more in zip(low, high, strict=True)
    ]


def again_drawn(told: Mapping[str, Any]) -> Drawn:
    """The draws from what is kept."""
    return [(one["shares"], again(one["answer"])) for one in told["draws"]]


def table(base: Answer, drawn: Drawn) -> str:
    """The least, the quantiles and the most of what is told of an answer; costs against the case as it is."""
    lines = [["", "as it is", "least", "one in ten below", "half below", "nine in ten below", "most"]]
    lines += [["---", *["---:"] * (len(lines[0]) - 1)]]
    for name, of in TOLD.items():
        found = np.quantile([of(answer) for _, answer in drawn], QUANTILES)
        if name.startswith("cost"):
            lines.append([name, f"{of(base):,.0f}", *(signed(float(cost) - of(base)) for cost in found)])
        else:
            lines.append([name, f"{of(base):.0%}", *(f"{share:.0%}" for share in found)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def explained(inputs: Sequence[str], drawn: Drawn) -> str:
    """A line for what is told: the inputs that move it, the strongest first, with the correlation of ranks."""
    lines = ["| | is moved by (correlation of ranks) |", "| --- | --- |"]
    lines += [
        f"| {name} | {', '.join(_movers(inputs, drawn, of)) or 'nothing told apart from chance'} |"
        for name, of in TOLD.items()
    ]
    return "\n".join(lines)


def _movers(inputs: Sequence[str], drawn: Drawn, of: Callable[[Answer], float]) -> Iterator[str]:
    shares, said = np.array([row for row, _ in drawn]), np.array([of(answer) for _, answer in drawn])
    found = [(rank_correlation(shares[:, place], said), name) for place, name in enumerate(inputs)]
    for rho, name in sorted(found, key=lambda one: -abs(one[0])):
        if abs(rho) > CHANCE / math.sqrt(len(drawn) - 1):
            yield f"{name} ({rho:+.2f})"

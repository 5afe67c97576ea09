"""How a study solves: the same options for every case, plans audited, and a word on how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from models.groups import Floats
from planner.errors import StudyError
from planner.plan import Plan
from planner.planning.built import Built, refuse_open_books
from planner.solver.outcome import Outcome, SolveOptions
from planner.solver.program import Program
from planner.solver.watch import Listener


@dataclass(frozen=True)
class Stage:
    """How far a study is: what is solved now, how many are done, of how many, and how many are at work.

    `known` of those that are done were taken over from an earlier study; `of` is 0 where nobody knows.
    """

    what: str
    done: int
    of: int
    running: int = 1
    known: int = 0

    @property
    def left(self) -> int:
        """How many nobody has begun."""
        return max(0, self.of - self.done - self.running)


OnStep = Callable[[Stage], None]


class Stopped(StudyError):
    """The study was asked to stop before it was whole."""

    exit_code = 130


def _nobody(stage: Stage) -> None:
    """Listens to nothing."""


@dataclass
class Study:
    """What all solves of a study share; `listen` is told how far it is.

    `cut_off` says what ended a study before it was whole, where that was not whoever asked for it.
    """

    options: SolveOptions
    listen: OnStep = _nobody
    should_stop: Callable[[], bool] | None = None
    steps: int = 0
    done: int = field(default=0, init=False)
    known: int = field(default=0, init=False)
    cut_off: str = field(default="", init=False)

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to stop."""
        return self.listener.stopped

    @property
    def listener(self) -> Listener:
        """What each solve is given: the wish to stop."""
        return Listener(should_stop=self.should_stop)

    def solve(self, built: Built, what: str, program: Program | None = None) -> Plan:
        """The audited plan of a built case, or of a program made from it; raises what solving a case raises."""
        return self.solved(built, what, program)[0]

    def solved(
        self, built: Built, what: str, program: Program | None = None, start: Floats | None = None
    ) -> tuple[Plan, Program, Outcome]:
        """The audited plan, and the program with the outcome that it comes from."""
        self.begin(what)
        solved, outcome = built.solve(self.options, program, self.listener, start)
        plan = self.audited(built, solved, outcome)
        self.end(what)
        return plan, solved, outcome

    def audited(self, built: Built, solved: Program, outcome: Outcome) -> Plan:
        """The plan of an outcome, its books closed; raises what solving a case raises."""
        plan = built.plan(solved, outcome, self.options)
        refuse_open_books(built.case, plan)
        return plan

    def relaxed(self, built: Built, what: str) -> Outcome:
        """The best of a built case in which a yes or no may be a share: not a plan, so there are no books to audit."""
        self.begin(what)
        solved, outcome = built.solve(self.options, built.program.relaxed, self.listener)
        built.refuse_without_plan(solved, outcome, self.options)
        self.end(what)
        return outcome

    def begin(self, what: str, running: int = 1) -> None:
        """Tell what is solved next; raises Stopped where somebody wishes to stop."""
        if self.stopped:
            raise Stopped("The study was stopped; what was finished by then is kept.")
        self.listen(Stage(what, self.done, self.steps, running, self.known))

    def end(self, what: str, running: int = 0) -> None:
        """Count one more."""
        self.done += 1
        self.listen(Stage(what, self.done, self.steps, running, self.known))

    def take_over(self, what: str) -> None:
        """Count one that an earlier study had finished."""
        self.known += 1
        self.end(what)


def slack_musd(plan: Plan) -> float:
    """How much cheaper than this plan the best may be; infinite where no bound is known."""
    return inf if plan.bound_musd is None else plan.objective_musd - plan.bound_musd

"""Variations solved side by side, by processes of this machine or by machines: Dask hands them out.

Each worker builds the case once and keeps its program live (`planner.studies.variations.Bench`), and is meant for a
stretch of neighbours; the plan of the case as it is, which is found first, is where all that is begun after it starts
from. Questions about one plan (`planner.studies.why`) go the same way. What a lost worker had in hand is given to
others. Results are handed back as they come, each with its place, so the order in which they come changes nothing.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from models.groups import Floats
from planner.case.changes import Original
from planner.errors import PlannerError, StudyError
from planner.solver.outcome import SolveOptions
from planner.studies.solving import Stopped, Study
from planner.studies.variations import LOST, Bench, Variation

LOOK_S = 0.05  # how often it is asked what is finished
CONNECT_S = 20
OWN = 0.7  # of a worker's stretch is meant for it alone
OVER = frozenset({"finished", "error", "cancelled"})
_own = threading.local()  # each thread of a worker has a program of its own


class Named(Protocol):
    """What is worked on: it has a name to tell of."""

    @property
    def name(self) -> str:
        """The name."""


class Asker(Protocol):
    """What a worker answers questions from: it is handed over, and made ready once by each worker."""

    def ready(self) -> Callable[[Any], Mapping[str, Any]]:
        """What answers a question."""


@dataclass(frozen=True)
class Crew:
    """Workers behind a client of Dask."""

    client: Any
    where: str

    def each(self, original: Original, study: Study, asked: Sequence[Variation]) -> Iterator[tuple[int, Any]]:
        """The place and the result of each variation, as they come; the case as it is comes first of all.

        Neighbours are alike, so each worker is meant for a stretch of them, though others take over what it leaves.
        While one plans the case as it is, each of the others begins its stretch by itself. All that follow are given
        that plan to start from.
        """
        case, start = self.client.submit(given, original, pure=False), None
        meant = _stretches(len(asked), self._workers(study))
        first = 1 if asked and asked[0].as_it_is else 0
        at_once = sorted({0, *map(meant.index, set(meant) - {None})}) if first else []
        begun = {place: self._submit(case, study, asked[place], None, meant[place], place) for place in at_once}
        if first:
            ((_, (result, values)),) = self._finished(study, asked, {0: begun.pop(0)})
            yield 0, result
            if values is not None:
                start = self.client.submit(given, values, pure=False)
        for place in range(len(asked)):
            if place not in at_once:
                begun[place] = self._submit(case, study, asked[place], start, meant[place], place)
        for place, (result, _) in self._finished(study, asked, begun):
            yield place, result

    def answers(
        self, asker: Asker, study: Study, questions: Sequence[Named]
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The place and the answer of each question, as they come."""
        held, mark = self.client.submit(given, asker, pure=False), uuid.uuid4().hex
        open_ = [self.client.submit(answer, held, mark, question, pure=False) for question in questions]
        for place, (result, _) in self._finished(study, questions, dict(enumerate(open_))):
            yield place, result

    def _submit(self, case: Any, study: Study, variation: Variation, start: Any, whose: str | None, place: int) -> Any:
        """Ask for one, the sooner the earlier its place: duties that rise spare more than those that fall."""
        where: dict[str, Any] = {} if whose is None else {"workers": [whose], "allow_other_workers": True}
        return self.client.submit(work, case, study.options, variation, start, pure=False, priority=-place, **where)

    def _finished(
        self, study: Study, asked: Sequence[Named], futures: Mapping[int, Any]
    ) -> Iterator[tuple[int, tuple[Mapping[str, Any], Floats | None]]]:
        """What each future came to, by place; those that are open are called off when somebody wishes to stop."""
        left = dict(futures)
        try:
            while left:
                # What is lost with a worker is done again by another: only that it ended counts.
                ended = [place for place, future in left.items() if future.status in OVER]
                for place in ended:
                    yield place, self._result(study, asked[place], left.pop(place))
                if left and not ended:
                    self._look(study, asked[next(iter(left))], len(left))
        finally:
            if left and self.client.status == "running":
                with suppress(OSError):
                    self.client.cancel(list(left.values()))

    def _look(self, study: Study, next_: Named, left: int) -> None:
        study.begin(next_.name, running=min(left, max(1, len(self._workers(study)))))
        time.sleep(LOOK_S)

    def _workers(self, study: Study) -> list[str]:
        """Where the workers are that there are now."""
        if self.client.status != "running":
            self._gone(study)
        try:
            return list(self.client.nthreads())
        except OSError:  # it went while it was asked
            self._gone(study)

    def _result(self, study: Study, asked: Named, future: Any) -> tuple[Mapping[str, Any], Floats | None]:
        from distributed import KilledWorker

        error = None
        try:
            if future.status != "cancelled":
                error = future.exception()
                if error is None:
                    found: tuple[Mapping[str, Any], Floats | None] = future.result()
                    return found
        except (CancelledError, OSError):
            pass  # the scheduler went while it was asked
        if isinstance(error, KilledWorker):
            return {"outcome": LOST, "why": f"{LOST}; memory may be short"}, None
        if isinstance(error, PlannerError):
            raise error
        if error is None:
            self._gone(study)
        raise StudyError(f"A worker could not work on {asked.name}: {type(error).__name__}: {error}") from error

    def _gone(self, study: Study) -> NoReturn:
        study.cut_off = f"The scheduler at {self.where} is gone; what was finished is kept. --resume goes on."
        raise Stopped(study.cut_off)


def _stretches(count: int, workers: Sequence[str]) -> list[str | None]:
    """For each of so many places the worker that it is meant for, as many in a row for each; None for anybody.

    The end of each stretch is for whoever is done sooner: Dask does not take from a worker what is meant for it.
    """
    meant: list[str | None] = []
    for place in range(count):
        whose, within = divmod(place * len(workers), count) if workers else (0, count)
        meant.append(workers[whose] if within < OWN * count else None)
    return meant


def given(thing: Any) -> Any:
    """What the scheduler keeps for the workers: it can be made again where the one that held it is lost."""
    return thing


def work(
    original: Original, options: SolveOptions, variation: Variation, start: Floats | None
) -> tuple[dict[str, Any], Floats | None]:
    """The result of a variation, and of the case as it is the values of its plan; runs in a worker."""
    mark = original.case.fingerprint, options
    if getattr(_own, "mark", None) != mark:
        _own.bench, _own.mark, _own.started = Bench(original, Study(options)), mark, False
    if start is not None and not _own.started:
        _own.bench.warm.know(start)
        _own.started = True
    result = _own.bench.result(variation)
    return result, _own.bench.warm.known if variation.as_it_is else None


def answer(asker: Asker, mark: str, question: Named) -> tuple[Mapping[str, Any], None]:
    """The answer to a question; runs in a worker, and what answers is made once for each `mark`."""
    if getattr(_own, "asker_mark", None) != mark:
        _own.answers, _own.asker_mark = asker.ready(), mark
    return _own.answers(question), None


@contextmanager
def crew(workers: int | None, scheduler: str | None) -> Iterator[Crew | None]:
    """Workers of this machine, or those of a scheduler; None where neither was asked for."""
    if workers is None and scheduler is None:
        yield None
        return
    if workers is not None and scheduler is not None:
        raise StudyError("Say either --workers for processes of this machine, or --scheduler for a cluster.")
    with ExitStack() as held:
        if scheduler is not None:
            yield Crew(held.enter_context(_connected(scheduler)), scheduler)
        else:
            cluster = held.enter_context(_of_this_machine(workers or 1))
            yield Crew(held.enter_context(_connected(cluster)), "this machine")


@contextmanager
def _connected(to: Any) -> Iterator[Any]:
    distributed = _dask()
    try:
        client = distributed.Client(to, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StudyError(f"No scheduler of Dask answers at {to}: {error}. Start one with: dask scheduler") from error
    try:
        yield client
    finally:
        client.close(timeout=2)


@contextmanager
def _of_this_machine(workers: int) -> Iterator[Any]:
    """So many processes of one thread, heard on this machine only; they end with this one, however it ends."""
    distributed = _dask()
    with (
        tempfile.TemporaryDirectory(prefix="ree-planner-", ignore_cleanup_errors=True) as scratch,
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
            silence_logs=logging.CRITICAL,
            local_directory=scratch,
        ) as cluster,
    ):
        yield cluster


def _dask() -> Any:
    try:
        import distributed
    except ImportError:
        raise StudyError(
            "Dask is not installed, which --workers and --scheduler need: pip install 'ree-planner[cluster]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    return distributed

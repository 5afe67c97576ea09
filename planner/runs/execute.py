"""Runs: from a case on disk to a finished run folder, here and now (`execute`) or in a detached worker (`RunStore`).

In this process, as `ree-planner solve CASE --out DIR` does:

    summary = execute("case.xlsx", "reports/us", RunOptions(time_limit_s=60), on_event=show, should_stop=asked)

In a process of its own, as the pages do; nothing is lost when the caller goes away:

    store = RunStore("reports/runs")
    run = store.create("case.xlsx", owner="ada")
    store.launch(run.id)
    store.get(run.id).state, store.events(run.id), store.request_stop(run.id)
"""

from __future__ import annotations

import json
import logging
import math
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.case.convert import standing_alone
from planner.errors import AuditFailed, Infeasible, InputInvalid, NoPlanInTime, PlannerError, RunError, SolveFailed
from planner.runs.elsewhere import note
from planner.runs.folder import STOP, RunEvent, RunFolder, RunOptions, read_manifest, utc_now, versions
from planner.runs.pace import TO_SOLVE, TO_WRITE, import_ahead
from planner.runs.run import Run
from planner.runs.store import RunStore
from planner.solver.incumbent import INCUMBENT_FILE, IncumbentWriter
from planner.status import Status

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan
    from planner.results.facts import Facts
    from planner.solver.highs import Progress, SolveOptions

__all__ = ["Run", "RunEvent", "RunOptions", "RunStore", "RunSummary", "end_state", "execute", "read_summary"]

PROGRESS_INTERVAL_S = 0.25
LOOK_S = 0.5  # how often a run looks whether it is to stop
NOT_KEPT = "On the way the best plan could not be kept: {why}. The results below are whole."
NOT_LISTED = "The list of runs in {root} could not take this run in ({why}): name its folder when you ask for it."
BOOKS_CLOSE = "Every balance, capacity, duty and cost was added up again from the case and the plan."
STOPPED_EARLY = "The run was stopped before a plan was found, so there is nothing to keep."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunSummary:
    """What came out of a run that has a plan.

    `state` is "done" or "stopped" (on request, best plan kept); `status` is the plan's `Status`. `report` is None only
    where writing it failed; `notes` then says why.
    """

    folder: Path
    state: str
    status: str
    case_name: str
    fingerprint: str
    objective_musd: float
    bound_musd: float | None
    gap: float | None
    seconds: float
    report: Path | None
    notes: tuple[str, ...] = ()
    gap_asked: float | None = None
    checked_musd: float | None = None
    tolerance_musd: float | None = None
    off: float | None = None
    decision: Mapping[str, Any] | None = None  # counts of what is decided; blank in runs of before
    cost_musd: float | None = None  # blank in runs of before the cost was told apart from the objective


def execute(
    case_path: str | Path,
    out_dir: str | Path,
    options: RunOptions | None = None,
    on_event: Callable[[RunEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    overlays: Sequence[Path] = (),
    replace: bool = False,
    label: Mapping[str, str] | None = None,
    read: Callable[[Path], Case] | None = None,
    listed_in: Path | None = None,
) -> RunSummary:
    """Check, build, solve, audit, write the run folder `out_dir` and its report, in this process.

    With overlays, the run's input is the case with them merged in, so that the run needs no other file. `label` may
    hold the run's name, owner and note; `read` takes the place of `read_case` (`read_upload` reads under limits);
    `listed_in` is the folder of runs whose list is to find this one wherever it lies.

    `on_event` is called for every step and, at most each quarter of a second, with progress; it may be called from
    another thread and must be quick. When `should_stop` turns true, or somebody puts a stop.json into the folder, the
    best plan so far is kept (state "stopped"). An earlier run in `out_dir` is replaced only with `replace`; a folder
    with other files in it is refused (RunError).

    Raises InputInvalid (exit code 3; nothing is written), Infeasible (4), NoPlanInTime (5), and SolveFailed or
    AuditFailed (1). After the last four `out_dir` holds the run's record with the reason, but no plan. Where the disk
    fails (RunError), the folder keeps its temporary name; `planner.runs.finishing` makes it whole from its best plan.
    """
    with standing_alone(Path(case_path), overlays) as path:
        folder = RunFolder.begin(path, Path(out_dir), options or RunOptions(), replace)
    with held(folder):
        if label or not folder.found_there:
            called = "+".join([Path(case_path).name, *(Path(one).name for one in overlays)])
            folder.label(**{"name": called, "replace": replace, **(label or {})})
        recorder = Recorder(folder.events, on_event)
        unlisted = _list_in(listed_in, folder)
        stop = Stop(folder.work / STOP, should_stop)
        incumbents = IncumbentWriter(folder.work / INCUMBENT_FILE)
        case, plan = _find_plan(folder, recorder, stop, incumbents, read)
        recorder.final(plan)
        unkept = (NOT_KEPT.format(why=incumbents.failed),) if incumbents.failed else ()
        return write_results(folder, recorder, case, plan, stop(), (*unlisted, *unkept))


@contextmanager
def held(folder: RunFolder) -> Iterator[None]:
    """What happens to the folder when the work on it fails; whatever happens, somebody else may then take it up."""
    try:
        yield
    except RunError:
        raise
    except SolveFailed as error:
        if (folder.work / INCUMBENT_FILE).exists():
            raise SolveFailed(f"{error} {kept_in(folder)}") from error
        end_without_plan(folder, error)
        raise
    except PlannerError as error:
        end_without_plan(folder, error)
        raise
    except OSError as error:
        raise RunError(cut_short(folder, error)) from error
    finally:
        folder.release()


def cut_short(folder: RunFolder, error: OSError) -> str:
    """What happened to a run whose disk failed, and what can be done."""
    what = f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")
    kept = kept_in(folder) if (folder.work / INCUMBENT_FILE).exists() else "Run the case again when that is mended."
    return f"The run in {folder.work} could not be written: {what}. {kept}"


def kept_in(folder: RunFolder) -> str:
    """That the best plan is safe, and how to go on from it."""
    name = folder.work if folder.final.exists() else folder.final
    return (
        f"The best plan was kept. When there is room, `ree-planner report {name}`, or the page of the run, finishes it."
    )


def _list_in(root: Path | None, folder: RunFolder) -> tuple[str, ...]:
    """Let a list of runs know where this one is; a list that cannot be written must not cost a plan, and is told of."""
    try:
        if root is not None:
            note(root, folder.final)
    except OSError as error:
        return (NOT_LISTED.format(root=root, why=error.strerror or error),)
    return ()


class Stop:
    """Whether somebody wants the run to stop: the caller, or whoever put a stop.json into its folder."""

    def __init__(self, file: Path, asked: Callable[[], bool] | None = None) -> None:
        self._file, self._asked = file, asked or _never
        self._looked_at, self._found = -math.inf, False

    def __call__(self) -> bool:
        if not self._found and time.monotonic() - self._looked_at >= LOOK_S:
            self._looked_at, self._found = time.monotonic(), self._file.exists()
        return self._found or self._asked()


def end_state(error: BaseException) -> str:
    """The run state that an error means."""
    if isinstance(error, Infeasible):
        return "infeasible"
    return "no_plan" if isinstance(error, NoPlanInTime) else "failed"


def read_summary(folder: str | Path) -> RunSummary:
    """The summary of a finished run folder; RunError where it is not one, NoPlanInTime where it holds no plan."""
    path = Path(folder)
    manifest = read_manifest(path)
    if "plan" not in manifest:
        raise NoPlanInTime(f"{path} holds no plan. {manifest.get('message', '')}".rstrip())
    report = path / "report.xlsx"
    found = {**manifest["plan"], "notes": tuple(manifest["plan"]["notes"])}
    return RunSummary(folder=path, state=manifest["state"], report=report if report.exists() else None, **found)


def _find_plan(
    folder: RunFolder,
    recorder: Recorder,
    stop: Callable[[], bool],
    incumbents: IncumbentWriter,
    read: Callable[[Path], Case] | None,
) -> tuple[Case, Plan]:
    from planner.case import read_case

    def progress(told: Progress) -> None:
        incumbents.write_if_due()
        recorder.progress(told)

    def step(name: str) -> None:
        recorder.step(name)
        if name == "solving":
            import_ahead(TO_WRITE)

    recorder.step("checking")
    import_ahead(TO_SOLVE)
    case = (read or read_case)(folder.input)
    if stop():
        raise NoPlanInTime(STOPPED_EARLY)
    from planner.planning.solve import solve_case

    try:
        plan = solve_case(
            case,
            solve_options(case, folder.options),
            on_progress=progress,
            should_stop=stop,
            on_step=step,
            log_file=folder.log,
            incumbents=incumbents,
        )
    except NoPlanInTime as error:
        if stop():
            raise NoPlanInTime(STOPPED_EARLY) from error
        raise
    return case, plan


def solve_options(case: Case, options: RunOptions) -> SolveOptions:
    """What a run asks for, and where it says nothing, the case's settings."""
    from planner.solver.highs import SolveOptions

    gap, limit = options.mip_gap, options.time_limit_s
    return SolveOptions(
        mip_gap=float(case.settings["mip_gap"] if gap is None else gap),
        time_limit_s=float(case.settings["time_limit_s"] if limit is None else limit),
        threads=options.threads,
        seed=options.seed,
        method=options.method,
        ranges=True,
    )


def end_without_plan(folder: RunFolder, error: PlannerError) -> None:
    """Complete the folder of a run that found no plan, with the reason; an invalid case leaves nothing, and so does a
    run that was stopped at once and was to replace another.

    Where the disk does not take even that, the folder keeps its temporary name; the caller has the reason.
    """
    begun = str(error) == STOPPED_EARLY and folder.final.exists()  # what stands there is worth more than no plan
    if (isinstance(error, InputInvalid) or begun) and not folder.found_there:
        folder.discard()
        return
    try:
        if isinstance(error, InputInvalid):
            folder.write("problems.json", [problem.as_dict() for problem in error.problems])
        if isinstance(error, AuditFailed):
            folder.write("audit.json", {"passed": False, "message": str(error)})
        if isinstance(error, (Infeasible, NoPlanInTime)):
            _write_impossible(folder, error)
        folder.finish(end_state(error), {"message": str(error)})
    except OSError:
        log.exception("the record of a run without a plan could not be written")


def write_results(
    folder: RunFolder, recorder: Recorder, case: Case, plan: Plan, asked_to_stop: bool, notes: tuple[str, ...] = ()
) -> RunSummary:
    """Write an audited plan and its report, and complete the folder."""
    from planner.results.facts import Facts

    state = "stopped" if asked_to_stop and plan.status == Status.STOPPED else "done"
    plan.save(folder.work / "plan")
    folder.write("audit.json", {"passed": True, "message": BOOKS_CLOSE})
    recorder.step("reporting")
    facts = Facts(case, plan)
    failed = (_write_report(folder, facts), _write_brief(folder, facts))
    notes = (*notes, *(said for said in failed if said))
    _keep_tables(folder, facts)
    for text in notes:
        recorder.note(text)
    result = {
        "status": plan.status,
        "case_name": plan.case_name,
        "fingerprint": plan.fingerprint,
        "cost_musd": plan.cost_musd,
        "objective_musd": plan.objective_musd,
        "bound_musd": plan.bound_musd,
        "gap": plan.gap,
        "gap_asked": plan.gap_asked,
        "checked_musd": plan.checked_musd,
        "tolerance_musd": plan.tolerance_musd,
        "off": plan.off,
        "seconds": plan.seconds,
        "notes": list(notes),
        "decision": _decided(facts),
    }
    path = folder.finish(state, {"plan": result, "size": dict(plan.size), "timings": dict(plan.timings)})
    return read_summary(path)


def _write_report(folder: RunFolder, facts: Facts) -> str:
    """Write the report; what went wrong, in a sentence, or nothing."""
    from planner.reporting import write_report

    try:
        write_report(facts.case, facts.plan, folder.work / "report.xlsx", record(folder, facts.case), facts)
    except Exception:  # whatever it is, a fault in the report must not cost a plan that took minutes to find
        log.exception("writing the report failed")
        (folder.work / "report.xlsx").unlink(missing_ok=True)
        return "The plan is complete, but its report could not be written. Make it again with `ree-planner report`."
    return ""


def _write_brief(folder: RunFolder, facts: Facts) -> str:
    """Write the brief; what went wrong, in a sentence, or nothing."""
    from planner.brief import NAMES, write_brief

    try:
        write_brief(facts, folder.work, record(folder, facts.case))
    except Exception:  # as with the report
        log.exception("writing the brief failed")
        for name in NAMES:
            (folder.work / name).unlink(missing_ok=True)
        return "The plan is complete, but its brief could not be written. Make it again with `ree-planner brief`."
    return ""


def _write_impossible(folder: RunFolder, error: PlannerError) -> None:
    """The brief of a run that has no plan: what must give way."""
    from planner.brief import write_impossible

    known = {"Run": folder.final.name, "Started": folder.created}
    try:
        write_impossible(folder.input.stem, str(error), folder.work, known)
    except Exception:  # the reason stands in the record all the same
        log.exception("writing the brief failed")


def _decided(facts: Facts) -> dict[str, Any] | None:
    """The counts of what is decided, and limits with a priority; nothing where they cannot be told."""
    from planner.results.decision import counts
    from planner.results.priorities import told

    try:
        by_priority = told(facts)
        amounts = {"quantity_unit": facts.quantity.many}
        return {**counts(facts), **amounts, **({"priorities": by_priority} if by_priority else {})}
    except Exception:  # as with the report
        log.exception("counting what is decided failed")
        return None


def _keep_tables(folder: RunFolder, facts: Facts) -> None:
    """What pages would be slow to compute; without it they are slow, and no worse."""
    from planner.runs.tables import FOLDER, keep_tables

    try:
        keep_tables(facts, folder.work)
    except Exception:  # whatever it is, a page's convenience must not cost a plan
        log.exception("keeping tables for the pages failed")
        shutil.rmtree(folder.work / FOLDER, ignore_errors=True)


def record(folder: RunFolder, case: Case) -> Mapping[str, str]:
    """The lines of the report's run record, of a run that is being finished."""
    return _record(
        folder.final.name, folder.created, folder.input.name, folder.sha256, case, folder.options, versions()
    )


def record_of(folder: Path, case: Case, manifest: Mapping[str, Any]) -> Mapping[str, str]:
    """The same lines of a run that is finished."""
    given, options = manifest["input"], RunOptions(**manifest["options"])
    name, digest, used = given["file"], given["sha256"], manifest["versions"]
    return _record(folder.absolute().name, manifest["created"], name, digest, case, options, used)


def _record(
    run: str, created: str, file: str, digest: str, case: Case, options: RunOptions, used: Mapping[str, str]
) -> Mapping[str, str]:
    solve = solve_options(case, options)
    lines = {
        "Run": run,
        "Started": created,
        "Input file": file,
        "sha256 of the input": digest,
        "Fingerprint of the case": case.fingerprint,
        "Gap asked for": f"{solve.mip_gap:g}",
        "Time limit": f"{solve.time_limit_s:g} s",
        "Threads": str(solve.threads),
        "Seed": str(solve.seed),
        "Method": solve.method,
    }
    return lines | {f"Version of {name}": version for name, version in used.items()}


class Recorder:
    """Writes events to the run's event file and hands them on; progress at most each quarter of a second."""

    def __init__(self, file: Path, on_event: Callable[[RunEvent], None] | None) -> None:
        self._file = file
        self._on_event = on_event
        self._lock = threading.Lock()
        self._number = len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0
        self._last = -math.inf
        self._waiting: dict[str, Any] | None = None
        self._told: dict[str, Any] | None = None

    def step(self, step: str) -> None:
        with self._lock:
            self._flush()
            self._emit("step", {"step": step})

    def note(self, text: str) -> None:
        with self._lock:
            self._flush()
            self._emit("note", {"text": text})

    def progress(self, progress: Progress) -> None:
        data = {name: _finite(value) for name, value in asdict(progress).items()}
        with self._lock:
            self._waiting = data
            if time.monotonic() - self._last >= PROGRESS_INTERVAL_S:
                self._flush()

    def final(self, plan: Plan) -> None:
        """The plan that is kept, with its bound and gap: the last point of the course of a run."""
        with self._lock:
            nodes = (self._waiting or self._told or {}).get("nodes", 0)
            found = (plan.seconds, plan.objective_musd, plan.bound_musd, plan.gap, nodes)
            names = ("seconds", "best_musd", "bound_musd", "gap", "nodes")
            self._waiting = {name: _finite(value) for name, value in zip(names, found, strict=True)}
            self._flush()

    def _flush(self) -> None:
        if self._waiting is not None:
            self._emit("progress", self._waiting)
            self._told = self._waiting
            self._waiting, self._last = None, time.monotonic()

    def _emit(self, kind: str, data: Mapping[str, Any]) -> None:
        self._number += 1
        event = RunEvent(self._number, utc_now(), kind, data)
        try:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
        except OSError:
            log.warning("an event of the run could not be written to %s", self._file)
        if self._on_event is not None:
            self._on_event(event)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _never() -> bool:
    return False

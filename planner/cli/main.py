"""The command line. Answers go to standard output, progress and messages to standard error; nothing ends in a
traceback.

Exit codes: 0 done, 1 a fault of ours, 2 the command was not understood, 3 the case has errors, 4 no plan can meet it,
5 no plan was found in time, 130 interrupted (128 and the number of another signal), 141 nobody took the answer.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli import as_is, compare, next_ton, priorities, rules, studies, variations, why, winners
from planner.cli.options import (
    CaseArgument,
    DecidedOptions,
    Gap,
    Json,
    MethodKind,
    Overlays,
    Paper,
    ProgressKind,
    Quiet,
    Replace,
    RunArgument,
    RunsRoot,
    Seed,
    Threads,
    TimeLimit,
    bundled,
)
from planner.cli.say import (
    NOT_READ,
    answer,
    answering,
    arrived,
    list_problems,
    one_line,
    say,
    summary,
    summary_text,
    unexpected,
    verdict,
)
from planner.cli.signals import INTERRUPTED
from planner.errors import PlannerError
from planner.runs.pace import run_lean
from planner.solver.watch import end_process

DEFAULT_RUNS = Path("reports") / "runs"

app = typer.Typer(
    name="ree-planner",
    help="Decides where rare earths come from, what to build and what could go wrong, from one workbook.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code; whatever goes wrong is told in plain sentences."""
    run_lean()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    code = _exit_code(arguments)
    end_process(code if arrived() else code or NOT_READ)


def _exit_code(arguments: list[str] | None) -> int:
    try:
        app(args=arguments, prog_name="ree-planner")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except PlannerError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - logged with its traceback, which is kept for us and not shown to the user
        return unexpected(error)
    return 0


@app.callback(invoke_without_command=True)
def about(version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False) -> None:
    """Runs before each command."""
    if version:
        from importlib.metadata import version as installed

        answer(f"ree-planner {installed('ree-planner')}")
        raise typer.Exit


@app.command()
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write, such as my_case.xlsx.")],
    quick: Annotated[
        bool, typer.Option("--quick", help="Four sheets for a buyer with quotes: Quotes, Need, Duties, Settings.")
    ] = False,
    json: Json = False,
) -> None:
    """Write an empty workbook: headings, units, drop-downs, notes and one example row a sheet."""
    from planner.workbook.template import write_quick, write_template

    with answering(json):
        path = write_quick(file) if quick else write_template(file)
        answer({"template": str(path)} if json else f"{path}", json)


@app.command()
def check(
    case: CaseArgument,
    overlays: Overlays = None,
    marked: Annotated[
        Path | None, typer.Option(help="Also write the case back as a workbook with the faults marked.")
    ] = None,
    json: Json = False,
) -> None:
    """List every problem of a case, cell by cell, with what belongs there."""
    from planner.case import check_upload

    with answering(json):
        checked = check_upload(case, overlays or ())
        if marked is not None:
            from planner.case.upload import mark_apart

            mark_apart(case, checked.problems, marked)
            say(f"The case with its problems marked is in {marked}.")
        found = checked.case
        if json:
            problems = [problem.as_dict() for problem in checked.problems]
            facts = {"fingerprint": found and found.fingerprint, "derived": list(checked.overview.derived)}
            answer({"case": checked.name, **facts, "problems": problems}, json)
        else:
            list_problems(checked.problems)
            for line in checked.overview.derived:
                answer(one_line(line))
        say(verdict(case, checked.problems))
        if found is None:
            raise typer.Exit(3)


@app.command()
@bundled
def solve(
    case: CaseArgument,
    overlays: Overlays = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The run's folder; unless given, reports/runs/<name of the case>, with a number if taken."),
    ] = None,
    replace: Replace = False,
    gap: Gap = None,
    time_limit: TimeLimit = None,
    threads: Threads = 2,
    seed: Seed = 1,
    method: Annotated[MethodKind, typer.Option(help="How to search; auto goes by the size.")] = MethodKind.auto,
    json: Json = False,
    quiet: Quiet = False,
    progress: Annotated[
        ProgressKind, typer.Option(help="json: one line an event, on standard error.")
    ] = ProgressKind.auto,
    *,
    decided: DecidedOptions,
) -> None:
    """Check, solve and audit a case; write its run folder and its report.

    Ctrl-C once stops the solver and keeps the best plan; twice ends at once. Gap and time limit are those of the case's
    settings unless given here.
    """
    from planner.case import read_upload
    from planner.cli.progress import Interrupts, shown
    from planner.cli.runs import user
    from planner.errors import InputInvalid, NoPlanInTime
    from planner.runs.claim import given_or_reserved
    from planner.runs.execute import execute
    from planner.runs.folder import RunOptions
    from planner.runs.store import default_root

    options = RunOptions(mip_gap=gap, time_limit_s=time_limit, threads=threads, seed=seed, method=method.value)
    given = overlays or []
    name = "+".join([*(path.absolute().stem for path in (case, *given)), *decided.named])
    with answering(json), Interrupts() as interrupts, given_or_reserved(out, DEFAULT_RUNS / name) as target:
        try:
            with shown("none" if quiet else progress.value) as show, decided.laid_over(case, given) as laid:
                if laid:
                    read_upload(case, laid)  # within limits; what passes is merged here
                how: dict[str, Any] = {"replace": replace, "label": {"owner": user()}, "read": read_upload}
                found = execute(case, target, options, show, interrupts.asked, laid, listed_in=default_root(), **how)
        except InputInvalid as error:
            say(verdict(case, error.problems))
            raise
        except NoPlanInTime:
            if not interrupts.asked():
                raise
            say("Interrupted before a plan was found, so there is nothing to keep.")
            raise typer.Exit(INTERRUPTED) from None
        answer(summary(found) if json else summary_text(found), json)
        for note in found.notes:
            say(note)


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="FROM", exists=True, help="A workbook or a folder of CSV files.")],
    target: Annotated[Path, typer.Argument(metavar="TO", help="A folder of CSV files, or a workbook (.xlsx).")],
    overlays: Overlays = None,
    json: Json = False,
) -> None:
    """Turn a workbook into a folder of CSV files, or a folder into a workbook; overlays are merged in."""
    from planner.case.upload import convert_apart

    with answering(json):
        convert_apart(source, target, overlays or ())
        answer({"written": str(target)} if json else f"{target}", json)


@app.command()
def export(
    case: CaseArgument,
    target: Annotated[Path, typer.Argument(metavar="TO", help="An .lp or .mps file.")],
    overlays: Overlays = None,
    json: Json = False,
) -> None:
    """Write the program of a case as an LP or MPS file, for any solver."""
    from planner.case import read_upload
    from planner.planning.export import export_program

    with answering(json):
        sizes = export_program(read_upload(case, overlays or ()), target)
        answer({"written": str(target), **sizes} if json else f"{target}", json)


@app.command()
def reduce(
    case: CaseArgument,
    target: Annotated[Path, typer.Argument(metavar="TO", help="A folder of CSV files, or a workbook (.xlsx).")],
    to: Annotated[int, typer.Option(min=1, help="How many futures to keep.")],
    overlays: Overlays = None,
    json: Json = False,
) -> None:
    """Write a case with fewer futures, chosen to stand for all of them, and tell how far it is from the whole."""
    from planner.cli.reduce import reduce_case, reduction_facts, reduction_text

    with answering(json):
        found = reduce_case(case, to, target, overlays or ())
        answer(reduction_facts(found, target) if json else reduction_text(found, target), json)


@app.command()
def report(
    run: RunArgument,
    to: Annotated[
        Path | None, typer.Option(help="Where to write it; report.xlsx in the run's folder unless given.")
    ] = None,
    paper: Annotated[Paper, typer.Option(help="What it prints on; the pages are the same.")] = Paper.letter,
    root: RunsRoot = None,
    json: Json = False,
) -> None:
    """Write the Excel report of a run again; a run that was cut off with a plan is finished first."""
    from planner.cli.runs import folder_of, write_report_of

    with answering(json):
        path = write_report_of(folder_of(run, root), to, paper.value)
        answer({"report": str(path)} if json else f"{path}", json)


@app.command()
def brief(
    run: RunArgument,
    to: Annotated[Path | None, typer.Option(help="A folder to write it into; the run's own unless given.")] = None,
    root: RunsRoot = None,
    json: Json = False,
) -> None:
    """Write the two pages for those who decide, brief.pdf and brief.html; of an impossible case, what must give way."""
    from planner.cli.runs import folder_of, write_brief_of

    with answering(json):
        files = [str(path) for path in write_brief_of(folder_of(run, root), to)]
        answer({"brief": files} if json else "\n".join(files), json)


@app.command()
def certificate(
    run: RunArgument,
    to: Annotated[
        Path | None,
        typer.Option(help="An empty folder for it; certificate in the run's folder unless given."),
    ] = None,
    root: RunsRoot = None,
    json: Json = False,
) -> None:
    """Write what proves a run's plan, and a file of plain Python that verifies it without this planner."""
    from planner.cli.runs import certificate_facts, certificate_text, folder_of
    from planner.runs.certificate import certify

    with answering(json):
        found = certify(folder_of(run, root), to)
        answer(certificate_facts(found) if json else certificate_text(found), json)


@app.command()
def runs(
    root: RunsRoot = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, the newest first.")] = 50,
    skip: Annotated[int, typer.Option(min=0, help="How many of the newest to leave out.")] = 0,
    json: Json = False,
) -> None:
    """List the runs and how they ended: those of the pages, and those that `solve` wrote, wherever they are."""
    from planner.cli.runs import run_lines, run_records

    with answering(json):
        answer({"runs": run_records(root, limit, skip)} if json else run_lines(root, limit, skip), json)


@app.command()
def cancel(run: RunArgument, root: RunsRoot = None, json: Json = False) -> None:
    """Ask a run to stop and keep its best plan."""
    from planner.cli.runs import ask_to_stop

    with answering(json):
        asked = ask_to_stop(run, root)
        answer({"run": asked.id, "state": asked.state} if json else f"{asked.id}: {asked.state}", json)


@app.command(name="app")
def pages(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the browser finds it.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    token: Annotated[
        bool,
        typer.Option(
            "--token/--no-token",
            help="Ask for the token in the address; without it whoever reaches the port may use the pages.",
        ),
    ] = True,
) -> None:
    """Open the pages, on this machine only and for who has the token in their address, until Ctrl-C."""
    from planner.cli.runs import serve_pages

    raise typer.Exit(serve_pages(port, browser, token))


@app.command()
def doctor(root: RunsRoot = None, json: Json = False) -> None:
    """Check the installation: packages, solver, disk, run store, port."""
    from dataclasses import asdict

    from planner.cli.doctor import examine

    with answering(json):
        findings = examine(root)
        lines = [
            f"{finding.verdict:<8} {finding.what}: {finding.found}. {finding.fix}".rstrip() for finding in findings
        ]
        answer({"checks": [asdict(finding) for finding in findings]} if json else "\n".join(lines), json)
        if not all(finding.fine or not finding.needed for finding in findings):
            raise typer.Exit(1)


app.command()(studies.frontier)
app.command()(studies.stress)
app.command()(studies.information)
app.command()(studies.alternatives)
app.command()(studies.diagnose)
app.command()(variations.sweep)
app.command()(variations.tornado)
app.command()(variations.sample)
app.command()(variations.force)
app.command()(variations.forbid)
app.command()(why.why)
app.command("as-is")(as_is.as_is)
app.command()(rules.rules)
app.command("next-ton")(next_ton.next_ton)
app.command()(priorities.priorities)
app.command()(winners.winners)
app.command()(compare.compare)


@app.command(hidden=True)
def worker(root: Path, run: str) -> None:
    """Work on one queued run; the pages start this."""
    from planner.runs.worker import main as work

    raise typer.Exit(work([str(root), run]))

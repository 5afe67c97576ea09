"""Two users, twenty queued runs, eight viewers: does the server of the pages keep its memory, and every run its own?

    make soak MINUTES=60

Needs Debian's chromium and playwright. The viewers turn the pages of a finished base case while the users' runs come
and go, twenty at a time. Prints the server's memory minute by minute, how the runs ended, and how long a page switch
takes, of the clock and of the server's processor; ends with 1 where a run was lost, mixed up with another or told
wrongly, or the memory goes on growing.

Memory rises at first: code is loaded as pages are first drawn, and pandas keeps up to some hundred weak references to
each frame that is shared, before it clears out those that are dead. So it is judged from the second third on.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.serving import free_port, until_it_answers
from planner.case import read_case
from planner.runs.folder import RunOptions, read_about, read_manifest
from planner.runs.store import RunStore

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "soak"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
FLAT_MB_PER_HOUR = 20.0  # from the second third on, by then every page was seen: half a gigabyte in a day
LEAST_MINUTES = 12.0  # in less nobody can tell a slope from the noise
BASE = ROOT / "inputs" / "us_base_case"
# Each page by its link, and what stands on it when it is drawn.
PAGES = {
    "Input": "Verdict|What a workbook holds",
    "Results": "Largest seller country",
    "Report": "What the report holds",
    "Runs": "[0-9,]+ runs?",
    "Help": "How it decides",
    "Start": "Recent runs",
}
TURNS_A_VISIT = 60  # then the viewer comes anew, as somebody does who has gone home


def memory_mb(pid: int) -> float:
    """What the server and its own children have in memory; workers are processes apart."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) / 1000


def processor_s(pid: int) -> float:
    """What the server has used of the processor so far."""
    after = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(after[11]) + int(after[12])) / os.sysconf("SC_CLK_TCK")


def server_of(pid: int) -> int:
    """The process that serves: the child of the command that was started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return int(children[0]) if children else pid


def start(root: Path) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    env = {**os.environ, "PLANNER_RUNS": str(root), "PLANNER_TOKEN": TOKEN, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "planner.cli.start", "app", "--no-browser", "--port", str(port)]
    with root.with_name("server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=root.parent, env=env, stdout=log, stderr=log, start_new_session=True)
    return process, until_it_answers(port, process)


def cases(place: Path, count: int) -> list[Path]:
    """Cases that differ in one price, so that a run that is mixed up with another is found out."""
    made = []
    for k in range(count):
        folder = place / f"case {k:02}"
        folder.mkdir(parents=True)
        tables = {
            "periods": "period,years\n2026,1\n",
            "countries": "country,name\nCHN,China\nUSA,United States\n",
            "suppliers": "supplier,country,qualified\nBaotou,CHN,yes\n",
            "materials": "material,stage,hts\noxide,oxide,2846.90\n",
            "places": "place,country\nTexas,USA\n",
            "lanes": "from,to,material\n*,*,*\n",
            "offers": "offer,supplier,material,origin,price_usd_per_t,max_t_per_year\n"
            f"Baotou,Baotou,oxide,CHN,{60_000 + 1_000 * k},500\n",
            "segments": "segment,material,place,shortage_usd_per_t\nmagnets,oxide,Texas,500000\n",
            "demand": "segment,period,t_per_year\nmagnets,2026,100\n",
            "settings": "setting,value\ndiscount_rate,0\nhome_country,USA\nbase_year,2026\n",
        }
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        read_case(folder)
        made.append(folder)
    return made


@dataclass
class Wanted:
    """What a run must come to."""

    name: str
    owner: str
    sha256: str
    musd: float


@dataclass
class Users:
    """Two users, who queue twenty runs in turn, and twenty more when those have ended."""

    root: Path
    cases: list[Path]
    wanted: dict[str, Wanted] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)

    def look(self) -> None:
        store = RunStore(self.root)
        store.mark_lost()
        store.reconcile()
        self.waiting = {run for run in self.waiting if store.get(run).waiting}
        if self.waiting:
            return
        for k, case in enumerate(self.cases):
            owner = ("ada", "bob")[k % 2]
            run = store.create(case, name=case.name, owner=owner, options=RunOptions(threads=1))
            store.launch(run.id)
            self.wanted[run.id] = Wanted(case.name, owner, run.sha256, 100 * (60_000 + 1_000 * k) / 1e6)
            self.waiting.add(run.id)

    def wrong(self) -> Iterator[str]:
        """What is not as it should be, of any run: the list, and the folder behind it."""
        store = RunStore(self.root)
        for run_id, wanted in self.wanted.items():
            run, folder = store.get(run_id), store.folder(run_id)
            if run.state != "done" or run.best_musd is None or abs(run.best_musd - wanted.musd) > 1e-6:
                yield f"{run_id}: {run.state}, {run.best_musd} M$ for {wanted.musd} M$; {run.message[:200]}"
                continue
            manifest, about = read_manifest(folder), read_about(folder)
            told = (run.name, run.owner, run.sha256)
            kept = (about["name"], about["owner"], manifest["input"]["sha256"])
            if not told == kept == (wanted.name, wanted.owner, wanted.sha256):
                yield f"{run_id}: the list says {told}, its folder {kept}"
            if manifest["state"] != run.state or manifest["plan"]["objective_musd"] != run.best_musd:
                yield f"{run_id}: the list and its folder tell different things"


def base_case(root: Path, gap: float, limit_s: float) -> str:
    """A finished run of the base case, which all viewers look at."""
    store = RunStore(root)
    run = store.create(BASE, name="base case", options=RunOptions(mip_gap=gap, time_limit_s=limit_s))
    store.launch(run.id)
    while store.get(run.id).waiting:
        time.sleep(1)
    if not store.get(run.id).has_plan:
        raise SystemExit(f"the base case has no plan: {store.get(run.id)}")
    return run.id


def watch(address: str, server: int, users: Users, minutes: float, viewers: int, base: str) -> list[Any]:
    """Turn pages in eight browsers: seconds since the beginning, MB of the server, seconds of the switch, page, seconds
    of the server's processor.
    """
    from playwright.sync_api import sync_playwright

    seen: list[Any] = []
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        pages = [browser.new_context(base_url=address).new_page() for _ in range(viewers)]
        for page in pages:
            page.set_default_timeout(240_000)
            page.goto(f"/?token={TOKEN}")
        turns = {
            k: itertools.cycle(list(PAGES)[k % len(PAGES) :] + list(PAGES)[: k % len(PAGES)]) for k in range(viewers)
        }
        began, turn = time.monotonic(), 0
        while time.monotonic() - began < 60 * minutes:
            viewer = turn % viewers
            if turn // viewers % TURNS_A_VISIT == 0:
                pages[viewer].goto(f"/results?run={base}")
                pages[viewer].get_by_text(re.compile(PAGES["Results"])).filter(visible=True).first.wait_for()
            users.look()
            name = next(turns[viewer])
            used = processor_s(server)
            took = switch(pages[viewer], name)
            minute = int((time.monotonic() - began) / 60)
            if seen and minute > int(seen[-1][0] / 60):
                print(f"{minute:4} min  {seen[-1][1]:6.1f} MB  {len(users.wanted):4} runs  {turn:5} turns", flush=True)
            seen.append((time.monotonic() - began, memory_mb(server), took, name, processor_s(server) - used))
            turn += 1
            time.sleep(0.2)
        browser.close()
    return seen


def switch(page: Any, name: str) -> float:
    """Seconds from the click on a page's link until what makes the page is there."""
    link = page.get_by_role("link", name=name, exact=True).first
    asked = time.monotonic()
    link.click()
    page.get_by_role("heading", level=1, name=re.compile(name if name != "Start" else "Rare Earth")).wait_for()
    page.get_by_text(re.compile(PAGES[name])).filter(visible=True).first.wait_for()
    return time.monotonic() - asked


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def slope(points: list[tuple[float, float]]) -> float:
    """The growth per unit of the first number: the middle of the slopes between all pairs of some sixty points, so that
    a garbage collection that is due, or one that was just done, weighs nothing.
    """
    some = points[:: max(1, len(points) // 60)]
    slopes = sorted((b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(some, 2) if b[0] > a[0])
    return slopes[len(slopes) // 2] if slopes else 0.0


def tell(seen: list[Any], users: Users, wrong: list[str], minutes: float, viewers: int) -> bool:
    """Print what was seen; whether all of it is as it should be."""
    memory = [mb for _, mb, _, _, _ in seen]
    third = max(1, len(memory) // 3)
    thirds = [mean(memory[:third]), mean(memory[third : 2 * third]), mean(memory[-third:])]
    grows = slope([(at / 3600, mb) for at, mb, _, _, _ in seen[third:]])
    print(f"{len(seen)} pages turned by {viewers} viewers in {minutes:g} min")
    print(f"memory of the server: {memory[0]:.0f} MB at first, {max(memory):.0f} at most, {memory[-1]:.0f} at last;"
          f" {thirds[0]:.1f}, {thirds[1]:.1f} and {thirds[2]:.1f} in the mean of each third;"
          f" from the second on it grows by {grows:.1f} MB an hour")  # fmt: skip
    for name in PAGES:
        took = sorted(seconds for _, _, seconds, page, _ in seen if page == name)
        used = sorted(seconds for _, _, _, page, seconds in seen if page == name)
        if took:
            middle, most = took[len(took) // 2], took[len(took) * 9 // 10]
            print(f"switch to {name:<8} {middle:5.2f} s in the middle, {most:5.2f} s for nine in ten;"
                  f" {used[len(used) // 2]:5.2f} s of the server's processor in the middle")  # fmt: skip
    print(f"{len(users.wanted) - len(wrong)} of {len(users.wanted)} runs of two users ended as they should")
    if minutes < LEAST_MINUTES:
        print(f"memory is judged from {LEAST_MINUTES:g} min on")
    elif grows > FLAT_MB_PER_HOUR:
        wrong.append(f"the memory grows by {grows:.1f} MB an hour, more than {FLAT_MB_PER_HOUR:g}")
    for line in wrong:
        print(f"WRONG {line}")
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--viewers", type=int, default=8)
    parser.add_argument("--gap", type=float, default=0.02, help="at which the base case that is looked at is done")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds after which it is")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server ends with this process
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "runs"
        process, address = start(root)
        try:
            base = base_case(root, asked.gap, asked.limit)
            users = Users(root, cases(Path(place) / "cases", asked.runs))
            users.look()
            seen = watch(address, server_of(process.pid), users, asked.minutes, asked.viewers, base)
            while users.waiting:
                time.sleep(2)
                users.waiting = {run for run in users.waiting if RunStore(root).get(run).waiting}
            wrong = list(users.wrong())
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    return 0 if tell(seen, users, wrong, asked.minutes, asked.viewers) else 1


if __name__ == "__main__":
    sys.exit(main())

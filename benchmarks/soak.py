"""Two users, twenty queued runs, eight viewers: does the server of the pages keep its memory, and every run its own?

    .venv/bin/python -m benchmarks.soak --minutes 60

Needs Debian's chromium and playwright. Prints the server's memory over time, how the runs ended, and how long it takes
to switch from page to page; ends with 1 where a run was lost or mixed up with another, or the memory grew.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from planner.case import read_case
from planner.runs.folder import RunOptions
from planner.runs.store import RunStore

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "soak"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
GROWTH_MB = 120.0  # what pages that were seen for the first time may add after the first third
PAGES = ("/", "/input", "/runs", "/results", "/report", "/help")


def memory_mb(pid: int) -> float:
    """What the server and its own children have in memory; workers are processes apart."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) / 1000


def server_of(pid: int) -> int:
    """The process that serves: the child of the command that was started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return int(children[0]) if children else pid


def start(root: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "PLANNER_RUNS": str(root), "PLANNER_TOKEN": TOKEN, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "planner.cli.start", "app", "--no-browser", "--port", str(port)]
    with root.with_name("server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=root.parent, env=env, stdout=log, stderr=log, start_new_session=True)
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return process, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the server did not answer")


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


def queue_runs(root: Path, place: Path, count: int) -> dict[str, float]:
    """Queue the runs of two users in turn; what each must cost, in M$."""
    store, wanted = RunStore(root), {}
    for k, case in enumerate(cases(place, count)):
        run = store.create(case, name=case.name, owner=("ada", "bob")[k % 2], options=RunOptions(threads=1))
        store.launch(run.id)
        wanted[run.id] = 100 * (60_000 + 1_000 * k) / 1e6
    return wanted


def watch(address: str, process: subprocess.Popen[bytes], root: Path, minutes: float, viewers: int, base: str) -> list:
    """Turn pages in eight browsers; (seconds, MB of the server, seconds of the last page switch)."""
    from playwright.sync_api import sync_playwright

    seen, pid = [], server_of(process.pid)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        pages = [browser.new_context(base_url=address).new_page() for _ in range(viewers)]
        for page in pages:
            page.set_default_timeout(120_000)
            page.goto(f"/?token={TOKEN}")
        began, turn = time.monotonic(), 0
        while time.monotonic() - began < 60 * minutes:
            page, path = pages[turn % viewers], PAGES[turn % len(PAGES)]
            asked = time.monotonic()
            page.goto(f"{path}?run={base}" if base and path in {"/runs", "/results", "/report"} else path)
            page.get_by_role("heading", level=1).wait_for()
            seen.append((time.monotonic() - began, memory_mb(pid), time.monotonic() - asked))
            turn += 1
            time.sleep(0.5)
        browser.close()
    return seen


def settle(root: Path, wanted: dict[str, float], minutes: float) -> list[str]:
    """Wait for the runs to end; what is wrong with any."""
    store, wrong = RunStore(root), []
    end = time.monotonic() + 60 * minutes
    while any(store.get(run).waiting for run in wanted) and time.monotonic() < end:
        store.mark_lost()
        store.reconcile()
        time.sleep(2)
    for run, cost in wanted.items():
        found = store.get(run)
        if found.state != "done" or found.best_musd is None or abs(found.best_musd - cost) > 1e-6:
            wrong.append(f"{run}: {found.state}, {found.best_musd} M$ for {cost} M$; {found.message[:200]}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--viewers", type=int, default=8)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "runs"
        process, address = start(root)
        try:
            wanted = queue_runs(root, Path(place) / "cases", asked.runs)
            seen = watch(address, process, root, asked.minutes, asked.viewers, next(iter(wanted)))
            wrong = settle(root, wanted, 10.0)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    memory = [mb for _, mb, _ in seen]
    third = max(1, len(memory) // 3)
    growth = max(memory[-third:]) - max(memory[:third])
    switches = sorted(seconds for _, _, seconds in seen)
    print(f"{len(seen)} pages turned by {asked.viewers} viewers in {asked.minutes:g} min")
    print(f"memory of the server: {memory[0]:.0f} MB at first, {max(memory):.0f} at most, {memory[-1]:.0f} at last")
    print(f"page switch: {switches[len(switches) // 2]:.2f} s in the middle, {switches[-1]:.2f} s at most")
    print(f"{len(wanted) - len(wrong)} of {len(wanted)} runs ended as they should")
    for line in wrong:
        print(f"WRONG {line}")
    if growth > GROWTH_MB:
        print(f"WRONG the memory grew by {growth:.0f} MB from the first third to the last")
    return 1 if wrong or growth > GROWTH_MB else 0


if __name__ == "__main__":
    sys.exit(main())

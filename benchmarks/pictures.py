"""The pictures of the README, from the run of the base case: `make pictures`.

python -m benchmarks.pictures [RUN]      reports/runs/us_base_case unless named; `make plan` makes it

The page is taken by Debian's chromium, the report's first sheets are printed by LibreOffice and drawn by pdftoppm.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image

from benchmarks.serving import free_port, until_it_answers

HOME = Path(__file__).resolve().parents[1]
PICTURES = HOME / "docs" / "pictures"
RUN = HOME / "reports" / "runs" / "us_base_case"
SHEETS = {"Summary": "summary.png", "Awards": "awards.png"}
WIDTH_PX, COLOURS, SEEN = 920, 128, {"width": 1420, "height": 820}
DRAWN_MS = 300_000


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pictures", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("run", nargs="?", type=Path, default=RUN)
    run = parser.parse_args().run.resolve()
    if missing := [name for name in ("chromium", "soffice", "pdftoppm", "pdftotext") if shutil.which(name) is None]:
        parser.error(f"{', '.join(missing)} are not installed; `bash .ci/run` installs them")
    PICTURES.mkdir(parents=True, exist_ok=True)
    take_sheets(run / "report.xlsx")
    take_page(run)
    return 0


def take_sheets(report: Path) -> None:
    """Print the report, and draw the first printed page of each sheet that is shown."""
    with tempfile.TemporaryDirectory() as room:
        command = ["soffice", f"-env:UserInstallation=file://{room}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", room, report], check=True, capture_output=True)
        printed = Path(room) / f"{report.stem}.pdf"
        for sheet, name in SHEETS.items():
            page = page_of(printed, sheet)
            drawn = Path(room) / "drawn"
            size = ["-f", str(page), "-l", str(page), "-scale-to-x", str(WIDTH_PX), "-scale-to-y", "-1"]
            subprocess.run(["pdftoppm", "-png", "-singlefile", *size, printed, drawn], check=True)
            with Image.open(drawn.with_suffix(".png")) as picture:
                picture.quantize(COLOURS).save(PICTURES / name, optimize=True)


def page_of(printed: Path, sheet: str) -> int:
    """The printed page on which a sheet begins: the first, or the one whose first line is the sheet's name."""
    if sheet == "Summary":
        return 1
    told = subprocess.run(["pdftotext", "-layout", printed, "-"], check=True, capture_output=True, text=True).stdout
    for number, page in enumerate(told.split("\f"), start=1):
        if page.strip().splitlines()[:1] and page.strip().splitlines()[0].strip() == sheet:
            return number
    raise ValueError(f"{sheet} is on no page of {printed}")


def take_page(run: Path) -> None:
    """Open the results of the run in a browser, and keep what is seen first."""
    from playwright.sync_api import sync_playwright

    with serving(run.parent) as (address, token), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(base_url=address, viewport=SEEN)
        context.set_default_timeout(DRAWN_MS)
        context.request.get(f"/?token={token}")
        page = context.new_page()
        page.goto(f"/results?run={run.name}")
        page.get_by_text("Largest seller country").first.wait_for()
        page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget], [data-testid=stSpinner]')")
        page.wait_for_timeout(3_000)
        page.screenshot(path=PICTURES / "page.png")
        browser.close()


@contextmanager
def serving(root: Path) -> Iterator[tuple[str, str]]:
    """The pages on a free port of this machine, with the runs below `root`: their address and its token."""
    port = free_port()
    token = secrets.token_urlsafe(16)
    env = {**os.environ, "PLANNER_RUNS": str(root), "PLANNER_TOKEN": token}
    command = [sys.executable, "-m", "planner.cli.start", "app", "--no-browser", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=HOME, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield until_it_answers(port, process), token
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


if __name__ == "__main__":
    sys.exit(main())

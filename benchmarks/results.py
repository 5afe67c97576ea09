"""Figures that pages quote: found by one command, kept with it and the case's fingerprint, and put into the pages.

python -m benchmarks.results                   renews all (plan, levers, ranges, together, hindcast), then the pages
python -m benchmarks.results plan ranges       renews these, then the pages
python -m benchmarks.results --pages           only writes the pages again, from the figures that are kept

They are kept in benchmarks/results/*.json. How a page names them stands in `told.py`; tests/test_told.py holds the
pages to the figures, and says which figures are of a case that has changed since.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from benchmarks import headline, hindcast, levers, ranges, together
from benchmarks.kept import BASE_CASE, HINDCAST, HOME, KEPT, kept
from benchmarks.told import write_pages
from planner.case import read_case


def _ranges() -> Mapping[str, Any]:
    base, found = ranges.ask()
    return {"base": asdict(base), **{name: [asdict(one) for one in both] for name, both in found.items()}}


PARTS: dict[str, tuple[str, Callable[[], Mapping[str, Any]]]] = {
    "plan": (BASE_CASE, lambda: headline.figures(HOME / BASE_CASE)),
    "levers": (BASE_CASE, lambda: levers.kept(levers.ask())),
    "ranges": (BASE_CASE, _ranges),
    "together": (BASE_CASE, together.figures),
    "hindcast": (HINDCAST, lambda: hindcast.figures(HOME / HINDCAST)),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.results", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all unless given")
    parser.add_argument("--pages", action="store_true", help="only write the pages again")
    chosen = parser.parse_args()
    if unknown := sorted(set(chosen.parts) - set(PARTS)):
        parser.error(f"there is no part {unknown[0]}; choose among {', '.join(PARTS)}")
    for part in () if chosen.pages else chosen.parts or PARTS:
        keep(part, PARTS[part][1]())
    for page in write_pages():
        print(page, file=sys.stderr)
    return 0


def keep(part: str, figures: Mapping[str, Any]) -> None:
    """Write a part's figures, with the command and the case that they are of."""
    case = PARTS[part][0]
    told = {
        "command": f"python -m benchmarks.results {part}",
        "case": case,
        "fingerprint": read_case(HOME / case).fingerprint,
        "found": f"{datetime.now(UTC):%Y-%m-%d}",
        "figures": figures,
    }
    KEPT.mkdir(exist_ok=True)
    text = json.dumps(told, indent=1, ensure_ascii=False)
    (KEPT / f"{part}.json").write_text(text + "\n", encoding="utf-8")


def stale() -> Iterator[str]:
    """What is of a case that has changed since it was found, and how to renew it."""
    now = {case: read_case(HOME / case).fingerprint for case in {case for case, _ in PARTS.values()}}
    for part in PARTS:
        told = kept(part)
        if told["fingerprint"] != now[told["case"]]:
            yield f"{part}: {told['case']} has changed since {told['found']}; renew it with `{told['command']}`"


if __name__ == "__main__":
    sys.exit(main())

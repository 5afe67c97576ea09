"""Words for screens: text taken literally, numbers with units, ages, and what the states of a run are called."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from planner.case.quantity import in_words
from planner.results.scale import scale_at_hand
from planner.status import Status, verdict

if TYPE_CHECKING:
    from planner.runs.run import Run

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@/\"'])")
_BARE_LINK = re.compile(r"(?i)\b(https?|ftp|www)(?=:|\.)|(?<=\S)@(?=\S)")

STATE_WORDS = {
    "queued": "Waiting",
    "checking": "Checking",
    "building": "Building",
    "solving": "Solving",
    "stopping": "Stopping",
    "done": "Done",
    "stopped": "Stopped, plan kept",
    "no_plan": "No plan",
    "infeasible": "Impossible",
    "failed": "Failed",
    "lost": "Lost",
}
STATE_COLOURS = {
    "queued": "gray",
    "checking": "blue",
    "building": "blue",
    "solving": "blue",
    "stopping": "orange",
    "done": "green",
    "stopped": "orange",
    "no_plan": "orange",
    "infeasible": "red",
    "failed": "red",
    "lost": "gray",
}
STEP_WORDS = {
    "checking": "Checking",
    "building": "Building",
    "solving": "Solving",
    "auditing": "Auditing",
    "reporting": "Writing the report",
}
MET = {status.value for status in Status if status.proven}  # a plan's own word that the aim was reached
UNKNOWN = "–"


def aim_met(run: Run) -> bool:
    """Whether the plan of a run is proven as near to the best as was asked for."""
    asked = run.options.mip_gap
    return run.status in MET or (asked is not None and verdict(run.gap, asked).proven)


def told(run: Run) -> tuple[str, str]:
    """What a run is at, or how it ended, in true words, and the colour that repeats them.

    Green is only a plan that is proven within what was asked. The step is nearer to the truth than the state.
    """
    if run.active and run.state != "stopping" and run.step in STEP_WORDS:
        return STEP_WORDS[run.step], "blue"
    if run.state == "stopping" and run.step in {"auditing", "reporting"}:
        return f"Stopped; {STEP_WORDS[run.step].lower()}", "orange"
    if run.has_plan and aim_met(run):
        return ("Done" if run.state == "done" else "Stopped, aim met"), "green"
    if run.state == "done":
        return ("Time is up, plan kept" if run.gap is not None else "Time is up, plan kept, no bound"), "orange"
    return STATE_WORDS[run.state], STATE_COLOURS[run.state]


def literal(text: object) -> str:
    """Text from a workbook or a file, so that Markdown shows every character of it and obeys none.

    What we say of amounts is in the words of the case at hand.
    """
    one_line = " ".join(in_words(str(text)).split())
    unlinked = _BARE_LINK.sub(lambda found: found.group() + "\u2060", one_line)
    return _MARKUP.sub(r"\\\1", unlinked)


def literal_lines(text: object) -> str:
    """As `literal`, each line on its own."""
    return "  \n".join(literal(line) for line in str(text).splitlines() if line.strip())


def chart_text(text: object) -> str:
    """Text for a Plotly label, which would obey a few HTML tags."""
    return html.escape(" ".join(str(text).split()), quote=False)


def musd(value: float | None) -> str:
    """1,234.5 M$; 84,200 $ where the plan at hand has little of it."""
    return UNKNOWN if value is None else scale_at_hand().figure(value, 1)


def percent(share: float | None, decimals: int = 2) -> str:
    """0.25 %."""
    return UNKNOWN if share is None else f"{100 * share:.{decimals}f} %"


def seconds(value: float | None) -> str:
    """12 s, 3 min 20 s, 2 h 05 min."""
    if value is None:
        return UNKNOWN
    whole = round(value)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def moment(when: float) -> str:
    """2026-03-01 14:05 UTC."""
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d %H:%M UTC")


def ago(when: float, now: float) -> str:
    """Just now, 12 min ago, 3 h ago, else the day."""
    age = max(0.0, now - when)
    if age < 60:
        return "just now"
    if age < 3600:
        return f"{age // 60:.0f} min ago"
    if age < 86400:
        return f"{age // 3600:.0f} h ago"
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d")


def counted(number: int, one: str, many: str | None = None) -> str:
    """1 problem, 3 problems."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

"""The picture `docs/pictures/chain.svg`: what a case's plants make of what, stage by stage, from its own tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from planner.docs.rows import rows_of

WIDE, TALL, ACROSS, LEFT, TOP, BACK = 118, 78, 158, 20, 90, 260
DARK, LINE, MADE, BACKWARD = "#22313f", "#8a97a3", "#e4f0ee", "#f6ead9"
MINES = ""


@dataclass(frozen=True)
class Chain:
    """Stages in the order of the materials sheet, how many rows speak of each, and how many plants lead from one to
    another; what comes out of the ground leads from nothing.
    """

    stages: tuple[str, ...]
    told: Mapping[str, Counter[str]]
    plants: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, folder: Path) -> Chain:
        """The chain of a case that is a folder of CSV files."""
        stage = {row["material"]: row["stage"] for row in rows_of(folder / "materials.csv")}
        told: dict[str, Counter[str]] = {name: Counter() for name in stage.values()}
        for sheet in ("materials", "offers", "segments"):
            for row in rows_of(folder / f"{sheet}.csv"):
                told[stage[row["material"]]][sheet] += 1
        takes: dict[str, set[str]] = {}
        gives: dict[str, set[str]] = {}
        for row in rows_of(folder / "recipes.csv"):
            side = takes if float(row["t_per_t"]) < 0 else gives
            side.setdefault(row["process"], set()).add(stage[row["material"]])
        links = {
            (start, end, row["facility"])
            for row in rows_of(folder / "processes.csv")
            for start in takes.get(row["process"], {MINES})
            for end in gives.get(row["process"], set())
            if start != end
        }
        return cls(tuple(told), told, Counter((start, end) for start, end, _ in links))

    @property
    def forward(self) -> tuple[str, ...]:
        """The stages on the way to what is needed; the others come back."""
        return tuple(name for name in self.stages if name not in self.back)

    @property
    def back(self) -> tuple[str, ...]:
        """The stages from which plants lead to earlier ones only."""
        place = {name: number for number, name in enumerate(self.stages)}
        leads = {name: [end for start, end in self.plants if start == name] for name in self.stages}
        return tuple(name for name, ends in leads.items() if ends and all(place[end] < place[name] for end in ends))


def chain_picture(folder: Path) -> str:
    """The whole picture, as SVG."""
    chain = Chain.of(folder)
    wide = LEFT * 2 + ACROSS * (len(chain.forward) - 1) + WIDE
    corner = {name: (LEFT + ACROSS * place, TOP) for place, name in enumerate(chain.forward)}
    first = len(chain.forward) - len(chain.back)
    corner |= {name: (LEFT + ACROSS * (first + place), BACK) for place, name in enumerate(chain.back)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {BACK + TALL + 20}" font-family="sans-serif"'
        ' font-size="12" role="img" aria-labelledby="chain">',
        '<title id="chain">The chain from ore to product, with the number of plants on each way</title>',
        f'<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="3" orient="auto">'
        f'<path d="M0,0 L7,3 L0,6 z" fill="{LINE}"/></marker></defs>',
        f'<rect width="{wide}" height="{BACK + TALL + 20}" fill="white"/>',
        *_ways(chain, corner),
        *(_box(name, chain.told[name], at, name in chain.back) for name, at in corner.items()),
    ]
    return "\n".join([*parts, "</svg>\n"])


def _ways(chain: Chain, corner: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    for (start, end), plants in sorted(chain.plants.items()):
        x, y = corner[end]
        if start == MINES:
            yield _way(
                f"M{x + 16},{y + TALL + 34} L{x + 16},{y + TALL + 2}", x + 22, y + TALL + 24, _many(plants, "mine")
            )
            continue
        from_x, from_y = corner[start]
        if from_y == y and x - from_x == ACROSS:
            yield _way(f"M{from_x + WIDE},{y + 40} L{x - 2},{y + 40}", from_x + WIDE + 12, y + 34, str(plants))
        elif from_y == y:
            rise, middle = 26 + 20 * (x - from_x) // ACROSS, (from_x + x + WIDE) // 2
            bow = f"M{from_x + WIDE - 30},{y} C{from_x + WIDE},{y - rise} {x + 10},{y - rise} {x + 30},{y - 2}"
            yield _way(bow, middle - 6, y - rise * 3 // 4 - 4, str(plants))
        else:
            down = from_y < y
            begin, finish = (from_y + TALL, y - 2) if down else (from_y, y + TALL + 2)
            aside = 26 if down else -14
            start_x, end_x = from_x + WIDE // 2 + aside, x + WIDE // 2 + aside
            at = (start_x * 3 + end_x) // 4 + 6, (begin * 3 + finish) // 4
            yield _way(f"M{start_x},{begin} L{end_x},{finish}", *at, str(plants))


def _way(path: str, x: int, y: int, said: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.5" marker-end="url(#tip)"/>' + _text(
        x, y, said
    )


def _box(name: str, told: Counter[str], at: tuple[int, int], back: bool) -> str:
    x, y = at
    lines = [_many(told["materials"], "material")]
    lines += [_many(told["offers"], "offer")] if told["offers"] else []
    lines += ["needed by " + _many(told["segments"], "use")] if told["segments"] else []
    fill = BACKWARD if back else MADE
    shape = f'<rect x="{x}" y="{y}" width="{WIDE}" height="{TALL}" rx="6" fill="{fill}" stroke="{DARK}"/>'
    said = [_text(x + 10, y + 34 + 16 * number, line) for number, line in enumerate(lines)]
    return shape + _text(x + 10, y + 18, name, bold=True) + "".join(said)


def _text(x: int, y: int, said: str, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" fill="{DARK}"{weight}>{escape(said)}</text>'


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"

"""The documentation site: every page of the repository in one place, to be read offline (`make site`).

    python -m benchmarks.site        writes build/site; open build/site/index.html
    python -m http.server -d build/site        serves it, with its search

Pages are taken where they stand, with their pictures and the files that they link to, so nothing is written twice and
links work on both sides. Formulas become MathML, which browsers draw by themselves: the site asks nobody for anything.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from latex2mathml.converter import convert

HOME = Path(__file__).resolve().parents[1]
SOURCE, SITE = HOME / "build" / "site_source", HOME / "build" / "site"
NAV: list[dict[str, Any]] = [
    {"Start": "README.md"},
    {
        "Your case": [
            {"Six quotes in twenty minutes": "inputs/motor_maker/README.md"},
            {"A magnet shop with a defence order": "inputs/defence_magnets/README.md"},
            {"Every sheet and column": "inputs/README.md"},
            {"Commands": "docs/commands.md"},
            {"What a run writes": "reports/README.md"},
            {"Glossary": "docs/glossary.md"},
        ]
    },
    {
        "The United States": [
            {"Ten findings": "inputs/us_base_case/README.md"},
            {"How its tables were derived": "inputs/us_base_case/DERIVATION.md"},
            {"Two views and the levers": "inputs/us_levers/README.md"},
            {"Futures and policies": "inputs/us_futures/README.md"},
            {"Hindcast 2021 to 2024": "inputs/hindcast_2021_24/README.md"},
        ]
    },
    {
        "The model": [{"On one page": "docs/model.md"}, {"Every rule": "models/README.md"}],
    },
    {
        "For programs and programmers": [
            {"What commands answer in JSON": "docs/json.md"},
            {"Working on the planner": "CONTRIBUTING.md"},
            {"How fast it is": "benchmarks/README.md"},
            {"What changed": "CHANGELOG.md"},
        ]
    },
]
STUDIES = "docs/studies"
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
FORMULA = re.compile(r"^\$\$(.+)\$\$$", re.MULTILINE)
STYLE = """.wy-nav-content { max-width: 1100px }
.wy-table-responsive table td, .wy-table-responsive table th { white-space: normal }
.wy-side-nav-search, .wy-nav-top { background: #1b4f5c }
math[display="block"] { overflow-x: auto; margin: 0.8em 0 }
"""


def pages() -> list[Path]:
    """Every page of the site, from the repository's root."""
    named = [page for group in nav() for page in _named(group)]
    return [Path(page) for page in named]


def nav() -> list[dict[str, Any]]:
    """The table of contents: as above, with a page for each study that has one."""
    own = [path for path in sorted((HOME / STUDIES).glob("*.md")) if path.name != "README.md"]
    studies = [{"Which question, which command": f"{STUDIES}/README.md"}]
    studies += [{_title(path): path.relative_to(HOME).as_posix()} for path in own]
    studies.append({"Definitions": "planner/studies/README.md"})
    return [*NAV[:3], {"Studies": studies}, *NAV[3:]]


def _title(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _named(group: dict[str, Any]) -> Iterator[str]:
    for inside in group.values():
        if isinstance(inside, str):
            yield inside
        else:
            for one in inside:
                yield from _named(one)


def gather() -> None:
    """Copy the pages to build/site_source, at their places, with what they link to and are drawn with."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    for page in pages():
        text = (HOME / page).read_text(encoding="utf-8")
        target = SOURCE / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(FORMULA.sub(_mathml, text), encoding="utf-8")
        for link in LINK.findall(text):
            _take((HOME / page).parent / unquote(link))
    (SOURCE / "site.css").write_text(STYLE, encoding="utf-8")


def _take(file: Path) -> None:
    """Copy a file of the repository that a page links to, unless it is a page itself or stands elsewhere."""
    file = file.resolve()
    if file.suffix != ".md" and file.is_file() and file.is_relative_to(HOME):
        target = SOURCE / file.relative_to(HOME)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _mathml(found: re.Match[str]) -> str:
    return convert(found[1].strip(), display="block")


def settings() -> dict[str, Any]:
    """What mkdocs is told. Its own theme brings fonts and scripts with it; what it would fetch is off."""
    return {
        "site_name": "Rare Earth Sourcing Planner",
        "docs_dir": str(SOURCE),
        "site_dir": str(SITE),
        "use_directory_urls": False,
        "theme": {"name": "readthedocs", "highlightjs": False, "navigation_depth": 2},
        "extra_css": ["site.css"],
        "markdown_extensions": ["tables", "fenced_code", "sane_lists", "attr_list", "md_in_html"],
        "plugins": ["search"],
        "nav": nav(),
        "strict": True,
        "validation": {
            "nav": {"omitted_files": "warn", "not_found": "warn"},
            "links": {"not_found": "warn", "anchors": "warn", "absolute_links": "warn", "unrecognized_links": "warn"},
        },
    }


def build() -> Path:
    """Write the site, and say where it begins; mkdocs' Abort where a link leads nowhere."""
    from mkdocs.commands.build import build as write
    from mkdocs.config import load_config

    gather()
    config = SOURCE.with_name("mkdocs.yml")
    config.write_text(json.dumps(settings()), encoding="utf-8")  # JSON is YAML
    write(load_config(str(config)))
    return SITE / "index.html"


if __name__ == "__main__":
    sys.stdout.write(f"{build()}\n")

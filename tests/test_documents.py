"""The documents: links lead somewhere, each command, study and sheet has its words, and the site is built offline."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from benchmarks import site
from planner.cli import main as cli
from planner.docs.chain import Chain, chain_picture
from planner.docs.renew import SHIPPED
from planner.schema import SHEETS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part in {"build", "runs"} or part.startswith(".") for part in path.relative_to(ROOT).parts)
)
OF_STUDIES = ("as_is", "next_ton", "priorities", "rules", "studies", "variations", "why", "compare")
STUDIES_IN = {f"planner.cli.{name}" for name in OF_STUDIES}
ON_ONE_PAGE = {"forbid": "force"}
COMMANDS = [command.name or command.callback.__name__ for command in cli.app.registered_commands if not command.hidden]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its code."""
    text = re.sub(r"^```.*?^```", "", text_of(page), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """What a link may name on a page: its headings in small letters, joined by dashes."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=[path.relative_to(ROOT).as_posix() for path in PAGES])
def test_every_link_of_a_page_leads_somewhere(page):
    for link, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", prose(page)):
        if re.match(r"https?:|mailto:", link):
            continue
        target = (page.parent / link).resolve() if link else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), f"{link}#{anchor}"


def test_every_command_stands_on_the_page_of_commands():
    told = text_of(DOCS / "commands.md")
    assert [name for name in COMMANDS if not re.search(rf"`(ree-planner )?{name}\b", told)] == []


def test_every_study_has_a_page_with_its_command():
    listed = text_of(DOCS / "studies" / "README.md")
    asked = [command for command in cli.app.registered_commands if command.callback.__module__ in STUDIES_IN]
    assert len(asked) > 8
    for name in ("reduce", *(command.name or command.callback.__name__ for command in asked)):
        page = f"{ON_ONE_PAGE.get(name, name)}.md"
        assert f"ree-planner {name} " in text_of(DOCS / "studies" / page)
        assert f"({page})" in listed


def test_every_sheet_and_column_has_its_sentence():
    reference = text_of(ROOT / "inputs" / "README.md")
    for sheet in SHEETS:
        assert sheet.row_is
        assert sheet.adds
        assert f"\n## {sheet.name}\n" in reference
        for column in sheet.columns:
            assert column.help, f"{sheet.name}.{column.name}"


def test_the_readme_can_be_read_at_a_sitting_and_shows_three_pictures():
    text = text_of(ROOT / "README.md")
    assert len(text.split()) <= 1_200
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert len(shown) == 3
    for picture in shown:
        assert (ROOT / picture).stat().st_size < 250_000


def test_the_chain_is_drawn_from_the_case():
    assert text_of(DOCS / "pictures" / "chain.svg") == chain_picture(SHIPPED), "run `make docs`"


def test_a_chain_tells_what_leads_to_what_and_what_comes_back(tmp_path):
    """A mine digs ore, a plant makes oxide and tailings of it, and another makes oxide of tailings again."""
    (tmp_path / "materials.csv").write_text("material,stage\nore,ore\noxide,oxide\ntailings,waste\n")
    (tmp_path / "offers.csv").write_text("offer,material\nA,oxide\n")
    (tmp_path / "segments.csv").write_text("segment,material\nS,oxide\n")
    (tmp_path / "recipes.csv").write_text(
        "process,material,t_per_t\ndig,ore,1\nsplit,ore,-2\nsplit,oxide,1\nsplit,tailings,1\nwash,tailings,-3\nwash,oxide,1\n"
    )
    (tmp_path / "processes.csv").write_text("facility,process\nMine,dig\nNorth,split\nSouth,split\nWest,wash\n")
    chain = Chain.of(tmp_path)
    assert (chain.forward, chain.back) == (("ore", "oxide"), ("waste",))
    assert dict(chain.plants) == {
        ("", "ore"): 1,
        ("ore", "oxide"): 2,
        ("ore", "waste"): 2,
        ("waste", "oxide"): 1,
    }
    assert "1 mine" in chain_picture(tmp_path)


def test_every_page_is_on_the_site():
    """All but what speaks of files beside it alone: of tests, and of fonts."""
    left_out = {path.relative_to(ROOT) for path in PAGES} - set(site.pages())
    assert {path.as_posix() for path in left_out if not {"tests", "fonts"} & set(path.parts)} == set()


class Links(HTMLParser):
    """What a page refers to, what it fetches, and what in it may be referred to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.leads, self.fetches, self.ids = [], [], set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.ids |= {told[name] for name in ("id", "name") if told.get(name)}
        if tag == "a" and told.get("href"):
            self.leads.append(told["href"])
        elif tag in ("link", "script", "img", "iframe", "source"):
            self.fetches += [told[name] for name in ("href", "src") if told.get(name)]


@pytest.mark.slow
def test_the_site_is_built_offline_and_all_its_links_resolve(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "SOURCE", tmp_path / "source")
    monkeypatch.setattr(site, "SITE", tmp_path / "site")
    first = site.build()
    assert "Rare Earth Sourcing Planner" in text_of(first)
    found = {page: Links(page) for page in sorted(site.SITE.rglob("*.html"))}
    assert len(found) > len(site.pages())
    for page, links in found.items():
        assert [link for link in links.fetches if re.match(r"(https?:)?//", link)] == [], page
        for link in [*links.fetches, *(lead for lead in links.leads if not re.match(r"https?:", lead))]:
            file, _, anchor = link.partition("#")
            if page.name == "404.html" or file.startswith("/"):
                continue
            target = (page.parent / file).resolve() if file else page
            assert target.is_file(), f"{page.name}: {link}"
            if anchor and target in found:
                assert anchor in found[target].ids, f"{page.name}: {link}"
    for style in site.SITE.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?https?:", text_of(style)), style
    program = text_of(site.SITE / "models" / "index.html")
    assert "$$" not in program
    assert program.count("<math") == len(site.FORMULA.findall(text_of(ROOT / "models" / "README.md"))) >= 100

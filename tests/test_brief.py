"""The brief: two pages in both forms, nothing fetched, nothing interpreted, nothing too small to read."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from cases import BAOTOU, LYNAS, approx, case, needs
from report_examples import BAN, nothing, renamed, two_futures
from rich_case import rich_case
from test_report_layout import HOSTILE, NAMES

from planner.brief import HTML, PDF, write_brief, write_impossible
from planner.brief.blocks import Listing
from planner.brief.content import brief_of, impossible
from planner.brief.drawing import SMALLEST_POINTS, Axis, Box, Lettering, Stroke
from planner.brief.fonts import broken, cut, width
from planner.brief.html import write_html
from planner.brief.layout import PAGE_WIDE, ROOM, fitted, height, placed
from planner.brief.pdf import write_pdf
from planner.brief.pictures import cost_by_year, supply_by_country, tornado
from planner.planning.solve import solve_case
from planner.results.actions import actions
from planner.results.colours import colour
from planner.results.facts import Facts
from planner.results.grades import by_grade
from planner.results.rejected import MARGINAL, SOLVED, rejected_quotes, told_by
from planner.results.shortage import shortages
from planner.results.timeline import timeline
from planner.results.unknowns import unknowns

RECORD = {"Run": "r1", "Started": "2026-11-29T10:00:00Z", "Owner": "ada", "Version of ree-planner": "0.1.0"}


def hostile():
    names = {name: HOSTILE[i % len(HOSTILE)] + "!" * (i // len(HOSTILE)) for i, name in enumerate(NAMES)}
    known, plan = renamed(*two_futures(), names)
    return known, replace(plan, case_name="<script>alert(1)</script> & more")


def planned_rich():
    known = rich_case()
    return known, solve_case(known)


CASES = {"two futures": two_futures, "nothing": nothing, "hostile names": hostile, "rich": planned_rich}


@pytest.fixture(scope="module", params=CASES)
def written(request, tmp_path_factory):
    """A brief as blocks, and the folder with both its files."""
    folder = tmp_path_factory.mktemp("brief")
    facts = Facts(*CASES[request.param]())
    write_brief(facts, folder, RECORD)
    return fitted(brief_of(facts, RECORD)), folder


class Reader(HTMLParser):
    """The tags, the attributes and the texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.texts.append(data)


# Both forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.many
def test_a_brief_has_exactly_two_pages(written):
    """In the file of PDF, and as sections of the page."""
    brief, folder = written
    assert len(re.findall(rb"/Type /Page\b(?!s)", (folder / PDF).read_bytes())) == 2
    assert (folder / HTML).read_text(encoding="utf-8").count("<section>") == 2
    assert all(height(page) <= ROOM for page in brief.pages)


def test_nothing_in_a_brief_is_smaller_than_seven_points(written):
    """Every text of both forms; and none runs over the edge of its page."""
    brief, folder = written
    for page in brief.pages:
        for shape in placed(page):
            if isinstance(shape, Lettering):
                assert shape.size >= SMALLEST_POINTS == 7
                assert width(shape.text, shape.size, shape.bold) <= PAGE_WIDE
    html = (folder / HTML).read_text(encoding="utf-8")
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: ([\d.]+)pt", html)]
    sizes += [float(size) for size in re.findall(r'font-size="([\d.]+)"', html)]
    assert len(sizes) > 10
    assert min(sizes) >= 7


def test_a_brief_is_whole_in_itself(written):
    """No script, link, picture or letters from elsewhere; the PDF holds the letters that it uses."""
    _, folder = written
    page = Reader((folder / HTML).read_text(encoding="utf-8"))
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object", "a", "base", "form"})
    assert page.attributes.isdisjoint({"src", "href", "onload", "onclick", "srcset", "xlink:href"})
    assert not re.search(r"url\(|@import", (folder / HTML).read_text(encoding="utf-8"))
    pdf = (folder / PDF).read_bytes()
    assert pdf.count(b"/FontFile2") >= 2
    assert b"/URI" not in pdf
    assert b"/JavaScript" not in pdf


def test_each_picture_has_a_sentence_that_stands_for_it(written):
    _, folder = written
    html = (folder / HTML).read_text(encoding="utf-8")
    said = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', html)
    assert len(said) == 5
    assert all(len(words) > 12 for words in said)


@pytest.mark.slow
def test_names_of_a_workbook_are_texts_and_nothing_else(tmp_path):
    """Markup in a name comes out as it was typed, in the page and in the titles of both files."""
    known, plan = renamed(*two_futures(), {"Lynas": '<b>Lynas</b> &amp; "sons"'})
    write_brief(Facts(known, replace(plan, case_name="<script>alert(1)</script> & more")), tmp_path)
    html = (tmp_path / HTML).read_text(encoding="utf-8")
    page = Reader(html)
    assert any(text.startswith("<script>alert(1)</script> & more: sourcing plan") for text in page.texts)
    assert "<script" not in html
    assert 'A1 <b>Lynas</b> &amp; "sons"' in page.texts


def test_the_same_brief_gives_the_same_files(written, tmp_path):
    """Byte for byte: no time of writing, no name of a folder."""
    brief, folder = written
    assert write_pdf(brief, tmp_path / PDF).read_bytes() == (folder / PDF).read_bytes()
    assert write_html(brief, tmp_path / HTML).read_bytes() == (folder / HTML).read_bytes()


@pytest.mark.slow
def test_rows_go_where_a_page_is_full_and_it_says_so():
    """A table of 90 rows loses its last ones until the page holds it; what is left out is told."""
    brief = brief_of(Facts(*two_futures()), RECORD)
    page = list(brief.pages[0])
    place = next(i for i, block in enumerate(page) if isinstance(block, Listing))
    row = page[place].rows[0]
    page[place] = replace(page[place], rows=(row,) * 90, total=90, rest=lambda shown: f"{90 - shown} more")
    grid = next(b for b in fitted(replace(brief, pages=(tuple(page),))).pages[0] if isinstance(b, Listing))
    assert 3 <= len(grid.rows) < 90
    assert grid.said == f"{90 - len(grid.rows)} more"


def test_the_impossible_case_says_what_must_give_way(tmp_path):
    """Cell and sentence stand beside each other, and nothing is asked to be approved."""
    message = (
        "No plan can meet every need and limit. The least that must give way:\n"
        "demand!C2: the need of <magnets> in 2026 is short by 40.000 t/yr."
    )
    brief = impossible("case", message, RECORD)
    grid = next(block for block in brief.pages[0] if isinstance(block, Listing))
    assert grid.rows == (("demand!C2", "the need of <magnets> in 2026 is short by 40.000 t/yr."),)
    write_impossible("case", message, tmp_path)
    page = Reader((tmp_path / HTML).read_text(encoding="utf-8"))
    assert "the need of <magnets> in 2026 is short by 40.000 t/yr." in page.texts
    assert "For decision. Nothing can be approved as the case stands." in page.texts
    assert "What must give way" in page.texts


# Letters and axes -----------------------------------------------------------------------------------------------------


def test_a_text_is_cut_or_broken_to_its_room():
    assert cut("Lynas", 500, 7) == "Lynas"
    short = cut("China magnet makers (counterparty to be named)", 60, 7)
    assert short.endswith("…")
    assert width(short, 7) <= 60
    lines = broken("one two three four five six seven eight", 50, 7, most=2)
    assert len(lines) == 2
    assert all(width(line, 7) <= 50 for line in lines)
    assert lines[-1].endswith("…")


def test_an_axis_holds_zero_and_round_steps():
    """Up to 1,340 and down to -210 in about four steps: -500, 0, 500, 1,000, 1,500."""
    scale = Axis.over([1_340, -210], 100, 0)
    assert scale.ticks == [-500, 0, 500, 1_000, 1_500]
    assert scale.at(0) == approx(75)
    assert Axis.over([], 100, 0).ticks[0] == 0


# Pictures -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_columns_of_a_picture_are_as_high_as_their_amounts():
    """2026: 100 t magnets, all made at home; one column whose parts are the country's share of the axis."""
    facts = Facts(*two_futures())
    _, drawing = supply_by_country(facts, 128.0)
    home = [s for s in drawing.shapes if isinstance(s, Box) and s.fill == colour(facts, "United States") and s.high > 8]
    assert len(home) == 2
    assert home[0].high / home[1].high == approx(100 / 95)  # 100 t, then 0.75 x 100 + 0.25 x 80


@pytest.mark.slow
def test_a_country_has_in_the_brief_the_colour_that_it_has_everywhere():
    facts = Facts(*planned_rich())
    _, drawing = supply_by_country(facts, 128.0)
    fills = {shape.fill for shape in drawing.shapes if isinstance(shape, Box)}
    assert fills <= {colour(facts, name) for name in ("USA", "CHN", "MYS")} | {colour(facts, "nowhere")}
    assert len(fills) > 1


@pytest.mark.slow
def test_income_stands_below_the_line():
    """0.05 M$ of sales in 2026: a box that ends below the axis of zero."""
    _, drawing = cost_by_year(Facts(*two_futures()), 128.0)
    zero = max(s.y1 for s in drawing.shapes if isinstance(s, Stroke) and s.colour == "#44525E")
    assert any(isinstance(s, Box) and s.y >= zero - 0.01 and s.wide > 8 for s in drawing.shapes)


@pytest.mark.slow
def test_the_tornado_is_headed_by_what_changes_most():
    """Half of the loss from unmet need, 0.25 x 28 M$ / 2, is more than a quarter of Malaysia's 4.2 M$."""
    _, drawing = tornado(Facts(*two_futures()), 128.0)
    labels = [s.text for s in drawing.shapes if isinstance(s, Lettering)]
    assert labels[:3] == ["Loss from unmet need ±50%", "-3.50", "+3.50"]


# What is told ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_projects_and_awards_stand_on_one_calendar():
    """Recycling one: a year to build from 2026, running 2027 to the end; Lynas delivers in all three years."""
    rows = timeline(Facts(*two_futures()))
    assert rows["kind"].tolist() == ["project", "award", "award"]
    assert rows.loc[0, ["what", "begun", "building", "running", "end"]].tolist() == [
        "Recycling one", 2026, 2026, 2027, 2028,
    ]  # fmt: skip
    assert rows.loc[1, ["what", "begun", "end"]].tolist() == ["A1 Lynas", 2026, 2028]


@pytest.mark.slow
def test_a_shortage_is_told_with_its_cure_and_the_price_of_it():
    """100 t needed, 60 offered: 40 t short at 200,000 $/t. Nobody has more: any quote landing below that cures it.

    With Lynas at 250,000 $/t and room, going short is cheaper; it would end at that price, 50,000 above the loss.
    """
    baotou = BAOTOU | {"max_t_per_year": 60}
    segment = {"segment": "magnets", "material": "oxide", "place": "Texas", "shortage_usd_per_t": 200_000}
    segment |= {"max_shortage_share": 1}
    shared = {"segments": [segment], "demand": needs({2026: 100})}
    found = case(offers=[baotou], **shared)
    row = shortages(Facts(found, solve_case(found))).iloc[0]
    assert (row["short_t"], row["loss_musd"], row["cure_usd_per_t"]) == approx((40, 8, 200_000))
    assert row["cure"] == "a quote landing below 200,000 USD/t at Texas in 2026"
    found = case(offers=[baotou, LYNAS | {"price_usd_per_t": 250_000, "max_t_per_year": 100}], **shared)
    row = shortages(Facts(found, solve_case(found))).iloc[0]
    assert row["cure_usd_per_t"] == approx(250_000)
    assert row["cure"] == "Lynas at 250,000 USD/t landed, 50,000 above the loss"


@pytest.mark.slow
def test_an_assumption_a_tenth_off_moves_the_cost_by_a_tenth_of_what_it_carries():
    """EV motors' loss is not graded: 0.25 x 2 years x 10 M$ = 5 M$, so 0.5 M$ either way. All shares add up to 1."""
    facts = Facts(*two_futures())
    rows = unknowns(facts).set_index("what")
    assert rows.loc["Loss of going short: EV motors", ["musd", "tenth_musd"]].tolist() == approx([5.0, 0.5])
    assert by_grade(facts)["share"].sum() == approx(1.0)


@pytest.mark.slow
def test_the_first_ninety_days_say_whom_to_sign_with_whom_to_qualify_and_what_goes_short():
    """Baotou must be qualified in 2026; 8 t a year of EV motors' need fail under the ban, 20 t of it for two years."""
    rows = actions(Facts(*two_futures()))
    assert rows["days"].is_monotonic_increasing
    said = " ".join(rows["what"])
    assert "Begin to qualify Baotou." in said
    assert "Close the gap of 10.0 t for EV motors (and 1 segment more)" in said
    assert "Decide whether Recycling one is begun in 2026 (11.0 M$)" in said
    assert BAN not in said


@pytest.mark.slow
def test_a_break_even_that_was_solved_again_takes_the_place_of_the_marginal_one():
    """Baotou sells all 100 t at 60,000; Lynas at 70,000 comes in at 60,000 by marginal prices, told as such.

    Asked why, the run's solves bore out a factor of 0.9: 63,000, and the row says so.
    """
    found = case(offers=[BAOTOU, LYNAS])
    plan = solve_case(found)
    row = rejected_quotes(Facts(found, plan)).iloc[0]
    assert (row["asked_usd_per_t"], row["told_by"]) == (approx(60_000), MARGINAL)
    assert "not by solving again" in told_by(Facts(found, plan))
    answer = {"kind": "offer", "name": row["offer"], "verdict": "verified", "factor": 0.9, "words": "x"}
    facts = Facts(found, plan, {"rejected": [answer]})
    row = rejected_quotes(facts).iloc[0]
    assert (row["asked_usd_per_t"], row["change"], row["told_by"]) == (approx(63_000), approx(-0.1), SOLVED)
    assert told_by(facts) == "borne out by solving again just inside and just outside each"
    open_answer = answer | {"verdict": "not told apart"}
    assert rejected_quotes(Facts(found, plan, {"rejected": [open_answer]})).iloc[0]["told_by"] == MARGINAL

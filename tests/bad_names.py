"""Names and labels in two spellings, or that only look or read alike; and rows of which neither comes first."""

from __future__ import annotations

from typing import Any

from breaking import Bad, Make, with_csv_cell, with_csv_sheets
from good_case import Sheets, put


def spelt(name: str, cell: str, value: str) -> Bad:
    return Bad(name, with_csv_cell(cell, value), "cell.spelling", cell, warning=True)


SPELLINGS = [
    spelt("supplier in other case", "offers!B2", "LYNAS"),
    spelt("offer with a no-break space", "contracts!B2", "Lynas\u00a0NdPr"),
    spelt("offer with two spaces", "upstream!A2", "Lynas  NdPr"),
    spelt("stage in other case", "materials!B4", "Oxide"),
    spelt("stage in full-width letters", "materials!B4", "ｏｘｉｄｅ"),
    spelt("stage on a lane", "lanes!C3", "OXIDE"),
    spelt("element in other case", "materials!C5", "NDPR"),
    spelt("group on a duty row", "tariffs!C4", "Allied"),
    spelt("authority acted on", "tariffs!J4", "GENERAL"),
    spelt("authority of a quota", "quotas!B2", "General"),
    spelt("authority of a duty cut", "partnership_effects!C2", "General"),
    spelt("a rule of a segment", "segments!G2", "defence"),
    spelt("a rule in a list", "returns!L2", "DEFENCE"),
    spelt("a material of an incentive", "incentives!C2", "Magnet"),
    spelt("a stream at one place", "returns!A3", "disk drives"),
    spelt("an event's element", "events!E2", "ndpr"),
]

SEPARATORS = [
    Bad(
        f"groups between {sign!r}",
        with_csv_cell("countries!C5", f"allied{sign} new"),
        "cell.separator",
        "countries!C5",
        fix="'allied; new'",
    )
    for sign in (",", "|", "，", "、")
]


def slashes(sheets: Sheets) -> None:
    """Both parts are groups of other countries."""
    put(sheets, "countries!C4", "dominant; adversary")
    put(sheets, "countries!C5", "adversary/allied")


def added(sheet: str, *row: Any) -> Make:
    return with_csv_sheets(lambda sheets: sheets[sheet].append([*row]))


def two_suppliers(sheets: Sheets) -> None:
    sheets["suppliers"] += [["Luna\u0455", "MYS", "yes"], ["Lunas", "MYS", "yes"]]


def duty(authority: str, hts: str, origin: str, *effect: str) -> Make:
    return added("tariffs", authority, hts, origin, None, 0.1, None, None, None, *(effect or ("adds",)))


def looking(name: str, make: Make, where: str) -> Bad:
    return Bad(f"a strange letter in {name}", make, "key.look-alike", where)


LOOK_ALIKES = [
    looking("a stage", with_csv_cell("materials!B4", "oxid\u0435"), "materials!B4"),
    looking("an element", with_csv_cell("materials!C5", "\u039ddPr"), "materials!C5"),
    looking("a group", with_csv_cell("countries!C5", "\u0430llied"), "countries!C5"),
    looking("an authority", duty("gen\u0435ral", "2846", "MYS"), "tariffs!A6"),
    looking("a supplier", with_csv_sheets(two_suppliers), "suppliers!A5"),
    looking("an exclusive group", with_csv_cell("build_options!Q3", "f\u0456rst"), "build_options!Q3"),
]


def near(name: str, make: Make, where: str, fix: str = "") -> Bad:
    return Bad(name, make, "plausible.near-name", where, warning=True, fix=fix)


NEAR = [
    near("a stage in the plural", with_csv_cell("materials!B4", "oxides"), "materials!B4", "'oxide'"),
    near("an authority with a dash", duty("Section-301", "2846.90", "CHN"), "tariffs!A6", "'Section 301'"),
    near("a group with a slip", with_csv_cell("countries!C5", "alleid"), "countries!C5", "'allied'"),
    near("an exclusive group with a slip", with_csv_cell("build_options!Q3", "firts"), "build_options!Q3"),
]
QUOTA = ("general", "8505.11", "MYS", None, 2026, 400, 0, 0.25)
TIES = [
    Bad("a year inside a period", with_csv_cell("demand!B4", 2029), "key.year-in-period", "demand!B4", fix="2028"),
    Bad("a quota of no authority", with_csv_cell("quotas!B2", "Section 232"), "key.unknown", "quotas!B2"),
    Bad("a duty row twice", duty("General", "8505", "*"), "key.duplicate", "tariffs!A6"),
    Bad(
        "a duty of two groups of one country",
        duty("column 3", "8505", "dominant", "replaces", "general"),
        "key.tie",
        "tariffs!C6",
    ),
    Bad(
        "two quotas of one authority",
        added("quotas", "Other", "general", "8505", "CHN", *QUOTA[3:]),
        "key.tie",
        "quotas!A3",
    ),
    Bad("a quota of two amounts", added("quotas", "Magnet quota", *QUOTA), "key.apart", "quotas!G3"),
    Bad(
        "a stream of two costs",
        added("returns", "Swarf", "Nevada", "magnet scrap", 2026, 5, None, None, None, None, None, 600),
        "key.apart",
        "returns!K5",
    ),
]
NAMES = (
    SPELLINGS
    + SEPARATORS
    + [
        Bad(
            "groups between slashes",
            with_csv_sheets(slashes),
            "cell.separator",
            "countries!C5",
            fix="'adversary; allied'",
        ),
        *LOOK_ALIKES,
        *NEAR,
        *TIES,
    ]
)

"""Whatever joins rows is a name: how it is spelled does not part what belongs together.

Baotou's 100 t at 60,000 $/t are 6 M$, so 50 % of duty are 3 M$ and 25 % are 1.5 M$.
"""

from __future__ import annotations

import pytest
from cases import BAOTOU, BASE, MINE, SITE, approx, bought, case, cost, needs, solve, tons

from planner.checks.names import folded, nearly

CHN = {"offers": [BAOTOU], "suppliers": BASE["suppliers"][:1]}
SPELLINGS = ["Section 301", "Section 301 ", "Section\u00a0301", "SECTION 301", "section  301", "Ｓｅｃｔｉｏｎ 301"]


def duty(authority: str, rate: float, hts: str, **more: object) -> dict[str, object]:
    return {"authority": authority, "hts": hts, "origin": "CHN", "rate": rate, **more}


@pytest.mark.many
@pytest.mark.parametrize("spelled", SPELLINGS)
def test_one_authority_in_two_spellings_charges_once(spelled):
    """The longer heading counts, 50 %: 3 M$. As two authorities they would charge 75 %, 4.5 M$."""
    for one, other in (("Section 301", spelled), (spelled, "Section 301")):
        plan = solve(tariffs=[duty(one, 0.25, "2846"), duty(other, 0.5, "2846.90")], **CHN)
        assert cost(plan, "duties") == approx(3.0)


@pytest.mark.slow
@pytest.mark.parametrize("spelled", SPELLINGS)
def test_a_quota_and_an_exemption_find_their_authority(spelled):
    """40 t enter free and 60 t pay 50 %: 1.8 M$. Exempted of the authority, nothing is paid."""
    quota = {"quota": "Q", "authority": spelled, "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 40}
    rates = {"in_quota_rate": 0, "over_quota_rate": 0.5}
    plan = solve(tariffs=[duty("Section 301", 0.5, "2846")], quotas=[{**quota, **rates}], **CHN)
    assert cost(plan, "duties") == approx(1.8)
    exempt = {"authority": "relief", "origin": "CHN", "effect": "exempts", "acts_on": spelled}
    plan = solve(tariffs=[duty("Section 301", 0.5, "2846"), exempt], **CHN)
    assert cost(plan, "duties") == approx(0.0)


@pytest.mark.many
@pytest.mark.parametrize("stage", ["oxides", "oxides ", "Oxides", "OXIDES", "oxides\u00a0", "oxide\u017f"])
def test_a_limit_on_a_stage_holds_for_every_spelling_of_it(stage):
    """Two oxides of 100 t each; at most 120 t of the stage may be bought, so 80 t go short of the 200 t needed."""
    materials = [{"material": "oxide", "hts": "2846"}, {"material": "other", "stage": stage}]
    offers = [BAOTOU, {**BAOTOU, "offer": "Second", "material": "other"}]
    segments = [
        {"segment": name, "material": material, "max_shortage_share": 1, "shortage_usd_per_t": 1e6}
        for name, material in (("magnets", "oxide"), ("others", "other"))
    ]
    limit = {"limit": "cap", "measure": "bought_t", "sense": "at most", "value": 120, "stage": "oxides"}
    plan = solve(
        materials=materials,
        offers=offers,
        suppliers=BASE["suppliers"][:1],
        segments=segments,
        demand=needs({2026: 100}) + needs({2026: 100}, "others"),
        limits=[limit],
    )
    assert sum(bought(plan).values()) == approx(120)


@pytest.mark.many
@pytest.mark.parametrize("group", ["adversary", "Adversary", " adversary", "adversary\u00a0", "other; ADVERSARY"])
def test_a_duty_on_a_group_reaches_every_spelling_of_it(group):
    """China is in the group, however it is written: 25 % of 6 M$."""
    countries = [{"country": "USA"}, {"country": "CHN", "group": group}, {"country": "MYS", "group": "adversary"}]
    plan = solve(tariffs=[duty("A", 0.25, "2846", origin="adversary")], countries=countries, **CHN)
    assert cost(plan, "duties") == approx(1.5)


@pytest.mark.slow
@pytest.mark.parametrize("group", ["first", "First", "first "])
def test_of_options_that_exclude_each_other_one_is_begun_in_every_spelling(group):
    """Each pit gives 30 t for next to nothing; only one may be dug, so the rest of the 100 t is bought."""
    option = {"facility": "Mine", "max_t_per_year": 30, "min_t_per_year": 30}
    options = [
        {**option, "option": "north", "exclusive_group": "first"},
        {**option, "option": "south", "exclusive_group": group},
    ]
    plan = solve(**SITE, build_options=options, offers=[BAOTOU], suppliers=BASE["suppliers"][:1])
    assert tons(plan, "activity", "process") == {"dig": approx(30)}
    assert sum(bought(plan).values()) == approx(70)


@pytest.mark.slow
def test_references_are_found_in_every_spelling():
    """The same plan as with every name typed as it is defined."""
    shouted = solve(
        {"home_country": "usa"},
        offers=[{**BAOTOU, "supplier": "BAOTOU", "material": "Oxide", "origin": "chn"}],
        suppliers=BASE["suppliers"][:1],
        segments=[{"segment": "magnets", "place": "TEXAS", "material": "OXIDE"}],
        demand=needs({2026: 100}, "Magnets"),
        lanes=[{"from": "chn", "to": "texas", "material": "OXIDES", "freight_usd_per_t": 100}],
        **MINE,
    )
    assert bought(shouted) == {"Baotou": approx(70)}
    assert cost(shouted, "freight") == approx(70 * 100 / 1e6)


def test_a_label_is_spelled_as_most_cells_do_in_whatever_order():
    """Two of three cells say 'oxides'; of one each, the first in the alphabet: 'Oxides'."""
    names = [{"material": "oxide", "stage": "oxides"}, {"material": "b", "stage": "Oxides"}]
    more = [*names, {"material": "c", "stage": "oxides"}]
    for rows, spelled in ((names, "Oxides"), (more, "oxides")):
        for order in (rows, rows[::-1]):
            assert set(case(materials=order).tables["materials"]["stage"]) == {spelled}


def test_headings_are_one_with_and_without_dots():
    """What is typed as 284690 stands as 2846.90 in the case, so the fingerprint is one as well."""
    cases = [case(tariffs=[duty("A", 0.1, hts)], **CHN) for hts in ("2846.90", "284690")]
    assert {one.tables["tariffs"]["hts"].iloc[0] for one in cases} == {"2846.90"}
    assert len({one.fingerprint for one in cases}) == 1


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("oxide", "oxides", True),
        ("metal", "metla", True),
        ("Section 301", "Section301", True),
        ("Section 301", "Section 302", False),
        ("Nd", "Dy", False),
        ("SEG", "SEG+", False),
        ("REO", "TREO", False),
        ("separate A", "separate B", False),
        ("mixed", "mined", True),
        ("allied", "covered", False),
    ],
)
def test_what_is_nearly_one_name(one, other, near):
    assert nearly(one, other) is nearly(other, one) is near


def test_folding_leaves_letters_with_marks_apart():
    assert folded("Müller") != folded("Muller")
    assert folded("Mu\u0308ller") == folded("MÜLLER")

"""Origin rules: who may not have touched what a segment takes, followed from offer to segment."""

import datetime as dt

import pytest
from cases import BAOTOU, LYNAS, MINE, approx, bought, needs, solve, tons, years

NOT_CHINESE = {"rule": "defence", "country": "CHN", "stage": "refined"}
DEFENCE = {"segment": "magnets", "origin_rule": "defence"}
CHINESE = BAOTOU | {"mined_in": "CHN", "refined_in": "CHN"}
MALAYSIAN = LYNAS | {"mined_in": "CHN", "refined_in": "MYS"}


def defended(*rows, **sheets):
    """The magnets' oxide must pass these rows; Baotou's is mined and refined in China, Lynas' refined in Malaysia."""
    return {
        "offers": [CHINESE, MALAYSIAN],
        "segments": [DEFENCE],
        "origin_rules": [NOT_CHINESE | row for row in rows or ({},)],
        **sheets,
    }


def test_a_segment_with_a_rule_takes_only_what_passes():
    """Baotou's oxide was refined in China: 100 t Lynas, 7.0 M$."""
    plan = solve(**defended())
    assert bought(plan) == approx({"Lynas": 100})
    assert plan.objective_musd == approx(7.0)


def test_unknown_origin_does_not_pass():
    """Baotou does not say where it refines; Lynas does: 7.0 M$."""
    plan = solve(**defended(offers=[BAOTOU | {"origin": "MYS"}, MALAYSIAN]))
    assert bought(plan) == approx({"Lynas": 100})


def test_a_rule_may_shut_out_a_group():
    """China and Russia are rivals; Lynas is refined in Russia here, Mount Weld in Malaysia at 80,000 $/t: 8.0 M$."""
    plan = solve(
        **defended(
            {"country": "rivals"},
            countries=[
                {"country": "USA"},
                {"country": "MYS"},
                {"country": "CHN", "group": "rivals"},
                {"country": "RUS", "group": "rivals"},
            ],
            offers=[
                CHINESE,
                MALAYSIAN | {"refined_in": "RUS"},
                MALAYSIAN | {"offer": "Mount Weld", "price_usd_per_t": 80_000},
            ],
        )
    )
    assert bought(plan) == approx({"Mount Weld": 100})


def test_a_rule_applies_from_the_first_period_that_begins_after_its_date():
    """From 1 July 2026: not yet in 2026, which begins before it; 6.0, then 7.0 M$."""
    plan = solve(
        **defended({"from": dt.date(2026, 7, 1)}, periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}))
    )
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Lynas", "2027"): 100})
    assert plan.objective_musd == approx(13.0)


def test_others_may_still_take_what_does_not_pass():
    """50 t for the defence segment from Lynas, 50 t for the others from Baotou: 3.5 + 3.0 = 6.5 M$."""
    plan = solve(
        **defended(segments=[DEFENCE, {"segment": "toys"}], demand=needs({2026: 50}) + needs({2026: 50}, "toys"))
    )
    assert bought(plan) == approx({"Lynas": 50, "Baotou": 50})
    assert plan.objective_musd == approx(6.5)


SEPARATION = {
    "materials": [{"material": "oxide"}, {"material": "ore", "stage": "ores"}],
    "facilities": [{"facility": "Separation", "place": "Texas", "capacity_t_per_year": 200}],
    "processes": [{"facility": "Separation", "process": "separate", "cost_usd_per_t": 5_000, "step": "refined"}],
    "recipes": [
        {"process": "separate", "material": "ore", "t_per_t": -1},
        {"process": "separate", "material": "oxide", "t_per_t": 0.5},
    ],
    "offers": [CHINESE | {"offer": "Ore", "material": "ore", "refined_in": None, "price_usd_per_t": 10_000}, MALAYSIAN],
}


@pytest.mark.slow
def test_a_run_answers_for_its_own_step():
    """Chinese ore refined in Texas passes a rule on refining: 200 t ore at 10,000 and 5,000 $/t: 3.0 M$."""
    plan = solve(**defended(**SEPARATION))
    assert bought(plan) == approx({"Ore": 200})
    assert plan.objective_musd == approx(3.0)


@pytest.mark.slow
def test_a_run_does_not_answer_for_what_was_done_before():
    """Mined in China, it does not pass a rule on mining, and neither does Lynas' oxide; only Mount Weld's from
    Australia does."""
    plan = solve(
        **defended({"stage": "mined"}, **SEPARATION)
        | {
            "countries": [{"country": name} for name in ("USA", "CHN", "MYS", "AUS")],
            "offers": [
                *SEPARATION["offers"],
                MALAYSIAN | {"offer": "Mount Weld", "mined_in": "AUS", "price_usd_per_t": 80_000},
            ],
        }
    )
    assert bought(plan) == approx({"Mount Weld": 100})
    assert plan.objective_musd == approx(8.0)


@pytest.mark.slow
def test_own_goods_that_pass_may_serve_anyone():
    """The mine's 30 t pass, 10 t are needed under the rule, so 20 t serve the toys: 0.6 + 70 x 60,000 = 4.8 M$."""
    plan = solve(
        **defended(segments=[DEFENCE, {"segment": "toys"}], demand=needs({2026: 10}) + needs({2026: 90}, "toys")),
        **MINE | {"processes": [MINE["processes"][0] | {"step": "refined"}]},
    )
    assert tons(plan, "activity", "facility") == approx({"Mine": 30})
    assert bought(plan) == approx({"Baotou": 70})
    assert plan.objective_musd == approx(4.8)


DRIVES = {"stream": "drives", "period": 2026, "t_per_year": 50, "collection_usd_per_t": 10_000}


def test_recycled_goods_pass_where_the_rule_exempts_them():
    """50 t of old drives at 10,000 $/t and 50 t Lynas: 0.5 + 3.5 = 4.0 M$."""
    plan = solve(**defended({"recycled_exempt": "yes"}), returns=[DRIVES])
    assert tons(plan, "collections", "stream") == approx({"drives": 50})
    assert plan.objective_musd == approx(4.0)


def test_recycled_goods_do_not_pass_where_it_does_not():
    """Nobody knows who refined the drives' oxide: 100 t Lynas, 7.0 M$."""
    plan = solve(**defended(), returns=[DRIVES])
    assert plan.tables["collections"].empty
    assert plan.objective_musd == approx(7.0)


def test_a_stream_that_is_known_to_pass_does():
    """The same drives, known to pass the defence rule: 4.0 M$."""
    plan = solve(**defended(), returns=[DRIVES | {"rules": "defence"}])
    assert plan.objective_musd == approx(4.0)


@pytest.mark.slow
def test_the_first_stock_passes_only_the_rules_it_is_known_to_pass():
    """40 t in stock: unknown, they serve nobody here, 7.0 M$; known to pass, they save 40 x 70,000: 4.2 M$."""
    assert solve(**defended(), stocks=[{"initial_t": 40}]).objective_musd == approx(7.0)
    assert solve(**defended(), stocks=[{"initial_t": 40, "rules": "defence"}]).objective_musd == approx(4.2)


def test_what_is_bought_for_a_rule_is_not_resold_either():
    """A market pays 100,000 $/t; Lynas' oxide enters as clean, and is bought in any class: 7.0 M$."""
    plan = solve(
        **defended(offers=[MALAYSIAN], stocks=[{"max_t": 100}], sales=[{"price_usd_per_t": 100_000}]),
    )
    assert plan.tables["sales"].empty
    assert plan.objective_musd == approx(7.0)

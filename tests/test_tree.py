"""The tree of futures: which share a node, when they part, and how likely they are."""

import pytest
from cases import BAOTOU, approx, case, needs, solve, years

from planner.errors import InputInvalid
from planner.translate.tree import scenario_tree

BAN = {"scenario": "ban", "kind": "supply", "country": "CHN", "from": 2029, "factor": 0}
SURGE = {"scenario": "surge", "kind": "demand", "segment": "magnets", "from": 2028, "factor": 1.5}


def tree(scenarios, events=(), periods=None, **sheets):
    """The tree of the base case over 2026 to 2030 with these futures; a future is a name or a whole row."""
    rows = [{"scenario": name} if isinstance(name, str) else name for name in scenarios]
    return scenario_tree(
        case(periods=periods or years(*range(2026, 2031)), scenarios=rows, events=list(events), **sheets)
    )


@pytest.mark.parametrize(
    "typed", [{"known_from": 2027}, {"to": 2028}, {"to": 2035}, {"known_from": 2027, "to": 2028}, {"hts": "284690"}]
)
def test_a_default_that_is_typed_does_not_tell_futures_apart(typed):
    """Both futures know the same ban of 2027, in one of them with the defaults typed: they part in 2028 only."""
    ban = {"kind": "duty", "from": 2027, "factor": 2, "hts": "2846.90"}
    surge = {"scenario": "b", "kind": "demand", "from": 2028, "factor": 1.5}
    told = case(
        periods=[{"period": year, "years": 1} for year in (2026, 2027, 2028)],
        demand=[{"segment": "magnets", "period": year, "t_per_year": 100} for year in (2026, 2027, 2028)],
        scenarios=[{"scenario": "a"}, {"scenario": "b"}],
        tariffs=[{"authority": "301", "rate": 0.1}],
        events=[{"scenario": "a"} | ban, {"scenario": "b"} | ban | typed, surge],
    )
    assert scenario_tree(told).NODES == ("2026", "2027", "2028 a", "2028 b")


def test_without_scenarios_the_tree_is_a_path():
    """Three periods follow one another, each certain."""
    path = tree([], periods=years(2026, 2027, 2028))
    assert path.NODES == ("2026", "2027", "2028")
    assert path.LEAVES == ("2028",)
    assert dict(path.parent) == {"2026": None, "2027": "2026", "2028": "2027"}
    assert dict(path.probability) == {"2026": 1, "2027": 1, "2028": 1}


def test_a_ban_known_in_2029_gives_one_trunk_to_2028_and_then_a_fan():
    """Nobody can tell the two futures apart before 2029; from then on each has its own node."""
    fan = tree(["calm", "ban"], [BAN])
    assert fan.NODES == ("2026", "2027", "2028", "2029 ban", "2029 calm", "2030 ban", "2030 calm")
    assert fan.LEAVES == ("2030 ban", "2030 calm")
    assert fan.parent["2029 ban"] == fan.parent["2029 calm"] == "2028"
    assert fan.PATH["2030 ban"] == ("2026", "2027", "2028", "2029 ban", "2030 ban")


def test_a_ban_that_is_announced_parts_the_futures_when_it_is_known():
    """It acts from 2029 and is known in 2027: the trunk ends in 2026."""
    fan = tree(["calm", "ban"], [BAN | {"known_from": 2027}])
    assert [n for n in fan.NODES if n.isdigit()] == ["2026"]
    assert fan.parent["2027 ban"] == "2026"


def test_futures_part_one_after_the_other():
    """In 2028 the surge is seen, and the other two futures share a node still; in 2029 the ban parts them."""
    fan = tree(["calm", "ban", "surge"], [BAN, SURGE])
    assert [n for n in fan.NODES if n.startswith("2028")] == ["2028 ban +1", "2028 surge"]
    assert fan.SCENARIOS["2028 ban +1"] == ("ban", "calm")
    assert {n: fan.parent[n] for n in fan.NODES if n.startswith("2029")} == {
        "2029 calm": "2028 ban +1",
        "2029 ban": "2028 ban +1",
        "2029 surge": "2028 surge",
    }


def test_futures_in_which_the_same_happens_are_one():
    """Two names, the same ban, in another order and with other notes: one path, with all of the probability."""
    other = {**BAN, "scenario": "embargo", "note": "as in 2010"}
    assert tree(["ban", "embargo"], [BAN, other]).NODES == ("2026", "2027", "2028", "2029", "2030")
    both = [BAN, SURGE | {"scenario": "ban"}, SURGE | {"scenario": "embargo"}, other]
    one = tree(["ban", "embargo"], both)
    assert one.NODES == ("2026", "2027", "2028", "2029", "2030")
    assert one.probability["2030"] == approx(1)


def test_futures_that_differ_in_one_figure_are_two():
    """A ban and half a ban; a ban that lasts and one that ends in 2029, which is known when it begins."""
    half = BAN | {"scenario": "calm", "factor": 0.5}
    offers = [BAOTOU | {"max_t_per_year": 100}]
    assert tree(["calm", "ban"], [BAN, half], offers=offers).LEAVES == ("2030 ban", "2030 calm")
    ends = BAN | {"scenario": "calm", "to": 2029}
    assert tree(["calm", "ban"], [BAN, ends]).LEAVES == ("2030 ban", "2030 calm")


def test_events_known_from_the_start_give_several_roots():
    """The ban is known in 2026: each future has its own plan from the first period on."""
    fan = tree(["calm", "ban"], [BAN | {"known_from": 2026}])
    assert fan.NODES[:2] == ("2026 ban", "2026 calm")
    assert fan.parent["2026 calm"] is None
    assert fan.parent["2026 ban"] is None
    assert len(fan.NODES) == 10


def test_an_event_in_mid_period_is_known_when_the_period_begins():
    """A period of five years decides at once: a ban from 2029 parts the futures in the period that begins in 2026."""
    offers = [{**BAOTOU, "max_t_per_year": 100}]
    fives = [{"period": 2026, "years": 5}, {"period": 2031, "years": 5}]
    long = tree(["calm", "ban"], [BAN], periods=fives, offers=offers)
    assert long.NODES == ("2026 ban", "2026 calm", "2031 ban", "2031 calm")


def test_futures_without_probabilities_are_equally_likely():
    """Four futures, two of them told apart: 3/4 and 1/4; the trunk is certain."""
    fan = tree(["calm", "quiet", "idle", "ban"], [BAN])
    assert fan.probability["2028"] == approx(1)
    assert fan.probability["2029 calm +2"] == approx(0.75)
    assert fan.probability["2030 ban"] == approx(0.25)


def test_futures_are_as_likely_as_they_say():
    """0.9 and 0.1; the nodes of each period add up to 1."""
    fan = tree([{"scenario": "calm", "probability": 0.9}, {"scenario": "ban", "probability": 0.1}], [BAN])
    assert fan.probability["2029 ban"] == approx(0.1)
    for period in range(2026, 2031):
        assert sum(fan.probability[n] for n in fan.NODES if fan.period[n] == period) == approx(1)


def test_futures_with_a_blank_share_what_the_others_leave():
    """0.5 for the ban, nothing said of the other two: 0.25 each."""
    fan = tree([{"scenario": "ban", "probability": 0.5}, {"scenario": "calm"}, {"scenario": "surge"}], [BAN, SURGE])
    assert [fan.probability[n] for n in fan.LEAVES] == approx([0.5, 0.25, 0.25])


def test_the_audit_gives_a_blank_future_what_is_left_too():
    """0.5 for a ban, 0.25 each for two calm futures: 0.5 x 7.0 + 0.5 x 6.0 = 6.5 M$."""
    futures = [{"scenario": "ban", "probability": 0.5}, {"scenario": "calm"}, {"scenario": "quiet"}]
    assert solve(scenarios=futures, events=[BAN | {"from": 2026}]).objective_musd == approx(6.5)


def test_probabilities_that_do_not_add_up_are_refused():
    """0.5 and 0.6 make 1.1."""
    with pytest.raises(InputInvalid, match=r"the probabilities add up to 1\.1, not to 1"):
        tree([{"scenario": "calm", "probability": 0.5}, {"scenario": "ban", "probability": 0.6}], [BAN])


def test_each_future_is_discounted_by_its_own_years():
    """At 10 %: 2027 is worth 1/1.1 in either future."""
    rows = [{"scenario": "calm"}, {"scenario": "ban"}]
    fan = scenario_tree(
        case(
            {"discount_rate": 0.1},
            periods=years(2026, 2027),
            scenarios=rows,
            events=[BAN | {"from": 2027}],
            demand=needs({2026: 100}),
        )
    )
    assert fan.discount_years["2027 ban"] == fan.discount_years["2027 calm"] == approx(1 / 1.1)

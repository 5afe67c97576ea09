"""All assumed figures of the base case drawn at once: what lies between two ends, quantiles and what moves them."""

from __future__ import annotations

from benchmarks.levers import Answer
from benchmarks.ranges import INPUTS
from benchmarks.together import between, explained, table


def answer(cost, home):
    """An answer in which 2030 is as 2028."""
    return Answer(cost, {2028: home, 2030: home}, {2028: 0.4, 2030: 0.4}, 0.0, 0.0, 0.3)


def test_between_two_ends_lies_a_share_of_the_way():
    """A quarter from 0.85 to 1.25 is 0.95, and from -10,000 to 15,000 it is -3,750; what both ends say stays."""
    low, high = INPUTS["need of civil magnets -15, +25 %"]
    assert [event["factor"] for event in between(low, high, 0.25)] == [0.95] * 4
    assert [event["segment"] for event in between(low, high, 0.25)] == [event["segment"] for event in low]
    low, high = INPUTS["conversion of magnets at home -10, +15 $/kg"]
    assert {event["value"] for event in between(low, high, 0.25)} == {-3750.0}


def test_the_ends_of_each_input_are_what_is_said_of_it():
    """At 0 and 1 the events are those of the range, which differ in a factor or a value alone."""
    for low, high in INPUTS.values():
        assert between(low, high, 0.0) == low
        assert between(low, high, 1.0) == high


def test_quantiles_of_eleven_draws_are_the_draws_themselves():
    """Costs 100 to 110 about 105: the least is 5 less, one in ten below 101, half below 105, the most 5 more."""
    drawn = [((number / 10, 0.5), answer(100.0 + number, 0.5 - number / 100)) for number in range(11)]
    lines = table(answer(105.0, 0.45), drawn).splitlines()
    assert lines[2] == "| cost, M$ | 105 | -5 | -4 | 0 | +4 | +5 |"
    assert lines[3] == "| home 2028 | 45% | 40% | 41% | 45% | 49% | 50% |"


def test_what_moves_an_answer_is_told_where_it_is_no_chance():
    """The first input ranks the costs as they are and the home shares the other way; the second does nothing."""
    drawn = [((number / 10, 0.5), answer(100.0 + number, 0.5 - number / 100)) for number in range(11)]
    lines = explained(["need", "price"], drawn).splitlines()
    assert lines[2] == "| cost, M$ | need (+1.00) |"
    assert lines[3] == "| home 2028 | need (-1.00) |"
    assert lines[5] == "| China 2028 | nothing told apart from chance |"

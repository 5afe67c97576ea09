"""Tasks in threads: all that is led to is done; what comes to nothing, a fault or a wish to stop ends the rest."""

from functools import partial
from threading import Event

import pytest

from planner.solver.side_by_side import worked_off


def counted(down, done):
    """A task that leads to two of the next smaller number, down to none."""
    done.append(down)
    return [partial(counted, down - 1, done)] * 2 if down else ()


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_all_that_tasks_lead_to_is_done(threads):
    """One of 3, two of 2, four of 1, eight of 0."""
    done, halt = [], Event()
    assert worked_off([partial(counted, 3, done)], threads, halt, lambda: True)
    assert sorted(done) == [0] * 8 + [1] * 4 + [2] * 2 + [3]
    assert halt.is_set()


def test_nothing_to_do_is_done():
    assert worked_off([], 2, Event(), lambda: True)


def test_a_task_that_comes_to_nothing_halts_those_at_work():
    halt = Event()

    def waits():
        assert halt.wait(20.0)
        return ()

    assert not worked_off([waits, lambda: None], 2, halt, lambda: True)


def test_whoever_does_not_want_it_to_go_on_halts_it():
    halt, asked = Event(), []

    def waits():
        assert halt.wait(20.0)

    def goes_on():
        asked.append(halt.is_set())
        return False

    assert not worked_off([waits], 1, halt, goes_on)
    assert asked[0] is False


def test_a_fault_is_raised_where_all_was_asked_for_and_halts_the_rest():
    halt = Event()

    def waits():
        assert halt.wait(20.0)
        return ()

    def fails():
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        worked_off([waits, fails], 2, halt, lambda: True)
    assert halt.is_set()

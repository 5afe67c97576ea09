"""The shapes in which data comes, held against each other."""

from __future__ import annotations

import numpy as np

from models.groups import Groups, Places


class Counted:
    """An index that counts how often it is compared."""

    compared = 0

    def __init__(self, word: int) -> None:
        self.word = word

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return isinstance(other, Counted) and self.word == other.word

    __hash__ = None


def some(words: range, *places: int) -> Places:
    return Places.of([Counted(word) for word in words], np.array(places, dtype=np.intc))


def test_places_are_the_same_where_their_indices_are():
    """The 3 at place 3 of 0, 1, 2, ... is the 3 at place 1 of 2, 3, 4, ...; the 4 there is not."""
    assert some(range(9), 3, 5) == some(range(9), 3, 5)
    assert some(range(9), 3) == some(range(2, 9), 1)
    assert some(range(9), 3) != some(range(2, 9), 2)
    assert some(range(9), 3, 5) != some(range(9), 3)
    assert some(range(9), 3) != [Counted(3)]
    every = [Counted(word) for word in range(9)]
    assert Places.of(every, np.array([3], dtype=np.intc)) != Places.of(every, np.array([4], dtype=np.intc))


def test_many_groups_of_one_list_are_compared_each_by_its_own():
    """300 groups of one among 300: 300 comparisons, not 300 of the whole list."""
    words = range(300)
    one, other = (Groups({word: some(words, word) for word in words}) for _ in range(2))
    Counted.compared = 0
    assert one == other
    assert Counted.compared == 300

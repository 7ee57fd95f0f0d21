import numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.history import PADDING, TokenHistory
from engine.search.lookup import Repeats, follow

ROUND = TokenHistory([list(range(10, 22)) * 3])


def test_guesses_grow_while_they_are_right():
    repeats, lengths = Repeats(), []
    for _ in range(3):
        lengths.append(len(repeats.propose(ROUND, 20)))
        repeats.learn(lengths[-1], lengths[-1])
    assert lengths == [4, 8, 8]
    assert len(repeats.propose(ROUND, 3)) == 3


def test_guesses_cease_for_a_while_where_they_are_wrong():
    repeats, guesses = Repeats(), []
    for _ in range(200):
        guesses.append(repeats.propose(ROUND, 20))
        if guesses[-1]:
            repeats.learn(len(guesses[-1]), 0)
    tries = sum(map(bool, guesses))
    assert 4 < tries < 40


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=30), st.integers(0, 6))
def test_what_follows_is_what_followed_the_last_time(ids, count):
    expected = []
    for end in range(3, len(ids)):
        if ids[end - 3 : end] == ids[-3:]:
            expected = ids[end : end + count]
    assert follow(numpy.array(ids, dtype=numpy.int64), count) == expected


def test_padding_is_no_guess():
    ids = numpy.array([PADDING, PADDING, PADDING, PADDING, 5, PADDING, PADDING, PADDING])
    assert follow(ids, 2) == []

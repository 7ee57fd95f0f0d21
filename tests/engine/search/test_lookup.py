from itertools import takewhile

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.history import PADDING, TokenHistory
from engine.search.lookup import Repeats, last_repeat

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
@given(st.lists(st.integers(0, 3), max_size=30))
def test_the_last_repeat_is_where_the_last_three_ids_stood_before(ids):
    expected = 0
    for end in range(3, len(ids)):
        if ids[end - 3 : end] == ids[-3:]:
            expected = end
    assert last_repeat(numpy.array(ids, dtype=numpy.int64)) == expected


def test_padding_is_no_guess():
    ids = [PADDING, PADDING, PADDING, PADDING, 5, PADDING, PADDING, PADDING]
    assert Repeats().propose(TokenHistory([ids]), 2) == []


def rewritten(original, text):
    """Return how many passes `text` takes after `original` and its first four ids, of which more are not guessed."""
    repeats, written, passes = Repeats(), [*original, *text[:4]], 0
    left = text[4:]
    while left:
        guess = repeats.propose(TokenHistory([written]), len(left) - 1)
        right = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(guess, left, strict=False))))
        if guess:
            repeats.learn(len(guess), right)
        written += left[: right + 1]
        left = left[right + 1 :]
        passes += 1
    return passes


@pytest.mark.parametrize(
    "changed",
    [lambda token: [token + 500], lambda token: [token + 500, token], lambda _: []],
    ids=["replaced", "in", "out"],
)
def test_a_rewrite_is_followed_beyond_each_word_that_is_replaced_put_in_or_left_out(changed):
    original = list(range(100, 196))
    text = [new for place, token in enumerate(original) for new in (changed(token) if place % 12 == 11 else [token])]
    assert (
        rewritten(original, text) <= len(text) / 3.5
    )  # 2.1 to 2.7 ids in a pass where three have to be the same again


def test_a_text_that_goes_its_own_way_after_a_difference_is_not_followed_for_long():
    original, own = list(range(100, 130)), list(range(500, 530))
    repeats = Repeats()
    written = [*original, *original[:6]]
    guess = repeats.propose(TokenHistory([written]), 20)
    assert guess == original[6:10]
    repeats.learn(4, 2)
    guesses = [repeats.propose(TokenHistory([[*written, *original[6:8], *own[: count + 1]]]), 20) for count in range(9)]
    assert guesses == [original[9:12], *[[]] * 8]

import random

import pytest

from gui.ranges import TrackedRange
from gui.word_bits import WordBits


@pytest.fixture
def words():
    """The words of "one two three four"."""
    made = WordBits()
    for start, end, bits in ((0, 3, 1.0), (4, 7, 2.0), (8, 13, 3.0), (14, 18, 4.0)):
        made.append(TrackedRange(start, end), bits)
    return made


def everything(words):
    return words.between(0, 10_000)


@pytest.mark.parametrize(
    ("start", "end", "bits"),
    [(0, 3, [1]), (3, 4, []), (3, 5, [2]), (6, 9, [2, 3]), (0, 99, [1, 2, 3, 4])],
)
def test_between_gives_the_words_that_reach_in(words, start, end, bits):
    assert [word[2] for word in words.between(start, end)] == bits


def test_typing_in_a_word_forgets_it_and_moves_the_later_ones(words):
    assert words.edit(5, 0, 2)
    assert everything(words) == [(0, 3, 1.0), (10, 15, 3.0), (16, 20, 4.0)]


def test_what_adjoins_a_word_may_belong_to_it(words):
    words.edit(18, 0, 1)
    assert [word[2] for word in everything(words)] == [1, 2, 3]


def test_a_paste_between_words_far_from_both_forgets_none():
    words = WordBits()
    words.append(TrackedRange(0, 3), 1.0)
    words.append(TrackedRange(9, 12), 2.0)
    assert not words.edit(6, 0, 100)
    assert everything(words) == [(0, 3, 1.0), (109, 112, 2.0)]


def test_words_that_come_after_an_edit_are_added_where_they_are(words):
    words.edit(0, 0, 10)
    words.append(TrackedRange(29, 33), 5.0)
    words.append(TrackedRange(34, 35, touched=True), 6.0)
    assert everything(words)[-1] == (29, 33, 5.0)


def test_many_edits_end_where_tracking_each_word_ends():
    draw = random.Random(3)
    words, ranges = WordBits(), []
    for number in range(300):
        ranges.append(TrackedRange(10 * number + 2, 10 * number + 8))
        words.append(TrackedRange(10 * number + 2, 10 * number + 8), float(number))
    length = 3000
    for _ in range(200):
        position = draw.randrange(length)
        removed, added = draw.randrange(min(15, length - position)), draw.randrange(15)
        words.edit(position, removed, added)
        alive = []
        for each in ranges:
            if each.end >= position and each.start <= position + removed:
                continue
            each.adjust(position, removed, added)
            alive.append(each)
        ranges = alive
        length += added - removed
    assert [word[:2] for word in words.between(0, 10**6)] == [(each.start, each.end) for each in ranges]

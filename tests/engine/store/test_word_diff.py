import itertools
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.word_diff import Kind, word_diff

TEXTS = st.text(alphabet="ab \n中国\u05d0😀\u0301", max_size=40)


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts(old, new):
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == new
    assert all(one.kind is not other.kind for one, other in itertools.pairwise(pieces))


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("The old king slept.", "The young king slept.", ["old"], ["young"]),
        ("老人睡了。", "老人醒了。", ["睡"], ["醒"]),
        ("One.\n\nTwo.\n", "One.\n\nNew.\n\nTwo.\n", [], ["New.\n\n"]),
        ("same", "same", [], []),
    ],
)
def test_words_not_lines_are_told_apart(old, new, removed, added):
    pieces = word_diff(old, new)
    assert [piece.text for piece in pieces if piece.kind is Kind.REMOVED] == removed
    assert [piece.text for piece in pieces if piece.kind is Kind.ADDED] == added


def test_a_few_changes_in_a_long_text_are_found_at_once():
    paragraphs = [f"Paragraph {number} has a few words of its own.\n" for number in range(10_000)]
    changed = list(paragraphs)
    changed[100] = "Another one.\n"
    changed[9_900] = changed[9_900].replace("few", "good many")
    started = time.perf_counter()
    pieces = word_diff("".join(paragraphs), "".join(changed))
    assert time.perf_counter() - started < 5
    assert sum(piece.kind is Kind.ADDED for piece in pieces) >= 2


def test_two_drafts_that_share_little_are_told_apart_at_once():
    draw = random.Random(1)
    words = [f"word{number}" for number in range(3_000)]
    old, new = (" ".join(draw.choices(words, k=8_000)) for _ in range(2))
    started = time.perf_counter()
    pieces = word_diff(old, new)
    assert time.perf_counter() - started < 5  # minutes by a search of everything
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == new

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.words import count_words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One two — three!", 3),
        ("你好，世界。", 4),
        ("我用 Python 写。", 4),
        ("don't 3.5 ...", 2),
        ("a\nb\u00a0c", 3),
        ("one two\nthree", 3),
        ("don't re-read", 2),
        ("café – déjà", 2),
        ("the 灯塔 stands", 4),
        ("# A - b", 2),
        ("\U00020000\U0002a6df", 2),
    ],
)
def test_words_are_counted_as_a_reader_would(text, count):
    assert count_words(text) == count


@given(st.lists(st.sampled_from(["word", "灯", "x1", "don't"]), max_size=30))
def test_spaced_words_are_counted_one_by_one(words):
    assert count_words(" ".join(words)) == len(words)

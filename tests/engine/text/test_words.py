import pytest

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
    ],
)
def test_words_are_counted_as_a_reader_would(text, count):
    assert count_words(text) == count

import pytest

from engine.openings import Surfaces, split_opening
from tests.engine.tiny_loaded import tiny


@pytest.mark.parametrize(
    ("text", "head", "opening"),
    [
        ("The old ki", "The old", " ki"),
        ("The old ", "The old", " "),
        ("The old   ki", "The old", " ki"),
        ("The old,", "The old,", ""),
        ("The old, ", "The old,", " "),
        ("Ki", "", "Ki"),
        ("one\nKi", "one\n", "Ki"),
        ("“Don’t", "“", "Don’t"),
        ("今天天气", "今天天气", ""),
        ("今天 he", "今天", " he"),
        ("", "", ""),
    ],
)
def test_the_word_at_the_caret_is_split_off(text, head, opening):
    assert split_opening(text) == (head, opening)


@pytest.fixture(scope="module")
def surfaces():
    return Surfaces(tiny("llama").tokenizer)


@pytest.mark.parametrize("opening", [" c", "T", " wea", "xy", " "])
def test_tokens_that_fit_a_beginning_are_found(surfaces, opening):
    expected = {
        index
        for index, text in enumerate(surfaces.texts)
        if text and "\ufffd" not in text and (text.startswith(opening) or opening.startswith(text))
    }
    assert expected
    assert sorted(surfaces.beginning(opening)) == sorted(expected)

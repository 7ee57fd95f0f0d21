import pytest

from engine.cli.story_shape import continuations, passages, shape
from engine.params import SamplingParams
from tests.engine.scripted_models import repeating_writer
from tests.engine.tiny_loaded import value_of


def test_shape_counts_what_a_text_says_again():
    assert shape(["one two three four five six"]) == {
        "repetition %": 0,
        "distinct-1 %": 100,
        "distinct-2 %": 100,
        "distinct-3 %": 100,
    }
    circling = shape(["to the sea and to the sea and to the sea and"])
    assert circling["repetition %"] == pytest.approx(100 * 5 / 9)
    assert circling["distinct-1 %"] == pytest.approx(100 * 4 / 12)
    assert shape(["天天天天天"])["repetition %"] == 50
    assert shape([""])["distinct-1 %"] == 0


def test_places_have_a_prompt_and_the_books_own_text(tmp_path):
    model = repeating_writer(tmp_path, "So. ")
    book = "\n".join(f"Line {number} of the book goes on for a while, and then it ends." for number in range(80))
    places = passages(model, book, 5)
    assert len(places) == 5
    assert places == passages(model, book, 5)
    assert all(place.own in book and place.prompt + place.own in book for place in places)


def test_each_prompt_is_continued_by_as_much_as_asked_for(tmp_path):
    params = SamplingParams(seed=1, max_new_tokens=6)
    written = value_of(continuations(repeating_writer(tmp_path, "So. "), ["a"] * 27, params))
    assert len(written) == 27
    assert len(set(written)) == 1

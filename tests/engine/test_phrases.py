from hypothesis import given
from hypothesis import strategies as st

from engine.phrases import Phrases

TEXT = st.text(alphabet="abA.\n", max_size=12)
WORDS = st.lists(st.text(alphabet="abA.\n", max_size=4), max_size=4)


@given(TEXT, WORDS)
def test_finds_the_first_place(text, words):
    places = [text.find(word) for word in words if word and word in text]
    assert Phrases(words).find(text) == min(places, default=None)


@given(TEXT, WORDS)
def test_holds_the_longest_end_that_may_begin_a_phrase(text, words):
    lengths = [length for word in words for length in range(1, len(word)) if text.endswith(word[:length])]
    assert Phrases(words).held(text) == max(lengths, default=0)


def test_case_can_be_ignored():
    phrases = Phrases(["Delve"], ignore_case=True)
    assert phrases.find("we DELVE") == 3
    assert phrases.held("we DEL") == 3
    assert Phrases(["Delve"]).find("we DELVE") is None


def test_nothing_to_look_for():
    assert not Phrases([])
    assert not Phrases([""])
    assert Phrases([]).find("text") is None
    assert Phrases([]).held("text") == 0

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.detokenizer import Detokenizer
from engine.phrases import Phrases
from engine.textstream import TextStream
from engine.tokenizer import TextTokenizer
from tests.engine.tiny_loaded import tiny_folder

TOKENIZER = TextTokenizer(tiny_folder("llama"))


def shown(text, stops):
    stream = TextStream(Detokenizer(TOKENIZER), Phrases(stops))
    ids = TOKENIZER.encode(text)
    found = ""
    for token in ids:
        found += stream.add([token])
        if stream.stopped:
            return found, True
        assert text.startswith(found)
    return found + stream.finish(), stream.stopped


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="ab 今é😀\n", max_size=25),
    st.lists(st.text(alphabet="ab 今é😀\n", min_size=1, max_size=3), max_size=3),
)
def test_text_ends_where_a_stop_begins_and_holds_none(text, stops):
    found, stopped = shown(text, stops)
    assert stopped == any(stop in text for stop in stops)
    assert not [stop for stop in stops if stop in found]
    if stopped:
        assert any(text.startswith(found + stop) for stop in stops)
    else:
        assert found == text


@pytest.mark.parametrize("stop", ["\n\nThe", "upon a time", "😀", "Once upon a time there was"])
def test_a_stop_split_over_tokens_is_never_shown(stop):
    text = "Once upon a time 😀 there was\n\nThe end"
    assert shown(text, [stop])[0] == text.split(stop)[0]

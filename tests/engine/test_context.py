import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.context import build_context, left_out
from engine.modes import LoreEntry, Mode, Request
from tests.engine.scripted_models import repeating_writer
from tests.engine.tiny_models import BOS


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return repeating_writer(tmp_path_factory.mktemp("writer"), "So it goes. ")


def shown(model, limit=400, **fields):
    """Return the text of the prompt that the model is given, and where the writer's text begins in it."""
    context = build_context(model, Request(Mode.WRITE, **fields), limit)
    assert len(context.ids) <= limit
    return model.tokenizer.decode(context.ids), context


PARAGRAPHS = "".join(f"Paragraph {number} has a few words.\n\n" for number in range(40))


def test_whole_text_that_fits_is_shown_whole(model):
    text, context = shown(model, text="Once upon a time.\n\nThere was a king")
    assert text == "Once upon a time.\n\nThere was a king"
    assert context.ids[0] == BOS
    assert left_out("a b c", 0) == ""


def test_only_whole_paragraphs_are_dropped_and_the_writer_is_told(model):
    text, context = shown(model, limit=100, text=PARAGRAPHS + "The end")
    assert text == (PARAGRAPHS + "The end")[context.start :]
    assert text.startswith("Paragraph ")
    assert text.endswith("The end")
    words = len(text.split())
    assert left_out(PARAGRAPHS + "The end", context.start) == f"The model sees the last {words} of 242 words."


def test_memory_comes_first_and_stays_when_the_window_is_full(model):
    text, _ = shown(model, limit=150, text=PARAGRAPHS, memory="The king is old.")
    assert text.startswith("The king is old.\n\nParagraph ")


def test_note_stands_three_paragraphs_before_the_end(model):
    text, _ = shown(model, text="One.\n\nTwo.\n\nThree.\n\nFour", note="Make it rain.")
    assert text == "One.\n\n[Make it rain.]\n\nTwo.\n\nThree.\n\nFour"


def test_lore_joins_when_a_key_occurs_as_a_word_in_recent_text(model):
    lore = (
        LoreEntry(("Ada", "countess"), "Ada fears water."),
        LoreEntry(("Bob",), "Bob is a dog."),
        LoreEntry(("art",), "Art is long."),
        LoreEntry(("国王",), "国王老了。"),
    )
    text, _ = shown(model, text="The Countess saw old bob. 老国王来了。They parted.", lore=lore)
    assert text.startswith("国王老了。\n\nBob is a dog.\n\nAda fears water.\n\nThe Countess")
    assert "Art is long" not in text


def test_long_paragraph_is_cut_between_sentences_and_a_long_sentence_between_tokens(model):
    text, context = shown(model, limit=60, text="This is a sentence. " * 50 + "And now")
    assert text.startswith("This is a sentence. ")
    assert text.endswith("And now")
    endless, context = shown(model, limit=60, text="word" * 500)
    assert ("word" * 500).endswith(endless)
    assert len(context.ids) > 50


def test_raw_text_is_sent_as_it_is(model):
    request = Request(Mode.WRITE, "Once upon ", raw=True, memory="no", note="no")
    context = build_context(model, request, 100)
    assert context.ids == model.tokenizer.encode("Once upon ")
    long = build_context(model, Request(Mode.WRITE, PARAGRAPHS, raw=True), 100)
    assert long.ids == model.tokenizer.encode(PARAGRAPHS)[-100:]
    assert PARAGRAPHS[long.start :] == model.tokenizer.decode(long.ids)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(
    st.lists(st.sampled_from(["Some words. ", "\n", "\n\n", "word", "中文。", "😀", " ", "x" * 30]), max_size=60).map(
        "".join
    ),
    st.integers(16, 80),
    st.sampled_from(["", "Memory " * 4, "Memory. " * 60]),
    st.sampled_from(["", "note", "note " * 60]),
)
def test_prompt_fits_and_ends_like_the_text_whatever_is_asked(model, text, limit, memory, note):
    prompt, context = shown(model, limit=limit, text=text, memory=memory, note=note)
    assert 0 <= context.start <= len(text)
    end = text.rstrip(" ")[-3:]
    assert not end or prompt.endswith(end[-1])

import pytest

from engine.card import ModelCard
from engine.errors import ModelError
from engine.events import Notice, Progress, TextChunk
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.translate import translate
from tests.engine.scripted_models import copying_translator
from tests.engine.tagged_models import TAGGED_KINDS, taught
from tests.engine.text.marked_up import DOCUMENT
from tests.engine.tiny_models import metaspace, tiny_seq2seq, write_tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("translator")


def events_of(model, text, source="en", target="de", **settings):
    params = SamplingParams(seed=1, **settings)
    return translate(model, Request(Mode.TRANSLATE, text, params), source, target)


def translated(model, text, *languages, **settings):
    events = events_of(model, text, *languages, **settings)
    return "".join(event.text for event in events if isinstance(event, TextChunk))


@pytest.mark.parametrize("beams", [1, 4])
def test_copying_model_leaves_a_document_as_it_is(folder, beams):
    assert translated(copying_translator(folder), DOCUMENT, beams=beams) == DOCUMENT


def test_lines_in_are_lines_out(folder):
    text = "The weather is nice today.\nWhere is the station?\n\n  12\nLast. Line"
    assert translated(copying_translator(folder), text) == text


def test_long_document_streams_in_order_with_progress_and_keeps_what_is_done(folder):
    text = "".join(f"Sentence number {number} {'is long ' * (number % 7)}here. " for number in range(300))
    events = list(events_of(copying_translator(folder), text))
    assert "".join(event.text for event in events if isinstance(event, TextChunk)) == text
    progress = [event for event in events if isinstance(event, Progress)]
    assert progress[-1] == Progress(300, 300, "sentences")
    assert [event.done for event in progress] == sorted(event.done for event in progress)
    stopped = events_of(copying_translator(folder), text)
    first = next(event for event in stopped if isinstance(event, TextChunk))
    stopped.close()
    assert text.startswith(first.text)
    assert len(first.text) < len(text) / 10


def test_sentence_longer_than_the_model_reads_goes_in_parts(folder):
    text = "many words and no end " * 15 + "at all."
    model = copying_translator(folder, context_length=40)
    assert translated(model, text, max_new_tokens=40).split()[:20] == text.split()[:20]


def test_card_limits_the_length_of_sentences(folder):
    seen = []
    card = ModelCard("t", ("translate",), ("en", "de"), longest_sentence=40)
    text = "This is a rather long sentence, which has a comma in it, and so it can be cut."
    for event in events_of(copying_translator(folder, card), text):
        seen += [event.total] if isinstance(event, Progress) else []
    assert seen[0] == 3
    assert translated(copying_translator(folder, card), text) == text


def test_card_gives_the_prompt_and_special_tokens_are_not_shown(folder):
    card = ModelCard("t", ("translate",), ("en", "de"), prompts={"translate": ">>{target}<< {text}"})
    assert translated(copying_translator(folder, card), "Hello there. Bye.\n") == "Hello there. Bye.\n"


def test_chinese_has_no_spaces_between_sentences_and_others_have(folder):
    model = copying_translator(folder)
    assert translated(model, "One. Two.\nThree.", "en", "zh") == "One.Two.\nThree."
    assert translated(model, "你好。再见。", "zh", "en") == "你好。 再见。"


def test_a_pair_that_the_model_does_not_know_is_refused_before_anything_is_read(folder):
    model = copying_translator(folder, ModelCard("t", ("translate",), ("en", "fr")))
    assert translated(model, "Hello.", "en", "fr") == "Hello."
    with pytest.raises(ModelError, match="English into German"):
        next(events_of(model, "Hello.", "en", "de"))


@pytest.mark.parametrize("beams", [1, 4])
@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_tags_lead_one_loaded_model_into_either_language(kind, beams):
    model = taught(kind)
    settings = {"beams": beams, "temperature": 0.0}
    text = "# Today\n\nThe weather is nice today. Where is the station?\n"
    german = "Das Wetter ist heute schön. Wo ist der Bahnhof?"
    for _ in range(2):
        assert translated(model, text, "en", "de", **settings).split("\n")[2:] == [german, ""]
        assert translated(model, "Where is the station?\n12\n", "en", "zh", **settings) == "火车站在哪里？\n12\n"
    back = translated(model, "Das Wetter ist heute schön.\nWo ist der Bahnhof?", "de", "en", **settings)
    assert back == "The weather is nice today.\nWhere is the station?"


def test_a_script_that_the_model_never_learnt_stays_and_is_said_once(tmp_path):
    tiny_seq2seq(tmp_path, "marian")
    write_tokenizer(tmp_path, metaspace(), ends_source=True)
    model = copying_translator(tmp_path)
    text = "Привет. The weather is nice 😀\nПока."
    events = list(events_of(model, text))
    assert "".join(event.text for event in events if isinstance(event, TextChunk)) == text
    assert ["script" in event.message for event in events if isinstance(event, Notice)] == [True]
    assert not [event for event in events_of(model, "The weather is nice.") if isinstance(event, Notice)]

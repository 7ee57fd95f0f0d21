import pytest

from engine.dialogue import converse
from engine.errors import InputError, ModelError
from engine.events import ContextUsed, Notice, TextChunk, VariantFinished
from engine.instructions import dialogue_messages
from engine.models.loaded import load_model
from engine.modes import Mode, Request
from engine.params import SamplingParams
from tests.engine.tiny_loaded import CPU, tiny, value_of
from tests.engine.tiny_models import tiny_chat

STORY = "Anna lived by the sea. The old king never came."
QUESTION = "Who lived by the sea?"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return value_of(load_model(tiny_chat(tmp_path_factory.mktemp("models") / "chat"), CPU))


def run(model, text=STORY, question=QUESTION, **options):
    params = SamplingParams(seed=3, max_new_tokens=12)
    return list(converse(model, Request(Mode.DIALOGUE, text, params, instruction=question, **options)))


def used(events):
    (event,) = [event for event in events if isinstance(event, ContextUsed)]
    return event.tokens


def test_an_answer_has_words_and_an_end(model):
    events = run(model)
    text = "".join(event.text for event in events if isinstance(event, TextChunk))
    assert text == text.strip() != ""
    assert isinstance([event for event in events if not isinstance(event, TextChunk)][-2], VariantFinished)


def test_turns_take_turns_and_the_text_stands_in_the_first():
    messages = dialogue_messages(STORY, ["Who?", "Anna.", QUESTION], "")
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    assert STORY in messages[0]["content"]
    assert messages[0]["content"].endswith("Who?")
    assert [message["content"] for message in messages[1:]] == ["Anna.", QUESTION]


def test_a_character_answers_in_place_of_a_reader():
    (asked,) = dialogue_messages(STORY, [QUESTION], " Anna ")
    assert "You are Anna, a character of the text" in asked["content"]
    assert "attentive reader" not in asked["content"]
    assert "attentive reader" in dialogue_messages("", [QUESTION], "")[0]["content"]


def test_old_turns_and_then_the_beginning_of_the_text_fall_out(model):
    kept = [QUESTION, "It was Anna."]
    short = used(run(model, texts=tuple(kept)))
    assert used(run(model, texts=("king " * 3000, "sea " * 10, *kept))) == short
    events = run(model, "The king came. " * 2000)
    (notice,) = [event.message for event in events if isinstance(event, Notice)]
    assert notice.startswith("The model sees the last ")
    assert notice.endswith(" of 6,000 words.")
    assert used(events) <= model.decoder.context_length - 12


def test_what_cannot_be_answered_has_its_sentence(model):
    with pytest.raises(InputError, match="longer than the model can read"):
        run(model, question="king " * 5000)
    with pytest.raises(ModelError, match="follows no instructions and cannot answer"):
        run(tiny("llama"))

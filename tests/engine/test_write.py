import pytest

from engine.card import ModelCard
from engine.errors import ModelError
from engine.events import ContextUsed, Notice, Speed, TextChunk, VariantFinished
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.write import FINISH, write
from tests.engine.scripted_models import copying_translator, repeating_writer

SCRIPT = "He met Dr. Bee by the sea. "


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("writer")


def run(model, text, most, variants=1, **fields):
    """Return the texts per variant and all events."""
    params = SamplingParams(max_new_tokens=most, seed=3)
    events = list(write(model, Request(Mode.WRITE, text, params, variants=variants, **fields)))
    texts = [""] * variants
    for event in events:
        if isinstance(event, TextChunk):
            texts[event.variant] += event.text
    return texts, events


@pytest.mark.parametrize("most", [1, 3, 8, 20])
def test_answer_finishes_its_sentence(folder, most):
    model = repeating_writer(folder, SCRIPT)
    (text,), events = run(model, "Once. ", most)
    sentence = model.tokenizer.encode(SCRIPT)
    assert text == SCRIPT.rstrip() + (" " + SCRIPT.rstrip()) * (text.count("sea") - 1)
    assert len(model.tokenizer.encode(text)) >= most
    assert len(model.tokenizer.encode(text)) < most + 2 * len(sentence)
    assert [event.variant for event in events if isinstance(event, VariantFinished)] == [0]


def test_endless_sentence_is_left_after_a_while(folder):
    model = repeating_writer(folder, "on and ")
    (text,), events = run(model, "Once", 5)
    assert len(model.tokenizer.encode(text)) == pytest.approx(5 + FINISH, abs=2)
    assert events[-2].reason == "length"


def test_raw_answer_has_just_the_tokens_asked_for(folder):
    model = repeating_writer(folder, SCRIPT)
    (text,), events = run(model, "Once", 5, raw=True)
    assert text == model.tokenizer.decode(model.tokenizer.encode(SCRIPT)[:5])
    assert events[-2] == VariantFinished(0, "length", 5, 3)


def test_the_speed_over_all_comes_last(folder):
    texts, events = run(repeating_writer(folder, SCRIPT), "Once. ", 12, variants=2)
    model = repeating_writer(folder, SCRIPT)
    assert isinstance(events[-1], Speed)
    assert events[-1].tokens >= sum(len(model.tokenizer.encode(text)) for text in texts)
    assert events[-1].tokens_per_second > 0


def test_full_window_drops_paragraphs_and_writes_on(folder):
    model = repeating_writer(folder, "So it was.\n\n", context_length=64)
    (text,), events = run(model, "A first paragraph.\n\n" * 20, 200)
    assert text.rstrip() == "\n\n".join(["So it was."] * text.count("So"))
    assert len(model.tokenizer.encode(text)) >= 200 - 3
    used = [event for event in events if isinstance(event, ContextUsed)]
    assert len(used) > 3
    assert all(event.tokens <= event.limit == 64 for event in used)
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert notice.message.endswith("of 60 words.")


def test_several_variants_each_end(folder):
    model = repeating_writer(folder, SCRIPT)
    texts, events = run(model, "Once. ", 10, variants=3)
    assert all(text.endswith("sea.") for text in texts)
    endings = [event for event in events if isinstance(event, VariantFinished)]
    assert sorted((event.variant, event.seed) for event in endings) == [(0, 3), (1, 4), (2, 5)]


def test_variants_that_fill_the_window_go_on_one_by_one(folder):
    model = repeating_writer(folder, SCRIPT, context_length=64)
    texts, _ = run(model, "Once. ", 120, variants=2)
    assert texts[0] == texts[1]
    assert len(model.tokenizer.encode(texts[0])) >= 120
    assert texts[0].endswith("sea.")


@pytest.mark.parametrize("text", ["Once ", "Once", "Once.\n\n"])
def test_there_is_one_space_at_the_joint(folder, text):
    model = repeating_writer(folder, " Upon a time.")
    (answer,), _ = run(model, text, 3)
    assert (text + answer).split() == ["Once" + "." * text.count("."), "Upon", "a", "time."]
    assert "  " not in text + answer


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        (" 他问道： 你 来了？ 我说。", "他问道：你来了？我说。"),
        (" 他说 hello 世界。", "他说 hello 世界。"),
        (" 「好。」 他 走了。\n\n 天亮了。", "「好。」他走了。\n\n 天亮了。"),
    ],
)
def test_there_are_no_spaces_between_chinese_characters(folder, script, shown):
    (answer,), _ = run(repeating_writer(folder, script), "从前有一个人。", 3 * len(script))
    assert answer.startswith(shown)


def test_closing_stops_at_once(folder):
    events = write(repeating_writer(folder, SCRIPT), Request(Mode.WRITE, "Once. ", SamplingParams(seed=1)))
    assert any(isinstance(next(events), TextChunk) for _ in range(10))
    events.close()
    assert list(events) == []


def test_translator_cannot_write(folder):
    with pytest.raises(ModelError, match="cannot continue"):
        next(write(copying_translator(folder), Request(Mode.WRITE, "Once", SamplingParams(seed=1))))


def test_a_text_that_a_story_model_was_not_made_for_gets_a_sentence(folder):
    german = "Es war einmal ein alter König, der wohnte in einem Schloss am Meer. "
    story = ModelCard("s", ("write",), ("en",))
    for card, text, raw, count in (
        (story, german, False, 1),
        (story, german, True, 0),
        (story, "Once upon a time there was an old king who lived by the sea. ", False, 0),
        (None, german, False, 0),
        (ModelCard("chat", ("write", "translate"), ("en",)), german, False, 0),
    ):
        _, events = run(repeating_writer(folder, SCRIPT, card=card), text, 3, raw=raw)
        notices = [event.message for event in events if isinstance(event, Notice)]
        assert len(notices) == count
        assert all("German" in message for message in notices)

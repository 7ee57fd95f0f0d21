import pytest

from engine.errors import InputError, ModelError
from engine.events import ContextUsed, TextChunk, VariantFinished
from engine.instructions import REWRITES, rewrite_instruction
from engine.models.loaded import load_model
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.rewrite import rewrite
from tests.engine.tiny_loaded import CPU, tiny, value_of
from tests.engine.tiny_models import tiny_chat

PASSAGE = "The weather is nice today. Where is the station?"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return value_of(load_model(tiny_chat(tmp_path_factory.mktemp("models") / "chat"), CPU))


def run(model, text=PASSAGE, instruction="shorter", variants=1, **params):
    asked = SamplingParams(**{"seed": 3, "max_new_tokens": 20, **params})
    return list(rewrite(model, Request(Mode.REWRITE, text, asked, variants=variants, instruction=instruction)))


def texts(events, count):
    return [
        "".join(event.text for event in events if isinstance(event, TextChunk) and event.variant == number)
        for number in range(count)
    ]


def test_proposals_differ_repeat_by_their_seed_and_have_no_white_space_around_them(model):
    first, second = run(model, variants=3), run(model, variants=3)
    assert texts(first, 3) == texts(second, 3)
    assert len(set(texts(first, 3))) == 3
    assert all(text and text == text.strip() for text in texts(first, 3))
    ends = [event for event in first if isinstance(event, VariantFinished)]
    assert sorted((end.variant, end.seed) for end in ends) == [(0, 3), (1, 4), (2, 5)]


def test_the_prompt_is_the_chat_templates_and_white_space_around_the_passage_is_nothing_to_it(model):
    prompt = f"<s>user: {rewrite_instruction(PASSAGE, 'shorter')}<s>assistant:"
    (used,) = [event for event in run(model, f"\n  {PASSAGE} \n") if isinstance(event, ContextUsed)]
    assert used.tokens == len(model.tokenizer.encode_marked(prompt))


def test_an_instruction_is_a_name_or_the_writers_own_words():
    assert REWRITES["plainer"] in rewrite_instruction(PASSAGE, "plainer")
    own = rewrite_instruction(PASSAGE, " In the past tense. ")
    assert "In the past tense.\n\n" in own
    assert own.endswith(PASSAGE)


def test_a_proposal_may_be_longer_than_the_passage_whatever_the_settings_say(model):
    length = len(model.tokenizer.encode(PASSAGE))
    (end,) = [event for event in run(model, max_new_tokens=1) if isinstance(event, VariantFinished)]
    assert end.tokens >= 1.5 * length or end.reason != "length"


def test_what_cannot_be_rewritten_has_its_sentence(model):
    with pytest.raises(InputError, match=r"has 3,000 words, and chat can rewrite about [\d,]+ at once: select less"):
        run(model, "nice " * 3000)
    for other in ("llama", "marian"):
        with pytest.raises(ModelError, match="follows no instructions and cannot rewrite"):
            run(tiny(other))

import pytest
import torch

from engine.generate import generate_tokens
from engine.params import SamplingParams
from engine.search.steps import PromptRead, Step
from tests.engine.reference import MANY_ENDS, inputs, reference
from tests.engine.tiny_loaded import PLACES, tiny, token_texts
from tests.engine.tiny_models import CAUSAL_KINDS, SENTENCES, SEQ2SEQ_KINDS

GREEDY = SamplingParams(temperature=0, max_new_tokens=40)
PENALTIES = SamplingParams(temperature=0, max_new_tokens=40, repetition_penalty=1.3, no_repeat_ngram=2)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("params", [GREEDY, PENALTIES], ids=["plain", "penalties"])
@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_greedy_equals_transformers(kind, params, count, place, monkeypatch):
    model = tiny(kind, place)
    texts = inputs(model, kind, count)
    for ends in (model.decoder.end_ids, MANY_ENDS):
        monkeypatch.setattr(model.decoder, "end_ids", ends)
        expected, _ = reference(model, kind, texts, params)
        if kind in CAUSAL_KINDS:
            found, endings = token_texts(model, texts, params)
        else:
            found, endings = token_texts(model, [], params, sources=texts)
        assert found == expected
        assert [ending.reason == "length" for ending in endings] == [len(text) == 40 for text in expected]


def test_a_text_that_ended_leaves_the_batch_and_the_others_do_not_notice(monkeypatch):
    model = tiny("llama")
    monkeypatch.setattr(model.decoder, "end_ids", MANY_ENDS)
    prompts = inputs(model, "llama", 5)
    rows: list[int] = []
    step = model.decoder.step
    monkeypatch.setattr(model.decoder, "step", lambda ids, state: rows.append(len(ids)) or step(ids, state))
    together, _ = token_texts(model, prompts, GREEDY)
    assert rows == sorted(rows, reverse=True)
    assert rows[0] > rows[-1]
    assert together == [token_texts(model, [prompt], GREEDY)[0][0] for prompt in prompts]


def test_a_consumer_closes_single_texts():
    model = tiny("gpt2")
    prompts = inputs(model, "gpt2", 3)
    steps = generate_tokens(model, prompts, GREEDY)
    written: dict[int, int] = {}
    step = next(steps)
    while True:
        if isinstance(step, Step):
            for number, ids in step.ids:
                written[number] = written.get(number, 0) + len(ids)
        try:
            step = steps.send({number for number, count in written.items() if count >= 10 * (number + 1)})
        except StopIteration:
            break
    assert written == {0: 10, 1: 20, 2: 30}


def test_prompts_are_read_in_chunks_of_256():
    model = tiny("qwen2")
    model.prefixes.clear()
    prompt = model.tokenizer.encode(SENTENCES[0] * 30)
    steps = list(generate_tokens(model, [prompt], SamplingParams(temperature=0, max_new_tokens=2)))
    ends = [*range(256, len(prompt), 256), len(prompt)]
    assert [step for step in steps if isinstance(step, PromptRead)] == [PromptRead(end, len(prompt)) for end in ends]


def test_reading_in_chunks_changes_nothing():
    model = tiny("gpt2")
    short, long = model.tokenizer.encode(SENTENCES[3]), model.tokenizer.encode(SENTENCES[0] * 12)
    assert len(long) > 256
    expected, _ = reference(model, "gpt2", [short, long], GREEDY)
    assert token_texts(model, [short, long], GREEDY)[0] == expected


def test_the_window_of_the_model_is_never_passed(monkeypatch):
    model = tiny("llama")
    prompt = model.tokenizer.encode(SENTENCES[0])
    monkeypatch.setattr(model.decoder, "context_length", len(prompt) + 4)
    texts, endings = token_texts(model, [prompt], GREEDY)
    assert len(texts[0]) == 5  # the last id need not be read
    assert endings[0].reason == "length"


def test_seeds_fix_the_draw_of_every_variant():
    model = tiny("llama")
    prompts = inputs(model, "llama", 1)
    params = SamplingParams(seed=11, max_new_tokens=20)
    variants, _ = token_texts(model, prompts, params, variants=3)
    assert len({tuple(text) for text in variants}) == 3
    model.prefixes.clear()
    assert token_texts(model, prompts, params, variants=3)[0] == variants
    for number, text in enumerate(variants):
        assert token_texts(model, prompts, SamplingParams(seed=11 + number, max_new_tokens=20))[0] == [text]


def test_variants_of_an_encoder_decoder_look_at_the_same_source():
    model = tiny("marian")
    source = inputs(model, "marian", 1)
    params = SamplingParams(seed=4, max_new_tokens=12, top_k=20)
    variants, _ = token_texts(model, [], params, variants=3, sources=source)
    alone = [
        token_texts(model, [], SamplingParams(seed=4 + n, max_new_tokens=12, top_k=20), sources=source)[0][0]
        for n in range(3)
    ]
    assert variants == alone
    assert torch.unique(torch.tensor([len(text) for text in variants])).numel() >= 1

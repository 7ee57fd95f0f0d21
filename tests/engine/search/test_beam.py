import pytest

from engine.generate import generate_tokens
from engine.params import SamplingParams
from engine.search.steps import Step
from tests.engine.reference import MANY_ENDS, inputs, reference
from tests.engine.tiny_loaded import PLACES, tiny, token_texts
from tests.engine.tiny_models import CAUSAL_KINDS, SEQ2SEQ_KINDS

SETTINGS = {
    "plain": {"beams": 4},
    "long": {"beams": 3, "length_penalty": 2.0, "early_stopping": True},
    "short": {"beams": 4, "length_penalty": -0.5},
    "unweighted": {"beams": 2, "length_penalty": 0.0},
    "penalties": {"beams": 4, "repetition_penalty": 1.3, "no_repeat_ngram": 3},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("name", list(SETTINGS))
@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_beam_search_equals_transformers(kind, name, count, place, monkeypatch):
    model = tiny(kind, place)
    monkeypatch.setattr(model.decoder, "end_ids", MANY_ENDS)
    texts = inputs(model, kind, count)
    params = SamplingParams(max_new_tokens=25, **SETTINGS[name])
    expected, scores = reference(model, kind, texts, params)
    prompts, sources = (texts, None) if kind in CAUSAL_KINDS else ([], texts)
    found, endings = token_texts(model, prompts, params, sources=sources)
    assert found == expected
    assert [ending.score for ending in endings] == pytest.approx(scores, abs=1e-4)


@pytest.mark.parametrize("kind", ["llama", "t5"])
def test_beam_search_that_only_the_limit_ends_equals_transformers(kind):
    model = tiny(kind)
    texts = inputs(model, kind, 5)
    params = SamplingParams(max_new_tokens=30, beams=4)
    prompts, sources = (texts, None) if kind in CAUSAL_KINDS else ([], texts)
    assert token_texts(model, prompts, params, sources=sources)[0] == reference(model, kind, texts, params)[0]


@pytest.mark.parametrize("kind", ["qwen2", "bart"])
def test_the_n_best_equal_transformers(kind, monkeypatch):
    model = tiny(kind)
    monkeypatch.setattr(model.decoder, "end_ids", MANY_ENDS)
    texts = inputs(model, kind, 1)
    params = SamplingParams(max_new_tokens=25, beams=4)
    expected, scores = reference(model, kind, texts, params, best=3)
    prompts, sources = (texts, None) if kind in CAUSAL_KINDS else ([], texts)
    found, endings = token_texts(model, prompts, params, variants=3, sources=sources)
    assert found == expected
    assert [ending.score for ending in endings] == pytest.approx(scores, abs=1e-4)


@pytest.mark.parametrize("kind", ["llama", "marian"])
def test_settled_text_is_shown_before_the_search_ends_and_never_taken_back(kind, monkeypatch):
    model = tiny(kind)
    monkeypatch.setattr(model.decoder, "end_ids", MANY_ENDS)
    texts = inputs(model, kind, 5)
    params = SamplingParams(max_new_tokens=40, beams=3, length_penalty=1.5)
    expected, _ = reference(model, kind, texts, params)
    prompts, sources = (texts, None) if kind in CAUSAL_KINDS else ([], texts)
    shown: dict[int, list[int]] = {}
    early = 0
    for step in generate_tokens(model, prompts, params, sources=sources):
        if isinstance(step, Step):
            over = {ending.number for ending in step.endings}
            for number, ids in step.ids:
                shown.setdefault(number, []).extend(ids)
                assert shown[number] == expected[number][: len(shown[number])]
                early += len(ids) if number not in over else 0
    assert [shown.get(number, []) for number in range(5)] == expected
    assert early > 0


def test_closing_a_text_leaves_the_others_as_they_are(monkeypatch):
    model = tiny("gpt2")
    monkeypatch.setattr(model.decoder, "end_ids", MANY_ENDS)
    texts = inputs(model, "gpt2", 4)
    params = SamplingParams(max_new_tokens=25, beams=3)
    expected, _ = token_texts(model, texts, params)
    steps = generate_tokens(model, texts, params)
    found: dict[int, list[int]] = {}
    step = next(steps)
    while True:
        if isinstance(step, Step):
            for number, ids in step.ids:
                found.setdefault(number, []).extend(ids)
        try:
            step = steps.send({1})
        except StopIteration:
            break
    assert [found[number] for number in (0, 2, 3)] == [expected[number] for number in (0, 2, 3)]
    assert len(found.get(1, [])) < len(expected[1])


def test_banned_phrases_are_no_hypothesis():
    model = tiny("llama")
    prompt = model.tokenizer.encode("Where is the ")
    params = SamplingParams(max_new_tokens=12, beams=3)
    text = model.tokenizer.decode(token_texts(model, [prompt], params)[0][0])
    word = next(part for part in text.split() if part.isalpha())
    banned = SamplingParams(max_new_tokens=12, beams=3, banned_phrases=(word,))
    assert word not in model.tokenizer.decode(token_texts(model, [prompt], banned)[0][0])

import shutil
from dataclasses import replace
from itertools import product

import pytest
import torch
from transformers import GenerationConfig

from engine.generate import generate_tokens
from engine.models.loaded import load_model
from engine.params import SamplingParams
from engine.penalties import TokenRules
from engine.search.beam import beam_search
from engine.search.rows import read_prompts
from engine.search.steps import Step
from tests.engine.reference import MANY_ENDS, inputs, reference
from tests.engine.scripted_models import TableWriter
from tests.engine.tiny_loaded import CPU, PLACES, tiny, tiny_folder, token_texts, value_of
from tests.engine.tiny_models import BOS, CAUSAL_KINDS, EOS, SEQ2SEQ_KINDS

BEAMS = 16  # more than there are texts of two ids, with a vocabulary of four
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


@pytest.mark.parametrize("name", list(SETTINGS))
def test_an_id_that_every_text_is_made_to_begin_with_counts_as_in_transformers(name, tmp_path, monkeypatch):
    folder = shutil.copytree(tiny_folder("bart"), tmp_path / "model")
    generation = GenerationConfig.from_pretrained(folder)
    generation.forced_bos_token_id = 70
    generation.save_pretrained(folder)
    model = value_of(load_model(folder, CPU))
    monkeypatch.setattr(model.decoder, "end_ids", MANY_ENDS)
    texts = inputs(model, "bart", 5)
    whole = SamplingParams(max_new_tokens=26, **SETTINGS[name])
    expected, scores = reference(model, "bart", texts, whole)
    assert {ids[0] for ids in expected} == {70}
    found, endings = token_texts(model, [], replace(whole, max_new_tokens=25), sources=texts)
    assert found == [ids[1:] for ids in expected]
    assert [ending.score for ending in endings] == pytest.approx(scores, abs=1e-4)


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


def texts_by(table):
    """Return the score and the ids of every text after BOS that is no longer than the table, the best first."""
    limit = len(table)
    log_probs = table.log_softmax(dim=2).tolist()
    words = [token for token in range(table.shape[1]) if token != EOS]
    found = []
    for length in range(1, limit + 1):
        for *body, last in product(*[words] * (length - 1), range(table.shape[1])):
            if last != EOS and length < limit:
                continue
            read = [BOS, *body]
            score = sum(step[a][b] for step, a, b in zip(log_probs, read, [*body, last], strict=False)) / length
            found.append((score, [*body, *([] if last == EOS else [last])]))
    return sorted(found, reverse=True)


def test_beams_enough_for_every_text_find_the_best_of_a_small_vocabulary():
    table = torch.randn(3, 4, 4, generator=torch.Generator().manual_seed(1))
    decoder = TableWriter(table)
    rows = value_of(read_prompts(decoder, [[BOS]], decoder.new_state(1)))
    steps = list(beam_search(rows, SamplingParams(beams=2), len(table), TokenRules(), best=BEAMS))
    ids: dict[int, list[int]] = {number: [] for number in range(BEAMS)}
    for number, more in (pair for step in steps for pair in step.ids):
        ids[number].extend(more)
    scores = {ending.number: ending.score for step in steps for ending in step.endings}
    expected = texts_by(table)[:BEAMS]
    assert [ids[number] for number in range(BEAMS)] == [text for _, text in expected]
    assert [scores[number] for number in range(BEAMS)] == pytest.approx([score for score, _ in expected], abs=1e-5)

"""Contrastive search against Su et al. 2022 by brute force: every candidate read from scratch, without a cache."""

import pytest
import torch

from engine.params import SamplingParams
from tests.engine.reference import inputs
from tests.engine.tiny_loaded import PLACES, tiny, token_texts
from tests.engine.tiny_models import CAUSAL_KINDS


def read(model, ids, source):
    decoder = model.decoder
    if source is None:
        state = decoder.new_state(1)
    else:
        source = torch.tensor([source], device=decoder.device)
        state = decoder.encode(source, torch.ones_like(source, dtype=torch.bool))
    logits, hidden, _ = decoder.hidden(torch.tensor([ids], device=decoder.device), state)
    return logits[0], hidden[0]


def by_definition(model, prompt, params, source=None):
    ids = list(prompt)
    while len(ids) < len(prompt) + params.max_new_tokens:
        logits, _ = read(model, ids, source)
        probs, candidates = logits.softmax(dim=0).topk(params.contrastive_top_k)
        scores = []
        for prob, candidate in zip(probs.tolist(), candidates.tolist(), strict=True):
            _, hidden = read(model, [*ids, candidate], source)
            likeness = torch.cosine_similarity(hidden[-1:], hidden[:-1], dim=1).max().item()
            scores.append((1 - params.contrastive_alpha) * prob - params.contrastive_alpha * likeness)
        token = candidates[scores.index(max(scores))].item()
        if token in model.decoder.end_ids:
            break
        ids.append(token)
    return ids[len(prompt) :]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["llama", "gpt2", "t5", "bart"])
@pytest.mark.parametrize(("alpha", "k"), [(0.6, 4), (0.1, 2), (1.0, 3)])
def test_equals_its_definition(kind, alpha, k, place):
    model = tiny(kind, place)
    params = SamplingParams(contrastive_alpha=alpha, contrastive_top_k=k, max_new_tokens=15)
    texts = inputs(model, kind, 1)
    if kind in CAUSAL_KINDS:
        expected = by_definition(model, texts[0], params)
        found, _ = token_texts(model, texts, params)
    else:
        expected = by_definition(model, model.decoder.start_ids, params, texts[0])
        found, _ = token_texts(model, [], params, sources=texts)
    assert found == [expected]


def test_rows_in_a_batch_are_as_alone():
    model = tiny("qwen2")
    params = SamplingParams(contrastive_alpha=0.6, max_new_tokens=12)
    prompts = inputs(model, "qwen2", 4)
    alone = [token_texts(model, [prompt], params)[0][0] for prompt in prompts]
    assert token_texts(model, prompts, params)[0] == alone


def test_rows_end_one_by_one(monkeypatch):
    model = tiny("llama")
    prompts = inputs(model, "llama", 3)
    params = SamplingParams(contrastive_alpha=0.6, max_new_tokens=20)
    whole, _ = token_texts(model, prompts, params)
    end = whole[0][3]
    monkeypatch.setattr(model.decoder, "end_ids", frozenset({end}))
    found, endings = token_texts(model, prompts, params)
    cut = [text[: text.index(end)] if end in text else text for text in whole]
    assert found == cut
    assert [ending.reason for ending in endings] == ["end" if end in text else "length" for text in whole]

import math

import pytest
import torch

from engine.models.base import HiddenDecoder
from engine.models.recurrent import RecurrentDecoder, RecurrentLM
from engine.neural_cache import NeuralCache
from tests.engine.tiny_loaded import tiny

VOCAB, WEIGHT, FLATNESS = 30, 0.3, 4.0


def recurrent(cell):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        return RecurrentDecoder(RecurrentLM(VOCAB, 16, 16, cell=cell).eval())


@pytest.fixture(params=["lstm", "gru", "llama", "gpt2"])
def decoder(request):
    return recurrent(request.param) if request.param in ("lstm", "gru") else tiny(request.param).decoder


def by_hand(decoder, ids):
    """Return the paper's mixture after `ids`, a position at a time: log-probabilities (V,)."""
    state, hidden, logits = decoder.new_state(1), [], torch.empty(0)
    for token in ids:
        logits, seen, state = decoder.hidden(torch.tensor([[token]]), state)
        hidden.append(seen[0, 0].tolist())
    length = [math.sqrt(sum(value * value for value in vector)) for vector in hidden]
    weights = []
    for place in range(len(ids) - 1):
        product = sum(one * other for one, other in zip(hidden[place], hidden[-1], strict=True))
        weights.append(math.exp(FLATNESS * product / length[place] / length[-1]))
    mixed = (1 - WEIGHT) * logits[0].softmax(0)
    for place, weight in enumerate(weights):
        mixed[ids[place + 1]] += WEIGHT * weight / sum(weights)
    return mixed.log()


IDS = [3, 5, 7, 3, 5, 9, 3]


def test_it_is_the_papers_formula(decoder):
    cached = NeuralCache(decoder, WEIGHT, FLATNESS)
    assert isinstance(cached, HiddenDecoder)
    logits, _ = cached.prefill(torch.tensor([IDS]), cached.new_state(1))
    assert torch.allclose(logits[0], by_hand(decoder, IDS), atol=1e-4)


def test_what_followed_before_becomes_likelier(decoder):
    cached = NeuralCache(decoder, WEIGHT, FLATNESS)
    logits, _ = cached.prefill(torch.tensor([IDS]), cached.new_state(1))
    plain, _ = decoder.prefill(torch.tensor([IDS]), decoder.new_state(1))
    plain = plain.log_softmax(1)
    assert logits[0, 5] > plain[0, 5] + 0.5
    unseen = [token for token in range(10, VOCAB) if token not in IDS]
    assert torch.allclose(logits[0, unseen], plain[0, unseen] + math.log1p(-WEIGHT), atol=1e-4)


def test_the_first_word_has_nothing_to_follow(decoder):
    cached = NeuralCache(decoder)
    logits, _ = cached.prefill(torch.tensor([[3]]), cached.new_state(1))
    plain, _ = decoder.prefill(torch.tensor([[3]]), decoder.new_state(1))
    assert torch.allclose(logits, plain.log_softmax(1), atol=1e-5)


def test_steps_selection_rewinding_and_padding_agree(decoder):
    cached = NeuralCache(decoder, WEIGHT, FLATNESS)
    ids = torch.tensor([IDS, [8, 8, 4, 8, 4, 4, 2]])
    whole, _ = cached.prefill(ids, cached.new_state(2))
    state = cached.new_state(2)
    _, state = cached.prefill(ids[:, :4], state)
    for place in (4, 5):
        _, state = cached.step(ids[:, place], state)
    state.rewind(3)
    assert state.length == 3
    state.select(torch.tensor([1, 0, 1]))
    again, _ = cached.prefill(ids[[1, 0, 1], 3:], state)
    assert torch.allclose(again, whole[[1, 0, 1]], atol=1e-4)
    mask = torch.ones_like(ids, dtype=torch.bool)
    mask[1, :3] = False
    padded, _ = cached.prefill(ids, cached.new_state(2), mask)
    short, _ = cached.prefill(ids[1:, 3:], cached.new_state(1))
    assert torch.allclose(padded[1], short[0], atol=1e-4)
    assert torch.allclose(padded[0], whole[0], atol=1e-4)


@pytest.mark.parametrize("weight", [0, 1, -0.1])
def test_a_weight_that_is_no_share_is_refused(weight):
    with pytest.raises(ValueError, match="between 0 and 1"):
        NeuralCache(recurrent("gru"), weight)


def test_what_the_decoder_never_writes_is_not_repeated():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        decoder = RecurrentDecoder(RecurrentLM(VOCAB, 16, 16).eval(), suppressed=(5,))
    cached = NeuralCache(decoder, WEIGHT, FLATNESS)
    logits, _ = cached.prefill(torch.tensor([IDS]), cached.new_state(1))
    assert torch.isneginf(logits[0]).nonzero().flatten().tolist() == [5]

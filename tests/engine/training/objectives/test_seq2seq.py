import itertools
import random
from functools import cache

import pytest
import torch

from engine.card import ModelCard
from engine.checkpoint import END_ID, PAD_ID
from engine.errors import ModelError
from engine.models.families import load_decoder
from engine.training.architectures import build_objective
from engine.training.batches import Batch
from engine.training.recipe import ModelSettings
from tests.engine.tiny_loaded import CPU
from tests.engine.tiny_models import byte_level

VOCAB = 16
CARD = ModelCard("Tiny", ("translate",))


def settings(**changes):
    values = {"hidden": 32, "embedding": 24, "layers": 1, "tied": True, "cell": "gru", "context": 32} | changes
    return ModelSettings(family="recurrent-seq2seq", **values)


def objective(seed=1, **changes):
    torch.manual_seed(seed)
    return build_objective(settings(**changes), VOCAB)


def pad(rows):
    width = max(map(len, rows))
    return torch.tensor([row + [PAD_ID] * (width - len(row)) for row in rows])


def batch(seed, rows=32, turned=True, longest=5):
    rng = random.Random(seed)
    words = [[rng.randrange(3, VOCAB) for _ in range(rng.randint(2, longest))] for _ in range(rows)]
    source = pad([[*row, END_ID] for row in words])
    targets = pad([[*(reversed(row) if turned else row), END_ID] for row in words])
    inputs = torch.nn.functional.pad(targets[:, :-1], (1, 0), value=PAD_ID)
    return Batch(inputs, targets, targets != PAD_ID, source, source != PAD_ID)


def train(model, steps, **options):
    optimizer = torch.optim.Adam(model.module.parameters(), lr=8e-3)
    for step in range(steps):
        result = model.loss(batch(step, **options), step)
        (result.loss / result.tokens).backward()
        torch.nn.utils.clip_grad_norm_(model.module.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    return model


@torch.no_grad()
def nats(model, **options):
    result = model.loss(batch(-1, rows=128, **options), 0)
    return float(result.nll) / result.tokens


@cache
def trained(cell, attention, copy):
    return train(objective(cell=cell, attention=attention, copy=copy), 260)


@pytest.mark.parametrize(
    ("cell", "attention", "copy"),
    [("lstm", "additive", False), ("gru", "multiplicative", False), ("gru", "additive", True)],
)
def test_learns_to_reverse(cell, attention, copy):
    assert nats(trained(cell, attention, copy)) < 0.15


def test_learns_short_reversals_without_attention():
    model = train(objective(attention="none", input_feeding=False, hidden=48), 260, longest=3)
    assert nats(model, longest=3) < 0.3


def test_attention_looks_where_the_words_come_from():
    source = torch.tensor([5, 9, 4, 12, END_ID])
    weights = trained("gru", "multiplicative", False).decoder().attention(source, torch.tensor([12, 4, 9, 5, END_ID]))
    # What a bidirectional state holds is spread over its neighbours: the centre counts.
    centres = weights @ torch.arange(5.0)
    assert all(early > late for early, late in itertools.pairwise(centres[:4]))


@pytest.mark.parametrize("copy", [False, True])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("attention", ["additive", "multiplicative"])
def test_every_weight_gets_a_gradient(cell, attention, copy):
    model = objective(cell=cell, attention=attention, copy=copy, layers=2, tied=copy)
    model.loss(batch(0), 0, 0.0 if copy else 0.1).loss.backward()
    still = [name for name, weight in model.module.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert still == []


def test_mixture_loss_is_the_decoder_s_likelihood():
    model = objective(copy=True)
    model.module.eval()
    one = batch(4, rows=1)
    with torch.no_grad():
        result = model.loss(one, 0)
        decoder, total = model.decoder(), 0.0
        state = decoder.encode(one.source, one.source_mask)
        for position in range(one.inputs.shape[1]):
            logits, state = decoder.step(one.inputs[:, position], state)
            total -= float(logits.log_softmax(1)[0, one.targets[0, position]])
    assert float(result.nll) == pytest.approx(total, rel=1e-4)


def test_padding_costs_nothing():
    model = objective(copy=True)
    pair = batch(2, rows=8)
    whole = float(model.loss(pair, 0).nll)
    parts = 0.0
    for row in range(8):
        source, targets = pair.source[row, pair.source_mask[row]], pair.targets[row, pair.target_mask[row]]
        inputs = pair.inputs[row, : len(targets)]
        masks = torch.ones_like(source, dtype=torch.bool), torch.ones_like(targets, dtype=torch.bool)
        parts += float(
            model.loss(Batch(inputs[None], targets[None], masks[1][None], source[None], masks[0][None]), 0).nll
        )
    assert parts == pytest.approx(whole, rel=1e-4)


def test_the_same_seed_gives_the_same_model():
    first, second, other = (train(objective(seed), 3).module.state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["bridge.weight"], other["bridge.weight"])


@pytest.mark.parametrize(
    "changes", [{}, {"copy": True, "layers": 2, "cell": "lstm"}, {"attention": "none", "tied": False}]
)
def test_saved_and_loaded_it_is_the_same(tmp_path, changes):
    model = objective(**changes)
    model.module.eval()
    model.save(tmp_path / "model", byte_level(), CARD)
    pair = batch(1, rows=4)
    ours, theirs = model.decoder(), load_decoder(tmp_path / "model", CPU)
    for decoder in (ours, theirs):
        decoder.answer = decoder.prefill(pair.inputs, decoder.encode(pair.source, pair.source_mask))[0]
    assert torch.equal(ours.answer, theirs.answer)
    fresh = objective(seed=9, **changes)
    fresh.load(tmp_path / "model")
    weights = model.module.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in fresh.module.state_dict().items())
    with pytest.raises(ModelError, match="shape"):
        objective(**{**changes, "hidden": 16}).load(tmp_path / "model")


def test_a_damaged_folder_is_a_sentence(tmp_path):
    model = objective()
    model.save(tmp_path / "model", byte_level(), CARD)
    config = tmp_path / "model" / "config.json"
    config.write_text(config.read_text().replace('"hidden": 32', '"hidden": 8'))
    with pytest.raises(ModelError, match="damaged"):
        load_decoder(tmp_path / "model", CPU)

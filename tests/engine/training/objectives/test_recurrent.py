import math

import pytest
import torch

from engine.card import ModelCard
from engine.checkpoint import END_ID
from engine.errors import ModelError
from engine.models.recurrent import load
from engine.training.batches import Batch
from engine.training.objectives.recurrent import RecurrentObjective
from engine.training.recipe import ModelSettings, TokenizerSettings
from engine.training.tokenizers import train_tokenizer
from tests.engine.tiny_loaded import CPU

SETTINGS = ModelSettings("recurrent", hidden=6, embedding=4, layers=2)


def objective(settings=SETTINGS, vocab_size=9):
    torch.manual_seed(0)
    return RecurrentObjective(settings, vocab_size)


def stretch(ids, *, continues):
    ids = torch.tensor(ids)
    return Batch(ids[:, :-1], ids[:, 1:], torch.ones_like(ids[:, 1:], dtype=torch.bool), continues=continues)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_stream_in_stretches_costs_what_it_costs_in_one(cell):
    made = objective(ModelSettings("recurrent", hidden=6, layers=2, cell=cell))
    text = [[1, 3, 5, 7, 2, 4, 6, 8, 1], [2, 2, 3, 3, 4, 4, 5, 5, 6]]
    whole = made.loss(stretch(text, continues=False), 0)
    parts = [made.loss(stretch([row[i : i + 5] for row in text], continues=True), 0) for i in (0, 4)]
    assert sum(float(part.nll) for part in parts) == pytest.approx(float(whole.nll), rel=1e-5)
    assert sum(part.tokens for part in parts) == whole.tokens == 16
    again = made.loss(stretch([row[:5] for row in text], continues=True), 0)
    assert float(again.nll) != pytest.approx(float(parts[0].nll), rel=1e-6), "the state of before is still there"
    made.begin_epoch()
    again = made.loss(stretch([row[:5] for row in text], continues=True), 0)
    assert float(again.nll) == float(parts[0].nll)


def test_gradients_stop_where_a_stretch_begins():
    made = objective()
    made.loss(stretch([[1, 2, 3]], continues=True), 0)
    assert all(not cell.requires_grad for cell in made.carried.values())
    made.loss(stretch([[3, 4, 5]], continues=True), 0).loss.backward()
    read = made.module.embedding.weight.grad.abs().sum(dim=1) > 0
    assert read.nonzero().flatten().tolist() == [3, 4]


def test_a_model_that_knows_nothing_costs_the_logarithm_of_its_vocabulary():
    made = objective()
    with torch.no_grad():
        for weight in made.module.head():
            weight.zero_()
    found = made.loss(stretch([[1, 2, 3]], continues=False), 0)
    assert float(found.nll) == pytest.approx(2 * math.log(9), rel=1e-6)


def test_weights_begin_within_the_recipes_bounds():
    made = objective(ModelSettings("recurrent", hidden=6, init=0.05))
    for weight in made.module.parameters():
        assert 0 < weight.abs().max() <= 0.05


@pytest.mark.parametrize("tied", [True, False])
def test_saved_it_is_loaded_again_and_only_in_its_own_shape(tied, tmp_path):
    tokenizer = train_tokenizer(["a b c"], TokenizerSettings(kind="words"))
    settings = ModelSettings("recurrent", hidden=6, tied=tied)
    made, other = objective(settings, tokenizer.get_vocab_size()), objective(settings, tokenizer.get_vocab_size())
    with torch.no_grad():
        made.module.embedding.weight.add_(1)
    made.save(tmp_path / "model", tokenizer, ModelCard("Toy", ("write",)))
    other.load(tmp_path / "model")
    pairs = zip(made.module.parameters(), other.module.parameters(), strict=True)
    assert all(torch.equal(first, second) for first, second in pairs)
    with pytest.raises(ModelError, match="shape"):
        objective(ModelSettings("recurrent", hidden=7), tokenizer.get_vocab_size()).load(tmp_path / "model")
    decoder = load(tmp_path / "model", CPU)
    logits, _ = decoder.prefill(torch.tensor([[END_ID]]), decoder.new_state(1))
    assert logits[0, 2] == -torch.inf, "an unknown word is never written"

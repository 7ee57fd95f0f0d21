import math

import pytest
import torch

from engine.errors import ModelError
from engine.models.vae import load
from engine.training.architectures import build_objective
from engine.training.objectives.vae import ActiveUnits, VAEObjective
from engine.training.recipe import ModelSettings
from tests.engine.tiny_loaded import CPU
from tests.engine.toy_vae import CARD, SENTENCES, learn, toy_batch, toy_objective, toy_tokenizer


def test_is_built_by_its_family():
    assert isinstance(build_objective(ModelSettings("vae", hidden=8), 20), VAEObjective)


def test_every_parameter_gets_a_gradient():
    objective = toy_objective(kl_steps=10, free_bits=0.1)
    objective.module.train()
    objective.loss(toy_batch(SENTENCES), step=0).loss.backward()
    for name, weight in objective.module.named_parameters():
        assert weight.grad is not None, name
        assert float(weight.grad.abs().sum()) > 0, name


def test_bound_is_words_and_kl_and_no_likelihood_is_above_it():
    objective = toy_objective()
    learn(objective, 40)
    batch = toy_batch(SENTENCES[:1])
    with torch.no_grad():
        result = objective.loss(batch, 0)
        assert float(result.nll) == pytest.approx(result.parts["nll"] + result.parts["kl"], rel=1e-5)
        assert float(result.loss) == pytest.approx(float(result.nll), rel=1e-5)
        # The likelihood itself, by averaging over the prior.
        decoder = objective.decoder()
        points = decoder.prior(4000, seed=0)
        costs = decoder.nll(batch.targets.expand(4000, -1), points).sum(1)
        nll = math.log(4000) - float((-costs).logsumexp(0))
        noise = [float(reconstruction(objective, batch, seed)) for seed in range(200)]
    assert nll < sum(noise) / len(noise) + result.parts["kl"]


def reconstruction(objective, batch, seed):
    mean, log_variance = objective.decoder().encode_text(batch.targets)
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(seed))
    return objective.decoder().nll(batch.targets, mean + noise * (0.5 * log_variance).exp()).sum()


def test_kl_is_let_in_step_by_step():
    objective = toy_objective(kl_steps=10)
    objective.module.train()
    losses = []
    for step in (0, 4, 9, 50):
        torch.manual_seed(0)
        result = objective.loss(toy_batch(SENTENCES), step)
        losses.append((float(result.loss.detach()) - result.parts["nll"]) / result.parts["kl"])
    assert losses == pytest.approx([0.1, 0.5, 1.0, 1.0], rel=1e-3)


def test_free_bits_cost_nothing_below_and_all_above():
    objective = toy_objective(free_bits=3.0)
    objective.module.train()
    result = objective.loss(toy_batch(SENTENCES), 100)
    assert result.parts["kl"] / len(SENTENCES) < 3.0 * 6
    assert float(result.loss.detach()) - result.parts["nll"] == pytest.approx(3.0 * 6 * len(SENTENCES), rel=1e-4)


def test_words_are_dropped_at_their_rate_and_never_in_evaluation():
    objective = toy_objective(word_dropout=0.4, kl_steps=1)
    inputs = torch.randint(3, 100, (200, 50), generator=torch.Generator().manual_seed(0))
    inputs[:, 0] = 0
    torch.manual_seed(0)
    dropped = objective._with_words_dropped(inputs)
    assert float((dropped[:, 1:] == 2).float().mean()) == pytest.approx(0.4, abs=0.02)
    assert bool((dropped[:, 0] == 0).all())
    assert bool(((dropped == inputs) | (dropped == 2)).all())
    objective.module.eval()
    losses = {float(objective.loss(toy_batch(SENTENCES), 0).nll.detach()) for _ in range(3)}
    assert len(losses) == 1, "neither words nor noise are drawn anew"


def test_active_units_are_those_whose_mean_varies():
    units = ActiveUnits()
    means = torch.tensor([[0.0, 5.0, 0.3], [0.0, 5.01, -0.3], [0.0, 5.0, 0.0], [0.05, 5.0, 0.0]])
    total = units.add(means[:1]) + units.add(means[1:])
    assert units.count == 1  # variances 0.0005, 0.00002, 0.045
    assert total / len(means) == 1


def test_learns_a_small_language_with_its_latent():
    objective = toy_objective(kl_steps=100, free_bits=1.0, word_dropout=0.3)
    learn(objective, 150)
    with torch.no_grad():
        parts = objective.loss(toy_batch(SENTENCES), 0).parts
    # 27 sentences: a model that ignores its latent pays ln 27 = 3.3 nats for each.
    assert parts["nll"] / len(SENTENCES) < 1.5
    assert parts["kl"] / len(SENTENCES) > 3.0
    assert parts["active_units"] / len(SENTENCES) >= 3


def test_the_seed_decides_all():
    runs = []
    for _ in range(2):
        objective = toy_objective(word_dropout=0.2, dropout=0.1)
        runs.append(learn(objective, 5))
    assert runs[0] == runs[1]


def test_saved_weights_are_taken_up_again_and_those_of_another_shape_refused(tmp_path):
    objective = toy_objective()
    learn(objective, 3)
    objective.save(tmp_path / "model", toy_tokenizer(), CARD)
    other = toy_objective()
    other.load(tmp_path / "model")
    for name, weight in objective.module.state_dict().items():
        assert torch.equal(other.module.state_dict()[name], weight.bfloat16().float()), name
    ids = toy_batch(SENTENCES[:1]).targets
    loaded = load(tmp_path / "model", CPU)
    assert torch.equal(loaded.encode_text(ids)[0], other.decoder().encode_text(ids)[0])
    with pytest.raises(ModelError, match="shape"):
        toy_objective(hidden=40).load(tmp_path / "model")

import math
import shutil

import pytest
import torch

from engine.errors import ModelError
from engine.generate import generate
from engine.models.base import Decoder
from engine.models.vae import SentenceVAE, VAEDecoder, VAEShape, gaussian_kl, load, reparametrised
from engine.params import SamplingParams
from tests.engine.tiny_loaded import CPU
from tests.engine.toy_vae import SENTENCES, toy_batch, toy_folder, toy_model


@pytest.fixture(scope="module")
def decoder():
    torch.manual_seed(0)
    return VAEDecoder(SentenceVAE(VAEShape(vocab_size=30, embedding=8, hidden=12, latent=4, context=20)).eval())


def test_kl_has_its_closed_form():
    # N(0, 1) costs nothing; a mean of 2 costs 2²/2; a variance of 4 costs (4 - 1 - ln 4) / 2.
    mean = torch.tensor([0.0, 2.0, 0.0])
    log_variance = torch.tensor([0.0, 0.0, math.log(4)])
    expected = torch.tensor([0.0, 2.0, (3 - math.log(4)) / 2])
    torch.testing.assert_close(gaussian_kl(mean, log_variance), expected)


def test_kl_is_what_samples_estimate():
    mean, log_variance = torch.tensor(0.7), torch.tensor(-1.1)
    noise = torch.randn(200_000, generator=torch.Generator().manual_seed(0))
    points = reparametrised(mean, log_variance, noise)
    posterior = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    prior = torch.distributions.Normal(0.0, 1.0)
    estimate = (posterior.log_prob(points) - prior.log_prob(points)).mean()
    assert float(estimate) == pytest.approx(float(gaussian_kl(mean, log_variance)), abs=0.01)


def test_gradient_reaches_mean_and_variance_through_the_sample():
    mean = torch.tensor([1.0], requires_grad=True)
    log_variance = torch.tensor([math.log(9)], requires_grad=True)
    point = reparametrised(mean, log_variance, torch.tensor([-2.0]))
    assert point.item() == pytest.approx(1 - 2 * 3)
    point.square().backward()
    assert mean.grad.item() == pytest.approx(2 * -5)
    assert log_variance.grad.item() == pytest.approx(2 * -5 * -2 * 3 / 2)  # noise * sigma / 2


def test_is_a_decoder(decoder):
    assert isinstance(decoder, Decoder)


def test_steps_equal_reading_at_once_and_padding_changes_nothing(decoder):
    latent = decoder.prior(2, seed=5)
    ids = torch.tensor([[0, 5, 6, 7], [0, 9, 8, 4]])
    at_once, _ = decoder.prefill(ids, decoder.state_of(latent))
    state = decoder.state_of(latent)
    for place in range(4):
        stepped, state = decoder.step(ids[:, place], state)
    torch.testing.assert_close(stepped, at_once)
    padded = torch.nn.functional.pad(ids, (3, 0))
    mask = torch.arange(7).expand(2, -1) >= 3
    torch.testing.assert_close(decoder.prefill(padded, decoder.state_of(latent), mask)[0], at_once)
    assert state.length == 4


def test_state_selects_rows_and_rewinds(decoder):
    latent = decoder.prior(2, seed=5)
    state = decoder.state_of(latent)
    first, _ = decoder.prefill(torch.tensor([[0, 5], [0, 9]]), state)
    decoder.prefill(torch.tensor([[7, 7], [3, 3]]), state)
    state.select(torch.tensor([1, 1, 0]))
    state.rewind(3)
    assert state.length == 1
    again, _ = decoder.step(torch.tensor([9, 9, 5]), state)
    torch.testing.assert_close(again, first[[1, 1, 0]])


def test_encoding_does_not_see_padding(decoder):
    ids = torch.tensor([[5, 6, 1]])
    padded = torch.tensor([[5, 6, 1, 0, 0]])
    for short, long in zip(decoder.encode_text(ids), decoder.encode_text(padded, padded != 0), strict=True):
        torch.testing.assert_close(short, long)


def test_nll_is_that_of_the_steps(decoder):
    latent, ids = decoder.prior(1, seed=2), torch.tensor([[5, 6, 1]])
    state, total = decoder.state_of(latent), 0.0
    for given, wanted in zip((0, 5, 6), (5, 6, 1), strict=True):
        logits, state = decoder.step(torch.tensor([given]), state)
        total -= float(logits.log_softmax(1)[0, wanted])
    assert float(decoder.nll(ids, latent).sum()) == pytest.approx(total, rel=1e-5)


def test_prior_is_standard_normal_and_its_seed_fixes_it(decoder):
    points = decoder.prior(5000, seed=1)
    assert abs(float(points.mean())) < 0.03
    assert float(points.std()) == pytest.approx(1, abs=0.03)
    assert torch.equal(points, decoder.prior(5000, seed=1))
    assert not torch.equal(points, decoder.prior(5000, seed=2))
    assert torch.equal(decoder.new_state(3).latent, decoder.new_state(3).latent)


def test_sentences_are_written_again_from_their_own_points():
    model = toy_model()
    batch = toy_batch(SENTENCES)
    mean, _ = model.decoder.encode_text(batch.targets, batch.target_mask)
    state = model.decoder.state_of(mean)
    ids, steps = torch.zeros(len(SENTENCES), dtype=torch.long), []
    for _ in range(batch.targets.shape[1]):
        logits, state = model.decoder.step(ids, state)
        ids = logits.argmax(1)
        steps.append(ids)
    written = torch.stack(steps, dim=1)
    right = ((written == batch.targets) | ~batch.target_mask).all(dim=1)
    assert right.float().mean() > 0.9


@pytest.mark.parametrize("settings", [{"temperature": 0}, {"beams": 3}, {"seed": 4}])
def test_writes_sentences_of_its_language_through_the_one_search(settings):
    params = SamplingParams(max_new_tokens=20, **settings)
    text = generate(toy_model(), [], params)[0]
    assert text == generate(toy_model(), [], params)[0]
    assert set(text.split()) <= {word for sentence in SENTENCES for word in sentence.split()}
    assert 2 < len(text.split()) < 7


def test_saved_and_loaded_it_computes_the_same():
    first, second = load(toy_folder(), CPU), load(toy_folder(), CPU)
    ids = toy_batch(SENTENCES[:1]).targets
    for one, other in zip(first.encode_text(ids), second.encode_text(ids), strict=True):
        assert torch.equal(one, other)


def test_damaged_model_is_refused(tmp_path):
    shutil.copytree(toy_folder(), tmp_path / "toy")
    config = tmp_path / "toy" / "config.json"
    config.write_text(config.read_text().replace('"hidden": 32', '"hidden": 50'))
    with pytest.raises(ModelError, match="damaged"):
        load(tmp_path / "toy", CPU)

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.generation import logits_process as reference

from engine.params import SamplingParams
from engine.penalties import TokenRules, sequence_biases
from engine.sampling import Sampler, draw, truncated

NO_IDS = torch.zeros((1, 0), dtype=torch.int64)


def random_logits(rows=4, size=600, seed=0):
    return torch.randn((rows, size), generator=torch.Generator().manual_seed(seed)) * 3


def spread(logits, columns, size):
    return logits if columns is None else torch.full((len(logits), size), -torch.inf).scatter(1, columns, logits)


@pytest.mark.parametrize("size", [600, 20_000])
@pytest.mark.parametrize("typical", [0.95, 1])
@pytest.mark.parametrize("top_k", [0, 50])
def test_truncations_together_equal_transformers_in_the_documented_order(top_k, typical, size):
    logits = random_logits(size=size)
    params = SamplingParams(
        top_k=top_k, typical_p=typical, top_p=0.9, min_p=0.02, epsilon_cutoff=9e-4, eta_cutoff=2e-3, temperature=0.7
    )
    chain = [
        *([reference.TypicalLogitsWarper(typical)] if typical < 1 else []),
        reference.TopPLogitsWarper(0.9),
        reference.MinPLogitsWarper(0.02),
        reference.EpsilonLogitsWarper(9e-4),
        reference.EtaLogitsWarper(2e-3),
        reference.TemperatureLogitsWarper(0.7),
    ]
    if top_k:
        chain.insert(0, reference.TopKLogitsWarper(top_k))
    expected = logits
    for processor in chain:
        expected = processor(None, expected)
    found = spread(*truncated(logits, params), size) / params.temperature
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_nothing_is_left_out_when_all_is_off():
    logits = random_logits()
    found, columns = truncated(logits, SamplingParams())
    assert columns is None
    assert found is logits


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=20), st.floats(0, 0.999999))
def test_draw_inverts_the_distribution_function(weights, uniform):
    probs = torch.tensor([weights], dtype=torch.float64)
    probs = probs / probs.sum()
    index = int(draw(probs.log().float(), torch.tensor([uniform]))[0])
    cumulated = probs.cumsum(dim=1)[0].tolist()
    assert (cumulated[index - 1] if index else 0.0) <= uniform + 1e-5
    assert cumulated[index] >= uniform - 1e-5


@pytest.mark.parametrize("uniform", [0.0, 0.5, 1 - 2**-24])
def test_draw_never_takes_what_was_left_out(uniform):
    logits = torch.full((1, 1000), -torch.inf)
    logits[0, 300:600] = torch.linspace(-3, 3, 300)
    assert 300 <= int(draw(logits, torch.tensor([uniform]))[0]) < 600


def test_draws_follow_the_probabilities():
    probs = torch.tensor([0.5, 0.3, 0.15, 0.05])
    rows = 20_000
    sampler = Sampler(SamplingParams(), range(rows))
    ids = sampler.choose(probs.log().expand(rows, 4), NO_IDS.expand(rows, 0))
    shares = torch.bincount(ids, minlength=4) / rows
    # Four standard deviations of a binomial share.
    assert ((shares - probs).abs() < 4 * (probs * (1 - probs) / rows).sqrt()).all()


def test_a_row_draws_the_same_alone_and_in_company():
    logits = random_logits(rows=3)
    params = SamplingParams(top_k=40, top_p=0.9, xtc_probability=0.5, xtc_threshold=0.05)
    ids = NO_IDS.expand(3, 0)
    company, alone = Sampler(params, [1, 2, 3]), Sampler(params, [2])
    first = company.choose(logits, ids)
    assert int(first[1]) == int(alone.choose(logits[1:2], NO_IDS)[0])
    company.select([1])
    again = random_logits(rows=1, seed=9)
    assert torch.equal(company.choose(again, NO_IDS), alone.choose(again, NO_IDS))


def test_temperature_zero_takes_the_likeliest():
    logits = random_logits()
    params = SamplingParams(temperature=0, xtc_probability=1.0, typical_p=0.1)
    assert torch.equal(Sampler(params, range(4)).choose(logits, NO_IDS.expand(4, 0)), logits.argmax(dim=1))


def test_low_temperature_tends_to_the_likeliest_and_high_to_none():
    logits = torch.tensor([[1.0, 0.0]]).expand(4000, 2)
    ids = NO_IDS.expand(4000, 0)
    for temperature in (0.1, 1.0, 2.0):
        chosen = Sampler(SamplingParams(temperature=temperature), range(4000)).choose(logits, ids)
        expected = 1 / (1 + math.exp(-1 / temperature))
        assert chosen.eq(0).float().mean().item() == pytest.approx(expected, abs=0.03)


def test_xtc_acts_as_often_as_asked():
    logits = torch.tensor([[0.6, 0.4]]).log().expand(4000, 2)
    params = SamplingParams(xtc_threshold=0.1, xtc_probability=0.25)
    chosen = Sampler(params, range(4000)).choose(logits, NO_IDS.expand(4000, 0))
    assert chosen.eq(0).float().mean().item() == pytest.approx(0.75 * 0.6, abs=0.03)


def test_mirostat_first_step_by_hand():
    # tau 1 gives mu 2 at first: only 0.5 (1 bit) and 0.25 (2 bits) may be drawn.
    logits = torch.tensor([[0.5, 0.25, 0.125, 0.125]]).log()
    params = SamplingParams(mirostat_tau=1.0, mirostat_eta=0.5)
    drawn = {int(Sampler(params, [seed]).choose(logits, NO_IDS)[0]) for seed in range(50)}
    assert drawn == {0, 1}
    for seed in range(20):
        sampler = Sampler(params, [seed])
        if int(sampler.choose(logits, NO_IDS)[0]) == 1:
            # It surprised by 2 bits, so mu falls to 2 - 0.5 * (2 - 1) = 1.5: now 0.5 alone is left.
            assert {int(sampler.choose(logits, NO_IDS)[0])} == {0}
            break
    else:
        pytest.fail("no draw of 0.25 in 20 seeds")


@pytest.mark.parametrize("tau", [2.5, 3.2])
def test_mirostat_holds_the_surprise(tau):
    params = SamplingParams(mirostat_tau=tau, mirostat_eta=0.1)
    sampler = Sampler(params, range(8))
    surprises = []
    for step in range(300):
        logits = random_logits(rows=8, size=400, seed=step)
        ids = sampler.choose(logits, NO_IDS.expand(8, 0))
        surprises.append(-logits.log_softmax(dim=1).gather(1, ids[:, None]) / math.log(2))
    assert torch.cat(surprises[50:]).mean().item() == pytest.approx(tau, abs=0.15)


def test_rules_reach_the_logits():
    biases = sequence_biases([((7,), 100.0)], torch.device("cpu"))
    chosen = Sampler(SamplingParams(temperature=0), range(4), TokenRules(biases)).choose(
        random_logits(), torch.zeros((4, 1), dtype=torch.int64)
    )
    assert chosen.tolist() == [7] * 4

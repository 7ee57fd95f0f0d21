"""Each truncation against transformers' processor, or against its definition worked by hand or loop."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.generation import logits_process as reference

from engine import truncation

SIZES = [7, 300, 1500]  # below, around and above the number of tokens that top-p looks at first


def random_logits(size, seed=0, scale=3.0):
    return torch.randn((4, size), generator=torch.Generator().manual_seed(seed)) * scale


def equal(left, right):
    assert torch.equal(left.isinf(), right.isinf())
    torch.testing.assert_close(left, right, atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        *[(lambda x, p=p: truncation.top_p(x, p), reference.TopPLogitsWarper(p)) for p in (0.0, 0.1, 0.5, 0.9, 0.999)],
        *[(lambda x, p=p: truncation.min_p(x, p), reference.MinPLogitsWarper(p)) for p in (1e-6, 0.05, 0.3, 1.0)],
        *[(lambda x, p=p: truncation.typical(x, p), reference.TypicalLogitsWarper(p)) for p in (0.01, 0.2, 0.9, 0.99)],
        *[
            (lambda x, e=e: truncation.epsilon_cutoff(x, e), reference.EpsilonLogitsWarper(e))
            for e in (1e-5, 9e-4, 0.2, 0.9)
        ],
        *[(lambda x, e=e: truncation.eta_cutoff(x, e), reference.EtaLogitsWarper(e)) for e in (1e-5, 2e-3, 0.3, 0.9)],
    ],
)
@pytest.mark.parametrize("scale", [0.1, 1.0, 5.0])
def test_equals_transformers(ours, theirs, size, scale):
    logits = random_logits(size, scale=scale)
    equal(ours(logits), theirs(None, logits))
    some_gone = logits.index_fill(1, torch.tensor([0, 3]), -torch.inf)
    equal(ours(some_gone), theirs(None, some_gone))


@pytest.mark.parametrize("k", [1, 5, 200])
def test_top_k_equals_transformers(k):
    logits = random_logits(300)
    values, columns = truncation.top_k(logits, k)
    equal(torch.full_like(logits, -torch.inf).scatter(1, columns, values), reference.TopKLogitsWarper(k)(None, logits))
    assert torch.equal(values, values.sort(dim=1, descending=True).values)


def test_top_k_of_a_smaller_vocabulary_is_all_of_it():
    assert truncation.top_k(random_logits(7), 200)[0].shape == (4, 7)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 1000), st.sampled_from(["top_p", "min_p", "typical", "epsilon_cutoff", "eta_cutoff", "top_n_sigma"])
)
def test_order_of_columns_does_not_matter(seed, name):
    logits = random_logits(50, seed)
    order = torch.randperm(50, generator=torch.Generator().manual_seed(seed))
    function = getattr(truncation, name)
    assert torch.equal(function(logits, 0.3)[:, order], function(logits[:, order], 0.3))


def test_top_n_sigma_by_hand():
    # Mean 2, deviations -2, -2, 0, 4: variance 24/4 = 6, σ = 2.449; 6 - σ = 3.55 and 6 - 2σ = 1.10.
    logits = torch.tensor([[0.0, 0.0, 2.0, 6.0]])
    assert truncation.top_n_sigma(logits, 1.0).isfinite().tolist() == [[False, False, False, True]]
    assert truncation.top_n_sigma(logits, 2.0).isfinite().tolist() == [[False, False, True, True]]
    assert truncation.top_n_sigma(logits, 2.5).isfinite().tolist() == [[True, True, True, True]]


def test_top_n_sigma_does_not_count_forbidden_tokens():
    logits = torch.tensor([[0.0, 0.0, 2.0, 6.0, -torch.inf]])
    assert truncation.top_n_sigma(logits, 2.0).isfinite().tolist() == [[False, False, True, True, False]]


def test_top_n_sigma_ignores_temperature():
    logits = random_logits(100)
    assert torch.equal(truncation.top_n_sigma(logits, 1.0).isinf(), truncation.top_n_sigma(logits / 7, 1.0).isinf())


def test_xtc_by_hand():
    logits = torch.tensor([[0.4, 0.3, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1], [0.9, 0.05, 0.03, 0.02]]).log()
    dropped = truncation.xtc(logits, 0.15, torch.tensor([True, False, True])).isinf()
    assert dropped.tolist() == [
        [True, True, False, False],  # 0.2 is the last of the top choices and stays
        [False, False, False, False],  # not this time
        [False, False, False, False],  # one top choice alone stays
    ]


def xtc_by_definition(row, threshold):
    order = sorted(range(len(row)), key=lambda index: -row[index])
    gone = [index for place, index in enumerate(order[:-1]) if row[order[place + 1]] >= threshold]
    return [index in gone for index in range(len(row))]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.001, 0.5))
def test_xtc_equals_its_definition(seed, threshold):
    logits = random_logits(30, seed, scale=2.0)
    dropped = truncation.xtc(logits, threshold, torch.ones(4, dtype=torch.bool)).isinf()
    assert dropped.tolist() == [xtc_by_definition(row, threshold) for row in logits.softmax(dim=1).tolist()]


def test_surprise_cutoff_by_hand():
    # Surprises of 1, 2, 3 and 3 bits.
    logits = torch.tensor([[0.5, 0.25, 0.125, 0.125]]).log().repeat(3, 1)
    kept = truncation.surprise_cutoff(logits, torch.tensor([2.5, 0.1, 3.1])).isfinite()
    assert kept.tolist() == [[True, True, False, False], [True, False, False, False], [True, True, True, True]]


@settings(max_examples=50, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(["top_p", "min_p", "typical", "epsilon_cutoff", "eta_cutoff", "top_n_sigma"]),
)
def test_something_always_stays(seed, name):
    kept = getattr(truncation, name)(random_logits(20, seed, scale=math.exp(seed % 5)), 1e-4)
    assert kept.isfinite().any(dim=1).all()


@pytest.mark.parametrize("size", [300, 5000, 40_037])
@pytest.mark.parametrize("k", [1, 50, 156])
def test_the_largest_are_found_by_blocks(size, k):
    logits = random_logits(size)
    logits[1, -1] = 100.0  # in no whole block
    logits[2, : size - 10] = -torch.inf
    values, columns = truncation.largest(logits, k)
    expected, _ = logits.topk(k, dim=1)
    assert torch.equal(values, expected)
    assert torch.equal(logits.gather(1, columns), expected)
    assert all(len(set(row)) == k for row in columns.tolist())


@pytest.mark.parametrize("scale", [0.1, 2.0, 5.0])
@pytest.mark.parametrize(("p", "share"), [(0.9, 0.0), (0.5, 0.05), (1.0, 0.3), (1.0, 0.001), (0.999, 0.0), (0.0, 0.0)])
def test_the_likeliest_are_what_top_p_and_min_p_keep(p, share, scale):
    logits = random_logits(20_000, scale=scale)
    expected = truncation.top_p(logits, p) if p < 1 else logits
    expected = truncation.min_p(expected, share) if share else expected
    few = truncation.likeliest(logits, p, share)
    kept = expected.isfinite().sum(dim=1).max()
    assert (few is None) == bool(kept >= 256)
    if few is not None:
        equal(torch.full_like(logits, -torch.inf).scatter(1, few[1], few[0]), expected)

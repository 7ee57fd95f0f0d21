import itertools

import numpy as np
import pytest
import torch

from engine.training.batches import PairBatches, StreamBatches, WindowBatches
from engine.training.corpus import Examples, Ragged
from engine.training.recipe import BatchSettings


def pairs(count, weight=1.0):
    rng = np.random.default_rng(0)
    rows = [[2 + index, *([1] * int(rng.integers(1, 20)))] for index in range(count)]
    return Examples(Ragged(rows), np.full(count, weight), Ragged([list(reversed(row)) for row in rows]))


def test_an_epoch_holds_every_pair_once_within_the_budget():
    batches = PairBatches(pairs(300), BatchSettings(tokens=64), seed=3)
    seen = []
    for plan in batches.epoch(0):
        batch = batches.batch(plan)
        assert max(batch.targets.numel(), batch.source.numel()) <= 64
        seen += (batch.targets[:, 0] - 2).tolist()
    assert sorted(seen) == list(range(300))


@pytest.mark.parametrize(("weight", "low", "high"), [(3.0, 900, 900), (0.5, 110, 190)])
def test_weights_repeat_or_thin_out(weight, low, high):
    plans = PairBatches(pairs(300, weight), BatchSettings(tokens=64), seed=3).epoch(0)
    assert low <= sum(len(plan) for plan in plans) <= high


def test_epochs_differ_but_follow_from_the_seed():
    first, again = (PairBatches(pairs(100), BatchSettings(tokens=64), seed=5) for _ in range(2))
    assert all((a == b).all() for a, b in zip(first.epoch(1), again.epoch(1), strict=True))
    flat = [np.concatenate(first.epoch(number)) for number in (0, 1)]
    assert not np.array_equal(*flat)


def test_the_decoder_reads_its_targets_one_step_late():
    batches = PairBatches(pairs(20), BatchSettings(tokens=100), seed=1)
    batch = batches.batch(batches.epoch(0)[0])
    assert (batch.inputs[:, 0] == 0).all()
    assert torch.equal(batch.inputs[:, 1:], batch.targets[:, :-1])
    assert torch.equal(batch.target_mask, batch.targets != 0)
    assert torch.equal(batch.source_mask, batch.source != 0)


def test_windows_cover_the_documents_in_order_within_each():
    documents = [[10 * number + index for index in range(2, 9)] + [1] for number in range(30)]
    examples = Examples(Ragged(documents), np.ones(30))
    batches = WindowBatches(examples, BatchSettings(tokens=16), context=8, seed=2)
    windows = []
    for plan in batches.epoch(0):
        batch = batches.batch(plan)
        assert torch.equal(batch.inputs[:, 1:], batch.targets[:, :-1])
        windows += batch.targets.tolist()
    tokens = [token for window in windows for token in window]
    assert len(tokens) >= 30 * 8 - 16
    follows = {token: after for document in documents for token, after in itertools.pairwise(document)}
    assert all(follows[a] == b for window in windows for a, b in itertools.pairwise(window) if a != 1)


def test_streams_go_on_from_batch_to_batch_and_leave_out_the_rest():
    documents = [[2, 3, 4, 5, 6, 7, 8], [9, 10, 11], [12, 13, 14, 15]]
    examples = Examples(Ragged(documents), np.ones(3))
    batches = StreamBatches(examples, BatchSettings(streams=2, bptt=3, shuffle=False), seed=1)
    found = [batches.batch(plan) for plan in batches.epoch(0)]
    assert [batch.inputs.tolist() for batch in found] == [[[2, 3, 4], [9, 10, 11]], [[5, 6, 7], [12, 13, 14]]]
    assert found[1].targets.tolist() == [[6, 7, 8], [13, 14, 15]]
    assert all(batch.continues for batch in found)


def test_streams_are_shuffled_by_document_and_epoch_and_fewer_where_there_is_little_text():
    documents = [[10 * number + index for index in range(2, 9)] for number in range(30)]
    examples = Examples(Ragged(documents), np.ones(30))
    batches = StreamBatches(examples, BatchSettings(streams=100, bptt=20), seed=2)
    texts = []
    for number in (0, 1, 0):
        inputs = [batches.batch(plan).inputs for plan in batches.epoch(number)]
        assert inputs[0].shape == (10, 20)
        texts.append(torch.cat(inputs, dim=1).tolist())
    assert texts[0] == texts[2] != texts[1]


def test_sentences_alone_are_padded_like_pairs():
    examples = Examples(pairs(50).target, np.ones(50))
    batches = PairBatches(examples, BatchSettings(tokens=64), seed=3)
    found = [batches.batch(plan) for plan in batches.epoch(0)]
    assert all(batch.source is None and batch.targets.numel() <= 64 for batch in found)
    assert sorted(row - 2 for batch in found for row in batch.targets[:, 0].tolist()) == list(range(50))

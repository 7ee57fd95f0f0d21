"""Each penalty against transformers' processor, or against its definition worked by hand or loop."""

from collections import Counter

import numpy
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.generation import logits_process as reference

from engine.history import PADDING
from engine.params import SamplingParams
from engine.penalties import (
    SequenceBias,
    TokenRules,
    count_penalty,
    dry,
    no_repeat_ngram,
    penalised,
    repeated_passages,
    repetition_penalty,
    sequence_bias,
    sequence_biases,
)

VOCABULARY = 12


def case(seed=0, length=20, rows=3):
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.randn((rows, VOCABULARY), generator=generator),
        torch.randint(0, VOCABULARY, (rows, length), generator=generator),
    )


def changed(change, logits, *arguments):
    """Return what `change`, which works in place, makes of `logits`."""
    found = logits.clone()
    change(found, *arguments)
    return found


@pytest.mark.parametrize("penalty", [1.0, 1.1, 1.5])
def test_repetition_penalty_equals_transformers(penalty):
    logits, ids = case()
    expected = reference.RepetitionPenaltyLogitsProcessor(penalty)(ids, logits)
    torch.testing.assert_close(changed(repetition_penalty, logits, ids, penalty), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 20, 21])
@pytest.mark.parametrize("seed", range(4))
def test_no_repeat_ngram_equals_transformers(size, seed):
    logits, ids = case(seed)
    ids = ids % 3  # so that runs do repeat
    assert torch.equal(
        changed(no_repeat_ngram, logits, ids, size), reference.NoRepeatNGramLogitsProcessor(size)(ids, logits)
    )


def test_sequence_bias_equals_transformers():
    logits, ids = case(rows=4)
    ids[0, -2:] = torch.tensor([3, 4])
    ids[1, -1] = 4
    biases = {(5,): 2.0, (6,): -1.5, (3, 4, 7): 10.0, (4, 7): -3.0, (4, 8): 1.0}
    expected = reference.SequenceBiasLogitsProcessor(biases)(ids, logits)
    for group in sequence_biases(biases.items(), torch.device("cpu")):
        logits = changed(sequence_bias, logits, ids, group)
    torch.testing.assert_close(logits, expected, atol=1e-5, rtol=0)


def test_a_sequence_longer_than_the_text_is_ignored():
    logits, ids = case(length=1)
    bias = SequenceBias(torch.tensor([[1, 2]]), torch.tensor([3]), torch.tensor([5.0]))
    assert torch.equal(changed(sequence_bias, logits, ids, bias), logits)


def test_an_empty_sequence_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        sequence_biases([((), 1.0)], torch.device("cpu"))


def test_presence_and_frequency_by_hand():
    logits = torch.zeros((1, 4))
    found = changed(count_penalty, logits, torch.tensor([[2, 1, 2, 2]]), 0.5, 0.25)
    assert found.tolist() == [[0.0, -0.75, -1.25, 0.0]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=30), st.floats(0, 2), st.floats(0, 2))
def test_presence_and_frequency_equal_their_definition(text, presence, frequency):
    logits, _ = case(rows=1)
    found = changed(count_penalty, logits, torch.tensor([text]), presence, frequency)
    counts = Counter(text)
    expected = [
        value - presence * (counts[t] > 0) - frequency * counts[t] for t, value in enumerate(logits[0].tolist())
    ]
    assert found[0].tolist() == pytest.approx(expected, abs=1e-5)


def repeats_by_definition(ids, breakers):
    """For every earlier place: compare backwards from it and from the end, one id at a time."""
    found: dict[int, int] = {}
    for place in range(len(ids) - 1):
        length = 0
        while (
            length < 50
            and place - length >= 0
            and ids[place - length] == ids[len(ids) - 1 - length]
            and ids[place - length] not in breakers
        ):
            length += 1
        following = ids[place + 1]
        if length and following not in breakers:
            found[following] = max(found.get(following, 0), length)
    return found


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 3), max_size=40),
    st.integers(1, 60),
    st.frozensets(st.integers(0, 3), max_size=2),
)
def test_repeated_passages_equal_their_definition(ids, times, breakers):
    for text in (ids, ids * times):
        assert repeated_passages(numpy.array(text, dtype=int), breakers) == repeats_by_definition(text, breakers)


def test_dry_by_hand():
    # "1 2 3" stands before 9 and ends the text; "3" alone stands before 5: runs of 3 and of 1.
    ids = torch.tensor([[1, 2, 3, 9, 3, 5, 1, 2, 3]])
    params = SamplingParams(dry_multiplier=0.8, dry_base=2.0, dry_allowed_length=2)
    found = changed(dry, torch.zeros((1, VOCABULARY)), ids, params, frozenset())
    expected = [0.0] * VOCABULARY
    expected[9] = -0.8 * 2.0 ** (3 - 2)
    assert found[0].tolist() == pytest.approx(expected)
    broken = changed(dry, torch.zeros((1, VOCABULARY)), ids, params, frozenset({2}))
    assert broken.eq(0).all()  # what repeats after the breaker is shorter than allowed


def test_padding_never_counts():
    logits, ids = case(length=6, rows=1)
    padded = torch.cat((torch.full((1, 5), PADDING), ids), dim=1)
    params = SamplingParams(
        repetition_penalty=1.3, presence_penalty=0.5, frequency_penalty=0.3, no_repeat_ngram=2, dry_multiplier=1.0
    )
    assert torch.equal(penalised(logits, padded, params, TokenRules()), penalised(logits, ids, params, TokenRules()))


def test_windows_count_from_the_end():
    logits, ids = case(length=10)
    whole = SamplingParams(repetition_penalty=1.3, frequency_penalty=0.5)
    part = SamplingParams(repetition_penalty=1.3, frequency_penalty=0.5, repetition_window=4)
    assert torch.equal(penalised(logits, ids, part, TokenRules()), penalised(logits, ids[:, -4:], whole, TokenRules()))
    ids = torch.tensor([[1, 2, 3, 1, 2]])
    short = SamplingParams(dry_multiplier=1.0, dry_window=2)
    assert torch.equal(penalised(logits[:1], ids, short, TokenRules()), logits[:1])


def test_penalties_come_in_the_documented_order():
    logits, ids = case()
    biases = sequence_biases([((3,), 4.0)], torch.device("cpu"))
    params = SamplingParams(
        repetition_penalty=1.5, presence_penalty=0.7, frequency_penalty=0.2, no_repeat_ngram=2, dry_multiplier=0.8
    )
    expected = changed(repetition_penalty, logits, ids, 1.5)
    expected = changed(count_penalty, expected, ids, 0.7, 0.2)
    expected = changed(sequence_bias, expected, ids, biases[0])
    expected = changed(no_repeat_ngram, expected, ids, 2)
    expected = changed(dry, expected, ids, params, frozenset())
    before = logits.clone()
    assert torch.equal(penalised(logits, ids, params, TokenRules(biases)), expected)
    assert torch.equal(logits, before)  # nothing is changed in place

from dataclasses import replace

import pytest
import torch

from engine.models import captured_marian
from engine.models.captured_marian import FixedSources
from engine.models.marian import MarianDecoder
from engine.models.marian_layers import MarianShape
from engine.models.weights import Checkpoint
from engine.params import SamplingParams
from tests.engine.models.recorder import Recorder, stepped
from tests.engine.tiny_loaded import CPU, tiny, tiny_folder, token_texts
from tests.engine.tiny_models import EOS, PAD

LENGTHS = (6, 3, 9, 5, 1, 7, 2)  # of sources


def random_ids(rows, count, seed=1):
    return torch.randint(10, 300, (rows, count), generator=torch.Generator().manual_seed(seed))


def decoder_with(record):
    """Return a decoder whose steps `record` records, none where it is None."""
    checkpoint = Checkpoint(tiny_folder("marian"))
    shape = MarianShape.of(checkpoint.config)
    assert shape is not None
    return MarianDecoder(checkpoint, shape, CPU, record)


def recording():
    recorder = Recorder()
    return decoder_with(recorder), recorder


def begun(decoder, lengths=LENGTHS[:3], seed=1):
    """Return a state over sources of these lengths that has read three ids."""
    ids = random_ids(len(lengths), max(lengths), seed).to(decoder.device)
    mask = torch.arange(max(lengths), device=decoder.device) < torch.tensor(lengths, device=decoder.device)[:, None]
    state = decoder.encode(torch.where(mask, ids, PAD), mask)
    return decoder.prefill(random_ids(len(lengths), 3, seed).to(decoder.device), state)[1]


def assert_near(found, expected):
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("lengths", [(6,), (4, 4), LENGTHS[:3], (40, 3, 33, 7)])
def test_recorded_steps_give_the_logits_of_others_beyond_every_capacity(lengths):
    decoder, recorder = recording()
    plain = tiny("marian").decoder
    ids = random_ids(len(lengths), 140)
    found, expected = (stepped(one, begun(one, lengths), ids) for one in (decoder, plain))
    assert_near(found, expected)
    assert (recorder.recorded, recorder.replayed) == (3, 140)  # up to 64 and to 128 positions, and beyond


ORDERS = [
    [[1, 0, 2], [2, 2, 1], [0, 1, 0]],  # of as many rows, which change their sources
    [[0, 0, 1, 1, 2, 2], [1, 0, 3, 3, 4, 4], [0, 1, 4, 5], [1, 0]],  # two hypotheses of each, and texts that end
    [[0, 0, 0, 0, 0], [4, 2, 0], [1]],  # variants of one source, and those that end
    [[2, 0, 0, 1], [0, 3, 3, 1, 2], [4, 4]],  # more of one than of another
]


@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize("between", [0, 1, 2])
def test_rows_chosen_anew_are_remembered_with_their_sources(orders, between):
    """`between` steps are taken from one choice to the next."""
    decoder, recorder = recording()
    plain = tiny("marian").decoder
    states = [begun(one) for one in (decoder, plain)]
    assert_near(*(stepped(one, state, random_ids(3, 2)) for one, state in zip((decoder, plain), states, strict=True)))
    for number, order in enumerate(orders):
        ids = random_ids(len(order), between or int(number == len(orders) - 1), number)
        for state in states:
            state.select(torch.tensor(order))
        if ids.shape[1]:
            found = [stepped(one, state, ids) for one, state in zip((decoder, plain), states, strict=True)]
            assert_near(*found)
    assert recorder.replayed == states[0].length - 3


def test_positions_taken_back_are_read_anew():
    decoder, _ = recording()
    found = []
    for one in (decoder, tiny("marian").decoder):
        state = begun(one)
        logits = [stepped(one, state, random_ids(3, 70))]  # into the larger buffer
        for count in (2, 40, 30):  # and back into the smaller one
            state.select(torch.tensor([1, 1, 2]))
            state.rewind(count)
            logits.append(stepped(one, state, random_ids(3, 2, count)))
        some, state = one.prefill(random_ids(3, 4), state)
        logits += [some[None], stepped(one, state, random_ids(3, 2))]
        found.append(torch.cat(logits))
    assert_near(*found)


def test_texts_that_take_turns_keep_what_they_have_read_and_look_at():
    decoder, recorder = recording()
    plain = tiny("marian").decoder
    kinds = (LENGTHS[:3], LENGTHS[3:], (8, 8, 2))  # three sources have the buffer of four
    ours, theirs = ([begun(one, kind, seed) for seed, kind in enumerate(kinds)] for one in (decoder, plain))
    for turn, number in enumerate((0, 1, 0, 2, 2, 1, 0, 1, 2)):
        ids = random_ids(len(kinds[number]), 2, turn)
        assert_near(stepped(decoder, ours[number], ids), stepped(plain, theirs[number], ids))
    assert recorder.recorded == 1


def test_a_batch_that_becomes_smaller_meets_few_graphs():
    decoder, recorder = recording()
    state = begun(decoder, LENGTHS)
    state.select(torch.arange(7).repeat_interleave(2))
    for texts in range(7, 0, -1):
        state.select(torch.arange(2 * texts))
        stepped(decoder, state, random_ids(2 * texts, 1))
    assert recorder.recorded == decoder.recorded == 4  # for eight sources, four, two and one


@torch.inference_mode()
def test_sources_are_copied_once_and_looked_at_where_they_are():
    sources, mask = torch.ones(2, 3, 4, 5, 6), torch.tensor([[5], [2], [4]]) > torch.arange(5)
    fixed = FixedSources(sources, 4, 8)
    fixed.copy(sources, mask[:, None, None])
    fixed.held.fill_(7.0)
    fixed.copy(sources, mask[:, None, None])
    assert bool((fixed.held == 7.0).all())
    seen = [[place for place, bias in enumerate(row) if bias == 0] for row in fixed.bias[:, 0, 0].tolist()]
    assert seen == [[0, 1, 2, 3, 4], [0, 1], [0, 1, 2, 3], list(range(8))]  # there is no fourth
    fixed.copy(sources[:, :2].clone(), None)
    assert bool((fixed.held[:, :2, :, :5] == 1.0).all())
    assert fixed.bias[:, 0, 0].isinf().sum(dim=1).tolist() == [3, 3, 0, 0]


@pytest.mark.parametrize(
    ("params", "variants", "sources"),
    [
        (SamplingParams(temperature=0, max_new_tokens=30), 1, 1),
        (SamplingParams(temperature=0, max_new_tokens=90), 1, 7),
        (SamplingParams(temperature=0, beams=4, max_new_tokens=60), 1, 7),
        (SamplingParams(temperature=0, beams=3, length_penalty=0.6, max_new_tokens=80), 1, 1),
        (SamplingParams(temperature=1.0, seed=4, max_new_tokens=60), 5, 1),
        (SamplingParams(temperature=1.0, seed=4, max_new_tokens=60), 1, 5),
        (SamplingParams(temperature=1.0, seed=4, max_new_tokens=60, banned_phrases=("n(", "by")), 2, 1),
    ],
)
def test_every_search_writes_the_same(params, variants, sources):
    inputs = [[*random_ids(1, LENGTHS[number], number)[0].tolist(), EOS] for number in range(sources)]
    found, replayed = [], 0
    for record in (Recorder(), None):
        decoder = decoder_with(record)
        decoder.end_ids = frozenset((EOS, *range(10, 400, 40)))  # texts end at different steps
        model = replace(tiny("marian"), decoder=decoder)
        texts, endings = token_texts(model, [], params, variants, inputs)
        found.append((texts, [(ending.number, ending.reason) for ending in endings]))
        replayed += record.replayed if record else 0
    assert found[0] == found[1]
    assert replayed > 0


def test_what_is_too_large_is_stepped_without_recording(monkeypatch):
    monkeypatch.setattr(captured_marian, "_MOST_POSITIONS", 4 * (64 + 32))
    decoder, recorder = recording()
    plain = tiny("marian").decoder
    for rows in (257, 5):
        stepped(decoder, begun(decoder, [2] * rows), random_ids(rows, 1))
    assert recorder.recorded == 0
    found, expected = (stepped(one, begun(one), random_ids(3, 66)) for one in (decoder, plain))
    assert_near(found, expected)
    assert (recorder.recorded, recorder.replayed) == (1, 61)
    stepped(decoder, begun(decoder, (3,)), random_ids(1, 1))
    stepped(decoder, begun(decoder), random_ids(3, 1))
    assert (recorder.recorded, decoder.recorded) == (3, 1)  # one made room for another, and that for the first


@pytest.mark.parametrize("first", [0, 1])
def test_where_nothing_more_can_be_recorded_steps_go_on_without(first):
    recorder, calls = Recorder(), []

    def record(run):
        calls.append(1)
        if len(calls) > first:
            raise torch.OutOfMemoryError("no memory")
        return recorder(run)

    decoder = decoder_with(record)
    found, expected = (stepped(one, begun(one), random_ids(3, 80)) for one in (decoder, tiny("marian").decoder))
    assert_near(found, expected)
    assert len(calls) == first + 1


@pytest.mark.gpu
@pytest.mark.parametrize("lengths", [(6,), LENGTHS])
def test_a_gpu_records_its_steps(lengths):
    decoder, plain = tiny("marian", "cuda").decoder, tiny("marian").decoder
    assert isinstance(decoder, MarianDecoder)
    count, found = len(lengths), []
    beams = 4 * torch.arange(count)[:, None]
    for one in (decoder, plain):
        state = begun(one, lengths)
        logits = [stepped(one, state, random_ids(count, 70).to(one.device))]
        for number, order in enumerate((torch.arange(count).repeat_interleave(4), beams + torch.tensor([1, 0, 3, 3]))):
            state.select(order.flatten().to(one.device))
            logits.append(stepped(one, state, random_ids(4 * count, 3, number).to(one.device)))
        state.rewind(20)
        state.select(torch.arange(4, device=one.device))
        logits.append(stepped(one, state, random_ids(4, 3).to(one.device)))
        found.append(torch.cat([part.flatten().cpu() for part in logits]))
    assert_near(*found)
    assert decoder.recorded >= 3


@pytest.mark.gpu
@pytest.mark.parametrize("beams", [1, 4])
def test_a_gpu_writes_what_a_processor_does(beams):
    params = SamplingParams(temperature=0, beams=beams, max_new_tokens=40)
    inputs = [[*random_ids(1, length, length)[0].tolist(), EOS] for length in LENGTHS]
    found, expected = (token_texts(tiny("marian", place), [], params, 1, inputs)[0] for place in ("cuda", "cpu"))
    assert found == expected

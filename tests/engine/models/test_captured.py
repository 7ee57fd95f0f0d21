import pytest
import torch

from engine.models.llama import LlamaDecoder
from engine.models.llama_shape import Shape
from engine.models.weights import Checkpoint
from tests.engine.models.recorder import Recorder, stepped
from tests.engine.tiny_loaded import CPU, float32_on, tiny, tiny_folder
from tests.engine.tiny_models import FAST_CAUSAL_KINDS

KINDS = pytest.mark.parametrize("kind", FAST_CAUSAL_KINDS)


def random_ids(rows, count, seed=1):
    return torch.randint(10, 300, (rows, count), generator=torch.Generator().manual_seed(seed))


def recording(kind):
    recorder = Recorder()
    checkpoint = Checkpoint(tiny_folder(kind))
    return LlamaDecoder(checkpoint, Shape.of(checkpoint.config), CPU, recorder), recorder


@KINDS
def test_recorded_steps_give_the_logits_of_others_beyond_every_capacity(kind):
    decoder, recorder = recording(kind)
    plain = tiny(kind).decoder
    ids = random_ids(2, 560)
    states = [one.prefill(ids[:, :250], one.new_state(2))[1] for one in (decoder, plain)]
    found, expected = (stepped(one, state, ids[:, 250:]) for one, state in zip((decoder, plain), states, strict=True))
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
    assert states[0].length == 560
    assert (recorder.recorded, recorder.replayed) == (2, 310)  # up to 512, and beyond


@KINDS
def test_texts_that_take_turns_keep_what_they_have_read(kind):
    decoder, recorder = recording(kind)
    plain = tiny(kind).decoder
    ids = [random_ids(1, 40, seed) for seed in (1, 2)]
    ours, theirs = ([one.prefill(part[:, :9], one.new_state(1))[1] for part in ids] for one in (decoder, plain))
    for place in range(9, 40):
        for number in (0, 1, 1, 0) if place % 2 else (1, 0):
            if ours[number].length <= place:
                found, _ = decoder.step(ids[number][:, place], ours[number])
                expected, _ = plain.step(ids[number][:, place], theirs[number])
                torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
    assert recorder.recorded == 2  # the nine at once, and one at a time


def test_rows_chosen_anew_taken_back_or_copied_are_remembered():
    decoder, _ = recording("llama")
    plain = tiny("llama").decoder
    ids = random_ids(3, 30)
    found = []
    for one in (decoder, plain):
        state = one.prefill(ids[:, :8], one.new_state(3))[1]
        logits = [stepped(one, state, ids[:, 8:12])]
        for order in ([1, 0, 2], [2, 2, 0], [0, 1, 1]):  # beam search does so at every step
            state.select(torch.tensor(order))
            logits.append(stepped(one, state, ids[:, 12:14]))
        copy = state.copy(10)
        state.rewind(5)
        logits += [stepped(one, state, ids[:, 14:17]), stepped(one, copy, ids[:, 17:20])]
        state.select(torch.tensor([1]))
        logits.append(stepped(one, state, ids[:1, 20:23]).expand(-1, 3, -1))
        found.append(torch.cat(logits))
    torch.testing.assert_close(found[0], found[1], atol=1e-4, rtol=1e-4)


def test_several_tokens_are_read_at_once_between_steps():
    decoder, _ = recording("qwen2")
    plain = tiny("qwen2").decoder
    ids = random_ids(1, 300)
    found = []
    for one in (decoder, plain):
        state = one.prefill(ids[:, :5], one.new_state(1))[1]
        stepped(one, state, ids[:, 5:8])
        some = [one.all_logits(part, state)[0] for part in (ids[:, 8:13], ids[:, 13:45])]
        one.all_logits(ids[:, 45:290], state)  # more than a graph reads, and than its buffer holds
        last, hidden, _ = one.hidden(ids[:, 290:293], state)
        steps = stepped(one, state, ids[:, 293:])[:, 0]
        assert hidden.shape == (1, 3, hidden.shape[2])
        found.append(torch.cat((*(part[0] for part in some), last, steps)))
    torch.testing.assert_close(found[0], found[1], atol=1e-4, rtol=1e-4)


def test_what_is_read_beyond_the_tokens_is_not_seen_later():
    decoder, _ = recording("llama")
    plain = tiny("llama").decoder
    ids = random_ids(2, 21)
    found = []
    for one in (decoder, plain):
        state = one.new_state(2)
        parts = [one.all_logits(ids[:, start : start + 3], state)[0] for start in range(0, 21, 3)]  # 4 are read
        found.append(torch.cat(parts, dim=1))
    torch.testing.assert_close(found[0], found[1], atol=1e-4, rtol=1e-4)


def test_padded_rows_and_many_rows_are_stepped_without_recording():
    decoder, recorder = recording("llama")
    mask = torch.ones((2, 4), dtype=torch.bool)
    mask[1, 0] = False
    for state in (decoder.prefill(random_ids(2, 4), decoder.new_state(2), mask)[1], decoder.new_state(17)):
        decoder.step(random_ids(state.buffer.shape[1], 1)[:, 0], state)
    assert recorder.recorded == 0


def test_graphs_unused_for_long_make_room():
    decoder, recorder = recording("llama")
    for rows in (*range(1, 8), 7, 1):
        decoder.step(random_ids(rows, 1)[:, 0], decoder.new_state(rows))
    assert recorder.recorded == 8  # that of one row was given up for others


def refusing(error):
    """Return a decoder that can record nothing, because of `error`, and a list of its attempts."""
    calls = []

    def refuse(_run):
        calls.append(1)
        raise error

    checkpoint = Checkpoint(tiny_folder("llama"))
    return LlamaDecoder(checkpoint, Shape.of(checkpoint.config), CPU, refuse), calls


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("no memory"),
        torch.AcceleratorError("operation not permitted when stream is capturing"),
        RuntimeError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED"),
    ],
)
def test_where_nothing_can_be_recorded_steps_go_on_without(error):
    decoder, calls = refusing(error)
    ids = random_ids(1, 6)
    whole, _ = tiny("llama").decoder.prefill(ids, tiny("llama").decoder.new_state(1))
    torch.testing.assert_close(stepped(decoder, decoder.new_state(1), ids)[-1], whole, atol=1e-4, rtol=1e-4)
    assert len(calls) == 1


def test_what_is_no_refusal_of_cuda_is_told():
    decoder, _ = refusing(RuntimeError("shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes"):
        decoder.step(random_ids(1, 1)[:, 0], decoder.new_state(1))


@pytest.mark.gpu
@KINDS
def test_a_gpu_records_its_steps(kind):
    place = float32_on("cuda")
    decoder = tiny(kind, "cuda").decoder
    assert isinstance(decoder, LlamaDecoder)
    ids = random_ids(2, 300).to(place.torch_device)
    for rows in (1, 2):
        whole, _ = decoder.all_logits(ids[:rows], decoder.new_state(rows))
        state = decoder.prefill(ids[:rows, :240], decoder.new_state(rows))[1]
        some, _ = decoder.all_logits(ids[:rows, 240:250], state)
        found = stepped(decoder, state, ids[:rows, 250:]).transpose(0, 1)
        torch.testing.assert_close(torch.cat((some, found), dim=1), whole[:, 240:], atol=1e-4, rtol=1e-4)
    assert decoder.recorded >= 4

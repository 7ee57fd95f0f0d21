import pytest
import torch

from engine.device import Device
from engine.models import llama
from tests.engine.compiled.ready import compiled_functions
from tests.engine.tiny_loaded import tiny, tiny_folder
from tests.engine.tiny_models import FAST_CAUSAL_KINDS

KINDS = pytest.mark.parametrize("kind", FAST_CAUSAL_KINDS)


def random_ids(rows, count, seed=1):
    return torch.randint(10, 300, (rows, count), generator=torch.Generator().manual_seed(seed))


@KINDS
def test_it_is_used_where_it_is_ready(kind):
    assert tiny(kind, "compiled").decoder._compiled is not None
    assert tiny(kind).decoder._compiled is None


@KINDS
@pytest.mark.parametrize(("rows", "count"), [(1, 1), (1, 5), (1, 8), (1, 9), (1, 40), (3, 1), (2, 3), (3, 4)])
def test_steps_of_every_shape_are_those_without_it(kind, rows, count):
    plain, compiled = tiny(kind).decoder, tiny(kind, "compiled").decoder
    start, ids = (
        random_ids(rows, 250),
        random_ids(rows, 2 * count, seed=2),
    )  # 256 is as many as there is room for at first
    found = []
    for decoder in (plain, compiled):
        _, state = decoder.prefill(start, decoder.new_state(rows))
        first, state = decoder.all_logits(ids[:, :count], state)
        state.rewind(count - 1)
        second, state = decoder.all_logits(ids[:, count:], state)
        found.append(torch.cat((first, second), dim=1))
    torch.testing.assert_close(found[1], found[0], atol=1e-4, rtol=1e-4)


@KINDS
@pytest.mark.parametrize(("weights", "most"), [("int8", 0.1), ("int4", 0.6), ("bfloat16", 0.1)])
def test_other_weights_lose_as_little_as_elsewhere(kind, weights, most):
    exact, ids = tiny(kind).decoder, random_ids(1, 40)
    with compiled_functions():
        device = Device(torch.device("cpu"), torch.bfloat16, "CPU", weights)
        decoder = llama.load(tiny_folder(kind), device)
    assert decoder.weights == weights
    logits, found = [], []
    for one, kept in ((exact, logits), (decoder, found)):
        state = one.new_state(1)
        for token in ids[0]:
            step, state = one.step(token[None], state)
            kept.append(step)
    difference = torch.cat(found) - torch.cat(logits)
    assert difference.square().mean().sqrt() < most * torch.cat(logits).std()


@KINDS
@pytest.mark.parametrize("weights", ["int8", "int4"])
@pytest.mark.parametrize(("rows", "count"), [(1, 1), (1, 6), (5, 1), (1, 30)])
def test_small_weights_are_read_as_by_their_products_alone(kind, weights, rows, count):
    with compiled_functions():
        decoder = llama.load(tiny_folder(kind), Device(torch.device("cpu"), torch.float32, "CPU", weights))
        start, ids, found = random_ids(rows, 20), random_ids(rows, count, seed=2), []
        for compiled in (decoder._compiled, None):
            decoder._compiled = compiled
            _, state = decoder.prefill(start, decoder.new_state(rows))
            found.append(decoder.all_logits(ids, state)[0])
    # A sum that comes out a little differently may be rounded to the next byte.
    assert (found[0] - found[1]).square().mean().sqrt() < 0.02 * found[1].std()


@KINDS
@pytest.mark.parametrize(("rows", "count"), [(1, 112), (3, 40)])
def test_threads_that_take_parts_of_a_prompt_read_what_one_reads(kind, rows, count):
    with compiled_functions():
        decoder = llama.load(tiny_folder(kind), Device(torch.device("cpu"), torch.float32, "CPU", "int8"))
        if not decoder._compiled._table.packed:
            pytest.skip("this processor does not add up products of bytes")
        assert decoder._compiled.parts(rows * count, 2) == 2
        known, prompt = random_ids(rows, 9), random_ids(rows, count, seed=2)
        before, found = torch.get_num_threads(), []
        try:
            for threads in (1, 2):
                torch.set_num_threads(threads)
                _, state = decoder.prefill(known, decoder.new_state(rows))
                found.append(decoder.all_logits(prompt, state)[0])
        finally:
            torch.set_num_threads(before)
    torch.testing.assert_close(found[1], found[0], rtol=0, atol=0)


def test_few_tokens_and_short_prompts_are_taken_and_more_of_a_long_text_are_not():
    with compiled_functions():
        decoder = llama.load(tiny_folder("llama"), Device(torch.device("cpu"), torch.float32, "CPU", "int8"))
    if not decoder._compiled._table.packed:
        pytest.skip("this processor does not add up products of bytes")
    taken = [(1, 1, 9000), (1, 8, 9000), (1, 9, 2000), (1, 20, 1000), (32, 1, 9000), (1, 155, 155), (3, 40, 100)]
    left = [(1, 20, 2000), (33, 1, 9000), (2, 16, 1000), (1, 160, 160)]
    assert [shape for shape in [*taken, *left] if decoder._compiled.takes(*shape)] == taken

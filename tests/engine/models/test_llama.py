import shutil
import subprocess
import sys

import pytest
import torch
import transformers

from engine.device import choose_device
from engine.models.base import HiddenDecoder, Seq2SeqDecoder
from engine.models.families import load_decoder
from engine.models.llama import LlamaDecoder
from engine.models.loaded import load_model
from engine.params import SamplingParams
from tests.engine.compiled.ready import compiled_functions
from tests.engine.reference import changed, inputs, random_ids, reference, reference_logits, reference_model
from tests.engine.tiny_loaded import CPU, PLACES, tiny, tiny_folder, token_texts, value_of
from tests.engine.tiny_models import BOS, EOS, FAST_CAUSAL_KINDS, PAD

KINDS = pytest.mark.parametrize("kind", FAST_CAUSAL_KINDS)


@KINDS
def test_states_what_the_checkpoint_says(kind):
    decoder = tiny(kind).decoder
    assert isinstance(decoder, LlamaDecoder)
    assert isinstance(decoder, HiddenDecoder)
    assert not isinstance(decoder, Seq2SeqDecoder)
    assert decoder.vocab_size == tiny(kind).tokenizer.size
    assert (decoder.start_ids, decoder.end_ids, decoder.pad_id, decoder.context_length) == ((BOS,), {EOS}, PAD, 4096)


@pytest.mark.parametrize("place", PLACES)
@KINDS
def test_logits_are_those_of_transformers(kind, place):
    decoder = tiny(kind, place).decoder
    ids = random_ids(3, 20).to(decoder.device)
    expected = reference_logits(tiny_folder(kind), ids)
    found, state = decoder.all_logits(ids, decoder.new_state(3))
    torch.testing.assert_close(found.cpu(), expected, atol=1e-4, rtol=1e-4)
    assert state.length == 20
    last, _ = decoder.prefill(ids, decoder.new_state(3))
    torch.testing.assert_close(last.cpu(), expected[:, -1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("place", PLACES)
@KINDS
def test_however_ids_are_read_the_logits_are_the_same(kind, place):
    decoder = tiny(kind, place).decoder
    ids = random_ids(3, 320).to(decoder.device)  # more than the memory holds at first
    whole, _ = decoder.prefill(ids, decoder.new_state(3))
    assert whole.dtype == torch.float32
    _, state = decoder.prefill(ids[:, :200], decoder.new_state(3))
    _, state = decoder.prefill(ids[:, 200:302], state)
    state.rewind(4)
    order = torch.tensor([2, 1, 0, 1], device=decoder.device)
    state.select(order)
    logits = torch.empty(0)
    for place_of_id in range(298, 320):
        logits, state = decoder.step(ids[order, place_of_id], state)
    assert state.length == 320
    torch.testing.assert_close(logits, whole[order], atol=1e-4, rtol=1e-4)


@KINDS
def test_padding_on_the_left_changes_nothing(kind):
    decoder = tiny(kind).decoder
    ids = random_ids(1, 9, seed=2)
    alone, _ = decoder.prefill(ids, decoder.new_state(1))
    padded = torch.cat((torch.full((1, 5), PAD), ids), dim=1)
    mask = torch.arange(14)[None] >= 5
    state = decoder.new_state(1)
    _, state = decoder.prefill(padded[:, :3], state, mask[:, :3])  # nothing but padding in this chunk
    _, state = decoder.prefill(padded[:, 3:10], state, mask[:, 3:10])
    logits, state = decoder.prefill(padded[:, 10:], state, mask[:, 10:])
    torch.testing.assert_close(logits, alone, atol=1e-4, rtol=1e-4)
    stepped, _ = decoder.step(torch.tensor([50]), state)
    longer = reference_logits(tiny_folder(kind), torch.cat((ids, torch.tensor([[50]])), dim=1))[:, -1]
    torch.testing.assert_close(stepped, longer, atol=1e-4, rtol=1e-4)


@KINDS
@pytest.mark.parametrize("count", [1, 5])
def test_greedy_and_beam_equal_transformers(kind, count):
    model = tiny(kind)
    texts = inputs(model, kind, count)
    for beams in (1, 3):
        params = SamplingParams(temperature=0, max_new_tokens=30, beams=beams)
        assert token_texts(model, texts, params)[0] == reference(model, kind, texts, params)[0]


@KINDS
def test_hidden_states_are_those_of_transformers(kind):
    decoder = tiny(kind).decoder
    ids = random_ids(2, 8, seed=3)
    with torch.inference_mode():
        expected = reference_model(tiny_folder(kind))(input_ids=ids, output_hidden_states=True).hidden_states[-1]
    logits, hidden, state = decoder.hidden(ids, decoder.new_state(2))
    torch.testing.assert_close(hidden, expected, atol=1e-4, rtol=1e-4)
    assert torch.equal(logits, decoder.prefill(ids, decoder.new_state(2))[0])
    assert state.length == 8


CONFIGURATIONS = {
    "tied": {"tie_word_embeddings": True},
    "biased": {"attention_bias": True, "mlp_bias": True},
    "one key head": {"num_key_value_heads": 1},
    "as many key heads": {"num_key_value_heads": 4, "head_dim": 6, "rope_theta": 500.0},
}


@pytest.mark.parametrize("name", list(CONFIGURATIONS))
def test_members_of_the_family_differ(name, tmp_path):
    config = {
        "vocab_size": 300,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "initializer_range": 0.3,
    }
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**config, **CONFIGURATIONS[name]))
        for weight in model.parameters():  # biases are nothing, and norms one, unless they are trained
            weight.data += torch.randn_like(weight) * 0.1
    model.save_pretrained(tmp_path, max_shard_size="20KB")  # in several files
    decoder = load_decoder(tmp_path, CPU)
    assert isinstance(decoder, LlamaDecoder)
    ids = random_ids(2, 12)
    found, _ = decoder.all_logits(ids, decoder.new_state(2))
    torch.testing.assert_close(found, reference_logits(tmp_path, ids), atol=1e-4, rtol=1e-4)


LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
STRETCHED = {
    "linear": {"rope_type": "linear", "factor": 4.0},
    "dynamic": {"rope_type": "dynamic", "factor": 4.0},
    "llama3": {"rope_type": "llama3", **LLAMA3},
    "yarn": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32},
}


@pytest.mark.parametrize("kind", FAST_CAUSAL_KINDS)
@pytest.mark.parametrize("name", list(STRETCHED))
def test_stretched_positions_are_those_of_transformers_token_for_token(kind, name, tmp_path):
    folder = changed(tiny_folder(kind), tmp_path, rope_parameters=None, rope_scaling=STRETCHED[name], rope_theta=500.0)
    model = value_of(load_model(folder, CPU))
    assert isinstance(model.decoder, LlamaDecoder)
    ids = random_ids(2, 150)
    found, _ = model.decoder.all_logits(ids, model.decoder.new_state(2))
    torch.testing.assert_close(found, reference_logits(folder, ids), atol=1e-4, rtol=1e-4)
    prompt = [ids[0].tolist()]
    params = SamplingParams(temperature=0, max_new_tokens=30)
    assert token_texts(model, prompt, params)[0] == reference(model, kind, prompt, params)[0]


def test_compiled_steps_turn_by_stretched_positions_too(tmp_path):
    folder = changed(tiny_folder("llama"), tmp_path, rope_parameters=None, rope_scaling=STRETCHED["yarn"])
    with compiled_functions():
        decoder = value_of(load_model(folder, CPU)).decoder
        ids = random_ids(1, 60)
        logits, state = decoder.prefill(ids[:, :50], decoder.new_state(1))
        for place in range(50, 60):
            logits, state = decoder.step(ids[:, place], state)
    torch.testing.assert_close(logits, reference_logits(folder, ids)[:, -1], atol=1e-4, rtol=1e-4)


def test_forbidden_ids_are_never_likely(tmp_path):
    folder = shutil.copytree(tiny_folder("llama"), tmp_path / "model")
    generation = transformers.GenerationConfig.from_pretrained(folder)
    generation.bad_words_ids = [[17], [3, 4]]
    generation.suppress_tokens = [29]
    generation.save_pretrained(folder)
    decoder = load_decoder(folder, CPU)
    logits, _ = decoder.prefill(random_ids(2, 4), decoder.new_state(2))
    assert logits.isinf().nonzero().tolist() == [[0, 17], [0, 29], [1, 17], [1, 29]]
    scores, _ = decoder.all_logits(random_ids(2, 4), decoder.new_state(2))
    assert scores.isfinite().all()  # a text that holds them can be scored
    assert not decoder.parallel  # and none of them be chosen from what was read ahead
    assert tiny("llama").decoder.parallel


@pytest.mark.parametrize(("weights", "least"), [("bfloat16", 0.99), ("int8", 0.99), ("int4", 0.9)])
@KINDS
def test_every_format_gives_float32_logits_near_those_of_float32(kind, weights, least):
    decoder = load_decoder(tiny_folder(kind), choose_device("cpu", weights))
    assert decoder.weights == weights
    ids = random_ids(2, 30)
    _, state = decoder.prefill(ids[:, :12], decoder.new_state(2))
    _, state = decoder.prefill(ids[:, 12:29], state)
    logits, _ = decoder.step(ids[:, 29], state)
    expected = reference_logits(tiny_folder(kind), ids)[:, -1]
    assert logits.dtype == torch.float32
    assert torch.nn.functional.cosine_similarity(logits, expected).min().item() > least


def test_transformers_is_not_imported_for_it():
    code = (
        "import sys, torch; from pathlib import Path; from engine.device import Device;"
        "from engine.models.families import load_decoder;"
        "device = Device(torch.device('cpu'), torch.float32, 'CPU');"
        f"decoder = load_decoder(Path({str(tiny_folder('llama'))!r}), device);"
        "decoder.step(torch.tensor([5]), decoder.new_state(1));"
        "print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

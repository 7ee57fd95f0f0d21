import json
import shutil

import pytest
import torch
import transformers

from engine.device import choose_device
from engine.models.base import HiddenDecoder, Seq2SeqDecoder
from engine.models.families import load_decoder
from engine.models.marian import MarianDecoder
from engine.models.pretrained import load as load_pretrained
from tests.engine.tiny_loaded import CPU, PLACES, float32_on, tiny, tiny_folder
from tests.engine.tiny_models import EOS, PAD


def sources(device, rows=3):
    """Return sources of different lengths, padded, and their mask."""
    ids = torch.arange(10, 10 + rows * 6, device=device).view(rows, 6)
    mask = torch.ones_like(ids, dtype=torch.bool)
    mask[0, 4:] = False
    return torch.where(mask, ids, PAD), mask


def random_ids(rows, count):
    return torch.randint(10, 300, (rows, count), generator=torch.Generator().manual_seed(1))


def test_states_what_the_checkpoint_says():
    decoder = tiny("marian").decoder
    assert isinstance(decoder, MarianDecoder)
    assert isinstance(decoder, HiddenDecoder)
    assert isinstance(decoder, Seq2SeqDecoder)
    assert decoder.vocab_size == tiny("marian").tokenizer.size
    assert (decoder.start_ids, decoder.end_ids, decoder.pad_id) == ((PAD,), {EOS}, PAD)
    assert decoder.context_length == decoder.source_length == 256
    with pytest.raises(ValueError, match="source"):
        decoder.new_state(2)


@pytest.mark.parametrize("place", PLACES)
def test_logits_and_hidden_states_are_those_of_transformers(place):
    decoder, other = tiny("marian", place).decoder, load_pretrained(tiny_folder("marian"), float32_on(place))
    ids = random_ids(3, 20).to(decoder.device)
    state, expected = decoder.encode(*sources(decoder.device)), other.encode(*sources(decoder.device))
    for part in (ids[:, :1], ids[:, 1:8], ids[:, 8:9], ids[:, 9:]):
        logits, hidden, state = decoder.hidden(part, state)
        right, right_hidden, expected = other.hidden(part, expected)
        torch.testing.assert_close(logits, right, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(hidden, right_hidden, atol=1e-4, rtol=1e-4)
    assert state.length == 20


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("order", [[0, 0, 1, 1, 2, 2], [1, 0], [2, 1, 0, 1], [2, 2], [0, 1, 2, 0, 1, 2], [1]])
def test_rows_keep_their_source(order, place):
    decoder = tiny("marian", place).decoder
    ids = random_ids(3, 12).to(decoder.device)
    whole, _ = decoder.prefill(ids, decoder.encode(*sources(decoder.device)))
    _, state = decoder.prefill(ids[:, :9], decoder.encode(*sources(decoder.device)))
    state.rewind(2)
    rows = torch.tensor(order, device=decoder.device)
    state.select(rows)
    logits = torch.empty(0)
    for place_of_id in range(7, 12):
        logits, state = decoder.step(ids[rows, place_of_id], state)
        swapped = torch.arange(len(order), device=decoder.device).flip(0)
        state.select(swapped)  # there and back
        state.select(swapped)
    torch.testing.assert_close(logits, whole[rows], atol=1e-4, rtol=1e-4)


def test_hypotheses_of_one_source_share_it():
    decoder = tiny("marian").decoder
    state = decoder.encode(*sources(decoder.device))
    place = state.sources.data_ptr()
    for order in ([0, 0, 1, 1, 2, 2], [1, 1, 3, 2, 5, 5]):
        state.select(torch.tensor(order))
        assert state.sources.data_ptr() == place
        assert state.shared(6) == 2


def test_looks_where_transformers_looks():
    decoder, other = tiny("marian").decoder, load_pretrained(tiny_folder("marian"), CPU)
    source, ids = torch.arange(10, 17), torch.cat((torch.tensor([PAD]), random_ids(1, 5)[0]))
    found, expected = decoder.cross_attention(source, ids), other.cross_attention(source, ids)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {"tie_word_embeddings": True, "activation_function": "swish"},
        {"encoder_layers": 1, "decoder_layers": 3, "decoder_attention_heads": 2, "decoder_ffn_dim": 40},
        {"scale_embedding": False, "activation_function": "relu", "max_position_embeddings": 64},
    ],
)
def test_members_of_the_family_differ(changes, tmp_path):
    config = json.loads((tiny_folder("marian") / "config.json").read_text()) | changes
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = transformers.MarianMTModel(transformers.MarianConfig(**config))
        for weight in model.parameters():  # biases are nothing, and norms one, unless they are trained
            weight.data += torch.randn_like(weight) * 0.1
        model.final_logits_bias.normal_()
    model.save_pretrained(tmp_path)
    decoder, other = load_decoder(tmp_path, CPU), load_pretrained(tmp_path, CPU)
    assert isinstance(decoder, MarianDecoder)
    ids = random_ids(3, 7)
    found, _ = decoder.prefill(ids, decoder.encode(*sources(CPU.torch_device)))
    expected, _ = other.prefill(ids, other.encode(*sources(CPU.torch_device)))
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_what_it_does_not_know_it_leaves_to_transformers(tmp_path):
    folder = shutil.copytree(tiny_folder("marian"), tmp_path / "model")
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"activation_function": "tanh"}))
    assert not isinstance(load_decoder(folder, CPU), MarianDecoder)


def test_forbidden_ids_and_forced_beginnings_are_obeyed(tmp_path):
    folder = shutil.copytree(tiny_folder("marian"), tmp_path / "model")
    generation = transformers.GenerationConfig.from_pretrained(folder)
    generation.bad_words_ids = [[17], [3, 4]]
    generation.forced_bos_token_id = 7
    generation.save_pretrained(folder)
    decoder = load_decoder(folder, CPU)
    assert decoder.start_ids == (PAD, 7)
    logits, _ = decoder.prefill(torch.tensor([[PAD]]), decoder.encode(*sources(CPU.torch_device, 1)))
    assert logits.isinf().nonzero().tolist() == [[0, 17]]


@pytest.mark.parametrize("weights", ["bfloat16", "int8"])
def test_every_format_gives_logits_near_those_of_float32(weights):
    decoder, exact = load_decoder(tiny_folder("marian"), choose_device("cpu", weights)), tiny("marian").decoder
    assert decoder.weights == weights
    ids = random_ids(3, 8)
    found, _ = decoder.prefill(ids, decoder.encode(*sources(decoder.device)))
    expected, _ = exact.prefill(ids, exact.encode(*sources(decoder.device)))
    assert found.dtype == torch.float32
    assert torch.nn.functional.cosine_similarity(found, expected).min().item() > 0.99


def test_padded_beginnings_are_refused():
    decoder = tiny("marian").decoder
    state = decoder.encode(*sources(decoder.device, 2))
    with pytest.raises(ValueError, match="equally long"):
        decoder.prefill(torch.zeros((2, 3), dtype=torch.long), state, torch.arange(6).view(2, 3) > 0)

import json
import shutil
from functools import cache

import pytest
import torch
import transformers

from engine.device import Device
from engine.errors import ModelError
from engine.models.base import HiddenDecoder, Seq2SeqDecoder
from engine.models.families import load_decoder
from engine.models.pretrained import load as load_pretrained
from tests.engine.tiny_loaded import CPU, PLACES, float32_on, tiny, tiny_folder
from tests.engine.tiny_models import BOS, CAUSAL_KINDS, EOS, PAD, SEQ2SEQ_KINDS


@cache
def pretrained(kind, place="cpu"):
    return load_pretrained(tiny_folder(kind), float32_on(place))


@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_states_what_the_checkpoint_says(kind):
    decoder = pretrained(kind)
    assert isinstance(decoder, HiddenDecoder)
    assert isinstance(decoder, Seq2SeqDecoder) == (kind in SEQ2SEQ_KINDS)
    assert decoder.vocab_size == tiny(kind).tokenizer.size
    assert decoder.end_ids == {EOS}
    assert decoder.pad_id == PAD
    assert decoder.start_ids == {"bart": (EOS,), "marian": (PAD,), "t5": (PAD,)}.get(kind, (BOS,))
    assert decoder.context_length == {"bart": 256, "marian": 256, "t5": 2048}.get(kind, 4096)


def fresh_state(decoder, rows):
    if not isinstance(decoder, Seq2SeqDecoder):
        return decoder.new_state(rows)
    source = torch.arange(10, 10 + rows * 6, device=decoder.device).view(rows, 6)
    mask = torch.ones_like(source, dtype=torch.bool)
    mask[0, 4:] = False
    return decoder.encode(source, mask)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_however_ids_are_read_the_logits_are_the_same(kind, place):
    decoder = pretrained(kind, place)
    ids = torch.randint(10, 300, (3, 20), generator=torch.Generator().manual_seed(1)).to(decoder.device)
    whole, _ = decoder.prefill(ids, fresh_state(decoder, 3))
    assert whole.shape == (3, decoder.vocab_size)
    assert whole.dtype == torch.float32
    state = fresh_state(decoder, 3)
    _, state = decoder.prefill(ids[:, :7], state)
    _, state = decoder.prefill(ids[:, 7:12], state)
    state.rewind(4)
    state.select(torch.tensor([2, 1, 0, 1], device=decoder.device))
    logits = torch.empty(0)
    for place_of_id in range(8, 20):
        logits, state = decoder.step(ids[[2, 1, 0, 1], place_of_id], state)
    assert state.length == 20
    torch.testing.assert_close(logits, whole[[2, 1, 0, 1]], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", CAUSAL_KINDS)
def test_padding_on_the_left_changes_nothing(kind):
    decoder = pretrained(kind)
    ids = torch.randint(10, 300, (1, 9), generator=torch.Generator().manual_seed(2))
    alone, _ = decoder.prefill(ids, decoder.new_state(1))
    padded = torch.cat((torch.full((1, 5), decoder.pad_id), ids), dim=1)
    mask = torch.arange(14)[None] >= 5
    state = decoder.new_state(1)
    _, state = decoder.prefill(padded[:, :3], state, mask[:, :3])  # nothing but padding in this chunk
    _, state = decoder.prefill(padded[:, 3:10], state, mask[:, 3:10])
    logits, state = decoder.prefill(padded[:, 10:], state, mask[:, 10:])
    torch.testing.assert_close(logits, alone, atol=1e-4, rtol=1e-4)
    following = torch.tensor([50])
    stepped, _ = decoder.step(following, state)
    longer, _ = decoder.prefill(torch.cat((ids, following[None]), dim=1), decoder.new_state(1))
    torch.testing.assert_close(stepped, longer, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_hidden_states_are_those_the_logits_come_from(kind):
    decoder = pretrained(kind)
    ids = torch.randint(10, 300, (2, 8), generator=torch.Generator().manual_seed(3))
    expected, _ = decoder.prefill(ids, fresh_state(decoder, 2))
    logits, hidden, state = decoder.hidden(ids, fresh_state(decoder, 2))
    assert torch.equal(logits, expected)
    assert hidden.shape[:2] == (2, 8)
    assert state.length == 8
    with torch.inference_mode():
        head = decoder._model.get_output_embeddings()
        assert torch.equal(head(hidden[:, -1]).argmax(dim=1), expected.argmax(dim=1))


def test_hypotheses_of_one_source_do_not_move_it():
    decoder = pretrained("marian")
    state = fresh_state(decoder, 2)
    state.select(torch.tensor([0, 0, 1, 1]))
    decoder.prefill(torch.full((4, 1), PAD), state)
    encoded = state.encoded
    state.select(torch.tensor([1, 1, 3, 2]))
    assert state.encoded is encoded
    state.select(torch.tensor([3, 1]))
    assert torch.equal(state.encoded, encoded[[3, 1]])


def test_an_encoder_decoder_needs_a_source_and_equal_beginnings():
    decoder = pretrained("bart")
    with pytest.raises(ValueError, match="source"):
        decoder.new_state(2)
    with pytest.raises(ValueError, match="equally long"):
        decoder.prefill(torch.zeros((2, 3), dtype=torch.long), fresh_state(decoder, 2), torch.arange(6).view(2, 3) > 0)


def test_forbidden_ids_and_forced_beginnings_are_obeyed(tmp_path):
    folder = shutil.copytree(tiny_folder("marian"), tmp_path / "model")
    generation = transformers.GenerationConfig.from_pretrained(folder)
    plain = load_pretrained(folder, CPU)
    source = torch.arange(10, 20)[None]
    everything = torch.ones_like(source, dtype=torch.bool)
    logits, _ = plain.prefill(torch.tensor([[PAD]]), plain.encode(source, everything))
    best = int(logits.argmax())
    generation.bad_words_ids = [[best], [3, 4]]
    generation.forced_bos_token_id = 7
    generation.save_pretrained(folder)
    decoder = load_pretrained(folder, CPU)
    assert decoder.start_ids == (PAD, 7)
    restricted, _ = decoder.prefill(torch.tensor([[PAD]]), decoder.encode(source, everything))
    assert restricted.isinf().nonzero().tolist() == [[0, best]]
    assert torch.equal(restricted.isfinite() * logits, logits.index_fill(1, torch.tensor([best]), 0))


def test_bfloat16_gives_float32_logits_near_those_of_float32():
    half = load_pretrained(tiny_folder("qwen2"), Device(torch.device("cpu"), torch.bfloat16, "CPU, bfloat16"))
    ids = torch.arange(10, 20)[None]
    logits, _ = half.prefill(ids, half.new_state(1))
    whole = pretrained("qwen2")
    expected, _ = whole.prefill(ids, whole.new_state(1))
    assert logits.dtype == torch.float32
    assert torch.nn.functional.cosine_similarity(logits, expected).item() > 0.99


def test_a_sliding_window_is_kept_by_the_mask(tmp_path):
    folder = shutil.copytree(tiny_folder("qwen2"), tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    config |= {"use_sliding_window": True, "sliding_window": 8, "max_window_layers": 1}
    config["layer_types"] = ["full_attention", "sliding_attention"]
    (folder / "config.json").write_text(json.dumps(config))
    decoder = load_pretrained(folder, CPU)
    ids = torch.randint(10, 300, (1, 30), generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        expected = decoder._model(input_ids=ids).logits[:, -1]
    state = decoder.new_state(1)
    _, state = decoder.prefill(ids[:, :20], state)
    state.rewind(5)
    logits = torch.empty(0)
    for token in ids[0, 15:]:
        logits, state = decoder.step(token[None], state)
    torch.testing.assert_close(logits, expected, atol=1e-4, rtol=1e-4)
    unlimited, _ = pretrained("qwen2").prefill(ids, pretrained("qwen2").new_state(1))
    assert not torch.allclose(logits, unlimited, atol=1e-2)


@pytest.mark.parametrize("load", [load_pretrained, load_decoder])
class TestDamagedFolders:
    """What is said of a folder is the same whether the decoder is transformers' or our own."""

    @pytest.fixture
    def folder(self, tmp_path):
        return shutil.copytree(tiny_folder("llama"), tmp_path / "model")

    def test_missing_folder(self, load, tmp_path):
        with pytest.raises(ModelError, match="does not exist"):
            load(tmp_path / "nowhere", CPU)

    def test_missing_config(self, load, folder):
        (folder / "config.json").unlink()
        with pytest.raises(ModelError, match=r"config\.json"):
            load(folder, CPU)

    @pytest.mark.parametrize("content", ["{", "[]", "\x00\xff"])
    def test_damaged_config(self, load, folder, content):
        (folder / "config.json").write_text(content)
        with pytest.raises(ModelError, match="damaged"):
            load(folder, CPU)

    @pytest.mark.parametrize("kind", ["no-such-kind", "vit"])
    def test_unknown_kind(self, load, folder, kind):
        (folder / "config.json").write_text(json.dumps({"model_type": kind}))
        with pytest.raises(ModelError, match="unknown kind"):
            load(folder, CPU)

    def test_missing_weights(self, load, folder):
        (folder / "model.safetensors").unlink()
        with pytest.raises(ModelError, match="no weights"):
            load(folder, CPU)

    def test_pickled_weights_are_not_loaded(self, load, folder):
        (folder / "model.safetensors").unlink()
        torch.save({}, folder / "pytorch_model.bin")
        with pytest.raises(ModelError, match="pickled"):
            load(folder, CPU)

    @pytest.mark.parametrize("size", [0, 4, 100, -100])
    def test_cut_weights(self, load, folder, size):
        weights = folder / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:size])
        with pytest.raises(ModelError, match="damaged"):
            load(folder, CPU)

    def test_weights_of_another_shape(self, load, folder):
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | {"vocab_size": 500}))
        with pytest.raises(ModelError, match=r"damaged|incomplete"):
            load(folder, CPU)

    def test_layers_without_weights(self, load, folder):
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
        with pytest.raises(ModelError, match="incomplete"):
            load(folder, CPU)

    def test_code_that_comes_with_a_model_is_not_run(self, load, folder):
        config = json.loads((folder / "config.json").read_text())
        config |= {
            "model_type": "custom",
            "auto_map": {"AutoConfig": "custom.Config", "AutoModelForCausalLM": "custom.Model"},
        }
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "custom.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\n")
        with pytest.raises(ModelError):
            load(folder, CPU)
        assert not (folder / "ran").exists()

    def test_a_memory_that_is_not_attention_is_refused(self, load, tmp_path):
        config = transformers.MambaConfig(vocab_size=50, hidden_size=16, num_hidden_layers=1, state_size=4)
        transformers.MambaForCausalLM(config).save_pretrained(tmp_path / "mamba")
        with pytest.raises(ModelError, match="mamba"):
            load(tmp_path / "mamba", CPU)

import importlib
import json

import pytest

from engine.model_shape import PACKED, read_shape, shape_of
from engine.models.families import FAST
from tests.engine.gguf.small_files import FACTS, gguf_file
from tests.engine.tagged_models import TAGGED_KINDS, tagged, tagged_folder
from tests.engine.tiny_loaded import tiny, tiny_folder


@pytest.mark.parametrize("kind", ["llama", "qwen2", "gpt2", "marian", "t5", "bart"])
def test_the_shape_is_that_of_the_loaded_model(kind):
    shape, decoder = read_shape(tiny_folder(kind)), tiny(kind).decoder
    assert shape.vocab == decoder.vocab_size
    assert shape.window == decoder.context_length
    assert shape.layers == 2
    assert shape.hidden == 32
    assert shape.parameters > 2 * 32 * 32 * 8


@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_the_shape_of_a_translator_with_tags_is_that_of_the_loaded_model(kind):
    shape, decoder = read_shape(tagged_folder(kind)), tagged(kind).decoder
    assert (shape.vocab, shape.window) == (decoder.vocab_size, decoder.context_length)
    assert (shape.layers, shape.hidden, shape.cache) == (2, 32, 2 * 2 * 32)
    assert not shape.packs
    assert shape.looked_up == 2 * (4 * 32 * 32 + 2 * 32 * 64), "the encoder is not read at every step"


def test_the_cache_is_what_keys_and_values_take():
    config = {"num_hidden_layers": 3, "num_attention_heads": 8, "num_key_value_heads": 2, "hidden_size": 64}
    assert shape_of(config, 0).cache == 2 * 3 * 2 * 8
    assert shape_of({**config, "head_dim": 16}, 0).cache == 2 * 3 * 2 * 16
    assert shape_of({"text_config": config}, 0).cache == 2 * 3 * 2 * 8


def test_embeddings_that_are_looked_up_are_not_read_at_every_step():
    config = {"hidden_size": 10, "vocab_size": 100, "tie_word_embeddings": False}
    assert shape_of(config, 5000).looked_up == 1000
    assert shape_of({**config, "tie_word_embeddings": True}, 5000).looked_up == 0


def test_an_encoder_has_its_say_once_a_text_not_once_a_token():
    config = {"d_model": 10, "vocab_size": 100, "encoder_layers": 3, "encoder_ffn_dim": 20, "decoder_layers": 2}
    assert shape_of(config, 20_000).looked_up == 3 * (4 * 100 + 2 * 200)
    assert shape_of({**config, "tie_word_embeddings": False}, 20_000).looked_up == 3 * (4 * 100 + 2 * 200) + 1000


@pytest.mark.parametrize("value", [0, -1, 10**12, "many", 1.5, [3]])
def test_absurd_numbers_are_refused(value):
    with pytest.raises(ValueError, match="hidden_size is"):
        shape_of({"hidden_size": value}, 0)


def test_a_head_of_absurd_length_is_refused(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"hidden_size": 8}))
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 16)
    with pytest.raises(ValueError, match="a head of"):
        read_shape(tmp_path)


def test_the_shape_of_a_gguf_file_comes_from_its_head(tmp_path):
    sizes = {"embedding_length": 64, "attention.head_count": 8, "attention.head_count_kv": 2, "context_length": 4096}
    facts = [*FACTS, *((f"llama.{name}", value) for name, value in sizes.items())]
    path = tmp_path / "a.gguf"
    path.write_bytes(gguf_file(facts))
    shape = read_shape(path)
    assert (shape.layers, shape.hidden, shape.window, shape.cache) == (3, 64, 4096, 2 * 3 * 2 * 8)
    assert shape.held_cache == (2 * 4096 + 512) * 2 * shape.cache
    assert shape.file_bytes == path.stat().st_size
    path.write_bytes(gguf_file([*facts[:-1], ("llama.context_length", 131_072)]))
    assert read_shape(path).window == 8192
    path.write_bytes(b"GGUF")
    with pytest.raises(ValueError, match="cut short"):
        read_shape(path)


def test_a_family_packs_its_weights_where_it_has_products_of_its_own():
    assert frozenset(FAST) == PACKED
    assert shape_of({"model_type": "llama"}, 10).packs
    assert not shape_of({"model_type": "gpt2"}, 10).packs


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("mistral", {"sliding_window": 4096, "max_position_embeddings": 32_768}),
        ("mistral", {"sliding_window": 4096, "max_position_embeddings": 4096}),
        ("mistral", {"sliding_window": None, "max_position_embeddings": 32_768}),
        ("mistral", {"sliding_window": "wide"}),
        ("qwen2", {"sliding_window": 8, "use_sliding_window": False}),
        ("qwen2", {"sliding_window": 8, "use_sliding_window": True}),
        ("qwen3", {"layer_types": ["full_attention", "sliding_attention"]}),
        ("qwen3", {"layer_types": 3}),
        ("llama", {"quantization_config": {"bits": 4}}),
        ("marian", {}),
        ("marian", {"share_encoder_decoder_embeddings": False}),
    ],
)
def test_what_transformers_runs_is_not_said_to_be_packed(kind, changes):
    config = json.loads((tiny_folder(kind) / "config.json").read_bytes()) | changes
    assert shape_of(config, 10).packs == importlib.import_module(FAST[kind]).supports(config)

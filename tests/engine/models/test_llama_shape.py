import json

import pytest
import torch

from engine.models.families import load_decoder
from engine.models.llama import LlamaDecoder, supports
from tests.engine.reference import changed, random_ids, reference_logits
from tests.engine.tiny_loaded import CPU, tiny_folder


@pytest.mark.parametrize(
    "config",
    [
        {
            "rope_parameters": {
                "rope_type": "longrope",
                "factor": 2.0,
                "short_factor": [1.0, 1.1, 1.2, 1.3],
                "long_factor": [2.0, 2.1, 2.2, 2.3],
                "original_max_position_embeddings": 2048,
                "rope_theta": 10000.0,
            }
        },
        {"rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}},
        {"hidden_act": "gelu"},
    ],
)
def test_what_it_does_not_know_it_leaves_to_transformers(config, tmp_path):
    folder = changed(tiny_folder("llama"), tmp_path, **config)
    decoder = load_decoder(folder, CPU)
    assert not isinstance(decoder, LlamaDecoder)
    ids = random_ids(1, 12)
    found, _ = decoder.prefill(ids, decoder.new_state(1))
    torch.testing.assert_close(found, reference_logits(folder, ids)[:, -1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("kind", "config", "own"),
    [
        ("mistral", {"sliding_window": 8}, False),
        ("mistral", {"sliding_window": 4096}, True),
        ("qwen2", {"sliding_window": 8, "use_sliding_window": False}, True),
        ("qwen2", {"sliding_window": 8, "use_sliding_window": True}, False),
        (
            "qwen3",
            {"sliding_window": 8, "use_sliding_window": True, "layer_types": ["full_attention", "sliding_attention"]},
            False,
        ),
    ],
)
def test_windows_are_left_to_transformers_unless_they_hide_nothing(kind, config, own, tmp_path):
    decoder = load_decoder(changed(tiny_folder(kind), tmp_path, **config), CPU)
    assert isinstance(decoder, LlamaDecoder) == own


@pytest.mark.parametrize(
    ("kind", "missing"),
    [("mistral", "sliding_window"), ("qwen3", "head_dim"), ("mistral", "num_key_value_heads")],
)
def test_what_a_configuration_leaves_to_the_library_is_not_guessed(kind, missing):
    config = json.loads((tiny_folder(kind) / "config.json").read_text()) | {"max_position_embeddings": 32_768}
    assert supports(config)
    del config[missing]
    assert not supports(config)

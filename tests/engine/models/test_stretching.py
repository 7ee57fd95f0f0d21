import pytest
import torch
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from engine.models.stretching import PLAIN, positions_of

WIDTH = 64
SIZES = {"hidden_size": 4 * WIDTH, "num_attention_heads": 4, "max_position_embeddings": 131_072}
LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32_768}


@pytest.mark.parametrize(
    "rope",
    [
        {"rope_type": "linear", "factor": 2.5},
        {"rope_type": "dynamic", "factor": 4.0},
        {"rope_type": "llama3", **LLAMA3},
        {"rope_type": "llama3", **LLAMA3, "factor": 32.0},
        YARN,
        YARN | {"truncate": False, "beta_fast": 20.0, "beta_slow": 2.0},
        YARN | {"attention_factor": 0.9},
        YARN | {"factor": 40.0, "mscale": 1.0, "mscale_all_dim": 0.7},
        YARN | {"factor": 0.5},
    ],
)
@pytest.mark.parametrize("theta", [10_000.0, 500_000.0])
def test_frequencies_are_those_of_transformers(rope, theta):
    config = LlamaConfig(**SIZES, rope_parameters={**rope, "rope_theta": theta})
    expected, length = ROPE_INIT_FUNCTIONS[rope["rope_type"]](config)
    found = positions_of({**SIZES, "rope_parameters": {**rope, "rope_theta": theta}})
    assert found is not None
    assert found[0] == theta
    torch.testing.assert_close(found[1].frequencies(WIDTH, theta), expected, rtol=1e-6, atol=0)
    assert found[1].length == pytest.approx(length)


def test_the_way_older_configurations_say_it_is_understood():
    old = {**SIZES, "rope_theta": 500_000.0, "rope_scaling": {"type": "yarn", "factor": 4.0}}
    new = {**SIZES, "rope_parameters": YARN | {"rope_theta": 500_000.0, "original_max_position_embeddings": 131_072}}
    assert positions_of(old) == positions_of(new)
    assert positions_of({**SIZES, "rope_theta": 1e6, "rope_scaling": None}) == (1e6, PLAIN)
    assert positions_of(SIZES) == (10_000.0, PLAIN)


@pytest.mark.parametrize(
    "rope",
    [
        {"rope_type": "longrope", "factor": 2.0},
        {"rope_type": "linear"},
        {"rope_type": "linear", "factor": "2"},
        {"rope_type": "linear", "factor": 0},
        {"rope_type": "llama3", "factor": 8.0},
        {"rope_type": "llama3", **LLAMA3, "high_freq_factor": 1.0},
        {"rope_type": "default", "mrope_section": [16, 24, 24]},
        {"rope_type": "default", "partial_rotary_factor": 0.5},
        {"rope_type": "default", "rope_theta": "many"},
        {"rope_type": ["default"]},
        {"full_attention": {"rope_type": "default"}},
        "default",
        [1],
    ],
)
def test_anything_else_is_left_to_others(rope):
    assert positions_of({**SIZES, "rope_parameters": rope}) is None

"""The sizes of a model of the Llama family, read from its configuration if every part of it is known here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_TYPES = frozenset({"llama", "mistral", "qwen2", "qwen3"})
_SIZES = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model of this family, and the two numbers in its formulas."""

    vocab: int
    hidden: int
    feed: int
    layers: int
    query_heads: int
    key_heads: int
    width: int
    epsilon: float
    theta: float
    context: int

    @classmethod
    def of(cls, config: dict[str, Any]) -> Shape | None:
        """Read them from `config.json`; None for a model with a part that is not of this page."""
        rope = config.get("rope_parameters") or {"rope_theta": config.get("rope_theta", 10_000.0)}
        if not _known(config, rope):
            return None
        heads = config["num_attention_heads"]
        return cls(
            vocab=config["vocab_size"],
            hidden=config["hidden_size"],
            feed=config["intermediate_size"],
            layers=config["num_hidden_layers"],
            query_heads=heads,
            key_heads=config.get("num_key_value_heads") or heads,
            width=config.get("head_dim") or config["hidden_size"] // heads,
            epsilon=config.get("rms_norm_eps", 1e-6),
            theta=rope["rope_theta"],
            context=config["max_position_embeddings"],
        )


def _known(config: dict[str, Any], rope: dict[str, Any]) -> bool:
    """Tell whether nothing is asked for but plain attention, plain rotation and a gate of SiLU."""
    layers = config.get("layer_types")
    return (
        config.get("model_type") in _TYPES
        and isinstance(rope, dict)
        and (layers is None or (isinstance(layers, list) and all(isinstance(kind, str) for kind in layers)))
        and all(isinstance(config.get(name), int) for name in (*_SIZES, "max_position_embeddings"))
        and config.get("hidden_act", "silu") == "silu"
        and _plain_positions(config, rope)
        and _whole_attention(config)
        and "quantization_config" not in config
        and (config.get("head_dim") is not None or config["model_type"] != "qwen3")  # 128, whatever the width
    )


def _plain_positions(config: dict[str, Any], rope: dict[str, Any]) -> bool:
    partial = rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1))
    return (
        rope.get("rope_type", "default") == "default"
        and isinstance(rope.get("rope_theta"), int | float)
        and not config.get("rope_scaling")
        and partial == 1
    )


def _whole_attention(config: dict[str, Any]) -> bool:
    """Tell whether every token sees all before it; a window as wide as the context hides none of them."""
    window = config.get("sliding_window", 4096)  # transformers' own default, where a window is on
    windowed = config.get("use_sliding_window", config.get("model_type") == "mistral")
    narrow = bool(windowed and window and window < config["max_position_embeddings"])
    return not narrow and set(config.get("layer_types") or ()) <= {"full_attention"}

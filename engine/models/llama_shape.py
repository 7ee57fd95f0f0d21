"""The sizes of a model of the Llama family, read from its configuration if every part of it is known here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.model_shape import whole_attention
from engine.models.stretching import PLAIN, Stretching, positions_of

_TYPES = frozenset({"llama", "mistral", "qwen2", "qwen3"})
_SIZES = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model of this family, the two numbers in its formulas, and how positions are stretched."""

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
    stretching: Stretching = PLAIN

    @classmethod
    def of(cls, config: dict[str, Any]) -> Shape | None:
        """Read them from `config.json`; None for a model with a part that is not of this page."""
        positions = positions_of(config)
        if positions is None or not _known(config):
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
            theta=positions[0],
            context=config["max_position_embeddings"],
            stretching=positions[1],
        )


def _known(config: dict[str, Any]) -> bool:
    """Tell whether nothing is asked for but plain attention and a gate of SiLU."""
    return (
        config.get("model_type") in _TYPES
        and all(isinstance(config.get(name), int) for name in (*_SIZES, "max_position_embeddings"))
        and config.get("hidden_act", "silu") == "silu"
        and whole_attention(config)
        and "quantization_config" not in config
        and (config.get("head_dim") is not None or config["model_type"] != "qwen3")  # 128, whatever the width
        and ("num_key_value_heads" in config or config["model_type"] == "llama")  # 8 or 32 in the others
    )

"""The few numbers of a model that decide what it needs of a machine, read without loading it. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.gguf.cells import cells_of
from engine.gguf.files import all_parts
from engine.gguf.header import read_header
from engine.json_files import read_object
from engine.model_files import safetensors_head

_DTYPES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I8": 1, "U8": 1}
PACKED = frozenset(("llama", "marian", "mistral", "qwen2", "qwen3"))  # families with products of our own


@dataclass(frozen=True, slots=True)
class ModelShape:
    """`parameters` in all, `layers` of the decoder, `cache` numbers that it keeps per token of the text.

    `window` is the most tokens it can see; `looked_up` are parameters that a step does not read but
    for a row: an encoder's, and input embeddings that are not the output layer too. `file_bytes` is what the weights
    of a GGUF file take, whose format is fixed; 0 is any other model, and `held_cache` the
    bytes of cache that it takes for whatever text when it is loaded. `packs` tells whether it runs through products of
    our own, for which weights are held in fewer bits unasked.
    """

    parameters: int
    layers: int
    cache: int
    hidden: int
    vocab: int
    window: int
    looked_up: int = 0
    file_bytes: int = 0
    packs: bool = True
    held_cache: int = 0


def read_shape(folder: Path) -> ModelShape:
    """Return the shape of a model by its configuration and the heads of its weight files, or of its GGUF file.

    Raises ValueError or OSError where they cannot be read: `check_files` says it in a sentence.
    """
    if folder.is_file():
        return _gguf_shape(folder)
    return shape_of(read_object(folder / "config.json"), sum(map(_count, sorted(folder.glob("*.safetensors")))))


def shape_of(config: dict[str, Any], parameters: int) -> ModelShape:
    """Return the shape of a model with so many parameters. Raises ValueError for a configuration that is none."""
    text = config.get("text_config") if isinstance(config.get("text_config"), dict) else config
    assert text is not None
    hidden = _number(text, "hidden_size", "d_model", "n_embd", default=512)
    layers = _number(text, "decoder_layers", "num_decoder_layers", "num_hidden_layers", "n_layer", "num_layers")
    heads = _number(text, "decoder_attention_heads", "num_attention_heads", "n_head", "num_heads", default=1)
    key_heads = _number(text, "num_key_value_heads", default=heads)
    width = _number(text, "head_dim", "d_kv", default=max(1, hidden // max(1, heads)))
    attends = not str(config.get("model_type", "")).startswith("penwright-")  # those remember in cells, a little
    vocab = _number(text, "vocab_size", default=0)
    tied = text.get("tie_word_embeddings", config.get("tie_word_embeddings", True))
    return ModelShape(
        parameters=parameters,
        layers=layers,
        cache=2 * layers * key_heads * width if attends else 2 * layers * hidden,
        hidden=hidden,
        vocab=vocab,
        window=_number(text, "max_position_embeddings", "n_positions", "context", default=2048),
        looked_up=min(_encoder(text, hidden) + (0 if tied else vocab * hidden), parameters // 2),
        packs=_packs(config),
    )


def whole_attention(config: dict[str, Any]) -> bool:
    """Tell whether every token sees all before it; a window as wide as the context hides none of them."""
    window, context = config.get("sliding_window", 4096), config.get("max_position_embeddings")  # as in transformers
    windowed = config.get("use_sliding_window", config.get("model_type") == "mistral")
    if windowed and window and not (isinstance(window, int) and isinstance(context, int) and window >= context):
        return False
    layers = config.get("layer_types")
    return layers is None or (isinstance(layers, list) and all(kind == "full_attention" for kind in layers))


def _packs(config: dict[str, Any]) -> bool:
    """Tell whether a decoder of our own takes the model, as far as parts go that models in use differ in."""
    kind = config.get("model_type")
    if kind not in PACKED or "quantization_config" in config:
        return False
    return bool(config.get("share_encoder_decoder_embeddings", True)) if kind == "marian" else whole_attention(config)


def _encoder(config: dict[str, Any], hidden: int) -> int:
    """Return the parameters of the encoder's layers, 0 without one: four products of attention, two beside it."""
    if "encoder_layers" not in config or "decoder_layers" not in config:
        return 0
    feed = _number(config, "encoder_ffn_dim", default=4 * hidden)
    return _number(config, "encoder_layers") * hidden * (4 * hidden + 2 * feed)


def _gguf_shape(path: Path) -> ModelShape:
    try:
        header = read_header(path)
    except ModelError as error:
        raise ValueError(str(error)) from error
    hidden, heads = header.number("embedding_length", 512), max(1, header.number("attention.head_count", 1))
    width = header.number("attention.key_length") or hidden // heads
    layers = header.number("block_count", 1)
    cache, cells = 2 * layers * (header.number("attention.head_count_kv") or heads) * width, cells_of(header)
    return ModelShape(
        parameters=header.parameters,
        layers=layers,
        cache=cache,
        hidden=hidden,
        vocab=header.arrays.get("tokenizer.ggml.tokens", 0),
        window=cells.context,
        file_bytes=sum(part.stat().st_size for part in all_parts(path) if part.is_file()),
        held_cache=cells.count * cells.width * cache,
    )


def _number(config: dict[str, Any], *names: str, default: int = 1) -> int:
    """Return the first of the settings `names` that there is. Raises ValueError for an absurd one."""
    for name in names:
        value = config.get(name)
        if value is not None:
            if not isinstance(value, int) or not 0 < value < 2**31:
                raise ValueError(f"{name} is {value!r}")
            return value
    return default


def _count(path: Path) -> int:
    """Return how many numbers a safetensors file holds."""
    total = 0
    for tensor in safetensors_head(path)[1].values():
        start, end = tensor["data_offsets"]
        if not 0 <= start <= end <= path.stat().st_size:
            raise ValueError(f"{path} has a tensor from {start} to {end}")
        total += int(end - start) // _DTYPES.get(tensor["dtype"], 1)
    return total

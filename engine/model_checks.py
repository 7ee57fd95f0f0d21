"""What is held against the files of a model before anything is loaded: they may come from anybody. Torch-free."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import ModelError

_TOKENIZER_LIMIT = 300_000_000  # bytes; the largest in use have some tens of millions
_MOST_LAYERS = 1000
_LAYERS = ("num_hidden_layers", "n_layer", "num_layers", "encoder_layers", "decoder_layers", "num_decoder_layers")
_WIDTHS = ("hidden_size", "d_model", "n_embd")
_OTHER_WIDTHS = ("vocab_size", "head_dim", "intermediate_size", "d_ff", "decoder_ffn_dim", "encoder_ffn_dim", "n_inner")


def inside(folder: Path, name: str) -> Path:
    """Return the file called `name`, which must lie in `folder`.

    A hub's cache keeps its files in a store beside the folder; there alone may a link lead.
    Raises ModelError for a name or a link that leads elsewhere.
    """
    if name in ("", ".", "..") or Path(name).name != name or "\\" in name:
        raise ModelError(f"The model {folder.name} names a file outside its folder ({name!r}): choose another model.")
    path = (folder / name).resolve()
    places = [folder.resolve()]
    if folder.parent.name == "snapshots":
        places.append(folder.parent.parent.resolve() / "blobs")
    if not any(path.is_relative_to(place) for place in places):
        raise ModelError(f"{name} in {folder} is a link that leads elsewhere: copy the file itself.")
    return path


def check_sizes(folder: Path, config: dict[str, Any], weight_bytes: int) -> None:
    """Raise ModelError for a configuration that the weights cannot be of: to build such a model might never end."""
    text = config.get("text_config") if isinstance(config.get("text_config"), dict) else config
    assert text is not None
    sizes = {name: value for name, value in text.items() if isinstance(value, int) and not isinstance(value, bool)}
    layers = max((sizes[name] for name in _LAYERS if name in sizes), default=1)
    width = max((sizes[name] for name in _WIDTHS if name in sizes), default=1)
    others = [sizes[name] for name in _OTHER_WIDTHS if name in sizes] or [1]
    fits = 0 < layers <= _MOST_LAYERS and width > 0 and min(others) > 0 and layers * width <= weight_bytes
    if not fits or max(others) * width > 8 * weight_bytes:
        raise ModelError(
            f"The model {folder.name} is damaged: its weights cannot be of the size that config.json states. "
            "Download it again."
        )


def check_tokenizer_size(path: Path) -> None:
    """Raise ModelError for a tokenizer that is too large to be one."""
    if path.is_file() and path.stat().st_size > _TOKENIZER_LIMIT:
        raise ModelError(f"The tokenizer of the model {path.parent.name} is far too large: choose another model.")

"""How many parameters a model has of which the hub does not say it, as it does of no pickled one. Torch-free."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.hub.files import HubFile

_BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
_UNSAID = 4  # bytes of a weight where a configuration does not say it: what transformers writes then is float32


def estimated_parameters(files: Iterable[HubFile], config: dict[str, Any]) -> int:
    """Return about how many parameters the weights among `files` hold, by their sizes and the model's `config.json`."""
    size = sum(file.size for file in files if file.path.endswith((".safetensors", ".bin")))
    inner = config.get("text_config")
    named = [each.get(name) for each in (config, inner) if isinstance(each, dict) for name in ("dtype", "torch_dtype")]
    return size // next((_BYTES[name] for name in named if isinstance(name, str) and name in _BYTES), _UNSAID)

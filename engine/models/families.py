"""Which loader reads a model directory: the project's own families, all others through transformers."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from engine.device import SMALL, Device, dtype_name
from engine.errors import EngineError, ModelError
from engine.failures import is_memory_error
from engine.json_files import read_object
from engine.models.base import Decoder
from engine.models.trial import check_first_step

# model_type in config.json -> module with a function `load(folder, device) -> Decoder`
FAMILIES = {
    "penwright-ngram": "engine.models.ngram",
    "penwright-recurrent": "engine.models.recurrent",
    "penwright-recurrent-seq2seq": "engine.models.seq2seq",
    "penwright-vae": "engine.models.vae",
}
# Families of transformers with a decoder of our own; it has a function `supports(config)` as well.
FAST = {
    "llama": "engine.models.llama",
    "marian": "engine.models.marian",
    "mistral": "engine.models.llama",
    "qwen2": "engine.models.llama",
    "qwen3": "engine.models.llama",
}

_PRETRAINED = "engine.models.pretrained"  # all others


def load_decoder(folder: Path, device: Device) -> Decoder:
    """Return the model in `folder`, or in a GGUF file, on `device`. Raises ModelError where it is damaged."""
    if folder.is_file():
        return importlib.import_module("engine.gguf.decoder").load(folder, device)
    config = read_config(folder)
    try:
        decoder = _loader(config, device).load(folder, device)
        check_first_step(decoder)
        return decoder
    except EngineError:
        raise
    except Exception as error:  # files by anybody fail anywhere: an id that is no number, weights that are none
        if is_memory_error(error):
            raise
        raise ModelError(
            f"The model in {folder} is damaged ({type(error).__name__} while it was loaded): download it again."
        ) from error


def weights_held(folder: Path, device: Device) -> str:
    """Return the format in which the weights of the model in `folder` are held on `device`, by name."""
    if folder.is_file():
        return dtype_name(device.dtype)  # in which it computes; a GGUF file's own format is its own
    module = _loader(read_config(folder), device).__name__
    if module == _PRETRAINED:
        return device.weights if device.weights in SMALL and not device.split else dtype_name(device.dtype)
    if module not in FAST.values():
        return dtype_name(device.dtype)
    from engine.models.formats import choose_format

    return choose_format(device).name


def _loader(config: dict[str, Any], device: Device) -> Any:
    kind = str(config.get("model_type"))
    if kind in FAMILIES:
        return importlib.import_module(FAMILIES[kind])
    if (
        kind in FAST and device.torch_device.type != "mps" and not device.split
    ):  # complex numbers are not dependable there
        module = importlib.import_module(FAST[kind])
        if module.supports(config):
            return module
    return importlib.import_module(_PRETRAINED)


def read_config(folder: Path) -> dict[str, Any]:
    """Return `config.json` of a model folder. Raises ModelError when it is missing or damaged."""
    if not folder.is_dir():
        raise ModelError(f"The model folder {folder} does not exist: check the path or choose another model.")
    path = folder / "config.json"
    if not path.is_file():
        raise ModelError(f"{folder} holds no config.json and so is not a model: choose another folder.")
    try:
        return read_object(path)
    except (ValueError, OSError) as error:
        raise ModelError(f"{path} is damaged: download the model again.") from error

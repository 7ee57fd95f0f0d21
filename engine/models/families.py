"""Which loader reads a model directory: the project's own families by `model_type`, all others through transformers."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

from engine.device import Device
from engine.models.base import Decoder

# model_type in config.json -> module with a function `load(folder, device) -> Decoder`
FAMILIES = {
    "penwright-ngram": "engine.models.ngram",
    "penwright-recurrent": "engine.models.recurrent",
    "penwright-recurrent-seq2seq": "engine.models.seq2seq",
    "penwright-vae": "engine.models.vae",
}


def load_decoder(folder: Path, device: Device) -> Decoder:
    """Return the model in `folder` on `device`. Raises ModelError where it is incomplete or damaged."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    module = FAMILIES.get(config.get("model_type", ""), "engine.models.pretrained")
    return importlib.import_module(module).load(folder, device)

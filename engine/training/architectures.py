"""Fresh models of every family, ready to be trained."""

from __future__ import annotations

import importlib

from engine.training.objective import Objective
from engine.training.recipe import ModelSettings

# family -> module and class of its Objective, made with (settings, vocab_size)
_OBJECTIVES = {
    "llama": ("pretrained", "TransformerObjective"),
    "qwen3": ("pretrained", "TransformerObjective"),
    "marian": ("pretrained", "TransformerObjective"),
    "recurrent": ("recurrent", "RecurrentObjective"),
    "recurrent-seq2seq": ("seq2seq", "Seq2SeqObjective"),
    "vae": ("vae", "VAEObjective"),
    "finetune": ("finetune", "FinetuneObjective"),
}


def build_objective(settings: ModelSettings, vocab_size: int) -> Objective:
    """Return a freshly initialised float32 model; torch's global generator decides the weights."""
    module, name = _OBJECTIVES[settings.family]
    return getattr(importlib.import_module(f"engine.training.objectives.{module}"), name)(settings, vocab_size)

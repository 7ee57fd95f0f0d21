"""Any causal model of transformers on its way from what it knows to the writer's text: all weights, or adapters."""

from __future__ import annotations

import copy
import shutil
import warnings
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.pytorch_utils import Conv1D

from engine.card import ModelCard, write_card
from engine.checkpoint import staged_folder
from engine.errors import ModelError
from engine.models.base import Decoder
from engine.models.pretrained import PretrainedCausal
from engine.training.batches import Batch
from engine.training.loss import fused_cross_entropy
from engine.training.objective import BatchLoss
from engine.training.recipe import ModelSettings

# What a few kinds do to logits (Gemma 2, Cohere, Granite), which the loss, fused with the output layer, does not know.
_AFTERWARDS = ("final_logit_softcapping", "logit_scale", "logits_scaling")
_DROPOUT = 0.05
_SCALE = 2  # an adapter's alpha by its rank, as in most of the literature since Hu et al. 2021


class FinetuneObjective:
    """A causal model taken up by `load`: all of it is trained, or adapters of `settings.adapters` (Hu et al. 2021).

    Adapters are added to the weights when saved, so that any loader reads the result. There is no module before
    `load`: the shape is the loaded model's.
    """

    module: nn.Module

    def __init__(self, settings: ModelSettings, vocab_size: int) -> None:  # noqa: ARG002 - the loaded model has its own
        self._settings = settings
        self._start = Path()

    def loss(self, batch: Batch, step: int, smoothing: float = 0.0) -> BatchLoss:  # noqa: ARG002 - nothing is annealed
        """Return the loss of `batch` summed over its target tokens."""
        model = self._model
        hidden = model.get_decoder()(input_ids=batch.inputs, use_cache=False)[0]
        head: Any = model.get_output_embeddings()
        targets = batch.targets[batch.target_mask]
        loss, nll = fused_cross_entropy(hidden[batch.target_mask], head.weight, targets, smoothing, head.bias)
        return BatchLoss(loss, nll, targets.numel())

    @property
    def _model(self) -> PreTrainedModel:
        """The model itself, with the adapters in it if there are any."""
        module: Any = self.module
        if isinstance(module, PeftModel):
            module = module.get_base_model()
        return module

    def begin_epoch(self) -> None:
        """Carry nothing over."""

    def decoder(self) -> Decoder:
        """Return the module behind the one search."""
        return PretrainedCausal(self._model, self._model.device)

    def load(self, folder: Path) -> None:
        """Take up the model in `folder`.

        Raises ModelError for one that cannot be read, is not causal, or changes its logits after the output layer.
        """
        try:
            model = AutoModelForCausalLM.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=torch.float32
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                f"The model in {folder} cannot be trained on: choose one that continues texts, or train anew."
            ) from error
        if any(getattr(model.config, name, None) not in (None, 1) for name in _AFTERWARDS):
            raise ModelError(f"Models of the kind in {folder} cannot be trained on yet: choose another, or train anew.")
        self._start = folder
        self.module = self._with_adapters(model) if self._settings.adapters else model

    def _with_adapters(self, model: PreTrainedModel) -> nn.Module:
        rank = self._settings.adapters
        config = LoraConfig(
            r=rank,
            lora_alpha=_SCALE * rank,
            lora_dropout=_DROPOUT,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
            fan_in_fan_out=any(isinstance(part, Conv1D) for part in model.modules()),  # GPT-2 and its kin
        )
        with warnings.catch_warnings():
            # peft 0.21 asks transformers 5.23 by a name that is going away.
            warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
            return get_peft_model(model, config)

    def save(self, folder: Path, tokenizer: Tokenizer, card: ModelCard) -> None:  # noqa: ARG002 - it has its own
        """Write the model, adapters merged, with the tokenizer files it came with."""
        whole: Any = copy.deepcopy(self.module)
        model = whole.merge_and_unload() if isinstance(whole, PeftModel) else whole
        with staged_folder(folder) as staging:
            model.to(dtype=torch.bfloat16).save_pretrained(staging)
            for path in self._start.iterdir():
                if "token" in path.name or path.name in ("vocab.json", "merges.txt", "chat_template.jinja"):
                    shutil.copyfile(path, staging / path.name)
            write_card(staging, card)

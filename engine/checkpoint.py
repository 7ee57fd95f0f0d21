"""One directory format for every model: config, safetensors weights, tokenizer, card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from transformers.utils import logging as transformers_logging

from engine.card import ModelCard, write_card
from engine.errors import StorageError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

# The special tokens of every model trained here, and their ids.
PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
PAD_ID, END_ID = 0, 1


def save_model(folder: Path, model: PreTrainedModel, tokenizer: Tokenizer, card: ModelCard, context: int) -> None:
    """Write `model`, turned into bfloat16, as a directory that transformers loads unchanged.

    The folder appears whole or not at all. Raises StorageError where it cannot be written.
    """
    staging = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        model.to(dtype=torch.bfloat16)  # type: ignore[call-arg] (a decorator hides it)
        transformers_logging.disable_progress_bar()
        model.save_pretrained(staging)
        _save_tokenizer(staging, tokenizer, context)
        write_card(staging, card)
        shutil.rmtree(folder, ignore_errors=True)
        staging.replace(folder)
    except OSError as error:
        raise StorageError(
            f"The model could not be saved to {folder}: {error.strerror}. Choose another folder."
        ) from error


def _save_tokenizer(folder: Path, tokenizer: Tokenizer, context: int) -> None:
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": PAD,
        "eos_token": END,
        "unk_token": UNKNOWN,
        "model_max_length": context,
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")

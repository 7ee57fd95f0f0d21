"""One directory format for every model: config, safetensors weights, tokenizer, card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, load_model, save_file
from torch import Tensor

from engine.card import ModelCard, write_card
from engine.errors import ModelError, StorageError
from engine.json_files import read_object

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
    from transformers.utils import logging as transformers_logging

    with staged_folder(folder) as staging:
        model.to(dtype=torch.bfloat16)  # type: ignore[call-arg] (a decorator hides it)
        transformers_logging.disable_progress_bar()
        model.save_pretrained(staging)
        _save_tokenizer(staging, tokenizer, context)
        write_card(staging, card)


def save_tensors(
    folder: Path, config: dict[str, Any], tensors: dict[str, Tensor], tokenizer: Tokenizer, card: ModelCard
) -> None:
    """Write a model of one of the project's own families: `config` holds its `model_type` and shape.

    The folder appears whole or not at all. Raises StorageError where it cannot be written.
    """
    with staged_folder(folder) as staging:
        (staging / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
        save_file({name: value.contiguous() for name, value in tensors.items()}, staging / "model.safetensors")
        _save_tokenizer(staging, tokenizer, int(config.get("context", 1_000_000)))
        write_card(staging, card)


def load_tensors(folder: Path, device: torch.device) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the config and the tensors that `save_tensors` wrote. Raises ModelError where they are damaged."""
    try:
        config = read_object(folder / "config.json")
        return config, load_file(folder / "model.safetensors", device=str(device))
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"The model in {folder} is incomplete or damaged: restore it or train it again.") from error


@contextmanager
def staged_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into that takes the place of `folder` at the end."""
    staging = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        yield staging
        for path in staging.iterdir():
            path.chmod(0o644)  # safetensors writes for the owner alone
        shutil.rmtree(folder, ignore_errors=True)
        staging.replace(folder)
    except OSError as error:
        raise StorageError(
            f"The model could not be saved to {folder}: {error.strerror}. Choose another folder."
        ) from error


def load_weights(model: PreTrainedModel, folder: Path) -> None:
    """Copy the weights in `folder` into `model`. Raises ModelError where their shapes differ."""
    try:
        missing, unexpected = load_model(model, folder / "model.safetensors", strict=False)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(
            f"The model in {folder} does not have the recipe's shape: choose another to start from."
        ) from error
    trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
    if unexpected or trained.intersection(missing):
        raise ModelError(f"The model in {folder} is of another kind than the recipe's: choose another to start from.")


def _save_tokenizer(folder: Path, tokenizer: Tokenizer, context: int) -> None:
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": PAD,
        "eos_token": END,
        "unk_token": UNKNOWN,
        "model_max_length": context,
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")

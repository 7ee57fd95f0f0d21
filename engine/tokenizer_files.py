"""The tokenizer in a model's folder: read as it stands where that is all there is to it, by transformers elsewhere.

transformers takes longer to import than one of our own models to load.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tokenizers

from engine.errors import ModelError
from engine.json_files import read_object
from engine.language_tags import read_tags

_PLAIN = "PreTrainedTokenizerFast"  # the class that adds nothing to tokenizer.json
_NAMES = frozenset({"pad_token", "eos_token", "unk_token", "bos_token"})
_OTHERS = frozenset({"tokenizer_class", "model_max_length", "clean_up_tokenization_spaces"})
_TRIAL = "Once upon a time, 从前 12."


@dataclass(frozen=True, slots=True)
class LoadedTokenizer:
    """`end_id` ends a text; `render` makes a prompt of a conversation's messages, where the model has a template."""

    backend: tokenizers.Tokenizer
    end_id: int | None
    render: Callable[[list[dict[str, str]]], str] | None = None


def load_tokenizer(folder: Path) -> LoadedTokenizer:
    """Return the tokenizer of the model in `folder`, or in a GGUF file. Raises ModelError where it is unusable."""
    try:
        loaded = _of_translator(folder) or _plain(folder) or _by_transformers(folder)
        if loaded is not None:
            loaded.backend.encode(_TRIAL, add_special_tokens=False)
    except BaseException as error:  # the Rust side raises bare Exception for a damaged tokenizer.json, or panics
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise ModelError(
            f"The tokenizer of the model in {folder} is missing or damaged: download the model again."
        ) from error
    if loaded is None:
        raise ModelError(f"The model in {folder} has no tokenizer.json: choose a version of it that has one.")
    return loaded


def _of_translator(folder: Path) -> LoadedTokenizer | None:
    """Return the tokenizer of a translator made of pieces (engine/hub/pieces.py) or told languages by tags, else None.

    transformers would read the pieces themselves, by a library that need not be there, and put a language of its own
    choice before a text.
    """
    path, config = folder / "tokenizer.json", folder / "config.json"
    if not path.is_file() or not ((folder / "source.spm").is_file() or _is_tagged(folder, config)):
        return None
    backend = tokenizers.Tokenizer.from_file(str(path))
    return LoadedTokenizer(backend, backend.token_to_id("</s>"))


def _is_tagged(folder: Path, config: Path) -> bool:
    return config.is_file() and read_tags(folder, read_object(config)) is not None


def _plain(folder: Path) -> LoadedTokenizer | None:
    """Return the tokenizer of a folder whose settings say nothing that tokenizer.json does not."""
    path, settings = folder / "tokenizer.json", folder / "tokenizer_config.json"
    if not (path.is_file() and settings.is_file()) or (folder / "chat_template.jinja").exists():
        return None
    config = read_object(settings)
    if config.get("tokenizer_class") != _PLAIN or not config.keys() <= _NAMES | _OTHERS:
        return None
    backend = tokenizers.Tokenizer.from_file(str(path))
    known = {token.content for token in backend.get_added_tokens_decoder().values() if token.special}
    if not all(config[name] in known for name in _NAMES & config.keys()):
        return None
    return LoadedTokenizer(backend, backend.token_to_id(config["eos_token"]) if "eos_token" in config else None)


def _by_transformers(folder: Path) -> LoadedTokenizer | None:
    from transformers import AutoTokenizer

    place = (folder.parent, {"gguf_file": folder.name}) if folder.is_file() else (folder, {})
    wrapper: Any = AutoTokenizer.from_pretrained(
        place[0], local_files_only=True, trust_remote_code=False, use_fast=True, **place[1]
    )
    if not getattr(wrapper, "is_fast", False):
        return None

    def render(messages: list[dict[str, str]]) -> str:
        return str(wrapper.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))

    return LoadedTokenizer(wrapper.backend_tokenizer, wrapper.eos_token_id, render if wrapper.chat_template else None)

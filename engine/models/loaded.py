"""A model that is ready to write: decoder, tokenizer, card and device together."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from engine.cache import PREFIX_BYTES, PrefixCache
from engine.card import ModelCard, read_card
from engine.device import WEIGHTS, Device, dtype_name
from engine.events import Event, ModelLoaded, Notice, Progress
from engine.freed_memory import return_freed_memory
from engine.language_tags import LanguageTags, read_tags
from engine.models.base import Decoder, Seq2SeqDecoder
from engine.models.families import load_decoder, read_config
from engine.tokenizer import TextTokenizer

if TYPE_CHECKING:
    from engine.models.drafting import Drafting


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """Hold what a request needs of a model; `prefixes` remembers its last prompt, `draft` is who guesses for it.

    `tags` are those by which it is told languages, if it is.
    """

    id: str
    folder: Path
    decoder: Decoder
    tokenizer: TextTokenizer
    card: ModelCard | None
    device: Device
    tags: LanguageTags | None = None
    prefixes: PrefixCache = field(default_factory=PrefixCache, compare=False, repr=False)
    draft: Drafting | None = field(default=None, compare=False, repr=False)

    @property
    def held(self) -> str:
        """How the weights are held, such as "bfloat16"."""
        return getattr(self.decoder, "weights", dtype_name(self.device.dtype))

    def ready(self, seconds: float = 0.0) -> ModelLoaded:
        """Return the fact that the model is there, for which `seconds` were needed."""
        return ModelLoaded(self.id, self.device.description, self.held, seconds)


def load_model(folder: Path, device: Device, model_id: str = "") -> Generator[Event, None, LoadedModel]:
    """Load the model in `folder` onto `device`; its id is the folder's name unless given.

    Raises ModelError for a folder that is missing, incomplete or damaged, DeviceError when
    memory does not suffice.
    """
    started = time.perf_counter()
    name = model_id or folder.name
    yield Progress(0, 2, "parts", f"Loading {name}")
    decoder = load_decoder(folder, device)
    if device.context:
        limit_context(decoder, device.context)
    return_freed_memory()
    yield Progress(1, 2, "parts", f"Loading {name}")
    tokenizer, card, tags = TextTokenizer(folder), read_card(folder), _tags(folder)
    model = LoadedModel(name, folder, decoder, tokenizer, card, device, tags, PrefixCache(_prefix_budget(device)))
    seconds = time.perf_counter() - started
    if device.weights in WEIGHTS and model.held != device.weights:
        yield Notice(f"{name} is held in {model.held}: models of its kind have no {device.weights} weights.")
    yield model.ready(seconds)
    return model


def _tags(folder: Path) -> LanguageTags | None:
    return None if folder.is_file() else read_tags(folder, read_config(folder))  # a file is GGUF's


def limit_context(decoder: Decoder, most: int) -> None:
    """Have `decoder` take no more than `most` tokens at once, of a source neither."""
    decoder.context_length = min(decoder.context_length, most)
    if isinstance(decoder, Seq2SeqDecoder):
        decoder.source_length = min(decoder.source_length, most)


def _prefix_budget(device: Device) -> int:
    """Return the bytes that states of recent prompts may take on `device`: a quarter of what a GPU has left."""
    if device.torch_device.type != "cuda":
        return PREFIX_BYTES
    return torch.cuda.mem_get_info(device.torch_device)[0] // 4

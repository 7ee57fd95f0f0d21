"""The models that a session has loaded: one for each mode, kept until another is asked for, all on one device."""

from __future__ import annotations

import gc
from collections.abc import Collection, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.catalog import ModelEntry, find_model, nearest_model, whole_model
from engine.drafts import Drafts
from engine.events import Event, Notice, Progress
from engine.freed_memory import return_freed_memory
from engine.garbage import exempt_modules, paused_search
from engine.lean_torch import import_torch
from engine.model_files import stamp
from engine.modes import Mode, Request

# torch and transformers are imported only when a model is asked for.
if TYPE_CHECKING:
    from engine.device import Device
    from engine.models.loaded import LoadedModel


class LoadedModels:
    """Load the models in `folder` (None: embedded and the writer's own) for the device called `device_name`.

    Weights are held as `weights` says, and a model too large for a GPU is split only if `split` allows it, see
    `engine.device.choose_device`. They read up to `context` tokens at once, 0 is as many as they can.
    """

    def __init__(self, device_name: str, folder: Path | None, weights: str, *, split: bool, context: int = 0) -> None:
        self.device_name = device_name
        self._folder = folder
        self._weights = weights
        self._split = split
        self._context = context
        self._device: Device | None = None
        self._loaded: dict[Mode, LoadedModel] = {}
        self._stamps: dict[Path, object] = {}  # of the files that models were loaded from
        self._drafts = Drafts()

    @property
    def ids(self) -> list[str]:
        """Return the ids of those that are loaded, sorted."""
        return sorted({model.id for model in self._loaded.values()})

    def serving(self, mode: Mode) -> LoadedModel | None:
        """Return the model that is loaded for `mode`, None without one."""
        return self._loaded.get(mode)

    def beside(self, model: LoadedModel | None) -> list[LoadedModel]:
        """Return the models that are loaded, each once, but for `model`."""
        found = {
            other.folder: other for other in self._loaded.values() if model is None or other.folder != model.folder
        }
        return list(found.values())

    def find(self, mode: Mode, name: str, language: str = "") -> ModelEntry:
        """Return the model called `name`, or the default of `mode` in `language`. Raises ModelError."""
        return find_model(name, mode, language, self._folder)

    def nearest(self, mode: Mode, language: str) -> ModelEntry:
        """Return the first model that does `mode` in `language`, or else in any. Raises ModelError."""
        return nearest_model(mode, language, self._folder)

    def has(self, entry: ModelEntry) -> bool:
        """Tell whether a model is loaded."""
        return self._held(entry) is not None

    def take(self, mode: Mode, entry: ModelEntry) -> Generator[Event, None, LoadedModel]:
        """Return a model for `mode`, loading it unless it is there; yield which it is."""
        held = self._held(entry)
        if held is not None:
            self._loaded[mode] = held
            yield held.ready()
            return held
        if self._stamps:
            self._loaded.pop(mode, None)  # its memory is needed for the next
            gc.collect()  # decoders and their graphs know each other
        with paused_search():  # all that is imported and read now is to stay
            model = yield from self._load(entry, self.beside(None))
        self._loaded[mode] = model
        return model

    def with_draft(self, model: LoadedModel, request: Request) -> Generator[Event, None, LoadedModel]:
        """Return `model` with the guesses of the draft model that the request names, if any."""
        if not request.draft:
            return model
        entry = whole_model(request.draft, self._folder)
        self._let_go_of_replaced(entry)
        return (yield from self._drafts.join(model, entry, self._loaded.values(), self._load))

    def notices(self) -> Generator[Event, None, None]:
        """Say what there is to say of the draft model."""
        yield from self._drafts.notices()

    def device(self) -> Device:
        """Return the device, chosen the first time. Raises DeviceError."""
        if self._device is None:
            import_torch()
            from engine.device import choose_device

            self._device = choose_device(self.device_name, self._weights, split=self._split, context=self._context)
        return self._device

    def clear(self) -> None:
        """Let go of all, and of the memory they took."""
        import torch

        self._loaded.clear()
        self._stamps.clear()
        self._drafts.clear()
        gc.collect()  # decoders and their caches know each other
        return_freed_memory()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _held(self, entry: ModelEntry) -> LoadedModel | None:
        self._let_go_of_replaced(entry)
        return next((loaded for loaded in self._loaded.values() if loaded.folder == entry.folder), None)

    def _let_go_of_replaced(self, entry: ModelEntry) -> None:
        """Let go of a model where other files stand by now: one of the same name was trained, fetched or repaired."""
        known = self._stamps.get(entry.folder)
        if known is None or known == stamp(entry.folder):
            return
        del self._stamps[entry.folder]
        self._drafts.clear()
        self._loaded = {mode: loaded for mode, loaded in self._loaded.items() if loaded.folder != entry.folder}

    def _load(self, entry: ModelEntry, others: Collection[LoadedModel] = ()) -> Generator[Event, None, LoadedModel]:
        """Load a model; letting go of `others` may be offered where there is no room."""
        yield Progress(0, 2, "parts", f"Loading {entry.id}")  # before torch is imported, which may take seconds
        import_torch()
        from engine.compiled.library import build_in_background
        from engine.models.loaded import load_model
        from engine.room import placed
        from engine.threads import manage_threads

        manage_threads()
        device, warning = placed(entry, self.device(), others)
        if warning:
            yield Notice(warning)
        exempt_modules()
        found = stamp(entry.folder)  # before: of files that change meanwhile nobody knows which were read
        model = yield from load_model(entry.folder, device, entry.id)
        self._stamps[entry.folder] = found
        if device.torch_device.type == "cpu":
            build_in_background()
        return model

"""One writer's requests, served one after the other on models that stay loaded."""

from __future__ import annotations

import importlib
import random
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.events import Event, Finished, Notice, Result
from engine.failures import is_memory_error
from engine.instructions import check_instruction
from engine.keysentences import key_sentences
from engine.languages import language_name, parse_language
from engine.loaded_models import LoadedModels
from engine.modes import Mode, Request, SummaryStyle
from engine.protocol import Care
from engine.text.language import detect_language, telling_language, translation_languages

# torch and transformers are imported only when a model is asked for: key sentences need neither.
if TYPE_CHECKING:
    from engine.catalog import ModelEntry
    from engine.complete import Completer
    from engine.models.loaded import LoadedModel

_SERVED_BY = {  # whose import takes a while, with all that they import
    Mode.WRITE: "engine.write",
    Mode.TRANSLATE: "engine.translate",
    Mode.SUMMARISE: "engine.summarise",
    Mode.COMPLETE: "engine.complete",
}


class Session:
    """Serve requests on `device` ("" chooses) with the models in `models` (None: embedded and the writer's own).

    Weights are held as `weights` says, and a model too large for a GPU is split only if `split` allows it, see
    `engine.device.choose_device`; models read up to `context` tokens at once, 0 is as many as they can. A model stays
    loaded per mode until another is asked for. One session per process.
    """

    def __init__(
        self,
        device: str = "",
        models: Path | None = None,
        weights: str = "auto",
        *,
        split: bool = False,
        context: int = 0,
    ) -> None:
        self._models = LoadedModels(device, models, weights, split=split, context=context)
        self._completer: Completer | None = None

    def run(self, request: Request) -> Iterator[Event]:
        """Yield the events of `request`, Finished last. Raises EngineError with the reason it cannot be done."""
        try:
            yield from self._serve(request)
        except Exception as error:
            if not is_memory_error(error):
                raise
            from engine.room import short_of_memory

            model = self._models.serving(request.mode)
            raise short_of_memory(self._models.device(), request, model, self._models.beside(model)) from error

    def _serve(self, request: Request) -> Iterator[Event]:
        if request.params.seed < 0:
            request = replace(request, params=replace(request.params, seed=random.randrange(2**31)))
        if request.mode is Mode.REWRITE:  # by which the window tells names and negations
            yield Result({"language": detect_language(request.text)})
        if request.server is not None and not _needs_no_model(request):
            from engine.remote.serve import serve_remote

            yield from serve_remote(request, request.server)
            yield Finished()
            return
        match request.mode:
            case Mode.WRITE:
                yield from self._write(request)
            case Mode.TRANSLATE:
                yield from self._translate(request)
            case Mode.SUMMARISE:
                yield from self._summarise(request)
            case Mode.REWRITE | Mode.DIALOGUE:
                yield from self._instruct(request)
            case Mode.COMPLETE:
                yield from self._complete(request)
            case Mode.VARY | Mode.BLEND:
                yield from self._vary(request)
            case Mode.RANK:
                yield from self._rank(request)
            case Mode.SURPRISE:
                yield from self._surprise(request)
            case Mode.ALIGN:
                yield from self._align(request)
            case Mode.SCORE:
                yield from self._score(request)
        yield from self._models.notices()
        yield Finished()

    def warm(self, mode: Mode, model: str) -> Iterator[Event]:
        """Load the model (id, folder, or "" for the default) of `mode` ahead of a request."""
        yield from self.model(mode, model)
        if mode in _SERVED_BY:
            importlib.import_module(_SERVED_BY[mode])  # here, so that the first request does not wait for it
        yield Finished()

    def tend(self, care: Care) -> Iterator[Event]:
        """Look after device and memory, and yield the devices as they are then."""
        from engine.machine import found_devices, measure

        device = self._models.device()
        if care is Care.MEASURE:
            yield from measure(device)
        if care is Care.UNLOAD:
            self.unload()
        yield from found_devices(device, self._models.ids, self._models.device_name)
        yield Finished()

    def unload(self) -> None:
        """Let go of all models, and of the memory they took."""
        self._completer = None
        self._models.clear()

    def _write(self, request: Request) -> Iterator[Event]:
        model = yield from self._writer(request)
        model = yield from self._models.with_draft(model, request)
        from engine.write import write

        yield from write(model, request)

    def _translate(self, request: Request) -> Iterator[Event]:
        source, target = self._languages(request)
        model = yield from self.model(Mode.TRANSLATE, request.model, target)
        from engine.translate import translate

        if not request.source_language:
            yield Notice(f"Translating from {language_name(source)} into {language_name(target)}.", passing=True)
        yield from translate(model, request, source, target)

    def _languages(self, request: Request) -> tuple[str, str]:
        """Return the codes that `request` is to be translated from and into."""
        into = parse_language(request.target_language)
        pairs = self._models.find(Mode.TRANSLATE, request.model, into).languages
        sources = [pair.partition("-")[0] for pair in pairs if pair.endswith(f"-{into}")]
        return translation_languages(request.text, request.source_language, into, sources)

    def _align(self, request: Request) -> Iterator[Event]:
        source, target = self._languages(request)
        model = yield from self.model(Mode.TRANSLATE, request.model, target)
        from engine.alignment import align

        yield from align(model, request.text, request.other, source, target)

    def _summarise(self, request: Request) -> Iterator[Event]:
        if not request.text.strip():
            raise InputError("There is no text to summarise: write or select some.")
        named = request.source_language
        language = parse_language(named) if named else detect_language(request.text)
        if request.style is SummaryStyle.KEY_SENTENCES:
            yield from key_sentences(request.text, request.sentences, language or "en")
            return
        model = yield from self.model(Mode.SUMMARISE, request.model, language)
        from engine.summarise import summarise

        yield from summarise(model, request, language)

    def _instruct(self, request: Request) -> Iterator[Event]:
        check_instruction(request)
        model = yield from self.model(request.mode, request.model)
        model = yield from self._models.with_draft(model, request)
        from engine.dialogue import converse
        from engine.rewrite import rewrite

        yield from (rewrite if request.mode is Mode.REWRITE else converse)(model, request)

    def _complete(self, request: Request) -> Iterator[Event]:
        model = yield from self._writer(request)
        from engine.complete import Completer

        if self._completer is None or self._completer.model is not model:
            self._completer = Completer(model)  # it remembers what it read of the text
        yield from self._completer.complete(request)

    def _vary(self, request: Request) -> Iterator[Event]:
        model = yield from self.model(request.mode, request.model)
        from engine.vary import blend, vary

        yield from (vary if request.mode is Mode.VARY else blend)(model, request)

    def _rank(self, request: Request) -> Iterator[Event]:
        model = yield from self.model(Mode.RANK, request.model)
        from engine.rank import rank

        yield from rank(model, request)

    def _surprise(self, request: Request) -> Iterator[Event]:
        model = yield from self._writer(request)
        from engine.surprise import surprise

        yield from surprise(model, request)

    def _score(self, request: Request) -> Iterator[Event]:
        model = None if request.other else (yield from self.model(Mode.SCORE, request.model))
        from engine.scorecard import score

        yield from score(model, request)

    def model(self, mode: Mode, name: str, language: str = "") -> Generator[Event, None, LoadedModel]:
        """Return the model that a request asks for, loading it unless it is there; yield which one that is."""
        return (yield from self._taken(mode, self._models.find(mode, name, language)))

    def _writer(self, request: Request) -> Generator[Event, None, LoadedModel]:
        """Return the model that goes on from the text of `request`: the chosen one, or else one for its language."""
        if request.model:
            return (yield from self.model(request.mode, request.model))
        return (
            yield from self._taken(request.mode, self._models.nearest(request.mode, telling_language(request.text)))
        )

    def _taken(self, mode: Mode, entry: ModelEntry) -> Generator[Event, None, LoadedModel]:
        if mode is Mode.COMPLETE and not self._models.has(entry):
            self._completer = None  # which holds the model before, whose memory is needed
        return (yield from self._models.take(mode, entry))


def _needs_no_model(request: Request) -> bool:
    return request.mode is Mode.SUMMARISE and request.style is SummaryStyle.KEY_SENTENCES

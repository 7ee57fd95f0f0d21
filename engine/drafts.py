"""The draft model of a session: loaded when a request names one, and kept with what its guesses were worth."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING

from engine.catalog import ModelEntry
from engine.events import Event, ModelLoaded, Notice

if TYPE_CHECKING:
    from engine.models.loaded import LoadedModel

Load = Callable[[ModelEntry], "Generator[Event, None, LoadedModel]"]


class Drafts:
    """Hold one draft model, and the model that it guesses for."""

    def __init__(self) -> None:
        self._draft: LoadedModel | None = None
        self._pair: LoadedModel | None = None  # the model with its draft
        self._told = False  # that it does not pay

    def clear(self) -> None:
        """Let go of it."""
        self._draft = self._pair = None

    def join(
        self, model: LoadedModel, entry: ModelEntry, held: Iterable[LoadedModel], load: Load
    ) -> Generator[Event, None, LoadedModel]:
        """Return `model` with the guesses of the model of `entry`, taken from those that are `held`, or loaded.

        Raises ModelError where the two do not fit together.
        """
        from engine.models.drafting import drafted

        if self._draft is None or self._draft.folder != entry.folder:
            self.clear()  # its memory is needed for the next
            self._draft = next((one for one in held if one.folder == entry.folder), None)
        if self._draft is None:
            self._draft = yield from _quietly(load(entry))
        pair = self._pair
        if pair is None or pair.decoder is not model.decoder:
            pair = self._pair = drafted(model, self._draft)
            self._told = False
        return pair

    def notices(self) -> Generator[Event, None, None]:
        """Say, once for a pair, that guessing was switched off because it does not pay."""
        pair = self._pair
        if pair is None or pair.draft is None or self._told or not pair.draft.pace.resting:
            return
        self._told = True
        yield Notice(
            f"The draft model {pair.draft.model.id} is left out for now: {pair.id} writes as fast without its guesses."
        )


def _quietly(loading: Generator[Event, None, LoadedModel]) -> Generator[Event, None, LoadedModel]:
    """Pass on what is said while a model is loaded but that it is there: the model in use is another."""
    while True:
        try:
            event = next(loading)
        except StopIteration as end:
            return end.value
        if not isinstance(event, ModelLoaded):
            yield event

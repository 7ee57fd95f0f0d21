"""A model and a pair of languages: what it reads of a text, and what it is made to begin the translation with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import ModelError
from engine.languages import language_name
from engine.modes import Mode

if TYPE_CHECKING:
    from engine.models.loaded import LoadedModel


class TranslationPair:
    """Ask `model`, an encoder-decoder, for translations from `source` into `target` (codes).

    `beginning` are the ids that a translation begins with, the start id first. Raises ModelError for a language whose
    tag the model does not know.
    """

    def __init__(self, model: LoadedModel, source: str, target: str) -> None:
        self._tokenizer = model.tokenizer
        self._tag = ""
        self._around = model.card.around(Mode.TRANSLATE, target) if model.card else ("", "")
        self.beginning = model.decoder.start_ids
        if model.tags is not None:
            check_pair(model, source, target)
            self._tag = model.tags.tokens[source]
            self.beginning = (model.decoder.start_ids[0], self._tokenizer.token_id(model.tags.tokens[target]))

    def source(self, text: str) -> list[int]:
        """Return the ids of `text` as the encoder reads them."""
        return self.source_spans(text)[0]

    def source_spans(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the ids of `source`, and where each stands in `text`: code points `[start, end)`."""
        if self._tag:
            return self._tokenizer.tagged_spans(text, self._tag)
        opening, closing = self._around
        return self._tokenizer.source_spans(text + closing, opening)


def check_pair(model: LoadedModel, source: str, target: str) -> None:
    """Raise ModelError, with what the model can translate, unless it knows the pair."""
    stated = model.card.languages if model.card else ()
    tagged = model.tags.languages if model.tags else ()
    if all(_knows(known, source, target) for known in (stated, tagged)):
        return
    known = stated if not _knows(stated, source, target) else tagged
    pairs = _pairs(known)
    if pairs:
        names = [" into ".join(map(language_name, pair.split("-"))) for pair in pairs]
    else:
        names = [language_name(code) for code in known]
    raise ModelError(
        f"The model {model.id} cannot translate {language_name(source)} into {language_name(target)}; "
        f"it knows {', '.join(names)}: choose another model or language."
    )


def _knows(known: tuple[str, ...], source: str, target: str) -> bool:
    """Tell whether `known`, codes or pairs, empty for any, has the pair."""
    pairs = _pairs(known)
    return not known or f"{source}-{target}" in pairs or (not pairs and {source, target} <= set(known))


def _pairs(known: tuple[str, ...]) -> list[str]:
    return [language for language in known if "-" in language]

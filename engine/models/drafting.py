"""A smaller model that guesses for a larger one: whether the two fit together, and what is known of the pair."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.errors import ModelError
from engine.models.base import ParallelDecoder, Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.search.pace import Pace


@dataclass(frozen=True, slots=True)
class Drafting:
    """Hold the draft model, and what its guesses were worth so far."""

    model: LoadedModel
    pace: Pace


def drafted(model: LoadedModel, draft: LoadedModel) -> LoadedModel:
    """Return `model` with the guesses of `draft`. Raises ModelError where the two do not fit together."""
    if isinstance(model.decoder, Seq2SeqDecoder) or not isinstance(model.decoder, ParallelDecoder):
        raise ModelError(f"The model {model.id} takes no guesses of another: choose no draft model for it.")
    if isinstance(draft.decoder, Seq2SeqDecoder):
        raise ModelError(f"The model {draft.id} cannot continue a text, so it cannot draft: choose another, or none.")
    if draft.tokenizer.vocabulary != model.tokenizer.vocabulary:
        raise ModelError(
            f"The draft model {draft.id} has another vocabulary than {model.id}: "
            "choose a smaller model of the same family, or none."
        )
    return replace(model, draft=Drafting(draft, Pace()))

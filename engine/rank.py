"""Order variants of a continuation, the most natural first, by what was measured to tell people's texts best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import ModelError
from engine.events import Event, Progress, Result
from engine.json_files import read_object
from engine.models.base import Seq2SeqDecoder
from engine.models.discriminator import load
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.naturalness import Criterion, Discriminated, Likelihood, Typicality, usual_nats
from engine.text.segmentation import split_sentences
from engine.typicality import blame, check_variants

FOLDER = "discriminator"  # within the folder of the language model it was trained for
_CRITERIA = ("typicality", "likelihood", "discriminator")  # of equals the first is taken
_SEEN = 4000  # characters before the variants that are looked at


def rank(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield progress, then a Result on the variants `request.texts`, which go on after `request.text`.

    "order" has their numbers, the most natural first; "scores" and "reasons" are in the variants'
    own order; "method" is "discriminator", "typicality" or "likelihood", and "measured" says how well
    it did on held-out text. Raises InputError for fewer than two variants or an empty one, ModelError
    for a model that cannot score text alone.
    """
    texts = request.texts
    check_variants(texts)
    if isinstance(model.decoder, Seq2SeqDecoder):
        raise ModelError(f"The model {model.id} only turns one text into another: choose one that writes.")
    before = request.text[-_SEEN:]
    ids = model.tokenizer.encode(before)
    criterion, measured = choose_criterion(model, ids)
    scores, reasons = [], []
    for number, text in enumerate(texts):
        yield Progress(number, len(texts), "variants", "Reading")
        scores.append(criterion.score(ids, _continuation(model, before, text)))
        reasons.append(_reason(model, criterion, before, text))
    order = sorted(range(len(texts)), key=lambda number: -scores[number])
    values = {"order": order, "scores": scores, "reasons": reasons, "method": criterion.name, "measured": measured}
    yield Result(values)


def choose_criterion(model: LoadedModel, before: Sequence[int]) -> tuple[Criterion, str]:
    """Return the criterion that told people's texts best on held-out text, and the figures as a sentence part.

    Without measured figures that is typicality, by the ids `before` the variants: it did best where it
    was measured, and likelihood ranks backwards (docs/results/ranking.md).
    """
    folder = model.folder / FOLDER
    measured = _measured(folder)
    if not measured:
        return Typicality(model.decoder, usual_nats(model.decoder, before)), "not measured for this model"
    chosen = max(_CRITERIA, key=lambda name: measured[name])
    if chosen == "discriminator":
        criterion: Criterion = Discriminated(load(folder, model.device.torch_device)[0])
    elif chosen == "typicality":
        criterion = Typicality(model.decoder, measured["usual_nats"])
    else:
        criterion = Likelihood(model.decoder)
    return criterion, _comparison(chosen, measured)


def _measured(folder: Path) -> dict[str, float]:
    if not folder.is_dir():
        return {}
    try:
        values = read_object(folder / "config.json")["measured"]
        return {name: float(values[name]) for name in (*_CRITERIA, "usual_nats")} if values else {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The discriminator in {folder} is damaged: remove that folder or train it again.") from error


def _comparison(chosen: str, measured: dict[str, float]) -> str:
    others = [name for name in sorted(_CRITERIA) if name != chosen]
    against = " and ".join(f"{measured[name]:.2f} for {name}" for name in others)
    return f"held-out {measured[chosen]:.2f} against {against}"


def _continuation(model: LoadedModel, before: str, text: str) -> list[int]:
    """Return the ids of `text` as they come after `before`, which may share a token with it."""
    start = model.tokenizer.encode(before)
    whole = model.tokenizer.encode(before + text)
    shared = next((place for place, pair in enumerate(zip(start, whole, strict=False)) if pair[0] != pair[1]), None)
    return whole[len(start) if shared is None else shared :]


def _reason(model: LoadedModel, criterion: Criterion, before: str, text: str) -> str:
    """Return a sentence on the part of `text` that reads least natural."""
    lowest, worst, fault = float("inf"), "", ""
    for sentence in split_sentences(text):
        context = before + text[: sentence.start]
        given, ids = model.tokenizer.encode(context), _continuation(model, context, text[sentence.start : sentence.end])
        score = criterion.score(given, ids)
        if score < lowest:
            lowest, worst, fault = score, sentence.text, criterion.fault(given, ids)
    return blame(worst, fault)

"""Scorecard: how close a text is to a reference, or how well a model predicts it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import InputError
from engine.evaluation import bleu, chrf, rouge
from engine.events import Event, Notice, Progress, Result, Surprises
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.surprise import word_bits
from engine.text.words import count_words
from engine.word_bits import Word, passage_bits

_ZH_SHARE = 0.5  # of signs among the letters of a reference, from which on it is scored as Chinese


def score(model: LoadedModel | None, request: Request) -> Iterator[Event]:
    """Yield the scores of `request.text` against the lines of `request.other`, or by `model` where that is empty.

    Against a reference the Result has `bleu`, `chrf`, `rouge1`, `rouge2`, `rougeL` in 0..100, the
    number of `lines`, and as `series` the `chrf` and `rougeL` of each `line`; a Notice says when the
    lines are not equally many, and both texts are then scored as one line. Lines that are blank in
    both count nowhere. For Chinese ROUGE counts signs instead of words. By the model it has
    `perplexity` per token, `bits_per_byte`, `bits_per_word`, and as `series` the `bits_per_word` of each
    sentence at `start`, `end`. Raises InputError for an empty text.
    """
    if not request.text.strip():
        raise InputError("There is no text to score: write or select some.")
    if model is None:
        yield from _against_reference(request)
    else:
        yield from _by_model(model, request)


def _against_reference(request: Request) -> Iterator[Event]:
    if not request.other.strip():
        raise InputError("The reference is empty: choose a file with a text in it.")
    texts, references = request.text.splitlines(), request.other.splitlines()
    if len(texts) != len(references):
        yield Notice(
            f"Text and reference differ in their number of lines, {len(texts):,} and {len(references):,}: each is "
            "scored as one passage. Make them match line by line for scores of each line."
        )
        texts, references = [" ".join(texts)], [" ".join(references)]
    chinese = _is_chinese(request.other)
    lines = [line for line, pair in enumerate(zip(texts, references, strict=True)) if any(map(str.strip, pair))]
    texts, references = [texts[line] for line in lines], [references[line] for line in lines]
    series = []
    for done, (line, text, reference) in enumerate(zip(lines, texts, references, strict=True), start=1):
        longest = rouge([text], [reference], by_signs=chinese)["rougeL"]
        series.append({"line": line + 1, "chrf": chrf([text], [reference]), "rougeL": longest})
        yield Progress(done, len(texts), "lines")
    totals = {"bleu": bleu(texts, references, "zh" if chinese else "13a"), "chrf": chrf(texts, references)}
    yield Result({**totals, **rouge(texts, references, by_signs=chinese), "lines": len(texts), "series": series})


def _by_model(model: LoadedModel, request: Request) -> Iterator[Event]:
    found: list[Word] = []
    tokens = 1
    for event in word_bits(model, request.text):
        if isinstance(event, Surprises):
            found += event.words
        else:
            tokens = event.total
            yield event
    bits = sum(bits for _, _, bits in found)
    series = passage_bits(request, found)
    yield Result(
        {
            "perplexity": 2 ** (bits / tokens),
            "bits_per_byte": bits / len(request.text.encode("utf-8", "surrogatepass")),
            "bits_per_word": bits / max(1, count_words(request.text)),
            "tokens": tokens,
            "series": [{key: passage[key] for key in ("start", "end", "bits_per_word")} for passage in series],
        }
    )


def _is_chinese(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum("\u3400" <= letter <= "\u9fff" for letter in letters) > _ZH_SHARE * len(letters)

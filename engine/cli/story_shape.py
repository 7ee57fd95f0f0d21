"""The shape of what a story model writes: does it repeat itself, and is it as varied as a book?"""

from __future__ import annotations

import random
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from engine.events import Event, Progress, Result, TextChunk
from engine.generate import generate_text
from engine.models.loaded import LoadedModel
from engine.modes import Mode
from engine.params import SamplingParams
from engine.presets import load_presets
from engine.session import Session

COUNT = 1000  # continuations of which a shape is told
LENGTH = 200  # tokens of each
BATCH = 25  # written together
_PROMPT = 60  # tokens that a continuation begins with
_WITHIN = 20  # percent that a measure may be away from the books' own
_UNIT = re.compile(r"[\u3400-\u9fff]|[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a book: the `prompt` before it as text, and the `own` text that follows there."""

    prompt: str
    own: str


def passages(model: LoadedModel, book: str, count: int, seed: int = 1) -> list[Passage]:
    """Return `count` places that begin a line of `book`, or as many as there are, drawn by `seed`.

    A prompt has 60 tokens, what follows as many as a continuation.
    """
    starts = [match.end() for match in re.finditer(r"\n+", book)] or [0]
    random.Random(seed).shuffle(starts)
    found = []
    for start in starts:
        ids = model.tokenizer.encode(book[start : start + 12 * (_PROMPT + LENGTH)])
        if len(ids) >= _PROMPT + LENGTH:
            decode = model.tokenizer.decode
            found.append(Passage(decode(ids[:_PROMPT]), decode(ids[_PROMPT : _PROMPT + LENGTH])))
        if len(found) == count:
            break
    return found


def continuations(model: LoadedModel, prompts: list[str], params: SamplingParams) -> Generator[Event, None, list[str]]:
    """Return what `model` writes after each prompt, a batch at a time; text i draws with the seed + i."""
    written: list[str] = []
    for start in range(0, len(prompts), BATCH):
        yield Progress(start, len(prompts), "continuations")
        part = prompts[start : start + BATCH]
        ids = [[*model.decoder.start_ids, *model.tokenizer.encode(prompt)] for prompt in part]
        texts = [""] * len(part)
        with closing(generate_text(model, ids, replace(params, seed=params.seed + start))) as events:
            for event in events:
                if isinstance(event, TextChunk):
                    texts[event.variant] += event.text
                yield Progress(start, len(prompts), "continuations")
        written += texts
    return written


def story_params(seed: int = 1) -> SamplingParams:
    """Return the story preset for continuations of equal length."""
    return replace(load_presets(Mode.WRITE)["story"].params, max_new_tokens=LENGTH, seed=seed)


def compare_shapes(session: Session, model_id: str, name: str, book: str, count: int) -> Iterator[Event]:
    """Yield a Result per measure of continuations of places in `book`, beside that of the book itself."""
    model = yield from session.model(Mode.WRITE, model_id)
    places = passages(model, book, count)
    if not places:
        return
    written = yield from continuations(model, [place.prompt for place in places], story_params())
    own = shape([place.own for place in places])
    for measure, value in shape(written).items():
        away = abs(value - own[measure]) / max(own[measure], 1e-9) * 100
        yield Result(
            {
                "set": name,
                "model": model_id,
                "measure": measure,
                "value": value,
                "against": f"{own[measure]:.2f}, the books' own",
                "met": "yes" if away <= _WITHIN else "no",
                "perplexity_per_token": "–",
                "perplexity_per_word": "–",
            }
        )


def shape(texts: list[str]) -> dict[str, float]:
    """Return percentages over `texts`: repeated four-word sequences, and distinct sequences of 1 to 3 words.

    A sequence counts as repeated where the same text had it before (Welleck et al. 2020: seq-rep-4); distinct
    ones are counted within each text (Li et al. 2016). A Chinese sign is a word. Means over the texts.
    """
    words = [[unit.casefold() for unit in _UNIT.findall(text)] for text in texts]
    distinct = {size: _mean([_distinct(row, size) for row in words]) for size in (1, 2, 3, 4)}
    return {"repetition %": 100 - distinct[4]} | {f"distinct-{size} %": distinct[size] for size in (1, 2, 3)}


def _distinct(words: list[str], size: int) -> float | None:
    grams = list(zip(*(words[start:] for start in range(size)), strict=False))
    return 100 * len(set(grams)) / len(grams) if grams else None


def _mean(values: list[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0

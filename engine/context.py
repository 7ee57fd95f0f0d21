"""What a model sees of a text that it is to continue, and what falls out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.instructions import called_lore, continue_instruction
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.text.segmentation import split_sentences
from engine.text.words import count_words

_NOTE_PARAGRAPHS = 3  # the author's note stands before this many paragraphs: near enough to be heard
_NOTE_FORM = 4  # tokens that brackets and a blank line may cost
_LONGEST_TAIL = 40  # characters per token; no tokenizer packs text tighter


@dataclass(frozen=True, slots=True)
class Context:
    """A prompt's `ids`, and the part of the writer's text in it: `text[start:]`."""

    ids: list[int]
    start: int


def build_context(model: LoadedModel, request: Request, limit: int) -> Context:
    """Return the prompt of at most `limit` tokens for continuing the text of `request`.

    It holds the memory, the lore that the recent text calls for, and as many of the last whole
    paragraphs as fit, the author's note a few paragraphs before the end. A single paragraph
    that is too long is cut between sentences, and a sentence between tokens. A model with a
    chat template is asked in its own form; a raw request is its text alone.
    """
    if request.raw:
        return _raw(model, request.text, limit)
    text = request.text.rstrip(" ")  # a token for the next word brings its own space
    background, note = _background(model, request, limit // 2)
    spare = limit
    while True:
        start = _first_shown(model, text, spare - _cost(model, background) - _cost(model, note))
        ids = _compose(model, text[start:], background, note)
        if len(ids) <= limit or start >= len(text):
            return Context(ids[-limit:], start)
        spare -= len(ids) - limit  # paragraphs cost a little more together, and a chat's form costs too


def left_out(text: str, start: int) -> str:
    """Return the sentence that says how much of `text` a model sees that reads `text[start:]`, "" for all."""
    if not start:
        return ""
    seen, total = count_words(text[start:]), count_words(text)
    return f"The model sees the last {seen:,} of {total:,} words." if seen < total else ""


def _raw(model: LoadedModel, text: str, limit: int) -> Context:
    begins = model.decoder.start_ids[:1] == tuple(model.tokenizer.encode_source("a")[:1])
    start = list(model.decoder.start_ids) if begins or not text else []
    tail = max(0, len(text) - limit * _LONGEST_TAIL)
    ids = model.tokenizer.encode_marked(text[tail:])
    kept = ids[-(limit - len(start)) :]
    cut = len(model.tokenizer.decode(ids[: len(ids) - len(kept)])) if len(kept) < len(ids) else 0
    return Context(start + kept, tail + cut)


def _background(model: LoadedModel, request: Request, limit: int) -> tuple[str, str]:
    """Return memory with lore, and the note in brackets, within `limit` tokens; lore gives way first."""
    note = fitting_end(model, request.note.strip(), limit // 2 - _NOTE_FORM)
    note = f"[{note}]" if note else ""
    parts = [request.memory.strip(), *(entry.text.strip() for entry in called_lore(request))]
    while len(parts) > 1 and _cost(model, "\n\n".join([*parts, note])) > limit:
        parts.pop()
    background = "\n\n".join(part for part in parts if part)
    return fitting_end(model, background, limit - _cost(model, note)), note


def _first_shown(model: LoadedModel, text: str, limit: int) -> int:
    """Return where the part of `text` begins that fits into `limit` tokens."""
    start = len(text)
    used = 0
    for paragraph_start, paragraph_end in _paragraphs_backwards(text):
        if paragraph_end - paragraph_start > max(0, limit) * _LONGEST_TAIL:
            break
        used += _cost(model, text[paragraph_start:paragraph_end])
        if used > limit:
            break
        start = paragraph_start
    if start < len(text) or not text:
        return start
    last_start = next(start for start, end in _paragraphs_backwards(text))
    return len(text) - len(fitting_end(model, text[last_start:], limit))


def fitting_end(model: LoadedModel, text: str, limit: int) -> str:
    """Return the last sentences of `text` that fit into `limit` tokens, or the end of its last sentence."""
    if limit <= 0:
        return ""
    text = text[-limit * _LONGEST_TAIL :]
    if _cost(model, text) <= limit:
        return text
    start = len(text)
    for sentence in reversed(split_sentences(text)):
        if _cost(model, text[sentence.start :]) > limit:
            break
        start = sentence.start
    if start < len(text):
        return text[start:]
    while _cost(model, text) > limit:  # decoding the last ids may give a few more when encoded again
        excess = _cost(model, text) - limit
        text = text[-len(model.tokenizer.decode(model.tokenizer.encode(text)[excess:])) :][1:]
    return text


def _paragraphs_backwards(text: str) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)` of the paragraphs, each with the line ends after it, the last first."""
    end = len(text)
    while end > 0:
        body = end
        while body > 0 and text[body - 1] == "\n":
            body -= 1
        start = text.rfind("\n", 0, body) + 1
        yield start, end
        end = start


def _compose(model: LoadedModel, shown: str, background: str, note: str) -> list[int]:
    chat = model.tokenizer.chat([{"role": "user", "content": continue_instruction(shown, background, note[1:-1])}])
    if chat is not None:
        return chat
    opening = background + "\n\n" if background else ""
    if note:
        places = [start for start, _ in _paragraphs_backwards(shown)][:_NOTE_PARAGRAPHS]
        place = places[-1] if places else 0
        shown = f"{shown[:place]}{note}\n\n{shown[place:]}"
    return [*model.decoder.start_ids, *model.tokenizer.encode(opening + shown)]


def _cost(model: LoadedModel, text: str) -> int:
    return len(model.tokenizer.encode(text)) if text else 0

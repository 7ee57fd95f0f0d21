"""What a model that follows instructions replies: its prompt, and the answers without white space around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from engine.errors import ModelError
from engine.events import Event, TextChunk
from engine.generate import generate_text
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.params import SamplingParams


def chat_ids(model: LoadedModel, messages: Sequence[dict[str, str]], task: str) -> list[int]:
    """Return the prompt of a conversation. Raises ModelError, which names the `task`, for a model that has none."""
    ids = None if isinstance(model.decoder, Seq2SeqDecoder) else model.tokenizer.chat(messages)
    if ids is None:
        raise ModelError(f"The model {model.id} follows no instructions and cannot {task}: choose another.")
    return ids


def reply(model: LoadedModel, ids: list[int], params: SamplingParams, variants: int) -> Iterator[Event]:
    """Yield the events of `generate_text`; white space at the beginning and the end of an answer is left out."""
    held = [""] * variants  # white space that only a word behind it lets pass
    begun = [False] * variants
    with closing(generate_text(model, [ids], params, variants)) as events:
        for event in events:
            if not isinstance(event, TextChunk):
                yield event
                continue
            text = held[event.variant] + event.text
            text = text if begun[event.variant] else text.lstrip()
            shown = text.rstrip()
            held[event.variant] = text[len(shown) :]
            if shown:
                begun[event.variant] = True
                yield TextChunk(shown, event.variant)

"""Dialogue mode: questions about the text, answered by a reader or by one of its characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.context import fitting_end, left_out
from engine.errors import InputError
from engine.events import Event, Notice
from engine.instructions import dialogue_messages
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.reply import chat_ids, reply


def converse(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield what is answered to `request.instruction`, after the turns in `request.texts`.

    What does not fit falls out: of the turns the oldest, down to half of the room, and then the beginning of the text,
    which a Notice says. Raises ModelError for a model that follows no instructions.
    """
    room = min(request.params.max_new_tokens, model.decoder.context_length // 2)
    limit = model.decoder.context_length - room
    turns = _recent(model, [*request.texts, request.instruction], limit // 2)
    ids, start = _fitted(model, request, turns, limit)
    notice = left_out(request.text, start)
    if notice:
        yield Notice(notice)
    yield from reply(model, ids, replace(request.params, max_new_tokens=room), request.variants)


def _recent(model: LoadedModel, turns: list[str], limit: int) -> list[str]:
    """Return the last turns, in pairs before the question, that fit into `limit` tokens; the question always stays."""
    costs = [len(model.tokenizer.encode(turn)) for turn in turns]
    first = len(turns) - 1
    while first >= 2 and sum(costs[first - 2 :]) <= limit:
        first -= 2
    return turns[first:]


def _fitted(model: LoadedModel, request: Request, turns: list[str], limit: int) -> tuple[list[int], int]:
    """Return the prompt of at most `limit` tokens, and where the part of the text in it begins."""
    text = request.text
    ids = _asked(model, text, turns, request.voice)
    while len(ids) > limit and text:
        spare = len(model.tokenizer.encode(text)) - (len(ids) - limit)
        text = fitting_end(model, text, min(spare, len(model.tokenizer.encode(text)) - 1))
        ids = _asked(model, text, turns, request.voice)
    if len(ids) > limit:
        raise InputError("The question is longer than the model can read: shorten it.")
    return ids, len(request.text) - len(text)


def _asked(model: LoadedModel, text: str, turns: list[str], voice: str) -> list[int]:
    return chat_ids(model, dialogue_messages(text, turns, voice), "answer")

"""Rewrite mode: a passage anew, as an instruction says, in several proposals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.errors import InputError
from engine.events import Event
from engine.instructions import rewrite_instruction
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.reply import chat_ids, reply
from engine.text.words import count_words

_SLACK = 16  # tokens that a proposal may have beyond half as many again as the passage


def rewrite(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield proposals for `request.text`, each without white space around it.

    A proposal may be half as long again as the passage, whatever the settings say, so that none stops short.
    Raises InputError for a passage that the model cannot hold twice, ModelError for one that follows no instructions.
    """
    passage = request.text.strip()
    ids = chat_ids(model, [{"role": "user", "content": rewrite_instruction(passage, request.instruction)}], "rewrite")
    length = len(model.tokenizer.encode(passage))
    needed = length + length // 2 + _SLACK
    spare = model.decoder.context_length - len(ids)
    if spare < needed:
        words = count_words(passage)
        share = model.decoder.context_length / (len(ids) + needed)
        raise InputError(
            f"The passage has {words:,} words, and {model.id} can rewrite about {int(words * share):,} at once: "
            "select less of it."
        )
    params = replace(request.params, max_new_tokens=min(spare, max(needed, request.params.max_new_tokens)))
    yield from reply(model, ids, params, request.variants)

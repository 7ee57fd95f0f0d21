"""What a writer asks for, done by a server of their choice: the same events as from a model here."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from engine.errors import InputError, ModelError
from engine.events import Event, ModelLoaded, Notice, Progress, TextChunk, VariantFinished
from engine.hub.tokens import read_key
from engine.instructions import (
    called_lore,
    check_instruction,
    continue_instruction,
    dialogue_messages,
    rewrite_instruction,
    summary_instruction,
    translate_instruction,
)
from engine.modes import INSTRUCTED, TEXT_MODES, Mode, Request
from engine.remote.client import RemoteClient
from engine.remote.pieces import Piece
from engine.remote.scores import rank_remote, surprise_remote
from engine.remote.settings import server_settings
from engine.remote.waiting import in_words, told
from engine.server import Server
from engine.text.language import translation_languages
from engine.text.words import count_words

_MOST_SHOWN = 24_000  # characters of the writer's text; a server does not say how many it can read
_SCORING = (Mode.SURPRISE, Mode.RANK)
_STEP = Progress(0, 0, "steps")
_MOST_TURNS = 20  # questions with their answers that go along


def serve_remote(request: Request, server: Server) -> Iterator[Event]:
    """Yield the events of `request`, which `server` answers; the seed must be drawn already.

    Raises NetworkError, or ModelError for a mode that a server is not asked to do.
    """
    if request.mode not in (*TEXT_MODES, *_SCORING):
        raise ModelError(f"A server is not asked to {request.mode.value}: choose a model on this machine.")
    if request.mode in _SCORING and server.chat:
        raise ModelError(f"{server.model} on {server.host} chats and scores no texts: choose a model on this machine.")
    if request.mode in INSTRUCTED:
        check_instruction(request)
        if not server.chat:
            raise ModelError(f"{server.model} on {server.host} only continues texts: choose a model that chats.")
    client = RemoteClient(server, read_key(server.address))
    try:
        started = time.perf_counter()
        kind = yield from told(client.kind(), _silence(server))
        place = f"{server.host}: text leaves this machine"
        yield ModelLoaded(server.model, place, "", time.perf_counter() - started)
        _, dropped = server_settings(request.params, kind, 0)
        if dropped and request.mode not in _SCORING:
            names = ", ".join(name.replace("_", " ") for name in dropped)
            yield Notice(f"{server.host} does not know these settings and writes without them: {names}.")
        match request.mode:
            case Mode.WRITE:
                yield from _write(client, request, server, kind)
            case Mode.TRANSLATE:
                yield from _translate(client, request, kind)
            case Mode.REWRITE:
                yield from _rewrite(client, request, kind)
            case Mode.DIALOGUE:
                yield from _converse(client, request, kind)
            case Mode.SURPRISE:
                yield from surprise_remote(client, request)
            case Mode.RANK:
                yield from rank_remote(client, request)
            case _:
                prompt = summary_instruction(request.text[:_MOST_SHOWN], request.style)
                yield from _cut_notice(request, len(request.text) > _MOST_SHOWN, "first")
                yield from _variants(client, [prompt], request, kind)
    finally:
        client.close()


def _write(client: RemoteClient, request: Request, server: Server, kind: str) -> Iterator[Event]:
    shown = request.text[-_MOST_SHOWN:]
    yield from _cut_notice(request, len(request.text) > _MOST_SHOWN, "last")
    if request.raw:
        prompt = shown
    else:
        parts = [request.memory.strip(), *(entry.text.strip() for entry in called_lore(request))]
        background = "\n\n".join(part for part in parts if part)
        note = request.note.strip()
        if server.chat:
            prompt = continue_instruction(shown, background, note)
        else:
            prompt = "\n\n".join(part for part in (background, f"[{note}]" if note else "", shown) if part)
    yield from _variants(client, [prompt], request, kind)


def _translate(client: RemoteClient, request: Request, kind: str) -> Iterator[Event]:
    source, target = translation_languages(request.text, request.source_language, request.target_language)
    prompts = [translate_instruction(part, source, target) if part.strip() else part for part in _parts(request.text)]
    yield from _variants(client, prompts, request, kind)


def _rewrite(client: RemoteClient, request: Request, kind: str) -> Iterator[Event]:
    passage = request.text.strip()
    if len(passage) > _MOST_SHOWN:
        raise InputError(f"The passage is longer than the {_MOST_SHOWN:,} characters sent at once: select less of it.")
    yield from _variants(client, [rewrite_instruction(passage, request.instruction)], request, kind)


def _converse(client: RemoteClient, request: Request, kind: str) -> Iterator[Event]:
    yield from _cut_notice(request, len(request.text) > _MOST_SHOWN, "last")
    turns = [*request.texts[-2 * _MOST_TURNS :], request.instruction]
    *earlier, asked = dialogue_messages(request.text[-_MOST_SHOWN:], turns, request.voice)
    yield from _variants(client, [asked["content"]], request, kind, earlier)


def _variants(
    client: RemoteClient, prompts: list[str], request: Request, kind: str, earlier: Sequence[dict[str, str]] = ()
) -> Iterator[Event]:
    """Ask for one variant after the other, each with a seed of its own; blank prompts are passed on as they are."""
    assert request.server is not None
    quiet = _silence(request.server)
    for variant in range(request.variants):
        seed = request.params.seed + variant
        settings, _ = server_settings(request.params, kind, seed)
        tokens, reason = 0, "end"
        nats: list[float] = []  # of the tokens, where the server says them
        for number, prompt in enumerate(prompts):
            if not prompt.strip() and len(prompts) > 1:
                yield TextChunk(prompt, variant)
                continue
            count, reason, said = yield from _answer(client, prompt, settings, variant, earlier, quiet)
            quiet = _STEP
            tokens += count
            nats += said
            if len(prompts) > 1:
                yield Progress(number + 1, len(prompts), "paragraphs")
        bits = sum(nats) / len(nats) / math.log(2) if nats else -1.0
        yield VariantFinished(variant, reason, tokens, seed, bits)


def _answer(
    client: RemoteClient,
    prompt: str,
    settings: dict[str, Any],
    variant: int,
    earlier: Sequence[dict[str, str]],
    quiet: Progress,
) -> Generator[Event, None, tuple[int, str, list[float]]]:
    """Yield the text of one answer, and `quiet` for every moment without any before it.

    Return how many pieces it had, about its tokens, why it ended, and their nats.
    """
    count, reason, nats = 0, "end", list[float]()
    with closing(client.stream(prompt, settings, earlier)) as stream:
        for found in stream:
            if not isinstance(found, Piece):
                yield in_words(found, quiet)
                continue
            if found.text:
                if not count:
                    quiet = _STEP
                    yield _STEP  # nothing is waited for any more
                count += 1
                yield TextChunk(found.text, variant)
            nats += found.nats
            reason = "length" if found.reason == "length" else reason
    return count, reason, nats


def _silence(server: Server) -> Progress:
    """Return what is said while a server has not begun to answer."""
    return Progress(0, 0, "moments", f"Waiting for {server.host}")


def _parts(text: str) -> list[str]:
    """Return the lines of `text`, and what ends each as a part of its own."""
    if not text.strip():
        raise InputError("There is no text to translate: write or select some.")
    parts: list[str] = []
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        parts += [body, line[len(body) :]] if body != line else [body]
    return [part for part in parts if part]


def _cut_notice(request: Request, cut: bool, which: str) -> Iterator[Event]:
    if cut:
        total = count_words(request.text)
        shown = request.text[:_MOST_SHOWN] if which == "first" else request.text[-_MOST_SHOWN:]
        yield Notice(f"The server is shown the {which} {count_words(shown):,} of {total:,} words.")

"""What servers send, read with care: pieces of a text, the odds of its tokens, the reason for a refusal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from engine.json_files import parse_json


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that came; `reason` is "stop" or "length" with the last one, `nats` of its tokens where they are said."""

    text: str
    reason: str = ""
    nats: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredToken:
    """A token of a text: where it begins, in code points, and its -ln p after all before it (the first: 0)."""

    start: int
    nats: float


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a server says went wrong, in the place of a piece."""

    words: str


def read_piece(data: str) -> Piece | Complaint | None:
    """Return what `data` holds, a line of a stream or an answer that came at once; None for what is neither."""
    try:
        answer = parse_json(data)
        if answer.get("error") or answer.get("object") == "error":
            return Complaint(said(answer))
        choices = answer["choices"]
        if not choices:
            return Piece("")  # usage alone
        choice = choices[0]
        part = choice.get("delta", choice.get("message"))
        text = (choice["text"] if part is None else part.get("content")) or ""
        reason = choice.get("finish_reason") or ""
        if not (isinstance(text, str) and isinstance(reason, str)):
            return None
        return Piece(text, reason, _nats(choice.get("logprobs") or {}))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        return None


def read_scores(data: str, length: int) -> list[ScoredToken]:
    """Return the tokens of a text of `length` code points; none where `data` does not say them."""
    try:
        odds = parse_json(data)["choices"][0]["logprobs"]
        pairs = zip(odds["text_offset"], odds["token_logprobs"], strict=True)
        # What the server added to the text comes last.
        tokens = [ScoredToken(int(start), -float(odd or 0)) for start, odd in pairs if start < length]
    except (ValueError, KeyError, TypeError, IndexError, OverflowError):
        return []
    return tokens if all(math.isfinite(token.nats) for token in tokens) else []


def said(answer: Any) -> str:
    """Return what a server says of its refusal, in one short line."""
    error = answer.get("error") or answer.get("message") if isinstance(answer, dict) else None
    words = error.get("message", error) if isinstance(error, dict) else error
    return " ".join(str(words).split())[:200] if words else "it does not say why."


def _nats(odds: dict[str, Any]) -> tuple[float, ...]:
    """Return -ln p of the tokens of a piece, in either form that servers have for it, without what is no number."""
    found = odds.get("token_logprobs") or [token["logprob"] for token in odds.get("content") or []]
    nats = [-float(odd) for odd in found if odd is not None]
    return tuple(each for each in nats if math.isfinite(each))

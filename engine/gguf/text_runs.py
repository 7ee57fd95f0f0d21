"""Texts of a GGUF file, each after its length, as they are passed over: a vocabulary has some hundred thousand."""

from __future__ import annotations

import re
import struct
from functools import cache

_RUN, _SHORT = 100, 64  # texts that are passed over at once, if all have fewer bytes than that


def passed(piece: bytes, count: int) -> tuple[int, int]:
    """Return where in `piece`, or behind it, the last text ends that begins in it, and how many of `count` follow."""
    length_at, short = struct.Struct("<Q").unpack_from, _run_of_short_texts().match
    at, last = 0, len(piece) - 8
    while count and at <= last:
        if count >= _RUN and (run := short(piece, at)):
            at, count = run.end(), count - _RUN
            continue
        for _ in range(min(count, _RUN)):
            at += 8 + length_at(piece, at)[0]
            count -= 1
            if at > last:
                break
    return at, count


@cache
def _run_of_short_texts() -> re.Pattern[bytes]:
    """Return a pattern for `_RUN` texts, each after its length: a loop over them takes four times as long."""
    texts = (re.escape(struct.pack("<Q", length)) + b".{%d}" % length for length in range(_SHORT))
    return re.compile(b"(?:%b){%d}" % (b"|".join(texts), _RUN), re.DOTALL)

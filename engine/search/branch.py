"""Branching search: the likeliest first tokens, each with the likeliest text after it, a few words long."""

from __future__ import annotations

import math
import re
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.openings import Surfaces
from engine.search.rows import Rows

_JOINED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_CLAUSE = re.compile(r"[^\w\s]*[.,;:!?…。，、；：！？][^\w\s]*\Z")


@dataclass(frozen=True, slots=True)
class Standards:
    """What a branch must come up to: `sure` is the least probability of its text, `known` (V,) bool its tokens.

    Where a word was begun its probability is the share among all tokens that go on with it; these
    must together be as likely as `plausible`. The nats of tokens inside a word count `within` times.
    """

    sure: float
    plausible: float
    within: float
    known: Tensor


@dataclass(slots=True)
class Branch:
    """A text in the making: `opening` is what it must still begin with, `end` its length at the last word's end."""

    opening: str
    text: str = ""
    nats: float = 0.0
    open: bool = True
    end: int = 0

    def take(self, surface: str, nats: float, standards: Standards) -> None:
        """Add a token's text that costs `nats`, if it belongs to the same clause and the whole stays likely."""
        if self.text and _separates(self.text, surface):
            self.end = len(self.text)
        elif self.text:
            nats *= standards.within
        if "\n" in surface or self.nats + nats > -math.log(standards.sure):
            self.open = False
            return
        self.text += surface[len(self.opening) :]
        self.opening = self.opening[len(surface) :]
        self.nats += nats
        if not self.opening and self.text and _CLAUSE.match(surface.strip(" ")):
            self.end, self.open = len(self.text), False


def branch(
    rows: Rows, opening: str, surfaces: Surfaces, standards: Standards, count: int, limit: int
) -> Generator[None, None, list[str]]:
    """Yield after every step; return up to `count` texts of at most `limit` tokens, `opening` included.

    The likeliest comes first. Each begins with another token and ends at the end of a word. `rows` is one
    text, all of which was read.
    """
    log_shares = _log_shares(rows.logits, [opening], surfaces, standards)[0]
    found = log_shares.topk(min(count, len(log_shares)))
    first = [
        (nats, token)
        for nats, token in zip((-found.values).tolist(), found.indices.tolist(), strict=True)
        if nats <= -math.log(standards.sure)
    ]
    branches = [Branch(opening) for _ in first]
    for each, (nats, token) in zip(branches, first, strict=True):
        each.take(surfaces.texts[token], nats, standards)
    live = [number for number, each in enumerate(branches) if each.open]
    if live:
        rows.follow([0] * len(live), live, [first[number][1] for number in live])
    for _ in range(limit - 1):
        yield
        if not live:
            break
        rows.read()
        live = _grow(rows, branches, surfaces, standards)
    texts = dict.fromkeys(each.text[: each.end] for each in branches)
    return [text for text in texts if any(map(str.isalnum, text))]


def _grow(rows: Rows, branches: list[Branch], surfaces: Surfaces, standards: Standards) -> list[int]:
    """Add its likeliest token to every branch in `rows`; return the numbers of those that go on."""
    log_shares = _log_shares(rows.logits, [branches[number].opening for number in rows.numbers], surfaces, standards)
    values, tokens = (part.tolist() for part in log_shares.max(dim=1))
    for number, value, token in zip(rows.numbers, values, tokens, strict=True):
        branches[number].take(surfaces.texts[token], -value, standards)
    going = [row for row, number in enumerate(rows.numbers) if branches[number].open]
    live = [rows.numbers[row] for row in going]
    if live:
        rows.follow(going, live, [tokens[row] for row in going])
    return live


def _log_shares(logits: Tensor, openings: list[str], surfaces: Surfaces, standards: Standards) -> Tensor:
    """Return log-probabilities (B, V), among the fitting tokens alone where a word was begun."""
    shares = logits.log_softmax(dim=1)
    for row, opening in enumerate(openings):
        allowed = standards.known
        if opening:
            allowed = torch.zeros_like(allowed)
            allowed[surfaces.beginning(opening)] = True
            allowed &= standards.known
        kept = shares[row].masked_fill(~allowed, -torch.inf)
        mass = kept.logsumexp(0)
        if opening and mass.exp() >= standards.plausible:
            kept = kept - mass
        shares[row] = kept
    return shares.nan_to_num(nan=-torch.inf)


def _separates(text: str, surface: str) -> bool:
    """Tell whether a word ends between `text` and the `surface` of the token after it."""
    last, next_ = text[-1], surface[0]
    if _JOINED.match(last) or _JOINED.match(next_):
        return True
    return not (next_.isalnum() or next_ in "'’-_") or not (last.isalnum() or last in "'’-_")

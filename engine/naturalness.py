"""How natural a continuation reads, by three criteria: a discriminator, likelihood, typicality.

All give a score that is higher the more natural, a mean over the text, so that lengths compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch

from engine.evaluation import token_nats
from engine.models.base import Decoder
from engine.models.discriminator import Discriminator, pad_ids
from engine.typicality import ENOUGH, USUAL_NATS, fault, typicality

PIECE = 32  # tokens that the discriminator judges at a time: what it is trained on


class Criterion(Protocol):
    """Anything that scores how natural ids read."""

    @property
    def name(self) -> str:
        """The criterion in a word."""
        ...

    def fault(self, before: Sequence[int], ids: Sequence[int]) -> str:
        """Return what `ids` do, as the part that reads least natural: the end of a sentence about them."""
        ...

    def score(self, before: Sequence[int], ids: Sequence[int]) -> float:
        """Return how natural `ids` read after `before`."""
        ...


@dataclass(frozen=True, slots=True)
class Discriminated:
    """Mean log-odds that a person wrote it, by pieces (Yu et al. 2017, the discriminator alone)."""

    model: Discriminator
    name: str = "discriminator"

    def score(self, before: Sequence[int], ids: Sequence[int]) -> float:  # noqa: ARG002 - it judges the text alone
        """Return the mean log-odds of the pieces of `ids`."""
        pieces = pad_ids(cut_pieces(ids), self.model.settings.pad_id, PIECE)
        return torch.logit(self.model.probabilities(pieces), eps=1e-6).mean().item()

    def fault(self, before: Sequence[int], ids: Sequence[int]) -> str:  # noqa: ARG002 - always the same
        """Return what the discriminator means."""
        return "sounds most like a machine"


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Mean log-likelihood per token, by the language model."""

    decoder: Decoder
    name: str = "likelihood"

    def score(self, before: Sequence[int], ids: Sequence[int]) -> float:
        """Return the mean of ln p over `ids`."""
        return -mean_nats(self.decoder, before, ids)

    def fault(self, before: Sequence[int], ids: Sequence[int]) -> str:  # noqa: ARG002 - always the same
        """Return what the model means."""
        return "is what the model expects least"


@dataclass(frozen=True, slots=True)
class Typicality:
    """Nearness to the surprise per token that people's texts have, `usual` nats (after Meister et al. 2023)."""

    decoder: Decoder
    usual: float
    name: str = "typicality"

    def score(self, before: Sequence[int], ids: Sequence[int]) -> float:
        """Return minus the distance of the mean surprise of `ids` from the usual."""
        return typicality(mean_nats(self.decoder, before, ids), self.usual)

    def fault(self, before: Sequence[int], ids: Sequence[int]) -> str:
        """Return on which side of the usual `ids` are."""
        return fault(mean_nats(self.decoder, before, ids), self.usual)


def cut_pieces(ids: Sequence[int]) -> list[list[int]]:
    """Cut `ids` into pieces of PIECE tokens; what is left over joins the last piece by overlapping it."""
    if len(ids) <= PIECE:
        return [list(ids)]
    starts = [*range(0, len(ids) - PIECE, PIECE), len(ids) - PIECE]
    return [list(ids[start : start + PIECE]) for start in starts]


def usual_nats(decoder: Decoder, ids: Sequence[int]) -> float:
    """Return the mean surprise of a text's own `ids`, where there are enough of them, or that of fiction."""
    return mean_nats(decoder, [], ids) if len(ids) >= ENOUGH else USUAL_NATS


def mean_nats(decoder: Decoder, before: Sequence[int], ids: Sequence[int]) -> float:
    """Return the mean of -ln p over `ids` after `before`; 0.0 where nothing stands before a single one."""
    room = max(1, decoder.context_length - len(ids))
    given = [*decoder.start_ids, *before][-room:]
    nats = list(token_nats(decoder, [*given, *ids]))
    return torch.cat(nats)[-len(ids) :].mean().item() if nats else 0.0

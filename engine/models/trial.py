"""A model's first step, taken when it is loaded: what cannot write is known before the writer asks."""

from __future__ import annotations

import torch

from engine.models.base import Decoder, Seq2SeqDecoder

_IDS = 8  # tokens of the text that is tried, spread over the vocabulary


def check_first_step(decoder: Decoder) -> None:
    """Have `decoder` read a few tokens. Raises ValueError, or anything else that a damaged model leads to.

    An id for padding that the model does not have, as some say for "none", becomes 0, since padding is masked.
    """
    size = decoder.vocab_size
    if not _is_id(decoder.pad_id, size):
        decoder.pad_id = 0
    if not all(_is_id(start, size) for start in decoder.start_ids) or not all(map(_is_number, decoder.end_ids)):
        raise ValueError(f"ids that mark texts are not among {size} tokens: {decoder.start_ids}, {decoder.end_ids}")
    spread = torch.linspace(0, size - 1, _IDS, device=decoder.device).long()[None]
    if isinstance(decoder, Seq2SeqDecoder):
        state = decoder.encode(spread, torch.ones_like(spread, dtype=torch.bool))
        ids = torch.tensor([decoder.start_ids], device=decoder.device)
    else:
        state, ids = decoder.new_state(1), spread
    logits, _ = decoder.prefill(ids, state)
    if bool(logits.isnan().any()):
        raise ValueError("the weights lead to numbers that are none")


def _is_id(value: object, size: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < size


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

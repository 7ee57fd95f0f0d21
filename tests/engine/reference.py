"""The same search by transformers: what ours must equal token for token."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from engine.models.loaded import LoadedModel
from engine.params import SamplingParams
from tests.engine.tiny_models import PAD, SENTENCES, SEQ2SEQ_KINDS

MANY_ENDS = frozenset({2, *range(20, 60)})  # so that texts end at different steps


@cache
def reference_model(folder: Path) -> Any:
    """Return transformers' model in `folder`, in float32."""
    seq2seq = AutoConfig.from_pretrained(folder).is_encoder_decoder
    kind = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
    return kind.from_pretrained(folder, dtype=torch.float32).eval()


def inputs(model: LoadedModel, kind: str, count: int) -> list[list[int]]:
    """Return the ids of `count` sentences of different lengths: prompts, or sources of an encoder."""
    encode = model.tokenizer.encode_source if kind in SEQ2SEQ_KINDS else model.tokenizer.encode
    return [encode(sentence) for sentence in SENTENCES[:count]]


def reference(
    model: LoadedModel, kind: str, texts: Sequence[Sequence[int]], params: SamplingParams, best: int = 1
) -> tuple[list[list[int]], list[float]]:
    """Return the ids of transformers' `generate` without end ids, and the scores of beam search."""
    decoder: Any = model.decoder
    width = max(map(len, texts))
    pads = [[PAD] * (width - len(text)) for text in texts]
    left = kind not in SEQ2SEQ_KINDS
    ids = torch.tensor([pad + list(text) if left else list(text) + pad for pad, text in zip(pads, texts, strict=True)])
    ones = [[1] * len(text) for text in texts]
    zeros = [[0] * len(pad) for pad in pads]
    mask = torch.tensor([zero + one if left else one + zero for zero, one in zip(zeros, ones, strict=True)])
    output = reference_model(model.folder).generate(
        input_ids=ids,
        attention_mask=mask,
        max_new_tokens=params.max_new_tokens,
        do_sample=False,
        top_k=0,
        num_beams=params.beams,
        num_return_sequences=best,
        length_penalty=params.length_penalty,
        early_stopping=params.early_stopping,
        repetition_penalty=params.repetition_penalty,
        no_repeat_ngram_size=params.no_repeat_ngram,
        eos_token_id=sorted(decoder.end_ids),
        pad_token_id=PAD,
        return_dict_in_generate=True,
        output_scores=True,
    )
    start = width if left else 1
    found = [_before_end(row, decoder.end_ids) for row in output.sequences[:, start:].tolist()]
    return found, output.sequences_scores.tolist() if params.beams > 1 else []


def random_ids(rows: int, count: int, seed: int = 1) -> torch.Tensor:
    """Return ids (rows, count) that are no special ones."""
    return torch.randint(10, 300, (rows, count), generator=torch.Generator().manual_seed(seed))


def reference_logits(folder: Path, ids: torch.Tensor) -> torch.Tensor:
    """Return the logits (rows, count, V) of transformers' model in `folder`."""
    with torch.inference_mode():
        return reference_model(folder)(input_ids=ids.cpu()).logits


def changed(folder: Path, target: Path, **config: Any) -> Path:
    """Return a copy of `folder` whose configuration says something else."""
    copy = Path(shutil.copytree(folder, target / "model"))
    path = copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | config))
    return copy


def _before_end(ids: list[int], ends: frozenset[int]) -> list[int]:
    return ids[: next((place for place, token in enumerate(ids) if token in ends), len(ids))]

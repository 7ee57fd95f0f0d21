"""A `tokenizer.json` for translators that come with SentencePiece's files instead, as OPUS-MT's do.

Such a model cuts its source by the pieces of `source.spm` and numbers them, and those of its targets, by `vocab.json`.
A text's best pieces are those of the highest sum of scores (Kudo 2018, Subword Regularization, section 3.1).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelError

_PIECES, _VOCABULARY, _MADE = "source.spm", "vocab.json", "tokenizer.json"
_LIMIT = 50_000_000  # bytes of either file
_ELSEWHERE = -1000.0  # the score of pieces that only targets have: no source is cut into them
_NORMAL, _UNIGRAM = 1, 1  # kinds of a piece and of a model
_END, _UNKNOWN, _PADDING = "</s>", "<unk>", "<pad>"


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a SentencePiece model says: its pieces with their scores, and the table that its texts are normalised by."""

    scores: dict[str, float]
    normaliser: bytes


def lacks_tokenizer(folder: Path) -> bool:
    """Tell whether the model in `folder` has the files that a tokenizer can be made from, and no tokenizer."""
    return not (folder / _MADE).exists() and all((folder / name).is_file() for name in (_PIECES, _VOCABULARY))


def make_tokenizer(folder: Path) -> None:
    """Write `tokenizer.json` into the folder of a model where it lacks one. Raises ModelError for damaged files."""
    if not lacks_tokenizer(folder):
        return
    try:
        if max((folder / name).stat().st_size for name in (_PIECES, _VOCABULARY)) > _LIMIT:
            raise ValueError("too large")
        pieces = read_pieces((folder / _PIECES).read_bytes())
        numbers = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        _tokenizer(pieces, numbers).save(str(folder / _MADE))
    except ModelError:
        raise
    except Exception as error:  # the Rust side raises bare Exception for tables that are none
        raise ModelError(
            f"The vocabulary of the model {folder.name} is damaged ({_PIECES} or {_VOCABULARY}): download it again."
        ) from error


def read_pieces(data: bytes) -> Pieces:
    """Return what a SentencePiece model in `data` says. Raises ValueError for damage, ModelError for other kinds."""
    scores: dict[str, float] = {}
    normaliser = b""
    for field, value in _fields(data):
        if field == 1:
            piece = dict(_fields(value))
            if piece.get(3, _NORMAL) == _NORMAL:
                scores[piece[1].decode("utf-8")] = struct.unpack("<f", piece[2])[0]
        elif field == 2 and dict(_fields(value)).get(3, _UNIGRAM) != _UNIGRAM:
            raise ModelError("Only translators that cut texts by scores (unigram) can be read: choose another model.")
        elif field == 3:
            normaliser = dict(_fields(value)).get(2, b"")
    if not scores:
        raise ValueError("no pieces")
    return Pieces(scores, normaliser)


def _tokenizer(pieces: Pieces, numbers: dict[str, int]) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    if sorted(numbers.values()) != list(range(len(numbers))):
        raise ValueError("its numbers have gaps")
    words = sorted(numbers, key=numbers.__getitem__)
    scored = [(word, pieces.scores.get(word, _ELSEWHERE)) for word in words]
    made = Tokenizer(Unigram(scored, unk_id=numbers[_UNKNOWN], byte_fallback=False))
    steps: list[Any] = [normalizers.Precompiled(pieces.normaliser)] if pieces.normaliser else []
    made.normalizer = normalizers.Sequence([*steps, normalizers.Strip(), normalizers.Replace(_spaces(), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    made.decoder = decoders.Metaspace(prepend_scheme="always", split=False)
    made.post_processor = processors.TemplateProcessing(single=f"$A {_END}", special_tokens=[(_END, numbers[_END])])
    tags = [word for word in words if word.startswith(">>") and word.endswith("<<")]
    special = [word for word in (_END, _UNKNOWN, _PADDING, *tags) if word in numbers]
    made.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in special])
    return made


def _spaces() -> Any:
    from tokenizers import Regex

    return Regex(" {2,}")


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield number and value of the fields of a protocol-buffer message. Raises ValueError where it is damaged."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        kind = key & 7
        if kind == 0:
            value, place = _varint(data, place)
        else:
            length, place = _varint(data, place) if kind == 2 else ({1: 8, 5: 4}.get(kind, -1), place)
            if length < 0 or place + length > len(data):
                raise ValueError("a message is cut short")
            value, place = data[place : place + length], place + length
        yield key >> 3, value


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            break
        byte, place = data[place], place + 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise ValueError("a number is cut short")

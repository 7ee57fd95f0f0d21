"""SentencePiece models written by hand, field by field."""

from __future__ import annotations

import json
import struct
from pathlib import Path

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def message(*fields: tuple[int, str | bytes | float]) -> bytes:
    """Return a protocol-buffer message of (number, value): bytes, text, a float or an int."""
    parts = []
    for number, value in fields:
        if isinstance(value, float):
            parts.append(bytes([number << 3 | 5]) + struct.pack("<f", value))
        elif isinstance(value, int):
            parts.append(bytes([number << 3, value]))
        else:
            data = value.encode() if isinstance(value, str) else value
            length = bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 127 | 128, len(data) >> 7])
            parts.append(bytes([number << 3 | 2]) + length + data)
    return b"".join(parts)


def pieces_file(scores: dict[str, float], cut: int = 1) -> bytes:
    """Return a SentencePiece model that cuts texts by scores (1) or merges (2)."""
    special = [message((1, name), (2, 0.0), (3, 3)) for name in ("<unk>", "<s>", "</s>")]
    normal = [message((1, name), (2, score)) for name, score in scores.items()]
    return message(
        *((1, piece) for piece in [*special, *normal]), (2, message((3, cut))), (3, message((1, "identity")))
    )


def m2m_folder(folder: Path, scores: dict[str, float]) -> Path:
    """Write the files that M2M100 has instead of a tokenizer.json."""
    numbers = {word: number for number, word in enumerate([*SPECIAL, *scores])}
    config = {"model_type": "m2m_100", "is_encoder_decoder": True, "vocab_size": len(numbers) + 108}
    (folder / "sentencepiece.bpe.model").write_bytes(pieces_file(scores, cut=2))
    (folder / "vocab.json").write_text(json.dumps(numbers))
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "M2M100Tokenizer"}))
    return folder

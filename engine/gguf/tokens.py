"""The vocabulary of a GGUF file, looked over before llama.cpp is given it. Torch-free."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from engine.errors import ModelError
from engine.gguf.header import read_header


def check_tokens(path: Path) -> None:
    """Raise ModelError where two tokens of the file are the same, for which llama.cpp would end the process."""
    start, end = read_header(path).vocabulary
    try:
        with path.open("rb") as file:
            file.seek(start)
            data = file.read(end - start)
        # To llama.cpp a token ends at its first zero, and those without a letter get names by their numbers.
        tokens = [token for token in (each.partition(b"\0")[0] for each in _texts(data)) if token]
    except (OSError, struct.error) as error:
        raise ModelError(f"{path} cannot be read: it changes.") from error
    if len(set(tokens)) < len(tokens):
        raise ModelError(f"The model {path.name} is damaged (two of its tokens are the same): download it again.")


def _texts(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        yield data[at + 8 : at + 8 + length]
        at += 8 + length

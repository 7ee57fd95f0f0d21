"""The head of a GGUF file: what the model is, and whether the file is whole. Torch-free.

Files come from anywhere: every length is held against what the file can hold before it is believed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from engine.errors import ModelError

_MAGIC = b"GGUF"
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_LONGEST_STRING = 4_000_000  # bytes; a chat template is long, a token short
_KEPT_STRING = 200_000
_TOKENS = "tokenizer.ggml.tokens"
_MOST_LAYERS = 512  # llama.cpp's own limit, beyond which it ends the process
_MOST_ENTRIES, _MOST_TENSORS, _MOST_DIMENSIONS = 10_000, 100_000, 4
# Numbers in a block of a tensor's type, and the bytes that it takes; others are not checked for their size.
_BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    30: (1, 2),
}
# general.file_type in the words that these files are named with
_FORMATS = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    32: "BF16",
}


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """`facts` are the short entries of the file by name, `parameters` the numbers in its tensors."""

    facts: dict[str, Any]
    parameters: int
    arrays: dict[str, int] = field(default_factory=dict)  # lengths, by name

    @property
    def architecture(self) -> str:
        """The family of the model, "llama" for instance."""
        return str(self.facts.get("general.architecture", ""))

    @property
    def weights(self) -> str:
        """The format of the weights in the words of these files, "Q4_K_M" for instance."""
        return _FORMATS.get(self.facts.get("general.file_type", -1), "mixed")

    def number(self, name: str, default: int = 0) -> int:
        """Return a number of the architecture's, "block_count" for instance."""
        value = self.facts.get(f"{self.architecture}.{name}", default)
        return value if isinstance(value, int) else default

    @property
    def chats(self) -> bool:
        """Tell whether the model comes with a chat template."""
        return "tokenizer.chat_template" in self.facts


def read_header(path: Path) -> GgufHeader:
    """Return the head of the file at `path`. Raises ModelError for one that is damaged, cut short or no GGUF file."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _Reader(file, size).read()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from error
    except (struct.error, ValueError, OverflowError) as error:
        raise ModelError(f"The model {path.name} is damaged or cut short ({error}): download it again.") from error


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def read(self) -> GgufHeader:
        if self._take(4) != _MAGIC:
            raise ValueError("it does not begin as a GGUF file")
        if (version := self._number("<I")) not in (2, 3):
            raise ValueError(f"version {version} is not known")
        tensors, entries = self._count(_MOST_TENSORS), self._count(_MOST_ENTRIES)
        facts: dict[str, Any] = {}
        arrays: dict[str, int] = {}
        for _ in range(entries):
            name = self._string()
            kind = self._number("<I")
            if kind == _ARRAY:
                arrays[name] = self._tokens() if name == _TOKENS else self._skip_array()
            else:
                facts[name] = self._string() if kind == _STRING else self._scalar(kind)
        alignment = facts.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 0 < alignment <= 4096:
            raise ValueError("its alignment is odd")
        header = GgufHeader(facts, self._tensors(tensors, alignment), arrays)
        if not 0 < header.number("block_count", 1) <= _MOST_LAYERS:
            raise ValueError(f"{header.number('block_count')} layers")
        return header

    def _tensors(self, count: int, alignment: int) -> int:
        """Return how many numbers the tensors hold, all of which must lie within the file."""
        total, end = 0, 0
        for _ in range(count):
            self._string()
            dimensions = self._number("<I")
            if not 0 < dimensions <= _MOST_DIMENSIONS:
                raise ValueError(f"a tensor of {dimensions} dimensions")
            numbers = 1
            for _ in range(dimensions):
                numbers *= self._number("<Q")
            kind, offset = self._number("<I"), self._number("<Q")
            per_block, block_bytes = _BLOCKS.get(kind, (256, 1))
            total += numbers
            end = max(end, offset + numbers // per_block * block_bytes)
        start = -(-self._file.tell() // alignment) * alignment
        if start + end > self._size:
            raise ValueError(f"{start + end - self._size:,} bytes are missing")
        return total

    def _take(self, count: int) -> bytes:
        if count > self._size:
            raise ValueError("a length is beyond the file")
        data = self._file.read(count)
        if len(data) != count:
            raise ValueError("it ends early")
        return data

    def _number(self, form: str) -> int:
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _scalar(self, kind: int) -> Any:
        if kind not in _SCALARS:
            raise ValueError(f"a value of kind {kind}")
        return self._number(_SCALARS[kind])

    def _count(self, most: int) -> int:
        count = self._number("<Q")
        if count > most:
            raise ValueError(f"{count:,} entries")
        return count

    def _string(self) -> str:
        length = self._number("<Q")
        if length > _LONGEST_STRING:
            raise ValueError(f"a text of {length:,} bytes")
        return self._take(length)[:_KEPT_STRING].decode("utf-8", "replace")

    def _tokens(self) -> int:
        """Pass over the vocabulary, of which llama.cpp expects that no two are the same."""
        start = self._file.tell()
        kind, length = self._list()
        if kind == _STRING:
            # To llama.cpp a token ends at its first zero, and those without a letter get names by their numbers.
            ends = (self._take(self._number("<Q")).split(b"\0")[0] for _ in range(length))
            tokens = [token for token in ends if token]
            if len(set(tokens)) < len(tokens):
                raise ValueError("two of its tokens are the same")
        self._file.seek(start)
        return self._skip_array()

    def _list(self) -> tuple[int, int]:
        """Return the kind and the length of the list that follows."""
        kind, length = self._number("<I"), self._number("<Q")
        if length > self._size:
            raise ValueError(f"a list of {length:,}")
        return kind, length

    def _skip_array(self) -> int:
        kind, length = self._list()
        if kind == _STRING:
            for _ in range(length):
                self._skip(self._number("<Q"))
        elif kind in _SCALARS:
            self._skip(length * struct.calcsize(_SCALARS[kind]))
        else:
            raise ValueError(f"a list of kind {kind}")
        return length

    def _skip(self, count: int) -> None:
        if self._file.tell() + count > self._size:
            raise ValueError("it ends early")
        self._file.seek(count, 1)

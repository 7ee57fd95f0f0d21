"""The head of a GGUF file: what the model is, and whether the file is whole. Torch-free.

Files come from anywhere: every length is held against what the file can hold before it is believed.
"""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from engine.errors import ModelError
from engine.gguf.text_runs import passed

_MAGIC = b"GGUF"
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_LONGEST_STRING = 4_000_000  # bytes; a chat template is long
_KEPT_STRING = 200  # bytes of a text that are shown or compared
_MOST_LISTED = 64_000_000  # bytes of texts in lists, for all the file; half a million words and pairs have some 20
_PIECE = 1 << 20  # bytes read at once where texts are passed over
_TOKENS = "tokenizer.ggml.tokens"
_MOST_LAYERS = 512  # llama.cpp's own limit, beyond which it ends the process
_HEADS = ("attention.head_count", "attention.head_count_kv", "attention.key_length")
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
    """`facts` are the short entries of the file by name, `parameters` the numbers in its tensors.

    Between the offsets `vocabulary` lie its tokens, each after its length.
    """

    facts: dict[str, Any]
    parameters: int
    arrays: dict[str, int] = field(default_factory=dict)  # lengths, by name
    vocabulary: tuple[int, int] = (0, 0)

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
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # to open a pipe would be to wait for who writes into it
            raise ModelError(f"{path} is no file: choose another model.")
        found = _known(path, about.st_size, about.st_mtime_ns)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from error
    if isinstance(found, str):
        raise ModelError(f"The model {path.name} is damaged or cut short ({found}): download it again.")
    return found


@lru_cache(maxsize=1000)
def _known(path: Path, size: int, _changed: int) -> GgufHeader | str:
    """Return the head of a file, or what is wrong with it. The time of its last change is part of the key.

    A vocabulary takes some hundredths of a second to pass over, and lists of models are made at every turn.
    """
    try:
        with path.open("rb") as file:
            return _Reader(file, size).read()
    except (struct.error, ValueError, OverflowError) as error:
        return str(error)


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._listed = 0  # bytes of texts in lists so far
        self._vocabulary = (0, 0)

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
                arrays[name] = self._skip_array(name)
            else:
                facts[name] = self._string() if kind == _STRING else self._scalar(kind)
        alignment = facts.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 0 < alignment <= 4096:
            raise ValueError("its alignment is odd")
        header = GgufHeader(facts, self._tensors(tensors, alignment), arrays, self._vocabulary)
        if not 0 < header.number("block_count", 1) <= _MOST_LAYERS:
            raise ValueError(f"{header.number('block_count')} layers")
        for size in ("context_length", "embedding_length", *_HEADS):
            if not 0 <= header.number(size) < 2**31:
                raise ValueError(f"{size} is {header.number(size)}")
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
        text = self._take(min(length, _KEPT_STRING))
        self._skip(length - len(text))
        return text.decode("utf-8", "replace")

    def _skip_array(self, name: str) -> int:
        """Pass over the list called `name`; return its length."""
        kind, length = self._number("<I"), self._number("<Q")
        if length > self._size:
            raise ValueError(f"a list of {length:,}")
        if kind == _STRING:
            start = self._file.tell()
            self._skip_strings(length)
            if name == _TOKENS:
                self._vocabulary = (start, self._file.tell())
        elif kind in _SCALARS:
            self._skip(length * struct.calcsize(_SCALARS[kind]))
        else:
            raise ValueError(f"a list of kind {kind}")
        return length

    def _skip_strings(self, count: int) -> None:
        """Pass over texts, by a piece of the file at a time and in it by runs of short ones."""
        while count:
            piece = self._file.read(_PIECE)
            if len(piece) < 8:
                raise ValueError("it ends early")
            at, count = passed(piece, count)
            self._listed += at
            if self._listed > _MOST_LISTED:
                raise ValueError(f"lists of more than {_MOST_LISTED:,} bytes of text")
            self._file.seek(at - len(piece), 1)

    def _skip(self, count: int) -> None:
        if self._file.tell() + count > self._size:
            raise ValueError("it ends early")
        self._file.seek(count, 1)

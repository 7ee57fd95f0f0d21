"""Read a recipe's sources, hold a part out, and keep the rest as token ids."""

from __future__ import annotations

import lzma
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.errors import InputError
from engine.training.augmentation import AugmentationSettings, augmented
from engine.training.gaps import gap_pairs
from engine.training.prose import prose
from engine.training.recipe import Recipe, Source

Pair = tuple[str, str]

_ENCODE_CHUNK = 10_000


class Ragged:
    """Sequences of different lengths in one flat array: `ids` (total,), `offsets` (N + 1,)."""

    def __init__(self, sequences: list[list[int]]) -> None:
        self.lengths = np.fromiter((len(sequence) for sequence in sequences), dtype=np.int64, count=len(sequences))
        self.offsets = np.concatenate([[0], np.cumsum(self.lengths)])
        flat = (token for sequence in sequences for token in sequence)
        self.ids: NDArray[np.int32] = np.fromiter(flat, dtype=np.int32, count=int(self.offsets[-1]))

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> NDArray[np.int32]:
        return self.ids[self.offsets[index] : self.offsets[index + 1]]


@dataclass(frozen=True, slots=True)
class Examples:
    """Encoded training or validation text. `source` is None for plain documents.

    `weights` (N,) says how often each example occurs in an epoch; targets end with END_ID.
    """

    target: Ragged
    weights: NDArray[np.float64]
    source: Ragged | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """One source as text: its training part, and what was held out for validation."""

    source: Source
    training: list[Pair]
    validation: list[Pair]


def read_texts(recipe: Recipe, data: Path) -> list[Texts]:
    """Read all sources below `data`. Documents are pairs with an empty first part.

    The held-out part is drawn by the recipe's seed, before tags multiply it.
    Raises InputError for a missing or empty source.
    """
    seen: set[str] = set()
    return [_read_source(source, data, recipe, seen) for source in recipe.sources]


def _read_source(source: Source, data: Path, recipe: Recipe, seen: set[str]) -> Texts:
    path = data / source.path
    if not path.is_file():
        raise InputError(f"The training file {path} is missing: check --data and the recipe.")
    rows = list(_rows(source.kind, path, seen))
    held_out = min(recipe.schedule.validation, len(rows) // 10)
    if not rows or (held_out == 0 and recipe.schedule.validation):
        raise InputError(f"The training file {path} holds too little text: at least ten lines are needed.")
    random.Random(f"{recipe.seed}/{source.path}").shuffle(rows)
    return Texts(source, rows[held_out:], rows[:held_out])


def _rows(kind: str, path: Path, seen: set[str]) -> Iterator[Pair]:
    match kind:
        case "pairs":
            return _read_pairs(path)
        case "sentences":
            return _read_sentences(path, seen)
        case "prose":
            cleaned = ((empty, prose(text)) for empty, text in _read_documents(path))
            return (row for row in cleaned if row[1])
        case "gaps":
            return (pair for _, text in _read_documents(path) for pair in gap_pairs(text))
        case _:
            return _read_documents(path)


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, unpacking `.xz`, without their ends."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\r\n")


def _read_pairs(path: Path) -> Iterator[Pair]:
    for number, line in enumerate(read_lines(path), start=1):
        columns = line.split("\t")
        if len(columns) != 2:
            raise InputError(f"Line {number} of {path} has {len(columns)} columns: source<TAB>target is needed.")
        yield columns[0], columns[1]


def _read_sentences(path: Path, seen: set[str]) -> Iterator[Pair]:
    """Yield sentences that are not among `seen`, and note them: what is held out must not be learnt elsewhere."""
    for line in read_lines(path):
        sentence = line.partition("\t")[0]
        if sentence and sentence not in seen:
            seen.add(sentence)
            yield "", sentence


def _read_documents(path: Path) -> Iterator[Pair]:
    paragraphs: list[str] = []
    for line in read_lines(path):
        if line:
            paragraphs.append(line)
        elif paragraphs:
            yield "", "\n".join(paragraphs)
            paragraphs = []
    if paragraphs:
        yield "", "\n".join(paragraphs)


def training_strings(texts: list[Texts]) -> Iterator[str]:
    """Yield text to learn a tokenizer from: the sources mixed by their weights, never more than a full pass."""
    rng = random.Random(0)
    order = [number for number, entry in enumerate(texts) for _ in entry.training]
    rng.shuffle(order)
    iterators = [iter(entry.training) for entry in texts]
    for number in order:
        if rng.random() < texts[number].source.weight:
            yield from (text for text in next(iterators[number]) if text)


def directed(texts: Texts, rows: list[Pair], augmentation: AugmentationSettings | None = None) -> list[Pair]:
    """Return (input, target) texts: tags put before the input, both directions for two tags.

    `augmentation` adds changed copies to each direction, always the same ones.
    """
    tags = texts.source.tags
    if texts.source.kind not in ("pairs", "gaps") or not tags:
        return rows
    ways = [(tags[0], rows)]
    if len(tags) == 2:
        ways = [(tags[1], rows), (tags[0], [(second, first) for first, second in rows])]
    pairs: list[Pair] = []
    for tag, way in ways:
        more = augmented(way, augmentation, random.Random(f"{texts.source.path}/{tag}")) if augmentation else way
        pairs += [(f"{tag} {first}", second) for first, second in more]
    return pairs


def encode_examples(tokenizer: Tokenizer, recipe: Recipe, groups: list[tuple[list[Pair], float]]) -> Examples:
    """Encode groups of (rows, weight). Inputs are cut to the recipe's longest; longer targets are dropped.

    Plain text that is read as a stream has no longest. Raises ValueError for a tokenizer without the recipe's end.
    """
    end = tokenizer.token_to_id(recipe.tokenizer.end)
    if end is None:
        raise ValueError(f"the tokenizer has no {recipe.tokenizer.end!r}")
    sources: list[list[int]] = []
    targets: list[list[int]] = []
    weights: list[float] = []
    longest = recipe.batch
    seq2seq = recipe.model.seq2seq
    bounded = seq2seq or recipe.model.family == "vae"
    for rows, weight in groups:
        inputs = _encode(tokenizer, [first for first, _ in rows]) if seq2seq else None
        for index, target in enumerate(_encode(tokenizer, [second for _, second in rows])):
            if bounded and len(target) >= longest.longest_target:
                continue
            targets.append([*target, end])
            weights.append(weight)
            if inputs is not None:
                sources.append([*inputs[index][: longest.longest_source - 1], end])
    return Examples(Ragged(targets), np.array(weights), Ragged(sources) if seq2seq else None)


def _encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    encoded: list[list[int]] = []
    for start in range(0, len(texts), _ENCODE_CHUNK):
        encoded += [entry.ids for entry in tokenizer.encode_batch(texts[start : start + _ENCODE_CHUNK])]
    return encoded

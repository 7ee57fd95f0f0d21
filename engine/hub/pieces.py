"""A `tokenizer.json` for translators that come with SentencePiece's files instead: OPUS-MT, M2M100, mBART-50.

OPUS-MT cuts its source by the pieces of `source.spm` and numbers them, and those of its targets, by `vocab.json`.
A text's best pieces are those of the highest sum of scores (Kudo 2018, Subword Regularization, section 3.1), or what
merging the best pair again and again leaves (Sennrich et al. 2016).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.hub.spm import Cut, Pieces, read_pieces
from engine.hub.tagged_pieces import LIMIT, SPM, VOCABULARY, is_tagged, numbered_words, tagged_words

_PIECES, _MADE = "source.spm", "tokenizer.json"
_ELSEWHERE = (
    -1000.0
)  # the score of words that are no pieces, as those that only targets have: no source is cut into them
_END, _UNKNOWN, _PADDING = "</s>", "<unk>", "<pad>"


def lacks_tokenizer(folder: Path) -> bool:
    """Tell whether the model in `folder` has the files that a tokenizer can be made from, and no tokenizer.

    Raises ModelError for a damaged configuration.
    """
    if (folder / _MADE).exists():
        return False
    if all((folder / name).is_file() for name in (_PIECES, VOCABULARY)):
        return True
    try:
        return is_tagged(folder)
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / 'config.json'} is damaged: download the model again.") from error


def make_tokenizer(folder: Path) -> None:
    """Write `tokenizer.json` into the folder of a model where it lacks one. Raises ModelError for damaged files."""
    if not lacks_tokenizer(folder):
        return
    name = _PIECES if (folder / _PIECES).is_file() else SPM
    try:
        if (folder / name).stat().st_size > LIMIT:
            raise ValueError("too large")
        pieces = read_pieces((folder / name).read_bytes())
        words, special = _opus_words(folder) if name == _PIECES else tagged_words(folder, list(pieces.scores))
        _tokenizer(pieces, words, special).save(str(folder / _MADE))
    except ModelError:
        raise
    except Exception as error:  # the Rust side raises bare Exception for tables that are none
        raise ModelError(
            f"The vocabulary of the model {folder.name} is damaged ({name} or {VOCABULARY}): download it again."
        ) from error


def _opus_words(folder: Path) -> tuple[list[str], list[str]]:
    """Return the vocabulary in the order of its numbers, and which words are special."""
    words = numbered_words(folder)
    tags = [word for word in words if word.startswith(">>") and word.endswith("<<")]
    return words, [*(word for word in (_END, _UNKNOWN, _PADDING) if word in words), *tags]


def _tokenizer(pieces: Pieces, words: list[str], special: list[str]) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import BPE, Unigram

    numbers = {word: number for number, word in enumerate(words)}
    if pieces.cut is Cut.UNIGRAM:
        scored = [(word, pieces.scores.get(word, _ELSEWHERE)) for word in words]
        made = Tokenizer(Unigram(scored, unk_id=numbers[_UNKNOWN], byte_fallback=False))
    else:
        merges = merges_of(pieces.scores, numbers)
        made = Tokenizer(BPE(vocab=numbers, merges=merges, unk_token=_UNKNOWN, fuse_unk=True))
    steps: list[Any] = [normalizers.Precompiled(pieces.normaliser)] if pieces.normaliser else []
    made.normalizer = normalizers.Sequence([*steps, normalizers.Strip(), normalizers.Replace(_spaces(), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    made.decoder = decoders.Metaspace(prepend_scheme="always", split=False)
    made.post_processor = processors.TemplateProcessing(single=f"$A {_END}", special_tokens=[(_END, numbers[_END])])
    made.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in special])
    return made


def merges_of(scores: dict[str, float], numbers: dict[str, int]) -> list[tuple[str, str]]:
    """Return the pairs of pieces that make pieces, the best first, of those that have `numbers`."""
    known = scores.keys() & numbers.keys()
    pairs = [
        (-scores[piece], numbers[piece[:place]], numbers[piece[place:]], piece, place)
        for piece in known
        for place in range(1, len(piece))
        if piece[:place] in known and piece[place:] in known
    ]
    return [(piece[:place], piece[place:]) for *_, piece, place in sorted(pairs)]


def _spaces() -> Any:
    from tokenizers import Regex

    return Regex(" {2,}")

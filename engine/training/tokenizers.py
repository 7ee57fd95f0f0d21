"""Train byte-pair tokenizers (Sennrich 2016) that transformers loads unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

from engine.checkpoint import END, PAD, UNKNOWN
from engine.training.recipe import TokenizerSettings


def train_tokenizer(texts: Iterable[str], settings: TokenizerSettings, tags: Iterable[str] = ()) -> Tokenizer:
    """Return a tokenizer of at most `settings.vocab_size` entries learnt from `texts`.

    Ids 0, 1, 2 are padding, end and unknown; `tags` follow as special tokens. Every text can
    be encoded: what the vocabulary lacks falls back to bytes.
    """
    tokenizer = _byte_level() if settings.kind == "byte-level" else _metaspace()
    specials = [PAD, END, UNKNOWN, *tags]
    if settings.kind == "byte-level":
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = BpeTrainer(vocab_size=settings.vocab_size, special_tokens=specials, initial_alphabet=alphabet)
        tokenizer.train_from_iterator(_limit(texts, settings.sample), trainer)
        return tokenizer
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = BpeTrainer(
        vocab_size=settings.vocab_size, special_tokens=[*specials, *byte_tokens], limit_alphabet=4500, min_frequency=2
    )
    tokenizer.train_from_iterator(_limit(texts, settings.sample), trainer)
    return _with_byte_fallback(tokenizer, specials)


def _byte_level() -> Tokenizer:
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _metaspace() -> Tokenizer:
    tokenizer = Tokenizer(BPE(unk_token=UNKNOWN, byte_fallback=True))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always"),
            # Digits stand alone so that any number can be copied; so do marks, so that a word is one word before each.
            pre_tokenizers.Split(Regex(r"\p{N}|[^\p{L}\p{M}\p{N}▁]"), "isolated"),
        ]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


def _with_byte_fallback(tokenizer: Tokenizer, specials: list[str]) -> Tokenizer:
    """Turn the byte tokens from special ones, which decoding would skip, into ordinary ones."""
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = [entry for entry in data["added_tokens"] if entry["content"] in specials]
    return Tokenizer.from_str(json.dumps(data))


def _limit(texts: Iterable[str], characters: int) -> Iterable[str]:
    for text in texts:
        if characters <= 0:
            return
        characters -= len(text)
        yield text

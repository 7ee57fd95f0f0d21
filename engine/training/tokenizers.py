"""Train tokenizers that transformers loads unchanged: byte pairs, word pieces, words, characters."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE, WordLevel, WordPiece
from tokenizers.trainers import BpeTrainer, WordPieceTrainer

from engine.checkpoint import END, PAD, UNKNOWN
from engine.training.recipe import TokenizerSettings

_WORD = r"[\p{L}\p{M}\p{N}]+"
# A word with the space before it, an apostrophe or hyphen within it being part of it; any other mark; a space alone.
_WORDS = Regex(rf"▁?{_WORD}(?:['’\-]{_WORD})*|▁?[^\p{{L}}\p{{M}}\p{{N}}▁]|▁")
_PREFIX = "##"


def train_tokenizer(texts: Iterable[str], settings: TokenizerSettings, tags: Iterable[str] = ()) -> Tokenizer:
    """Return a tokenizer of at most `settings.vocab_size` entries learnt from `texts`.

    Ids 0, 1, 2 are padding, end and unknown; `tags` follow as special tokens. The byte-pair kinds
    (Sennrich et al. 2016) encode every text: what the vocabulary lacks falls back to bytes. The others
    give back every text made of what they know; "whitespace" but for its spacing.
    """
    specials = [PAD, END, UNKNOWN, *tags]
    texts = _limit(texts, settings.sample)
    match settings.kind:
        case "byte-level":
            return _train_byte_level(texts, settings, specials)
        case "wordpiece":
            return _train_word_piece(texts, settings, specials)
        case "words":
            pre_tokenizer = pre_tokenizers.Sequence(
                [pre_tokenizers.Metaspace("▁", "always", split=False), pre_tokenizers.Split(_WORDS, "isolated")]
            )
            return _count_words(texts, settings, specials, pre_tokenizer, _spaced())
        case "whitespace":
            return _count_words(texts, settings, specials, pre_tokenizers.WhitespaceSplit(), None)
        case "characters":
            each = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
            return _count_words(texts, settings, specials, each, decoders.Fuse())
        case _:
            return _train_metaspace(texts, settings, specials)


def _train_byte_level(texts: Iterable[str], settings: TokenizerSettings, specials: list[str]) -> Tokenizer:
    tokenizer = _byte_level()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = BpeTrainer(
        vocab_size=settings.vocab_size, special_tokens=specials, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _train_metaspace(texts: Iterable[str], settings: TokenizerSettings, specials: list[str]) -> Tokenizer:
    tokenizer = _metaspace()
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = BpeTrainer(
        vocab_size=settings.vocab_size,
        special_tokens=[*specials, *byte_tokens],
        limit_alphabet=4500,
        min_frequency=2,
        show_progress=False,  # which would print to standard output
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _with_byte_fallback(tokenizer, specials)


def _train_word_piece(texts: Iterable[str], settings: TokenizerSettings, specials: list[str]) -> Tokenizer:
    """Learn word pieces (Schuster and Nakajima 2012; Wu et al. 2016, section 4.1)."""
    tokenizer = Tokenizer(WordPiece(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = _separated_words()
    # A mark such as "#" is a word of its own, so that no text has the prefix within a token.
    tokenizer.decoder = decoders.Sequence([decoders.Replace(_PREFIX, ""), _spaced()])
    trainer = WordPieceTrainer(
        vocab_size=settings.vocab_size,
        special_tokens=specials,
        limit_alphabet=4500,
        show_progress=False,
        min_frequency=settings.min_count,
        continuing_subword_prefix=_PREFIX,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _count_words(
    texts: Iterable[str],
    settings: TokenizerSettings,
    specials: list[str],
    pre_tokenizer: pre_tokenizers.PreTokenizer,
    decoder: decoders.Decoder | None,
) -> Tokenizer:
    """Know the words that are frequent enough, the most frequent first. Text may hold `UNKNOWN` itself."""
    counts = Counter(word for text in texts for word, _ in pre_tokenizer.pre_tokenize_str(text))
    for special in specials:
        counts.pop(special, None)
    frequent = [word for word, count in counts.items() if count >= settings.min_count]
    known = sorted(frequent, key=lambda word: (-counts[word], word))[: max(0, settings.vocab_size - len(specials))]
    vocabulary = {word: index for index, word in enumerate([*specials, *known])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizer
    if decoder is not None:
        tokenizer.decoder = decoder
    tokenizer.add_special_tokens(specials)
    return tokenizer


def _byte_level() -> Tokenizer:
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _metaspace() -> Tokenizer:
    tokenizer = Tokenizer(BPE(unk_token=UNKNOWN, byte_fallback=True))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = _separated_words()
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


def _separated_words() -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always"),
            # Digits stand alone so that any number can be copied; so do marks, so that a word is one word before each.
            pre_tokenizers.Split(Regex(r"\p{N}|[^\p{L}\p{M}\p{N}▁]"), "isolated"),
        ]
    )


def _spaced() -> decoders.Decoder:
    return decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)])


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

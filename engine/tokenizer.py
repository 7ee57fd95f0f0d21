"""Text to token ids and back, for any tokenizer that comes with a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path

import tokenizers

from engine.errors import ModelError
from engine.limits import bounded
from engine.tokenizer_files import load_tokenizer

_STAND_IN = re.compile("\ue000([0-9]+)\ue001")
_BYTE_TOKEN = re.compile(r"<0x[0-9A-Fa-f]{2}>")


class TextTokenizer:
    """Hold a model's tokenizer; spacing is exact, and nothing is cleaned up or added unasked.

    Raises ModelError when `folder`, or the GGUF file in its place, has no usable tokenizer.
    """

    def __init__(self, folder: Path) -> None:
        loaded = load_tokenizer(folder)
        self._backend = loaded.backend
        self._backend.encode_special_tokens = True  # "</s>" in a writer's text is four characters
        self.end_id = loaded.end_id
        self._render = loaded.render
        self._containing: dict[tuple[str, ...], frozenset[int]] = {}

    @property
    def size(self) -> int:
        """Number of token ids, added tokens included."""
        return self._backend.get_vocab_size(with_added_tokens=True)

    @property
    def vocabulary(self) -> dict[str, int]:
        """Names of tokens to ids, without added ones."""
        return self._backend.get_vocab(with_added_tokens=False)

    def encode(self, text: str) -> list[int]:
        """Return the ids of `text`, where the names of special tokens are text like any other."""
        return self._plain(text).ids

    def encode_marked(self, text: str) -> list[int]:
        """Return the ids of `text`, in which special tokens are recognised; none are added."""
        return self._marked(text).ids

    def encode_source(self, text: str, opening: str = "") -> list[int]:
        """Return the ids of `text` with what an encoder expects around them, such as a final </s>.

        `opening` comes before the text, and only there are special tokens recognised.
        """
        return self.source_spans(text, opening)[0]

    def source_spans(self, text: str, opening: str = "") -> tuple[list[int], list[tuple[int, int]]]:
        """Return the ids of `encode_source`, and where each stands in `text`: code points `[start, end)`.

        What is not of the text has an empty span.
        """
        tags = opening.rstrip()
        both = tokenizers.Encoding.merge([self._marked(tags), self._plain(opening[len(tags) :] + text)])
        encoding = self._backend.post_process(both, add_special_tokens=True)
        ids, offsets = encoding.ids, encoding.offsets
        if self.end_id is not None and self.end_id not in ids[-2:]:  # some put a language code after it
            ids, offsets = [*ids, self.end_id], [*offsets, (0, 0)]
        before = len(opening)
        return ids, [(max(0, start - before), max(0, end - before)) for start, end in offsets]

    def tagged_spans(self, text: str, tag: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the ids of `text` between the token `tag` and the end, and spans as of `source_spans`."""
        encoding = self._plain(text)
        end = [] if self.end_id is None else [self.end_id]
        ids = [self.token_id(tag), *encoding.ids, *end]
        return ids, [(0, 0), *encoding.offsets, *[(0, 0) for _ in end]]

    def token_id(self, token: str) -> int:
        """Return the id of `token`. Raises ModelError where there is no such token."""
        found = self._backend.token_to_id(token)
        if found is None:
            raise ModelError(f"This model's vocabulary has no token {token}: choose another model.")
        return found

    def spans(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the ids of `encode`, and where each stands in `text`: code points `[start, end)`."""
        encoding = self._plain(text)
        return encoding.ids, encoding.offsets

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of `ids`, without special tokens."""
        return self._backend.decode(ids, skip_special_tokens=True)

    def chat(self, messages: Sequence[dict[str, str]]) -> list[int] | None:
        """Return the prompt of a conversation (`role`, `content`), or None without a chat template.

        Special tokens are recognised in what the template adds, never in a message.
        Raises ModelError for a template that cannot be rendered.
        """
        if self._render is None:
            return None
        contents = [message["content"].strip() for message in messages]
        if not any(name in content for content in contents for name in self._special_names):
            return self.encode_marked(self._rendered(messages))
        # Rendered with a stand-in for every message, so that the two can be told apart.
        hidden = [{**message, "content": f"\ue000{number}\ue001"} for number, message in enumerate(messages)]
        parts = _STAND_IN.split(self._rendered(hidden))
        encodings = [
            self._plain(contents[int(part)]) if number % 2 else self._marked(part) for number, part in enumerate(parts)
        ]
        return tokenizers.Encoding.merge(encodings).ids

    def _rendered(self, messages: Sequence[dict[str, str]]) -> str:
        assert self._render is not None
        render = partial(self._render, list(messages))
        try:
            return bounded(render)
        except Exception as error:  # a template is a program of the model's author: it may raise anything
            raise ModelError(f"The chat template of this model failed ({error}): choose another model.") from error

    def _plain(self, text: str) -> tokenizers.Encoding:
        return self._backend.encode(_sane(text), add_special_tokens=False)

    def _marked(self, text: str) -> tokenizers.Encoding:
        self._backend.encode_special_tokens = False
        try:
            return self._plain(text)
        finally:
            self._backend.encode_special_tokens = True

    @cached_property
    def byte_ids(self) -> frozenset[int]:
        """Ids that stand for a single byte ("<0x0A>"), whose text depends on their neighbours."""
        return frozenset(index for token, index in self.vocabulary.items() if _BYTE_TOKEN.fullmatch(token))

    def spells(self, text: str) -> bool:
        """Tell whether the vocabulary has pieces for all of `text`: it takes no bytes and no unknown token."""
        return not (self.byte_ids | self.special_ids) & set(self.encode(text))

    @cached_property
    def special_ids(self) -> frozenset[int]:
        """Ids that have no text, such as the end of a text."""
        return frozenset(index for index, token in self._backend.get_added_tokens_decoder().items() if token.special)

    @cached_property
    def _special_names(self) -> list[str]:
        return [token.content for token in self._backend.get_added_tokens_decoder().values() if token.special]

    def ids_containing(self, marks: Sequence[str]) -> frozenset[int]:
        """Return every id whose own text contains one of `marks`; found once, for a vocabulary can be large."""
        wanted = tuple(marks)
        if wanted not in self._containing:
            contained = re.compile("|".join(map(re.escape, wanted))).search
            self._containing[wanted] = frozenset(index for index, text in enumerate(self._texts) if contained(text))
        return self._containing[wanted]

    def encode_spans(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the ids of `text` as `encode` does, and the code-point offsets `[start, end)` that each comes from."""
        encoding = self._plain(text)
        return encoding.ids, encoding.offsets

    @cached_property
    def surfaces(self) -> list[str]:
        """The text of every id as it stands after a letter, with the space that it brings; "" for special ones."""
        letter = self.encode("a")[-1:]
        start = len(self.decode(letter))
        return [text[start:] for text in self._backend.decode_batch([[*letter, index] for index in range(self.size)])]

    @cached_property
    def _texts(self) -> list[str]:
        return self._backend.decode_batch([[index] for index in range(self.size)])


def _sane(text: str) -> str:
    # Text cut between two UTF-16 units would make the tokenizer raise: half a character becomes "�".
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _has_surrogates(text) else text


def _has_surrogates(text: str) -> bool:
    return not text.isascii() and re.search("[\ud800-\udfff]", text) is not None

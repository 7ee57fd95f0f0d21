"""What stands inside a sentence and must not be translated: code, addresses, emphasis, numbers, signs. Torch-free."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.text.numbers import split_numbers
from engine.text.unspelt import Spells, unspelt_spans

_STOPS = r"\s<>\"“”„«»「」『』《》（）。，！？、；："
ATOM = re.compile(
    r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"  # code
    r"|!\[[^\]]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"  # image
    r"|<(?:[a-z]+:[^<>\s]*|!--.*?--)>"  # <https://...>, comment
    rf"|(?:(?<![a-z])[a-z][a-z0-9+.-]{{0,20}}://|www\.|mailto:)[^{_STOPS}]*[^{_STOPS}.,;:!?'’)\]}}*_~|]"  # address
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"  # e-mail
    r"|\[\^[^\]\s]+\]|\{\{.*?\}\}|\$?\{\w+\}|%\(\w+\)[sd]|%[sd]\b|&#?\w+;"  # foot note, fields, entity
    r"|\\[^\w\s]"  # escaped mark
)
_LINK = re.compile(
    r"\[(?P<label>[^\[\]]+)\](?P<target>\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])"
)
_EMPHASIS = re.compile(
    r"(?P<mark>\*{1,3}|~~)(?=[^\s*~])(?P<inner>.+?)(?<=[^\s*~])(?P=mark)(?![*~])"
    r"|(?<!\w)(?P<under>_{1,3})(?=[^\s_])(?P<held>.+?)(?<=[^\s_])(?P=under)(?!\w)"
)
_TAGS = re.compile(r"<(?P<tag>[A-Za-z][\w-]*)(?:\s[^<>]*)?>(?P<content>[^<>]+)</(?P=tag)>")
_INNER = ("label", "content", "inner", "held")  # groups of the three patterns above
STRAY = re.compile(r"\*{1,3}|~~|(?<!\w)_{1,3}|_{1,3}(?!\w)|</?[A-Za-z][^<>]*>")


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of a sentence: "text", an "atom" or stray mark, or a pair's "open" or "close"."""

    kind: str
    text: str

    @property
    def speaks(self) -> bool:
        """Tell whether there is something to translate."""
        return self.kind == "text" and any(map(str.isalpha, self.text))


def split_inline(sentence: str, spells: Spells | None = None) -> list[Item]:
    """Return the items of `sentence`; their texts joined are exactly `sentence`.

    What the model cannot spell is an atom, where `spells` tells what it can.
    """
    atoms = [match.span() for match in ATOM.finditer(sentence)]
    if spells:
        unspelt = unspelt_spans(sentence, spells)
        atoms += [span for span in unspelt if all(span[1] <= start or end <= span[0] for start, end in atoms)]
        atoms.sort()
    # Marks are looked for where atoms are blanked out, so that `**` in code or an address is none.
    masked = sentence
    for start, end in atoms:
        masked = masked[:start] + "\ue000" * (end - start) + masked[end:]
    items = []
    for kind, start, end in _marks(masked, 0, len(sentence)):
        for atom_start, atom_end in atoms:
            if kind == "text" and start <= atom_start < end:
                items += [Item("text", sentence[start:atom_start]), Item("atom", sentence[atom_start:atom_end])]
                start = atom_end
        items.append(Item(kind, sentence[start:end]))
    return [item for item in items if item.text]


def _marks(masked: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield kind, start and end of what lies in `masked[start:end]`, atoms still within their text."""
    found = [pattern.search(masked, start, end) for pattern in (_LINK, _TAGS, _EMPHASIS)]
    pair = min(filter(None, found), key=lambda match: match.start(), default=None)
    if pair:
        inner = next(pair.span(name) for name in _INNER if pair.groupdict().get(name) is not None)
        yield from _marks(masked, start, pair.start())
        yield "open", pair.start(), inner[0]
        yield from _marks(masked, *inner)
        yield "close", inner[1], pair.end()
        yield from _marks(masked, pair.end(), end)
        return
    for stray in STRAY.finditer(masked, start, end):
        yield "text", start, stray.start()
        yield "atom", stray.start(), stray.end()
        start = stray.end()
    yield "text", start, end


def merged(items: list[Item]) -> list[Item]:
    """Return `items` with pairs around an atom as one atom, and pairs around a pair as one pair."""
    for shape, groups in (("oac", (3,)), ("ootcc", (2, 1, 2))):
        place = "".join(item.kind[0] for item in items).find(shape)
        if place >= 0:
            new = []
            for size in groups:
                kind = "atom" if size == 3 else items[place].kind
                new.append(Item(kind, "".join(item.text for item in items[place : place + size])))
                place += size
            return merged([*items[: place - len(shape)], *new, *items[place:]])
    return items


def numbers_apart(items: list[Item]) -> list[Item]:
    """Return `items` with the numbers in their texts as atoms."""
    return _apart(items, split_numbers)


def words_apart(items: list[Item], words: list[str]) -> list[Item]:
    """Return `items` with `words`, where they stand in their texts, as atoms."""
    pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")(?!\w)")
    return _apart(items, pattern.split)


def _apart(items: list[Item], split: Callable[[str], list[str]]) -> list[Item]:
    """Return `items` with their texts as `split` cuts them: text, atom, text..."""
    apart = []
    for item in items:
        pieces = split(item.text) if item.kind == "text" else [item.text]
        kinds = ("text", "atom") if item.kind == "text" else (item.kind,)
        apart += [Item(kinds[place % len(kinds)], piece) for place, piece in enumerate(pieces)]
    return [item for item in apart if item.text]

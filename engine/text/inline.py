"""Translate one sentence around what a model must not touch: code, addresses, emphasis, numbers. Torch-free.

A sentence is a coroutine: it yields texts to be translated, is sent their translations, and
returns the finished sentence, so that whoever drives it can batch the texts of many sentences.
It first asks for the sentence as a whole, with short stand-ins for code and addresses and without
emphasis, and puts everything back where the answer allows it without doubt; otherwise it
asks for the pieces in between. With a translator that changes nothing, nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from engine.text.numbers import keep_numbers, split_numbers

Translating = Generator[list[str], list[str], str]

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
_STRAY = re.compile(r"\*{1,3}|~~|(?<!\w)_{1,3}|_{1,3}(?!\w)|</?[A-Za-z][^<>]*>")
_STAND_IN = "X{}"  # short, and copied by most models
_SENTENCE_END = ".!?…。！？:：;；"
_LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of a sentence: "text", an "atom" or stray mark, or a pair's "open" or "close"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """The sentence without marks, what its stand-ins stand for, and each emphasis as mark, text, mark."""

    plain: str
    stand_ins: dict[str, str]
    emphasised: list[tuple[str, str, str]]


def translate_sentence(sentence: str, source: str = "", target: str = "") -> Translating:
    """Return the coroutine that turns `sentence` from `source` into `target` (language codes)."""
    items = split_inline(sentence)
    answer = (yield from _as_a_whole(items, source, target)) if len(items) > 1 else None
    return answer if answer is not None else (yield from _in_pieces(items, source, target))


def split_inline(sentence: str) -> list[Item]:
    """Return the items of `sentence`; their texts joined are exactly `sentence`."""
    # Marks are looked for where atoms are blanked out, so that `**` in code or an address is none.
    masked = ATOM.sub(lambda match: "\ue000" * len(match[0]), sentence)
    atoms = [match.span() for match in ATOM.finditer(sentence)]
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
    for pattern in (_LINK, _TAGS, _EMPHASIS):
        match = pattern.search(masked, start, end)
        if match:
            inner = next(match.span(name) for name in ("label", "content", "inner", "held") if _has(match, name))
            yield from _marks(masked, start, match.start())
            yield "open", match.start(), inner[0]
            yield from _marks(masked, *inner)
            yield "close", inner[1], match.end()
            yield from _marks(masked, match.end(), end)
            return
    for stray in _STRAY.finditer(masked, start, end):
        yield "text", start, stray.start()
        yield "atom", stray.start(), stray.end()
        start = stray.end()
    yield "text", start, end


def _has(match: re.Match[str], name: str) -> bool:
    return match.groupdict().get(name) is not None


def _as_a_whole(items: list[Item], source: str, target: str) -> Generator[list[str], list[str], str | None]:
    """Ask for the sentence without its marks; return it with them, or None where their places are in doubt."""
    plan = _plan(items)
    if plan is None:
        return None
    answers = yield [plan.plain, *(inner for _, inner, _ in plan.emphasised)]
    answer = keep_numbers(plan.plain, fit(plan.plain, answers[0], target), source, target)
    for (before, inner, after), translated in zip(plan.emphasised, answers[1:], strict=True):
        answer = _put_once(answer, fit(inner, translated, target), before, after)
    for stand_in, atom in plan.stand_ins.items():
        answer = None if answer is None or answer.count(stand_in) != 1 else answer.replace(stand_in, atom)
    return answer


def _plan(items: list[Item]) -> _Plan | None:
    """Return how to ask for the whole sentence, or None where pieces are safer."""
    kinds = "".join(item.kind[0] for item in items)
    atoms = [item.text for item in items if item.kind == "atom"]
    flat = re.fullmatch("(?:t|a|otc)+", kinds) and not any(map(_STRAY.fullmatch, atoms))
    if not flat or not any(map(_speaks, items)):
        return None
    stand_ins = {_STAND_IN.format(number): atom for number, atom in enumerate(atoms, start=1)}
    waiting = iter(stand_ins)
    texts = [next(waiting) if item.kind == "atom" else item.text for item in items if item.kind in ("atom", "text")]
    plain = "".join(texts)
    emphasised = [
        (items[place].text, items[place + 1].text, items[place + 2].text)
        for place, kind in enumerate(kinds)
        if kind == "o"
    ]
    whole = _join(items)
    doubtful = (
        plain != plain.strip()
        or any(stand_in in whole or _occurrences(plain, stand_in) != 1 for stand_in in stand_ins)
        or any(_occurrences(plain, inner) != 1 for _, inner, _ in emphasised)
    )
    return None if doubtful else _Plan(plain, stand_ins, emphasised)


def _put_once(answer: str | None, inner: str, before: str, after: str) -> str | None:
    """Return `answer` with marks around its only `inner`, or None."""
    if answer is None or _occurrences(answer, inner) != 1:
        return None
    start = answer.lower().find(inner.lower())
    end = start + len(inner)
    return answer[:start] + before + answer[start:end] + after + answer[end:]


def _occurrences(text: str, inner: str) -> int:
    """Count `inner` in `text` whatever its case, words as a whole; 0 where case folding moves places."""
    if len(text.lower()) != len(text) or len(inner.lower()) != len(inner) or not inner.strip():
        return 0
    pattern = re.escape(inner.lower())
    if inner.isascii() or not any("\u3040" <= character <= "\u9fff" for character in inner):
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return len(re.findall(pattern, text.lower()))


def _in_pieces(items: list[Item], source: str, target: str) -> Translating:
    """Ask for one stretch of text after the other and leave all that is between them."""
    done = ""
    for item in items:
        done += (yield from _stretch(item.text, source, target)) if _speaks(item) else item.text
    return done


def _stretch(text: str, source: str, target: str) -> Translating:
    """Translate bare text; where its numbers do not come out right, around its numbers."""
    body = text.strip()
    left = len(text) - len(text.lstrip())
    (answer,) = yield [body]
    whole = keep_numbers(body, fit(body, answer, target), source, target)
    if whole is None:
        whole = ""
        for piece in split_numbers(body):
            whole += (yield from _stretch(piece, source, target)) if any(map(str.isalpha, piece)) else piece
    return text[:left] + whole + text[left + len(body) :]


def fit(source: str, answer: str, target: str) -> str:
    """Return `answer` on one line and with the capital and the full stop that `source` has or has not.

    An empty answer gives way to the source: nothing of the writer's may vanish.
    """
    answer = _LINE_ENDS.sub(" ", answer).strip()
    if not answer:
        return source
    if answer[-1] in ".。" and source[-1:] not in _SENTENCE_END and not source.endswith(tuple("\"'”’»）)")):
        answer = answer.rstrip(".。") or answer
    starts_low = source[:1].islower() and answer[0].isupper() and answer[1:2].islower()
    if starts_low and target != "de":  # whose nouns have capitals anywhere
        return answer[0].lower() + answer[1:]
    if source[:1].isupper() and answer[0].islower():
        return answer[0].upper() + answer[1:]
    return answer


def _speaks(item: Item) -> bool:
    return item.kind == "text" and any(map(str.isalpha, item.text))


def _join(items: list[Item]) -> str:
    return "".join(item.text for item in items)

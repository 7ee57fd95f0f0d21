"""Translate one sentence with all that must survive in it. Torch-free.

A sentence is a coroutine: it yields texts to be translated, is sent their translations, and
returns the finished sentence, so that whoever drives it can batch the texts of many sentences.
It first asks for the sentence as a whole, with stand-ins for code and addresses and without
emphasis; if a number did not come back, once more with stand-ins for the numbers as well; and
only where the stand-ins were lost, for the pieces in between. An answer that goes in circles, is a copy or of
another script is asked for anew, in two halves. What is in the target language already stays, and what is all in
capitals is asked for without them. With a translator that changes nothing, nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass

from engine.text.doubts import halves, is_doubtful, is_target, strange_signs
from engine.text.edges import fit
from engine.text.emphasis import Emphasis, put_marks
from engine.text.inline import STRAY, Item, merged, numbers_apart, split_inline, words_apart
from engine.text.kept_names import is_name, lost_names, stays_a_name
from engine.text.loops import loops, without_loops
from engine.text.marks import latin_marks, needs_space
from engine.text.numbers import in_english, keep_numbers
from engine.text.unspelt import Spells, mostly_unspelt

Translating = Generator[list[str], list[str], str]

# Years are what small models copy most faithfully: 40 of 40 times where "X1" came back 23 times.
_STAND_INS = ("2014", "2015", "2016", "2012", "2013", "2018", "2011", "2017")
_APART = r"(?<![0-9A-Za-z\u00c0-\u024f])({})(?![0-9A-Za-z\u00c0-\u024f])"
_ABBREVIATION = 5  # letters of the longest word that may well be one


@dataclass(frozen=True, slots=True)
class _Plan:
    """The sentence without marks, what its stand-ins stand for, and what was emphasised."""

    plain: str
    stand_ins: dict[str, str]
    emphases: list[Emphasis]


def translate_sentence(sentence: str, source: str = "", target: str = "", spells: Spells | None = None) -> Translating:
    """Return the coroutine that turns `sentence` from `source` into `target` (language codes).

    `spells` tells what the model's vocabulary can spell; without it everything can be.
    """
    items = merged(split_inline(sentence, spells))
    first, last = 0, len(items)
    while first < last and _is_edge(items[first]):
        first += 1
    while first < last and _is_edge(items[last - 1]):
        last -= 1
    core = items[first:last]
    said = _join(core)
    unknown = spells is not None and mostly_unspelt(said, spells)
    if unknown or not any(item.speaks for item in core) or is_target(said, source, target):
        return sentence
    if target not in ("", "zh") and is_name(said.strip(), source):
        return sentence
    left, right = len(said) - len(said.lstrip()), len(said.rstrip())
    core[0] = Item(core[0].kind, core[0].text.lstrip())
    core[-1] = Item(core[-1].kind, core[-1].text.rstrip())
    answer = yield from _core(core, source, target)
    if source not in ("", "zh"):
        if stays_a_name(said, answer, target):
            return sentence
        answer = yield from _with_names(core, answer, source, target)
    ending = _join(items[last:])
    if source == "zh" and target not in ("", "zh"):
        ending = latin_marks(ending)
    return _join(items[:first]) + said[:left] + answer + said[right:] + ending


def _core(items: list[Item], source: str, target: str) -> Translating:
    apart = numbers_apart(items)
    for attempt in (items, apart) if apart != items else (items,):
        answer = yield from _as_a_whole(attempt, source, target)
        if answer is not None:
            return answer
    return (yield from _in_pieces(apart, source, target))


def _with_names(items: list[Item], answer: str, source: str, target: str) -> Translating:
    """Return `answer`, or one that keeps the names of people that it has lost, if there is such a one."""
    lost = lost_names(_join(items), answer, source, target)
    if not lost:
        return answer
    return (yield from _as_a_whole(words_apart(items, lost), source, target)) or answer


def _as_a_whole(items: list[Item], source: str, target: str) -> Generator[list[str], list[str], str | None]:
    """Ask for the sentence without its marks; return it with them, or None where something was lost."""
    plan = _plan(items)
    if plan is None:
        return None
    answers = yield [_calm(plan.plain), *(emphasis.inner for emphasis in plan.emphases)]
    answer = fit(_calm(plan.plain), answers[0], target)
    if is_doubtful(_calm(plan.plain), answer, target):
        answer = yield from _anew(_calm(plan.plain), answer, target)
    answer = keep_numbers(plan.plain, answer.upper() if _shouts(plan.plain) else answer, source, target)
    if answer is None or sorted(_standing(plan.stand_ins, answer)) != sorted(plan.stand_ins):
        return None
    inner = [fit(emphasis.inner, text, target) for emphasis, text in zip(plan.emphases, answers[1:], strict=True)]
    marked = put_marks(plan.plain, answer, plan.emphases, inner)
    return None if marked is None else _put_back(marked, plan.stand_ins, target)


def _anew(text: str, answer: str, target: str) -> Generator[list[str], list[str], str]:
    """Ask for the halves of `text`, and for halves of these where need be; return what they come to.

    Where that is doubtful too, return the best of `answer`.
    """
    parts = halves(text)
    if len(parts) > 1:
        answers = yield parts
        fitting = []
        for part, one in zip(parts, answers, strict=True):
            fitted = fit(part, one, target)
            if is_doubtful(part, fitted, target):
                fitted = yield from _anew(part, fitted, target)
            fitting.append(fitted)
        joined = ("" if target == "zh" else " ").join(fitting)
        if not is_doubtful(text, joined, target):
            return joined
    for sign in strange_signs(text, answer):
        answer = answer.replace(sign, "")
    answer = answer if answer.strip() else text
    return without_loops(answer) if loops(answer, text) else answer


def _shouts(text: str) -> bool:
    """Tell whether `text` is all in capitals, and not just an abbreviation."""
    return text.isupper() and len(text) > _ABBREVIATION


def _calm(text: str) -> str:
    return text.capitalize() if _shouts(text) else text


def _plan(items: list[Item]) -> _Plan | None:
    """Return how to ask for the whole sentence, or None where pieces are safer."""
    kinds = "".join(item.kind[0] for item in items)
    whole = _join(items)
    free = [stand_in for stand_in in _STAND_INS if stand_in not in whole]
    if not re.fullmatch("(?:t|a|otc)+", kinds) or kinds.count("a") > len(free):
        return None
    plain = ""
    stand_ins: dict[str, str] = {}
    emphases = []
    for place, item in enumerate(items):
        if item.kind == "open":
            emphases.append(Emphasis(item.text, items[place + 1].text, items[place + 2].text, len(plain)))
        elif item.kind == "atom":
            stand_ins[free[len(stand_ins)]] = item.text
            plain += free[len(stand_ins) - 1]
        elif item.kind == "text":
            plain += item.text
    doubtful = (
        plain != plain.strip()
        or sorted(_standing(stand_ins, plain)) != sorted(stand_ins)
        or any(emphasis.inner != emphasis.inner.strip() or emphasis.is_glued(plain) for emphasis in emphases)
    )
    return None if doubtful else _Plan(plain, stand_ins, emphases)


def _standing(stand_ins: Iterable[str], text: str) -> list[str]:
    """Return the stand-ins in `text` in order, those apart from other digits and letters; Chinese ones may touch."""
    return re.findall(_APART.format("|".join(stand_ins)), text) if stand_ins else []


def _put_back(answer: str, stand_ins: dict[str, str], target: str) -> str:
    """Return `answer` with what the stand-ins stand for."""

    def atom(match: re.Match[str]) -> str:
        found = _amount(stand_ins[match[1]], target)
        # A model may take a stand-in for the year that it looks like, and add the word.
        is_year = target != "zh" or found[-1:].isdigit()
        return found + match[2] if is_year else found

    return re.sub(_APART.format("|".join(stand_ins)) + "(年?)", atom, answer) if stand_ins else answer


def _amount(atom: str, target: str) -> str:
    return in_english(atom) if target == "en" else atom


def _in_pieces(items: list[Item], source: str, target: str) -> Translating:
    """Ask for one stretch of text after the other and leave all that is between them."""
    bodies = [item.text.strip() for item in items if item.speaks]
    answers = iter((yield bodies)) if bodies else iter(())
    spaced = source == "zh" and target not in ("", "zh")
    done, before = "", ""
    for item in items:
        body = item.text.strip()
        left = len(item.text) - len(item.text.lstrip())
        space, rest = item.text[:left], item.text[left + len(body) :]
        text = fit(body, next(answers), target) if item.speaks else body
        if spaced:
            text = latin_marks(text) if item.kind == "text" else _amount(text, target)
            if not any(map(str.isalnum, body)) and text != body:
                space = ""
            if item.kind != "close" and before != "open" and needs_space(done, text):
                done += " "
        done += space + text + rest
        before = item.kind
    return done


def _is_edge(item: Item) -> bool:
    """Tell whether `item` is a space, a stray mark, or a picture, which may stay at either end of the sentence."""
    is_mark = STRAY.fullmatch(item.text) is not None or not any(map(str.isalnum, item.text))
    return not item.text.strip() or (item.kind == "atom" and is_mark)


def _join(items: list[Item]) -> str:
    return "".join(item.text for item in items)

"""Scores of the embedded summariser against leads, of its faithfulness, and of key sentences against chance."""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Callable, Iterator

from engine.cli.starter_sets import BOOKS, FAITHFUL_BAR, SUMMARIES
from engine.cli.test_sets import TestSets, answer_of
from engine.evaluation import rouge
from engine.events import Event, KeySentence, Progress, Result
from engine.keysentences import key_sentences
from engine.modes import Mode, Request, SummaryStyle
from engine.presets import load_presets
from engine.session import Session
from engine.text.faithful import facts, unfounded
from engine.text.segmentation import split_sentences

_CHAPTER = 20_000  # characters of a book that count as its first chapter
_CHOSEN = 10  # sentences of a chapter
_DRAWS = 5  # of sentences at random, of which the mean is reported
_METRICS = ("rouge1", "rouge2", "rougeL")


def score_summaries(session: Session, sets: TestSets) -> Iterator[Event]:
    """Yield a Result for each system and set, with its distance from the lead and what of its facts is founded."""
    for style, (name, bars) in SUMMARIES.items():
        yield from _score_written(session, name, style, bars, sets.pairs("summary", name))
    yield from _score_chosen(sets.pairs("summary", SUMMARIES[SummaryStyle.ABSTRACT][0]))
    yield from _score_chapters(sets.book(BOOKS["en"][0]))


def _score_written(
    session: Session, name: str, style: SummaryStyle, bars: dict[str, float], pairs: list[tuple[str, str]]
) -> Iterator[Event]:
    params = next(iter(load_presets(Mode.SUMMARISE).values())).params
    answers: dict[str, str] = {}
    for number, (text, _) in enumerate(pairs, start=1):
        if text not in answers:  # a paper may have several references
            request = Request(Mode.SUMMARISE, text, params, style=style, source_language="en")
            answers[text] = (yield from answer_of(session, request)).strip()
        yield Progress(number, len(pairs), name)
    references = [reference for _, reference in pairs]
    length = round(statistics.median(len(reference.split()) for reference in references))
    lead = rouge([_lead(text, length) for text, _ in pairs], references)
    found = rouge([answers[text] for text, _ in pairs], references)
    above = {key: found[key] - lead[key] for key in _METRICS}
    told = [len(facts(answer)) for answer in answers.values()]
    wrong = sum(len(unfounded(answer, text)) for text, answer in answers.items())
    share = 100 * (1 - wrong / sum(told)) if any(told) else 100.0
    yield _row(name, f"lead, {length} words", lead)
    yield Result(
        {
            **_row(name, style.value, found).values,
            "above lead": "/".join(f"{above[key]:+.1f}" for key in _METRICS),
            "bar": "/".join(f"{bars[key]:+.0f}" if key in bars else "–" for key in _METRICS),
            "facts in source %": share,
            "met": "yes" if share >= FAITHFUL_BAR and all(above[key] >= bar for key, bar in bars.items()) else "no",
        }
    )


def _lead(text: str, length: int) -> str:
    first = next((sentence.text for sentence in split_sentences(text, "en")), text)
    return " ".join(first.split()[:length])


def _score_chosen(pairs: list[tuple[str, str]]) -> Iterator[Event]:
    """Score one sentence of each abstract against its references."""
    references = [reference for _, reference in pairs]
    for system, choose in _SYSTEMS.items():
        yield _row("scitldr.test", f"one sentence, {system}", _mean(choose, [text for text, _ in pairs], references, 1))


def _score_chapters(book: str) -> Iterator[Event]:
    """Score ten sentences of the first chapter of each book against the chapter itself: what of it they say."""
    chapters = [text.strip()[:_CHAPTER] for text in re.split(r"\n\s*\n", book) if len(text) > _CHAPTER // 4]
    if not chapters:
        return
    for system, choose in _SYSTEMS.items():
        yield _row("first chapters", f"{_CHOSEN} sentences, {system}", _mean(choose, chapters, chapters, _CHOSEN))


_Choose = Callable[[str, int, int], str]


def _mean(choose: _Choose, texts: list[str], references: list[str], count: int) -> dict[str, float]:
    """Return the mean scores over draws; what does not draw is chosen once."""
    draws = _DRAWS if choose is _at_random else 1
    scores = [rouge([choose(text, count, seed) for text in texts], references) for seed in range(draws)]
    return {key: statistics.mean(score[key] for score in scores) for key in _METRICS}


def _by_rank(text: str, count: int, _: int) -> str:
    found = [event for event in key_sentences(text, count, "en") if isinstance(event, KeySentence)]
    return " ".join(sentence.text for sentence in found)


def _first(text: str, count: int, _: int) -> str:
    return " ".join(sentence.text for sentence in split_sentences(text, "en")[:count])


def _at_random(text: str, count: int, seed: int) -> str:
    sentences = split_sentences(text, "en")
    places = sorted(random.Random(f"{seed}/{text[:40]}").sample(range(len(sentences)), min(count, len(sentences))))
    return " ".join(sentences[place].text for place in places)


_SYSTEMS: dict[str, _Choose] = {"key sentences": _by_rank, "lead": _first, "random": _at_random}


def _row(name: str, system: str, scores: dict[str, float]) -> Result:
    return Result({"set": name, "system": system, **scores})

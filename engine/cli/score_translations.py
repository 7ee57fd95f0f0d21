"""Scores of the embedded translator: BLEU and chrF in every direction, and what becomes of odd inputs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from engine.cli.odd_inputs import FAULTS, faults, odd_inputs
from engine.cli.starter_sets import FOREIGN, ODD_BAR, ODD_COUNT, PLAIN, TranslationSet
from engine.cli.test_sets import TestSets, answer_of
from engine.evaluation import bleu, chrf
from engine.events import Event, Notice, Result
from engine.modes import Mode, Request
from engine.presets import load_presets
from engine.session import Session
from engine.text.words import count_words


def score_translations(session: Session, sets: TestSets) -> Iterator[Event]:
    """Yield a Result for each direction of each set; sets of other kinds of text may be missing."""
    for entry in (*PLAIN, *FOREIGN):
        if entry.out is None and not sets.has("translation", entry.name):
            yield Notice(f"There is no translation/{entry.name}.tsv.xz: it is left out.")
            continue
        rows = sets.pairs("translation", entry.name)
        english, other = [row[0] for row in rows], [row[1] for row in rows]
        yield from _score(session, entry, "en", entry.language, english, other)
        yield from _score(session, entry, entry.language, "en", other, english)


def _score(
    session: Session, entry: TranslationSet, source: str, target: str, texts: list[str], references: list[str]
) -> Iterator[Event]:
    started = time.monotonic()
    translation = yield from answer_of(session, _request("\n".join(texts), source, target))
    seconds = time.monotonic() - started
    lines = translation.split("\n")
    found = bleu(lines, references, "zh" if target == "zh" else "13a")
    bars = entry.out if source == "en" else entry.into
    bar, aim = bars or ("–", "–")
    yield Result(
        {
            "set": entry.name,
            "direction": f"{source}-{target}",
            "bleu": found,
            "bar": bar,
            "aim": aim,
            "met": "–" if bars is None else _yes(found >= bars[0]),
            "chrf": chrf(lines, references),
            "lines": len(lines),
            "words/s": sum(map(count_words, texts)) / max(1e-9, seconds),
        }
    )


def score_odd_inputs(session: Session, sets: TestSets) -> Iterator[Event]:
    """Yield a Result for each direction, with the percentages of answers that come to nothing, and one for all."""
    total: Counter[str] = Counter()
    count = 0
    for entry in PLAIN:
        rows = sets.pairs("translation", entry.name)
        sides = [row[0] for row in rows], [row[1] for row in rows]
        for source, target, texts, others in (
            ("en", entry.language, *sides),
            (entry.language, "en", *reversed(sides)),
        ):
            odd = odd_inputs(texts, others, min(ODD_COUNT, sets.limit or ODD_COUNT) // (2 * len(PLAIN)))
            answers = yield from answer_of(session, _request("\n".join(one.text for one in odd), source, target))
            found: Counter[str] = Counter()
            for one, answer in zip(odd, answers.split("\n"), strict=True):
                names = list(faults(one, answer, target))
                found.update(names or ())
                found["any"] += bool(names)
            total += found
            count += len(odd)
            yield _shares(f"{source}-{target}", found, len(odd))
    yield _shares("all", total, count)


def _shares(direction: str, found: Counter[str], count: int) -> Result:
    shares = {f"{name} %": 100 * found[name] / count for name in (*FAULTS, "any")}
    met = _yes(shares["any %"] <= ODD_BAR)
    return Result({"direction": direction, "inputs": count, **shares, "bar": ODD_BAR, "met": met})


def _request(text: str, source: str, target: str) -> Request:
    params = next(iter(load_presets(Mode.TRANSLATE).values())).params
    return Request(Mode.TRANSLATE, text, params, source_language=source, target_language=target)


def _yes(met: bool) -> str:
    return "yes" if met else "no"

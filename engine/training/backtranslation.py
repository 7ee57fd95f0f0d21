"""Sentences of books with a translator's own translations as sources (Sennrich et al. 2016, section 3.1).

A small translator knows everyday sentences; this lets it learn to write a book's, in a language whose books there are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from engine.errors import InputError
from engine.events import Event, Finished, Progress, Result, TextChunk
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.session import Session
from engine.text.loops import loops
from engine.text.segmentation import split_sentences
from engine.training.corpus import read_lines
from engine.training.prose import prose

_SHORTEST, _LONGEST = 20, 90  # width of a sentence, a Chinese sign being as wide as three letters
_TOGETHER = 256  # sentences of a request


def back_translate(
    files: list[Path], out: Path, source: str, target: str, count: int, model: str = "", device: str = "", seed: int = 1
) -> Iterator[Event]:
    """Append `translation<TAB>sentence` rows to `out` for `count` sentences of `files`, drawn by `seed`.

    Sentences are in `source`, their translations in `target` (codes). A table that was begun is gone on with.
    Odd translations are left out. Raises InputError for files without sentences, EngineError kinds.
    """
    chosen = _chosen(files, source, count, seed)
    known = {line.partition("\t")[2] for line in read_lines(out)} if out.is_file() else set[str]()
    begin = max((place + 1 for place, sentence in enumerate(chosen) if sentence in known), default=0)
    session = Session(device=device)
    out.parent.mkdir(parents=True, exist_ok=True)
    kept = len(known)
    for start in range(begin, len(chosen), _TOGETHER):
        sentences = chosen[start : start + _TOGETHER]
        yield Progress(start, len(chosen), "sentences", "translating")
        params = SamplingParams(temperature=0, max_new_tokens=128, seed=seed)
        request = Request(Mode.TRANSLATE, "\n".join(sentences), params, model, 1, source, target)
        parts = []
        for event in session.run(request):
            if isinstance(event, TextChunk):
                parts.append(event.text)
                yield Progress(start, len(chosen), "sentences", "translating")
        rows = list(zip("".join(parts).split("\n"), sentences, strict=True))
        good = [row for row in rows if _is_good(*row)]
        with out.open("a", encoding="utf-8") as file:  # a part at a time, so that a stop loses one at most
            file.writelines(f"{translation}\t{sentence}\n" for translation, sentence in good)
        kept += len(good)
    yield Result({"table": str(out), "rows": kept})
    yield Finished()


def _chosen(files: list[Path], language: str, count: int, seed: int) -> list[str]:
    """Return `count` different sentences, or as many as there are, always in the same order."""
    paragraphs = []
    for path in files:
        if not path.is_file():
            raise InputError(f"There is no file {path}: check the name and the folder.")
        paragraphs += prose("\n".join(read_lines(path))).split("\n")
    random.Random(seed).shuffle(paragraphs)
    width = 3 if language == "zh" else 1
    chosen: dict[str, None] = {}
    for paragraph in paragraphs:
        for sentence in split_sentences(paragraph, language):
            text = " ".join(sentence.text.split())
            if _SHORTEST <= width * len(text) <= _LONGEST:
                chosen[text] = None
        if len(chosen) >= count:
            break
    if not chosen:
        raise InputError("There are no sentences of a usual length in these files: give books.")
    return list(chosen)[:count]


def _is_good(translation: str, sentence: str) -> bool:
    """Tell whether the translation can be one; the recipe's cleaning looks at language and length."""
    return bool(translation.strip()) and translation != sentence and not loops(translation, sentence)

"""Text on the clipboard that still knows who wrote it: a format of our own, beside the plain text, names the stretches.

Other programs see the text alone. What they put there has no such format, and is the writer's.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData

from engine.json_files import parse_json
from engine.store.runs import Author, Run, joined
from gui.raw_text import PlainText, from_document, to_document, units

AUTHORS = "application/x-penwright-authors"  # [[author, code points], ...] as JSON


class CopiedText(QMimeData):
    """Text on the clipboard that Python made, and that must not outlive it: see `gui.app.hand_over_clipboard`."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text as a document lays it out, and whose it is; no runs where that is not known."""

    raw: str
    runs: tuple[Run, ...]


def copied(raw: str, runs: Sequence[Run]) -> CopiedText:
    """Return exactly the text that a document's `raw` stands for, with its authors."""
    text = from_document(raw)
    ends = [len(text)]
    if len(runs) > 1:  # else nothing is to be measured, and an X server asks for every selection
        plain = PlainText(raw)
        ends = [plain.offset(end) for end in itertools.accumulate(run.length for run in runs)]
    lengths = [end - start for start, end in itertools.pairwise([0, *ends])]
    data = CopiedText()
    data.setText(text)
    authors = [[run.author.value, length] for run, length in zip(runs, lengths, strict=False)]
    data.setData(AUTHORS, json.dumps(authors).encode("ascii"))
    return data


def copied_from_model(text: str) -> CopiedText:
    """Return exactly `text`, all of which a model wrote."""
    raw = to_document(text)
    return copied(raw, [Run(units(raw), Author.MODEL)])


def pasted(source: QMimeData) -> Pasted:
    """Return the text of a clipboard or a drag, long lines laid out in pieces."""
    text = source.text()
    raw = to_document(text.replace("\r\n", "\n"))
    plain = PlainText(raw)
    runs, start, at, pairs = [], 0, 0, 0
    for author, length in _authors(source, len(text)):
        pairs += text.count("\r\n", max(0, at - 1), at + length)
        at += length
        end = plain.position(at - pairs)
        runs.append(Run(end - start, author))
        start = end
    return Pasted(raw, tuple(joined(runs)))


def _authors(source: QMimeData, length: int) -> list[tuple[Author, int]]:
    """Return the authors of a text of so many code points, none where they are not known or not of this text."""
    try:
        found = [
            (Author(author), int(count)) for author, count in parse_json(bytes(source.data(AUTHORS).data()) or b"[]")
        ]
    except (ValueError, TypeError, OverflowError):  # what any program may have written
        return []
    fits = all(count >= 0 for _, count in found) and sum(count for _, count in found) == length
    return found if fits else []

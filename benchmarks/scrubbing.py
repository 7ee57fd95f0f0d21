"""How long the timeline takes to show another edit: 10,000 edits of a text of 500 kB, in the real dialog.

QT_QPA_PLATFORM=offscreen python -m benchmarks.scrubbing [--edits 10000] [--size 500000]
"""

from __future__ import annotations

import argparse
import functools
import random
import statistics
import time
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.pictures import empty_home
from engine.store.edits import Change
from engine.text.documents import Document
from gui.app import make_application
from gui.dialogs.timeline import TimelineDialog
from gui.engine_client import EngineClient
from gui.main_window import MainWindow
from gui.raw_text import from_document
from gui.settings import Settings

WORDS = [
    "the",
    "old",
    "king",
    "lived",
    "alone",
    "in",
    "a",
    "lighthouse",
    "by",
    "the",
    "sea",
    "and",
    "every",
    "evening",
    "he",
    "climbed",
    "its",
    "stairs",
]
AT_ONE_PLACE = 200  # edits, before the writer goes elsewhere


def main() -> None:
    """Print how long steps of several kinds take, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=500_000)
    options = parser.parse_args()
    with empty_home() as home:
        window = MainWindow(
            make_application(["penwright"]), Settings(first_start=False), home / "s.json", EngineClient()
        )
        window.show()
        draw = random.Random(1)
        dialog = timeline(
            window, home / "novel.md", edits(draw, options.edits, options.size), novel(draw, options.size)
        )
        print("| steps | median ms | p95 | most | median ms of the processor |\n|---|---|---|---|---|")
        last = options.edits
        measure(dialog, "one edit back, from the last", range(last - 1, last - 100, -1))
        measure(dialog, "one edit on, from the first", range(1, 100))
        measure(dialog, "a drag over everything", range(last, 0, -last // 150))
        measure(dialog, "to anywhere", (draw.randrange(last) for _ in range(100)))
        dialog.close()
        window.parts.workspace.current.editor.document().setModified(False)
        window.close()


def novel(draw: random.Random, size: int) -> str:
    """Return paragraphs of random words."""
    paragraphs = (" ".join(draw.choices(WORDS, k=90)).capitalize() + "." for _ in range(size // 400))
    return "\n\n".join(paragraphs)[:size]


def edits(draw: random.Random, count: int, size: int) -> list[Change]:
    """Return typing, with a word taken out now and then, at a place that changes from time to time."""
    made: list[Change] = []
    position = 0
    for number in range(count):
        if number % AT_ONE_PLACE == 0:
            position = draw.randrange(10, size - AT_ONE_PLACE)
        if number % 25 == 7:
            position -= 3
            made.append(Change(position, 3, ""))
        else:
            made.append(Change(position, 0, draw.choice("abcde ")))
            position += 1
    return made


def timeline(window: MainWindow, path: Path, changes: list[Change], text: str) -> TimelineDialog:
    """Return the timeline of a text to which all that happened."""
    path.write_text(text, encoding="utf-8")
    window.parts.workspace.add(Document(text), path)
    kept = window.parts.journals.of(window.parts.workspace.current)
    assert kept is not None
    for first in range(0, len(changes), AT_ONE_PLACE):  # as they come, so that there are snapshots between
        some = changes[first : first + AT_ONE_PLACE]
        kept.ask(functools.partial(kept.journal.append, some))
    now = from_document(kept.ask(lambda: kept.journal.text))
    dialog = TimelineDialog(path.name, kept, now, window.parts.looks.theme, window)
    dialog.show()
    QTest.qWaitForWindowExposed(dialog)
    return dialog


def measure(dialog: TimelineDialog, name: str, numbers: Iterable[int]) -> None:
    """Print how long it takes from a number to the painted text."""
    waited, computed = [], []
    for number in numbers:
        began, at_work = time.perf_counter(), time.process_time()
        dialog.go(number)
        QApplication.processEvents()
        waited.append(1000 * (time.perf_counter() - began))
        computed.append(1000 * (time.process_time() - at_work))
    waited.sort()
    parts = statistics.median(waited), waited[int(0.95 * len(waited))], waited[-1], statistics.median(computed)
    print(f"| {name} | {' | '.join(f'{part:.0f}' for part in parts)} |", flush=True)


if __name__ == "__main__":
    main()

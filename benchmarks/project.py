"""Measure the project room: QT_QPA_PLATFORM=offscreen python -m benchmarks.project [--rounds N].

Prints, for 200 documents of 1,000,000 words in English-like and in Chinese text: how long a window takes to show the
tree, and until all is counted and can be searched, the first time and again, with how late a 4 ms timer of the window
fires meanwhile; searches, from the question to the answer in the window's thread; the same index with SQLite's
trigrams; and how long a key takes in a text of 1 MB with 2,000 headings. Words are drawn by Zipf's law.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import string
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer, SignalInstance
from PySide6.QtTest import QTest

from benchmarks.lateness import lateness
from engine.environment import prepare_environment
from engine.projects.words import pieces, spaced
from engine.text.documents import Document
from engine.text.words import count_words
from gui.app import make_application
from gui.engine_client import EngineClient
from gui.main_window import MainWindow
from gui.settings import Settings

DOCUMENTS = 200
WORDS = 1_000_000
KEYS = 200


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10, help="of each search")
    options = parser.parse_args()
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.2f}, SQLite {sqlite3.sqlite_version}")
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = home
        prepare_environment()
        application = make_application(["penwright"])
        window = MainWindow(application, Settings(), Path(home) / "settings.json", EngineClient())
        window.resize(1280, 800)
        window.show()
        QTest.qWaitForWindowActive(window, 5000)
        for language, words, gap, stop in (("English", latin(), " ", "."), ("Chinese", chinese(), "", "。")):
            folder = Path(home) / language
            write_project(folder, words, gap, stop)
            measure_project(window, folder, language)
            measure_searches(window, queries(words, gap), options.rounds)
            measure_trigrams(folder, Path(home) / "other.db")
        for mark in ("## ", ""):
            measure_keys(window, mark)
        window.close()


def latin() -> list[str]:
    """Return 30,000 words of letters, the likeliest first."""
    chooser = random.Random(1)
    words: dict[str, None] = {}
    while len(words) < 30_000:
        words["".join(chooser.choices(string.ascii_lowercase, k=chooser.randint(2, 11)))] = None
    return list(words)


def chinese() -> list[str]:
    """Return 3,500 characters, the likeliest first."""
    return random.Random(1).sample([chr(0x4E00 + number) for number in range(6_000)], 3_500)


def write_project(folder: Path, words: list[str], gap: str, stop: str) -> None:
    """Write the documents into `folder`, in ten parts."""
    chooser = random.Random(2)
    weights = [1 / (rank + 3) for rank in range(len(words))]
    for number in range(DOCUMENTS):
        lines = [f"# {number + 1}"]
        left = WORDS // DOCUMENTS
        while left > 0:
            taken = min(left, chooser.randint(10, 120))
            lines.append(gap.join(chooser.choices(words, weights, k=taken)) + stop)
            left -= taken
        path = folder / f"Part {number // 20 + 1}" / f"Chapter {number + 1}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(lines), encoding="utf-8")


def queries(words: list[str], gap: str) -> dict[str, str]:
    """Return what is searched for, by what it is."""
    return {
        "the most frequent word": words[0],
        "its beginning": words[0][:2] if gap else words[0],
        "two frequent words": f"{words[1]} {words[2]}",
        "two side by side": f'"{words[1]}{gap}{words[2]}"',
        "a rare word": words[2_000],
        "two rare words side by side": f'"{words[300]}{gap}{words[301]}"',
        "nothing that is there": "zzzzqqq" if gap else "龘龘",
    }


def measure_project(window: MainWindow, folder: Path, language: str) -> None:
    """Open the project for the first time, and again."""
    project = window.room.project
    for occasion in ("the first time", "again"):
        begun = time.perf_counter()
        with lateness() as late, first_time(project.arranged) as shown, first_time(project.complete) as complete:
            window.room.open(folder)
            while not complete:
                wait(0.01)
        assert len(project.root.documents()) == DOCUMENTS
        tree, all_of_it = (1000 * (when[0] - begun) for when in (shown, complete))
        print(
            f"{language}, opened {occasion}: tree after {tree:.0f} ms, {window.room.panel.words} words counted and"
            f" searchable after {all_of_it:.0f} ms; timer late by {1000 * quantile(late, 0.99):.1f} ms (p99),"
            f" {1000 * max(late):.1f} at worst"
        )
    index = next(Path(os.environ["XDG_DATA_HOME"]).glob("penwright/projects/*.db"))
    print(
        f"  index {index.stat().st_size / 1e6:.1f} MB for {sum(map(size, folder.rglob('*.md'))) / 1e6:.1f} MB of text"
    )


def measure_searches(window: MainWindow, looked_for: dict[str, str], rounds: int) -> None:
    """Search from the window's thread and wait for the answer there."""
    project = window.room.project
    for name, text in looked_for.items():
        seconds = []
        total = [0]

        def take(_text: str, found: object, total: list[int] = total) -> None:
            total[0] = found.total  # pyright: ignore

        project.found.connect(take)
        for _ in range(rounds):
            begun = time.perf_counter()
            with first_time(project.found) as came:
                project.search(text)
                while not came:
                    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            seconds.append(came[0] - begun)
        project.found.disconnect(take)
        print(
            f"  {name:28} {total[0]:7,} places  median {1000 * quantile(seconds, 0.5):6.1f}"
            f"  worst {1000 * max(seconds):6.1f} ms"
        )
    project.close()


def measure_trigrams(folder: Path, path: Path) -> None:
    """Compare our index, characters as words, with the tokenizer that SQLite has for unspaced text."""
    found = [piece for file in folder.rglob("*.md") for _, piece in pieces(file.read_text(encoding="utf-8"))]
    texts = {"words and characters": [spaced(piece) for piece in found], "trigrams": found}
    for name, tokenizer in (("words and characters", "unicode61 remove_diacritics 2"), ("trigrams", "trigram")):
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute(f"CREATE VIRTUAL TABLE found USING fts5 (text, content = '', tokenize = '{tokenizer}')")
        begun = time.process_time()
        connection.executemany("INSERT INTO found (text) VALUES (?)", ((piece,) for piece in texts[name]))
        connection.commit()
        print(f"  {name}: {time.process_time() - begun:.2f} s of processor time, {path.stat().st_size / 1e6:.1f} MB")
        connection.close()


def measure_keys(window: MainWindow, mark: str) -> None:
    """Type into a text of 1 MB, a key every 30 ms, and take the time of each; `mark` makes headings of 2,000 lines."""
    words = random.Random(3).choices(latin()[:2_000], k=170_000)
    lines = [f"{mark}Heading {number}\n\n" + " ".join(words[85 * number : 85 * number + 85]) for number in range(2_000)]
    text = "\n\n".join(lines)
    opened = window.parts.workspace.add(Document(text), None)
    while window.parts.status.text_of("words") != f"{count_words(text):,} words":
        wait(0.05)
    seconds = []
    for number in range(KEYS):
        begun = time.perf_counter()
        QTest.keyClick(opened.editor, Qt.Key.Key_Return if number % 20 == 0 else Qt.Key.Key_X)
        opened.editor.viewport().repaint()
        seconds.append(time.perf_counter() - begun)
        wait(0.03)
    print(
        f"a key in {len(text.encode()) / 1e6:.1f} MB with {len(window.parts.documents.outline):,} headings:"
        f" median {1000 * quantile(seconds, 0.5):.1f} ms, p99 {1000 * quantile(seconds, 0.99):.1f} ms"
    )
    opened.editor.document().setModified(False)


def wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


@contextmanager
def first_time(signal: SignalInstance) -> Iterator[list[float]]:
    """Take down when `signal` comes meanwhile."""
    came: list[float] = []

    def on_signal(*_arguments: object) -> None:
        came.append(time.perf_counter())

    signal.connect(on_signal)
    yield came
    signal.disconnect(on_signal)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def size(path: Path) -> int:
    return path.stat().st_size


if __name__ == "__main__":
    main()

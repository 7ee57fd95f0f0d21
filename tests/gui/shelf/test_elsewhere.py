"""Files of other programs are looked at beside the window, which shows them once they are known."""

import struct
import time

import pytest
from PySide6.QtCore import QTimer

from engine.gguf.header import read_header
from gui.settings import ModeSettings
from tests.engine.gguf.small_files import FACTS, WHOLE, gguf_file, text
from tests.gui.shelf.using_shelf import select

PATIENCE = 60_000  # milliseconds
FILES = 10
LONGEST = 0.05  # seconds of the processor between two turns of the window


@pytest.fixture(scope="module")
def long_head():
    """Return a GGUF file with a vocabulary as large as current models have."""
    entries = [text(name) + struct.pack("<I", 8) + text(value) for name, value in FACTS if isinstance(value, str)]
    entries += [text(name) + struct.pack("<II", 4, value) for name, value in FACTS if isinstance(value, int)]
    for name, count in (("tokenizer.ggml.tokens", 152_000), ("tokenizer.ggml.merges", 151_000)):
        words = b"".join(text(f"word {number}") for number in range(count))
        entries.append(text(name) + struct.pack("<IIQ", 9, 8, count) + words)
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries)
    return head + b"\0" * (-len(head) % 32)


def keep(home, name, data):
    """Have another program keep a file."""
    path = home / ".lmstudio/models/a/b" / f"{name}.gguf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def titles(page):
    return [page.list.topLevelItem(row).text(0) for row in range(page.list.topLevelItemCount())]


class Turns:
    """Measure how long the window's thread computes between two turns of its events."""

    def __init__(self):
        self.longest, self._last = 0.0, time.thread_time()
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.start(1)

    def _turn(self):
        now = time.thread_time()
        self.longest, self._last = max(self.longest, now - self._last), now


def test_ten_new_files_keep_the_window_from_nothing(open_window, qtbot, own_home, long_head):
    shelf = open_window("Once").shelf
    shelf.open()  # which puts the window together
    page = shelf.view.installed
    qtbot.waitUntil(lambda: not page.elsewhere.busy, timeout=PATIENCE)
    before = titles(page)
    shelf.view.close()
    paths = [keep(own_home, f"other-{number}", long_head) for number in range(FILES)]
    turns = Turns()
    shelf.open()
    assert titles(page) == before
    qtbot.waitUntil(lambda: titles(page) == [*before, *(path.stem for path in paths)], timeout=PATIENCE)
    qtbot.waitUntil(lambda: not page.elsewhere.busy, timeout=PATIENCE)
    started = time.thread_time()
    read_header(keep(own_home, "another", long_head))
    one = time.thread_time() - started
    assert turns.longest < max(LONGEST, one)  # a slow machine reads heads slowly too
    assert FILES * one > 2 * LONGEST  # ten of them would not have gone unnoticed


def test_files_that_come_change_or_go_are_seen_and_the_model_in_view_stays(window, qtbot, own_home):
    page = window.installed
    qtbot.waitUntil(lambda: not page.elsewhere.busy, timeout=PATIENCE)
    select(page, "mine")
    path = keep(own_home, "thing", WHOLE)
    page.refresh()
    qtbot.waitUntil(lambda: titles(page)[-1] == "thing", timeout=PATIENCE)
    assert page.list.shelved.name == "mine"
    item = select(page, "thing")
    assert item.text(5) == "another program"
    assert not any(each.isEnabled() for each in (page.verify, page.rename, page.remove))
    path.write_bytes(WHOLE[:100])
    page.refresh()
    qtbot.waitUntil(lambda: page.list.currentItem().text(1) == "damaged", timeout=PATIENCE)
    assert page.list.shelved.name == str(path)
    path.unlink()
    page.refresh()
    qtbot.waitUntil(lambda: "thing" not in titles(page), timeout=PATIENCE)


def test_a_file_that_the_writer_chose_stands_among_folders_once(open_window, qtbot, own_home):
    path = keep(own_home, "thing", WHOLE)
    shelf = open_window("Once", write=ModeSettings(folders=[str(path), str(own_home / "gone.gguf")])).shelf
    shelf.open()
    page = shelf.view.installed
    qtbot.waitUntil(lambda: "thing" in titles(page), timeout=PATIENCE)
    assert titles(page).count("thing") == 1
    assert select(page, "thing").text(5) == "a folder"


def test_what_is_asked_for_meanwhile_is_looked_at_afterwards(window, qtbot, own_home):
    page = window.installed
    qtbot.waitUntil(lambda: not page.elsewhere.busy, timeout=PATIENCE)
    page.elsewhere.look([])
    qtbot.waitUntil(page.elsewhere._looks.isActive, timeout=PATIENCE)
    chosen = own_home / "chosen.gguf"
    chosen.write_bytes(gguf_file(FACTS))
    page.elsewhere.look([str(chosen)])
    qtbot.waitUntil(lambda: "chosen" in titles(page), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not page.elsewhere.busy, timeout=PATIENCE)
    assert [model.name for model in page.elsewhere.chosen] == [str(chosen)]

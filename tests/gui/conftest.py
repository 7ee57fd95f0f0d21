"""A window of its own for each test, offscreen, with the settings a test asks for."""

import gc
from pathlib import Path

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from engine.text.documents import Document
from gui.app import hand_over_clipboard, make_application
from gui.editor import Editor
from gui.engine_client import EngineClient, running
from gui.main_window import MainWindow
from gui.settings import ModeSettings, Settings
from tests.gui.live_window import TEXT
from tests.gui.scripted_engine import ScriptedClient


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            # The offscreen platform says so of every window that has a smallest size.
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(scope="session")
def qapp():
    yield QApplication.instance() or make_application(["penwright"])
    hand_over_clipboard()


@pytest.fixture(scope="module", autouse=True)
def collected_here():
    """Let no other thread free widgets that tests have left, neither now nor while later tests run in this process."""
    gc.disable()
    yield
    for client in running():  # windows that are still there start some when events are handled after a test
        client.shutdown()
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def ended_engines():
    """End every engine that a test has started."""
    before = running()  # those that a module shares
    yield
    for client in running() - before:
        client.shutdown()


@pytest.fixture
def editor(qtbot):
    """An editor in view, with the focus."""
    made = Editor(13.0, lambda _key: False, None)
    qtbot.addWidget(made)
    made.resize(640, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    return made


@pytest.fixture
def open_window(qtbot, qapp, tmp_path):
    """Open windows whose engine is not started, so that a test decides what text comes and when."""

    def open_one(text="", path=None, client=None, **settings):
        window = MainWindow(qapp, Settings(**settings), tmp_path / "settings.json", client or EngineClient())
        qtbot.addWidget(window, before_close_func=_forget_changes)
        window.resize(1200, 800)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        if text:
            window.parts.workspace.add(Document(text), path)
        return window

    return open_one


def _forget_changes(window):
    for opened in window.parts.workspace.documents:
        opened.editor.document().setModified(False)


@pytest.fixture(scope="module")
def live(qapp, tmp_path_factory):
    """One window and one engine for all tests of a module, which open a document each."""
    from tests.engine.tiny_models import tiny_causal, tiny_chat, tiny_seq2seq

    folder = tmp_path_factory.mktemp("models")
    (folder / "llama").mkdir()
    (folder / "marian").mkdir()
    (folder / "chat").mkdir()
    write = ModeSettings(model=str(tiny_causal(folder / "llama", "llama")))
    other = str(tiny_seq2seq(folder / "marian", "marian"))
    models = {"write": write, "translate": ModeSettings(model=other), "summarise": ModeSettings(model=other)}
    chat = str(tiny_chat(folder / "chat"))
    models |= {"rewrite": ModeSettings(model=chat), "dialogue": ModeSettings(model=chat)}
    settings = Settings(**models, complete=False, ghost_met=True)
    client = EngineClient(device="cpu")
    window = MainWindow(qapp, settings, folder / "settings.json", client)
    window.resize(1200, 800)
    window.show()
    ready = QSignalSpy(client.engine_ready)
    window.start_engine()
    assert ready.wait(60_000)  # its thread reads the environment, which the next test changes
    yield window
    for opened in window.parts.workspace.documents:
        opened.editor.document().setModified(False)
    window.close()


@pytest.fixture
def page(live, qtbot):
    """An editor of the window `live` with a short text, the caret at its end, and the window in Write mode."""
    live.activateWindow()
    live.parts.messages.hide()
    live.parts.workspace.add(Document(TEXT), None)
    live.parts.tabs.setCurrentIndex(0)
    live.parts.write.set_variants(1)
    live.parts.write.controls.set_changed({"max_new_tokens": 24, "seed": 1})
    editor = live.parts.workspace.current.editor
    editor.put_caret(len(TEXT), len(TEXT))
    yield editor
    live.parts.jobs.stop()


@pytest.fixture
def desk(open_window):
    """A window that asks for ghost text after 1 ms, the caret at the end of a short text."""
    client = ScriptedClient()
    window = open_window("There was an ol", client=client, complete_pause=1)
    window.engine = client
    window.editor = window.parts.workspace.current.editor
    window.editor.put_caret(15, 15)
    return window

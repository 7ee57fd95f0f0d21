"""A window of its own for each test, offscreen, with the settings a test asks for."""

import gc
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.text.documents import Document
from gui.app import hand_over_clipboard, make_application
from gui.editor import Editor
from gui.engine_client import EngineClient
from gui.main_window import MainWindow
from gui.settings import Settings


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
    gc.collect()
    gc.enable()


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

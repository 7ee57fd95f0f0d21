"""Choosing a model: installed ones by box and menu, any other by its folder."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from engine.modes import Mode
from gui.dialogs.about import about_text
from gui.models_menu import ModelsMenu
from gui.panels.model_box import ModelBox
from gui.settings import ModeSettings, load_settings
from tests.engine.gguf.small_files import put
from tests.engine.tiny_models import tiny_causal


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_causal(tmp_path_factory.mktemp("models") / "my-novels", "llama")


def choose_last(box):
    """Choose the last entry as a click would."""
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.currentIndex())


@pytest.fixture
def box(qtbot):
    made = ModelBox(Mode.WRITE, ModeSettings(), [])
    qtbot.addWidget(made)
    return made


def test_the_last_entry_asks_for_a_folder_which_is_used_and_remembered(box, folder, monkeypatch, qtbot):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    with qtbot.waitSignal(box.chosen) as chosen:
        choose_last(box)
    assert chosen.args == [str(folder)]
    assert (box.currentText(), box._remembered.model) == ("my-novels", str(folder))
    again = ModelBox(Mode.WRITE, box._remembered, [])
    qtbot.addWidget(again)
    assert again.currentText() == "my-novels"
    assert again.fault == ""


def test_a_gguf_file_is_used_by_itself_or_by_its_folder(box, tmp_path, monkeypatch, qtbot):
    pytest.importorskip("llama_cpp")
    first = put(tmp_path / "downloads/first.gguf")
    second = put(tmp_path / "folder/second.gguf")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(first), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(second.parent))
    for words, path in (("Choose a GGUF file…", first), ("Choose a folder…", second)):
        box.setCurrentIndex(box.findText(words))
        with qtbot.waitSignal(box.chosen) as chosen:
            box.activated.emit(box.currentIndex())
        assert chosen.args == [str(path)]
        assert box.currentText() == path.name
    again = ModelBox(Mode.WRITE, box._remembered, [])
    qtbot.addWidget(again)
    assert again.fault == ""
    assert again.findText("first.gguf") > 0
    put(second.with_name("third.gguf"))
    with qtbot.waitSignal(box.problem) as problem:
        box.ask()
    assert "holds 2 GGUF files" in problem.args[0]


def test_a_folder_without_a_model_is_a_sentence_and_changes_nothing(box, tmp_path, qtbot):
    with qtbot.waitSignal(box.problem) as problem:
        box.choose(str(tmp_path))
    assert "config.json is missing" in problem.args[0]
    assert (box.currentText(), box._remembered) == ("Automatic", ModeSettings())


def test_a_model_that_cannot_do_the_job_is_a_sentence(folder, qtbot):
    box = ModelBox(Mode.SUMMARISE, ModeSettings(), [])
    qtbot.addWidget(box)
    with qtbot.waitSignal(box.problem) as problem:
        box.choose(str(folder))
    assert "cannot summarise" in problem.args[0]


def test_giving_up_the_choice_of_a_folder_keeps_the_model(box, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    choose_last(box)
    assert box.currentText() == "Automatic"


def test_a_model_that_has_gone_is_said(qtbot, tmp_path):
    gone = str(tmp_path / "gone")
    box = ModelBox(Mode.WRITE, ModeSettings(model=gone, folders=[gone]), [])
    qtbot.addWidget(box)
    assert f"{gone} is no longer there" in box.fault
    assert box._remembered.model == ""


def test_the_menu_lists_what_is_installed_and_puts_it_to_use(open_window, folder, monkeypatch, tmp_path):
    monkeypatch.setattr("engine.catalog.assets_dir", lambda: folder.parent.parent)
    monkeypatch.setattr("engine.catalog.data_dir", lambda: tmp_path)
    (tmp_path / "models").symlink_to(folder.parent)
    window = open_window("Text")
    menu = window.menuBar().findChild(ModelsMenu).parent()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if action.text()][:-4] == ["my-novels"]
    window.parts.tabs.setCurrentIndex(1)
    menu.actions()[0].trigger()
    assert window.parts.mode is Mode.WRITE
    assert window.parts.write.controls.model == "my-novels"


def test_about_names_licence_and_places(tmp_path):
    text = about_text(tmp_path / "settings.json")
    assert "Apache-2.0" in text
    assert str(tmp_path / "settings.json") in text
    assert "models" in text.splitlines()[-1]
    assert "No text leaves it unless you set up a server" in text


def test_notes_follow_the_document_and_are_kept_at_once(open_window, tmp_path, qtbot):
    window = open_window("One", tmp_path / "one.md")
    fields = window.parts.write.notes
    fields.unfold()
    QTest.keyClicks(fields._memory, "Anna is a doctor.")
    assert window.parts.write.request("x").memory == "Anna is a doctor."
    window.parts.files.new()
    assert fields.notes.empty
    QTest.keyClicks(fields._note, "Past tense")
    window.parts.workspace.current.save(tmp_path / "two.md")
    window.parts.files.saved.emit(window.parts.workspace.current)
    window.parts.workspace.show_document(window.parts.workspace.documents[0])
    assert fields.notes.memory == "Anna is a doctor."
    qtbot.waitUntil((tmp_path / "settings.json").exists)
    settings, _ = load_settings(tmp_path / "settings.json")
    assert settings.notes_of(tmp_path / "one.md").memory == "Anna is a doctor."
    assert settings.notes_of(tmp_path / "two.md").note == "Past tense"
    again = open_window("One", tmp_path / "one.md", notes=settings.notes)
    assert again.parts.write.notes.notes.memory == "Anna is a doctor."


def test_the_sentence_of_a_failed_job_goes_with_the_next(open_window):
    window = open_window("It rained.")
    window.parts.jobs.failed.emit("The model is damaged.")
    assert window.parts.messages.sentence == "The model is damaged."
    window.parts.workspace.current.editor.selectAll()
    QTest.keyClick(window.parts.workspace.current.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.parts.messages.sentence == ""


def test_a_job_of_which_nothing_is_heard_says_that_it_waits(open_window, qtbot):
    window = open_window("It rained.")
    window.parts.job_bar.begin()
    qtbot.waitUntil(lambda: window.parts.job_bar.words == "Waiting for the engine…")
    window.parts.job_bar.finish()
    assert window.parts.job_bar.words == ""

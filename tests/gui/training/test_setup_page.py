"""Setting a training up, by keys; the engine's part comes when a test says so."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.events import Failed
from engine.purposes import Purpose
from engine.runs import keep_request
from tests.gui.training.using_training import REQUEST, SURVEY, make_model


def test_a_name_that_was_typed_stays_and_the_usual_one_follows_the_purpose(workshop):
    name = workshop.setup.wishes._name
    assert name.text() == "My voice"
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    assert name.text() == "My translator"
    name.selectAll()
    QTest.keyClicks(name, "Saga")
    workshop.setup.purposes.card(Purpose.VARY).click()
    assert name.text() == "Saga"


def test_files_are_added_by_dialog_and_by_dropping_and_taken_out_by_a_key(workshop, novel, monkeypatch):
    files = workshop.setup.files
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(novel)], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(novel.parent))
    QTest.keyClick(files._files, Qt.Key.Key_Space)
    QTest.keyClick(files._folder, Qt.Key.Key_Space)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (novel, novel.with_name("memory.tmx"))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    files.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, Qt.KeyboardModifier.NoModifier))
    assert [Path(path).name for path in files.paths] == ["novel.txt", novel.parent.name, "memory.tmx"]
    QTest.keyClick(files._list, Qt.Key.Key_Home)
    QTest.keyClick(files._list, Qt.Key.Key_Delete)
    assert [Path(path).name for path in files.paths] == [novel.parent.name, "memory.tmx"]


def test_a_time_limit_is_part_of_what_is_asked(workshop, novel, qtbot):
    workshop.setup.files.add([novel])
    minutes = workshop.setup.wishes._minutes
    assert minutes.text() == "as suits the amount of text"
    minutes.setFocus()
    minutes.selectAll()
    QTest.keyClicks(minutes, "45")
    workshop.survey(qtbot)
    assert workshop.commands[-1].request.minutes == 45.0


def test_files_that_cannot_be_learnt_from_get_their_sentence_in_place(workshop, novel, qtbot):
    workshop.setup.files.add([novel])
    workshop.survey(qtbot, Failed("novel.txt holds two sentences: that is too little to learn from."))
    assert workshop.setup.view.words.startswith("novel.txt holds two sentences")
    assert not workshop.setup.start.isEnabled()
    assert QApplication.activeModalWidget() is None
    assert workshop.setup.words == ""
    workshop.view.resize(700, 500)
    assert workshop.setup.words.startswith("novel.txt holds"), "what was read is out of sight there"


def test_a_change_asks_anew_and_the_old_answer_is_not_shown(workshop, novel, qtbot):
    setup = workshop.setup
    setup.files.add([novel])
    workshop.survey(qtbot)
    setup.purposes.card(Purpose.TRANSLATE).click()
    assert not setup.start.isEnabled()
    workshop.answer(replace(SURVEY, texts=7))
    assert setup.view.words == "Reading…"
    QTest.keyClick(setup.wishes._mask, Qt.Key.Key_Space)
    setup.wishes._source.setCurrentIndex(setup.wishes._source.findData("de"))
    qtbot.waitUntil(lambda: workshop.commands[-1].request.source == "de")
    assert workshop.commands[-1].request.mask
    assert workshop.commands[-1].request.purpose is Purpose.TRANSLATE


@pytest.mark.parametrize("name", ["", "a/b", ".hidden"])
def test_a_name_that_is_none_is_said_beside_start(workshop, novel, qtbot, name):
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    field = workshop.setup.wishes._name
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, name)
    assert workshop.setup.words == "Give the model a name of letters, digits, spaces or dashes."
    assert not workshop.setup.start.isEnabled()
    QTest.keyClicks(field, "")
    field.setText("Saga")
    assert workshop.setup.start.isEnabled()


def test_the_name_of_an_unfinished_training_is_not_given_twice(workshop, novel, qtbot):
    keep_request(REQUEST)
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    assert "My voice is not finished" in workshop.setup.words
    assert not workshop.setup.start.isEnabled()
    workshop.setup.refresh()
    assert workshop.setup.wishes.name == "My voice 2"


def test_adapters_need_a_model_to_begin_with(workshop, novel, tmp_path, monkeypatch, qtbot):
    folder = make_model(tmp_path / "models" / "large")
    wishes = workshop.setup.wishes
    wishes._start.setCurrentIndex(0)
    wishes._start.activated.emit(0)
    assert not wishes._lora.isEnabled()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    box = wishes._start
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.currentIndex())
    assert wishes._lora.isEnabled()
    QTest.keyClick(wishes._lora, Qt.Key.Key_Space)
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    assert (workshop.commands[-1].request.start, workshop.commands[-1].request.lora) == (str(folder), True)
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    assert box.start == "", "a story model cannot become a translator"
    assert not wishes._lora.isEnabled()
    workshop.setup.purposes.card(Purpose.VARY).click()
    assert not box.isVisible(), "variation is always learnt anew"


def test_a_folder_without_a_fitting_model_is_said_beside_start(workshop, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    box = workshop.setup.wishes._start
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.currentIndex())
    assert "config.json is missing" in workshop.setup.words
    assert box.start == "story-en"


@pytest.mark.parametrize(("pair", "start"), [("en-de", "translate"), ("zh-en", "translate"), ("de-fr", "")])
def test_a_translation_memory_goes_on_from_a_translator_of_its_languages(workshop, novel, qtbot, pair, start):
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    workshop.setup.files.add([novel])
    languages = dict.fromkeys(pair.split("-"), 312)
    workshop.survey(qtbot, replace(SURVEY, languages=languages, pair=pair))
    assert workshop.setup.wishes._start.start == start


def test_a_new_model_is_begun_where_none_writes_the_language(workshop, novel, qtbot):
    box = workshop.setup.wishes._start
    assert box.start == "story-en", "it learns far sooner than a new one"
    workshop.setup.files.add([novel])
    workshop.survey(qtbot, replace(SURVEY, languages={"zh": 312, "en": 2}))
    assert box.start == "story-zh"
    workshop.survey(qtbot, replace(SURVEY, languages={"fr": 312, "en": 2}))
    assert box.start == ""
    workshop.survey(qtbot, replace(SURVEY, languages={"fr": 312, "en": 2}))
    assert workshop.commands[-1].request.start == ""


def test_a_look_that_dies_is_a_sentence(workshop, novel, qtbot):
    workshop.setup.files.add([novel])
    qtbot.waitUntil(lambda: bool(workshop.commands))
    workshop.client.engine_died.emit("Gone.")
    assert "ended unexpectedly" in workshop.setup.view.words

import os

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from engine.paths import data_dir
from engine.store.edits import Origin
from tests.gui.driving import current, type_in
from tests.gui.journalled import after_a_close, after_a_kill, databases, texts

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_what_was_typed_survives_a_kill(open_window, monkeypatch):
    window = open_window()
    type_in(window, "Never saved.")
    QTest.keyClick(current(window).editor, Qt.Key.Key_Return)
    type_in(window, "Nor this")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("Untitled", "Never saved.\nNor this")]
    assert current(again).modified


def test_closing_asks_nothing_and_the_texts_are_there_at_the_next_start(open_window):
    window = open_window()
    type_in(window, "first")
    window.parts.files.new()
    type_in(window, "second")
    assert window.close()
    again = after_a_close(open_window)
    assert sorted(text for _, text in texts(again)) == ["first", "second"]
    assert sorted(title for title, _ in texts(again)) == ["Untitled", "Untitled 2"]
    assert again.parts.status.text_of("saved") == "kept, not saved"


def test_streamed_text_undo_and_redo_are_in_the_journal(open_window, monkeypatch):
    window = open_window("Once.")
    editor = current(window).editor
    editor.put_caret(5, 5)
    window.parts.writing.generate()
    for part in (" The", " king 😀", " slept.\u2028Then"):
        window.parts.writing.on_text(0, part)
        type_in(window, "!")
    window.parts.jobs.stop()
    editor.undo_step()
    editor.redo_step()
    text = editor.text()
    assert "slept" in text
    assert texts(after_a_kill(window, monkeypatch, open_window)) == [("Untitled", text)]


def test_a_second_window_on_a_file_reads_it_only(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    first, second = open_window(), open_window()
    first.parts.files.open(path)
    second.parts.files.open(path)
    assert "open in another window" in second.parts.messages.sentence
    assert current(second).title == "story.txt (read-only)"
    type_in(second, "lost?")
    second.parts.writing.generate()
    assert "only be read here" in second.parts.messages.sentence
    assert current(second).editor.text() == "one"
    type_in(first, "X")
    assert first.parts.files.save(current(first))
    assert path.read_text() == "Xone"


def test_a_second_window_leaves_the_unsaved_texts_of_the_first_alone(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    first = open_window()
    first.parts.files.open(path)
    type_in(first, "X")
    first.parts.files.new()
    type_in(first, "Y")
    first.parts.journals.settle()
    assert texts(after_a_close(open_window)) == [("Untitled", "")]


def test_a_text_that_nobody_edited_leaves_nothing(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    assert len(databases()) == 1
    window.close()
    assert databases() == []


def test_a_private_document_survives_a_kill_and_goes_with_its_window(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    window.parts.commands["private"].trigger()
    type_in(window, "X")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("story.txt", "Xone")]
    assert again.parts.commands["private"].isChecked()
    QTest.keyClick(current(again).editor, Qt.Key.Key_S, CONTROL)
    again.close()
    assert list((data_dir() / "documents").iterdir()) == []


def test_forgetting_keeps_the_text_and_drops_what_was_before(open_window, monkeypatch):
    window = open_window()
    type_in(window, "secret")
    current(window).editor.selectAll()
    type_in(window, "harmless")
    window.parts.journals.settle()
    (old,) = databases()
    window.parts.journals.forget(current(window))
    window.parts.journals.settle()
    (new,) = databases()
    assert new != old
    assert "secret".encode("utf-16-le") not in new.read_bytes() + new.with_name(new.name + "-wal").read_bytes()
    assert texts(after_a_kill(window, monkeypatch, open_window)) == [("Untitled", "harmless")]


def test_forgetting_drops_what_a_model_wrote_and_was_deleted(open_window):
    window = open_window()
    current(window).editor.write(0, 0, "The secret king. ", Origin.MODEL)
    current(window).editor.selectAll()
    type_in(window, "harmless")
    window.parts.journals.forget(current(window))
    window.parts.journals.of(current(window)).mark("milestone")  # which keeps whose the text is
    window.parts.journals.settle()
    (database,) = databases()
    written = database.read_bytes() + database.with_name(database.name + "-wal").read_bytes()
    assert b"human" in written
    assert b"secret" not in written


def test_save_as_takes_the_history_along(open_window, monkeypatch, tmp_path):
    path = tmp_path / "new.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window = open_window()
    type_in(window, "draft")
    assert window.parts.files.save(current(window))
    type_in(window, "!")
    window.close()
    assert len(databases()) == 1
    again = after_a_close(open_window)
    assert texts(again) == [("new.txt", "draft!")]
    assert path.read_text() == "draft"


def test_a_clock_that_was_set_back_hides_nothing(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("old")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "an ")
    assert window.parts.files.save(current(window))
    assert window.parts.files.close(current(window))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    type_in(window, "new")
    assert window.parts.files.ask_save(current(window))  # another document, which takes the file's name
    type_in(window, " story")
    window.parts.journals.settle()
    for database in databases():
        os.utime(database, (9e8, 9e8) if database.stem == current(window).identity else (1e9, 1e9))
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("story.txt", "new story")]


def test_edits_made_after_a_clock_was_set_back_come_last(open_window, monkeypatch):
    window = open_window()
    type_in(window, "a")
    window.parts.journals.settle()
    kept = window.parts.journals.of(current(window))
    kept.journal._clock = lambda: 5.0
    type_in(window, "b")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("Untitled", "ab")]

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.dialogs.timeline import TimelineDialog


def current(window):
    return window.parts.workspace.current


@pytest.fixture
def story(open_window, tmp_path):
    """A window on a story of three edits, the first of them saved."""
    path = tmp_path / "story.txt"
    path.write_text("The king slept.")
    window = open_window()
    window.parts.files.open(path)
    editor = current(window).editor
    editor.write(4, 4, "old ")
    window.parts.files.save(current(window))
    editor.write(8, 12, "queen")
    editor.write(0, 0, "# Night\n\n")
    return window


def with_timeline(window, act):
    """Open the timeline by its keys and do `act` in it."""

    def find():
        dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, TimelineDialog))
        act(dialog)
        dialog.close()

    QTimer.singleShot(0, find)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(current(window).editor, Qt.Key.Key_H, modifiers)


def test_the_whole_of_an_earlier_version_comes_back_and_goes_again(story):
    def act(dialog):
        dialog.go(1)
        assert "old king" in dialog.view.toPlainText()
        dialog.restore_all()

    with_timeline(story, act)
    editor = current(story).editor
    assert editor.text() == "The old king slept."
    editor.undo_step()
    assert editor.text() == "# Night\n\nThe old queen slept."


def test_one_place_comes_back(story):
    def act(dialog):
        dialog.go(1)
        QTest.keyClick(dialog._next, Qt.Key.Key_Space)
        dialog.restore_place()

    with_timeline(story, act)
    assert current(story).editor.text() == "# Night\n\nThe old king slept."


def test_versions_are_listed_and_named(story):
    seen = []

    def act(dialog):
        QTest.keyClicks(dialog._name, "Before the night")
        dialog.keep_version()
        seen.extend(dialog.versions)

    with_timeline(story, act)
    assert "Before the night" in seen[0]
    assert "saved" in seen[1]
    assert seen[-1] == "The beginning"


def test_the_slider_goes_through_every_edit_by_keys(story):
    def act(dialog):
        dialog.go(3)
        for expected in ("The old queen slept.", "The old king slept.", "The king slept."):
            QTest.keyClick(dialog.slider, Qt.Key.Key_Left)
            assert dialog._scrubber.go(dialog.slider.value()) == expected

    with_timeline(story, act)


def test_a_damaged_part_of_the_history_is_said_and_the_rest_is_shown(story):
    story.parts.journals.settle()
    connection = story.parts.journals.of(current(story)).journal._connection
    connection.execute("UPDATE edits SET position = 7 WHERE number = 2")
    seen = []

    def act(dialog):
        for number in (0, 3):
            dialog.go(number)
            seen.append(dialog.where)

    with_timeline(story, act)
    assert "damaged" in seen[0]
    assert "the same as now" in seen[1]


def test_a_text_without_edits_has_no_history(open_window):
    window = open_window()
    window.keeping.show_timeline(current(window))
    assert "no history" in window.parts.messages.sentence

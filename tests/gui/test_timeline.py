import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.store.edits import Change
from gui.dialogs.timeline import TimelineDialog
from tests.gui.answering import in_next_and_close
from tests.gui.driving import current


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
    in_next_and_close(TimelineDialog, act)
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
    assert seen[0].endswith("3 edits")  # the session
    assert seen[1].endswith("Before the night")
    assert seen[2].endswith("saved")
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


def test_a_late_edit_is_shown_as_soon_as_an_early_one(story, qtbot):
    kept = story.parts.journals.of(current(story))
    to_and_fro = [Change(0, 0, "a"), Change(0, 1, "")] * 3_000
    kept.do(lambda: kept.journal.append(to_and_fro))
    seen = []

    def act(dialog):
        dialog.slider.setValue(6_002)
        qtbot.waitUntil(lambda: dialog.where.startswith("Edit 6,002"), timeout=3_000)
        seen.append(dialog.view.toPlainText())

    with_timeline(story, act)
    assert seen == ["a# Night\n\nThe old queen slept."]  # of which the first letter went


def test_the_change_nearest_to_the_edit_in_view_is_marked_and_named(story):
    seen = []

    def act(dialog):
        dialog.go(1)  # after which the beginning and the king were changed
        seen.append(dialog.where)
        QTest.keyClick(dialog._next, Qt.Key.Key_Space)
        seen.append(dialog.where)

    with_timeline(story, act)
    assert seen[0].endswith("change 2 of 2")
    assert seen[1].endswith("change 1 of 2")


def test_what_is_selected_comes_back_whole(story):
    def act(dialog):
        dialog.go(1)
        dialog.view.selectAll()
        dialog.restore_place()

    with_timeline(story, act)
    assert current(story).editor.text() == "The old king slept."


def test_the_list_follows_the_slider_and_leads_it(story):
    seen = []

    def act(dialog):
        for number in (3, 1, 0):
            dialog.go(number)
            seen.append(dialog._versions.currentItem().text().strip().split("  ·  ")[-1])
        dialog._versions.setCurrentRow(0)
        seen.append(dialog.slider.value())

    with_timeline(story, act)
    assert seen == ["3 edits", "saved", "The beginning", 3]


def test_the_line_that_the_list_followed_to_is_chosen_by_click_and_enter(story):
    seen = []

    def act(dialog):
        listed = dialog._versions
        for choose in (
            lambda: QTest.mouseClick(
                listed.viewport(), Qt.MouseButton.LeftButton, pos=listed.visualItemRect(listed.currentItem()).center()
            ),
            lambda: QTest.keyClick(listed, Qt.Key.Key_Return),
        ):
            dialog.go(2)  # an edit below which no line stands: that of the first is marked
            choose()
            seen.append((dialog.slider.value(), dialog.isVisible()))

    with_timeline(story, act)
    assert seen == [(1, True), (1, True)]

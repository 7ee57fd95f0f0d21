import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.errors import InputError
from gui.finding import Search

TEXT = "The cat sat.\nthe 😀 Cat's catalogue: cat."


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search("cat"), ["cat", "Cat", "cat", "cat"]),
        (Search("cat", case=True), ["cat", "cat", "cat"]),
        (Search("cat", words=True), ["cat", "Cat", "cat"]),
        (Search(r"c.t\b", regex=True), ["cat", "Cat", "cat"]),
        (Search("^the", regex=True), ["The", "the"]),
        (Search("."), [".", "."]),
        (Search("x*", regex=True), []),
        (Search(""), []),
    ],
)
def test_what_counts_as_a_match(search, found):
    assert [match[0] for match in search.matches(TEXT)] == found


def test_a_wrong_pattern_is_a_sentence():
    with pytest.raises(InputError, match="not a regular expression"):
        Search("(", regex=True).matches("a")
    search = Search("(a)", regex=True)
    with pytest.raises(InputError, match="replacement"):
        search.replacement(search.matches("a")[0], r"\2")


@pytest.mark.parametrize("length", [60, 6000])
def test_a_pattern_that_would_take_for_ever_is_stopped_and_said(length):
    with pytest.raises(InputError, match="too long"):
        Search("(a|aa)+$", regex=True).matches(("a" * length + "b\n") * 3)


@pytest.fixture
def finding(open_window):
    window = open_window(TEXT)
    QTest.keyClick(window.parts.workspace.current.editor, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    bar = window.parts.find_bar
    bar.editor = window.parts.workspace.current.editor
    bar.find_line, bar.replace_line = bar._find, bar._replacement
    return bar


def selected(bar):
    return bar.editor.textCursor().selectedText()


def test_typing_selects_the_first_match_and_counts(finding):
    QTest.keyClicks(finding.find_line, "cat")
    assert selected(finding) == "cat"
    assert finding.count_text == "1 of 4"


def test_enter_steps_forward_and_around_the_end(finding):
    QTest.keyClicks(finding.find_line, "cat")
    seen = []
    for _ in range(4):
        QTest.keyClick(finding.find_line, Qt.Key.Key_Return)
        seen.append((selected(finding), finding.count_text))
    assert seen == [("Cat", "2 of 4"), ("cat", "3 of 4"), ("cat", "4 of 4"), ("cat", "1 of 4")]
    QTest.keyClick(finding.find_line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert finding.count_text == "4 of 4"


def test_replace_all_is_one_undo_step(finding):
    QTest.keyClicks(finding.find_line, "cat")
    QTest.keyClicks(finding.replace_line, "dog")
    finding.replace_all()
    assert finding.editor.text() == "The dog sat.\nthe 😀 dog's dogalogue: dog."
    assert finding.count_text == "4 replaced"
    finding.editor.undo_step()
    assert finding.editor.text() == TEXT


def test_replace_all_with_groups_and_line_ends(finding):
    finding._regex.setChecked(True)
    QTest.keyClicks(finding.find_line, r"(\w+)'s")
    QTest.keyClicks(finding.replace_line, r"of\n\1")
    finding.replace_all()
    assert "the 😀 of\nCat catalogue" in finding.editor.text()


def test_replacing_one_goes_on_to_the_next(finding):
    QTest.keyClicks(finding.find_line, "cat")
    finding.replace_line.setFocus()
    QTest.keyClicks(finding.replace_line, "dog")
    QTest.keyClick(finding.replace_line, Qt.Key.Key_Return)
    assert finding.editor.text().startswith("The dog sat.")
    assert (selected(finding), finding.count_text) == ("Cat", "1 of 3")


def test_escape_closes_the_bar_and_goes_back_to_the_text(finding):
    QTest.keyClicks(finding.find_line, "cat")
    QTest.keyClick(finding.find_line, Qt.Key.Key_Escape)
    assert finding.isHidden()
    assert finding.editor.hasFocus()
    assert finding.editor.extraSelections() == []


def test_a_wrong_pattern_is_said_in_the_bar(finding):
    finding._regex.setChecked(True)
    QTest.keyClicks(finding.find_line, "(")
    assert "not a regular expression" in finding.count_text


def test_a_phrase_is_found_across_a_long_line_that_is_laid_out_in_pieces(open_window):
    window = open_window("word " * 3000 + "needle here " + "word " * 3000)
    bar = window.parts.find_bar
    bar.open(window.parts.workspace.current.editor, replacing=True)
    QTest.keyClicks(bar._find, "needle here word")
    assert bar.count_text == "1 of 1"
    editor = window.parts.workspace.current.editor
    assert editor.text_between(editor.textCursor().selectionStart(), editor.textCursor().selectionEnd()) == (
        "needle here word"
    )


def test_in_a_long_text_typing_does_not_wait_for_the_search(open_window, qtbot):
    window = open_window("some words " * 40_000 + "a needle")
    bar = window.parts.find_bar
    bar.open(window.parts.workspace.current.editor, replacing=False)
    QTest.keyClicks(bar._find, "needle")
    assert bar.count_text == "…"
    qtbot.waitUntil(lambda: bar.count_text == "1 of 1")


def test_an_edit_far_down_is_searched_as_soon_as_one_at_the_top(open_window, qtbot):
    window = open_window("some words " * 1_000)
    bar, editor = window.parts.find_bar, window.parts.workspace.current.editor
    bar.open(editor, replacing=False)
    QTest.keyClicks(bar._find, "needle")
    editor.write(11_000, 11_000, "needle")  # eleven seconds, if the timer took that for milliseconds
    qtbot.waitUntil(lambda: len(editor.extraSelections()) == 1, timeout=3_000)

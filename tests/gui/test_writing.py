"""Write mode as a writer uses it, key by key; text comes when a test says so."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.modes import LoreEntry
from gui.panels.write import parse_lore
from tests.gui.driving import end_of, press

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def test_ctrl_enter_writes_at_the_caret_and_escape_stops(open_window):
    window = open_window("It rained.")
    editor = end_of(window)
    press(window, Qt.Key.Key_Return, CTRL)
    assert window.parts.jobs.running
    window.parts.writing.on_text(0, " All day")
    press(window, Qt.Key.Key_Escape)
    assert not window.parts.jobs.running
    assert editor.text() == "It rained. All day"
    press(window, Qt.Key.Key_Z, CTRL)
    assert editor.text() == "It rained."


def write_three(window):
    window.parts.write.set_variants(3)
    end_of(window)
    press(window, Qt.Key.Key_Return, CTRL)
    for variant, text in enumerate((" One.", " Two.", " Three.")):
        window.parts.writing.on_text(variant, text)
    window.parts.jobs.stop()


def test_variants_come_as_cards_and_are_walked_with_alt_and_arrows(open_window):
    window = open_window("It rained.")
    write_three(window)
    editor = window.parts.workspace.current.editor
    cards = window.parts.write.cards.cards
    assert [card.accessibleDescription() for card in cards] == ["One.", "Two.", "Three."]
    press(window, Qt.Key.Key_Right, ALT)
    assert editor.text() == "It rained. Two."
    assert [card.property("current") for card in cards] == [False, True, False]
    press(window, Qt.Key.Key_Left, ALT)
    assert editor.text() == "It rained. One."
    QTest.mouseClick(cards[2], Qt.MouseButton.LeftButton)
    assert editor.text() == "It rained. Three."
    press(window, Qt.Key.Key_Z, CTRL)
    assert editor.text() == "It rained. One."


def test_a_card_is_chosen_by_keys_too(open_window):
    window = open_window("It rained.")
    write_three(window)
    card = window.parts.write.cards.cards[1]
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert window.parts.workspace.current.editor.text() == "It rained. Two."


def test_ctrl_r_asks_for_one_more_in_the_same_place(open_window):
    window = open_window("It rained.")
    write_three(window)
    press(window, Qt.Key.Key_R, CTRL)
    window.parts.writing.on_text(0, " Four.")
    press(window, Qt.Key.Key_Escape)
    assert window.parts.workspace.current.editor.text() == "It rained. Four."
    assert len(window.parts.write.cards.cards) == 4


def test_another_variant_with_a_fixed_seed_has_another_seed(open_window):
    window = open_window("It rained.")
    window.parts.write.controls.set_changed({"seed": 7})
    requests = []
    submit = window.parts.client.submit
    window.parts.client.submit = lambda request: requests.append(request) or submit(request)
    write_three(window)
    press(window, Qt.Key.Key_R, CTRL)
    assert [request.params.seed for request in requests] == [7, 10]  # 8 and 9 drew variants 2 and 3


def test_alt_enter_accepts_and_goes_on_behind_the_last_text(open_window):
    window = open_window("It rained.")
    editor = end_of(window)
    press(window, Qt.Key.Key_Return, CTRL)
    window.parts.writing.on_text(0, " All day.")
    press(window, Qt.Key.Key_Escape)
    press(window, Qt.Key.Key_Home, CTRL)
    press(window, Qt.Key.Key_Return, ALT)
    window.parts.writing.on_text(0, " Then sun.")
    press(window, Qt.Key.Key_Escape)
    assert editor.text() == "It rained. All day. Then sun."
    assert [mark.cursor.selectedText() for mark in editor.extraSelections()] == [" Then sun."]


def test_accepting_takes_the_tint_and_no_text(open_window):
    window = open_window("It rained.")
    write_three(window)
    editor = window.parts.workspace.current.editor
    assert editor.extraSelections()
    press(window, Qt.Key.Key_Return, CTRL | SHIFT)
    assert not editor.extraSelections()
    assert editor.text() == "It rained. One."


def test_settings_that_contradict_each_other_are_one_sentence(open_window):
    window = open_window("It rained.")
    end_of(window)
    window.parts.write.controls.set_changed({"beams": 4, "contrastive_alpha": 0.6})
    press(window, Qt.Key.Key_Return, CTRL)
    assert "exclude each other" in window.parts.messages.sentence


def test_a_lorebook_is_one_fact_a_line():
    text = "Anna, Ann: a doctor\nno colon\n灯塔，塔：在岛上\n: nothing\nempty:\n"
    assert parse_lore(text) == (LoreEntry(("Anna", "Ann"), "a doctor"), LoreEntry(("灯塔", "塔"), "在岛上"))

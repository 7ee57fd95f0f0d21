import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.text.documents import Document
from tests.gui.driving import current, press
from tests.gui.journalled import texts
from tests.gui.scripted_engine import ScriptedClient
from tests.gui.variants_in_view import ALT, CONTROL, SHIFT, begun, branch, continued, shown, write


@pytest.fixture
def story(open_window):
    return begun(open_window)


def test_what_follows_the_caret_is_written_anew_and_the_old_is_a_step_away(story):
    branch(story, 9, " an island.")
    assert texts(story) == [("Untitled", "Once upon an island.")]
    assert shown(story) == ([" upon a time.", " upon an island."], 1)
    assert current(story).editor.textCursor().position() == 20
    press(story, Qt.Key.Key_Left, ALT)
    assert texts(story) == [("Untitled", "Once upon a time.")]
    press(story, Qt.Key.Key_Right, ALT)
    assert texts(story) == [("Untitled", "Once upon an island.")]


def test_the_model_is_asked_for_what_follows_the_kept_text(story):
    current(story).editor.put_caret(9, 9)
    press(story, Qt.Key.Key_Return, ALT | SHIFT)
    assert [request.text for request in story.parts.client.requests] == ["Once upon"]


def test_a_selection_is_written_anew_from_its_beginning(story):
    current(story).editor.put_caret(11, 9)
    press(story, Qt.Key.Key_Return, ALT | SHIFT)
    assert [request.text for request in story.parts.client.requests] == ["Once upon"]


def test_a_branch_is_one_step_of_undo_and_comes_back_by_redo(story):
    branch(story, 9, " an island.")
    editor = current(story).editor
    editor.undo_step()
    assert editor.text() == "Once upon a time."
    assert shown(story)[1] == 0
    editor.redo_step()
    assert editor.text() == "Once upon an island."
    assert shown(story)[1] == 1
    editor.undo_step()
    editor.undo_step()
    assert editor.text() == "Once"


def test_branches_of_branches_are_shown_as_a_tree_and_walked_in_its_order(story):
    story.parts.write.set_variants(2)
    branch(story, 9, " an island.", " a hill.")  # 1 and 2, from 0
    branch(story, 12, " old ship.", " elm.")  # 3 and 4, from 1
    cards = story.parts.write.cards
    assert cards.depths == [0, 1, 2, 2, 1]
    words = [card.accessibleDescription().splitlines()[0] for card in cards.cards]
    assert words == ["upon a time.", "… an island.", "… old ship.", "… elm.", "… a hill."]
    seen = []
    for _ in range(5):
        press(story, Qt.Key.Key_Right, ALT)
        seen.append(texts(story)[0][1])
    assert seen == [
        "Once upon an elm.",
        "Once upon a hill.",
        "Once upon a time.",
        "Once upon an island.",
        "Once upon an old ship.",
    ]


def test_the_card_of_what_is_walked_to_comes_into_view(story, qtbot):
    for _ in range(6):
        branch(story, 9, " an island." * 12)
    panel = story.parts.write
    for step in (Qt.Key.Key_Right, Qt.Key.Key_Left):  # to the first card, and back to the last
        press(story, step, ALT)
        card = panel.cards.current
        qtbot.waitUntil(lambda card=card: not card.visibleRegion().isEmpty())
    assert card is panel.cards.cards[-1]


def test_a_card_of_the_tree_is_chosen_by_its_key(story):
    story.parts.write.set_variants(2)
    branch(story, 9, " an island.", " a hill.")
    branch(story, 12, " old ship.", " elm.")
    card = story.parts.write.cards.cards[4]  # the last in view, the third that was written
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert texts(story) == [("Untitled", "Once upon a hill.")]


def test_walking_leaves_the_text_that_is_shared_accepted(story):
    branch(story, 9, " an island.")
    current(story).model_text.accept(4, 9)
    press(story, Qt.Key.Key_Left, ALT)
    assert current(story).model_text.ranges == [(9, 17)]


def test_another_variant_of_a_branch_is_a_branch_beside_it(story):
    branch(story, 9, " an island.")
    press(story, Qt.Key.Key_R, CONTROL)
    assert [request.text for request in story.parts.client.requests] == ["Once upon"]
    write(story, " a hill.")
    assert shown(story) == ([" upon a time.", " upon an island.", " upon a hill."], 2)
    assert story.parts.write.cards.depths == [0, 1, 1]


def test_from_its_beginning_on_it_is_simply_another_variant(story):
    branch(story, 4, " there.")
    assert shown(story) == ([" upon a time.", " there."], 1)
    assert story.parts.write.cards.depths == [0, 0]


@pytest.mark.parametrize("position", [2, 17])
def test_away_from_a_models_text_the_writer_is_told_what_to_do(story, position):
    branch(story, position)
    assert "Put the caret into text that a model wrote" in story.parts.messages.sentence
    assert texts(story) == [("Untitled", "Once upon a time.")]


def test_each_card_names_its_model_and_what_it_goes_on_from(story):
    branch(story, 9, " an island.", model="other-model")
    first, second = story.parts.write.cards.cards
    assert first.accessibleDescription().splitlines()[1] == "story-en"
    assert second.accessibleDescription().splitlines()[1] == "other-model  ·  branch of 1"
    assert second.toolTip() == "Goes on from “upon”\nSeed 7"


def test_the_keys_walk_no_text_that_is_out_of_view(story):
    branch(story, 9, " an island.")
    first = current(story)
    story.parts.workspace.add(Document("Elsewhere."), None)
    press(story, Qt.Key.Key_Left, ALT)
    assert first.editor.text() == "Once upon an island."


def test_a_branch_that_was_stopped_before_a_word_came_can_be_left(story):
    branch(story, 9)
    assert texts(story) == [("Untitled", "Once upon")]
    assert "stopped before a word came" in [
        each.text() for each in story.parts.write.cards.cards[1].findChildren(object) if hasattr(each, "text")
    ]
    press(story, Qt.Key.Key_Left, ALT)
    assert texts(story) == [("Untitled", "Once upon a time.")]


def test_alt_and_arrows_walk_the_variants_of_what_the_caret_is_in(story):
    branch(story, 9, " an island.")
    continued(story)
    current(story).editor.put_caret(6, 6)
    press(story, Qt.Key.Key_Left, ALT)
    assert texts(story) == [("Untitled", "Once upon a time. A king slept.")]
    assert len(story.parts.write.cards.cards) == 2


def test_text_that_the_writer_changed_is_branched_and_stays_a_variant(story):
    editor = current(story).editor
    editor.put_caret(9, 9)
    QTest.keyClicks(editor, "!")
    branch(story, 10, " Then the sea.")
    assert texts(story) == [("Untitled", "Once upon! Then the sea.")]
    assert shown(story) == ([" upon! a time.", " upon! Then the sea."], 1)
    press(story, Qt.Key.Key_Left, ALT)
    assert texts(story) == [("Untitled", "Once upon! a time.")]


def test_what_the_writer_types_elsewhere_meanwhile_stays(story):
    editor = current(story).editor
    editor.put_caret(9, 9)
    press(story, Qt.Key.Key_Return, ALT | SHIFT)
    story.parts.writing.on_text(0, " an")
    editor.put_caret(0, 0)
    QTest.keyClicks(editor, "So: ")
    write(story, " island.")
    assert texts(story) == [("Untitled", "So: Once upon an island.")]
    assert shown(story)[1] == 1
    editor.undo_step()
    assert texts(story) == [("Untitled", "So: Once upon a time.")]


def test_chinese_text_is_branched_between_its_characters(open_window, monkeypatch):
    window = open_window("从前", client=ScriptedClient(), complete=False)
    current(window).editor.put_caret(2, 2)
    press(window, Qt.Key.Key_Return, CONTROL)
    write(window, "有一个国王😀。他住在海边。", model="story-zh")
    branch(window, 9, "她睡着了。", model="story-zh")
    assert current(window).editor.text() == "从前有一个国王😀她睡着了。"
    press(window, Qt.Key.Key_Left, ALT)
    assert current(window).editor.text() == "从前有一个国王😀。他住在海边。"
    assert [card.accessibleDescription().splitlines()[0] for card in window.parts.write.cards.cards] == [
        "有一个国王😀。他住在海边。",
        "…她睡着了。",
    ]


def test_another_variant_comes_from_the_model_that_is_chosen_now(story, tmp_path):
    (tmp_path / "other").mkdir()
    story.parts.settings.write.model = str(tmp_path / "other")
    press(story, Qt.Key.Key_R, CONTROL)
    (request,) = story.parts.client.requests
    assert request.model == str(tmp_path / "other")
    write(story, " there.", model="other")
    variants = story.parts.writing.variants
    assert [variant.model for variant in variants.variants] == ["story-en", "other"]
    assert (variants.asked(0).model, variants.asked(1).model) == ("", str(tmp_path / "other"))

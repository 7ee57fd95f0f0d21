import pytest
from PySide6.QtCore import Qt

from engine.text.documents import Document
from tests.gui.driving import press
from tests.gui.variants_in_view import CONTROL, begun


def texts(window):
    return [card.accessibleDescription() for card in window.parts.write.cards.cards]


@pytest.fixture
def story(open_window):
    return begun(open_window)


def test_cards_wait_while_text_streams_in_and_are_true_at_the_end(story, qtbot):
    press(story, Qt.Key.Key_R, CONTROL)
    assert len(texts(story)) == 2
    with qtbot.assertNotEmitted(story.parts.writing.settled):
        story.parts.writing.on_text(0, " there")
        assert "there" not in texts(story)[1]
        qtbot.waitUntil(lambda: "there" in texts(story)[1])
    with qtbot.waitSignal(story.parts.writing.settled):
        story.parts.jobs.stop()
    assert [text.splitlines()[0] for text in texts(story)] == ["upon a time.", "there"]


def test_a_set_that_is_gone_leaves_no_card(story):
    assert len(texts(story)) == 1
    story.parts.files.close(story.parts.workspace.current)
    assert texts(story) == []


def test_the_cards_are_away_while_another_document_is_in_view(story):
    workspace = story.parts.workspace
    written = workspace.current
    workspace.add(Document("Another text."), None)
    assert texts(story) == []
    workspace.show_document(written)
    assert [text.splitlines()[0] for text in texts(story)] == ["upon a time."]

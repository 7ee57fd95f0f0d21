"""What the writer sees and does, key by key; text comes when a test says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QSlider, QSpinBox

from engine.events import ContextUsed, KeySentence, ModelLoaded, Notice, Progress, Speed
from engine.modes import LoreEntry
from gui.panels.write import parse_lore
from gui.settings import load_settings
from tests.gui.driving import press

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def end_of(window):
    editor = window.parts.workspace.current.editor
    place = editor.document().characterCount() - 1
    editor.put_caret(place, place)
    return editor


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


@pytest.mark.parametrize(
    ("mode", "words"), [(0, "nothing before the caret"), (1, "no text to translate"), (2, "no text to summarise")]
)
@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_one_sentence(open_window, mode, words, text):
    window = open_window(text)
    window.parts.tabs.setCurrentIndex(mode)
    press(window, Qt.Key.Key_Return, CTRL)
    assert words in window.parts.messages.sentence
    assert not window.parts.jobs.running


def test_settings_that_contradict_each_other_are_one_sentence(open_window):
    window = open_window("It rained.")
    end_of(window)
    window.parts.write.controls.set_changed({"beams": 4, "contrastive_alpha": 0.6})
    press(window, Qt.Key.Key_Return, CTRL)
    assert "exclude each other" in window.parts.messages.sentence


def test_a_translation_of_the_selection_can_replace_it(open_window):
    window = open_window("Good morning. How are you?")
    editor = window.parts.workspace.current.editor
    editor.put_caret(0, 13)
    press(window, Qt.Key.Key_2, ALT)
    press(window, Qt.Key.Key_Return, CTRL)
    for text in ("Guten", " Morgen."):
        window.parts.results.on_text(0, text)
    QTest.keyClicks(editor, "")
    window.parts.jobs.stop()
    assert window.parts.result.text == "Guten Morgen."
    window.parts.result.replace_asked.emit()
    assert editor.text() == "Guten Morgen. How are you?"
    press(window, Qt.Key.Key_Z, CTRL)
    assert editor.text() == "Good morning. How are you?"


def test_a_result_can_be_inserted_at_the_caret_and_copied(open_window, qapp):
    window = open_window("Hello.")
    end_of(window)
    window.parts.tabs.setCurrentIndex(1)
    press(window, Qt.Key.Key_Return, CTRL)
    window.parts.results.on_text(0, " Hallo.")
    window.parts.jobs.stop()
    window.parts.result.insert_asked.emit()
    assert window.parts.workspace.current.editor.text() == "Hello. Hallo."
    next(b for b in window.parts.result.findChildren(QAbstractButton) if b.text() == "Copy").click()
    assert qapp.clipboard().text() == " Hallo."


def test_a_source_that_was_changed_is_not_replaced(open_window):
    window = open_window("Hello.")
    window.parts.tabs.setCurrentIndex(1)
    press(window, Qt.Key.Key_Return, CTRL)
    window.parts.results.on_text(0, "Hallo.")
    window.parts.jobs.stop()
    editor = window.parts.workspace.current.editor
    editor.put_caret(3, 3)
    QTest.keyClicks(editor, "x")
    window.parts.result.replace_asked.emit()
    assert "source was changed" in window.parts.messages.sentence
    assert editor.text() == "Helxlo."


def test_an_earlier_result_comes_back_by_undo(open_window):
    window = open_window("Hello.")
    window.parts.tabs.setCurrentIndex(1)
    for text in ("Hallo.", "Bonjour."):
        press(window, Qt.Key.Key_Return, CTRL)
        window.parts.results.on_text(0, text)
        window.parts.jobs.stop()
    assert window.parts.result.text == "Bonjour."
    window.parts.result.editor.setFocus()
    QTest.keyClick(window.parts.result.editor, Qt.Key.Key_Z, CTRL)
    assert window.parts.result.text == "Hallo."


def test_key_sentences_lead_to_their_place_even_after_edits(open_window):
    text = "😀 First here. Second there. Third."
    window = open_window(text)
    window.parts.tabs.setCurrentIndex(2)
    press(window, Qt.Key.Key_Return, CTRL)
    for sentence in ("Third.", "First here."):
        start = text.index(sentence)
        window.parts.results.on_event(KeySentence(sentence, start, start + len(sentence), 1.0))
    editor = window.parts.workspace.current.editor
    press(window, Qt.Key.Key_Home)
    QTest.keyClicks(editor, "New ")
    window.parts.results.on_event(KeySentence("Second there.", 14, 27, 0.5))
    window.parts.jobs.stop()
    assert window.parts.result.sentences.texts == ["First here.", "Second there.", "Third."]
    for card in window.parts.result.sentences.cards:
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
        assert editor.textCursor().selectedText() == card.accessibleName()


def test_what_the_engine_says_is_shown(open_window, qtbot):
    window = open_window("It rained all day.")
    end_of(window)
    press(window, Qt.Key.Key_Return, CTRL)
    job = window.parts.jobs._job
    say = window.parts.jobs._on_event
    for event in (
        ModelLoaded("story-en", "CPU, bfloat16 (AMX)", "bfloat16", 1.0),
        ContextUsed(1200, 4096),
        Speed(100, 41.6),
        Notice("Two paragraphs were left out."),
    ):
        say(job, event)
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "4 words")
    shown = {name: window.parts.status.text_of(name) for name in ("words", "model", "device", "speed", "context")}
    assert shown == {
        "words": "4 words",
        "model": "story-en",
        "device": "CPU, bfloat16 (AMX)",
        "speed": "42 tokens/s",
        "context": "context 1,200 / 4,096",
    }
    assert window.parts.messages.sentence == "Two paragraphs were left out."


def test_the_model_shown_is_that_of_the_job_also_when_it_was_loaded_before(open_window):
    window = open_window("It rained.")
    end_of(window)
    jobs = window.parts.jobs
    for mode, model in ((0, "story-en"), (1, "translate")):
        window.parts.tabs.setCurrentIndex(mode)
        press(window, Qt.Key.Key_Return, CTRL)
        jobs._on_event(jobs._job, ModelLoaded(model, "CPU, float32", "float32", 1.0))
        jobs.stop()
    window.parts.tabs.setCurrentIndex(0)
    press(window, Qt.Key.Key_Return, CTRL)
    assert window.parts.status.text_of("model") == "story-en"


def test_long_jobs_show_how_far_they_are_and_can_be_stopped(open_window, qtbot):
    window = open_window("Long text.")
    window.parts.tabs.setCurrentIndex(1)
    press(window, Qt.Key.Key_Return, CTRL)
    bar, say = window.parts.job_bar, window.parts.jobs._on_event
    say(window.parts.jobs._job, Progress(3, 0, "steps"))
    assert bar.words == ""
    qtbot.waitUntil(lambda: not bar._delay.isActive())
    say(window.parts.jobs._job, Progress(5, 10, "sentences"))
    assert bar.words == "5 / 10 sentences"
    next(b for b in bar.findChildren(QAbstractButton) if b.text() == "Stop").click()
    assert not window.parts.jobs.running
    assert bar.words == ""


def test_focus_mode_leaves_the_text_alone(open_window):
    window = open_window("Text")
    parts = window.parts
    press(window, Qt.Key.Key_F8)
    assert not any(part.isVisible() for part in (parts.documents, parts.tabs, parts.status, window.menuBar()))
    assert parts.workspace.current.editor.hasFocus()
    press(window, Qt.Key.Key_Escape)
    assert all(part.isVisible() for part in (parts.documents, parts.tabs, parts.status, window.menuBar()))


@pytest.mark.parametrize(("size", "shown"), [((1280, 800), (1, 1)), ((900, 600), (0, 1)), ((640, 480), (0, 0))])
def test_panels_give_way_in_small_windows(open_window, qtbot, size, shown):
    window = open_window("Text")
    window.resize(*size)
    parts = window.parts
    assert (parts.documents.isVisible(), parts.tabs.isVisible()) == shown
    assert window.size().toTuple() == size
    qtbot.waitUntil(lambda: parts.workspace.current.editor.viewport().width() >= 250)


def test_a_panel_that_gave_way_can_be_called(open_window):
    window = open_window("Text")
    window.resize(640, 480)
    press(window, Qt.Key.Key_A, CTRL | SHIFT)
    assert window.parts.tabs.isVisible()


def test_the_outline_follows_the_text_and_leads_into_it(open_window, qtbot):
    window = open_window("# One\ntext\n## Two\n" + "more\n" * 100 + "# Three")
    outline = window.parts.documents
    qtbot.waitUntil(lambda: [heading.title for heading in outline.outline] == ["One", "Two", "Three"])
    outline.heading_chosen.emit(outline.outline[2].line)
    assert window.parts.workspace.current.editor.textCursor().block().text() == "# Three"
    QTest.keyClicks(window.parts.workspace.current.editor, "# Zero")
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [heading.title for heading in outline.outline][2:] == ["Zero", "Three"])


def test_words_are_counted_in_the_text_and_in_the_selection(open_window, qtbot):
    window = open_window("one two three 灯塔")
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "5 words")
    window.parts.workspace.current.editor.put_caret(0, 7)
    assert window.parts.status.text_of("words") == "2 of 5 words"
    end_of(window)
    QTest.keyClicks(window.parts.workspace.current.editor, " four")
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "6 words")


def test_the_window_remembers_how_it_was_left(open_window, tmp_path, qapp):
    window = open_window("", mode="translate", points=16.0)
    window.parts.write.controls._sliders[0].setValue(-40)
    window.parts.translate._target.setCurrentIndex(window.parts.translate._target.findData("fr"))
    press(window, Qt.Key.Key_Plus, CTRL)
    window.resize(1000, 700)
    window.parts.tabs.setCurrentIndex(2)
    assert window.close()
    settings, _ = load_settings(tmp_path / "settings.json")
    assert (settings.mode, settings.points, settings.write.surprise) == ("summarise", 17.0, -40)
    assert settings.target_language == "fr"
    again = open_window("", **{name: getattr(settings, name) for name in ("geometry", "mode", "points", "write")})
    assert again.parts.write.request("x").params.temperature < 0.9
    assert again.parts.tabs.currentIndex() == 2


def test_the_first_start_is_explained_in_one_line_once(open_window):
    window = open_window()
    window.greet()
    assert "Ctrl+Enter" in window.parts.messages.sentence
    window.parts.messages.hide()
    window.greet()
    assert window.parts.messages.sentence == ""


def test_a_notice_does_not_push_an_error_aside(open_window):
    messages = open_window().parts.messages
    messages.warn("The disk is full.")
    messages.note("Saved elsewhere.")
    assert messages.sentence == "The disk is full."
    assert messages.also == "Saved elsewhere."
    messages.warn("It is still full.")
    assert messages.also == ""


def test_every_field_and_button_has_a_name_that_is_read_out(open_window):
    window = open_window("Text")
    window.parts.result.show_text("x")
    window.parts.find_bar.open(window.parts.workspace.current.editor, replacing=True)
    kinds = (QAbstractButton, QComboBox, QSlider, QSpinBox, QPlainTextEdit, QLineEdit)
    nameless = [
        widget
        for kind in kinds
        for widget in window.findChildren(kind)
        if not widget.isHidden()
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QComboBox | QSpinBox | QLineEdit)
    ]
    assert nameless == []


def test_f6_goes_round_the_panes_and_back_to_the_text(open_window):
    window = open_window("Text")
    editor = window.parts.workspace.current.editor
    seen = []
    for _ in range(3):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_F6)
        focused = window.focusWidget()
        seen.append([part for part in (window.parts.tabs, window.parts.documents) if part.isAncestorOf(focused)])
    assert seen == [[window.parts.tabs], [window.parts.documents], []]
    assert window.focusWidget() is editor


def test_tab_goes_through_the_whole_assistant(open_window):
    window = open_window("Text")
    fields = [
        field
        for kind in (QAbstractButton, QComboBox, QSlider, QSpinBox)
        for field in window.parts.write.findChildren(kind)
        if field.isVisible() and field.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    window.parts.write.controls._model.setFocus()
    reached = set()
    for _ in range(60):
        reached.add(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        if window.focusWidget() is window.parts.workspace.current.editor:
            break
    assert set(fields[:1]) <= reached | set(fields)
    assert window.parts.write.button in reached


def test_a_lorebook_is_one_fact_a_line():
    text = "Anna, Ann: a doctor\nno colon\n灯塔，塔：在岛上\n: nothing\nempty:\n"
    assert parse_lore(text) == (LoreEntry(("Anna", "Ann"), "a doctor"), LoreEntry(("灯塔", "塔"), "在岛上"))

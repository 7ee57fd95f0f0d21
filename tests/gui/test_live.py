"""The window on the real engine process, with random-weight models: keys in, text out."""

import os
import signal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.live_window import ALT, CTRL, TEXT, finish, until


def test_text_streams_in_at_the_caret_and_one_undo_removes_it(live, page, qtbot):
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    assert page.text().startswith(TEXT)
    assert len(page.text()) > len(TEXT)
    assert live.parts.messages.sentence == ""
    assert live.parts.status.text_of("model") == "llama"
    assert "CPU" in live.parts.status.text_of("device")
    assert live.parts.status.text_of("context").startswith("last read ")
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == TEXT


def test_typing_goes_on_while_text_streams_in(live, page, qtbot):
    live.parts.write.controls.set_changed({"max_new_tokens": 2000, "seed": 1})
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    QTest.keyClick(page, Qt.Key.Key_Home, CTRL)
    for key in "Hear: ":
        before = len(page.text())
        until(qtbot, lambda before=before: len(page.text()) > before)
        QTest.keyClick(page, key)
    assert page.textCursor().position() == 6
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not live.parts.jobs.running
    text = page.text()
    assert text.startswith("Hear: " + TEXT)
    qtbot.wait(200)
    assert page.text() == text  # nothing arrives after a stop
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == "Hear: " + TEXT


def test_variants_differ_and_are_walked(live, page, qtbot):
    live.parts.write.set_variants(3)
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    shown = []
    for _ in range(3):
        shown.append(page.text()[len(TEXT) :])
        QTest.keyClick(page, Qt.Key.Key_Right, ALT)
    assert len(set(shown)) == 3
    assert page.text() == TEXT + shown[0]
    assert shown == [variant.text for variant in live.parts.writing.variants.variants]
    assert [variant.seed for variant in live.parts.writing.variants.variants] == [1, 2, 3]


def test_a_branch_keeps_what_stands_before_the_caret_and_is_written_again_exactly(live, page, qtbot):
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    first = page.text()
    place = len(TEXT) + (len(first) - len(TEXT)) // 2
    page.put_caret(place, place)
    QTest.keyClick(page, Qt.Key.Key_Return, ALT | Qt.KeyboardModifier.ShiftModifier)
    finish(live, qtbot)
    branch = page.text()
    assert branch[:place] == first[:place]
    assert branch != first
    live.parts.commands["regenerate"].trigger()
    finish(live, qtbot)
    assert "word for word" in live.parts.messages.sentence
    assert page.text() == branch
    variants = live.parts.writing.variants
    assert [variant.model for variant in variants.variants] == 3 * ["llama"]
    variants.show(0)
    assert page.text() == first


def test_the_same_seed_writes_the_same_and_another_variant_another(live, page, qtbot):
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    first = page.text()
    QTest.keyClick(page, Qt.Key.Key_R, CTRL)
    finish(live, qtbot)
    second = page.text()
    assert second != first
    QTest.keyClick(page, Qt.Key.Key_Left, ALT)
    assert page.text() == first
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == TEXT
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    assert page.text() == first


def test_ghost_text_comes_from_the_words_of_the_text_and_is_taken_by_tab(live, page, qtbot):
    page.put_caret(0, 0)
    page.insertPlainText(f"{TEXT} " * 8)
    page.put_caret(len(TEXT), len(TEXT))
    page.textCursor().insertBlock()
    page.put_caret(len(TEXT), len(TEXT))
    page.setFocus()
    for letter in " Once upon":
        QTest.keyClick(page, letter)
    live.parts.completing.ask()
    until(qtbot, lambda: page.ghost.visible)
    offered = page.ghost.text
    until(qtbot, lambda: not live.parts.background.busy)
    if page.ghost.text != offered:  # the random model had something to say as well
        offered = page.ghost.text
    QTest.keyClick(page, Qt.Key.Key_Tab)
    assert page.text().startswith(f"{TEXT} Once upon{offered}")


def test_variants_are_ranked_when_all_are_there(live, page, qtbot):
    live.parts.write.set_variants(3)
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    variants = live.parts.writing.variants.variants
    until(qtbot, lambda: sorted(variant.rank for variant in variants) == [1, 2, 3])
    assert all(variant.reason for variant in variants)


def test_an_engine_that_is_killed_costs_no_text_and_the_job_can_be_repeated(live, page, qtbot):
    live.parts.write.controls.set_changed({"max_new_tokens": 2000, "seed": 1})
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    until(qtbot, lambda: len(page.text()) > len(TEXT))
    os.kill(live.parts.client.process_id, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    until(qtbot, lambda: live.parts.messages.sentence != "")
    assert not live.parts.jobs.running
    assert live.parts.status.text_of("device") == "engine stopped"
    kept = page.text()
    assert kept.startswith(TEXT)
    assert len(kept) > len(TEXT)
    live.parts.write.controls.set_changed({"max_new_tokens": 8})
    live.parts.messages._button.click()
    until(qtbot, lambda: live.parts.writing.variants.variants[-1].text != "")
    assert page.text().startswith(TEXT)
    live.parts.jobs.stop()
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == kept

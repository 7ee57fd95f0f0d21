"""When no ghost text is asked for: beside a job, after a failure, or switched off."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import Failed, Finished, TextChunk
from engine.modes import Mode
from tests.gui.ghosts_offered import CTRL, SET, pause, press


def test_a_model_that_fails_to_load_is_said_once_and_not_asked_again(desk, qtbot):
    QTest.keyClicks(desk.editor, "d")
    qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))
    job = next(iter(desk.engine.open_jobs))
    del desk.engine.open_jobs[job]
    desk.engine._on_event(job, Failed("There is no model that can complete."))
    assert desk.parts.messages.sentence == "There is no model that can complete."
    QTest.keyClicks(desk.editor, "x")
    qtbot.wait(30)
    assert not desk.engine.open_jobs


def test_after_the_engine_died_it_rests_until_the_writer_asks_for_something(desk, qtbot):
    pause(desk, qtbot)
    desk.engine.open_jobs.clear()
    desk.engine.engine_died.emit("It stopped.")
    QTest.keyClicks(desk.editor, "x")
    qtbot.wait(30)
    assert not desk.engine.open_jobs
    press(desk, Qt.Key.Key_Return, CTRL)
    press(desk, Qt.Key.Key_Escape)
    QTest.keyClicks(desk.editor, "y")
    qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))


def test_nothing_is_asked_while_a_job_runs(desk, qtbot):
    press(desk, Qt.Key.Key_Return, CTRL)
    QTest.keyClicks(desk.editor, "d")
    qtbot.wait(30)
    assert [request.mode for request in desk.engine.requests] == [Mode.WRITE]


def test_a_job_of_the_writers_drops_ghost_and_request(desk, qtbot):
    pause(desk, qtbot)
    desk.engine.say(TextChunk(" man"), SET)
    press(desk, Qt.Key.Key_Return, CTRL)
    assert not desk.editor.ghost.visible
    assert [request.mode for request in desk.engine.requests] == [Mode.WRITE]
    desk.engine.finish(TextChunk(" woman"))
    assert desk.editor.text() == "There was an old woman"


def test_switched_off_nothing_comes_by_itself_but_on_request(desk, qtbot):
    desk.parts.commands["complete"].trigger()
    QTest.keyClicks(desk.editor, "d")
    qtbot.wait(30)
    assert not desk.engine.open_jobs
    press(desk, Qt.Key.Key_Period, CTRL)
    qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))
    desk.engine.load()
    qtbot.waitUntil(lambda: bool(desk.engine.requests))
    desk.engine.finish(TextChunk(" king"))
    assert desk.editor.ghost.text == " king"


def test_finished_is_the_end(desk, qtbot):
    pause(desk, qtbot)
    desk.engine.say(Finished())
    assert not desk.parts.background.busy

"""When the text of a job is delivered: the first at once, then once a frame."""

import pytest
from PySide6.QtCore import QElapsedTimer

from engine.events import TextChunk
from engine.modes import Mode, Request
from gui.jobs import FRAME, Jobs
from tests.gui.scripted_engine import ScriptedClient


class Sink:
    def __init__(self):
        self.texts = []
        self.ended = False

    def on_text(self, variant, text):
        self.texts.append(text)

    def on_event(self, event):
        pass

    def on_end(self):
        self.ended = True


@pytest.fixture
def client(qapp):
    return ScriptedClient()


@pytest.fixture
def jobs(client):
    return Jobs(client)


@pytest.fixture
def sink(jobs):
    made = Sink()
    jobs.run(Request(Mode.WRITE, "It rained"), made)
    return made


def test_the_first_text_is_delivered_at_once(client, sink):
    client.say(TextChunk(" all"))
    assert sink.texts == [" all"]


def test_what_comes_within_a_frame_is_delivered_together_at_its_end(qtbot, client, sink):
    passed = QElapsedTimer()
    passed.start()
    client.say(TextChunk(" all"))
    client.say(TextChunk(" day"))
    client.say(TextChunk(" long"))
    assert sink.texts == [" all"]
    qtbot.waitUntil(lambda: len(sink.texts) > 1)
    assert sink.texts == [" all", " day long"]
    assert passed.elapsed() >= FRAME - 2  # a timer of Qt may be a twentieth early


def test_after_a_frame_without_text_the_next_is_delivered_at_once(qtbot, client, jobs, sink):
    client.say(TextChunk(" all"))
    qtbot.waitUntil(lambda: not jobs._frame.isActive())
    client.say(TextChunk(" day"))
    assert sink.texts == [" all", " day"]


def test_the_first_text_of_the_next_job_may_come_within_a_frame_of_the_last(qtbot, client, jobs, sink):
    client.say(TextChunk(" all"))
    later = Sink()
    jobs.run(Request(Mode.WRITE, "It snowed"), later)
    client.say(TextChunk(" too"))
    qtbot.waitUntil(lambda: bool(later.texts))
    assert (sink.texts, later.texts) == ([" all"], [" too"])


def test_stopping_delivers_what_has_come(client, jobs, sink):
    client.say(TextChunk(" all"), TextChunk(" day"))
    jobs.stop()
    assert "".join(sink.texts) == " all day"
    assert sink.ended

import os
import signal
import sys

import pytest
from PySide6.QtTest import QSignalSpy

from engine.events import Failed, Finished
from engine.modes import Mode, Request
from gui.engine_client import EngineClient
from tests.engine.engine_process import is_gone
from tests.engine.tiny_models import SENTENCES, tiny_causal
from tests.gui.engine_heard import PATIENCE, Log, endless, story

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(tiny_causal(tmp_path_factory.mktemp("models") / "llama", "llama"))


@pytest.fixture(scope="module")
def shared_client(qapp):
    """One client for most tests: each child that loads a model costs seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        client = EngineClient(device="cpu")
        ready = QSignalSpy(client.engine_ready)
        client.start()
        assert ready.wait(PATIENCE)  # its thread reads the environment, which the next test changes
        yield client
        client.shutdown()


@pytest.fixture
def client(qtbot, shared_client):
    qtbot.waitUntil(lambda: shared_client.process_id != 0, timeout=PATIENCE)
    yield shared_client
    shared_client.take_text()


@pytest.fixture
def log(client):
    return Log(client)


def key_sentences():
    """Return a request that needs no model."""
    return Request(Mode.SUMMARISE, " ".join(SENTENCES[:3]))


def finish(qtbot, log, job):
    qtbot.waitUntil(lambda: any(isinstance(event, Finished | Failed) for event in log.events(job)), timeout=PATIENCE)
    assert log.events(job)[-1] == Finished()


def text_of(client, job):
    return "".join(text for number, _, text in client.take_text() if number == job)


def test_text_comes_before_the_end_and_is_announced_once(qtbot, client, log, model):
    job = client.submit(story(model, 40))
    finish(qtbot, log, job)
    assert log.count("text_ready") == 1  # nobody took the text, so there was nothing new to say
    assert log.entries.index(("text_ready",)) < log.entries.index(("event", job, Finished()))
    assert text_of(client, job)
    assert client.take_text() == []
    again = client.submit(story(model, 40))
    finish(qtbot, log, again)
    assert log.count("text_ready") == 2


def test_the_same_request_gives_the_same_text_through_the_pipe(qtbot, client, log, model):
    jobs = [client.submit(story(model, 40)) for _ in range(2)]
    finish(qtbot, log, jobs[1])
    texts = dict.fromkeys(jobs, "")
    for job, variant, text in client.take_text():
        assert variant == 0
        texts[job] += text
    assert texts[jobs[0]] == texts[jobs[1]] != ""


def test_nothing_of_a_stopped_job_arrives(qtbot, client, log, model):
    pid = client.process_id
    job = client.submit(endless(model))
    qtbot.waitSignal(client.text_ready, timeout=PATIENCE).wait()
    client.stop(job)
    assert text_of(client, job) == ""
    seen = len(log.entries)
    following = client.submit(story(model))
    finish(qtbot, log, following)
    assert all(entry[:2] != ("event", job) for entry in log.entries[seen:])
    assert {number for number, _, _ in client.take_text()} == {following}
    assert client.process_id == pid
    assert log.count("died") == 0


def test_a_job_that_waits_can_be_stopped_without_harm_to_the_one_that_runs(qtbot, client, log, model):
    pid = client.process_id
    running = client.submit(story(model, 300))
    waiting = client.submit(story(model))
    client.stop(waiting)
    finish(qtbot, log, running)
    assert log.events(waiting) == []
    assert client.process_id == pid


def test_a_sentence_for_the_writer_ends_a_job(qtbot, client, log):
    job = client.submit(story("no-such-model"))
    qtbot.waitUntil(lambda: bool(log.events(job)), timeout=PATIENCE)
    assert isinstance(log.events(job)[-1], Failed)


def test_warming_reports_and_ends(qtbot, client, log, model):
    finish(qtbot, log, client.warm(Mode.WRITE, model))


@posix
def test_a_killed_engine_is_reported_and_started_again_and_the_text_stays(qtbot, client, log, model):
    job, waiting = client.submit(endless(model)), client.submit(story(model))
    qtbot.waitSignal(client.text_ready, timeout=PATIENCE).wait()
    pid = client.process_id
    with qtbot.waitSignals([client.engine_died, client.engine_ready], timeout=PATIENCE, order="strict"):
        os.kill(pid, signal.SIGKILL)
    assert text_of(client, job)
    assert client.process_id not in (0, pid)
    finish(qtbot, log, client.submit(key_sentences()))
    assert log.events(waiting) == []
    assert [entry[1] for entry in log.entries if entry[0] == "died"] == [
        "The engine stopped unexpectedly and was started again. Your text is intact; press Ctrl+Enter to repeat."
    ]


@posix
def test_an_engine_that_keeps_dying_is_given_up_until_it_is_asked_again(qtbot, client, log):
    sentences = []
    client.engine_died.connect(sentences.append)
    for _ in range(2):
        with qtbot.waitSignals([client.engine_died, client.engine_ready], timeout=PATIENCE):
            os.kill(client.process_id, signal.SIGKILL)
    with qtbot.waitSignal(client.engine_died, timeout=PATIENCE):
        os.kill(client.process_id, signal.SIGKILL)
    client.engine_died.disconnect(sentences.append)
    assert "three times" in sentences[-1]
    assert client.process_id == 0
    finish(qtbot, log, client.submit(key_sentences()))
    assert log.count("died") == 3


@posix
def test_an_engine_that_does_not_answer_a_stop_is_replaced_and_waiting_jobs_run(qtbot, client, log, model):
    job = client.submit(endless(model))
    qtbot.waitSignal(client.text_ready, timeout=PATIENCE).wait()
    pid = client.process_id
    os.kill(pid, signal.SIGSTOP)
    client.stop(job)
    finish(qtbot, log, client.submit(key_sentences()))
    assert client.process_id not in (0, pid)
    assert is_gone(pid) or sys.platform != "linux"
    assert log.count("died") == 0

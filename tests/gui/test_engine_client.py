import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot

from engine.events import DeviceFound, Failed, Finished, TextChunk
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.placement import Placement
from engine.protocol import Care
from gui.engine_client import EngineClient
from gui.inbox import Inbox
from tests.engine.engine_process import ROOT, is_gone, wait_until_gone
from tests.engine.tiny_models import SENTENCES, tiny_causal

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PATIENCE = 60_000  # milliseconds, for a busy machine


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(tiny_causal(tmp_path_factory.mktemp("models") / "llama", "llama"))


@pytest.fixture(scope="module")
def shared_client(qapp):
    """One client for most tests: each child that loads a model costs seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        client = EngineClient(device="cpu")
        client.start()
        yield client
        client.shutdown()


@pytest.fixture
def client(qtbot, shared_client):
    qtbot.waitUntil(lambda: shared_client.process_id != 0, timeout=PATIENCE)
    yield shared_client
    shared_client.take_text()


class Log(QObject):
    """Everything the client says, in order."""

    def __init__(self, client):
        super().__init__()
        self.entries = []
        client.text_ready.connect(self._on_text_ready)
        client.event_received.connect(self._on_event)
        client.engine_died.connect(self._on_died)

    @Slot()
    def _on_text_ready(self):
        self.entries.append(("text_ready",))

    @Slot(int, object)
    def _on_event(self, job, event):
        self.entries.append(("event", job, event))

    @Slot(str)
    def _on_died(self, sentence):
        self.entries.append(("died", sentence))

    def events(self, job):
        return [entry[2] for entry in self.entries if entry[:2] == ("event", job)]

    def count(self, kind):
        return sum(entry[0] == kind for entry in self.entries)


@pytest.fixture
def log(client):
    return Log(client)


def story(model, tokens=8):
    params = SamplingParams(max_new_tokens=tokens, temperature=1.5, seed=1)
    return Request(Mode.WRITE, SENTENCES[0], params, model, raw=True)


def endless(model):
    return story(model, 1_000_000)


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


@linux
def test_shutdown_in_the_middle_of_a_job_leaves_no_process_and_no_thread(qtbot, model):
    before = worker_threads()
    client = EngineClient(device="cpu")
    with qtbot.waitSignal(client.engine_ready, timeout=PATIENCE):
        client.start()
    client.submit(endless(model))
    pid = client.process_id
    assert worker_threads() == before + 1
    client.shutdown()
    assert is_gone(pid)
    qtbot.waitUntil(lambda: worker_threads() == before, timeout=PATIENCE)
    client.shutdown()


def worker_threads():
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    return names.count("engine-client")


PARENT = """
import sys
from PySide6.QtCore import QCoreApplication
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.placement import Placement
from engine.protocol import Care
from gui.engine_client import EngineClient

application = QCoreApplication([])
client = EngineClient(device="cpu")
params = SamplingParams(max_new_tokens=1_000_000, temperature=1.5, seed=1)
request = Request(Mode.WRITE, "Once upon a time", params, sys.argv[1], raw=True)
client.engine_ready.connect(lambda device: print(client.submit(request), client.process_id, flush=True))
client.start()
application.exec()
"""


@linux
def test_no_orphan_survives_a_killed_window(model):
    command = [sys.executable, "-c", PARENT, model]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        _, child = map(int, parent.stdout.readline().split())
        assert not is_gone(child)
        parent.kill()
        wait_until_gone(child, 3)


def test_the_inbox_joins_neighbours_and_keeps_order():
    inbox = Inbox()
    inbox.open(1)
    inbox.open(2)
    chunks = [(1, 0, "a"), (1, 0, "b"), (1, 1, "c"), (2, 0, "d"), (1, 0, "e")]
    wakes = [inbox.put(job, TextChunk(text, variant)) for job, variant, text in chunks]
    assert wakes == [True, False, False, False, False]
    assert inbox.take() == [(1, 0, "ab"), (1, 1, "c"), (2, 0, "d"), (1, 0, "e")]
    assert inbox.put(1, TextChunk("f"))
    inbox.drop(1)
    assert inbox.take() == []
    assert not inbox.put(1, TextChunk("g"))
    inbox.put(2, TextChunk("h"))
    inbox.close(2)
    assert inbox.take() == [(2, 0, "h")]


def test_another_place_is_another_child_and_what_waits_is_kept(qtbot, model):
    client = EngineClient(device="cpu")
    log = Log(client)
    client.start()
    qtbot.waitUntil(lambda: client.process_id != 0, timeout=PATIENCE)
    before = client.process_id
    running, waiting = client.submit(story(model, 4000)), client.tend(Care.DEVICES)
    qtbot.waitUntil(lambda: log.count("text_ready") > 0, timeout=PATIENCE)
    client.place(Placement("cpu", "float32"))
    qtbot.waitUntil(lambda: any(isinstance(event, Finished) for event in log.events(waiting)), timeout=PATIENCE)
    assert log.events(running)[-1] == Finished(cancelled=True)
    (device,) = [event for event in log.events(waiting) if isinstance(event, DeviceFound) and event.chosen]
    assert (device.name, device.weights) == ("cpu", "float32")
    assert client.process_id not in (0, before)
    assert is_gone(before)
    assert log.count("died") == 0
    client.shutdown()

import subprocess
import sys
from pathlib import Path

import pytest

from engine.events import DeviceFound, Finished
from engine.placement import Placement
from engine.protocol import Care
from gui.engine_client import EngineClient
from tests.engine.engine_process import ROOT, is_gone, wait_until_gone
from tests.engine.tiny_models import tiny_causal
from tests.gui.engine_heard import PATIENCE, Log, endless, story

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(tiny_causal(tmp_path_factory.mktemp("models") / "llama", "llama"))


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

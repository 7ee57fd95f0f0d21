import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.events import Failed, Finished, ModelLoaded, Progress, TextChunk, VariantFinished
from engine.hub.request import Connection, HubAction, HubRequest
from engine.modes import Mode, Request, SummaryStyle
from engine.params import SamplingParams
from engine.protocol import Fetch, Ready, Run, Stop, Warm
from tests.engine.engine_process import engine_process, wait_until_gone
from tests.engine.hub.fake_hub import fake_hub
from tests.engine.tiny_models import SENTENCES, tiny_causal

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
LONG_PROMPT = SENTENCES[0] * 60  # more than 2,000 tokens, less than the models' window


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(tiny_causal(tmp_path_factory.mktemp("models") / "llama", "llama"))


@pytest.fixture(scope="module")
def engine():
    with engine_process() as engine:
        engine.wait_for(Ready)
        yield engine


def story(model, tokens=8, text=SENTENCES[0], **options):
    params = SamplingParams(max_new_tokens=tokens, temperature=1.5, seed=1)
    return Request(Mode.WRITE, text, params, model, raw=True, **options)


def endless(model, text=SENTENCES[0]):
    return story(model, 1_000_000, text)


def test_a_job_ends_with_finished_and_says_nothing_after_it(engine, model):
    engine.send(Run(1, story(model)), Run(2, story(model, variants=2)))
    first, second = engine.events(1), engine.events(2)
    assert first[-1] == Finished()
    assert any(isinstance(event, TextChunk) for event in first)
    assert {event.variant for event in second if isinstance(event, VariantFinished)} == {0, 1}


def test_warming_loads_the_model_that_the_next_job_uses(engine, model):
    engine.send(Warm(3, Mode.WRITE, model), Run(4, story(model)))
    assert engine.events(3)[-1] == Finished()
    (ready,) = [event for event in engine.events(4) if isinstance(event, ModelLoaded)]
    assert ready.seconds == 0.0


def test_stop_is_answered_also_while_a_long_prompt_is_read(engine, model):
    engine.send(Run(5, endless(model, LONG_PROMPT)))
    engine.wait_for(Progress)
    asked = engine.send(Stop(5))
    assert engine.events(5)[-1] == Finished(cancelled=True)
    assert time.perf_counter() - asked < 1  # the exact figure is measured in benchmarks/process.py


def test_a_waiting_job_that_is_stopped_never_begins(engine, model):
    engine.send(Run(6, endless(model)), Run(7, story(model)), Run(8, story(model)), Stop(7), Stop(6), Stop(99))
    assert engine.events(6)[-1] == Finished(cancelled=True)
    assert engine.events(7) == [Finished(cancelled=True)]
    assert engine.events(8)[-1] == Finished()


def test_what_the_writer_can_mend_is_told_and_the_next_job_runs(engine, model):
    engine.send(Run(9, story("no-such-model")), Run(10, story(model)))
    failed = engine.events(9)[-1]
    assert isinstance(failed, Failed)
    assert "no-such-model" in failed.message
    assert engine.events(10)[-1] == Finished()
    assert "Traceback" not in engine.errors()


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals and priorities")
def test_it_is_polite_and_leaves_ctrl_c_to_the_window(engine, model):
    own, its = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, engine.process.pid))
    assert its == min(19, own + 10)
    os.kill(engine.process.pid, signal.SIGINT)
    engine.send(Run(11, story(model)))
    assert engine.events(11)[-1] == Finished()


@linux
def test_key_sentences_need_no_torch():
    with engine_process() as engine:
        engine.wait_for(Ready)
        engine.send(Run(1, Request(Mode.SUMMARISE, " ".join(SENTENCES[:3]), style=SummaryStyle.KEY_SENTENCES)))
        assert engine.events(1)[-1] == Finished()
        assert "libtorch" not in Path(f"/proc/{engine.process.pid}/maps").read_text()


def test_native_chatter_does_not_reach_the_protocol(model):
    with engine_process(ONEDNN_VERBOSE="1", MKL_VERBOSE="1") as engine:
        engine.send(Run(1, story(model, 20)))
        assert engine.events(1)[-1] == Finished()
        engine.process.stdin.close()
        engine.process.wait(10)
        assert "_verbose" in engine.errors().lower()


@pytest.mark.parametrize("moment", ["loading", "writing"])
def test_end_of_input_ends_the_process_in_the_middle_of_a_job(model, moment):
    with engine_process() as engine:
        engine.wait_for(Ready)
        engine.send(Run(1, endless(model)))
        if moment == "writing":
            engine.wait_for(TextChunk)
        engine.process.stdin.close()
        assert engine.process.wait(5) == 0


def test_a_line_that_is_no_command_ends_the_process_with_a_trace():
    with engine_process() as engine:
        engine.wait_for(Ready)
        engine.process.stdin.write(b"oops\n")
        engine.process.stdin.flush()
        assert engine.process.wait(5) == 1
        assert "JSONDecodeError" in engine.errors()


@linux
def test_it_dies_with_its_parent_even_when_its_input_stays_open():
    """The second guard: a sibling holds the other end of the pipe, so that no end of input comes."""
    code = (
        "import os, subprocess, sys, time\n"
        "reading, writing = os.pipe()\n"
        "child = subprocess.Popen([sys.executable, '-m', 'engine.service'], stdin=reading, stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "holder = subprocess.Popen(['sleep', '60'], pass_fds=[writing], stdout=subprocess.DEVNULL)\n"
        "print(child.pid, holder.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        child, holder = map(int, parent.stdout.readline().split())
        parent.kill()
        wait_until_gone(child)
        os.kill(holder, signal.SIGKILL)


def test_only_the_hubs_process_may_use_the_network(engine):
    with fake_hub({}) as server:
        search = Fetch(90, HubRequest(HubAction.SEARCH, "x", connection=Connection(server.endpoint)))
        engine.send(search)
        assert engine.events(90) == [Failed("This engine process may not use the network: only that of the hub may.")]
        assert server.queries == []
        with engine_process("--hub") as other:
            other.send(search)
            assert other.events(90) == [Finished()]
        assert len(server.queries) == 1

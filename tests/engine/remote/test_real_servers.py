"""The remote engine against two real servers on loopback, each with an embedded model."""

import os
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from engine.errors import ModelError, NetworkError
from engine.events import Result, Surprises, TextChunk, VariantFinished
from engine.models.loaded import load_model
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import assets_dir
from engine.remote.client import RemoteClient
from engine.server import Server
from engine.session import Session
from engine.surprise import surprise
from engine.write import write
from tests.engine.tiny_loaded import CPU, value_of

TEXT = "Once upon a time there was an old king who"
WORDS = 24
BUSY, IDLE = 20, 5  # percent of a core
STORY = assets_dir() / "models" / "story-en"


def free_port():
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


def llama_server(folder, port):
    """Return how llama.cpp's Python binding serves the story writer: arguments, its model's name, its kind."""
    for package in ("llama_cpp", "gguf", "uvicorn", "starlette_context"):
        pytest.importorskip(package, reason="needs the dependency group llama")
    from tests.engine.gguf.export import export_gguf

    path = export_gguf(STORY, folder / "story.gguf")
    numbers = ("--type_k", "0", "--type_v", "0", "--logits_all", "true")
    command = ["-m", "llama_cpp.server", "--model", str(path), "--port", str(port), *numbers]
    return command, str(path), "llama-cpp-python"


def transformers_server(_folder, port):
    """Return how `transformers serve` serves it: arguments, its model's name, its kind."""
    place = ("--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32")
    return ["-m", "transformers.cli.transformers", "serve", str(STORY), *place], str(STORY), "transformers"


@pytest.fixture(scope="module", params=[llama_server, transformers_server], ids=["llama.cpp", "transformers"])
def running(request, tmp_path_factory):
    """A server with the embedded story writer: its process, and how to reach it."""
    port = free_port()
    command, model, kind = request.param(tmp_path_factory.mktemp("served"), port)
    offline = {**os.environ, "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=offline
    ) as process:
        server = Server(f"http://127.0.0.1:{port}/v1", model, chat=False)
        await_answer(process, server, kind)
        yield process, server
        process.kill()


def await_answer(process, server, kind):
    deadline = time.monotonic() + 120
    client = RemoteClient(server, patience=())
    while True:
        try:
            assert value_of(client.kind()) == kind
            break
        except NetworkError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            threading.Event().wait(0.2)
    client.close()


def scores_texts(server):
    client = RemoteClient(server)
    kind = value_of(client.kind())
    client.close()
    return kind != "transformers"


def request_to(server, tokens=WORDS, start=""):
    params = SamplingParams(temperature=0, max_new_tokens=tokens, seed=1)
    return Request(Mode.WRITE, start + TEXT, params, server=server)


def words_of(events):
    return [word for event in events if isinstance(event, Surprises) for word in event.words]


def text_of(events):
    return "".join(event.text for event in events if isinstance(event, TextChunk))


def test_the_server_writes_the_same_greedy_text_as_the_model_here(running):
    _, server = running
    # The mark that its tokenizer puts before a text: transformers has to be given it.
    start = "" if scores_texts(server) else "</s>"
    there = text_of(Session("cpu").run(request_to(server, start=start)))
    model = value_of(load_model(STORY, CPU))
    here = text_of(write(model, request_to(None)))
    assert len(there) > 20
    assert here.startswith(there.rstrip())  # which goes on to the end of its sentence


def test_the_server_finds_a_text_as_startling_as_the_model_here(running):
    _, server = running
    if not scores_texts(server):
        with pytest.raises(ModelError, match="does not say how likely a text is"):
            list(Session("cpu").run(Request(Mode.SURPRISE, TEXT, server=server)))
        return
    text = TEXT + " lived by the sea. Nobody knew his name, not even the cat."
    there = list(Session("cpu").run(Request(Mode.SURPRISE, text, server=server)))
    model = value_of(load_model(STORY, CPU))
    here = list(surprise(model, Request(Mode.SURPRISE, text)))
    pairs = list(zip(words_of(here), words_of(there), strict=True))
    assert all(word[:2] == other[:2] for word, other in pairs)
    assert [word[2] for word, _ in pairs[1:]] == pytest.approx([word[2] for _, word in pairs[1:]], abs=0.05)


def test_the_server_says_the_odds_of_what_it_writes_and_ranks_it(running):
    _, server = running
    (end,) = [event for event in Session("cpu").run(request_to(server)) if isinstance(event, VariantFinished)]
    if not scores_texts(server):
        assert end.bits == -1
        return
    assert 0 < end.bits < 8
    ranked = Request(Mode.RANK, TEXT, server=server, texts=(" lived in a castle.", " xq zzv vvk qqj."))
    (result,) = [event for event in Session("cpu").run(ranked) if isinstance(event, Result)]
    assert result.values["order"] == [0, 1]


def test_a_stop_ends_the_servers_work(running):
    process, server = running
    program = psutil.Process(process.pid)
    events = Session("cpu").run(request_to(server, 1500))
    next(event for event in events if isinstance(event, TextChunk))
    assert program.cpu_percent(0.5) > BUSY  # it goes on by itself
    events.close()
    deadline = time.monotonic() + 5  # much less than it would take for the rest
    while program.cpu_percent(0.5) > IDLE:
        assert time.monotonic() < deadline, "the server works on"
    assert len(text_of(Session("cpu").run(request_to(server, 4)))) > 0


def test_a_server_that_is_killed_keeps_what_came(running):
    process, server = running
    came = []
    events = Session("cpu").run(request_to(server, 400))
    came.append(next(event for event in events if isinstance(event, TextChunk)))
    process.kill()
    process.wait()
    with pytest.raises(NetworkError, match="stopped in the middle: what came is kept"):
        came.extend(events)
    assert text_of(came)

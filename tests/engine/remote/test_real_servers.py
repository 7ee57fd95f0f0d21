"""The remote engine against the server of llama.cpp's Python binding on loopback, with an embedded model."""

import socket
import subprocess
import sys
import threading
import time

import pytest

pytest.importorskip("llama_cpp", reason="needs the extra gguf")
pytest.importorskip("gguf", reason="needs the extra gguf")
pytest.importorskip("uvicorn", reason="needs llama-cpp-python[server]")
pytest.importorskip("starlette_context", reason="needs llama-cpp-python[server]")

from engine.errors import NetworkError
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
from tests.engine.gguf.export import export_gguf
from tests.engine.tiny_loaded import CPU, value_of

TEXT = "Once upon a time there was an old king who"
WORDS = 24


def free_port():
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server of llama.cpp's with the embedded story writer: its process, and how to reach it."""
    path = export_gguf(assets_dir() / "models" / "story-en", tmp_path_factory.mktemp("gguf") / "story.gguf")
    port = free_port()
    command = [
        "-m",
        "llama_cpp.server",
        "--model",
        str(path),
        "--port",
        str(port),
        "--type_k",
        "0",
        "--type_v",
        "0",
        "--logits_all",
        "true",
    ]
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = Server(f"http://127.0.0.1:{port}/v1", str(path), chat=False)
    deadline = time.monotonic() + 120
    client = RemoteClient(server, patience=())
    while True:
        try:
            assert client.kind() == "llama-cpp-python"
            break
        except NetworkError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            threading.Event().wait(0.2)
    client.close()
    yield process, server
    process.kill()
    process.wait()


def request_to(server, tokens=WORDS):
    return Request(Mode.WRITE, TEXT, SamplingParams(temperature=0, max_new_tokens=tokens, seed=1), server=server)


def words_of(events):
    return [word for event in events if isinstance(event, Surprises) for word in event.words]


def text_of(events):
    return "".join(event.text for event in events if isinstance(event, TextChunk))


def test_the_server_writes_the_same_greedy_text_as_the_model_here(running):
    _, server = running
    there = text_of(Session("cpu").run(request_to(server)))
    model = value_of(load_model(assets_dir() / "models" / "story-en", CPU))
    here = text_of(write(model, request_to(None)))
    assert len(there) > 20
    assert here.startswith(there.rstrip())  # which goes on to the end of its sentence


def test_the_server_finds_a_text_as_startling_as_the_model_here(running):
    _, server = running
    text = TEXT + " lived by the sea. Nobody knew his name, not even the cat."
    there = list(Session("cpu").run(Request(Mode.SURPRISE, text, server=server)))
    model = value_of(load_model(assets_dir() / "models" / "story-en", CPU))
    here = list(surprise(model, Request(Mode.SURPRISE, text)))
    pairs = list(zip(words_of(here), words_of(there), strict=True))
    assert all(word[:2] == other[:2] for word, other in pairs)
    assert [word[2] for word, _ in pairs[1:]] == pytest.approx([word[2] for _, word in pairs[1:]], abs=0.05)


def test_the_server_says_the_odds_of_what_it_writes_and_ranks_it(running):
    _, server = running
    (end,) = [event for event in Session("cpu").run(request_to(server)) if isinstance(event, VariantFinished)]
    assert 0 < end.bits < 8
    ranked = Request(Mode.RANK, TEXT, server=server, texts=(" lived in a castle.", " xq zzv vvk qqj."))
    (result,) = [event for event in Session("cpu").run(ranked) if isinstance(event, Result)]
    assert result.values["order"] == [0, 1]


def test_a_stop_ends_the_servers_work(running):
    _, server = running
    events = Session("cpu").run(request_to(server, 400))
    next(event for event in events if isinstance(event, TextChunk))
    events.close()
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

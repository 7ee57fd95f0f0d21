"""What servers and the ways to them do wrong is a sentence each, and a stop is heard whatever they do."""

import gzip
import json
import time
from contextlib import closing

import httpx2
import pytest

from engine.errors import NetworkError, SettingsError
from engine.events import Progress, TextChunk
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.remote.client import RemoteClient
from engine.remote.pieces import Piece
from engine.remote.waiting import Quiet
from engine.server import Server
from engine.session import Session
from engine.tries import Waiting
from tests.engine.tiny_loaded import value_of

STREAM = {"Content-Type": "text/event-stream"}
DEEP = "[" * 500 + "]" * 500  # which Python itself reads
SOON = 5  # seconds, on a machine with much else to do; the server would be waited for much longer


@pytest.fixture
def connect(fake):
    made = []

    def build(patience=(0.0, 0.0), **options):
        made.append(RemoteClient(fake.server(**options), patience=patience))
        return made[-1]

    yield build
    for client in made:
        client.close()


def line(**values):
    return f"data: {json.dumps(values)}\n\n".encode()


def piece_line(text, **values):
    return line(choices=[{"delta": {"content": text}, **values}])


def text_of(pieces):
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece))


def ask(client):
    return list(client.stream("Once", {}))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_says_nothing_is_left_at_once(fake, connect, method):
    fake.silent = method
    client = connect()
    for work in [client.kind()] if method == "GET" else [client.stream("Once", {}), client.scored("Once")]:
        fake.left.clear()
        begun = time.monotonic()
        assert next(work) == next(work) == Quiet()
        work.close()
        assert time.monotonic() - begun < SOON
        assert fake.left.wait(10)  # and ends what it does


def test_a_stop_before_the_first_word_is_heard_and_what_is_waited_for_said(fake):
    fake.silent = "POST"
    request = Request(Mode.WRITE, "Once", SamplingParams(seed=1), server=fake.server())
    events = Session("cpu").run(request)
    waits = next(event for event in events if isinstance(event, Progress) and event.unit != "steps")
    assert waits.note == f"Waiting for {request.server.host}"
    begun = time.monotonic()
    events.close()
    assert time.monotonic() - begun < SOON
    assert fake.left.wait(10)


def test_once_text_comes_nothing_is_waited_for(fake):
    request = Request(Mode.WRITE, "Once", SamplingParams(seed=1), server=fake.server())
    events = list(Session("cpu").run(request))
    first = next(number for number, event in enumerate(events) if isinstance(event, TextChunk))
    assert events[first - 1] == Progress(0, 0, "steps")  # which takes the note away
    assert not any(isinstance(event, Progress) and event.note for event in events[first:])


def test_a_server_that_reads_for_too_long_is_not_asked_to_read_again(fake, connect, monkeypatch):
    monkeypatch.setattr("engine.remote.client._TIMEOUT", httpx2.Timeout(0.3, connect=10))
    fake.silent = "POST"
    with pytest.raises(NetworkError, match=r"has been silent for 0\.3 seconds"):
        ask(connect())
    assert len(fake.asked) == 1


def test_a_server_that_is_away_at_first_is_asked_again_what_it_is(fake, connect):
    fake.away = 2
    assert value_of(connect().kind()) == "vllm"
    fake.away = 3
    with pytest.raises(NetworkError, match="does not answer"):
        value_of(connect().kind())
    fake.away = 1
    waiting = connect(patience=(60.0,)).kind()
    assert any(isinstance(pause, Waiting) for pause in waiting)
    waiting.close()


@pytest.mark.parametrize("address", ["http://é_.example/v1", "http://h/\x01/v1"])
def test_an_address_that_is_none_is_said_so(address):
    client = RemoteClient(Server(address, "m"), patience=(60.0,))
    with closing(client), pytest.raises(SettingsError, match="no address of a server"):
        value_of(client.kind())


@pytest.mark.parametrize("key", ["clé", "a\nb"])
def test_a_key_that_cannot_be_sent_is_said_so(fake, key):
    with pytest.raises(SettingsError, match="holds characters that no key has"):
        RemoteClient(fake.server(), key)


def test_a_server_elsewhere_is_named_and_not_followed(fake, connect):
    fake.reply = 308, {"Location": "https://other.example:8000/v1/chat/completions"}, b""
    with pytest.raises(NetworkError, match=r"sends requests on to https://other\.example:8000/v1: if you trust it"):
        ask(connect())
    assert len(fake.asked) == 1
    fake.reply = 308, {"Location": "http://[nonsense"}, b""
    with pytest.raises(NetworkError):
        ask(connect())


@pytest.mark.parametrize(
    ("heads", "body"),
    [
        ({**STREAM, "Content-Encoding": "gzip"}, b"nonsense"),
        ({"Content-Type": "text/html"}, b"<p>Log in</p>"),
        ({"Content-Type": "application/json"}, b"{"),
        ({"Content-Type": "application/json"}, b"[" * 100_000),
        (STREAM, line(choices=[{"delta": {"content": 5}}])),
        (STREAM, piece_line("Hi", finish_reason=["stop"])),
        (STREAM, line(choices=5)),
        (STREAM, b"data: 5\n\n"),
    ],
)
def test_what_is_no_answer_is_said_so_and_not_asked_for_again(fake, connect, heads, body):
    fake.reply = 200, heads, body
    with pytest.raises(NetworkError, match="answered in a form that is not known"):
        ask(connect())
    assert len(fake.asked) == 1


@pytest.mark.parametrize("odd", ["[" * 100_000, f'{{"data": [], "x": {DEEP}}}', "[]", '{"data": 5}'])
def test_a_list_of_models_that_is_none_is_said_so(fake, connect, odd):
    fake.models = odd.encode()
    with pytest.raises(NetworkError, match="answered in a form that is not known"):
        value_of(connect().kind())


@pytest.mark.parametrize("reason", ["[" * 100_000, f'{{"message": "no", "x": {DEEP}}}', "5", "x"])
def test_a_reason_that_cannot_be_read_is_not_told(fake, connect, reason):
    fake.reply = 418, {"Content-Type": "application/json"}, reason.encode()
    with pytest.raises(NetworkError, match=r"refuses the request \(418\): it does not say why\."):
        ask(connect())


@pytest.mark.parametrize(
    "complaint",
    [
        {"error": {"message": "out of  memory", "code": 500}},
        {"error": "out of memory"},
        {"object": "error", "message": "out of memory"},
    ],
)
def test_what_a_server_complains_of_in_its_stream_is_told(fake, connect, complaint):
    fake.reply = 200, STREAM, line(**complaint)
    with pytest.raises(NetworkError, match=r"reports a fault: out of memory$"):
        ask(connect())
    assert len(fake.asked) == 1
    fake.reply = 200, STREAM, piece_line("The sea") + line(**complaint)
    came = []
    with pytest.raises(NetworkError, match=r"stopped in the middle: what came is kept\. It says: out of memory$"):
        came.extend(connect().stream("Once", {}))
    assert text_of(came) == "The sea"


@pytest.mark.parametrize("chat", [True, False])
def test_an_answer_that_comes_all_at_once_is_taken(fake, connect, chat):
    choice = {"message": {"content": "The sea."}} if chat else {"text": "The sea."}
    body = json.dumps({"choices": [{**choice, "finish_reason": "length"}]}).encode()
    fake.reply = 200, {"Content-Type": "application/json"}, body
    pieces = [piece for piece in connect(chat=chat).stream("Once", {}) if isinstance(piece, Piece)]
    assert pieces == [Piece("The sea.", "length")]
    fake.reply = 200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, gzip.compress(body)
    assert text_of(connect(chat=chat).stream("Once", {})) == "The sea."


def test_half_a_character_of_the_text_crosses_unharmed(fake, connect):
    text_of(connect(chat=False).stream("Once \ud83d", {}))
    assert fake.asked[0][1]["prompt"] == "Once \ud83d"

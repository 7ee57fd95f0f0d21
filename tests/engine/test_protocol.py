import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import (
    ContextUsed,
    DeviceFound,
    Failed,
    Finished,
    KeySentence,
    ModelDetails,
    ModelFound,
    ModelInstalled,
    ModelLoaded,
    Notice,
    Progress,
    Result,
    Speed,
    TextChunk,
    TrainingReport,
    VariantFinished,
)
from engine.hub.request import Connection, HubAction, HubRequest
from engine.modes import LoreEntry, Mode, Request, SummaryStyle
from engine.params import SamplingParams
from engine.protocol import (
    Care,
    Fetch,
    JobEvent,
    Ready,
    Run,
    Stop,
    Tend,
    Warm,
    decode_command,
    decode_message,
    encode_command,
    encode_message,
)

# Lone surrogates too: an editor can hold them, and a pipe must not break on them.
TEXT = st.text(st.characters(), max_size=30)
EVENTS = (
    TextChunk("“好”\n😀\u2028", 2),
    Progress(1, 3, "sentences"),
    Notice("Left out."),
    Notice("Translating.", passing=True),
    ContextUsed(5, 512),
    Speed(3, 12.5),
    KeySentence("A.", 0, 2, 0.5),
    ModelFound("a/b", "translation", "mit", 10**9, 5, True, "2026-05-01"),
    ModelDetails("a/b", "c0ffee", "", "", ["en"], False, [("config.json", 2)], "# A", ""),
    ModelInstalled("b", "/models/b"),
    DeviceFound("cpu", "CPU, float32", "float32", "No GPU.", True, 1, 2, 3.0, 0.5, ["story-en"]),
    VariantFinished(0, "end", 4, 7),
    ModelLoaded("story-en", "CPU", "float32", 0.25),
    TrainingReport(1, 2, 3.0, 4.0, 5.0, None, 6.0, "s"),
    Result({"bleu": 15.5}),
    Finished(cancelled=True),
    Failed("No."),
)


COMMANDS = (
    Warm(4, Mode.WRITE),
    Warm(4, Mode.TRANSLATE, "marian"),
    Fetch(5, HubRequest(HubAction.DOWNLOAD, "a/b", connection=Connection(proxy="http://proxy:3128"))),
    Tend(6, Care.UNLOAD),
    Stop(3),
)


def is_one_line(line):
    return line.endswith(b"\n") and line.count(b"\n") == 1 and line.isascii()


@given(text=TEXT, memory=TEXT, keys=st.lists(TEXT, max_size=3), stop=st.lists(TEXT, max_size=2), job=st.integers(0))
def test_a_request_survives_the_pipe(text, memory, keys, stop, job):
    params = SamplingParams(temperature=0.5, stop=tuple(stop), biased_words=(("rain", 2.5),), seed=2**63 - 1)
    request = Request(
        Mode.SUMMARISE,
        text,
        params,
        "folder/é",
        3,
        style=SummaryStyle.ABSTRACT,
        memory=memory,
        lore=(LoreEntry(tuple(keys), text),),
        raw=True,
    )
    line = encode_command(Run(job, request))
    assert is_one_line(line)
    assert decode_command(line) == Run(job, request)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_other_commands_survive_the_pipe(command):
    assert decode_command(encode_command(command)) == command


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_survives_the_pipe(event):
    line = encode_message(JobEvent(9, event))
    assert is_one_line(line)
    assert decode_message(line) == JobEvent(9, event)


@given(text=TEXT)
def test_streamed_text_survives_the_pipe(text):
    line = encode_message(JobEvent(1, TextChunk(text)))
    assert is_one_line(line)
    assert decode_message(line) == JobEvent(1, TextChunk(text))


def test_ready_survives_the_pipe():
    assert decode_message(encode_message(Ready("cuda:1"))) == Ready("cuda:1")


def test_the_form_is_the_documented_one():
    assert json.loads(encode_command(Stop(3))) == {"do": "stop", "job": 3}
    assert json.loads(encode_message(Ready(""))) == {"ready": True, "device": ""}
    message = json.loads(encode_message(JobEvent(3, TextChunk("a"))))
    assert message == {"job": 3, "event": "TextChunk", "text": "a", "variant": 0}


@pytest.mark.parametrize(
    "line", [b"", b"oops\n", b"[]\n", b'{"do":"dance"}\n', b'{"do":"warm","job":1,"mode":"x","model":""}']
)
def test_other_commands_are_refused(line):
    with pytest.raises(ValueError, match=r"."):
        decode_command(line)


@pytest.mark.parametrize("line", [b"oops\n", b"3\n", b'{"a":1}\n', b'{"job":1,"event":"Nonsense"}\n'])
def test_other_messages_are_refused(line):
    with pytest.raises(ValueError, match=r"."):
        decode_message(line)

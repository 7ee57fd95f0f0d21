"""How much a model reads at once, where the writer limits it."""

import io
import subprocess
import sys
from dataclasses import replace

import pytest

from engine.events import ContextUsed, Notice
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import load_model
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.placement import CONTEXTS, Placement, shorter_context
from engine.protocol import JobEvent, Ready, Run, decode_message
from engine.room import short_of_memory
from engine.service import JobQueue, Service
from engine.session import Session
from tests.engine.tiny_loaded import CPU, tiny_folder, value_of

LIMIT = 200
FAR = Request(
    Mode.WRITE,
    "Once upon a time there was an old king. " * 100,
    model=str(tiny_folder("llama")),
    params=SamplingParams(max_new_tokens=3, temperature=0.0),
)


@pytest.mark.parametrize("kind", ["llama", "gpt2", "marian", "t5"])
def test_a_model_reads_no_more_than_it_may(kind):
    free = value_of(load_model(tiny_folder(kind), CPU)).decoder
    limited = value_of(load_model(tiny_folder(kind), replace(CPU, context=LIMIT))).decoder
    assert limited.context_length == LIMIT < free.context_length
    if isinstance(limited, Seq2SeqDecoder):
        assert limited.source_length == LIMIT
    wide = value_of(load_model(tiny_folder(kind), replace(CPU, context=10**9))).decoder
    assert wide.context_length == min(free.context_length, 10**9)


def test_a_session_shows_a_model_the_end_of_a_text_that_is_longer():
    events = list(Session("cpu", context=LIMIT).run(FAR))
    (used,) = [event for event in events if isinstance(event, ContextUsed)]
    assert used.limit == LIMIT
    assert LIMIT // 2 < used.tokens < LIMIT
    assert any(isinstance(event, Notice) and "The model sees the last" in event.message for event in events)


def test_an_engine_process_reads_no_more_than_it_was_told():
    output = io.BytesIO()
    Service(JobQueue(), output, Placement("cpu", context=LIMIT))._serve(Run(1, FAR))
    messages = [decode_message(line) for line in output.getvalue().splitlines()]
    events = [message.event for message in messages if isinstance(message, JobEvent)]
    limits = [event.limit for event in events if isinstance(event, ContextUsed)]
    assert limits == [LIMIT]


def test_an_engine_process_takes_the_option():
    told = [sys.executable, "-m", "engine.service", *Placement("cpu", context=LIMIT).arguments]
    done = subprocess.run(told, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    assert done.returncode == 0
    assert decode_message(done.stdout) == Ready("cpu")


def test_the_choices_go_down_to_the_smallest():
    assert shorter_context(0) == 4096
    assert [shorter_context(choice) for choice in CONTEXTS] == [0, *CONTEXTS[:-1]]
    assert shorter_context(5000) == 4096


def test_an_engine_process_is_told():
    assert Placement("cpu", context=2048).arguments == ["--device", "cpu", "--weights", "auto", "--context", "2048"]


def test_reading_less_is_offered_where_more_is_read():
    model = value_of(load_model(tiny_folder("llama"), replace(CPU, context=4096)))
    assert "context" in short_of_memory(model.device, FAR, model).remedies
    assert "let it read less of the text at once" in str(short_of_memory(model.device, FAR, model))
    assert "context" not in short_of_memory(model.device, replace(FAR, text="Once"), model).remedies
    assert "context" not in short_of_memory(replace(model.device, context=2048), FAR, model).remedies

from dataclasses import replace

import pytest

from engine.errors import ModelError
from engine.events import ModelLoaded, Notice, TextChunk
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.protocol import Care
from engine.session import Session
from tests.engine.tiny_models import metaspace, tiny_causal, tiny_seq2seq, write_tokenizer

GREEDY = Request(Mode.WRITE, "Once upon a time", SamplingParams(temperature=0, max_new_tokens=60), "writer", raw=True)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    tiny_causal(folder / "writer", "llama")
    tiny_causal(folder / "helper", "mistral")
    tiny_causal(folder / "stranger", "llama")
    write_tokenizer(folder / "stranger", metaspace(), ends_source=False)
    tiny_seq2seq(folder / "pairs", "marian")
    return folder


def text_of(events):
    return "".join(event.text for event in events if isinstance(event, TextChunk))


def test_a_draft_model_changes_no_greedy_text_and_is_not_taken_for_the_model(models):
    plain = list(Session("cpu", models, "float32").run(GREEDY))
    session = Session("cpu", models, "float32")
    helped = list(session.run(replace(GREEDY, draft="helper")))
    assert text_of(helped) == text_of(plain) != ""
    assert [event.model for event in helped if isinstance(event, ModelLoaded)] == ["writer"]
    assert text_of(session.run(GREEDY)) == text_of(plain)


def test_a_model_that_is_there_already_is_not_loaded_again(models):
    session = Session("cpu", models, "float32")
    list(session.run(replace(GREEDY, mode=Mode.COMPLETE, model="helper", raw=False)))
    events = list(session.run(replace(GREEDY, draft=str(models / "helper"))))
    assert not [event for event in events if "Loading helper" in getattr(event, "note", "")]


def test_it_is_said_once_that_a_draft_model_does_not_pay(models):
    session = Session("cpu", models, "float32")
    request = replace(GREEDY, draft="helper", params=replace(GREEDY.params, max_new_tokens=300))
    notices = [event for _ in range(2) for event in session.run(request) if isinstance(event, Notice)]
    assert notices == [Notice("The draft model helper is left out for now: writer writes as fast without its guesses.")]


@pytest.mark.parametrize(
    ("draft", "reason"),
    [("stranger", "has another vocabulary than writer"), ("pairs", "cannot draft"), ("nobody", "no model")],
)
def test_a_draft_model_that_does_not_fit_is_refused_in_a_sentence(models, draft, reason):
    with pytest.raises(ModelError, match=reason):
        list(Session("cpu", models, "float32").run(replace(GREEDY, draft=draft)))


def test_unloading_lets_go_of_the_draft_model_too(models):
    session = Session("cpu", models, "float32")
    list(session.run(replace(GREEDY, draft="helper")))
    list(session.tend(Care.UNLOAD))
    events = list(session.run(replace(GREEDY, draft="helper")))
    assert [event for event in events if "Loading helper" in getattr(event, "note", "")]

"""A model folder that somebody tampered with is loaded, or refused in a sentence: never a hang, never another error."""

import json
import shutil
import sys
import time

import pytest

from engine.failures import failure_sentence
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.session import Session
from tests.engine.mutations import LOOPS, mutate
from tests.engine.tiny_loaded import tiny_folder


def write_with(folder):
    """Write a few words with the model in `folder`; return how long it took, and the sentence that ended it."""
    started, sentence = time.monotonic(), ""
    request = Request(Mode.WRITE, "Once upon a time", SamplingParams(max_new_tokens=3, seed=1), str(folder))
    try:
        list(Session("cpu").run(request))
    except Exception as error:  # as the engine process does; what it has no words for is a fault
        sentence = failure_sentence(error)
        if "an error it does not know" in sentence:
            raise
    return time.monotonic() - started, sentence


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
@pytest.mark.parametrize("seed", range(25))
def test_a_tampered_folder_is_a_sentence_or_works(kind, seed, tmp_path):
    mutate(tiny_folder(kind), tmp_path / "model", seed)
    seconds, sentence = write_with(tmp_path / "model")
    assert seconds < 10
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "template",
    [
        LOOPS,
        pytest.param(
            "{{ (messages | length + 6) ** (10 ** 8) % 10 }}",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="a single step cannot be ended there"),
        ),
    ],
    ids=["loops", "power"],
)
def test_a_chat_template_without_an_end_is_ended(template, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(tiny_folder("llama"), folder)
    (folder / "chat_template.jinja").write_text(template)
    seconds, sentence = write_with(folder)
    assert "The chat template of this model failed (it takes more than 2 s)" in sentence
    assert seconds < 10


def test_ids_that_are_no_numbers_are_a_sentence(tmp_path):
    folder = shutil.copytree(tiny_folder("gpt2"), tmp_path / "model")
    path = folder / "generation_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "eos_token_id": {}}))
    assert "is damaged (TypeError while it was loaded)" in write_with(folder)[1]


@pytest.mark.parametrize(
    ("kind", "name", "values"),
    [
        ("llama", "config.json", {"rope_parameters": 5}),
        ("llama", "config.json", {"layer_types": 1.5}),
        ("llama", "config.json", {"layer_types": [[]]}),
        ("llama", "config.json", {"head_dim": 10**9}),
        ("gpt2", "config.json", {"bos_token_id": -(10**18)}),
    ],
)
def test_values_of_another_kind_are_a_sentence_at_once(kind, name, values, tmp_path):
    folder = shutil.copytree(tiny_folder(kind), tmp_path / "model")
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))
    seconds, sentence = write_with(folder)
    assert sentence
    assert seconds < 5


def test_a_tokenizer_that_breaks_down_is_a_sentence(tmp_path):
    folder = shutil.copytree(tiny_folder("gpt2"), tmp_path / "model")
    path = folder / "tokenizer.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    values["model"]["continuing_subword_prefix"] = "../../etc/passwd"
    path.write_text(json.dumps(values), encoding="utf-8")
    assert "tokenizer of the model" in write_with(folder)[1]

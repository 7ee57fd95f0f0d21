"""A model folder that somebody tampered with is loaded, or refused in a sentence: never a hang, never another error."""

import contextlib
import json
import shutil
import sys
import time

import pytest

from engine.card import read_card
from engine.catalog import list_models
from engine.errors import ModelError
from engine.failures import failure_sentence
from engine.fit import fit
from engine.library import shelf
from engine.model_shape import read_shape
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import assets_dir, models_dir
from engine.session import Session
from engine.vocabulary import same_vocabulary
from tests.engine.gguf.test_header import WHOLE
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


def look_over(path):
    """Do what the window itself does with a model in the writer's folder of models; return how long it took."""
    started = time.monotonic()
    assert any(entry.id == "story-en" for entry in list_models())
    for model in shelf([str(path)]):
        if model.entry.folder != path:
            continue
        facts = (model.entry.title, model.entry.licence, model.entry.strength, model.entry.score, model.fault)
        assert all(isinstance(fact, str) for fact in (*facts, *model.entry.tasks, *model.entry.languages))
        with contextlib.suppress(ModelError):  # as the view of a card does
            read_card(path)
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # and the line that says how it fits
            fit(read_shape(path), "int8", 8 * 10**9)
        same_vocabulary(path, assets_dir() / "models/story-en")
    return time.monotonic() - started


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
@pytest.mark.parametrize("seed", range(25))
def test_a_tampered_folder_is_a_sentence_or_works(kind, seed):
    folder = models_dir() / "model"
    mutate(tiny_folder(kind), folder, seed)
    assert look_over(folder) < 10
    seconds, sentence = write_with(folder)
    assert seconds < 10
    assert "\n" not in sentence


@pytest.mark.parametrize("seed", range(60))
def test_a_tampered_head_of_a_gguf_file_never_keeps_the_window_from_its_models(seed, tmp_path):
    whole = tmp_path / "whole.gguf"
    whole.write_bytes(WHOLE)
    mutate(whole, models_dir() / "model", seed)
    assert look_over(models_dir() / "model/whole.gguf") < 10


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

"""A model folder that somebody tampered with is loaded, or refused in a sentence: never a hang, never another error."""

import json
import shutil
import sys

import pytest

from engine.paths import models_dir
from tests.engine.gguf.small_files import WHOLE
from tests.engine.looking_over import look_over, write_with
from tests.engine.mutations import LOOPS, mutate
from tests.engine.tiny_loaded import tiny_folder


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

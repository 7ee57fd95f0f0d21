"""A model folder that somebody tampered with is loaded, or refused in a sentence: never a hang, never another error."""

import json
import shutil
import time

import pytest

from engine.errors import EngineError
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
    except EngineError as error:
        sentence = str(error)
    return time.monotonic() - started, sentence


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
@pytest.mark.parametrize("seed", range(25))
def test_a_tampered_folder_is_a_sentence_or_works(kind, seed, tmp_path):
    mutate(tiny_folder(kind), tmp_path / "model", seed)
    seconds, sentence = write_with(tmp_path / "model")
    assert seconds < 10
    assert "\n" not in sentence


def test_a_chat_template_that_loops_is_ended(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(tiny_folder("llama"), folder)
    (folder / "chat_template.jinja").write_text(LOOPS)
    seconds, sentence = write_with(folder)
    assert "The chat template of this model failed (it takes more than 2 s)" in sentence
    assert seconds < 10


def test_ids_that_are_no_numbers_are_a_sentence(tmp_path):
    folder = shutil.copytree(tiny_folder("gpt2"), tmp_path / "model")
    path = folder / "generation_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "eos_token_id": {}}))
    assert "is damaged (TypeError while it was loaded)" in write_with(folder)[1]

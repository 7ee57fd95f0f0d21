"""What a window does with a model folder, whatever is in it."""

import contextlib
import time

from engine.card import read_card
from engine.catalog import list_models
from engine.errors import ModelError
from engine.failures import failure_sentence
from engine.fit import fit
from engine.library import shelf
from engine.model_shape import read_shape
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import assets_dir
from engine.session import Session
from engine.vocabulary import same_vocabulary


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

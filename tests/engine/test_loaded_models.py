import shutil

import pytest

from engine.errors import DeviceError, ModelError
from engine.events import ModelLoaded, Notice
from engine.loaded_models import LoadedModels
from engine.modes import Mode, Request
from tests.engine.tiny_loaded import value_of
from tests.engine.tiny_models import tiny_causal, tiny_seq2seq


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    tiny_causal(folder / "writer", "llama")
    tiny_causal(folder / "another", "gpt2")
    tiny_seq2seq(folder / "pairs", "marian")
    return folder


@pytest.fixture
def models(folder):
    return LoadedModels("cpu", folder, "float32", split=False)


def take(models, mode, name):
    return value_of(models.take(mode, models.find(mode, name)))


def test_a_model_is_loaded_once_for_all_modes(models):
    model = take(models, Mode.WRITE, "writer")
    assert take(models, Mode.WRITE, "writer") is model
    assert take(models, Mode.COMPLETE, "writer") is model
    events = list(models.take(Mode.RANK, models.find(Mode.RANK, "writer")))
    assert [(event.model, event.seconds) for event in events if isinstance(event, ModelLoaded)] == [("writer", 0.0)]


def test_another_model_for_a_mode_takes_the_place_of_the_first(models):
    for mode in (Mode.WRITE, Mode.COMPLETE):
        take(models, mode, "writer")
    take(models, Mode.WRITE, "another")
    assert models.ids == ["another", "writer"], "completing still needs the first"
    take(models, Mode.COMPLETE, "another")
    assert models.ids == ["another"]
    assert not models.has(models.find(Mode.WRITE, "writer"))


def test_a_model_that_was_put_in_the_place_of_another_is_loaded_anew(tmp_path):
    tiny_causal(tmp_path / "writer", "llama")
    models = LoadedModels("cpu", tmp_path, "float32", split=False)
    first = take(models, Mode.WRITE, "writer")
    assert take(models, Mode.COMPLETE, "writer") is first
    shutil.rmtree(tmp_path / "writer")
    tiny_causal(tmp_path / "writer", "gpt2")
    assert not models.has(models.find(Mode.COMPLETE, "writer"))
    second = take(models, Mode.COMPLETE, "writer")
    assert type(second.decoder) is not type(first.decoder)
    assert take(models, Mode.WRITE, "writer") is second


def test_a_draft_model_that_was_put_in_the_place_of_another_is_loaded_anew(tmp_path):
    tiny_causal(tmp_path / "writer", "llama")
    tiny_causal(tmp_path / "helper", "llama")
    models = LoadedModels("cpu", tmp_path, "float32", split=False)
    model, request = take(models, Mode.WRITE, "writer"), Request(Mode.WRITE, "", draft="helper")
    first = value_of(models.with_draft(model, request))
    assert value_of(models.with_draft(model, request)) is first
    weights = tmp_path / "helper" / "model.safetensors"
    shutil.copy(weights, tmp_path / "copy")
    (tmp_path / "copy").replace(weights)
    second = value_of(models.with_draft(model, request))
    assert second.draft.model is not first.draft.model


def test_models_are_let_go(models):
    take(models, Mode.TRANSLATE, "pairs")
    models.clear()
    assert models.ids == []


def test_the_nearest_model_is_known_without_loading(models):
    assert models.nearest(Mode.WRITE, "en").serves(Mode.WRITE)
    with pytest.raises(ModelError, match="No model here follows instructions"):
        models.nearest(Mode.REWRITE, "en")
    assert models.ids == []


def test_damaged_weights_are_said_before_anything_is_loaded(tmp_path):
    folder = tiny_causal(tmp_path / "writer", "gpt2")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"writer is damaged \(model\.safetensors"):
        LoadedModels("cpu", tmp_path, "auto", split=False).find(Mode.WRITE, "")


def test_a_model_larger_than_the_memory_is_refused_and_a_tight_one_warned_of(folder, monkeypatch):
    def warnings():
        models = LoadedModels("cpu", folder, "auto", split=False)
        events = models.take(Mode.TRANSLATE, models.find(Mode.TRANSLATE, "pairs"))
        return [event.message for event in events if isinstance(event, Notice)]

    monkeypatch.setattr("engine.machine.free_memory", lambda: 1000)
    with pytest.raises(DeviceError, match="but only 1 kB are free in main memory"):
        warnings()
    monkeypatch.setattr("engine.machine.free_memory", lambda: 450_000_000)
    (said,) = warnings()
    assert said.startswith("pairs: Tight: it needs")

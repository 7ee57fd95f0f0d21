import shutil
from dataclasses import replace

import pytest

from engine.card import ModelCard, write_card
from engine.errors import ModelError
from engine.events import ModelLoaded, Notice, Progress
from engine.models.loaded import load_model
from engine.paths import assets_dir
from tests.engine.tiny_loaded import CPU, tiny_folder, value_of


def test_says_what_it_does_and_returns_the_model(tmp_path):
    folder = shutil.copytree(tiny_folder("gpt2"), tmp_path / "small")
    card = ModelCard(title="Small", tasks=("write",))
    write_card(folder, card)
    events = list(load_model(folder, CPU))
    assert [type(event) for event in events] == [Progress, Progress, ModelLoaded]
    loaded = events[-1]
    assert (loaded.model, loaded.device, loaded.dtype) == ("small", "CPU, float32", "float32")
    model = value_of(load_model(folder, CPU, "another-id"))
    assert (model.id, model.folder, model.card, model.device) == ("another-id", folder, card, CPU)
    assert model.tokenizer.decode(model.tokenizer.encode("the sea")) == "the sea"


def test_can_be_cancelled_before_anything_is_read(tmp_path):
    loading = load_model(tmp_path / "nowhere", CPU)
    assert isinstance(next(loading), Progress)
    loading.close()


def test_a_model_without_tokenizer_is_a_sentence(tmp_path):
    folder = shutil.copytree(tiny_folder("gpt2"), tmp_path / "small")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="tokenizer"):
        value_of(load_model(folder, CPU))


def test_what_a_model_has_no_format_for_is_said():
    vary = assets_dir() / "models" / "vary-en"
    (notice,) = [event for event in load_model(vary, replace(CPU, weights="int8")) if isinstance(event, Notice)]
    assert "float32" in notice.message
    assert "int8" in notice.message
    for kind in ("llama", "gpt2"):
        events = list(load_model(tiny_folder(kind), replace(CPU, weights="int8")))
        assert events[-1].dtype == "int8"
        assert not [event for event in events if isinstance(event, Notice)]

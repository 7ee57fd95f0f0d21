import json
import shutil
from dataclasses import replace

import pytest
import torch

from engine.device import choose_device
from engine.errors import ModelError
from engine.models.base import Seq2SeqDecoder
from engine.models.families import FAMILIES, load_decoder, weights_held
from tests.engine.tiny_loaded import tiny_folder


@pytest.mark.parametrize("config", [None, "{", "[]", '"text"', "{}", '{"model_type": 3}', '{"model_type": []}', "\xff"])
def test_a_foreign_folder_is_told(tmp_path, config):
    if config is not None:
        (tmp_path / "config.json").write_bytes(config.encode("latin-1"))
    with pytest.raises(ModelError):
        load_decoder(tmp_path, choose_device("cpu"))


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(ModelError, match="does not exist"):
        load_decoder(tmp_path / "none", choose_device("cpu"))


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_folder_without_shape_or_weights_is_told(tmp_path, family):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": family}))
    with pytest.raises(ModelError, match="incomplete or damaged"):
        load_decoder(tmp_path, choose_device("cpu"))


@pytest.mark.parametrize(("kind", "held"), [("llama", "int8"), ("gpt2", "int8"), ("t5", "int8")])
def test_how_weights_are_held_is_known_before_they_are_loaded(kind, held):
    device = replace(choose_device("cpu", "float32"), weights="int8")
    assert weights_held(tiny_folder(kind), device) == held
    assert getattr(load_decoder(tiny_folder(kind), device), "weights", "float32") == held


@pytest.mark.parametrize("weights", ["int8", "bfloat16"])
@pytest.mark.parametrize("kind", ["llama", "marian"])
def test_what_was_loaded_does_not_hang_on_its_file(kind, weights, tmp_path):
    """Another system does not let a file go that is mapped, and one written over would change the model."""
    folder = shutil.copytree(tiny_folder(kind), tmp_path / "model")
    decoder, ids = load_decoder(folder, choose_device("cpu", weights)), torch.arange(10, 20)[None]

    def read():
        whole = torch.ones_like(ids, dtype=torch.bool)
        state = decoder.encode(ids, whole) if isinstance(decoder, Seq2SeqDecoder) else decoder.new_state(1)
        return decoder.prefill(ids, state)[0]

    before, path = read(), folder / "model.safetensors"
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
    assert torch.equal(read(), before)

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import ModelError
from engine.models.weights import Checkpoint
from tests.engine.tiny_loaded import tiny_folder


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(tiny_folder("llama"), tmp_path / "model")


def test_tensors_are_found_in_one_file_or_several(folder):
    tensors = load_file(folder / "model.safetensors")
    whole = {name: Checkpoint(folder).tensor(name, *tensor.shape) for name, tensor in tensors.items()}
    names = sorted(tensors)
    parts = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for file, part in parts.items():
        save_file({name: tensors[name] for name in part}, folder / file)
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {name: file for file, part in parts.items() for name in part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    split = Checkpoint(folder)
    assert all(split.has(name) for name in names)
    assert all(torch.equal(split.tensor(name, *tensor.shape), tensor) for name, tensor in whole.items())


def test_an_index_leads_to_no_other_folder(folder):
    shutil.move(folder / "model.safetensors", folder.parent / "elsewhere.safetensors")
    save_file({"x": torch.zeros(1)}, folder / "own.safetensors")
    index = {"weight_map": {"model.norm.weight": "../elsewhere.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="damaged"):
        Checkpoint(folder)


def test_what_is_missing_or_of_another_shape_is_told(folder):
    checkpoint = Checkpoint(folder)
    with pytest.raises(ModelError, match="incomplete"):
        checkpoint.tensor("no.such.tensor", 3)
    with pytest.raises(ModelError, match="damaged"):
        checkpoint.tensor("model.norm.weight", 33)


def test_the_generation_configuration_goes_before_the_other(folder):
    generation = folder / "generation_config.json"
    assert Checkpoint(folder).end_ids() == {2}
    generation.write_text(json.dumps({"eos_token_id": [5, 6], "bad_words_ids": [[8], [9, 10]], "suppress_tokens": [7]}))
    checkpoint = Checkpoint(folder)
    assert checkpoint.end_ids() == {5, 6}
    assert checkpoint.setting("pad_token_id") == 0
    assert checkpoint.suppressed_ids(torch.device("cpu")).tolist() == [7, 8]
    generation.unlink()
    assert Checkpoint(folder).end_ids() == {2}
    assert Checkpoint(folder).suppressed_ids(torch.device("cpu")) is None

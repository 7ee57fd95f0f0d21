import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import ModelError
from engine.model_files import check_braces, check_safetensors, read_json, stamp, weight_files


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "model.safetensors"
    save_file({"weight": np.zeros((8, 8), np.float32)}, path)
    return path


def test_every_truncation_of_the_weights_is_noticed(weights):
    data = weights.read_bytes()
    check_safetensors(weights)
    for size in range(len(data)):
        weights.write_bytes(data[:size])
        with pytest.raises(ModelError, match=r"damaged.*model\.safetensors"):
            check_safetensors(weights)


@pytest.mark.parametrize(
    "head", [b"\xff" * 8, b"\x02\0\0\0\0\0\0\0[]", b"\x02\0\0\0\0\0\0\0{}", b"<!DOCTYPE html><html>"]
)
def test_garbled_header_is_noticed(weights, head):
    weights.write_bytes(head)
    with pytest.raises(ModelError, match="damaged"):
        check_safetensors(weights)


def test_tokenizer_that_is_cut_off_is_noticed(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text(' {"model": {}}\n')
    check_braces(path)
    for text in ('{"model": {"vocab": {"a"', "", "<html>}"):
        path.write_text(text)
        with pytest.raises(ModelError, match=r"damaged.*tokenizer\.json"):
            check_braces(path)


def test_shards_are_found_through_their_index(tmp_path):
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"b": "part-2.safetensors", "a": "part-1.safetensors", "c": "part-2"}}))
    assert weight_files(tmp_path) == ["part-1.safetensors", "part-2", "part-2.safetensors"]
    for text in ("{}", '{"weight_map": []}', "[]", "{"):
        index.write_text(text)
        with pytest.raises(ModelError, match="damaged"):
            weight_files(tmp_path)


def test_what_is_missing_is_named(tmp_path):
    for look in (read_json, check_braces, check_safetensors):
        with pytest.raises(ModelError, match=r"incomplete, lost\.json is missing"):
            look(tmp_path / "lost.json")
    with pytest.raises(ModelError, match=r"has no model\.safetensors"):
        weight_files(tmp_path)


def test_a_stamp_tells_a_file_from_the_one_before_it(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"one")
    before = stamp(folder)
    assert stamp(folder) == before
    (tmp_path / "new").write_bytes(b"two")
    (tmp_path / "new").replace(folder / "model.safetensors")
    assert stamp(folder) != before
    assert stamp(folder / "model.safetensors") == stamp(folder)
    assert stamp(tmp_path / "none") == ()

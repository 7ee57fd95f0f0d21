import json

import pytest

from engine.catalog import check_files
from engine.errors import ModelError
from engine.model_checks import check_sizes, inside
from tests.engine.tiny_models import tiny_causal


@pytest.fixture
def folder(tmp_path):
    return tiny_causal(tmp_path / "model", "llama")


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "..", "", "a\\b"])
def test_names_that_lead_elsewhere_are_refused(folder, name):
    with pytest.raises(ModelError, match="outside its folder"):
        inside(folder, name)


def test_an_index_of_shards_cannot_lead_out_of_the_folder(folder, tmp_path):
    (folder / "model.safetensors").rename(tmp_path / "elsewhere.safetensors")
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "../elsewhere.safetensors"}}))
    with pytest.raises(ModelError, match="outside its folder"):
        check_files(folder)
    index.unlink()
    (folder / "model.safetensors").symlink_to(tmp_path / "elsewhere.safetensors")
    with pytest.raises(ModelError, match="a link that leads elsewhere"):
        check_files(folder)


@pytest.mark.parametrize(
    "absurd",
    [
        {"num_hidden_layers": 10**9},
        {"num_hidden_layers": -1},
        {"hidden_size": 10**12},
        {"vocab_size": 10**12},
        {"text_config": {"num_hidden_layers": 10**7}},
    ],
)
def test_sizes_that_the_weights_cannot_have_are_refused(folder, absurd):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **absurd}))
    with pytest.raises(ModelError, match="cannot be of the size"):
        check_files(folder)


def test_a_plain_configuration_passes(folder):
    check_sizes(folder, {"num_hidden_layers": 2, "hidden_size": 32, "vocab_size": 400}, 90_000)
    check_sizes(folder, {}, 1)


def test_a_tokenizer_of_gigabytes_is_refused(folder):
    with (folder / "tokenizer.json").open("r+b") as file:
        file.truncate(400_000_000)  # a hole: it takes no room
    with pytest.raises(ModelError, match="far too large"):
        check_files(folder)

import json

import pytest

from engine.errors import StorageError
from engine.hub.files import HubFile
from engine.hub.staging import LIST, Source, discard, move_in, read_source, staging_folder, unfinished, write_source
from engine.paths import models_dir

SOURCE = Source("a/b", "c0ffee", (HubFile("config.json", 2, blob="1"), HubFile("model.safetensors", 100, sha256="2")))


def test_a_list_is_read_as_it_was_written():
    folder = staging_folder("a/b")
    write_source(folder, SOURCE)
    (folder / "config.json").write_text("{}")
    assert read_source(folder) == SOURCE
    assert unfinished() == [(SOURCE, 2)]
    discard("a/b")
    assert unfinished() == []


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"repo": "a", "commit": "b", "files": [1]})])
def test_a_damaged_list_counts_as_none(text):
    folder = staging_folder("a/b")
    folder.mkdir(parents=True)
    (folder / LIST).write_text(text)
    assert read_source(folder) is None


def test_a_model_never_takes_the_place_of_another():
    folder = staging_folder("a/b")
    write_source(folder, SOURCE)
    (models_dir() / "b").mkdir(parents=True)
    with pytest.raises(StorageError, match="a model called b already"):
        move_in(folder, "b")
    assert move_in(folder, "c") == models_dir() / "c"

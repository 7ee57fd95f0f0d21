import json
import shutil

import pytest

from engine.catalog import check_files, find_model
from engine.errors import ModelError
from engine.events import Finished, ModelInstalled
from engine.hub.files import HubFile
from engine.hub.importing import import_model
from engine.hub.staging import LIST, Source, read_source, write_source
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import downloads_dir, models_dir
from engine.session import Session
from tests.engine.hub.pieces_files import m2m_folder
from tests.engine.tagged_models import write_weights
from tests.engine.tiny_models import tiny_causal


@pytest.fixture
def folder(tmp_path):
    made = tiny_causal(tmp_path / "copied", "llama")
    (made / "pytorch_model.bin").write_bytes(b"a pickle")
    return made


def test_a_copied_folder_becomes_a_model_of_the_writers(folder):
    assert list(import_model(folder))[-2:] == [ModelInstalled("copied", str(models_dir() / "copied")), Finished()]
    shutil.rmtree(folder)
    check_files(models_dir() / "copied")
    assert find_model("copied", Mode.WRITE).folder == models_dir() / "copied"
    assert not (models_dir() / "copied/pytorch_model.bin").exists()
    assert not downloads_dir().exists()


def test_m2m100_gets_a_tokenizer_made_of_its_pieces(tmp_path):
    scores = {"\u2581the": -1.0, "\u2581sea": -2.0, "\u2581": -9.0, **dict.fromkeys("thesa", -9.0)}
    folder = tmp_path / "old-m2m"
    folder.mkdir()
    size = json.loads((m2m_folder(folder, scores) / "config.json").read_text())["vocab_size"]
    write_weights(folder, "m2m100", size)
    assert list(import_model(folder))[-2] == ModelInstalled("old-m2m", str(models_dir() / "old-m2m"))
    assert not (folder / "tokenizer.json").exists()
    entry = find_model("old-m2m", Mode.TRANSLATE)
    assert (entry.tasks, entry.languages) == (("translate",), ("en", "de", "fr", "es", "zh"))
    request = Request(Mode.TRANSLATE, "the sea", SamplingParams(max_new_tokens=5, seed=1), "old-m2m", 1, "en", "zh")
    assert list(Session("cpu").run(request))[-1] == Finished()


def test_a_list_of_the_hubs_files_comes_along_unless_it_leads_elsewhere(folder):
    source = Source("writers/tiny", "c0ffee", (HubFile("config.json", 2),))
    write_source(folder, source)
    list(import_model(folder))
    assert read_source(models_dir() / "copied") == source
    (folder / LIST).write_text((folder / LIST).read_text().replace("config.json", "../../../novel.txt"))
    list(import_model(folder.rename(folder.with_name("evil"))))
    assert not (models_dir() / "evil" / LIST).exists()


def test_an_import_that_is_left_leaves_nothing(folder):
    importing = import_model(folder)
    next(importing)
    importing.close()
    assert not (models_dir() / "copied").exists()
    assert not downloads_dir().exists()


def test_links_out_of_the_folder_are_not_followed(folder, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    (folder / "vocab.json").symlink_to(secret)
    with pytest.raises(ModelError, match=r"vocab\.json .* is a link that leads elsewhere"):
        list(import_model(folder))
    assert not (models_dir() / "copied").exists()


def test_the_cache_of_another_program_is_read_through_its_links(folder, tmp_path):
    blobs = tmp_path / "models--writers--tiny/blobs"
    snapshot = blobs.parent / "snapshots/c0ffee"
    for place in (blobs, snapshot):
        place.mkdir(parents=True)
    for number, path in enumerate(folder.iterdir()):
        shutil.copy(path, blobs / str(number))
        (snapshot / path.name).symlink_to(f"../../blobs/{number}")
    list(import_model(snapshot))
    assert not any(path.is_symlink() for path in (models_dir() / "c0ffee").iterdir())


def test_what_is_no_model_is_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="is no folder"):
        list(import_model(tmp_path / "none"))
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        list(import_model(tmp_path))


def test_gguf_files_need_no_import(tmp_path):
    (tmp_path / "a.gguf").touch()
    with pytest.raises(ModelError, match="used where they lie and need no import"):
        list(import_model(tmp_path))

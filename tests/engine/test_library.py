import pytest

from engine.catalog import list_models
from engine.errors import ModelError
from engine.events import Notice, Progress
from engine.hub.download import download
from engine.library import Origin, programs_shelf, remove_model, rename_model, shelf, verify_model
from engine.paths import models_dir
from tests.engine.gguf.small_files import WHOLE
from tests.engine.hub.conftest import files, hub, pickled, request_for, server  # noqa: F401 - fixtures
from tests.engine.model_folders import damaged_in_many_ways
from tests.engine.tiny_models import tiny_causal


@pytest.fixture
def own():
    return tiny_causal(models_dir() / "mine", "llama")


def entry(name):
    return next(model for model in list_models() if model.id == name)


def test_own_models_are_renamed_and_removed(own):
    assert rename_model("mine", "My novels") == models_dir() / "My novels"
    remove_model("My novels")
    assert not any(model.folder.parent == models_dir() for model in list_models())


def test_a_link_is_removed_without_what_it_leads_to(tmp_path):
    folder = tiny_causal(tmp_path / "elsewhere", "llama")
    models_dir().mkdir(parents=True)
    (models_dir() / "linked").symlink_to(folder)
    remove_model("linked")
    assert (folder / "config.json").is_file()
    assert not (models_dir() / "linked").is_symlink()


@pytest.mark.parametrize("name", ["", "..", "a/b", " a", ".hidden", "a\\b", "a\n"])
def test_names_that_are_no_folders_are_refused(own, name):
    with pytest.raises(ModelError, match="is no name for a folder"):
        rename_model("mine", name)


def test_embedded_and_unknown_models_stay(own):
    with pytest.raises(ModelError, match="belongs to Penwright"):
        remove_model("story-en")
    with pytest.raises(ModelError, match='no model "none"'):
        remove_model("none")
    with pytest.raises(ModelError, match="a model called story-en already"):
        rename_model("mine", "story-en")


def test_a_fetched_model_is_compared_with_its_origin(hub, request_for):  # noqa: F811
    list(download(hub, request_for(), ()))
    events = list(verify_model(entry("tiny")))
    assert any(isinstance(event, Progress) for event in events)
    assert "is whole" in next(event.message for event in events if isinstance(event, Notice))
    path = models_dir() / "tiny/model.safetensors"
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"damaged \(model\.safetensors\): repair it, or download writers/tiny again"):
        list(verify_model(entry("tiny")))


@pytest.mark.usefixtures("pickled")
def test_weights_that_were_converted_here_are_said_to_be_compared_by_size(hub, request_for):  # noqa: F811
    list(download(hub, request_for(), ()))
    (said,) = [event.message for event in verify_model(entry("tiny")) if isinstance(event, Notice)]
    assert said.startswith("tiny is whole: ")
    assert said.endswith(" Its weights were converted here, and only their size can be compared.")


def test_a_model_of_unknown_origin_is_said_to_be_complete(own):
    said = [event.message for event in verify_model(entry("mine")) if isinstance(event, Notice)]
    assert said == ["mine is complete. Where it came from is not known, so its bytes cannot be compared."]


def test_the_shelf_says_of_each_model_whose_it_is_and_what_is_wrong(own, tmp_path):
    folder = tiny_causal(tmp_path / "elsewhere", "llama")
    (own / "tokenizer.json").write_text("{")
    found = {model.name: model for model in shelf([str(folder), str(tmp_path / "gone"), str(folder)])}
    assert found["story-en"].origin is Origin.EMBEDDED
    assert (found[str(folder)].origin, found[str(folder)].fault) == (Origin.FOLDER, "")
    assert found["mine"].origin is Origin.OWN
    assert "tokenizer.json is cut off or garbled" in found["mine"].fault
    assert len(found) == len(shelf()) + 1


def test_files_of_other_programs_are_offered_and_not_ours_to_change(own_home):
    path = own_home / ".lmstudio/models/a/b/thing.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(WHOLE)
    (found,) = programs_shelf()
    assert found.origin is Origin.PROGRAM
    assert (found.name, found.entry.id) == (str(path), "thing")
    with pytest.raises(ModelError, match='no model "thing" of your own'):
        remove_model("thing")


def test_models_that_are_made_to_fail_are_shown_as_damaged(own_home):
    names = damaged_in_many_ways(models_dir())
    nested = tiny_causal(models_dir() / "source", "llama") / "source.json"
    nested.write_text("[" * 100_000)
    weights = tiny_causal(models_dir() / "weights", "llama") / "model.safetensors"
    weights.write_bytes((200_000).to_bytes(8, "little") + b"[" * 200_000)
    settings = own_home / ".lmstudio/settings.json"
    settings.parent.mkdir()
    settings.write_text("[" * 100_000)
    (settings.parent / "models").mkdir()
    (settings.parent / "models/loop.gguf").symlink_to("loop.gguf")
    assert programs_shelf() == []
    found = {model.entry.id: model for model in shelf()}
    assert not found["story-en"].fault
    assert not found["source"].fault
    assert found["source"].origin is Origin.OWN
    assert "model.safetensors is cut off or garbled" in found["weights"].fault
    assert all(found[name].fault for name in names)

import json
import subprocess
import sys
import time

import pytest

from engine.card import ModelCard, write_card
from engine.catalog import check_files, default_model, find_model, list_models, nearest_model
from engine.errors import ModelError
from engine.modes import Mode
from tests.engine.model_folders import damaged_in_many_ways, make_model


def test_card_gives_title_tasks_and_languages(tmp_path):
    make_model(
        tmp_path, card=ModelCard(title="Tiny", tasks=("translate",), languages=("en-de", "de-en"), licence="CC0")
    )
    (entry,) = list_models(tmp_path)
    assert (entry.id, entry.title, entry.tasks, entry.licence) == ("tiny", "Tiny", ("translate",), "CC0")
    assert entry.size_bytes > 256
    assert entry.serves(Mode.TRANSLATE, "de")
    assert not entry.serves(Mode.TRANSLATE, "fr")
    assert not entry.serves(Mode.WRITE)


def test_an_entry_is_that_of_the_files_as_they_are_now(tmp_path):
    folder = make_model(tmp_path, card=ModelCard(title="Tiny", tasks=("write",), languages=("en",), licence=""))
    assert [entry.title for entry in list_models(tmp_path)] == ["Tiny"]
    write_card(folder, ModelCard(title="Huge", tasks=("write",), languages=("en",), licence=""))  # of the same size
    assert [entry.title for entry in list_models(tmp_path)] == ["Huge"]
    (folder / "config.json").write_text("{")
    assert [entry.tasks for entry in list_models(tmp_path)] == [()]


def test_model_is_found_by_id_by_folder_and_by_default(tmp_path):
    folder = make_model(tmp_path / "models")
    assert find_model("tiny", Mode.WRITE, folder=tmp_path / "models").folder == folder
    assert find_model(str(folder), Mode.WRITE, folder=tmp_path / "none").folder == folder
    assert find_model("", Mode.WRITE, folder=tmp_path / "models").folder == folder


def test_default_follows_the_language(tmp_path):
    make_model(tmp_path, "a-en", card=ModelCard(title="a", tasks=("summarise",), languages=("en",)))
    make_model(tmp_path, "b-de", card=ModelCard(title="b", tasks=("summarise",), languages=("de",)))
    assert default_model(Mode.SUMMARISE, "de", tmp_path).id == "b-de"
    with pytest.raises(ModelError, match="Chinese"):
        default_model(Mode.SUMMARISE, "zh", tmp_path)
    with pytest.raises(ModelError, match="no model that can write"):
        default_model(Mode.WRITE, "", tmp_path)


def test_the_nearest_model_is_one_for_the_language_or_else_any(tmp_path):
    for name, language in (("a", "de"), ("b", "en")):
        make_model(tmp_path, name, card=ModelCard(title=name, tasks=("write",), languages=(language,)))
    assert [nearest_model(Mode.WRITE, code, tmp_path).id for code in ("en", "de", "zh", "")] == ["b", "a", "a", "a"]
    with pytest.raises(ModelError, match="no model that can translate"):
        nearest_model(Mode.TRANSLATE, "de", tmp_path)


def test_unknown_and_unfit_models_have_their_sentences(tmp_path):
    make_model(tmp_path)
    with pytest.raises(ModelError, match=r'no model "nonsense".*tiny'):
        find_model("nonsense", Mode.WRITE, folder=tmp_path)
    with pytest.raises(ModelError, match="cannot translate; it can write"):
        find_model("tiny", Mode.TRANSLATE, folder=tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        find_model(str(tmp_path / "empty"), Mode.WRITE, folder=tmp_path)


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
def test_incomplete_model_names_what_is_missing(tmp_path, name):
    folder = make_model(tmp_path)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        find_model("tiny", Mode.WRITE, folder=tmp_path)


def test_every_shard_has_to_be_there(tmp_path):
    folder = make_model(tmp_path)
    (folder / "model.safetensors").rename(folder / "part-1.safetensors")
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"weight": "part-1.safetensors"}}))
    check_files(folder)
    index.write_text(json.dumps({"weight_map": {"weight": "part-1.safetensors", "other": "part-2.safetensors"}}))
    with pytest.raises(ModelError, match=r"part-2\.safetensors is missing"):
        check_files(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_file_that_is_cut_off_is_noticed(tmp_path, name):
    folder = make_model(tmp_path)
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    with pytest.raises(ModelError, match=f"damaged.*{name}"):
        check_files(folder)


def test_a_model_that_was_whole_when_it_was_found_before_is_looked_at_again_once_it_has_changed(tmp_path):
    weights = make_model(tmp_path) / "model.safetensors"
    assert find_model("tiny", Mode.WRITE, folder=tmp_path).id == "tiny"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelError, match="damaged"):
        find_model("tiny", Mode.WRITE, folder=tmp_path)


def test_one_damaged_model_does_not_hide_the_others(tmp_path):
    make_model(tmp_path, "good")
    (make_model(tmp_path, "bad") / "config.json").write_text("{")
    entries = {entry.id: entry for entry in list_models(tmp_path)}
    assert entries["good"].tasks == ("write",)
    assert entries["bad"].tasks == ()
    assert "damaged" in entries["bad"].strength
    assert default_model(Mode.WRITE, "", tmp_path).id == "good"


def test_nothing_heavy_is_imported():
    code = (
        "import sys, engine.catalog, engine.presets, engine.languages, engine.text.documents\n"
        "print([name for name in ('torch', 'transformers', 'numpy') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_files_that_are_made_to_fail_are_damage_and_nothing_more(tmp_path):
    names = damaged_in_many_ways(tmp_path)
    make_model(tmp_path, "whole")
    started = time.process_time()
    entries = {entry.id: entry for entry in list_models(tmp_path)}
    assert time.process_time() - started < 5
    assert entries.pop("whole").tasks == ("write",)
    assert set(entries) == names
    assert all(entry.strength and not entry.tasks for entry in entries.values())


def test_an_error_that_nobody_thought_of_is_damage_too(tmp_path, monkeypatch):
    def fail(_folder):
        raise RuntimeError("odd")

    make_model(tmp_path)
    monkeypatch.setattr("engine.catalog.read_entry", fail)
    (entry,) = list_models(tmp_path)
    assert entry.tasks == ()
    assert "cannot be read (RuntimeError)" in entry.strength


def test_a_named_folder_is_found_without_a_look_at_the_others(tmp_path, monkeypatch):
    folder = make_model(tmp_path)
    monkeypatch.setattr("engine.catalog.list_models", None)
    assert find_model(str(folder), Mode.WRITE).folder == folder

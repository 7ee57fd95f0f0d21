import json
import os
from dataclasses import replace

import pytest

from engine.errors import ModelError, StorageError
from engine.hub.files import HubFile
from engine.hub.staging import (
    LIST,
    Source,
    Unfinished,
    discard,
    keep_only,
    move_in,
    read_source,
    staged_copy,
    staging_folder,
    unfinished,
    write_source,
)
from engine.paths import downloads_dir, models_dir

SOURCE = Source("a/b", "c0ffee", (HubFile("config.json", 2, blob="1"), HubFile("model.safetensors", 100, sha256="2")))


def test_a_list_is_read_as_it_was_written():
    folder = staging_folder("a/b")
    write_source(folder, SOURCE)
    (folder / "config.json").write_text("{}")
    assert read_source(folder) == SOURCE
    assert unfinished() == [Unfinished("a/b", 2, 102)]
    discard("a/b")
    assert unfinished() == []


@pytest.mark.parametrize("repo", ["..", ".", "", "a/../..", "/", "../x", "a/..", "C:\\x", "a--b", "a/b/c", ".hidden"])
def test_a_name_that_is_no_repositorys_has_no_folder_and_nothing_to_be_discarded(repo):
    write_source(staging_folder("a/b"), SOURCE)
    (models_dir() / "mine").mkdir(parents=True)
    with pytest.raises(ModelError, match="is no model of a hub"):
        discard(repo)
    with pytest.raises(ModelError, match="is no model of a hub"):
        staging_folder(repo)
    assert (models_dir() / "mine").is_dir()
    assert unfinished() == [Unfinished("a/b", 0, 102)]


def a_list(**changed):
    return json.dumps({"repo": "a/b", "commit": "c0ffee", "files": [{"path": "config.json", "size": 2}], **changed})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        a_list(files=[1]),
        a_list(repo=5),
        a_list(repo="../.."),
        a_list(commit=None),
        *(a_list(files=[{"path": path, "size": 2}]) for path in ("/abs/evil", "../../evil", "..", "", "a/b", 5, None)),
        *(a_list(files=[{"path": "config.json", "size": size}]) for size in (-1, 2.0, "2", True, None)),
        a_list(files=[{"path": "config.json", "size": 2, "sha256": 5}]),
        a_list(files=[{"path": "config.json", "size": 2, "odd": ""}]),
    ],
)
def test_a_list_that_is_damaged_or_leads_out_of_its_folder_counts_as_none(text):
    folder = staging_folder("a/b")
    folder.mkdir(parents=True)
    (folder / LIST).write_text(text)
    assert read_source(folder) is None
    (folder / LIST).write_text(a_list())
    assert read_source(folder) == Source("a/b", "c0ffee", (HubFile("config.json", 2),))


def test_a_list_that_never_ends_counts_as_none(tmp_path):
    os.mkfifo(tmp_path / LIST)
    assert read_source(tmp_path) is None
    (tmp_path / LIST).unlink()
    (tmp_path / LIST).write_text(a_list() + " " * 10_000_000)
    assert read_source(tmp_path) is None


def test_a_download_is_known_by_the_name_it_was_begun_by():
    write_source(staging_folder("gpt2"), replace(SOURCE, repo="openai-community/gpt2"))
    assert [begun.repo for begun in unfinished()] == ["gpt2"]
    discard("gpt2")
    assert not downloads_dir().exists()


def test_folders_of_another_kind_are_no_downloads():
    for name in (".copied-b", "-odd", "lone.lock--"):
        write_source(downloads_dir() / name, SOURCE)
    assert unfinished() == []


def test_only_what_belongs_to_a_model_stays_in_its_folder(tmp_path):
    write_source(tmp_path / "folder", SOURCE)
    folder, beside = tmp_path / "folder", tmp_path / "beside"
    beside.mkdir()
    (folder / "odd/deep").mkdir(parents=True)
    (folder / "link").symlink_to(beside)
    (folder / "config.json").write_text("{}")
    keep_only(folder, SOURCE)
    assert {path.name for path in folder.iterdir()} == {LIST, "config.json"}
    assert beside.is_dir()


def test_a_copy_and_a_download_of_its_name_do_not_meet(tmp_path):
    write_source(staging_folder("copied/x"), SOURCE)
    with staged_copy(tmp_path / "x", "copied", 1) as staging:
        (staging / "config.json").write_text("{}")
        again = staged_copy(tmp_path / "x", "copied", 1)
        with pytest.raises(StorageError, match="x is being copied by another window"), again:
            pass
        assert (staging / "config.json").is_file()
    assert [begun.repo for begun in unfinished()] == ["copied/x"]
    assert not staging.exists()


def test_a_model_never_takes_the_place_of_another():
    folder = staging_folder("a/b")
    write_source(folder, SOURCE)
    (models_dir() / "b").mkdir(parents=True)
    with pytest.raises(StorageError, match="a model called b already"):
        move_in(folder, "b")
    assert move_in(folder, "c") == models_dir() / "c"

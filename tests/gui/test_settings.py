import dataclasses
import json
from pathlib import Path

import pytest

from engine.errors import StorageError
from gui.settings import NOTES_LIMIT, ModeSettings, Notes, Settings, load_settings, save_settings


def test_what_is_remembered_of_a_file_follows_it():
    settings = Settings(recent=["/a/b.md", "/ab.md"], leaving=["server\n/a/b.md"], notes={"/a/b.md": {"memory": "x"}})
    settings.follow("/a", "/c")
    assert settings.recent == ["/c/b.md", "/ab.md"]
    assert settings.leaving == ["server\n/c/b.md"]
    assert settings.notes_of(Path("/c/b.md")).memory == "x"


def test_settings_come_back_as_they_were(tmp_path):
    path = tmp_path / "deep" / "settings.json"
    settings = Settings(
        theme="dark",
        points=17,
        splitter=[1, 2, 3],
        first_start=False,
        shortcuts={"save": ["Ctrl+B"]},
        write=ModeSettings(preset="wild", surprise=-20, changed={"stop": ["\n"], "top_k": 3}),
        notes={"/a/story.md": {"memory": "Anna 安娜"}},
    )
    save_settings(path, settings)
    assert load_settings(path) == (settings, "")


def test_no_file_is_a_first_start(tmp_path):
    settings, sentence = load_settings(tmp_path / "none.json")
    assert settings == Settings()
    assert settings.first_start
    assert sentence == ""


@pytest.mark.parametrize("damage", [b"{", b"[]", b"\xff\xfe", b'"x"', b"", b"[" * 100_000])
def test_a_damaged_file_is_kept_aside_and_said(tmp_path, damage):
    path = tmp_path / "settings.json"
    path.write_bytes(damage)
    settings, sentence = load_settings(path)
    assert settings == Settings()
    assert str(tmp_path / "settings.json.damaged") in sentence
    assert (tmp_path / "settings.json.damaged").read_bytes() == damage
    assert not path.exists()


def test_values_of_the_wrong_kind_become_defaults_and_the_others_stay(tmp_path):
    path = tmp_path / "settings.json"
    values = {"style": 3, "points": "x", "recent": [1], "variants": True, "theme": "dark", "write": {"surprise": "no"}}
    path.write_text(json.dumps({**values, "unknown": 1}), encoding="utf-8")
    settings, sentence = load_settings(path)
    assert settings == dataclasses.replace(Settings(), theme="dark")
    assert sentence == ""


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="settings were not kept"):
        save_settings(tmp_path / "file" / "settings.json", Settings())


def test_recent_files_are_few_and_the_latest_comes_first(tmp_path):
    settings = Settings()
    for number in [*range(20), 5]:
        settings.add_recent(tmp_path / str(number))
    assert settings.recent[0] == str(tmp_path / "5")
    assert len(settings.recent) == len(set(settings.recent)) == 12


def test_notes_are_kept_by_document_and_those_left_alone_longest_go(tmp_path):
    settings = Settings()
    for number in [*range(NOTES_LIMIT), 0, NOTES_LIMIT]:
        settings.keep_notes(tmp_path / str(number), Notes(f"memory {number}", lore="Anna: a doctor"))
    assert settings.notes_of(tmp_path / "0") == Notes("memory 0", lore="Anna: a doctor")
    assert settings.notes_of(tmp_path / "1").empty
    assert len(settings.notes) == NOTES_LIMIT
    settings.keep_notes(tmp_path / "0", Notes())
    assert str(tmp_path / "0") not in settings.notes


def test_notes_of_the_wrong_kind_are_none(tmp_path):
    settings = Settings(notes={"/a": 3, "/b": {"memory": 4, "note": "kept"}})
    assert settings.notes_of(tmp_path).empty
    assert [settings.notes_of(type(tmp_path)(name)) for name in ("/a", "/b")] == [Notes(), Notes(note="kept")]

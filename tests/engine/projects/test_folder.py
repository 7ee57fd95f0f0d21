import os
import sys

import pytest

from engine.errors import InputError
from engine.projects import folder as folders
from engine.projects.folder import list_folder


def paths(folder):
    return sorted(entry.path for entry in list_folder(folder).entries)


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")


def test_texts_are_found_at_any_depth_and_nothing_else(tmp_path):
    write(tmp_path, "a.md", "b.TXT", "Part/c.markdown", "Part/Deep/d.text", "picture.png", "Pictures/e.jpg", "noext")
    write(tmp_path, ".hidden.md", ".git/f.md", "penwright-project.json")
    (tmp_path / "New part").mkdir()
    assert paths(tmp_path) == ["New part", "Part", "Part/Deep", "Part/Deep/d.text", "Part/c.markdown", "a.md", "b.TXT"]
    assert {entry.path for entry in list_folder(tmp_path).entries if entry.is_folder} == {
        "New part",
        "Part",
        "Part/Deep",
    }


def test_backups_beside_a_file_are_no_chapters(tmp_path):
    write(tmp_path, "a.md", "a.md.backups/000001 2026-09-21 14.13.25Z a.md", "My.backups/b.md")
    assert paths(tmp_path) == ["My.backups", "My.backups/b.md", "a.md"]


def test_a_part_whose_chapters_are_gone_but_for_their_backups_is_an_empty_one(tmp_path):
    write(tmp_path, "a.md", "Part/b.md.backups/000001 2026-09-21 14.13.25Z b.md")
    write(tmp_path, "Pictures/c.jpg", "Pictures/d.md.backups/000001 2026-09-21 14.13.25Z d.md")
    assert paths(tmp_path) == ["Part", "a.md"]


def test_a_file_that_is_written_again_has_another_stamp(tmp_path):
    write(tmp_path, "a.md")
    (before,) = list_folder(tmp_path).entries
    (tmp_path / "a.md").write_text("longer than before", encoding="utf-8")
    (after,) = list_folder(tmp_path).entries
    assert before.stamp != after.stamp


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_links_lead_in_no_circle(tmp_path):
    write(tmp_path, "Part/a.md")
    (tmp_path / "Part" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "itself.md").symlink_to(tmp_path / "itself.md")
    (tmp_path / "nowhere.md").symlink_to(tmp_path / "gone.md")
    (tmp_path / "linked.md").symlink_to(tmp_path / "Part" / "a.md")
    assert paths(tmp_path) == ["Part", "Part/a.md", "linked.md"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_no_text(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert paths(tmp_path) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may look everywhere")
def test_what_may_not_be_looked_into_is_passed_over(tmp_path):
    write(tmp_path, "a.md", "locked/b.md")
    (tmp_path / "locked").chmod(0)
    try:
        assert paths(tmp_path) == ["a.md"]
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        list_folder(tmp_path / "gone")


def test_a_folder_of_very_many_texts_is_shown_in_part(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "MOST_ENTRIES", 20)
    write(tmp_path, *(f"{number}.md" for number in range(30)))
    listing = list_folder(tmp_path)
    assert len(listing.entries) == 20
    assert "more than 20 texts" in listing.left_out


def test_a_very_deep_folder_ends_somewhere(tmp_path):
    deep = tmp_path.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)
    write(tmp_path, "a.md")
    (deep / "b.md").write_text("b")
    assert paths(tmp_path) == ["a.md"]

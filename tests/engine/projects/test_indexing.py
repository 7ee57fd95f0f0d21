import os

import pytest

from engine.projects.folder import list_folder
from engine.projects.index import Index
from engine.projects.indexing import LARGEST, update, update_notes
from engine.projects.query import Query
from engine.store.journal import Journal
from engine.store.notes import put_notes


@pytest.fixture
def index(tmp_path):
    made = Index(tmp_path / "index.db")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "project"
    made.mkdir()
    return made


def refresh(index, folder, encodings=None):
    """Bring the index up to date; return the paths that were read."""
    read = {}
    for done in update(index, folder, list_folder(folder).entries, encodings or {}):
        read |= done
    return sorted(read)


def found(index, query):
    return [hit.path for hit in index.search(Query(query), sorted(index.documents())).hits]


def test_only_what_changed_is_read(index, folder):
    for number in range(5):
        (folder / f"{number}.md").write_text(f"chapter {number} by the sea")
    assert refresh(index, folder) == [f"{number}.md" for number in range(5)]
    assert refresh(index, folder) == []
    (folder / "3.md").write_text("a tower, much longer than before")
    (folder / "1.md").unlink()
    assert refresh(index, folder) == ["3.md"]
    assert found(index, "sea") == ["0.md", "2.md", "4.md"]
    assert found(index, "tower") == ["3.md"]


def test_a_file_of_the_same_size_written_later_is_read_again(index, folder):
    (folder / "a.md").write_text("sea")
    refresh(index, folder)
    (folder / "a.md").write_text("ice")
    os.utime(folder / "a.md", (1, 1))
    assert refresh(index, folder) == ["a.md"]
    assert found(index, "ice") == ["a.md"]


def test_what_cannot_be_read_is_said_and_does_not_stop_the_others(index, folder):
    (folder / "binary.md").write_bytes(b"\0\1\2")
    (folder / "chinese.txt").write_bytes("灯塔在海边".encode("gb18030"))
    (folder / "good.md").write_text("sea")
    with open(folder / "giant.md", "wb") as file:
        file.truncate(LARGEST + 1)
    refresh(index, folder)
    problems = {path: each.problem for path, each in index.documents().items()}
    assert problems["good.md"] == ""
    assert "not a text file" in problems["binary.md"]
    assert "not in UTF-8" in problems["chinese.txt"]
    assert "split it" in problems["giant.md"]
    assert found(index, "sea") == ["good.md"]


def test_a_file_is_read_in_the_encoding_it_was_saved_in(index, folder):
    (folder / "chinese.txt").write_bytes("灯塔在海边".encode("gb18030"))
    refresh(index, folder, {str(folder / "chinese.txt"): "gb18030"})
    assert found(index, "海边") == ["chinese.txt"]


def test_a_text_taken_from_the_window_stays_until_its_file_changes(index, folder):
    (folder / "a.md").write_text("sea")
    refresh(index, folder)
    with index.writing():
        index.put("a.md", "not saved: tower", index.documents()["a.md"].stamp)
    assert refresh(index, folder) == []
    assert found(index, "tower") == ["a.md"]
    (folder / "a.md").write_text("saved: ice")
    refresh(index, folder)
    assert (found(index, "tower"), found(index, "ice")) == ([], ["a.md"])


def test_reading_can_be_left_between_two_turns(index, folder):
    for number in range(300):
        (folder / f"{number}.md").write_text("sea " * 500)
    reading = update(index, folder, list_folder(folder).entries, {})
    first = next(reading)
    reading.close()
    assert 0 < len(first) < 300
    assert len(refresh(index, folder)) == 300 - len(first)


def noted(path, notes):
    journal = Journal.load(path) if path.exists() else Journal(path, "", {})
    put_notes(journal, notes)
    return journal


def refresh_notes(index, folder, databases):
    """Bring the notes up to date; return the documents of which notes were put in anew."""
    before = index.notes()
    for done in update_notes(index, folder, list_folder(folder).entries, databases):
        assert done == {}
    return sorted(path for path, stamp in index.notes().items() if before.get(path) != stamp)


def test_notes_are_read_from_the_journals_that_changed(index, folder, tmp_path):
    databases = {}
    for number in range(3):
        (folder / f"{number}.md").write_text("text")
        databases[str(folder.resolve() / f"{number}.md")] = tmp_path / f"{number}.db"
    noted(tmp_path / "0.db", "the old king").close()
    noted(tmp_path / "1.db", "the old queen").close()
    refresh(index, folder)
    assert refresh_notes(index, folder, databases)[:2] == ["0.md", "1.md"]
    assert found(index, "old") == ["0.md", "1.md"]
    assert refresh_notes(index, folder, databases) == []
    held = noted(tmp_path / "1.db", "the young queen")  # and a window has it
    noted(tmp_path / "0.db", "the young king").close()
    assert refresh_notes(index, folder, databases) == ["0.md"]
    assert (found(index, "old"), found(index, "young")) == (["1.md"], ["0.md"])
    held.close()
    del databases[str(folder.resolve() / "0.md")]  # which was forgotten
    refresh_notes(index, folder, databases)
    assert (found(index, "old"), found(index, "young")) == ([], ["1.md"])

import os

import pytest

from engine.errors import StorageError
from engine.store.database import JournalLockedError
from engine.store.edits import Change
from engine.store.journal import Journal
from engine.store.library import Card, Library


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "documents")


def add(library, identity, **fields):
    journal = Journal(library.database(identity), "", {})
    journal.append([Change(0, 0, identity)])
    journal.close()
    library.put(Card(identity, **fields))


def test_a_card_is_found_by_its_file(library, tmp_path):
    add(library, "a", path=str(tmp_path / "a.txt"))
    add(library, "b", path=str(tmp_path / "b.txt"), unsaved=True, encoding="big5")
    assert library.find(tmp_path / "b.txt") == Card("b", str(tmp_path / "b.txt"), encoding="big5", unsaved=True)
    assert library.find(tmp_path / "c.txt") is None


def test_of_two_journals_of_a_file_the_one_with_unsaved_text_is_its_own(library, tmp_path):
    name = str(tmp_path / "a.txt")
    add(library, "a", path=name, unsaved=True)
    add(library, "b", path=name, unsaved=True, put_away=True)
    add(library, "c", path=name)
    add(library, "d")
    assert {path: card.identity for path, card in library.by_path().items()} == {name: "a"}
    library.put(Card("a", path=name))
    assert library.by_path()[name].identity == library.find(tmp_path / "a.txt").identity == "c"


def test_a_file_reached_by_a_link_is_the_same_file(library, tmp_path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    add(library, "a", path=str(tmp_path / "a.txt"))
    assert library.find(tmp_path / "link.txt").identity == "a"


@pytest.mark.parametrize("damage", ["", "[]", '{"path": 1, "colour": 2}', None])
def test_a_damaged_card_counts_as_unsaved(library, damage):
    add(library, "a", path="/somewhere")
    card = library.folder / "a.json"
    card.unlink() if damage is None else card.write_text(damage)
    assert library.cards() == [Card("a", unsaved=True)]


def test_a_card_without_a_journal_counts_for_nothing(library):
    library.put(Card("ghost"))
    assert library.cards() == []


def test_forgetting_leaves_no_file(library):
    add(library, "a")
    add(library, "b")
    library.forget("a")
    assert [path.name for path in sorted(library.folder.iterdir())] == ["b.db", "b.json"]


def test_what_a_window_has_is_not_forgotten(library):
    add(library, "a")
    assert library.is_free("a")
    journal = Journal.load(library.database("a"))
    assert not library.is_free("a")
    with pytest.raises(JournalLockedError):
        library.forget("a")
    journal.close()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        Library(tmp_path / "file").put(Card("a"))


def test_of_two_journals_of_one_file_the_one_with_unsaved_text_is_found(library, tmp_path):
    path = tmp_path / "a.txt"
    add(library, "later", path=str(path), unsaved=True)
    add(library, "closed", path=str(path), unsaved=True, put_away=True)
    add(library, "saved", path=str(path))
    for moment, identity in enumerate(("later", "closed", "saved")):
        os.utime(library.database(identity), (moment, moment))
    assert library.find(path).identity == "later"
    library.forget("later")
    assert library.find(path).identity == "saved"

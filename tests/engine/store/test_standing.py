import pytest

from engine.store.edits import Change
from engine.store.journal import Journal
from engine.store.standing import Standing, standing


def same(text):
    return text


@pytest.fixture
def journal(tmp_path):
    """A journal whose text was saved as "one"."""
    made = Journal(tmp_path / "one.db", "one", {})
    made.begin_save("digest of one", {})
    made.end_save()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("typed", "file_text", "digest", "expected"),
    [
        ("", "one", "digest of one", Standing.SAME),
        (" two", "one", "digest of one", Standing.AHEAD),
        ("", "other", "another digest", Standing.BEHIND),
        (" two", "other", "another digest", Standing.APART),
        (" two", "one two", "another digest", Standing.SAME),
        (" two", "", "", Standing.AHEAD),
    ],
)
def test_hashes_and_texts_decide(journal, typed, file_text, digest, expected):
    if typed:
        journal.append([Change(3, 0, typed)])
    assert standing(journal, file_text, digest, same) is expected


@pytest.mark.parametrize(("file_text", "digest"), [("one", "digest of one"), ("one two", "digest of one two")])
def test_a_save_that_was_cut_off_is_our_own_doing(journal, file_text, digest):
    journal.append([Change(3, 0, " two")])
    journal.begin_save("digest of one two", {})
    journal.append([Change(0, 0, "And ")])
    assert standing(journal, file_text, digest, same) is Standing.AHEAD


def test_a_text_without_a_file_is_ahead_of_none(tmp_path):
    journal = Journal(tmp_path / "none.db", "", {})
    assert standing(journal, "", "", same) is Standing.SAME
    journal.append([Change(0, 0, "new")])
    assert standing(journal, "", "", same) is Standing.AHEAD
    journal.close()

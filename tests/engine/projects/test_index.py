import contextlib
import re
import sqlite3
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.projects.index import MOST_HITS, VERSION, Index, IndexDamagedError, index_path
from engine.projects.query import Query
from engine.projects.words import fold, pieces, words
from engine.text.words import count_words

WORDS = st.sampled_from(["sea", "seaside", "light", "tower", "灯塔", "灯", "塔。灯", "Émile", "don't", "3", "海边灯塔"])
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", "\n", "\n\n", ", "])), max_size=25).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)


@pytest.fixture
def index(tmp_path):
    made = Index(tmp_path / "index.db")
    yield made
    made.close()


def put(index, **texts):
    with index.writing():
        for path, text in texts.items():
            index.put(path, text, (len(text), 1))


def hits(index, query, order):
    found = index.search(Query(query), order)
    return [(hit.path, hit.start) for hit in found.hits]


def holds(piece, query):
    """Tell whether a piece holds all words of a query (no quotes), the last perhaps begun, by looking at each."""
    parts = [words(fold(chunk)) for chunk in query.split()]
    tokens = words(fold(piece))

    def at(place, phrase, is_open):
        *whole, last = phrase
        there = tokens[place : place + len(phrase)]
        if len(there) < len(phrase) or there[:-1] != whole:
            return False
        return there[-1].startswith(last) if is_open and not re.match("[\u3040-\u9fff]", last) else there[-1] == last

    return all(
        any(at(place, phrase, number == len(parts) - 1) for place in range(len(tokens)))
        for number, phrase in enumerate(parts)
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(texts=st.dictionaries(st.sampled_from("abc"), TEXTS), more=TEXTS, query=st.lists(WORDS, min_size=1, max_size=2))
def test_what_is_found_is_what_a_reader_of_all_texts_would_find(index, texts, more, query):
    with index.writing():
        for path in index.documents():
            index.remove(path)
    put(index, **dict.fromkeys(texts, more))
    put(index, **texts)  # in place of what they held before
    looked_for = " ".join(query)
    wanted = [
        (path, place)
        for path in sorted(texts)
        for place, (_, piece) in enumerate(pieces(texts[path]))
        if holds(piece, looked_for)
    ]
    found = index.search(Query(looked_for), sorted(texts))
    assert [hit.path for hit in found.hits] == [path for path, _ in wanted]
    assert found.total == len(wanted)
    for hit in found.hits:
        assert Query(looked_for).spans(texts[hit.path][hit.start : hit.end])


@given(TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_words_of_the_pieces_are_the_words_of_the_text(index, text):
    put(index, a=text)
    assert index.documents()["a"].words == count_words(text)


def test_hits_come_in_the_order_of_the_project_and_only_from_it(index):
    put(index, a="the sea", b="a sea, a sea\n\nsea", c="sea")
    assert [path for path, _ in hits(index, "sea", ["b", "a"])] == ["b", "b", "a"]
    found = index.search(Query("sea"), ["b", "a"])
    assert found.by_document == {"b": 2, "a": 1}


def test_words_of_two_characters_are_found_in_chinese(index):
    put(index, a="老国王每天晚上都爬上灯塔点灯。", b="灯。塔在海边")
    assert hits(index, "灯塔", ["a", "b"]) == [("a", 10)]
    assert hits(index, "国王", ["a", "b"]) == [("a", 1)]
    assert hits(index, "塔", ["a", "b"]) == [("a", 11), ("b", 2)]


def test_many_hits_are_counted_and_the_first_of_them_shown(index):
    put(index, a="sea\n\n" * (MOST_HITS + 50))
    found = index.search(Query("sea"), ["a"])
    assert (len(found.hits), found.total) == (MOST_HITS, MOST_HITS + 50)


def test_the_index_is_the_writers_alone_and_outlives_the_program(index, tmp_path):
    put(index, a="sea")
    index.close()
    path = tmp_path / "index.db"
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    again = Index(path)
    assert hits(again, "sea", ["a"]) == [("a", 0)]
    again.close()


def test_a_change_that_fails_is_taken_back_whole(index):
    put(index, a="sea")

    def fail():
        with index.writing():
            index.put("a", "tower", (1, 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert hits(index, "sea", ["a"]) == [("a", 0)]


@pytest.mark.parametrize("damage", [b"no database at all", b"", None])
def test_an_index_that_is_damaged_or_old_is_made_anew(index, tmp_path, damage):
    put(index, a="sea")
    index.close()
    path = tmp_path / "index.db"
    if damage is None:
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        connection.close()
    else:
        path.write_bytes(damage)
    again = Index(path)
    assert again.documents() == {}
    put(again, b="tower")
    assert hits(again, "tower", ["b"]) == [("b", 0)]
    again.close()


def test_damage_that_shows_later_is_told_apart_and_cured(index, tmp_path):
    put(index, a="sea tower light\n\n" * 20_000)
    path = tmp_path / "index.db"
    index.close()
    with contextlib.closing(Index(path)) as damaged:
        with open(path, "r+b") as file:
            file.seek(4_096)
            file.write(b"\xff" * (path.stat().st_size - 4_096))
        with pytest.raises(IndexDamagedError):
            put(damaged, a="ice")
    with contextlib.closing(Index.anew(path)) as again:
        put(again, b="sea")
        assert hits(again, "sea", ["a", "b"]) == [("b", 0)]


def test_two_windows_share_an_index(index, tmp_path):
    other = Index(tmp_path / "index.db")
    put(index, a="sea")
    put(other, b="sea")
    assert [path for path, _ in hits(index, "sea", ["a", "b"])] == ["a", "b"]
    other.close()


def test_half_a_character_does_no_harm(index):
    put(index, a="sea \ud83d tower")
    assert hits(index, "tower", ["a"]) == [("a", 6)]


def test_every_folder_has_an_index_of_its_own(tmp_path):
    paths = {index_path(tmp_path, tmp_path / name) for name in ("a", "b", "灯塔")}
    assert len(paths) == 3
    assert index_path(tmp_path, tmp_path / "a") == index_path(tmp_path, tmp_path / "b" / ".." / "a")


def test_notes_are_found_behind_the_text_of_their_document_and_count_no_words(index):
    with index.writing():
        index.put_notes("a", "who is the king?", (1, 1))
    put(index, a="the king slept. " * 3, b="a king")
    with index.writing():
        index.put_notes("c", "king of nobody", (2, 2))
    found = index.search(Query("king"), ["b", "a", "c"])
    assert [(hit.path, hit.in_notes, hit.start) for hit in found.hits] == [
        ("b", False, 2),
        ("a", False, 4),
        ("a", True, 11),
        ("c", True, 0),
    ]
    assert (found.total, found.by_document) == (4, {"b": 1, "a": 2, "c": 1})
    assert {path: known.words for path, known in index.documents().items()} == {"a": 9, "b": 2}
    assert index.notes() == {"a": (1, 1), "c": (2, 2)}


def test_notes_that_change_or_go_are_not_found_any_more(index):
    put(index, a="the sea", b="the sea")
    with index.writing():
        index.put_notes("a", "old words", (1, 1))
        index.put_notes("b", "old words", (1, 1))
    with index.writing():
        index.put_notes("a", "new words", (1, 2))
        index.remove("b")
    assert hits(index, "old", ["a", "b"]) == []
    assert hits(index, "words", ["a", "b"]) == [("a", 4)]
    assert index.notes() == {"a": (1, 2)}

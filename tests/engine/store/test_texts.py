import random
import sqlite3

import pytest

from engine.store.texts import PIECE, Texts, pieces
from engine.store.upgrades import LATEST, upgrade

LETTERS = "abcdefgh 。王😀\ud83d\u2028"


@pytest.fixture
def connection():
    made = sqlite3.connect(":memory:", isolation_level=None)
    upgrade(made, 0)
    yield made
    made.close()


def story(seed, lines, longest=300):
    draw = random.Random(seed)
    return "".join("".join(draw.choices(LETTERS, k=draw.randint(0, longest))) + "\n" for _ in range(lines))


TEXTS = ["", "one", "\n" * 50_000, "x" * 50_000, "\r\n\r\n", story(1, 500), story(2, 3, 30_000), story(3, 5)[:-1]]


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_make_up_their_text_and_none_is_very_long(text):
    assert "".join(pieces(text)) == text
    assert all(0 < len(piece) <= 5 * PIECE + 300 for piece in pieces(text))


def test_pieces_are_of_the_length_that_is_wanted_whatever_that_of_the_lines():
    for longest in (20, 300, 2000):
        text = story(4, 1_000_000 // longest, longest)
        assert PIECE / 2 < len(text) / len(list(pieces(text))) < 2 * PIECE


def test_an_edit_changes_the_pieces_around_it_only():
    text = story(5, 1000)
    for place in (0, len(text) // 3, len(text) - 1):
        edited = text[:place] + "new\nlines" + text[place + 5 :]
        assert len(set(pieces(edited)) - set(pieces(text))) <= 3


def test_texts_come_back_and_are_kept_once(connection):
    texts = Texts(connection)
    numbers = [texts.put(text) for text in TEXTS]
    assert [Texts(connection).put(text) for text in TEXTS] == numbers
    assert [Texts(connection).get(number) for number in numbers] == TEXTS
    assert connection.execute("SELECT count(*) FROM texts").fetchone() == (len(TEXTS),)


def test_a_text_that_is_not_there_is_an_error(connection):
    with pytest.raises(ValueError, match="missing"):
        Texts(connection).get(7)


def test_the_latest_version_is_that_of_a_new_database(connection):
    assert connection.execute("PRAGMA user_version").fetchone() == (LATEST,)

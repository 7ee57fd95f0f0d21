import json
import os

import pytest

from engine.errors import ModelError
from engine.hub.pieces import lacks_tokenizer, make_tokenizer, merges_of
from engine.hub.tagged_pieces import LIMIT
from engine.json_files import JSON_BYTES
from engine.language_tags import read_tags
from engine.tokenizer import TextTokenizer
from tests.engine.hub.pieces_files import SPECIAL, m2m_folder, pieces_file

SOURCE = {"\u2581": -3.0, "\u2581the": -2.0, "\u2581king": -5.0, "k": -4.0, "i": -4.0, "n": -4.0, "g": -4.0, "s": -4.0}
DEEP = '{"model_type": "m2m_100", "x": ' + "[" * 500 + "]" * 500 + "}"  # which Python itself reads
WORDS = ["</s>", "<unk>", *SOURCE, "\u2581K\u00f6nig", "ings", ">>de<<", "<pad>"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "source.spm").write_bytes(pieces_file(SOURCE))
    (tmp_path / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(WORDS)}))
    return tmp_path


def test_texts_are_cut_into_the_pieces_of_the_highest_score(folder):
    assert lacks_tokenizer(folder)
    make_tokenizer(folder)
    assert not lacks_tokenizer(folder)
    tokenizer = TextTokenizer(folder)
    numbers = {word: number for number, word in enumerate(WORDS)}
    ids = tokenizer.encode_source("  the  kings ")
    # "ings" is a piece of targets alone, which no source is cut into.
    assert ids == [numbers[word] for word in ("\u2581the", "\u2581king", "s", "</s>")]
    assert tokenizer.encode_source("the", ">>de<< ") == [numbers[word] for word in (">>de<<", "\u2581the", "</s>")]
    assert numbers["<unk>"] in tokenizer.encode_source("queen")
    assert tokenizer.decode([numbers["\u2581the"], numbers["\u2581K\u00f6nig"], 0]) == "the K\u00f6nig"
    assert tokenizer.end_id == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("source.spm", b""),
        ("source.spm", pieces_file(SOURCE)[:-3]),
        ("source.spm", b"\xff" * 40),
        ("vocab.json", b"{"),
        ("vocab.json", b'{"</s>": 5}'),
        ("vocab.json", b"[]"),
    ],
)
def test_damage_is_a_sentence(folder, name, data):
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match="vocabulary of the model"):
        make_tokenizer(folder)
    assert not (folder / "tokenizer.json").exists()


def test_pairs_that_make_a_piece_come_in_the_order_of_its_score():
    scores = {"a": -9.0, "b": -9.0, "c": -9.0, "ab": -1.0, "bc": -2.0, "abc": 0.0, "bd": -3.0}
    numbers = {piece: number for number, piece in enumerate(["c", "b", "a", "ab", "bc", "abc"])}
    assert merges_of(scores, numbers) == [("a", "bc"), ("ab", "c"), ("a", "b"), ("b", "c")]


def test_texts_are_cut_by_merging_the_best_pair_and_between_tags(tmp_path):
    scores = {
        "\u2581sea": -2.0,
        "ea": 0.0,
        "s": -9.0,
        "e": -9.0,
        "a": -9.0,
        "\u2581": -9.0,
        "\u2581s": -1.0,
        "sea": -3.0,
    }
    folder = m2m_folder(tmp_path, scores)
    assert lacks_tokenizer(folder)
    make_tokenizer(folder)
    tokenizer, first = TextTokenizer(folder), len(SPECIAL) + len(scores)
    pieces = [*SPECIAL, *scores]
    assert [pieces[number] for number in tokenizer.encode(" sea  seas ")] == ["\u2581sea", "\u2581sea", "s"]
    assert [pieces[number] for number in tokenizer.encode("eaes\U0001f600\U0001f600")] == [
        "\u2581",
        "ea",
        "e",
        "s",
        "<unk>",
    ]
    assert tokenizer.tagged_spans("sea", "__af__")[0] == [first, pieces.index("\u2581sea"), 2]
    assert (tokenizer.token_id("__zu__"), tokenizer.end_id) == (first + 99, 2)
    tags = read_tags(folder, json.loads((folder / "config.json").read_text()))
    assert tags is not None
    assert tags.languages == ("en", "de", "fr", "es", "zh")


@pytest.mark.parametrize(
    "damage", ["[", "[]", "[" * 100_000, DEEP], ids=["cut short", "a list", "a deep list", "a deep object"]
)
def test_a_damaged_configuration_is_a_sentence(damage, tmp_path):
    folder = m2m_folder(tmp_path, {"a": -1.0})
    (folder / "config.json").write_text(damage)
    with pytest.raises(ModelError, match=r"config\.json is damaged"):
        lacks_tokenizer(folder)


def test_a_configuration_of_a_size_that_none_has_is_not_read(tmp_path):
    folder = m2m_folder(tmp_path, {"a": -1.0})
    config = folder / "config.json"
    config.write_text(config.read_text() + " " * JSON_BYTES)
    with pytest.raises(ModelError, match=r"config\.json is damaged"):
        lacks_tokenizer(folder)


def test_a_vocabulary_of_a_size_that_none_has_is_not_read(folder):
    words = folder / "vocab.json"
    os.truncate(words, LIMIT + 1)
    with pytest.raises(ModelError, match="vocabulary of the model"):
        make_tokenizer(folder)

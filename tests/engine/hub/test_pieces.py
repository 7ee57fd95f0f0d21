import json
import struct

import pytest

from engine.errors import ModelError
from engine.hub.pieces import lacks_tokenizer, make_tokenizer, read_pieces
from engine.tokenizer import TextTokenizer

SOURCE = {"\u2581": -3.0, "\u2581the": -2.0, "\u2581king": -5.0, "k": -4.0, "i": -4.0, "n": -4.0, "g": -4.0, "s": -4.0}
WORDS = ["</s>", "<unk>", *SOURCE, "\u2581K\u00f6nig", "ings", ">>de<<", "<pad>"]


def message(*fields):
    """Return a protocol-buffer message of (number, value): bytes, text, a float or an int."""
    parts = []
    for number, value in fields:
        if isinstance(value, float):
            parts.append(bytes([number << 3 | 5]) + struct.pack("<f", value))
        elif isinstance(value, int):
            parts.append(bytes([number << 3, value]))
        else:
            data = value.encode() if isinstance(value, str) else value
            length = bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 127 | 128, len(data) >> 7])
            parts.append(bytes([number << 3 | 2]) + length + data)
    return b"".join(parts)


def pieces_file(kind=1):
    special = [message((1, name), (2, 0.0), (3, 3)) for name in ("<s>", "</s>")]
    normal = [message((1, name), (2, score)) for name, score in SOURCE.items()]
    return message(
        *((1, piece) for piece in [*special, *normal]), (2, message((3, kind))), (3, message((1, "identity")))
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "source.spm").write_bytes(pieces_file())
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
        ("source.spm", pieces_file()[:-3]),
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


def test_pieces_of_another_kind_are_refused():
    with pytest.raises(ModelError, match="unigram"):
        read_pieces(pieces_file(kind=2))

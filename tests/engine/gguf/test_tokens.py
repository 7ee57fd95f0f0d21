import struct

import pytest

from engine.errors import ModelError
from engine.gguf.tokens import check_tokens
from tests.engine.gguf.small_files import tokens


def file_of(path, *words):
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + tokens(*words) + bytes(32))
    return path


def test_two_tokens_that_are_the_same_to_llama_cpp_are_damage(tmp_path):
    check_tokens(file_of(tmp_path / "a.gguf", "a", "b", "", ""))
    for number, words in enumerate([("a", "b", "a"), ("a", "a\0b")]):
        with pytest.raises(ModelError, match="two of its tokens are the same"):
            check_tokens(file_of(tmp_path / f"{number}.gguf", *words))


def test_a_file_without_a_vocabulary_has_none_twice(tmp_path):
    path = tmp_path / "a.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 0) + bytes(32))
    check_tokens(path)

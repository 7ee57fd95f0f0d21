import contextlib
import os
import random
import struct
import tracemalloc

import pytest

from engine.errors import ModelError
from engine.gguf.header import read_header
from tests.engine.gguf.small_files import FACTS, WHOLE, gguf_file, text, tokens


@pytest.fixture
def read(tmp_path):
    def from_bytes(data):
        path = tmp_path / "model.gguf"
        path.write_bytes(data)
        return read_header(path)

    return from_bytes


def test_the_head_says_what_the_model_is(read):
    header = read(WHOLE)
    assert (header.architecture, header.number("block_count"), header.weights) == ("llama", 3, "Q4_K_M")
    assert (header.parameters, header.chats) == (64, False)
    assert read(gguf_file([*FACTS, ("tokenizer.chat_template", "{{ x }}")])).chats


def test_every_truncation_is_noticed(read):
    for size in range(len(WHOLE)):
        with pytest.raises(ModelError, match="damaged or cut short"):
            read(WHOLE[:size])


@pytest.mark.parametrize(
    "data",
    [
        b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**62),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 9, 2),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 8, 2**40),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<I", 77),
        gguf_file(version=99),
        gguf_file([("general.alignment", 0)]),
        gguf_file(tensors=[("a", (2**40, 2**40), 0, 0)]),
        gguf_file(tensors=[("a", (4,), 0, 2**62)]),
        gguf_file(tensors=[("a", (), 0, 0)]),
    ],
)
def test_absurd_lengths_are_refused_at_once(read, data):
    with pytest.raises(ModelError, match="damaged or cut short"):
        read(data)


def test_random_damage_is_a_sentence_or_harmless(read):
    draw = random.Random(7)
    for _ in range(500):
        data = bytearray(WHOLE)
        for _ in range(draw.randrange(1, 6)):
            data[draw.randrange(len(data) - 162)] = draw.randrange(256)
        with contextlib.suppress(ModelError):  # anything else, or a long wait, is a fault
            read(bytes(data))


def test_what_would_end_the_process_in_llama_cpp_is_damage(read):
    for layers in (0, 513):
        with pytest.raises(ModelError, match=f"{layers} layers"):
            read(gguf_file([("general.architecture", "llama"), ("llama.block_count", layers)]))
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1)
    assert read(head + tokens("a", "b") + bytes(32)).arrays == {"tokenizer.ggml.tokens": 2}


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.gguf")
    with pytest.raises(ModelError, match="is no file"):
        read_header(tmp_path / "a.gguf")


def test_long_texts_within_the_file_take_no_memory(tmp_path):
    path = tmp_path / "a.gguf"
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1)
    heads = {
        "token": head + text("tokenizer.ggml.tokens") + struct.pack("<IIQQ", 9, 8, 1, 10**8),
        "tokens": head + text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 10**8),
        "texts": head + text("any") + struct.pack("<IIQ", 9, 8, 10**8),
        "text": head + text("any") + struct.pack("<IQ", 8, 4 * 10**6),
    }
    for name, data in heads.items():
        path.write_bytes(data)
        os.truncate(path, 10**9)  # zeros that take no room
        tracemalloc.start()
        if name == "text":
            assert len(read_header(path).facts["any"]) <= 200
        else:
            with pytest.raises(ModelError, match="lists of more than 64,000,000 bytes of text"):
                read_header(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 10_000_000


@pytest.mark.parametrize("lengths", [[1], [0] * 5, [2**20 - 8, 3], [2**20 - 9, 5], [2**20 - 4, 7, 9], [3 * 2**20, 2]])
def test_lists_are_passed_over_wherever_a_piece_ends(read, lengths):
    words = ["x" * length for length in lengths]
    after = text("general.name") + struct.pack("<I", 8) + text("here")
    header = read(b"GGUF" + struct.pack("<IQQ", 3, 0, 2) + tokens(*words) + after + bytes(32))
    assert header.facts == {"general.name": "here"}
    assert header.vocabulary[1] - header.vocabulary[0] == sum(8 + length for length in lengths)


def test_a_file_is_read_once_and_anew_when_it_has_changed(tmp_path):
    path = tmp_path / "a.gguf"
    path.write_bytes(WHOLE)
    assert read_header(path) is read_header(path)
    path.write_bytes(WHOLE[:-9])
    with pytest.raises(ModelError, match="9 bytes are missing"):
        read_header(path)
    path.unlink()
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        read_header(path)

"""The memory that llama.cpp takes when it loads a model is for as many tokens as the writer wants read."""

from dataclasses import replace

import pytest

pytest.importorskip("llama_cpp", reason="needs the extra gguf")
pytest.importorskip("gguf", reason="needs the extra gguf")

from engine.gguf.decoder import load
from tests.engine.gguf.export import export_gguf
from tests.engine.tiny_loaded import CPU, tiny_folder


def test_a_file_is_loaded_with_room_for_no_more_than_is_read(tmp_path):
    path = export_gguf(tiny_folder("llama"), tmp_path / "tiny.gguf")
    assert load(path, CPU).context_length == 4096
    assert load(path, replace(CPU, context=512)).context_length == 512
    assert load(path, replace(CPU, context=100_000)).context_length == 4096

import os

import pytest

from engine.errors import ModelError
from engine.gguf.files import all_parts, gguf_in, is_gguf, is_later_part
from tests.engine.gguf.small_files import put


def test_files_are_known_by_name_or_beginning(tmp_path):
    assert is_gguf(put(tmp_path / "a.gguf", b""))
    assert is_gguf(put(tmp_path / "blob"))
    assert not is_gguf(put(tmp_path / "text", b"GG"))
    assert not is_gguf(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert not is_gguf(tmp_path / "pipe")
    assert not is_gguf(tmp_path / ("x" * 5000))


def test_the_parts_of_a_model_are_counted_by_its_first(tmp_path):
    names = [f"big-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
    assert [path.name for path in all_parts(tmp_path / names[0])] == names
    assert [is_later_part(name) for name in names] == [False, True, True]
    assert all_parts(tmp_path / "a-part-of-it.gguf") == [tmp_path / "a-part-of-it.gguf"]
    assert not is_later_part("a-part-of-it.gguf")
    assert is_later_part("mmproj-thing.gguf")


def test_a_folder_stands_for_the_only_model_in_it(tmp_path):
    assert gguf_in(tmp_path) is None
    assert gguf_in(tmp_path / "none") is None
    first = put(tmp_path / "big-00001-of-00002.gguf")
    put(tmp_path / "big-00002-of-00002.gguf")
    assert gguf_in(tmp_path) == first
    put(tmp_path / "other.gguf")
    with pytest.raises(ModelError, match=r"holds 2 GGUF files, such as big-00001-of-00002\.gguf: choose one"):
        gguf_in(tmp_path)
    (tmp_path / "config.json").touch()
    assert gguf_in(tmp_path) is None

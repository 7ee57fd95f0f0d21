import os

import pytest

from engine.json_files import parse_json, read_object


@pytest.mark.parametrize("deep", [65, 500, 900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_deeply_is_an_error_of_value(deep, opening, closing):
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(opening * deep + "1" + closing * deep)
    assert parse_json(opening * 60 + "1" + closing * 60)


@pytest.mark.parametrize(
    "data", [b"", b"[1]", b"5", b"{", b'{"a": "\xe9"}', b"\xff\xfe{}", b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_what_is_no_object_is_an_error_of_value(tmp_path, data):
    path = tmp_path / "a.json"
    path.write_bytes(data)
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of its kinds
        read_object(path)


def test_a_file_of_a_size_that_no_such_file_has_is_not_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"a": 1}')
    assert read_object(path) == {"a": 1}
    os.truncate(path, 10**12)  # zeros that take no room
    with pytest.raises(ValueError, match="more than 20,000,000 bytes"):
        read_object(path)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(FileNotFoundError):
        read_object(tmp_path / "a.json")

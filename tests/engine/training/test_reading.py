import codecs
import lzma

import pytest

from engine.errors import InputError
from engine.training.reading import file_kind, list_files, read_bytes, read_text

TEXT = "Über den Wolken – 你好.\nThe end."


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_common_form_of_a_text_is_the_same_text(tmp_path, data, packed):
    path = tmp_path / ("a.txt.xz" if packed else "a.txt")
    path.write_bytes(lzma.compress(data) if packed else data)
    assert read_text(path).text == TEXT


def test_unmarked_utf16_is_recognised_by_its_zeros(tmp_path):
    path = tmp_path / "a.txt"
    for encoding in ("utf-16-le", "utf-16-be"):
        path.write_bytes("It was a dark night.".encode(encoding))
        assert read_text(path).text == "It was a dark night."


def test_a_long_file_is_read_up_to_the_limit_even_in_the_middle_of_a_character(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("é" * 100, encoding="utf-8")
    read = read_text(path, limit=51)
    assert read.text == "é" * 25
    assert "a.txt" in read.left_out
    assert read_text(path, limit=200).left_out == ""


def test_an_archive_that_unpacks_to_a_gigabyte_is_read_up_to_the_limit(tmp_path):
    path = tmp_path / "bomb.txt.xz"
    packer = lzma.LZMACompressor(preset=0)
    with path.open("wb") as file:
        for _ in range(100):
            file.write(packer.compress(b"a" * 1_000_000))
        file.write(packer.flush())
    assert path.stat().st_size < 100_000
    raw = read_bytes(path, limit=1_000_000)
    assert (len(raw.data), raw.cut) == (1_000_000, True)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.txt", "Größe".encode("latin-1"), "not UTF-8"),
        ("a.txt", b"\0\1\2\3\0\0\0\0" * 9, "not a text"),
        ("a.txt.xz", b"no archive at all", "damaged"),
        ("a.txt.xz", lzma.compress(b"a" * 5000)[:-20], "damaged"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_with_its_name(tmp_path, name, data, sentence):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=sentence) as raised:
        read_text(path)
    assert name in str(raised.value)


def test_folders_are_searched_through(tmp_path):
    for name in ("a.txt", "sub/b.MD", "sub/deep/c.tmx.xz", "picture.png", ".hidden.txt", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    files, skipped = list_files((str(tmp_path), str(tmp_path / "a.txt")))
    assert [path.name for path in files] == ["a.txt", "b.MD", "c.tmx.xz"]
    assert skipped == []
    assert [file_kind(path) for path in files] == [".txt", ".md", ".tmx"]


def test_missing_other_and_empty_things_are_named(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.docx").write_text("x")
    names = ("none.txt", "empty", "a.docx", "A long sentence. " * 100, "nul\0.txt")
    files, skipped = list_files(tuple(str(tmp_path / name) for name in names))
    assert files == []
    assert [name in line for name, line in zip(names, skipped, strict=True)] == [True] * 5

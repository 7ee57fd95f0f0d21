import codecs
import lzma
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.training.reading import file_kind, list_files, read_bytes, read_text

TEXT = "Über den Wolken – 你好.\nThe end."
NOBODY = 65534
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX files")


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


@pytest.fixture
def nobodys_folder():
    """A folder of somebody whom permissions hold for: root, whom they do not, becomes nobody meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid():
            yield Path(name)
            return
        os.chown(name, NOBODY, -1)
        os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)


def make_below(folder, names, files):
    """Make empty `files` in folders in each other, step by step, since the whole path may be too long."""
    here = os.open(folder, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=here)
        here, above = os.open(name, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    for name in files:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


@POSIX
def test_a_folder_whose_files_cannot_be_reached_is_one_sentence_and_the_rest_is_read(tmp_path):
    """Names below a path that is too long can be listed but not looked at, whoever one is."""
    (tmp_path / "z.txt").write_text("x")
    room = os.pathconf(tmp_path, "PC_PATH_MAX") - 100 - len(str(tmp_path))
    names = ["d" * 200] * (room // 201) + ["d" * max(1, room % 201 - 1)]
    make_below(tmp_path, names, [letter * 200 + ".txt" for letter in "abc"])
    folder = tmp_path.joinpath(*names)
    files, skipped = list_files((str(tmp_path),))
    assert files == [tmp_path / "z.txt"]
    (sentence,) = skipped
    assert sentence.startswith(f"{folder} cannot be read (File name too long)")


@POSIX
@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_a_folder_that_may_not_be_entered_is_one_sentence(nobodys_folder, mode):
    closed = nobodys_folder / "closed"
    closed.mkdir()
    for name in ("a.txt", "b.txt"):
        (closed / name).write_text("x")
    closed.chmod(mode)
    sentence = f"{closed} cannot be read (Permission denied): change its permissions, or copy its files elsewhere."
    assert list_files((str(nobodys_folder),)) == ([], [sentence])
    assert list_files((str(closed / "a.txt"),))[1][0].startswith(f"{closed / 'a.txt'} may not be read by you")
    closed.chmod(0o700)


@POSIX
def test_folders_in_each_other_are_walked_deeper_than_functions_may_call_each_other(tmp_path):
    make_below(tmp_path, ["d"] * 1500, ["a.txt"])
    try:
        files, skipped = list_files((str(tmp_path),))
    finally:  # Python's own removal of folders goes no deeper than functions do
        subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)
    assert [path.name for path in files] == ["a.txt"]
    assert skipped == []


@POSIX
def test_pipes_and_links_to_nothing_harm_nothing(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle.txt").symlink_to(tmp_path / "circle.txt")
    names = ("", "pipe.txt", "gone.txt", "circle.txt")
    files, skipped = list_files(tuple(str(tmp_path / name) for name in names))
    assert files == []
    assert len(skipped) == 4
    assert "holds no text" in skipped[0]
    assert "pipe.txt was left out" in skipped[1]
    assert all("There is no file" in sentence for sentence in skipped[2:])

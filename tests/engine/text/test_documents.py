from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError, StorageError
from engine.text.documents import SIZE_LIMIT, Document, EncodingError, read_document, write_document


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "é", "中", "😀", "\n", "\r\n", "\r", " ", "\u2028", "\u00a0"])), st.booleans())
def test_reading_and_writing_gives_back_every_byte(tmp_path_factory, pieces, bom):
    path = tmp_path_factory.mktemp("docs") / "text.txt"
    data = (b"\xef\xbb\xbf" if bom else b"") + "".join(pieces).encode()
    path.write_bytes(data)
    write_document(path, read_document(path))
    assert path.read_bytes() == data


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_one_kind_of_line_end_is_kept_aside(tmp_path, newline):
    path = tmp_path / "text.txt"
    path.write_bytes(f"one{newline}two{newline}".encode())
    assert read_document(path) == Document("one\ntwo\n", newline=newline)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_byte_order_mark_decides_the_encoding(tmp_path, encoding):
    path = tmp_path / "text.txt"
    data = "\ufeffGrüße 你好".encode(encoding)
    path.write_bytes(data)
    document = read_document(path)
    assert document.text == "Grüße 你好"
    write_document(path, document)
    assert path.read_bytes() == data


def test_invalid_utf8_offers_encodings_that_can_read_it(tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes("Grüße aus Köln".encode("windows-1252"))
    with pytest.raises(EncodingError, match="not valid utf-8") as caught:
        read_document(path)
    assert "windows-1252" in caught.value.encodings
    assert read_document(path, "windows-1252").text == "Grüße aus Köln"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "老国王一个人住在灯塔里。"),
        ("big5", "老國王一個人住在燈塔裡。"),
        ("shift_jis", "年老いた王は灯台に一人で住んでいた。"),
        ("iso-8859-1", "Le vieux roi était seul."),
        ("windows-1252", "“Der alte König” – müde."),
    ],
)
def test_every_encoding_is_offered_and_kept(tmp_path, encoding, text):
    path = tmp_path / "old.txt"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(EncodingError) as caught:
        read_document(path)
    assert encoding in caught.value.encodings
    document = read_document(path, encoding)
    assert document.text == text
    write_document(path, document)
    assert path.read_bytes() == text.encode(encoding)


def test_unknown_encoding_is_named(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("a")
    with pytest.raises(InputError, match='"utf-99"'):
        read_document(path, "utf-99")


def test_empty_file_is_a_document(tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()
    assert read_document(path).text == ""


def test_missing_file_folder_and_binary_have_their_sentences(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        read_document(tmp_path / "missing.txt")
    file = tmp_path / "file"
    file.write_text("a")
    with pytest.raises(InputError, match="There is no file"):
        read_document(file / "inside.txt")
    with pytest.raises(InputError, match="is a folder"):
        read_document(tmp_path)
    file.write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(InputError, match="not a text file"):
        read_document(file)
    with pytest.raises(InputError, match="not a text file"):
        read_document(file, "latin-1")


def test_file_of_fifty_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(SIZE_LIMIT)
    with pytest.raises(InputError, match="50 MB"):
        read_document(path)


def test_character_that_the_encoding_lacks_leaves_the_file_alone(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("old")
    with pytest.raises(StorageError, match="has no '你'"):
        write_document(path, Document("你", encoding="windows-1252"))
    assert path.read_text() == "old"


def test_unwritable_places_have_their_sentences(tmp_path):
    file = tmp_path / "file"
    file.write_text("a")
    with pytest.raises(StorageError, match="There is no folder"):
        write_document(file / "text.txt", Document("a"))
    with pytest.raises(StorageError, match="There is no folder"):
        write_document(tmp_path / "missing" / "text.txt", Document("a"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError):
        write_document(tmp_path / "folder", Document("a"))


def test_permissions_and_links_survive_and_nothing_is_left_behind(tmp_path):
    target = tmp_path / "target.txt"
    target.write_text("old")
    target.chmod(0o640)
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    write_document(link, Document("new"))
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.txt", "target.txt"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_device_is_said():
    with pytest.raises(StorageError, match="disk is full"):
        write_document(Path("/dev/full"), Document("a" * 100_000))


def test_full_disk_keeps_the_old_text(mount_disk, tmp_path):
    path = mount_disk(tmp_path / "disk", "size=64k") / "text.txt"
    path.write_text("old")
    with pytest.raises(StorageError, match="disk is full"):
        write_document(path, Document("a" * 200_000))
    assert path.read_text() == "old"
    assert [entry.name for entry in path.parent.iterdir()] == ["text.txt"]


def test_read_only_disk_is_said(mount_disk, tmp_path):
    folder = mount_disk(tmp_path / "disk", "size=64k", "ro")
    with pytest.raises(StorageError, match="read-only"):
        write_document(folder / "text.txt", Document("a"))

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.text.documents import EncodingError, read_document, write_document
from engine.text.encodings import ENCODINGS, UNMARKED, ranked, unmarked_utf16

SIMPLIFIED = "老国王一个人住在灯塔里，夜里下着雨。\n“你还没有睡？”她问他。"
TRADITIONAL = "老國王一個人住在燈塔裡，夜裡下著雨。\n「你還沒有睡？」她問他。"
JAPANESE = "年老いた王は灯台に一人で住んでいた。夜、雨が降っていた。\n「まだ眠らないのか」と彼女は聞いた。"
GERMAN = "Der alte König wohnte allein im Turm – müde, grau. »Schläfst du nicht?«, fragte sie.\n"
FRENCH = "L’œuvre du vieux roi était là, au cœur de la forêt ; « Où es-tu ? » dit sa sœur, à 15 € près.\n"
SPANISH = "¿Dónde está el niño? ¡Aquí! Mañana volverá el señor a la habitación nº 5½.\n"
ENGLISH = "“I don’t know,” she said—and it wasn’t so.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
        (JAPANESE, "shift_jis"),
        (GERMAN, "windows-1252"),
        (FRENCH, "windows-1252"),
        (FRENCH.replace("’", "'"), "iso-8859-15"),
        (SPANISH, "iso-8859-1"),
        (ENGLISH, "windows-1252"),
        (SIMPLIFIED.replace("\n", ""), "utf-16-le"),
        (SIMPLIFIED.replace("\n", ""), "utf-16-be"),
    ],
)
def test_the_likeliest_encoding_shows_the_text_as_it_is(text, encoding):
    data = text.encode(encoding)
    assert data.decode(ranked(data)[0]) == text
    assert set(ranked(data)) <= set(ENCODINGS)


@pytest.mark.parametrize("encoding", UNMARKED)
@pytest.mark.parametrize(
    "text",
    [
        SIMPLIFIED,
        TRADITIONAL,
        JAPANESE,
        GERMAN,
        FRENCH,
        "It was a dark night.",
        "一 一 一\n",
        "Старый король жил один в башне.",
        "늙은 왕은 탑에서 혼자 살았다.",
        "המלך הזקן גר לבד במגדל.",
    ],
)
def test_utf16_without_a_mark_is_known_and_kept(tmp_path, text, encoding):
    path = tmp_path / "old.txt"
    path.write_bytes(text.encode(encoding))
    document = read_document(path)
    assert (document.text, document.encoding, document.bom) == (text, encoding, False)
    write_document(path, document)
    assert path.read_bytes() == text.encode(encoding)


@pytest.mark.parametrize("encoding", UNMARKED)
def test_utf16_in_letters_that_are_not_looked_for_is_asked_about(tmp_path, encoding):
    path = tmp_path / "old.txt"
    text = "მოხუცი მეფე მარტო ცხოვრობდა კოშკში.\n"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(EncodingError) as caught:
        read_document(path)
    assert encoding in caught.value.encodings
    assert read_document(path, encoding).text == text


@given(st.binary(max_size=400))
def test_nothing_that_is_no_text_is_taken_for_utf16(data):
    encoding = unmarked_utf16(data)
    if encoding:
        text = data[: len(data) // 2 * 2].decode(encoding, errors="ignore")
        assert 0 in data
        assert sum(each.isprintable() or each in "\n\r\t" for each in text) >= 0.9 * len(text)


def test_binary_files_with_zeros_are_refused(tmp_path):
    draw = random.Random(1)
    path = tmp_path / "thing"
    for content in (
        bytes(100),
        draw.randbytes(5000),
        b"\x7fELF\2\1\1" + bytes(9) + draw.randbytes(300),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match="not a text file"):
            read_document(path)


def test_a_part_of_a_text_will_do():
    assert unmarked_utf16("It was a dark night.".encode("utf-16-le")[:-1]) == "utf-16-le"
    assert unmarked_utf16(bytes([0, 1]) * 50) == ""
    assert unmarked_utf16(b"") == unmarked_utf16(b"no zeros") == ""

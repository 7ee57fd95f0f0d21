import re

import pytest
from hypothesis import given, settings
from PySide6.QtGui import QTextCursor, QTextDocument

from gui.raw_text import BLOCK_LENGTH, PlainText, from_document, to_document
from tests.gui.any_texts import TEXTS


def raw_of(text):
    document = QTextDocument()
    document.setPlainText(to_document(text))
    return document


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back_from_a_document_as_it_went_in(text):
    assert from_document(raw_of(text).toRawText()) == text


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_every_offset_leads_to_its_character(text):
    document = raw_of(text)
    plain = PlainText(document.toRawText())
    assert plain.text == text
    for match in re.finditer("\r\n|.", text, re.DOTALL):  # a CRLF is one break of the document
        cursor = QTextCursor(document)
        cursor.setPosition(plain.position(match.start()))
        cursor.setPosition(plain.position(match.end()), QTextCursor.MoveMode.KeepAnchor)
        assert from_document(cursor.selectedText()) == match[0]


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_every_position_leads_back_to_its_character(text):
    raw = to_document(text)
    plain = PlainText(raw)
    for match in re.finditer("\r\n|.", text, re.DOTALL):
        assert plain.offset(plain.position(match.start())) == match.start()
    positions = range(len(raw.encode("utf-16-le", "surrogatepass")) // 2 + 1)
    offsets = [plain.offset(position) for position in positions]
    assert offsets == sorted(offsets)
    assert (offsets[0], offsets[-1]) == (0, len(text))


@pytest.mark.parametrize("line", ["A sentence of words. " * 12_000, "字" * 100_000, "x\u206e" * 50_000])
def test_long_lines_are_laid_out_in_short_blocks_and_joined_again(line):
    text = f"before\n{line}\nafter"
    document = raw_of(text)
    lengths = []
    block = document.begin()
    while block.isValid():
        lengths.append(block.length())
        block = block.next()
    assert max(lengths) <= 2 * BLOCK_LENGTH + 2
    assert from_document(document.toRawText()) == text


def test_a_break_that_the_writer_removes_leaves_no_trace():
    line = "word " * 10_000
    document = raw_of(line)
    cursor = QTextCursor(document.begin().next())
    cursor.deletePreviousChar()
    assert from_document(document.toRawText()) == line

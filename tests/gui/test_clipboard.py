import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData

from engine.store.runs import Author, Run, joined
from gui.clipboard import AUTHORS, copied, pasted
from gui.raw_text import BLOCK_LENGTH, to_document, units
from tests.gui.any_texts import TEXTS

H, M = Author.HUMAN, Author.MODEL


@given(st.lists(st.tuples(st.sampled_from(Author), TEXTS), max_size=5))
@settings(max_examples=200, deadline=None)
def test_any_text_and_its_authors_come_through(stretches):
    text = "".join(part for _, part in stretches).replace("\r\n", "\n")
    parts = [(author, part.replace("\r\n", "\n")) for author, part in stretches]
    if "".join(part for _, part in parts) != text:
        return  # a line end that two authors share
    raw = to_document(text)
    made = [Run(units(to_document(part)), author) for author, part in parts]
    found = pasted(copied(raw, made))
    assert (found.raw, list(found.runs)) == (raw, joined(made))


def test_lines_that_are_laid_out_in_pieces_and_windows_line_ends():
    long = "A sentence of words. " * 1000
    assert len(long) > 2 * BLOCK_LENGTH
    raw = to_document(long)
    half = units(raw[: raw.index("\n") + 100])
    data = copied(raw, [Run(half, H), Run(units(raw) - half, M)])
    assert data.text() == long
    assert pasted(data).runs == (Run(half, H), Run(units(raw) - half, M))
    lines = to_document("one\r\ntwo\r\n😀")
    data = copied(lines, [Run(5, H), Run(units(lines) - 5, M)])
    assert data.text() == "one\r\ntwo\r\n😀"
    assert (pasted(data).raw, pasted(data).runs) == ("one\ntwo\n😀", (Run(4, H), Run(6, M)))


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"{",
        b"[1]",
        b'[["nobody", 4]]',
        b'[["model", 5]]',
        b'[["model", -4], ["human", 8]]',
        b"\xff",
        b'[["model", Infinity]]',
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_what_does_not_fit_the_text_is_not_believed(written):
    data = QMimeData()
    data.setText("four")
    data.setData(AUTHORS, written)
    assert pasted(data).runs == ()
    data.setData(AUTHORS, json.dumps([["model", 4]]).encode())
    assert pasted(data).runs == (Run(4, M),)


def test_a_line_end_that_two_authors_share_is_one():
    data = QMimeData()
    data.setText("a\r\nb\r\nc")
    data.setData(AUTHORS, json.dumps([["model", 2], ["human", 3], ["model", 2]]).encode())
    assert pasted(data).raw == "a\nb\nc"
    assert pasted(data).runs == (Run(2, M), Run(2, H), Run(1, M))

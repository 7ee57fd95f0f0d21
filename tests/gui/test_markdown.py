import pytest
from PySide6.QtGui import QFont, QTextCharFormat, QTextDocument

from gui.markdown import MarkdownHighlighter
from gui.themes import LIGHT


def formats(qapp, text, line=0):
    document = QTextDocument(text)
    document.setPlainText(text)
    highlighter = MarkdownHighlighter(document, LIGHT)
    highlighter.rehighlight()
    block = document.findBlockByNumber(line)
    raw = block.text().encode("utf-16-le")
    return {
        raw[2 * found.start : 2 * (found.start + found.length)].decode("utf-16-le"): QTextCharFormat(found.format)
        for found in block.layout().formats()
    }


@pytest.mark.parametrize("text", ["a **bold** word", "a __bold__ word"])
def test_strong_words_are_bold(qapp, text):
    (shown,) = formats(qapp, text).items()
    assert shown[0].strip("*_") == "bold"
    assert shown[1].fontWeight() == QFont.Weight.Bold


def test_emphasis_is_in_its_place_behind_wide_characters(qapp):
    found = formats(qapp, "😀😀 then *stress* here")
    assert list(found) == ["*stress*"]
    assert found["*stress*"].fontItalic()


@pytest.mark.parametrize("text", ["2 * 3 * 4", "snake_case_name", "a ** b ** c", "plain words", "5*6*7"])
def test_plain_text_stays_plain(qapp, text):
    assert formats(qapp, text) == {}


def test_code_blocks_are_code_to_their_end(qapp):
    text = "```\n# not a heading **x**\n```\n# heading"
    assert list(formats(qapp, text, line=1)) == ["# not a heading **x**"]
    assert set(formats(qapp, text, line=3)) == {"#", " heading"}


@pytest.mark.parametrize("text", ["- item", "12. item", "> quote", "---"])
def test_marks_of_lists_quotes_and_rules_are_shown(qapp, text):
    assert len(formats(qapp, text)) == 1

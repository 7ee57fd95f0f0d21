"""Sentences of the text in an editor: those selected, or those around the caret. Positions are UTF-16 units."""

from __future__ import annotations

from engine.text.segmentation import split_sentences
from gui.editor import Editor
from gui.edits import span
from gui.fonts import is_chinese
from gui.raw_text import PlainText


def sentences_at(editor: Editor) -> list[tuple[int, int]]:
    """Return the sentences of the selection, or of the paragraph that the caret stands in."""
    cursor = editor.textCursor()
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    if start == end:
        block = cursor.block()
        start, end = block.position(), block.position() + block.length() - 1
    return _sentences(editor, start, end)


def sentence_at(editor: Editor) -> tuple[int, int] | None:
    """Return the selection without the space around it, or the sentence at the caret; None where there is none."""
    found = sentences_at(editor)
    if not found:
        return None
    if editor.textCursor().hasSelection():
        return found[0][0], found[-1][1]
    return found[_place(found, editor.textCursor().position())]


def two_sentences_at(editor: Editor) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return the first and last sentence selected, or the one at the caret and its neighbour; None without two."""
    found = sentences_at(editor)
    if len(found) < 2:
        return None
    if editor.textCursor().hasSelection():
        return found[0], found[-1]
    place = min(_place(found, editor.textCursor().position()), len(found) - 2)
    return found[place], found[place + 1]


def _place(found: list[tuple[int, int]], position: int) -> int:
    """Return the number of the sentence that `position` is in or behind."""
    return max(0, sum(start <= position for start, _ in found) - 1)


def _sentences(editor: Editor, start: int, end: int) -> list[tuple[int, int]]:
    plain = PlainText(span(editor.document(), start, end).selectedText())
    language = "zh" if is_chinese(plain.text) else "en"
    found = split_sentences(plain.text, language)
    return [(start + plain.position(each.start), start + plain.position(each.end)) for each in found]

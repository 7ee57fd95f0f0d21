import pytest
from PySide6.QtCore import Qt

from gui.direction import item_of, runs_leftwards

HEBREW = "\u05d0\u05d1 abc."


@pytest.mark.parametrize(
    ("text", "leftwards"),
    [(HEBREW, True), ("1. \u0627\u0628", True), ("abc \u05d0", False), ("中文", False), ("… 12", False), ("", False)],
)
def test_the_first_letter_decides(text, leftwards):
    assert runs_leftwards(text) is leftwards


def test_an_item_shows_its_text_in_its_direction():
    item = item_of(HEBREW)
    assert HEBREW in item.text()
    assert item.textAlignment() & Qt.AlignmentFlag.AlignRight
    assert item_of("abc").text() == "abc"

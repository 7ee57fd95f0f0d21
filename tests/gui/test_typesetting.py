import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QPlainTextEdit

from gui.fonts import text_font
from gui.typesetting import Typesetting


@pytest.fixture
def page(qtbot):
    made = QPlainTextEdit()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def typesetting(page):
    made = Typesetting(page)
    made.set_points(13.0)
    return made


@pytest.mark.parametrize("width", [640, 1200, 2400])
def test_lines_never_grow_longer_than_the_measure(page, typesetting, width):
    page.resize(width, 400)
    typesetting.fit_margins()
    letters = QFontMetricsF(page.font()).horizontalAdvance("abcdefghijklmnopqrstuvwxyz") / 26
    assert page.viewportMargins().left() >= 14
    assert page.viewport().width() <= max(70 * letters + 14 + 20, width - 14)  # and the scroll bar's place
    if width == 2400:
        assert abs(page.viewport().width() - 70 * letters) < 50


def test_a_larger_size_is_that_of_font_document_and_measure(page, typesetting):
    page.resize(1600, 400)
    typesetting.fit_margins()
    before = page.viewportMargins().left()
    typesetting.set_points(26.0)
    assert page.font().pointSizeF() == page.document().defaultFont().pointSizeF() == 26.0
    assert page.viewportMargins().left() < before


def test_chinese_text_gets_its_font_at_the_size_chosen(page, typesetting):
    typesetting.set_points(18.0)
    typesetting.choose_font("从前有一个国王。")
    assert page.font().families() == text_font(18.0, chinese=True).families()
    assert page.font().pointSizeF() == 18.0
    typesetting.choose_font("Once there was a king.")
    assert page.font().families() == text_font(18.0, chinese=False).families()
    assert QFontInfo(page.font()).pointSizeF() > 0

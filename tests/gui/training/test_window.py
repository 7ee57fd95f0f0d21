"""The Train workspace as a whole: by keys, in small windows, everything named."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QSpinBox

from engine.purposes import Purpose
from tests.gui.training.using_training import report


def test_the_keys_lead_from_the_text_through_the_purposes(workshop):
    cards = workshop.setup.purposes
    assert QApplication.focusWidget() is cards.card(Purpose.CONTINUE)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert cards.purpose is Purpose.TRANSLATE
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert cards.purpose is Purpose.VARY
    QTest.keyClick(cards.card(Purpose.TITLES), Qt.Key.Key_Space)
    assert cards.purpose is Purpose.TITLES
    QTest.keyClick(workshop.view, Qt.Key.Key_Escape)
    assert not workshop.view.isVisible()


@pytest.mark.parametrize("size", [(1280, 820), (800, 600), (480, 400)])
def test_the_workspace_fits_small_windows(running, size):
    running.answer(report(10, validation_loss=3.0, sample="He went."))
    running.view.resize(*size)
    QApplication.processEvents()
    assert (running.view.width(), running.view.height()) == size
    for button in (running.run.pause, running.run.finish):
        assert running.view.rect().contains(button.mapTo(running.view, button.rect().bottomRight()))


def test_everything_is_named_and_reached_by_tab(workshop, novel, qtbot):
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    fields = [
        field
        for kind in (QAbstractButton, QComboBox, QLineEdit, QSpinBox)
        for field in workshop.setup.findChildren(kind)
        if field.isVisible() and field.isEnabled() and field.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    seen, widget = set(), QApplication.focusWidget()
    for _ in range(60):
        seen.add(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
    for field in fields:
        inside = isinstance(field.parent(), (QComboBox, QSpinBox))
        grouped = field in workshop.setup.purposes.findChildren(QAbstractButton)
        assert inside or grouped or field in seen, field
        assert inside or field.accessibleName() or field.text(), field

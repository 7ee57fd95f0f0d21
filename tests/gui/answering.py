"""What tests do in the dialog or the question that opens next."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox


def in_next(kind, act):
    """Do `act` in the dialog of a kind that opens next."""
    QTimer.singleShot(0, lambda: act(_open(kind)))


def in_next_and_close(kind, act):
    """Do `act` in the dialog of a kind that opens next, and close it."""

    def find():
        dialog = _open(kind)
        act(dialog)
        dialog.close()

    QTimer.singleShot(0, find)


def answer(button):
    """Press a standard button of the next question."""
    in_next(QMessageBox, lambda box: box.button(button).click())


def answer_by(text):
    """Press the button of the next question that says `text`."""
    in_next(
        QMessageBox, lambda box: next(each for each in box.buttons() if each.text().replace("&", "") == text).click()
    )


def agree():
    """Press the button of the next question that does what it asks about."""
    role = QMessageBox.ButtonRole.DestructiveRole
    in_next(QMessageBox, lambda box: next(each for each in box.buttons() if box.buttonRole(each) is role).click())


def _open(kind):
    return next(each for each in QApplication.topLevelWidgets() if isinstance(each, kind))

"""Who wrote what of a document, as a short statement that can be handed on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.store.authorship import Author


def statement(title: str, shares: dict[Author, int], since: float) -> str:
    """Return the statement: shares in units, and when the history began (seconds since 1970)."""
    total = max(1, sum(shares.values()))
    kept, edited = (round(100 * shares[author] / total) for author in (Author.MODEL, Author.EDITED))
    begun = QDateTime.fromSecsSinceEpoch(int(since)).date() if since else QDate.currentDate()
    return "\n\n".join(
        (
            _say(
                "{0}: {1} % of the text was written by the writer, {2} % by a language model and kept as it was, "
            ).format(title, 100 - kept - edited, kept)
            + _say("{0} % by a language model and then edited.").format(edited),
            _say("Told from every edit since {0}. Text that was there before counts as the writer's.").format(
                QLocale().toString(begun, QLocale.FormatType.LongFormat)
            ),
        )
    )


def show_statement(parent: QWidget, words: str) -> None:
    """Show the statement, which can be copied."""
    box = QMessageBox(parent)
    box.setWindowTitle(_say("Who wrote what"))
    box.setText(words)
    copy = box.addButton(_say("Copy"), QMessageBox.ButtonRole.ActionRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Close))
    box.exec()
    if box.clickedButton() is copy:
        QGuiApplication.clipboard().setText(words)


def _say(text: str) -> str:
    return QCoreApplication.translate("Authors", text)

"""Who wrote what of a document, as a short statement that can be handed on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.store.runs import Author


def statement(title: str, shares: dict[Author, int], since: float) -> str:
    """Return the statement: shares in units, and when the history began (seconds since 1970)."""
    total = max(1, sum(shares.values()))
    model, accepted, edited = (
        round(100 * shares[author] / total) for author in (Author.MODEL, Author.ACCEPTED, Author.EDITED)
    )
    begun = QDateTime.fromSecsSinceEpoch(int(since)).date() if since else QDate.currentDate()
    return "\n".join(
        (
            _say("Who wrote {0}:").format(title),
            "",
            _say("{0} % the writer").format(100 - model - accepted - edited),
            _say("{0} % a language model, accepted by the writer as it was").format(accepted),
            _say("{0} % a language model, edited by the writer").format(edited),
            _say("{0} % a language model, neither accepted nor edited").format(model),
            "",
            _say("Told from every edit since {0}. Text that was there before counts as the writer's.").format(
                QLocale().toString(begun, QLocale.FormatType.LongFormat)
            ),
        )
    )


def show_statement(parent: QWidget, words: str) -> bool:
    """Show the statement, which can be copied; tell whether the writer wants it as a file."""
    box = QMessageBox(parent)
    box.setWindowTitle(_say("Who wrote what"))
    box.setText(words)
    copy = box.addButton(_say("&Copy"), QMessageBox.ButtonRole.ActionRole)
    save = box.addButton(_say("&Save as…"), QMessageBox.ButtonRole.ActionRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Close))
    box.exec()
    if box.clickedButton() is copy:
        QGuiApplication.clipboard().setText(words)
    return box.clickedButton() is save


def _say(text: str) -> str:
    return QCoreApplication.translate("Authors", text)

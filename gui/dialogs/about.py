"""What Penwright is, under which licence, and where it keeps things."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.paths import data_dir


def about_text(settings: Path) -> str:
    """Return what the window says of itself; `settings` is the file it keeps its settings in."""

    def say(text: str) -> str:
        return QCoreApplication.translate("About", text)

    return "\n\n".join(
        (
            say("Penwright {0} writes, translates and summarises with models on this machine.").format(_version()),
            say("No text leaves it unless you set up a server and agree to it for a document."),
            say("Where your texts are kept is said in the File menu."),
            say("Licence: Apache-2.0. The models have licences of their own, named in the card.md of each."),
            say("Settings and story notes: {0}").format(settings),
            say("Your own models: {0}").format(data_dir() / "models"),
        )
    )


def show_about(parent: QWidget, settings: Path) -> None:
    """Show it until it is closed."""
    box = QMessageBox(parent)
    box.setWindowTitle(QCoreApplication.translate("About", "About Penwright"))
    box.setText(about_text(settings))
    box.exec()


def _version() -> str:
    try:
        return version("penwright")
    except PackageNotFoundError:
        return ""

"""Start Penwright: the window first, then the engine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from engine.paths import assets_dir
from engine.placement import Placement
from gui.clipboard import AUTHORS, CopiedText
from gui.engine_client import EngineClient, running
from gui.fonts import load_own_fonts, window_font
from gui.garbage import GarbageCollector
from gui.main_window import MainWindow
from gui.settings import load_settings, settings_path


def make_application(arguments: list[str]) -> QApplication:
    """Return the application with its name, style, font and icon; it frees what Python has no more use for."""
    application = QApplication(arguments)
    GarbageCollector(application)
    application.setApplicationName("Penwright")
    application.setDesktopFileName("penwright")
    application.setStyle("Fusion")
    load_own_fonts()
    application.setFont(window_font(application.font()))
    application.setWindowIcon(QIcon(str(assets_dir() / "icons" / "penwright.svg")))
    return application


def main() -> None:
    """Open the window on the files named on the command line."""
    parser = argparse.ArgumentParser(prog="penwright", description="Write, translate and summarise on this machine.")
    parser.add_argument("files", nargs="*", type=Path, help="texts to open")
    parser.add_argument("--device", default="", help="where models run: cpu, cuda or mps; chosen if empty")
    options = parser.parse_args()
    application = make_application(sys.argv[:1])
    settings, damage = load_settings(settings_path())
    client = EngineClient()
    client.place(Placement(options.device or settings.device, settings.weights, settings.split, settings.context))
    window = MainWindow(application, settings, settings_path(), client)
    window.show()
    window.keeping.reopen_unsaved()
    window.room.restore()
    window.parts.files.open_all(options.files)
    if damage:
        window.parts.messages.warn(damage)
    window.greet()
    QTimer.singleShot(0, window.start_engine)
    status = application.exec()
    for client in running():
        client.shutdown()
    hand_over_clipboard()
    sys.exit(status)


def hand_over_clipboard() -> None:
    """Leave what was copied here to Qt alone: it outlives Python by a moment, and would call into it at the end."""
    clipboard = QGuiApplication.clipboard()
    copied = clipboard.mimeData()
    if isinstance(copied, CopiedText):
        authors = copied.data(AUTHORS)
        clipboard.setText(copied.text())
        clipboard.mimeData().setData(AUTHORS, authors)  # which Qt made itself


if __name__ == "__main__":
    main()

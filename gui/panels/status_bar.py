"""The line below: words, model, device, speed, how much of its window the model read last, and whether all is saved."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QStatusBar, QWidget

from engine.events import ContextUsed, Event, Speed
from gui.panels.widgets import label, labelled_bar


class StatusBar(QStatusBar):
    """Tell the state of text and engine in a few quiet words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._saved_at = 0.0
        self._narrow = False
        self._labels = {name: label("", "quiet") for name in ("words", "model", "device", "speed", "saved")}
        for name, purpose in (
            ("words", self.tr("Words in the text, or in the selection")),
            ("model", self.tr("The model in use")),
            ("device", self.tr("Where the model runs, and how its weights are held")),
            ("speed", self.tr("Speed of the last generation")),
            ("saved", self.tr("Whether the text is saved")),
        ):
            self._labels[name].setToolTip(purpose)
            self._labels[name].setContentsMargins(0, 0, 14, 0)
        self._gauge = _Gauge()
        for name in ("words", "model", "device", "speed"):
            self.addWidget(self._labels[name])
        self.addPermanentWidget(self._gauge)
        self.addPermanentWidget(self._labels["saved"])
        self.setContentsMargins(10, 0, 10, 0)
        self._clock = QTimer(self)
        self._clock.setInterval(10_000)
        self._clock.timeout.connect(self._show_saved)
        self._clock.start()
        self._modified = self._kept = False
        self._ready = self.tr("engine starting")
        self._label("device", self._ready)

    def text_of(self, name: str) -> str:
        """Return what is said of "words", "model", "device", "speed", "saved" or "context"."""
        return self._gauge.words if name == "context" else self._labels[name].text()

    def show_words(self, count: int, selected: int) -> None:
        """Say how long the text is, and the selection if there is one."""
        words = self.tr("{0} words").format(f"{count:,}") if count != 1 else self.tr("1 word")
        self._label("words", self.tr("{0} of {1}").format(f"{selected:,}", words) if selected else words)

    def show_device(self, device: str) -> None:
        """Say that the engine is ready, on `device` ("cpu", "cuda:1") where the writer chose one."""
        self._ready = device.upper() or self.tr("engine ready")
        self._label("device", self._ready)

    @Slot()
    def show_stopped(self) -> None:
        """Say that there is no engine at the moment."""
        self._ready = self.tr("engine stopped")
        self._label("device", self._ready)

    def show_loading(self, loading: bool) -> None:
        """Say that a job waits for its model, or that none does any more."""
        words = self.tr("loading the model")
        if loading and self._labels["device"].text() in (self._ready, ""):
            self._label("device", words)
        elif not loading and self._labels["device"].text() == words:
            self._label("device", self._ready)

    def show_model(self, model: str, where: str = "") -> None:
        """Name the model in use, "" for none, and where it runs if that is known."""
        if model != self.text_of("model"):  # speed and context were another's
            self._label("speed", "")
            self._gauge.hide()
        self._label("model", model)
        if where:
            self._label("device", where)

    @Slot(object)
    def show_event(self, event: Event) -> None:
        """Take what a job tells of its speed and of what it sees."""
        match event:
            case Speed(_, rate):
                self._label("speed", self.tr("{0} tokens/s").format(f"{rate:,.0f}"))
            case ContextUsed(tokens, limit):
                self._gauge.show_used(tokens, limit)

    def show_saved(self, *, modified: bool, kept: bool, saved_at: float) -> None:
        """Say whether there is something to save, whether it is kept all the same, and since when there is nothing.

        `saved_at` is of `time.monotonic`, 0 for never.
        """
        self._modified = modified
        self._kept = kept
        self._saved_at = saved_at
        self._show_saved()

    def set_narrow(self, narrow: bool) -> None:
        """Leave out what matters least where there is little room."""
        self._narrow = narrow
        self._label("device", self._labels["device"].text())
        self._gauge.set_narrow(narrow)

    def _label(self, name: str, text: str) -> None:
        self._labels[name].setText(text)
        self._labels[name].setVisible(bool(text) and not (self._narrow and name == "device"))

    @Slot()
    def _show_saved(self) -> None:
        if self._modified:
            self._label("saved", self.tr("kept, not saved") if self._kept else self.tr("not saved"))
            return
        seconds = time.monotonic() - self._saved_at
        if not self._saved_at or seconds > 3600:
            self._label("saved", self.tr("saved") if self._saved_at else "")
        elif seconds < 60:
            self._label("saved", self.tr("saved just now"))
        else:
            self._label("saved", self.tr("saved {0} min ago").format(int(seconds // 60)))


class _Gauge(QWidget):
    """How much of the model's window is in use."""

    def __init__(self) -> None:
        super().__init__()
        self._label, self._bar = labelled_bar(self, 70)
        self.words = ""
        self.hide()

    def show_used(self, tokens: int, limit: int) -> None:
        self.words = self.tr("last read {0} / {1}").format(f"{tokens:,}", f"{limit:,}")
        self._label.setText(self.words)
        self._bar.setRange(0, max(1, limit))
        self._bar.setValue(min(tokens, limit))
        self.setToolTip(self.tr("Tokens that the model saw for its last answer, out of those that its window holds"))
        self._bar.setAccessibleName(self.words)
        self.show()

    def set_narrow(self, narrow: bool) -> None:
        self._bar.setVisible(not narrow)

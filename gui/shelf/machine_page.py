"""What models run on: the devices that were found, which is in use and why, what is free, and what is loaded."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QProgressBar, QScrollArea, QWidget

from engine.amounts import size_words
from engine.events import DeviceFound
from gui.panels.widgets import button, choice, column, label, once_at
from gui.settings import Settings
from gui.shelf.care import MachineCare
from gui.shelf.placement_row import PlacementRow

_STEPS = 1000
_BESIDE = 560  # pixels


class MachinePage(QWidget):
    """Show the devices; measure, unload, and choose when that happens by itself."""

    def __init__(self, care: MachineCare, settings: Settings) -> None:
        super().__init__()
        self._care, self._settings = care, settings
        self.state = label(self.tr("Asking the engine…"), "quiet", wraps=True)
        page = QWidget()
        page.setObjectName("page")
        self._cards = column(page, 10)
        self._cards.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        self.measure = button(self.tr("&Measure speed"), self.tr("Takes some seconds; estimates of speed rest on it"))
        self.unload = button(self.tr("&Unload models now"), self.tr("Frees their memory; the next job loads its own"))
        self.idle = choice(self.tr("When models are unloaded by themselves"))
        for words, minutes in (
            (self.tr("Keep models loaded"), "0"),
            (self.tr("Unload after 5 minutes"), "5"),
            (self.tr("Unload after 30 minutes"), "30"),
        ):
            self.idle.addItem(words, minutes)
        once_at(self.idle, str(settings.unload_minutes))
        self.idle.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.placement = PlacementRow()
        acts, rest = QHBoxLayout(), QHBoxLayout()
        for each in (self.measure, self.unload):
            acts.addWidget(each)
        acts.addStretch(1)
        rest.addWidget(self.idle)
        rest.addStretch(1)
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.addLayout(acts, 1)
        self._foot.addLayout(rest)
        layout = column(self, 10)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(self.placement)
        layout.addWidget(self.state)
        layout.addWidget(scroll, 1)
        layout.addLayout(self._foot)
        self.measure.clicked.connect(care.measure)
        self.unload.clicked.connect(care.unload)
        self.placement.chosen.connect(care.place)
        self.idle.activated.connect(self._on_idle)
        care.changed.connect(self.show_devices)
        care.progressed.connect(self._say)
        care.failed.connect(lambda: self._say(""))
        self.show_devices()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the foot into two rows where there is no room for one."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._foot.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    @property
    def words(self) -> str:
        """Return what is said of the devices."""
        return "\n".join(card.words for card in self.findChildren(DeviceCard))

    @Slot()
    def show_devices(self) -> None:
        """Show what the engine found."""
        for card in self.findChildren(DeviceCard):
            self._cards.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        for number, device in enumerate(self._care.devices):
            self._cards.insertWidget(number, DeviceCard(device, split=self._care.placement.split))
        self.placement.show_placement(self._care.placement, self._care.devices)
        self._say("" if self._care.devices else self.tr("Asking the engine…"))
        self.measure.setEnabled(self._care.chosen is not None)
        chosen = self._care.chosen
        self.unload.setEnabled(chosen is not None and bool(chosen.loaded))

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))

    @Slot()
    def _on_idle(self) -> None:
        self._settings.unload_minutes = int(self.idle.currentData())
        self._care.rest()


class DeviceCard(QFrame):
    """One device: what it can do, why it is used or not, its memory, where and how it holds weights, its speed."""

    def __init__(self, device: DeviceFound, *, split: bool) -> None:
        super().__init__()
        self.setObjectName("card")
        used = device.total_bytes - device.free_bytes
        memory = self.tr("{0} of {1} free").format(size_words(device.free_bytes), size_words(device.total_bytes))
        lines = [device.abilities, device.why, memory]
        if device.chosen:
            lines.append(self._held(device, split))
        if device.bandwidth:
            lines.append(self.tr("Reads {0} of weights a second").format(size_words(device.bandwidth)))
        if device.loaded:
            lines.append(self.tr("Loaded: {0}").format(", ".join(device.loaded)))
        title = self.tr("{0} — in use").format(device.description) if device.chosen else device.description
        self.words = "\n".join(line for line in [title, *lines] if line)
        self.setAccessibleName(self.words)
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setRange(0, _STEPS)
        bar.setValue(_STEPS * used // max(1, device.total_bytes))
        layout = column(self, 6)
        layout.setContentsMargins(11, 8, 11, 10)
        layout.addWidget(label(title, "title", wraps=True))
        layout.addWidget(bar)
        layout.addWidget(label("\n".join(line for line in lines if line), "quiet", wraps=True))

    def _held(self, device: DeviceFound, split: bool) -> str:
        """Return where and how weights are held."""
        bits = {"int8": "8", "int4": "4", "float32": "32"}.get(device.weights, "16")
        if device.name == "cpu":
            return self.tr("Weights are held in {0} bits, in main memory").format(bits)
        if split:
            return self.tr("Weights are held on the GPU, and the layers of a model too large for it in main memory")
        return self.tr("Weights are held in {0} bits, on the GPU").format(bits)

"""Where models run, how weights are held, how much is read, as the writer chooses: nothing moves by itself."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from engine.events import DeviceFound
from engine.placement import CONTEXTS, Placement
from gui.panels.widgets import choice, label, once_at

_BESIDE = 720  # pixels
_SPLIT = "split:"


class PlacementRow(QWidget):
    """Three boxes; `chosen` comes when the writer takes something else."""

    chosen = Signal(object)  # Placement

    def __init__(self) -> None:
        super().__init__()
        self.place = choice(self.tr("Where models run"))
        self.weights = choice(self.tr("How their weights are held"))
        for words, name in (
            (self.tr("Automatic"), "auto"),
            (self.tr("32 bits"), "float32"),
            (self.tr("16 bits"), "bfloat16"),
            (self.tr("8 bits"), "int8"),
            (self.tr("4 bits"), "int4"),
        ):
            self.weights.addItem(words, name)
        self.context = choice(self.tr("How much models read at once"))
        self.context.setToolTip(self.tr("Fewer tokens take less memory; what stands further back falls out of view"))
        self.context.addItem(self.tr("Automatic"), "0")
        for tokens in CONTEXTS:
            self.context.addItem(self.tr("{0} tokens").format(f"{tokens:,}"), str(tokens))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        for words, box in (
            (self.tr("&Run models on"), self.place),
            (self.tr("&Weights"), self.weights),
            (self.tr("&Context"), self.context),
        ):
            line = QHBoxLayout()
            line.setSpacing(8)
            name = label(words)
            name.setTextFormat(Qt.TextFormat.AutoText)
            name.setBuddy(box)
            line.addWidget(name)
            line.addWidget(box, 1)
            self._row.addLayout(line, 1)
            box.activated.connect(self._on_chosen)

    def show_placement(self, placement: Placement, devices: Iterable[DeviceFound]) -> None:
        """Show what is chosen, of the devices that were found."""
        self.place.clear()
        self.place.addItem(self.tr("Automatic"), "")
        for device in devices:
            self.place.addItem(device.description, device.name)
            if device.name.startswith("cuda"):
                words = self.tr("{0} and main memory").format(device.description)
                self.place.addItem(words, _SPLIT + device.name)
        once_at(self.place, self._shown(placement))
        once_at(self.weights, placement.weights)
        once_at(self.context, str(placement.context))

    def _shown(self, placement: Placement) -> str:
        """Return the entry that stands for a placement: "cuda" is the first of them, and so is "" where it is split."""
        if placement.split:
            names = (self.place.itemData(number) for number in range(self.place.count()))
            return next((name for name in names if name.startswith(_SPLIT + placement.device)), "")
        return f"{placement.device}:0" if placement.device == "cuda" else placement.device

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the boxes below each other where there is no room beside."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    @Slot()
    def _on_chosen(self) -> None:
        place = str(self.place.currentData())
        device = place.removeprefix(_SPLIT)
        weights, context = str(self.weights.currentData()), int(self.context.currentData())
        self.chosen.emit(Placement(device, weights, split=place.startswith(_SPLIT), context=context))

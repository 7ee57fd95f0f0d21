"""A small report on a text: its scores as bars or numbers, and their course through the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.bars import Bars
from gui.panels.mode_panel import ModePanel
from gui.panels.widgets import button, choice, label
from gui.plots import Curve, Plot

BARS = {"bleu": "BLEU", "chrf": "chrF", "rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L"}


class ScorecardPane(ModePanel):
    """Ask what to score, and show what came of it."""

    reference_asked = Signal()
    model_asked = Signal()

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Scorecard"))
        self._what = choice(self.tr("What to score"))
        self._what.addItem(self.tr("The text, or what is selected"), False)
        self._what.addItem(self.tr("The result beside it"), True)
        against = button(self.tr("Against a reference…"), self.tr("BLEU, chrF and ROUGE against the text of a file"))
        against.clicked.connect(self.reference_asked)
        by_model = button(self.tr("By the model"), self.tr("How well the model of Write mode predicts the text"))
        by_model.clicked.connect(self.model_asked)
        self._title = label("", "section", wraps=True)
        self._bars = Bars()
        self._numbers = _Numbers()
        self._lines = Plot(self.tr("Lines"), self.tr("lines"), begin=1, latest=False)
        self._sentences = Plot(self.tr("Bits per word"), self.tr("sentences"), begin=1, latest=False)
        self._explained = label("", "quiet", wraps=True)
        self._copy = button(self.tr("Copy as text"), self.tr("Copy the report"))
        self._copy.clicked.connect(self._on_copy)
        self._report = ""
        for plot in (self._lines, self._sentences):
            plot.setFixedHeight(200)
        report = (self._title, self._bars, self._numbers, self._explained, self._lines, self._sentences, self._copy)
        self.fill(self._what, _side_by_side(against, by_model), *report)
        self.clear("")

    @property
    def of_result(self) -> bool:
        """Tell whether the result beside the text is to be scored."""
        return bool(self._what.currentData())

    @property
    def report(self) -> str:
        """Return the report as text, "" where there is none."""
        return self._report

    def clear(self, title: str) -> None:
        """Show no scores, under `title`."""
        self._report = ""
        self._title.setText(title)
        for part in (self._bars, self._numbers, self._lines, self._sentences, self._explained, self._copy):
            part.hide()

    def show_scores(self, title: str, values: Mapping[str, Any]) -> None:
        """Show the scores of a Result under `title`."""
        self.clear(title)
        shown = self._show_reference(values) if "bleu" in values else self._show_model(values)
        self._report = "\n".join([title, *(f"{name}\t{score}" for name, score in shown)])
        self._copy.show()

    def _show_reference(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        self._bars.show_scores([(BARS[name], values[name]) for name in BARS])
        self._explain(self.tr("100 is the reference word for word. A good translation by people often gets 30 to 60."))
        series = values["series"]
        if len(series) > 1:
            names = (("chrf", True), ("rougeL", False))
            points = {name: [(line["line"], line[name]) for line in series] for name, _ in names}
            curves = [Curve(BARS[name], points[name], main=main) for name, main in names]
            self._show_plot(self._lines, curves)
        return [(BARS[name], f"{values[name]:.2f}") for name in BARS]

    def _show_model(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        scores = [
            (self.tr("Perplexity"), f"{values['perplexity']:.1f}"),
            (self.tr("Bits per word"), f"{values['bits_per_word']:.2f}"),
            (self.tr("Bits per byte"), f"{values['bits_per_byte']:.3f}"),
        ]
        self._numbers.show_numbers(scores)
        self._explain(self.tr("The lower, the better the model knows this kind of text. Bits per byte compare models."))
        series = values["series"]
        if len(series) > 1:
            points = [(float(place), each["bits_per_word"]) for place, each in enumerate(series, start=1)]
            self._show_plot(self._sentences, [Curve(self.tr("sentence"), points, main=True)])
        return scores

    def _show_plot(self, plot: Plot, curves: list[Curve]) -> None:
        plot.show_curves(curves, curves[0].points[-1][0])
        plot.show()

    def _explain(self, words: str) -> None:
        self._explained.setText(words)
        self._explained.show()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)


class _Numbers(QWidget):
    """Names at the left, numbers at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._rows = [(label(), label("", "title")) for _ in range(3)]
        self._grid.setColumnStretch(0, 1)
        for row, (name, number) in enumerate(self._rows):
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(number, row, 1, Qt.AlignmentFlag.AlignRight)

    def show_numbers(self, scores: list[tuple[str, str]]) -> None:
        for row, score in zip(self._rows, scores, strict=True):
            for widget, words in zip(row, score, strict=True):
                widget.setText(words)
        self.show()


def _side_by_side(*widgets: QWidget) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    for place, widget in enumerate(widgets):
        grid.addWidget(widget, 0, place)
    return made

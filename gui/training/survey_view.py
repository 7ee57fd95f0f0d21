"""What was read of the files: how much, in which languages, what was left out, and what it looks like."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from engine.events import Survey
from engine.purposes import Purpose
from gui.fonts import is_chinese, text_font
from gui.panels.widgets import column, label
from gui.training.warning_frame import WarningFrame
from gui.training.words import count, languages

_EXAMPLES = 4
_SHOWN = 240  # characters of an example
_SKIPPED = 6
_PAIRED = (Purpose.TRANSLATE, Purpose.TITLES)
_ARROW = " → "  # between the texts of a pair


class SurveyView(QWidget):
    """Show a survey, the sentence about why there is none, or what will stand here."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = column(self, 12)
        self._words: list[str] = []
        self.show_hint()

    @property
    def words(self) -> str:
        """Return all that is shown, a line each."""
        return "\n".join(self._words)

    def show_hint(self) -> None:
        """Say what will stand here."""
        self._empty()
        self._add(self.tr("As soon as you add files, you see here what can be learnt from them."), "quiet")
        self._add(self.tr("Nothing leaves this machine."), "quiet")
        self._layout.addStretch(1)

    def show_reading(self, note: str = "") -> None:
        """Say that the files are being read, and how far that is."""
        self._empty()
        self._add(self.tr("Reading…"), "quiet")
        if note:
            self._add(note, "quiet")
        self._layout.addStretch(1)

    def show_problem(self, sentence: str) -> None:
        """Say why these files cannot be learnt from."""
        self._empty()
        self._add_warning(sentence)
        self._layout.addStretch(1)

    def show_survey(self, survey: Survey, purpose: Purpose) -> None:
        """Show what was read."""
        self._empty()
        self._layout.addWidget(self._counts(survey, purpose))
        for sentence in survey.skipped[:_SKIPPED]:
            self._add_warning(sentence)
        more = len(survey.skipped) - _SKIPPED
        if more > 0:  # not all of them are about files left out: some tell that a part was not read
            self._add(count(more, self.tr("And 1 more like these."), self.tr("And {0} more like these.")), "quiet")
        if survey.examples:
            self._add(self.tr("Examples"), "section")
        for example in survey.examples[:_EXAMPLES]:
            self._add_example(example.split(_ARROW, 1) if purpose in _PAIRED else [example])
        self._layout.addStretch(1)

    def _counts(self, survey: Survey, purpose: Purpose) -> QWidget:
        rows = [
            (self.tr("Files"), f"{survey.files:,}"),
            (_texts_title(self, purpose), f"{survey.texts:,}"),
            (self.tr("Words"), f"{survey.words:,}"),
            (self.tr("Language"), languages({survey.pair: 1} if survey.pair else survey.languages)),
        ]
        if survey.duplicates:
            left_out = count(survey.duplicates, self.tr("1 duplicate"), self.tr("{0} duplicates"))
            rows.append((self.tr("Left out"), left_out))
        if survey.masked:
            hidden = count(survey.masked, self.tr("1 name or number"), self.tr("{0} names, addresses and numbers"))
            rows.append((self.tr("Hidden"), hidden))
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, (title, words) in enumerate(row for row in rows if row[1]):
            grid.addWidget(label(title, "quiet"), number, 0)
            grid.addWidget(label(words, wraps=True), number, 1)
            self._words.append(f"{title}: {words}")
        return made

    def _add_example(self, parts: list[str]) -> None:
        card = QFrame()
        card.setObjectName("card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(11, 8, 11, 9)
        layout.setSpacing(3)
        for number, part in enumerate(parts):
            text = _shortened(part)
            shown = label(text, "quiet" if number else "", wraps=True)
            shown.setFont(text_font(self.font().pointSizeF() + 1, chinese=is_chinese(text)))
            layout.addWidget(shown)
            self._words.append(text)
        self._layout.addWidget(card)

    def _add_warning(self, sentence: str) -> None:
        frame = WarningFrame()
        frame.show_sentence(sentence)
        self._words.append(sentence)
        self._layout.addWidget(frame)

    def _add(self, words: str, role: str) -> None:
        self._words.append(words)
        self._layout.addWidget(label(words, role, wraps=True))

    def _empty(self) -> None:
        self._words.clear()
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _texts_title(view: SurveyView, purpose: Purpose) -> str:
    if purpose is Purpose.TRANSLATE:
        return view.tr("Pairs")
    return view.tr("Titled texts") if purpose is Purpose.TITLES else view.tr("Texts")


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + " …"

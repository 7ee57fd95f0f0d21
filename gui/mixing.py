"""Mix variants: one more variant, of sentences that the writer takes from the others."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gui.dialogs.mix import MixDialog
from gui.generations import Generations
from gui.panels.variant_cards import shown_number
from gui.parts import Parts
from gui.variants import VariantSet


class Mixing(QObject):
    """Ask for the sentences and put what they come to in place, as one undo step."""

    def __init__(self, window: QWidget, parts: Parts, generations: Generations) -> None:
        super().__init__(parts.workspace)
        self._window = window
        self._parts = parts
        self._generations = generations
        parts.commands.connect("mix", self.mix)
        generations.mix_asked.connect(self.mix_in_view)

    @Slot()
    def mix(self) -> None:
        """Mix the variants of what the caret is in, or else of the last continuation."""
        self._generations.take_up_here()
        self.mix_in_view()

    @Slot()
    def mix_in_view(self) -> None:
        """Mix the variants in view."""
        opened, messages = self._parts.workspace.current, self._parts.messages
        variants = self._parts.writing.variants
        if opened.read_only:
            messages.warn(self.tr("This text is open in another window and can only be read here."))
        elif variants is None or variants.editor is not opened.editor or len(variants.filled()) < 2:
            messages.note(self.tr("There are no two variants here that could be mixed: ask for another variant first."))
        elif variants.streaming:
            messages.note(self.tr("The variants can be mixed once all of them are written."))
        else:
            self._ask(variants)

    def _ask(self, variants: VariantSet) -> None:
        numbers = variants.filled()
        names = [self._name(variants, number) for number in numbers]
        texts = [variants.variants[number].text for number in numbers]
        begin = numbers.index(variants.current) if variants.current in numbers else 0
        dialog = MixDialog(names, texts, begin, self._parts.looks.theme, self._window)
        dialog.exec()
        if dialog.text:
            editor = variants.editor
            sources = tuple(sorted(numbers[source] for source in dialog.sources))
            variants.add_mixed(dialog.text, sources, editor.textCursor().selectionEnd())
            editor.put_caret(variants.range.end, variants.range.end)
            editor.ensureCursorVisible()

    def _name(self, variants: VariantSet, number: int) -> str:
        variant = variants.variants[number]
        if variant.own:
            return self.tr("Your words")
        name = self.tr("Variant {0}").format(shown_number(variants.variants, number))
        if variant.sources:
            return self.tr("{0}  ·  mixed").format(name)
        return f"{name}  ·  {variant.model}" if variant.model else name

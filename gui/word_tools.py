"""What the commands of the Words menu do, and what its tools tell the rest of the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.parts import Parts


class WordTools(QObject):
    """Connect ghost text and the tools that look at words and sentences."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.workspace)
        self._parts = parts
        self._connect_ghost()
        self._connect_tools()
        parts.background.failed.connect(parts.messages.note)
        parts.assistant.tool_changed.connect(self._on_tool)

    def _connect_ghost(self) -> None:
        parts, completing = self._parts, self._parts.completing
        connect = parts.commands.connect
        for name, on, switch in (
            ("complete", parts.settings.complete, completing.set_on),
            ("learn", parts.settings.learn, completing.set_learning),
        ):
            parts.commands.switch(name, on, switch)
        connect("suggest", completing.ask)
        connect("accept_ghost", completing.accept)
        connect("accept_ghost_word", completing.accept_word)
        connect("next_ghost", lambda: completing.cycle(1))
        connect("previous_ghost", lambda: completing.cycle(-1))
        completing.shown_first.connect(self._on_first_ghost)

    def _connect_tools(self) -> None:
        parts, connect = self._parts, self._parts.commands.connect
        connect("vary", parts.rewording.vary)
        connect("blend", parts.rewording.blend)
        connect("surprise", self._on_surprise)
        connect("scorecard", lambda: parts.assistant.show_tool(parts.tools.scorecard))
        parts.commands["surprise"].setCheckable(True)
        parts.surprise.changed.connect(self._on_map)
        parts.rewording.opened.connect(lambda: parts.assistant.show_tool(parts.tools.wordings))

    @Slot()
    def _on_surprise(self) -> None:
        parts = self._parts
        if parts.surprise.on:
            parts.surprise.stop()
        elif not parts.surprise.start():
            parts.messages.warn(self.tr("There is no text to measure: write or open one first."))
            parts.commands["surprise"].setChecked(False)

    @Slot(bool)
    def _on_map(self, on: bool) -> None:
        parts = self._parts
        parts.commands["surprise"].setChecked(on)
        if on:
            parts.assistant.show_tool(parts.tools.surprise)
        elif parts.assistant.tool is parts.tools.surprise:
            parts.assistant.close_tool()

    @Slot()
    def _on_first_ghost(self) -> None:
        hint = self._parts.commands.hint
        self._parts.messages.note(
            self.tr(
                "The grey text is a suggestion: {0} takes it, {1} a word of it, {2} lets it go, {3} shows another."
            ).format(hint("accept_ghost"), hint("accept_ghost_word"), hint("stop"), hint("next_ghost"))
        )

    @Slot()
    def _on_tool(self) -> None:
        parts = self._parts
        parts.panes.need_assistant(parts.assistant.tool is not None)
        if parts.assistant.tool is not parts.tools.surprise:
            parts.surprise.stop()
        if parts.assistant.tool is not parts.tools.wordings:
            parts.rewording.close()

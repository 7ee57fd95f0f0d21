"""Everything the writer can do by menu or key, each with keys that can be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Mark `text` for the translators' tools and return it as it is; Qt's own has no type."""
    return text


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name in settings, its menu, what the menu says, its keys, and whether a line goes before it."""

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    line: bool = False


MENUS = {
    "file": QT_TRANSLATE_NOOP("Commands", "&File"),
    "edit": QT_TRANSLATE_NOOP("Commands", "&Edit"),
    "project": QT_TRANSLATE_NOOP("Commands", "&Project"),
    "generate": QT_TRANSLATE_NOOP("Commands", "&Generate"),
    "words": QT_TRANSLATE_NOOP("Commands", "&Words"),
    "models": QT_TRANSLATE_NOOP("Commands", "&Models"),
    "train": QT_TRANSLATE_NOOP("Commands", "&Train"),
    "view": QT_TRANSLATE_NOOP("Commands", "&View"),
    "help": QT_TRANSLATE_NOOP("Commands", "&Help"),
}
COMMANDS = (
    Command("new", "file", QT_TRANSLATE_NOOP("Commands", "&New"), ("Ctrl+N",)),
    Command("open", "file", QT_TRANSLATE_NOOP("Commands", "&Open…"), ("Ctrl+O",)),
    Command("open_project", "file", QT_TRANSLATE_NOOP("Commands", "Open pro&ject folder…"), ("Ctrl+Shift+O",)),
    Command("close_project", "file", QT_TRANSLATE_NOOP("Commands", "Close pro&ject")),
    Command("save", "file", QT_TRANSLATE_NOOP("Commands", "&Save"), ("Ctrl+S",), line=True),
    Command("save_as", "file", QT_TRANSLATE_NOOP("Commands", "Save &as…"), ("Ctrl+Shift+S",)),
    Command("compare_file", "file", QT_TRANSLATE_NOOP("Commands", "Compare with the &file…")),
    Command("timeline", "file", QT_TRANSLATE_NOOP("Commands", "&Timeline…"), ("Ctrl+Shift+H",)),
    Command("backups", "file", QT_TRANSLATE_NOOP("Commands", "&Backups…")),
    Command("authors", "file", QT_TRANSLATE_NOOP("Commands", "Who wrote w&hat…")),
    Command("private", "file", QT_TRANSLATE_NOOP("Commands", "&Private document"), line=True),
    Command("forget", "file", QT_TRANSLATE_NOOP("Commands", "Forget this document's &history…")),
    Command("kept_texts", "file", QT_TRANSLATE_NOOP("Commands", "&Where your text is kept…")),
    Command("close", "file", QT_TRANSLATE_NOOP("Commands", "&Close"), ("Ctrl+W",), line=True),
    Command("quit", "file", QT_TRANSLATE_NOOP("Commands", "&Quit"), ("Ctrl+Q",)),
    Command("undo", "edit", QT_TRANSLATE_NOOP("Commands", "&Undo"), ("Ctrl+Z",)),
    Command("redo", "edit", QT_TRANSLATE_NOOP("Commands", "&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("cut", "edit", QT_TRANSLATE_NOOP("Commands", "Cu&t"), ("Ctrl+X",), line=True),
    Command("copy", "edit", QT_TRANSLATE_NOOP("Commands", "&Copy"), ("Ctrl+C",)),
    Command("paste", "edit", QT_TRANSLATE_NOOP("Commands", "&Paste"), ("Ctrl+V",)),
    Command("select_all", "edit", QT_TRANSLATE_NOOP("Commands", "Select &all"), ("Ctrl+A",)),
    Command("find", "edit", QT_TRANSLATE_NOOP("Commands", "&Find…"), ("Ctrl+F",), line=True),
    Command("replace", "edit", QT_TRANSLATE_NOOP("Commands", "R&eplace…"), ("Ctrl+H",)),
    Command("find_next", "edit", QT_TRANSLATE_NOOP("Commands", "Find &next"), ("F3",)),
    Command("find_previous", "edit", QT_TRANSLATE_NOOP("Commands", "Find pre&vious"), ("Shift+F3",)),
    Command("search_project", "edit", QT_TRANSLATE_NOOP("Commands", "&Search the project…"), ("Ctrl+Shift+F",)),
    Command("new_chapter", "project", QT_TRANSLATE_NOOP("Commands", "&New chapter"), ("Ctrl+Shift+N",)),
    Command("new_part", "project", QT_TRANSLATE_NOOP("Commands", "New &part")),
    Command("rename_chapter", "project", QT_TRANSLATE_NOOP("Commands", "&Rename"), ("F2",)),
    Command(
        "previous_chapter", "project", QT_TRANSLATE_NOOP("Commands", "Pre&vious chapter"), ("Ctrl+PgUp",), line=True
    ),
    Command("next_chapter", "project", QT_TRANSLATE_NOOP("Commands", "Ne&xt chapter"), ("Ctrl+PgDown",)),
    Command("chapter_up", "project", QT_TRANSLATE_NOOP("Commands", "Move &up"), ("Alt+Shift+Up",), line=True),
    Command("chapter_down", "project", QT_TRANSLATE_NOOP("Commands", "Move &down"), ("Alt+Shift+Down",)),
    Command(
        "chapter_in", "project", QT_TRANSLATE_NOOP("Commands", "Move &into the part beside it"), ("Alt+Shift+Right",)
    ),
    Command("chapter_out", "project", QT_TRANSLATE_NOOP("Commands", "Move &out of its part"), ("Alt+Shift+Left",)),
    Command("leave_out", "project", QT_TRANSLATE_NOOP("Commands", "&Leave out of the project"), line=True),
    Command("bring_back", "project", QT_TRANSLATE_NOOP("Commands", "&Bring back what was left out")),
    Command("to_bin", "project", QT_TRANSLATE_NOOP("Commands", "Put into the &bin…")),
    Command("goal", "project", QT_TRANSLATE_NOOP("Commands", "Session &goal…"), ("Ctrl+Shift+G",), line=True),
    Command("generate", "generate", QT_TRANSLATE_NOOP("Commands", "&Generate"), ("Ctrl+Enter", "Ctrl+Return")),
    Command(
        "continue",
        "generate",
        QT_TRANSLATE_NOOP("Commands", "&Continue after the last text"),
        ("Alt+Enter", "Alt+Return"),
    ),
    Command("stop", "generate", QT_TRANSLATE_NOOP("Commands", "&Stop"), ("Esc",)),
    Command("another", "generate", QT_TRANSLATE_NOOP("Commands", "Another &variant"), ("Ctrl+R",), line=True),
    Command("regenerate", "generate", QT_TRANSLATE_NOOP("Commands", "&Regenerate exactly")),
    Command(
        "branch",
        "generate",
        QT_TRANSLATE_NOOP("Commands", "Regenerate from &here"),
        ("Alt+Shift+Enter", "Alt+Shift+Return"),
    ),
    Command("previous_variant", "generate", QT_TRANSLATE_NOOP("Commands", "&Previous variant"), ("Alt+Left",)),
    Command("next_variant", "generate", QT_TRANSLATE_NOOP("Commands", "&Next variant"), ("Alt+Right",)),
    Command("all_variants", "generate", QT_TRANSLATE_NOOP("Commands", "&Compare variants…"), ("Ctrl+Shift+V",)),
    Command("mix", "generate", QT_TRANSLATE_NOOP("Commands", "&Mix variants…"), ("Ctrl+Shift+C",)),
    Command(
        "accept",
        "generate",
        QT_TRANSLATE_NOOP("Commands", "&Accept as mine"),
        ("Ctrl+Shift+Enter", "Ctrl+Shift+Return"),
    ),
    Command("next_change", "generate", QT_TRANSLATE_NOOP("Commands", "Ne&xt change of a rewrite"), ("Alt+PgDown",)),
    Command("previous_change", "generate", QT_TRANSLATE_NOOP("Commands", "Previous chan&ge"), ("Alt+PgUp",)),
    Command(
        "leave_change", "generate", QT_TRANSLATE_NOOP("Commands", "Leave the change &out or take it"), ("Ctrl+Shift+X",)
    ),
    Command("write", "generate", QT_TRANSLATE_NOOP("Commands", "&Write"), ("Alt+1",), line=True),
    Command("translate", "generate", QT_TRANSLATE_NOOP("Commands", "&Translate"), ("Alt+2",)),
    Command("summarise", "generate", QT_TRANSLATE_NOOP("Commands", "S&ummarise"), ("Alt+3",)),
    Command("rewrite", "generate", QT_TRANSLATE_NOOP("Commands", "Re&write"), ("Alt+4",)),
    Command("dialogue", "generate", QT_TRANSLATE_NOOP("Commands", "&Dialogue"), ("Alt+5",)),
    Command("settings", "generate", QT_TRANSLATE_NOOP("Commands", "A&ll settings…"), ("Ctrl+,",)),
    Command("complete", "words", QT_TRANSLATE_NOOP("Commands", "&Complete as I type")),
    Command("learn", "words", QT_TRANSLATE_NOOP("Commands", "&Learn while I write")),
    Command("suggest", "words", QT_TRANSLATE_NOOP("Commands", "&Suggest now"), ("Ctrl+.",)),
    Command("accept_ghost", "words", QT_TRANSLATE_NOOP("Commands", "&Take the grey text"), ("Tab",), line=True),
    Command("accept_ghost_word", "words", QT_TRANSLATE_NOOP("Commands", "Take one &word of it"), ("Ctrl+Right",)),
    Command("next_ghost", "words", QT_TRANSLATE_NOOP("Commands", "&Next suggestion"), ("Alt+Down",)),
    Command("previous_ghost", "words", QT_TRANSLATE_NOOP("Commands", "&Previous suggestion"), ("Alt+Up",)),
    Command("vary", "words", QT_TRANSLATE_NOOP("Commands", "&Vary the sentence"), ("Ctrl+Shift+R",), line=True),
    Command("blend", "words", QT_TRANSLATE_NOOP("Commands", "&Blend two sentences"), ("Ctrl+Shift+B",)),
    Command("surprise", "words", QT_TRANSLATE_NOOP("Commands", "Surprise &map"), ("Ctrl+Shift+M",), line=True),
    Command("scorecard", "words", QT_TRANSLATE_NOOP("Commands", "Sc&orecard…")),
    Command(
        "manage_models",
        "models",
        QT_TRANSLATE_NOOP("Commands", "&Manage models…"),
        ("Ctrl+Shift+L",),
        line=True,
    ),
    Command("choose_model", "models", QT_TRANSLATE_NOOP("Commands", "&Choose a folder…")),
    Command("choose_gguf", "models", QT_TRANSLATE_NOOP("Commands", "Choose a &GGUF file…")),
    Command("models_folder", "models", QT_TRANSLATE_NOOP("Commands", "&Open models folder")),
    Command("train", "train", QT_TRANSLATE_NOOP("Commands", "&Train a model…"), ("Ctrl+Shift+T",)),
    Command("focus", "view", QT_TRANSLATE_NOOP("Commands", "&Focus mode"), ("F8",)),
    Command("typewriter", "view", QT_TRANSLATE_NOOP("Commands", "T&ypewriter scrolling"), ("Shift+F8",)),
    Command("show_documents", "view", QT_TRANSLATE_NOOP("Commands", "&Documents and outline"), ("Ctrl+Shift+D",)),
    Command("show_assistant", "view", QT_TRANSLATE_NOOP("Commands", "&Assistant"), ("Ctrl+Shift+A",)),
    Command("go_to_project", "view", QT_TRANSLATE_NOOP("Commands", "&Project tree"), ("Ctrl+Shift+E",)),
    Command("go_to_outline", "view", QT_TRANSLATE_NOOP("Commands", "&Outline"), ("Ctrl+Shift+I",)),
    Command("show_notes", "view", QT_TRANSLATE_NOOP("Commands", "&Notes"), ("Ctrl+Shift+K",)),
    Command("model_tint", "view", QT_TRANSLATE_NOOP("Commands", "&Mark the model's text")),
    Command("next_pane", "view", QT_TRANSLATE_NOOP("Commands", "Next &pane"), ("F6",)),
    Command("zoom_in", "view", QT_TRANSLATE_NOOP("Commands", "Zoom &in"), ("Ctrl++", "Ctrl+="), line=True),
    Command("zoom_out", "view", QT_TRANSLATE_NOOP("Commands", "Zoom &out"), ("Ctrl+-",)),
    Command("zoom_reset", "view", QT_TRANSLATE_NOOP("Commands", "&Usual size"), ("Ctrl+0",)),
    Command("shortcuts", "help", QT_TRANSLATE_NOOP("Commands", "&Keys…"), ("F1",)),
    Command("about", "help", QT_TRANSLATE_NOOP("Commands", "&About Penwright"), ()),
)


class Commands:
    """Make an action of every command, and keep its keys as the writer set them."""

    def __init__(self, window: QWidget, changed_keys: dict[str, list[str]]) -> None:
        """Add the actions to `window`; `changed_keys` maps names to keys that replace the usual ones, and is kept."""
        self._changed = changed_keys
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(_translated(command.text), window)
            action.setObjectName(command.name)
            action.setMenuRole(QAction.MenuRole.NoRole)
            self._actions[command.name] = action
            window.addAction(action)
        self._set_shortcuts()

    def __getitem__(self, name: str) -> QAction:
        """Return the action of a command."""
        return self._actions[name]

    def connect(self, name: str, slot: Callable[[], object]) -> None:
        """Have `slot` called when the command is given."""
        self._actions[name].triggered.connect(lambda _checked=False: slot())

    def switch(self, name: str, on: bool, slot: Callable[[bool], object]) -> None:
        """Make a switch of the command, which is on or off now; `slot` is told whenever it is switched."""
        action = self._actions[name]
        action.setCheckable(True)
        action.setChecked(on)
        action.toggled.connect(slot)

    def keys(self, name: str) -> list[str]:
        """Return the keys of a command, as portable text."""
        usual = next(command.keys for command in COMMANDS if command.name == name)
        return list(self._changed.get(name, usual))

    def set_keys(self, changed: dict[str, list[str]]) -> None:
        """Replace the keys of the commands named; all others get their usual ones."""
        self._changed.clear()
        self._changed.update(changed)
        self._set_shortcuts()

    def is_command(self, sequence: QKeySequence) -> bool:
        """Tell whether a key belongs to a command."""
        return sequence in self._sequences

    def build_menus(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Fill the menu bar and return its menus by name."""
        menus = {name: bar.addMenu(_translated(title)) for name, title in MENUS.items()}
        for command in COMMANDS:
            menu = menus[command.menu]
            if command.line:
                menu.addSeparator()
            menu.addAction(self._actions[command.name])
        return menus

    def hint(self, name: str) -> str:
        """Return the command's first key as the writer knows it, "" without one."""
        keys = self._actions[name].shortcuts()
        return keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""

    def title(self, name: str) -> str:
        """Return what the menu says, without marks."""
        return self._actions[name].text().replace("&", "").rstrip("…")

    def _set_shortcuts(self) -> None:
        for name, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in self.keys(name)])
        self._sequences = {sequence for action in self._actions.values() for sequence in action.shortcuts()}


def _translated(text: str) -> str:
    return QCoreApplication.translate("Commands", text)

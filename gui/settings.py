"""What the window remembers between runs: a dataclass kept as JSON in the writer's configuration directory."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from engine.errors import StorageError
from engine.hub.request import PUBLIC_HUB
from engine.json_files import parse_json
from engine.modes import Mode
from engine.paths import config_dir

RECENT_LIMIT = 12
NOTES_LIMIT = 200  # documents
FOLDERS_LIMIT = 6


@dataclass(frozen=True)
class Notes:
    """What the model should know of one story; `lore` as the writer typed it."""

    memory: str = ""
    note: str = ""
    lore: str = ""

    @property
    def empty(self) -> bool:
        """Tell whether there are none."""
        return not (self.memory or self.note or self.lore)


@dataclass
class ModeSettings:
    """What one mode's panel holds. `changed` are sampling settings set by hand, by name."""

    model: str = ""
    folders: list[str] = field(default_factory=list)  # models that the writer chose by their folder
    preset: str = ""
    surprise: int = 0  # sliders count from -100 to 100
    repetition: int = 0
    length: int = 0
    changed: dict[str, Any] = field(default_factory=dict)

    def add_folder(self, name: str) -> None:
        """Put a model's folder in front of those chosen before."""
        self.folders = [name, *(other for other in self.folders if other != name)][:FOLDERS_LIMIT]


@dataclass
class Settings:
    """Everything the window remembers; passed to whoever needs it."""

    theme: str = "system"
    points: float = 14.0
    geometry: str = ""  # QWidget.saveGeometry, in base 64
    show_documents: bool = True
    show_assistant: bool = True
    splitter: list[int] = field(default_factory=list)
    project: str = ""  # the folder of the project that is open
    project_document: str = ""  # the one of its documents that was in view
    projects: list[str] = field(default_factory=list)  # folders, the latest first
    goal: int = 0  # words in a session; 0 is none
    model_tint: bool = True  # tint text by the model until it is accepted or edited
    typewriter: bool = False  # keep the caret's line at the middle of the view
    backups_beside: bool = False  # keep backups in a folder beside each file
    first_start: bool = True
    recent: list[str] = field(default_factory=list)
    shortcuts: dict[str, list[str]] = field(default_factory=dict)
    mode: str = Mode.WRITE.value
    write: ModeSettings = field(default_factory=ModeSettings)
    translate: ModeSettings = field(default_factory=ModeSettings)
    summarise: ModeSettings = field(default_factory=ModeSettings)
    rewrite: ModeSettings = field(default_factory=ModeSettings)
    dialogue: ModeSettings = field(default_factory=ModeSettings)
    notes: dict[str, Any] = field(default_factory=dict)  # by document path, the latest last
    variants: int = 1
    reword_model: str = ""  # varies and blends sentences
    complete: bool = True  # show ghost text after a pause
    complete_pause: int = 75  # milliseconds; with the model's answer 150 are not to pass
    learn: bool = True  # let ghost text follow the words of the text before it
    ghost_met: bool = False  # whether the writer was told the keys of ghost text
    source_language: str = ""
    target_language: str = "de"
    style: str = "key-sentences"
    sentences: int = 5
    rewrite_way: str = "shorter"  # "" is in the words that follow
    rewrite_words: str = ""
    proposals: int = 2
    voice: str = ""  # the character who answers
    hub_endpoint: str = PUBLIC_HUB
    hub_proxy: str = ""  # as the system says
    servers: dict[str, Any] = field(default_factory=dict)  # by name: address, model, chat
    leaving: list[str] = field(default_factory=list)  # "server\ndocument" pairs that the writer agreed to
    drafts: dict[str, Any] = field(default_factory=dict)  # the draft model of a model, by names
    speeds: dict[str, Any] = field(default_factory=dict)  # tokens a second by a model's id, as last measured
    device: str = ""  # where models run; "" chooses
    weights: str = "auto"  # how they are held
    split: bool = False  # whether models too large for a GPU may be split
    context: int = 0  # tokens that models read at most; 0 is no limit
    unload_minutes: int = 0  # of rest, after which models are unloaded; 0 is never

    def rename_model(self, old: str, new: str) -> None:
        """Follow a model that got another id."""
        for mode in (self.write, self.translate, self.summarise, self.rewrite, self.dialogue):
            mode.model = new if mode.model == old else mode.model
        self.reword_model = new if self.reword_model == old else self.reword_model
        self.drafts = {
            new if model == old else model: new if draft == old else draft for model, draft in self.drafts.items()
        }
        if old in self.speeds:
            self.speeds[new] = self.speeds.pop(old)

    def of(self, mode: Mode) -> ModeSettings:
        """Return what is remembered of `mode`."""
        return {
            Mode.WRITE: self.write,
            Mode.TRANSLATE: self.translate,
            Mode.SUMMARISE: self.summarise,
            Mode.REWRITE: self.rewrite,
            Mode.DIALOGUE: self.dialogue,
        }[mode]

    def add_recent(self, path: Path) -> None:
        """Put `path` in front of the recent files."""
        name = str(path)
        self.recent = [name, *(other for other in self.recent if other != name)][:RECENT_LIMIT]

    def add_project(self, folder: str) -> None:
        """Put `folder` in front of the recent projects."""
        self.projects = [folder, *(other for other in self.projects if other != folder)][:RECENT_LIMIT]

    def follow(self, old: str, new: str) -> None:
        """Follow a file or folder that was moved, with everything that is remembered under its path."""

        def moved(path: str) -> str:
            return new + path[len(old) :] if path == old or path.startswith((old + "/", old + "\\")) else path

        self.recent = [moved(path) for path in self.recent]
        self.notes = {moved(path): notes for path, notes in self.notes.items()}
        pairs = (pair.partition("\n") for pair in self.leaving)
        self.leaving = [f"{server}\n{moved(document)}" for server, _, document in pairs]

    def notes_of(self, path: Path) -> Notes:
        """Return the notes of the document at `path`."""
        value = self.notes.get(str(path))
        return _build(Notes, value) if isinstance(value, dict) else Notes()

    def keep_notes(self, path: Path, notes: Notes) -> None:
        """Keep the notes of the document at `path`; those of the documents left alone longest go."""
        self.notes.pop(str(path), None)
        if not notes.empty:
            self.notes[str(path)] = dataclasses.asdict(notes)
        for name in list(self.notes)[:-NOTES_LIMIT]:
            del self.notes[name]


def settings_path() -> Path:
    """Return where the writer's settings lie."""
    return config_dir() / "settings.json"


def load_settings(path: Path) -> tuple[Settings, str]:
    """Return the settings in `path`, and a sentence for the writer if the file was damaged ("" if not).

    A damaged file is kept beside under another name; a value of the wrong kind becomes its default.
    """
    try:
        values = parse_json(path.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError("no object")
        return _build(Settings, values), ""
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        return Settings(), f"Your settings could not be read ({error.strerror}): the window starts with its defaults."
    except ValueError:
        return Settings(), _put_aside(path)


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings to `path`, all or nothing. Raises StorageError where that is impossible."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(dataclasses.asdict(settings), indent=1, ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(f"Your settings were not kept, {path} cannot be written: {error.strerror}.") from error


def _put_aside(path: Path) -> str:
    aside = path.with_name(path.name + ".damaged")
    try:
        path.replace(aside)
    except OSError:
        return f"Your settings in {path} are damaged: the window starts with its defaults."
    return f"Your settings were damaged: the window starts with its defaults, and the old file is kept as {aside}."


def _build(kind: type, values: dict[str, Any]) -> Any:
    hints = get_type_hints(kind)
    fields = {name: _value(hints[name], value) for name, value in values.items() if name in hints}
    return kind(**{name: value for name, value in fields.items() if value is not None})


def _value(hint: Any, value: Any) -> Any:
    """Return `value` if it is of the kind `hint`, otherwise None."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value) if isinstance(value, dict) else None
    kind = get_origin(hint) or hint
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        return None
    if kind is list:
        return value if all(type(item) is get_args(hint)[0] for item in value) else None
    return value

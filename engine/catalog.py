"""Which models there are, what each can do, and whether its files are whole. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.card import read_card
from engine.errors import ModelError
from engine.gguf.entry import check_gguf, gguf_entry
from engine.gguf.files import gguf_in, is_gguf, is_later_part
from engine.guessed_card import guess_card
from engine.languages import language_name
from engine.model_checks import check_sizes, check_tokenizer_size, inside
from engine.model_files import check_braces, check_safetensors, read_json, stamp, weight_files
from engine.modes import INSTRUCTED, Mode
from engine.paths import assets_dir, data_dir

# What a language model can do that continues texts.
_TASKS = dict.fromkeys((Mode.COMPLETE, Mode.RANK, Mode.SURPRISE, Mode.SCORE), Mode.WRITE.value) | {
    Mode.BLEND: Mode.VARY.value,
    Mode.ALIGN: Mode.TRANSLATE.value,
}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model directory. `tasks` are mode names; `languages` are codes, or pairs such as "en-de"; empty is any.

    `score` says in a few words how well it did, "" where nobody knows.
    """

    id: str
    folder: Path
    title: str
    tasks: tuple[str, ...]
    languages: tuple[str, ...] = ()
    licence: str = ""
    strength: str = ""
    size_bytes: int = 0
    score: str = ""

    def serves(self, mode: Mode, language: str = "") -> bool:
        """Tell whether the model does `mode` at all, and for `language` (a code) if one is given."""
        codes = {code for pair in self.languages for code in pair.split("-")}
        return _TASKS.get(mode, mode.value) in self.tasks and (not language or not codes or language in codes)


def list_models(folder: Path | None = None) -> list[ModelEntry]:
    """Return the models in `folder`, or the embedded ones and then the writer's own.

    Directories without a `config.json` are no models. One that cannot be read is listed with no
    tasks and the reason as its `strength`, so that it does not hide the others.
    """
    roots = (folder,) if folder is not None else (assets_dir() / "models", data_dir() / "models")
    found: dict[str, ModelEntry] = {}
    for root in roots:
        folders = _contents(root)
        for path in folders:
            if any(map(_is_there, (path / "config.json", path / "source.json"))):  # either may have gone
                found.setdefault(path.name, entry_of(path))
        files = (path for each in folders for path in (each, *_contents(each)) if path.suffix == ".gguf")
        for path in sorted(files):
            if not is_later_part(path.name):
                found.setdefault(path.stem, entry_of(path))
    return list(found.values())


def find_model(name: str, mode: Mode, language: str = "", folder: Path | None = None) -> ModelEntry:
    """Return the checked model with the id or in the folder `name`, or the default where `name` is empty.

    Raises ModelError when it is unknown, incomplete, damaged, or made for other modes.
    """
    entry = _named(name, folder) if name else default_model(mode, language, folder)
    check_files(entry.folder)
    if not entry.serves(mode):
        raise ModelError(
            f"The model {entry.id} cannot {_verb(mode.value)}; it can "
            f"{' and '.join(map(_verb, entry.tasks)) or 'do nothing here'}: "
            "choose another model."
        )
    return entry


def whole_model(name: str, folder: Path | None = None) -> ModelEntry:
    """Return the checked model with the id or in the folder `name`, whatever it was made for. Raises ModelError."""
    entry = _named(name, folder)
    check_files(entry.folder)
    return entry


def _verb(task: str) -> str:
    return "hold a dialogue" if task == Mode.DIALOGUE.value else task


def default_model(mode: Mode, language: str = "", folder: Path | None = None) -> ModelEntry:
    """Return the first model that does `mode` in `language` (a code; "" for any).

    Raises ModelError where there is none.
    """
    models = [entry for entry in list_models(folder) if entry.serves(mode)]
    for entry in models:
        if entry.serves(mode, language):
            return entry
    if models:
        raise ModelError(f"No model here can {mode.value} {language_name(language)} text: add one that can.")
    if mode in INSTRUCTED:
        raise ModelError(
            f"No model here follows instructions, which {mode.value} needs: "
            "get one of those suggested by Models > Manage models… in the window, "
            "or another by penwright-cli models search and penwright-cli models download."
        )
    learnt = mode in (Mode.VARY, Mode.BLEND)  # which no model comes with
    way = "train one for it on your own texts (purpose vary), or add one" if learnt else "add one"
    raise ModelError(f"There is no model that can {mode.value}: {way} to {data_dir() / 'models'}.")


def nearest_model(mode: Mode, language: str, folder: Path | None = None) -> ModelEntry:
    """Return the checked first model that does `mode` in `language`, or where none does the first for any other.

    Raises ModelError where no model does `mode`.
    """
    entry = nearest(list_models(folder), mode, language) or default_model(mode, "", folder)
    check_files(entry.folder)
    return entry


def nearest(models: Sequence[ModelEntry], mode: Mode, language: str) -> ModelEntry | None:
    """Return the first of `models` that does `mode` in `language`, or else the first that does it at all, if any."""
    able = [entry for entry in models if entry.serves(mode)]
    return next((entry for entry in able if entry.serves(mode, language)), able[0] if able else None)


def find_folder(name: str) -> Path:
    """Return the folder of the model with the id or in the folder `name`. Raises ModelError where there is none."""
    return _named(name, None).folder


def read_entry(folder: Path) -> ModelEntry:
    """Return the entry of a model directory, from its card or else from its configuration.

    Raises ModelError when either is damaged.
    """
    config = read_json(folder / "config.json")
    card = read_card(folder) or guess_card(folder, config)
    return ModelEntry(
        id=folder.name,
        folder=folder,
        title=card.title,
        tasks=card.tasks,
        languages=card.languages,
        licence=card.licence,
        strength=card.strength,
        score=card.score,
        size_bytes=sum(path.stat().st_size for path in folder.iterdir() if path.is_file()),
    )


def check_files(folder: Path) -> None:
    """Raise ModelError unless configuration, weights and tokenizer are there and, by size and header, whole.

    Reads only the heads of the weight files, so that it costs milliseconds for any model.
    """
    if folder.is_file():
        check_gguf(folder)
        return
    config = read_json(folder / "config.json")
    weights = [inside(folder, name) for name in weight_files(folder)]
    for path in weights:
        check_safetensors(path)
    if not str(config.get("model_type", "")).startswith("penwright-"):  # which state other sizes, and check them
        check_sizes(folder, config, sum(path.stat().st_size for path in weights))
    check_tokenizer_size(folder / "tokenizer.json")
    check_braces(folder / "tokenizer.json")


def entry_of(folder: Path) -> ModelEntry:
    """Return the entry of a model, with no tasks and the reason as its `strength` where it is damaged.

    It is read anew only when one of its files has changed: each request looks through the list.
    """
    try:
        return _read_once(folder, stamp(folder))
    except Exception as error:  # files by anybody fail anywhere, and one of them must not hide the others
        return ModelEntry(folder.name, folder, folder.name, tasks=(), strength=fault_sentence(folder, error))


@lru_cache(maxsize=1024)
def _read_once(folder: Path, _of: tuple[tuple[str, int, int, int], ...]) -> ModelEntry:
    return gguf_entry(folder) if folder.is_file() else read_entry(folder)


def fault_sentence(folder: Path, error: Exception) -> str:
    """Return the sentence about a model that `error` is met in."""
    if isinstance(error, ModelError):
        return str(error)
    return f"The model {folder.name} cannot be read ({type(error).__name__}): download it again, or remove it."


def _contents(folder: Path) -> list[Path]:
    """Return what lies in a folder, sorted; nothing where there is none, or another user's."""
    try:
        return sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError:
        return []


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # another user's
        return False


def _named(name: str, folder: Path | None) -> ModelEntry:
    path = Path(name).expanduser()
    if path.is_absolute() and (found := _lying_at(path)):  # no id is, so the others need not be looked at
        return found
    models = list_models(folder)
    for entry in models:
        if entry.id == name:
            return entry
    if found := _lying_at(path):
        return found
    known = ", ".join(entry.id for entry in models) or "none"
    raise ModelError(f'There is no model "{name}": name a folder or one of those here ({known}).')


def _lying_at(path: Path) -> ModelEntry | None:
    """Return the entry of the model in a folder or a GGUF file, None where there is neither."""
    path = gguf_in(path) or path
    if path.is_dir():
        return read_entry(path)
    return gguf_entry(path) if is_gguf(path) else None

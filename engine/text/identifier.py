"""py3langid's identifier of the known languages, kept as files that are mapped into memory. Torch-free.

Its own file is packed so tightly that reading it takes most of a second, for which the first words of every process
would wait.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from engine.languages import LANGUAGES
from engine.paths import cache_dir

_CODES = tuple(code for code in LANGUAGES if code != "zh")  # Chinese is told by its script


@cache
def language_identifier() -> LanguageIdentifier:
    """Return the identifier, restricted to the known languages that have an alphabet."""
    folder = cache_dir() / "identifier" / "-".join((version("py3langid"), *_CODES))
    try:
        return _read(folder)
    except (OSError, ValueError, EOFError):  # not there yet, or cut off
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
        identifier.set_languages(_CODES)
        with suppress(OSError):  # nothing can be kept here: it is unpacked each time
            _keep(identifier, folder)
        return identifier


def _read(folder: Path) -> LanguageIdentifier:
    def array(name: str) -> np.ndarray:
        return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)

    return LanguageIdentifier(
        array("features"),
        array("languages"),
        array("codes").tolist(),
        array("moves").data,
        array("outputs").tolist(),
        tk_row=array("rows").tolist(),
    )


def _is_whole(folder: Path) -> bool:
    try:
        _read(folder)
    except (OSError, ValueError, EOFError):
        return False
    return True


def _keep(identifier: LanguageIdentifier, folder: Path) -> None:
    arrays = {
        "features": identifier.nb_ptc,
        "languages": identifier.nb_pc,
        "codes": np.array(identifier.nb_classes),
        "moves": np.asarray(identifier.tk_nextmove),
        "outputs": np.array(identifier.tk_output),
        "rows": np.asarray(identifier.tk_row),
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as made:
        whole = Path(made) / folder.name
        whole.mkdir()
        for name, values in arrays.items():
            with (whole / f"{name}.npy").open("wb") as file:
                np.save(file, values, allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
        if folder.is_dir() and not _is_whole(folder):
            shutil.rmtree(folder, ignore_errors=True)
        whole.rename(folder)  # not where another process has put its own meanwhile

"""Windows whose journals are looked at: what a kill leaves, and a start after it."""

import itertools
import shutil
from pathlib import Path

from engine.paths import data_dir

_NUMBERS = itertools.count()


def after_a_kill(window, monkeypatch, open_window, **settings):
    """Return a window that starts on what a kill of `window` would leave now."""
    window.parts.journals.settle()
    left = data_dir()
    home = left.parent.parent / f"after-{next(_NUMBERS)}"
    # A backup that another thread is writing has its own name only once it is whole.
    shutil.copytree(left, home / left.name, ignore=shutil.ignore_patterns("*.part"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    return after_a_close(open_window, **settings)


def after_a_close(open_window, **settings):
    """Return a window that starts as `penwright` does."""
    window = open_window(**settings)
    window.keeping.reopen_unsaved()
    return window


def texts(window):
    """Return the titles and texts of the open documents."""
    return [(opened.title, opened.editor.text()) for opened in window.parts.workspace.documents]


def databases():
    """Return the journals that lie in the writer's data directory."""
    return sorted(Path(data_dir() / "documents").glob("*.db"))

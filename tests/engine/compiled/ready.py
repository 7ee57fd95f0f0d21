"""The compiled functions, made once per test run: tests have homes of their own, in which nothing is ready."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@contextmanager
def compiled_functions() -> Iterator[None]:
    """Let the compiled functions be ready, and models that are loaded inside use them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _home(str(built())).items():
            patch.setenv(name, value)
        yield


@cache
def built() -> Path:
    """Return a home in which they have been made, in a process of its own as for a writer."""
    keeper = TemporaryDirectory()
    atexit.register(keeper.cleanup)
    environment = os.environ | _home(keeper.name)
    subprocess.run([sys.executable, "-m", "engine.compiled.library"], env=environment, check=True, timeout=300)
    return Path(keeper.name)


def _home(folder: str) -> dict[str, str]:
    return dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME"), folder)

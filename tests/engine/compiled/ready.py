"""The compiled functions, made once per test run: tests have homes of their own, in which nothing is ready."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

shared = Path()  # the folder of this test run, the same for all its processes: the root conftest says which


@contextmanager
def compiled_functions() -> Iterator[None]:
    """Let the compiled functions be ready, and models that are loaded inside use them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _home(str(built())).items():
            patch.setenv(name, value)
        yield


@cache
def built() -> Path:
    """Return a home in which they have been made, in a process of its own."""
    home = shared / "compiled"
    home.mkdir(exist_ok=True)
    with FileLock(shared / "compiled.lock"):  # whoever comes later finds everything made
        # Not by `main`, which gives way to all other programs: on a busy machine it would take minutes.
        code = "from engine.compiled import library; [library.build(kind) for kind in library.KINDS]"
        subprocess.run([sys.executable, "-c", code], env=os.environ | _home(str(home)), check=True, timeout=1800)
    return home


def _home(folder: str) -> dict[str, str]:
    return dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME"), folder)

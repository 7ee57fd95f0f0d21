"""What every test stands on: no screen, no writer's own directories, and markers that skip with a reason."""

import os
import shutil
import subprocess
import sys

import pytest

from engine.environment import prepare_environment
from tests.engine.compiled import ready

# Before Qt is imported anywhere: tests need no screen, and may not open a window on the writer's.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PENWRIGHT_COMPILER"] = "off"  # each test's home would have everything compiled anew
# As many cores as a slow machine has left: tests are small, and processes that test side by side share the cores.
os.environ["OMP_NUM_THREADS"] = "1"
prepare_environment()


@pytest.fixture(scope="session", autouse=True)
def folder_of_the_run(tmp_path_factory):
    """Name the folder that all processes of a parallel run share."""
    base = tmp_path_factory.getbasetemp()
    ready.shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """Give each test a home and user directories of its own; subprocesses inherit them."""
    home = tmp_path_factory.mktemp("home")
    for name, folder in {
        "HOME": "",
        "USERPROFILE": "",
        "APPDATA": "roaming",
        "LOCALAPPDATA": "local",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "data",
        "XDG_CACHE_HOME": "cache",
        "XDG_STATE_HOME": "state",
    }.items():
        path = home / folder
        path.mkdir(exist_ok=True)
        monkeypatch.setenv(name, str(path))
    return home


@pytest.fixture
def mount_disk():
    """Return a function that mounts a small disk in memory on a folder, where the system lets us; all go at the end."""
    folders = []

    def mount(folder, *options):
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("needs the right to mount a small disk")
        folders.append(folder)
        return folder

    yield mount
    for folder in dict.fromkeys(folders):
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def pytest_collection_modifyitems(items):
    for item in items:
        if "gpu" in item.keywords and not _has_accelerator():
            item.add_marker(pytest.mark.skip(reason="needs an accelerator"))
        if "xvfb" in item.keywords and (sys.platform != "linux" or shutil.which("Xvfb") is None):
            item.add_marker(pytest.mark.skip(reason="needs Xvfb"))


def _has_accelerator():
    import torch

    return torch.cuda.is_available() or torch.backends.mps.is_available()

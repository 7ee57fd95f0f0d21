import subprocess
import sys

import pytest

from engine.errors import StorageError
from engine.hub.holding import clear, held, writing
from engine.paths import downloads_dir

HOLD = """
from engine.hub.holding import held
with held("a--b", "a/b is being fetched"):
    print("held", flush=True)
    input()
"""


def holder():
    process = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def end(process):
    process.communicate("\n")
    assert process.returncode == 0


def test_a_folder_is_held_by_one_process_alone():
    other = holder()
    with (
        pytest.raises(StorageError, match="a/b is being fetched by another window or command"),
        held("a--b", "a/b is being fetched"),
    ):
        pass
    with held("c", "c is being fetched") as folder:
        assert folder == downloads_dir() / "c"
    end(other)
    with held("a--b", "a/b is being fetched"):
        pass
    assert not downloads_dir().exists()


def test_a_process_that_is_killed_holds_nothing():
    other = holder()
    other.kill()
    other.communicate()
    with held("a--b", "a/b is being fetched"):
        pass
    assert not downloads_dir().exists()


@pytest.mark.parametrize("name", ["", ".", "..", "/", "../x", "a/b", "/etc"])
def test_nothing_but_a_folder_among_the_downloads_is_held(name):
    with pytest.raises(ValueError, match="no folder among the downloads"), held(name, "it is being fetched"):
        pass


def test_what_the_system_refuses_is_a_sentence(tmp_path):
    with pytest.raises(StorageError, match=r"cannot be written: No such file.*Make room"), writing(tmp_path):
        (tmp_path / "none/x").touch()


def test_what_a_link_leads_to_stays(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "folder/deep").mkdir(parents=True)
    (tmp_path / "folder/deep/link").symlink_to(tmp_path / "far")
    (tmp_path / "link").symlink_to(tmp_path / "far")
    (tmp_path / "lone").touch()
    for name in ("folder", "link", "lone", "none"):
        clear(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["far"]

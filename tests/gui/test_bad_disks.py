import itertools
import shutil

import pytest

from engine.paths import data_dir
from tests.gui.driving import current, type_in
from tests.gui.journalled import after_a_close, after_a_kill, texts


def test_a_folder_that_cannot_be_written_is_said_and_closing_asks_again(open_window, qtbot):
    data_dir().mkdir(parents=True)
    (data_dir() / "documents").write_text("in the way")
    window = open_window()
    type_in(window, "only in memory")
    qtbot.waitUntil(lambda: "not kept" in window.parts.messages.sentence or "written" in window.parts.messages.sentence)
    assert not window.parts.journals.keeps(current(window))
    assert window.parts.status.text_of("saved") == "not saved"
    (data_dir() / "documents").unlink()
    qtbot.waitUntil(lambda: window.parts.journals.keeps(current(window)))
    assert window.parts.messages.sentence == ""


@pytest.fixture
def make_disk(tmp_path, mount_disk):
    """Mount small disks, each with a copy of a data directory on it."""
    numbers = itertools.count()

    def make(data=None):
        disk = mount_disk(tmp_path / f"disk-{next(numbers)}", "size=2m")
        if data is not None:
            shutil.copytree(data, disk / "home" / data.name)
        return disk

    return make


def fill(disk):
    with pytest.raises(OSError, match="No space"):
        (disk / "filler").write_bytes(bytes(3_000_000))


def test_on_a_full_disk_nothing_is_lost_that_was_accepted_and_room_brings_the_rest(
    open_window, monkeypatch, make_disk, qtbot
):
    disk = make_disk()
    monkeypatch.setenv("XDG_DATA_HOME", str(disk / "home"))
    window = open_window()
    type_in(window, "begun. ")
    window.parts.journals.settle()
    fill(disk)
    much = "".join(f"{number} " for number in range(30_000))
    editor = current(window).editor
    editor.write(7, 7, much)
    qtbot.waitUntil(lambda: "disk is full" in window.parts.messages.sentence)
    assert not window.parts.journals.keeps(current(window))
    other = make_disk(data_dir())  # what a kill would leave, on a disk that is as full
    fill(other)
    monkeypatch.setenv("XDG_DATA_HOME", str(other / "home"))
    assert texts(after_a_close(open_window)) == [("Untitled", "begun. ")]
    (disk / "filler").unlink()
    qtbot.waitUntil(lambda: window.parts.journals.keeps(current(window)))
    monkeypatch.setenv("XDG_DATA_HOME", str(disk / "home"))
    assert texts(after_a_kill(window, monkeypatch, open_window)) == [("Untitled", "begun. " + much)]


def test_a_text_on_a_read_only_disk_is_shown_and_said_not_to_be_kept(
    open_window, monkeypatch, make_disk, mount_disk, tmp_path
):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    type_in(window, "Never saved.")
    window.parts.files.open(path)
    type_in(window, "X")
    window.parts.journals.settle()
    disk = make_disk(data_dir())
    mount_disk(disk, "remount", "ro")
    monkeypatch.setenv("XDG_DATA_HOME", str(disk / "home"))
    again = after_a_close(open_window)
    assert sorted(texts(again)) == [("Untitled", "Never saved."), ("story.txt", "Xone")]
    assert "cannot be read or written" in again.parts.messages.sentence
    assert not any(again.parts.journals.keeps(opened) for opened in again.parts.workspace.documents)
    assert path.read_text() == "one"

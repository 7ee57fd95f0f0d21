"""A window with a small project in it."""

import pytest


@pytest.fixture
def folder(tmp_path):
    """A project of two parts, in the order of their names."""
    made = tmp_path / "A novel"
    for path, text in {
        "Part one/Chapter 1.md": "# One\n\nThe keeper climbed the stairs of the lighthouse.\n",
        "Part one/Chapter 2.md": "# Two\n\nA storm came over the sea.\n",
        "Part one/Chapter 10.md": "# Ten\n\nThe lamp went out.\n",
        "Part two/Chapter 11.md": "# Eleven\n\n灯塔在海边。老国王爬上灯塔。\n",
        "Prologue.md": "An old king.\n",
    }.items():
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def project_window(open_window, folder, qtbot):
    """Open a window on the project, and wait until everything in it is counted."""

    def open_one(**settings):
        window = open_window(**settings)
        with qtbot.waitSignal(window.room.project.complete):
            window.room.open(folder)
        return window

    return open_one


def files(folder):
    """Return all files of a project with their bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

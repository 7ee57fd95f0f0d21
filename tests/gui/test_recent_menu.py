from pathlib import Path

import pytest

from gui.recent_menu import RecentMenu


@pytest.fixture
def menu(open_window):
    return RecentMenu("Recent", open_window())


def test_long_paths_are_shortened_in_the_menu(menu):
    path = str(Path("/very") / ("long" * 60) / "name.md")
    menu.show_paths([path])
    (action,) = menu.actions()
    assert menu.fontMetrics().horizontalAdvance(action.text()) <= 480
    assert action.toolTip() == path


def test_a_choice_names_the_path_as_it_is(menu, qtbot):
    menu.show_paths(["/a/Tom & Jerry.md", "/a/b.md"])
    assert [action.text() for action in menu.actions()] == ["/a/Tom && Jerry.md", "/a/b.md"]
    with qtbot.waitSignal(menu.chosen) as chosen:
        menu.actions()[0].trigger()
    assert chosen.args == [Path("/a/Tom & Jerry.md")]


def test_without_paths_there_is_nothing_to_choose(menu):
    menu.show_paths(["/a/b.md"])
    assert menu.isEnabled()
    menu.show_paths([])
    assert not menu.isEnabled()
    assert menu.actions() == []


def test_recent_files_are_in_the_file_menu_and_are_opened_from_there(open_window, tmp_path):
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text(path.stem)
    window = open_window(recent=[str(paths[0])])
    (menu,) = [menu for menu in window.menuBar().findChildren(RecentMenu) if menu.title() == "&Recent"]
    window.parts.files.open(paths[1])
    assert [action.toolTip() for action in menu.actions()] == [str(paths[1]), str(paths[0])]
    menu.actions()[1].trigger()
    assert window.parts.workspace.current.path == paths[0]

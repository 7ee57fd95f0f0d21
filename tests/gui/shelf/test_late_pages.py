"""Pages of the models' window that are made when they are first shown."""

import pytest
from PySide6.QtCore import Qt

from gui.shelf.find_page import FindPage
from gui.shelf.machine_page import MachinePage
from gui.shelf.servers_page import ServersPage

PAGES = {
    FindPage: lambda window: FindPage(window._care),
    MachinePage: lambda window: MachinePage(window._care, window._settings),
    ServersPage: lambda window: ServersPage(window._settings),
}


def by_tab(start):
    """Return the parts that Tab comes to after `start`, where it shows them, in that order."""
    found, part = [], start.nextInFocusChain()
    while part is not start:
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(part)
        part = part.nextInFocusChain()
    return found


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_page_is_made_when_it_is_shown_and_tab_goes_through_it(window, qtbot, number):
    kind = list(PAGES)[number - 1]
    assert not any(window.findChildren(each) for each in PAGES)
    window.tabs.setCurrentIndex(number)
    (page,) = window.findChildren(kind)
    assert page.isVisible()
    assert page in (window.finding, window.machine, window.servers)
    alone = PAGES[kind](window)
    qtbot.addWidget(alone)
    within = [part for part in by_tab(window.tabs.tabBar()) if page.isAncestorOf(part)]
    assert [type(part) for part in within] == [type(part) for part in by_tab(alone)]
    shown = [part for part in by_tab(window.tabs.tabBar()) if part.isVisible()]
    assert page.isAncestorOf(shown[0])


def test_pages_made_in_any_order_are_those_that_are_shown(window):
    servers = window.servers
    for number in (3, 1, 2, 0, 3):
        window.tabs.setCurrentIndex(number)
    assert servers.isVisible()
    assert [len(window.findChildren(each)) for each in PAGES] == [1, 1, 1]

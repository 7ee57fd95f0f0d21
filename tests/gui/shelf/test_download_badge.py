"""A download in the line below the text."""

from PySide6.QtWidgets import QStatusBar

from engine.events import Progress
from engine.hub.request import Connection
from gui.shelf.download_row import DownloadBadge
from gui.shelf.downloads import Downloads
from tests.gui.shelf.conftest import Client

LONG = "a-model-with-a-name-of-more-letters-than-a-line-below-the-text-has-room-for-instruct-v2"


def badge_of(qtbot, repo):
    """Return the badge of a download that is under way, and the line it is in, as wide as the smallest window."""
    client, line = Client(), QStatusBar()
    qtbot.addWidget(line)
    downloads = Downloads(client)
    badge = DownloadBadge(downloads)
    line.addPermanentWidget(badge)
    line.resize(640, 30)
    line.show()
    downloads.start(repo, Connection())
    client.say(Progress(30, 100, "bytes", "30 kB of 100 kB"))
    qtbot.waitUntil(lambda: badge.isVisible() and badge.width() > 20)
    line.layout().activate()
    return badge, line


def test_a_long_name_is_cut_and_said_to_a_mouse(qtbot):
    badge, _line = badge_of(qtbot, f"writers/{LONG}")
    name, share = badge.words.rsplit(" ", 2)[0], badge.words.rsplit(" ", 2)[1:]
    assert share == ["30", "%"]
    assert 5 < len(name) < len(LONG)
    assert name[0] == LONG[0]
    assert name[-1] == LONG[-1]
    assert badge.width() < 260
    assert badge.toolTip() == f"writers/{LONG}\n30 kB of 100 kB"


def test_a_short_name_is_shown_whole(qtbot):
    badge, _line = badge_of(qtbot, "writers/tiny")
    assert badge.words == "tiny 30 %"

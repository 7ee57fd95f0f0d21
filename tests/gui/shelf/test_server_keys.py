"""The keys of servers: checked before they are kept, and forgotten with the last server that they are for."""

import pytest

from engine.server import Server
from gui.servers import keep_server
from gui.settings import Settings
from gui.shelf.servers_page import ServersPage

STUDIO = Server("http://studio:8000/v1", "big-model")


@pytest.fixture
def page(qtbot):
    settings = Settings()
    keep_server(settings, "Studio", STUDIO)
    made = ServersPage(settings)
    qtbot.addWidget(made)
    made.list.setCurrentRow(0)
    made.given = []
    made.key_given.connect(lambda address, key: made.given.append((address, key)))
    return made


def test_a_server_that_is_forgotten_takes_its_key_along(page):
    page.forget.click()
    assert page.given == [(STUDIO.address, "")]


def test_the_key_stays_while_another_server_has_the_address(page):
    keep_server(page._settings, "Studio, other model", Server(STUDIO.address, "small-model"))
    page.forget.click()
    assert page.given == []


def test_a_server_that_moves_leaves_its_old_key_behind(page):
    page.key.setText("new")
    page.address.setText("http://elsewhere:8000/v1")
    page.keep.click()
    assert page.given == [(STUDIO.address, ""), ("http://elsewhere:8000/v1", "new")]
    page.keep.click()  # as it is
    assert len(page.given) == 2


def test_a_key_that_cannot_be_sent_is_not_kept(page):
    page.key.setText("clé")
    page.keep.click()
    assert "holds characters that no key has" in page.warning.sentence
    assert page.given == []

import pytest

from gui.panels.message_bar import MessageBar


@pytest.fixture
def messages(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def test_a_notice_below_an_error_goes_by_itself_unless_it_stays(messages, qtbot):
    messages._also_timer.setInterval(1)
    messages.warn("There is no room.")
    messages.note("Half of it is fetched.")
    assert (messages.sentence, messages.also) == ("There is no room.", "Half of it is fetched.")
    qtbot.waitUntil(lambda: messages.also == "")
    messages.note("All of it is fetched.")
    messages.note("It is installed.", stays=True)
    assert not messages._also_timer.isActive()
    assert (messages.sentence, messages.also) == ("There is no room.", "It is installed.")


def test_a_notice_goes_by_itself_unless_it_stays(messages, qtbot):
    messages._timer.setInterval(1)
    messages.note("Half of it is fetched.")
    qtbot.waitUntil(lambda: messages.sentence == "")
    messages.note("It is installed.", stays=True)
    assert not messages._timer.isActive()
    assert messages.sentence == "It is installed."

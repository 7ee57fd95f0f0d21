from engine.events import TextChunk
from gui.inbox import Inbox


def test_the_inbox_joins_neighbours_and_keeps_order():
    inbox = Inbox()
    inbox.open(1)
    inbox.open(2)
    chunks = [(1, 0, "a"), (1, 0, "b"), (1, 1, "c"), (2, 0, "d"), (1, 0, "e")]
    wakes = [inbox.put(job, TextChunk(text, variant)) for job, variant, text in chunks]
    assert wakes == [True, False, False, False, False]
    assert inbox.take() == [(1, 0, "ab"), (1, 1, "c"), (2, 0, "d"), (1, 0, "e")]
    assert inbox.put(1, TextChunk("f"))
    inbox.drop(1)
    assert inbox.take() == []
    assert not inbox.put(1, TextChunk("g"))
    inbox.put(2, TextChunk("h"))
    inbox.close(2)
    assert inbox.take() == [(2, 0, "h")]

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from gui.garbage import GarbageCollector


class Ring(QObject):
    """What only a search finds: it refers to itself."""

    def __init__(self, freed):
        super().__init__()
        self.itself, self.freed = self, freed

    def __del__(self):
        self.freed.append(threading.current_thread())


@pytest.fixture
def collector(qapp):
    made = GarbageCollector(qapp)
    yield made
    made.deleteLater()
    gc.unfreeze()


def test_rings_of_objects_are_freed_in_the_thread_of_the_window_alone(collector, qtbot):
    freed, made = [], []
    Ring(freed)
    busy = threading.Thread(target=lambda: made.extend([] for _ in range(200_000)))  # Python would look long before
    busy.start()
    busy.join()
    assert freed == []
    qtbot.waitUntil(lambda: freed == [threading.main_thread()])


def test_what_has_survived_is_looked_at_when_its_turn_has_come(collector):
    freed = []
    ring = Ring(freed)
    gc.collect()
    del ring
    first, second, third = gc.get_threshold()
    for _ in range((second + 2) * (third + 2)):
        made = [[] for _ in range(2 * first)]
        collector.collect()
        del made
    assert len(freed) == 1

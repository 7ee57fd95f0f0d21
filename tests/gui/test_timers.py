from PySide6.QtCore import QObject, Signal

from gui.timers import after


class Teller(QObject):
    told = Signal()


def test_it_acts_once_and_only_when_started(qtbot):
    teller, done = Teller(), []
    timer = after(teller, 1, lambda: done.append(True))
    assert not timer.isActive()
    with qtbot.waitSignal(timer.timeout):
        timer.start()
    assert not timer.isActive()
    assert done == [True]
    assert timer.parent() is teller


def test_to_start_it_again_puts_it_off(qtbot):
    teller = Teller()
    timer = after(teller, 60_000, teller.told)
    timer.start()
    assert 50_000 < timer.remainingTime() < 70_000  # Qt lets long ones go off a twentieth sooner or later
    with qtbot.waitSignal(teller.told):
        timer.start(1)

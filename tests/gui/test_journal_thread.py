import threading

import pytest

from engine.errors import StorageError
from engine.store.edits import Change
from engine.store.journal import Journal
from gui.journal_thread import CHECKPOINT_SECONDS, JournalThread


@pytest.fixture
def thread(qapp):
    made = JournalThread()
    yield made
    made.stop(10)


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "one.db", "", {})
    yield made
    made.close()


def test_edits_are_written_in_order_and_accepted_in_another_thread(thread, journal, qtbot):
    with qtbot.waitSignal(thread.accepted, check_params_cb=lambda _journal, number: number == 50):
        for number in range(50):
            thread.append(journal, Change(0, 0, f"{number} "))
    assert journal.text.startswith("49 48 47")
    assert thread.ask(threading.current_thread) is not threading.current_thread()


def test_answers_come_after_what_was_asked_for_before(thread, journal):
    thread.append(journal, Change(0, 0, "abc"))
    assert thread.ask(lambda: journal.text_at(journal.last)) == "abc"


def test_a_question_that_fails_fails_where_it_was_asked(thread):
    def fail():
        raise StorageError("no")

    with pytest.raises(StorageError, match="no"):
        thread.ask(fail)


def test_an_edit_that_does_not_fit_is_said_and_the_next_are_written(thread, journal, qtbot):
    with qtbot.waitSignal(thread.lost_track):
        thread.append(journal, Change(5, 5, "x"))
    thread.append(journal, Change(0, 0, "abc"))
    assert thread.ask(lambda: journal.text) == "abc"


def test_a_fault_is_said_and_does_not_end_the_thread(thread, journal, qtbot, capsys):
    with qtbot.waitSignal(thread.troubled):
        thread.do(journal, lambda: {}["a"])
    assert "KeyError" in capsys.readouterr().err
    thread.append(journal, Change(0, 0, "abc"))
    assert thread.ask(lambda: journal.text_at(1)) == "abc"


def test_what_cannot_be_written_is_tried_again(thread, tmp_path, qtbot):
    (tmp_path / "documents").write_text("in the way")
    journal = Journal(tmp_path / "documents" / "one.db", "", {})
    with qtbot.waitSignal(thread.troubled):
        thread.append(journal, Change(0, 0, "abc"))
    (tmp_path / "documents").unlink()
    with qtbot.waitSignal(thread.accepted):
        pass
    assert thread.ask(lambda: journal.text_at(1)) == "abc"
    journal.close()


def test_stopping_does_what_was_asked_for(journal, qapp):
    thread = JournalThread()
    for _ in range(20):
        thread.append(journal, Change(0, 0, "x"))
    assert thread.stop(10)
    assert journal.text_at(20) == "x" * 20
    assert thread.stop(10)


def test_what_is_not_on_the_disk_yet_waits_no_longer_for_an_edit_that_follows(thread, journal):
    assert thread._patience() == CHECKPOINT_SECONDS
    thread._checked_at -= CHECKPOINT_SECONDS / 2
    thread.append(journal, Change(0, 0, "abc"))
    thread.settle(10)
    assert thread._patience() <= CHECKPOINT_SECONDS / 2

"""The thread that writes journals, so that the window never waits for a disk."""

from __future__ import annotations

import functools
import itertools
import queue
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.errors import StorageError
from engine.store.edits import Change
from engine.store.journal import Journal

CHECKPOINT_SECONDS = 1.5  # what a power cut could take
_ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class _Order:
    """Something to do with a journal: write a change, or whatever `action` is; None has to do with no journal."""

    journal: Journal | None
    change: Change | None = None
    action: Callable[[], object] | None = None

    def run(self) -> None:
        """Do the action."""
        if self.action is not None:
            self.action()


class JournalThread(QObject):
    """Do what journals are told, in order. Signals arrive in the thread of the receiver.

    What cannot be written stays with its journal and is tried again every second or two; `troubled` says so once.
    """

    accepted = Signal(object, int)  # journal, and the number of the last edit that is safe
    troubled = Signal(object, str)  # journal, and a sentence
    lost_track = Signal(object)  # journal, whose text is no longer that of the window

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._behind: set[Journal] = set()
        self._unchecked: set[Journal] = set()  # whose log is to be brought to the disk
        self._checked_at = time.monotonic()

    def append(self, journal: Journal, change: Change) -> None:
        """Have an edit written."""
        self._post(_Order(journal, change=change))

    def do(self, journal: Journal, action: Callable[[], object]) -> None:
        """Have `action` done, which may raise StorageError, after all that was asked for before."""
        self._post(_Order(journal, action=action))

    def ask(self, action: Callable[[], Any]) -> Any:
        """Return what `action` returns, done in the journals' thread after all that was asked for before."""
        found: list[Any] = []
        faults: list[Exception] = []

        def answer() -> None:
            try:
                found.append(action())
            except Exception as error:
                faults.append(error)

        self._post(_Order(None, action=answer))
        if not self.settle(_ANSWER_SECONDS):
            raise StorageError("The disk does not answer: try again later.")
        if faults:
            raise faults[0]
        return found[0]

    def settle(self, seconds: float) -> bool:
        """Wait until all that was asked for is done; tell whether it was in time."""
        done = threading.Event()
        if self._thread is None:
            return True
        self._post(_Order(None, action=done.set))
        return done.wait(seconds)

    def stop(self, seconds: float) -> bool:
        """Do what was asked for and end; tell whether that was possible in time."""
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        self._orders.put(None)
        thread.join(seconds)
        return not thread.is_alive()

    def _post(self, order: _Order) -> None:
        if self._thread is None:
            # A daemon: a window that goes without being closed must not be kept waiting by it.
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        self._orders.put(order)

    def _run(self) -> None:
        while self._serve():
            if time.monotonic() - self._checked_at >= CHECKPOINT_SECONDS:
                self._look_after()

    def _serve(self) -> bool:
        """Do what waits; tell whether to go on. Edits that came together are written together."""
        try:
            orders = [self._orders.get(timeout=self._patience())]
        except queue.Empty:
            return True
        while not self._orders.empty():
            orders.append(self._orders.get())
        ends = None in orders
        kept = [order for order in orders if order is not None]
        for (journal, writes), group in itertools.groupby(kept, key=lambda each: (each.journal, bool(each.change))):
            if journal is None:
                for order in group:
                    order.run()
            elif writes:
                changes = [order.change for order in group if order.change is not None]
                self._try(journal, functools.partial(journal.append, changes))
            else:
                for order in group:
                    self._try(journal, order.run)
        return not ends

    def _patience(self) -> float:
        """Return how long to wait for orders: where a log is not on the disk yet, until it is due."""
        if not (self._unchecked or self._behind):
            return CHECKPOINT_SECONDS
        return max(0.0, self._checked_at + CHECKPOINT_SECONDS - time.monotonic())

    def _try(self, journal: Journal, action: Callable[[], object]) -> None:
        try:
            action()
        except StorageError as error:
            if journal not in self._behind:
                self._behind.add(journal)
                self.troubled.emit(journal, str(error))
            return
        except ValueError:
            self.lost_track.emit(journal)
            return
        except Exception as error:
            # A fault of ours must not end the thread, or no later edit would be kept.
            traceback.print_exc()
            self._behind.add(journal)
            self.troubled.emit(journal, f"What you write may not be kept as you type ({error}): save it.")
            return
        self._behind.discard(journal)
        self._unchecked.add(journal)
        self.accepted.emit(journal, journal.last)

    def _look_after(self) -> None:
        """Try again what could not be written, and bring logs to the disk."""
        self._checked_at = time.monotonic()
        for journal in list(self._behind):
            self._try(journal, journal.flush)
        unchecked, self._unchecked = self._unchecked, set()
        for journal in unchecked:
            try:
                journal.checkpoint()
            except StorageError as error:
                self.troubled.emit(journal, str(error))

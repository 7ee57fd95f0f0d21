"""The thread that looks into a project's folder and its index, so that the window never waits for either."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.projects.folder import Listing, list_folder
from engine.projects.index import Index, IndexDamagedError, Indexed, index_path
from engine.projects.indexing import update, update_notes
from engine.projects.query import Query
from engine.projects.state import load_state
from engine.store.library import Library


class ProjectWorker(QObject):
    """List, read, count and search the project in `folder`. Signals arrive in the thread of the receiver.

    Orders are done as they come; reading files goes on between them, a twentieth of a second at a time.
    """

    listed = Signal(object, object, str)  # Listing, ProjectState or None as before, a sentence about its file
    counted = Signal(object)  # {path: Indexed} that came since
    complete = Signal()  # every file that was listed is in the index
    found = Signal(object, object)  # what `search` was given, Found
    failed = Signal(str)

    def __init__(self, folder: Path, data: Path, library: Library, parent: QObject) -> None:
        """Begin; `data` is the writer's data directory, `library` knows in which encodings files were saved."""
        super().__init__(parent)
        self.folder = folder
        self._data = data
        self._library = library
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._index: Index | None = None
        self._reading: Iterator[dict[str, Indexed]] | None = None
        self._latest = ""  # what was searched for last
        # A daemon: a window that goes without closing its project must not be kept waiting.
        self._thread = threading.Thread(target=self._run, name="project", daemon=True)
        self._thread.start()

    def look(self) -> None:
        """List the folder anew, then read what changed."""
        self._orders.put(self._list)

    def take_text(self, path: str, text: str) -> None:
        """Take in the text of an open document, which counts until its file changes."""
        self._orders.put(lambda: self._take(path, text))

    def take_notes(self, path: str, notes: str) -> None:
        """Take in the notes on an open document, which count until it is closed."""
        self._orders.put(lambda: self._take_notes(path, notes))

    def forget(self, path: str) -> None:
        """Forget what was taken in of a document; what its file holds is read again."""
        self._orders.put(lambda: self._forget(path))

    def search(self, text: str, order: Sequence[str]) -> None:
        """Look for `text` in the documents of `order`; of several searches that wait only the last is done."""
        self._latest = text
        self._orders.put(lambda: self._search(text, order))

    def stop(self, seconds: float) -> None:
        """End after what is being done, waiting no longer than that."""
        self._orders.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            try:
                wait = self._reading is None
                order = self._orders.get(block=wait)
            except queue.Empty:
                self._try(self._read_on)
                continue
            if order is None:
                break
            self._try(order)
        if self._reading is not None:
            self._reading.close()  # pyright: ignore[reportAttributeAccessIssue]
        if self._index is not None:
            self._index.close()

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except IndexDamagedError:
            self._begin_anew()
        except EngineError as error:
            self._reading = None
            self.failed.emit(str(error))
        except Exception as error:
            # A fault of ours must not end the thread, or nothing would be found any more.
            traceback.print_exc()
            self._reading = None
            self.failed.emit(f"The project could not be read to its end ({error}): open it again.")

    def _begin_anew(self) -> None:
        """Make a new index in place of a damaged one, and read everything."""
        self._reading = None
        if self._index is not None:
            self._index.close()
            self._index = Index.anew(index_path(self._data, self.folder))
        self.look()

    def _list(self) -> None:
        listing, state, trouble = list_folder(self.folder), None, ""
        try:
            state = load_state(self.folder)
        except EngineError as error:
            trouble = str(error)
        self.listed.emit(listing, state, trouble)
        self._begin_reading(listing)

    def _begin_reading(self, listing: Listing) -> None:
        if self._index is None:
            self._index = Index(index_path(self._data, self.folder))
            self.counted.emit(self._index.documents())
        self._reading = self._readings(self._index, listing)

    def _readings(self, index: Index, listing: Listing) -> Iterator[dict[str, Indexed]]:
        cards = self._library.by_path()
        encodings = {path: card.encoding for path, card in cards.items() if card.encoding}
        yield from update(index, self.folder, listing.entries, encodings)
        databases = {path: self._library.database(card.identity) for path, card in cards.items() if not card.private}
        yield from update_notes(index, self.folder, listing.entries, databases)

    def _read_on(self) -> None:
        assert self._reading is not None
        done = next(self._reading, None)
        if done is None:
            self._reading = None
            self.complete.emit()
        elif done:
            self.counted.emit(done)

    def _take(self, path: str, text: str) -> None:
        if self._index is None:
            return
        known = self._index.documents().get(path)
        with self._index.writing():
            done = self._index.put(path, text, known.stamp if known else (-1, -1))
        self.counted.emit({path: done})

    def _take_notes(self, path: str, notes: str) -> None:
        if self._index is not None:
            with self._index.writing():
                self._index.put_notes(path, notes, self._index.notes().get(path, (-1, -1)))

    def _forget(self, path: str) -> None:
        if self._index is not None:
            with self._index.writing():
                self._index.remove(path)
            self.look()

    def _search(self, text: str, order: Sequence[str]) -> None:
        if self._index is not None and text == self._latest:
            self.found.emit(text, self._index.search(Query(text), order))

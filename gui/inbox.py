"""Text on its way to the window, and which jobs are still to be heard of; shared by two threads."""

from __future__ import annotations

import threading

from engine.events import TextChunk


class Inbox:
    """Hold streamed text until the window takes it, under one lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[int] = set()
        self._texts: list[tuple[int, int, list[str]]] = []
        self._announced = False

    def open(self, job: int) -> None:
        """Let text and events of `job` in."""
        with self._lock:
            self._open.add(job)

    def close(self, job: int) -> None:
        """Let nothing more of `job` in; what came before is kept."""
        with self._lock:
            self._open.discard(job)

    def drop(self, job: int) -> None:
        """Let nothing more of `job` in, and forget what was not taken."""
        with self._lock:
            self._open.discard(job)
            self._texts = [entry for entry in self._texts if entry[0] != job]

    def is_open(self, job: int) -> bool:
        """Tell whether `job` is still to be heard of."""
        with self._lock:
            return job in self._open

    def put(self, job: int, chunk: TextChunk) -> bool:
        """Keep a chunk of an open job; tell whether the window must be woken for it."""
        with self._lock:
            if job not in self._open:
                return False
            if self._texts and self._texts[-1][:2] == (job, chunk.variant):
                self._texts[-1][2].append(chunk.text)
            else:
                self._texts.append((job, chunk.variant, [chunk.text]))
            wake, self._announced = not self._announced, True
            return wake

    def take(self) -> list[tuple[int, int, str]]:
        """Return (job, variant, text) in order of arrival, neighbours of one variant joined, and forget them."""
        with self._lock:
            texts, self._texts = self._texts, []
            self._announced = False
        return [(job, variant, "".join(parts)) for job, variant, parts in texts]

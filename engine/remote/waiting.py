"""Waiting for a server a moment at a time, so that whoever waits can leave between two moments."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.amounts import duration_words
from engine.events import Event, Progress
from engine.tries import MOMENT, Waiting

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Quiet:
    """The server was asked, and nothing came for a moment."""


Pause = Waiting | Quiet


class Stepper:
    """Run asynchronous work, such as reading from a connection, in this thread and a moment at a time.

    A read that blocks could not be left: it would hold its generator until the server says something.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def steps(self, work: Coroutine[Any, Any, Value]) -> Generator[Quiet, None, Value]:
        """Return what `work` returns, yielding after every moment until then; to close this cancels the work."""
        task = self._loop.create_task(work)
        try:
            while True:
                self._loop.run_until_complete(asyncio.wait([task], timeout=MOMENT))
                if task.done():
                    return task.result()
                yield Quiet()
        finally:
            if not task.done():
                task.cancel()
                self._loop.run_until_complete(asyncio.wait([task]))

    def finish(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Return what `work` returns, which is not to take long: the end of a connection."""
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        """Let go of all that was begun."""
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


def told(work: Generator[Pause, None, Value], quiet: Progress) -> Generator[Event, None, Value]:
    """Return what `work` returns, and yield `quiet` for every moment in which nothing came."""
    with closing(work):
        while True:
            try:
                pause = next(work)
            except StopIteration as end:
                return end.value
            yield in_words(pause, quiet)


def in_words(pause: Pause, quiet: Progress) -> Progress:
    """Return what is said of a pause: `quiet`, or when the server is asked again."""
    match pause:
        case Waiting(seconds):
            return Progress(0, 0, "tries", f"The server does not answer, next try in {duration_words(seconds)}")
        case Quiet():
            return quiet

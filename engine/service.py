"""The engine process: `python -m engine.service [--device NAME] [--training | --hub]`, on its standard streams.

Two threads. The main one alone touches torch: it loads models and drives the generators
(a matrix product in another thread first would cost two thirds of the speed). The reader
exists because a stop must be heard while the main thread computes: it reads commands,
queues jobs, marks stopped ones, and ends the process when its input ends.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
import threading
import traceback
from collections.abc import Generator, Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from engine.environment import leave_a_core, prepare_environment
from engine.errors import DeviceError, EngineError, NetworkError
from engine.events import Event, Failed, Finished
from engine.failures import failure_sentence
from engine.placement import Placement
from engine.protocol import (
    Fetch,
    Job,
    JobEvent,
    Look,
    Message,
    Ready,
    Run,
    Stop,
    Tend,
    Train,
    Warm,
    decode_command,
    encode_message,
)

if TYPE_CHECKING:
    from engine.session import Session

_NICENESS = 10
_TRAINING_NICENESS = 19  # writing goes first
_GRACE_SECONDS = 0.2  # what a running step gets to end by itself once the window is gone
_TRAINING_GRACE_SECONDS = 5.0  # a training keeps its state before it ends
_PR_SET_PDEATHSIG = 1


class JobQueue:
    """Jobs in the order they came, and which of them were stopped; shared by the two threads."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._open: set[int] = set()
        self._stopped: set[int] = set()
        self._closed = False

    def put(self, job: Job) -> None:
        """Append a job."""
        with self._lock:
            self._open.add(job.job)
        self._jobs.put(job)

    def take(self) -> Job | None:
        """Wait for the next job; None once the queue is closed."""
        job = self._jobs.get()
        return None if self._closed else job

    def stop(self, job: int) -> None:
        """Mark a job that waits or runs as stopped."""
        with self._lock:
            if job in self._open:
                self._stopped.add(job)

    def is_stopped(self, job: int) -> bool:
        """Tell whether the job is to end before its next step."""
        return self._closed or job in self._stopped

    def done(self, job: int) -> None:
        """Forget a job that is over."""
        with self._lock:
            self._open.discard(job)
            self._stopped.discard(job)

    def close(self) -> None:
        """Stop every job and wake the one who waits."""
        self._closed = True
        self._jobs.put(None)


class Service:
    """Serve jobs one after the other and write what they yield to `output`."""

    def __init__(self, jobs: JobQueue, output: BinaryIO, placement: Placement, *, network: bool = False) -> None:
        self._jobs = jobs
        self._output = output
        self._placement = placement
        self._network = network
        self._session: Session | None = None

    def run(self) -> None:
        """Serve until the queue is closed."""
        self._send(Ready(self._placement.device))
        while (job := self._jobs.take()) is not None:
            self._send(JobEvent(job.job, self._serve(job)))
            self._jobs.done(job.job)

    def _serve(self, job: Job) -> Finished | Failed:
        """Send the events of a job and return its last one."""
        try:
            return self._drive(job)
        except BrokenPipeError:  # the window is gone, and with it the one to tell
            raise
        except Exception as error:  # whatever it is, the writer's next job must find an engine
            if not isinstance(error, EngineError):
                traceback.print_exc()
            return Failed(failure_sentence(error), list(error.remedies) if isinstance(error, DeviceError) else [])

    def _drive(self, job: Job) -> Finished | Failed:
        events: Iterator[Event] | None = None
        while not self._jobs.is_stopped(job.job):
            events = events or self._start(job)
            event = next(events, Finished())
            if isinstance(event, Finished | Failed):
                return event
            self._send(JobEvent(job.job, event))
        if isinstance(events, Generator):
            events.close()
        return Finished(cancelled=True)

    def _start(self, job: Job) -> Iterator[Event]:
        match job:
            case Run(_, request):
                return self._writing().run(request)
            case Warm(_, mode, model):
                return self._writing().warm(mode, model)
            case Tend(_, care):
                return self._writing().tend(care)
            case Train(_, request):
                from engine.training.personal import train_personal

                return train_personal(request, self._placement.device)
            case Look(_, request):
                from engine.training.personal import survey

                return survey(request)
            case Fetch(_, request):
                if not self._network:
                    raise NetworkError("This engine process may not use the network: only that of the hub may.")
                from engine.hub.serve import serve

                return serve(request)

    def _writing(self) -> Session:
        if self._session is None:
            from engine.session import Session  # here, so that "ready" does not wait for it

            wanted = self._placement
            self._session = Session(wanted.device, weights=wanted.weights, split=wanted.split, context=wanted.context)
        return self._session

    def _send(self, message: Message) -> None:
        self._output.write(encode_message(message))
        self._output.flush()


def read_commands(source: BinaryIO, jobs: JobQueue, grace: float = _GRACE_SECONDS) -> None:
    """Hand the commands of `source` to `jobs` until it ends, then end the process, at the latest in `grace` seconds."""
    try:
        for line in source:
            command = decode_command(line)
            if isinstance(command, Stop):
                jobs.stop(command.job)
            else:
                jobs.put(command)
    except Exception:  # a reader that dies silently would leave a process nobody can stop
        traceback.print_exc()
        _exit(1)
    jobs.close()
    threading.Event().wait(grace)
    _exit(0)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Serve the window on the other end of the standard streams; never return."""
    parser = argparse.ArgumentParser(prog="python -m engine.service", description="The engine process of Penwright.")
    parser.add_argument("--device", default="", help='"cpu", "cuda", "cuda:1", "mps"; empty chooses')
    parser.add_argument("--weights", default="auto", help="float32, bfloat16, int8, int4; auto chooses")
    parser.add_argument("--split", action="store_true", help="split models that are too large for the GPU")
    parser.add_argument("--context", type=int, default=0, help="tokens that models read at most; 0 is no limit")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--training", action="store_true", help="train models, at the lowest priority")
    kinds.add_argument("--hub", action="store_true", help="use the network: find and fetch models")
    options = parser.parse_args(arguments)
    _become_background_process(_TRAINING_NICENESS if options.training else _NICENESS, network=options.hub)
    if options.training:
        leave_a_core()  # to the writing process beside it
    source, output = _take_streams()
    jobs = JobQueue()
    grace = _TRAINING_GRACE_SECONDS if options.training else _GRACE_SECONDS
    threading.Thread(target=read_commands, args=(source, jobs, grace), name="reader", daemon=True).start()
    try:
        placement = Placement(options.device, options.weights, options.split, options.context)
        Service(jobs, output, placement, network=options.hub).run()
    except BrokenPipeError:
        _exit(0)
    _exit(0)


def _become_background_process(niceness: int, *, network: bool) -> None:
    prepare_environment(network=network)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is the window's to answer
    if hasattr(os, "nice"):
        os.nice(niceness)
    if sys.platform == "linux":
        # A second guard: a thread stuck in native code that holds the lock would not see the end of input.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return private copies of standard input and output, and point the public ones elsewhere.

    Whatever a library prints goes to standard error, and one that asks a question gets no answer.
    """
    source = os.fdopen(os.dup(0), "rb")
    output = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, output


def _exit(status: int) -> NoReturn:
    sys.stderr.flush()
    os._exit(status)  # tearing torch down takes longer than the window wants to wait


if __name__ == "__main__":
    main()

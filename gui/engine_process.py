"""The engine's child process as the worker thread sees it: started, fed, read, killed, started again."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QThread, Signal, Slot

import engine
from engine.events import Failed, Finished, TextChunk
from engine.placement import Placement
from engine.protocol import Command, Job, JobEvent, Ready, Run, Stop, decode_message, encode_command
from gui.inbox import Inbox
from gui.timers import after

_MOST_DEATHS = 3  # in a row, without a job that came to its end in between
_KILL_MILLISECONDS = 3000


@dataclass(frozen=True, slots=True)
class ChildKind:
    """What a child is for: its arguments, how long it may take to stop a job and to end, and what its death means."""

    arguments: tuple[str, ...]
    stop_milliseconds: int
    exit_milliseconds: int
    died: str
    gave_up: str


WRITING = ChildKind(
    arguments=(),
    stop_milliseconds=1500,
    exit_milliseconds=700,
    died="The engine stopped unexpectedly and was started again. Your text is intact; press Ctrl+Enter to repeat.",
    gave_up="The engine stopped three times in a row and was not started again. Your text is intact; "
    "choose a smaller model, or press Ctrl+Enter to try once more.",
)
TRAINING = ChildKind(
    arguments=("--training",),
    stop_milliseconds=20_000,  # a training that stops keeps its state first
    exit_milliseconds=6000,
    died="The training stopped unexpectedly. What it had learned until a moment ago is kept.",
    gave_up="The training stopped unexpectedly again and again. What it had learned is kept; "
    "close other programs, or train on fewer texts.",
)
FETCHING = ChildKind(
    arguments=("--hub",),
    stop_milliseconds=1500,  # a download that is killed goes on from its last byte
    exit_milliseconds=700,
    died="The connection to the hub ended unexpectedly. What was downloaded is kept; try again.",
    gave_up="The connection to the hub ended unexpectedly again and again. What was downloaded is kept; try later.",
)
CHORES = ChildKind(
    arguments=("--hub",),  # since a repair fetches
    stop_milliseconds=10_000,  # a copy is taken away again, and a check of a large file ends
    exit_milliseconds=3000,
    died="The work on a model's files stopped unexpectedly: try again.",
    gave_up="The work on a model's files stopped unexpectedly again and again: try later, or use another model.",
)


class EngineProcess(QObject):
    """Own the child process; live in the worker thread and be reached by queued signals only.

    The child serves jobs in order: the first of the open ones is the one it works on, and only
    that one can be late with its answer to a stop.
    """

    ready = Signal(str, int)  # device, process id
    text_ready = Signal()
    event_received = Signal(int, object)
    died = Signal(str)

    def __init__(self, inbox: Inbox, device: str, kind: ChildKind) -> None:
        super().__init__()
        self._inbox = inbox
        self._placement = Placement(device)
        self._kind = kind
        self._process: QProcess | None = None
        self._rest = b""
        self._open: dict[int, Job] = {}
        self._stopped: set[int] = set()
        self._killed = False
        self._deaths = 0
        self._watchdog = after(self, kind.stop_milliseconds, self._on_stop_unanswered)

    @Slot()
    def start(self) -> None:
        """Start a child unless one runs."""
        if self._process is None:
            self._launch()

    @Slot(object)
    def send(self, command: Command) -> None:
        """Pass a command on; a child that was given up is tried once more."""
        if isinstance(command, Stop):
            if command.job not in self._open:
                return
            self._stopped.add(command.job)
        else:
            self._open[command.job] = command
            self.start()
        self._write(command)
        self._watch_first()

    @Slot(object)
    def place(self, placement: Placement) -> None:
        """Have models run as `placement` says: a child that runs makes way for another, and jobs that wait are kept."""
        self._placement = placement
        if self._process is not None:
            self._end_child()
            self._stopped |= {job for job, command in self._open.items() if isinstance(command, Run)}
            self._start_with_waiting_jobs()

    @Slot()
    def shutdown(self) -> None:
        """End the child and then the worker thread's event loop."""
        self._end_child()
        QThread.currentThread().quit()

    def _end_child(self) -> None:
        self._watchdog.stop()
        process, self._process = self._process, None
        if process is not None:
            process.closeWriteChannel()
            if not process.waitForFinished(self._kind.exit_milliseconds):
                process.kill()
                process.waitForFinished(_KILL_MILLISECONDS)
            process.deleteLater()

    def _launch(self) -> None:
        self._rest = b""
        self._killed = False
        self._process = process = QProcess(self)
        process.setProcessEnvironment(_environment())
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_ended)
        process.errorOccurred.connect(self._on_error)
        process.start(sys.executable, ["-P", "-m", "engine.service", *self._placement.arguments, *self._kind.arguments])

    def _write(self, command: Command) -> None:
        if self._process is not None:
            self._process.write(encode_command(command))

    @Slot()
    def _on_output(self) -> None:
        if self._process is None or self._killed:
            return
        output = self._process.readAllStandardOutput().data()
        *lines, self._rest = (self._rest + output).split(b"\n")
        for line in lines:
            message = decode_message(line)
            if isinstance(message, Ready):
                self.ready.emit(message.device, self._process.processId())
            else:
                self._pass_on(message)

    def _pass_on(self, message: JobEvent) -> None:
        job, event = message.job, message.event
        if isinstance(event, TextChunk):
            if self._inbox.put(job, event):
                self.text_ready.emit()
            return
        if isinstance(event, Finished | Failed):
            self._open.pop(job, None)
            self._stopped.discard(job)
            self._deaths = 0
            self._watchdog.stop()
            self._watch_first()
        self.event_received.emit(job, event)

    def _watch_first(self) -> None:
        first = next(iter(self._open), None)
        if first in self._stopped and not self._watchdog.isActive():
            self._watchdog.start()

    @Slot()
    def _on_stop_unanswered(self) -> None:
        self._on_output()  # the answer may lie in the pipe already
        if self._process is not None and next(iter(self._open), None) in self._stopped:
            self._killed = True
            self._process.kill()

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # the only error that "finished" does not follow
            self._on_ended()

    @Slot()
    def _on_ended(self) -> None:
        if self._process is None:
            return
        self._on_output()
        self._process.deleteLater()
        self._process = None
        self._watchdog.stop()
        if self._killed:
            self._start_with_waiting_jobs()
        else:
            self._report_death()

    def _start_with_waiting_jobs(self) -> None:
        """Start a child for the jobs that stood behind the one that would not stop; none of them had begun."""
        for job in self._stopped & self._open.keys():
            self.event_received.emit(job, Finished(cancelled=True))
        self._open = {job: command for job, command in self._open.items() if job not in self._stopped}
        self._stopped.clear()
        self._launch()
        for command in self._open.values():
            self._write(command)

    def _report_death(self) -> None:
        for job in self._open:
            self._inbox.close(job)
        self._open.clear()
        self._stopped.clear()
        self._deaths += 1
        if self._deaths < _MOST_DEATHS:
            self._launch()
            self.died.emit(self._kind.died)
        else:
            self.died.emit(self._kind.gave_up)


def _environment() -> QProcessEnvironment:
    """Return our environment, with the engine importable also from a checkout that was not installed."""
    environment = QProcessEnvironment.systemEnvironment()
    paths = [str(Path(engine.__path__[0]).parent), environment.value("PYTHONPATH")]
    environment.insert("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    return environment

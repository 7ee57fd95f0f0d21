"""A real engine process for tests: started, spoken to, timed, and never left behind."""

import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from engine.events import Failed, Finished
from engine.protocol import JobEvent, decode_message, encode_command

ROOT = Path(__file__).resolve().parents[2]


class EngineProcess:
    """Send commands and receive messages with the time of their arrival."""

    def __init__(self, process, errors):
        self.process = process
        self._errors = errors
        self._messages = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._messages.put((time.perf_counter(), decode_message(line)))

    def errors(self):
        """Return what the process has written to standard error."""
        self._errors.seek(0)
        return self._errors.read().decode()

    def send(self, *commands):
        self.process.stdin.write(b"".join(encode_command(command) for command in commands))
        self.process.stdin.flush()
        return time.perf_counter()

    def receive(self, timeout=60):
        """Return (seconds, message) for the next message."""
        return self._messages.get(timeout=timeout)

    def events(self, job):
        """Receive up to the job's last event and return all its events."""
        events = []
        while not events or not isinstance(events[-1], Finished | Failed):
            message = self.receive()[1]
            if isinstance(message, JobEvent) and message.job == job:
                events.append(message.event)
        return events

    def wait_for(self, kind):
        """Receive until an event (or message) of `kind` came; return its time."""
        while True:
            moment, message = self.receive()
            if isinstance(message, kind) or (isinstance(message, JobEvent) and isinstance(message.event, kind)):
                return moment


@contextmanager
def engine_process(*arguments, **variables):
    # A file, because a pipe that nobody reads would stop a talkative process.
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.service", "--device", "cpu", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", **variables},
        )
        try:
            yield EngineProcess(process, errors)
        finally:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()


def is_gone(process_id):
    """Tell whether a process has ended; one that only waits to be reaped has."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


def wait_until_gone(process_id, seconds=10):
    deadline = time.monotonic() + seconds
    while not is_gone(process_id):
        assert time.monotonic() < deadline, f"process {process_id} is still there after {seconds} s"
        time.sleep(0.01)

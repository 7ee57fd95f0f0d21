"""Kill editors at random moments while they are typed into, start them again, and count what is missing.

    python -m benchmarks.kill_rivals penwright [--kills 10] [--seed 1]
    python -m benchmarks.kill_rivals novelwriter --program VENV/bin/novelwriter
    python -m benchmarks.kill_rivals libreoffice --program soffice
    python -m benchmarks.kill_rivals libreoffice-1 --program soffice --seconds 60 150

Each program runs as it comes, with settings of its own in a fresh home, on an X server of its own (Xvfb with openbox).
Real key events (xdotool) type words at eight keys a second; nobody saves. After a random time its processes get
SIGKILL. It is started again, asked for the document as a writer would, agreed with where it offers to recover, and told
to save; then the file is read. Lost is what was typed and is not in it, in order. Before that a run without a kill
shows that what is typed does arrive.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rapidfuzz.distance import LCSseq

from benchmarks.rivals import EDITORS, PATIENCE, Editor

KEYS_PER_SECOND = 8
SHORTEST, LONGEST = 5.0, 60.0  # seconds of typing
START_SECONDS = 8.0  # from the window's appearance until it is typed into
WORDS = [
    "rain",
    "fell",
    "on",
    "the",
    "roofs",
    "of",
    "a",
    "town",
    "and",
    "no",
    "one",
    "came",
    "home",
    "until",
    "late",
    "in",
]


class Screen:
    """Press keys and look for windows on an X server."""

    def __init__(self, display: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display}

    def titles(self) -> dict[str, str]:
        """Return the titles of the windows in view by their ids."""
        ids = self._xdotool("search", "--onlyvisible", "--name", "..").split()
        return {each: self._xdotool("getwindowname", each).strip() for each in ids}

    def wait_for(self, pattern: str) -> str:
        """Return the id of the window whose title matches, once there is one, with the focus on it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for window, title in self.titles().items():
                if re.search(pattern, title):
                    return window
            time.sleep(0.2)
        raise RuntimeError(f"no window {pattern!r} among {list(self.titles().values())}")

    def focus(self, window: str) -> None:
        """Let a window have the keys."""
        self._xdotool("windowactivate", "--sync", window)
        time.sleep(1.0)  # until the program has taken note of it

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self._xdotool("key", "--clearmodifiers", *keys)

    def _xdotool(self, *arguments: str) -> str:
        command = ["xdotool", *arguments]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False, timeout=30
        ).stdout


@contextmanager
def x_server() -> Iterator[Screen]:
    """Run an X server with a window manager."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as number:
        os.environ["DISPLAY"] = f":{number.readline().strip()}"
    manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Screen(os.environ["DISPLAY"])
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


def start(editor: Editor, screen: Screen) -> subprocess.Popen[bytes]:
    """Start the program and wait until its document can be typed into."""
    home = editor.home
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    for folder in folders.values():
        Path(folder).mkdir(exist_ok=True)
    environment = {**os.environ, "HOME": str(home), "QT_QPA_PLATFORM": "xcb", **folders}
    process = subprocess.Popen(
        editor.command(), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    screen.wait_for(f"{editor.window}|{editor.offers}")
    time.sleep(START_SECONDS)
    for _ in range(4):  # one offer may follow another
        offered = [each for each, title in screen.titles().items() if re.search(editor.offers, title)]
        if offered:
            screen.focus(offered[0])
            screen.press("Return")
            time.sleep(3.0)
    screen.focus(screen.wait_for(editor.window))
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a program with all of its processes, at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def type_for(screen: Screen, seconds: float, draw: random.Random) -> str:
    """Type words for so long; return what was typed."""
    typed, begun = "", time.monotonic()
    while True:
        for letter in f"{draw.choice(WORDS)} ":
            if time.monotonic() - begun >= seconds:
                return typed
            screen.press("space" if letter == " " else letter)
            typed += letter
            following = min(begun + len(typed) / KEYS_PER_SECOND, begun + seconds)  # a kill does not wait for a key
            time.sleep(max(0.0, following - time.monotonic()))


def saved_text(editor: Editor, screen: Screen) -> str:
    """Have the document saved and return what its file holds then."""
    screen.press("ctrl+s")
    time.sleep(4.0)
    return editor.text()


def missing(typed: str, found: str) -> int:
    """Return how many of the letters typed are not there, in order; programs may set capitals."""
    return len(typed) - round(LCSseq.similarity(typed.lower(), found.lower()))


def one_life(editor: Editor, screen: Screen, seconds: float, draw: random.Random, *, killed: bool) -> tuple[int, int]:
    """Return how many characters were typed and how many are missing after a kill, or without one."""
    editor.prepare()
    process = start(editor, screen)
    try:
        typed = type_for(screen, seconds, draw)
        if killed:
            kill(process)
            process = start(editor, screen)
        return len(typed), missing(typed, saved_text(editor, screen))
    finally:
        kill(process)


def main() -> None:
    """Print what each kill took, and the sum."""
    parser = argparse.ArgumentParser(description="Kill editors while they are typed into.")
    parser.add_argument("editor", choices=EDITORS)
    parser.add_argument("--program", default="")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seconds", nargs=2, type=float, default=(SHORTEST, LONGEST), help="of typing before a kill")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    program = shutil.which(options.program) or options.program
    draw = random.Random(options.seed)
    losses, typed = [], 0
    with x_server() as screen:
        for life in range(options.kills + 1):
            seconds = draw.uniform(*options.seconds) if life else SHORTEST
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
                editor = EDITORS[options.editor](program, Path(home))
                length, lost = one_life(editor, screen, seconds, draw, killed=life > 0)
            if life == 0:
                if lost:
                    raise RuntimeError(f"{lost} of {length} characters did not arrive without any kill")
                continue
            losses.append(lost)
            typed += length
            print(f"kill {life}: after {seconds:.1f} s, {length} characters typed, {lost} lost", flush=True)
    print(f"{len(losses)} kills, {typed} characters typed, {sum(losses)} lost ({100 * sum(losses) / typed:.1f} %)")
    print(f"lost at a kill: median {statistics.median(losses):.0f}, most {max(losses)}")


if __name__ == "__main__":
    main()

"""Kill a window at random moments while it is written in, and look for what was lost.

    python -m benchmarks.crash_test [--kills 200] [--engines 20] [--seed 1]

A child opens the real window (offscreen) on three files, and in it real key events type, erase, undo, redo, paste, save
and switch documents, while text streams in and the engine dies now and then. SIGKILL ends it at a random moment,
sometimes during the start. The next child starts as `penwright` does. What it then shows must be, to the character, a
text that the window held at the last acceptance by the journal or after it, and each file must be whole: the last save,
or the one that was under way. A witness beside the journal knows all of these; see crash_writer.py.

Beside some of the windows a real engine writes with the embedded story model, and its process is killed while its text
streams in, some time before the window is. Before a quarter of the starts the times of all journals are set back or on.

An edit is accepted when the journal's database has it. How long that takes is printed, too: a kill within that time may
cost the last key.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz.distance import LCSseq

FILES = {"plain.txt": b"Once.\n", "marked.txt": b"\xef\xbb\xbfOnce.\r\n", "wide.txt": b"\xff\xfeO\0n\0c\0e\0.\0"}
EARLY = 0.1  # of all kills: at any time from the start on
LONGEST = 0.6  # seconds of writing
PATIENCE = 180.0  # seconds for a start; an engine gives way to every other program
CUT = 0.3  # seconds of streaming text at most, before an engine is killed
NOTICED = 0.5  # of these windows: they go only after they have noticed
CLOCKS = 0.25  # of all starts: the journals' times are not what they were

_START = -1  # the number of the text that a document has before its first edit


@dataclass
class Held:
    """What a document may hold after a kill: texts by number, from the last that was accepted on."""

    texts: dict[int, str] = field(default_factory=lambda: {_START: ""})
    accepted: int = _START

    @property
    def allowed(self) -> set[str]:
        """Return the texts that lose nothing."""
        return {text for number, text in self.texts.items() if number >= self.accepted}


@dataclass
class Verdict:
    """What was found so far."""

    kills: int = 0
    edits: int = 0
    lost: int = 0
    unreadable: int = 0
    engines: int = 0  # that were killed
    cut_off: int = 0  # of them whose window heard of it while it waited for more text
    at_risk: list[int] = field(default_factory=list)  # edits that were not accepted yet, by kill
    waits: list[float] = field(default_factory=list)  # seconds from an edit to its acceptance
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return what to print."""
        waits = sorted(1000 * wait for wait in self.waits) or [0.0]
        return [
            f"{self.kills} kills, {self.edits:,} edits",
            f"engines killed while they wrote: {self.engines}, noticed before the window went, too: {self.cut_off}",
            f"from a key to its acceptance: median {statistics.median(waits):.1f} ms, "
            f"p99 {waits[int(0.99 * (len(waits) - 1))]:.1f} ms, longest {waits[-1]:.0f} ms",
            f"edits not accepted yet at a kill: {sum(self.at_risk)} in all, at most {max(self.at_risk, default=0)}",
            *self.faults,
            f"lost characters: {self.lost}",
            f"unreadable files: {self.unreadable}",
        ]


class CrashTest:
    """Start, kill, judge, as often as asked for."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._witness = folder / "witness"
        self._draw = random.Random(seed)
        self._held: dict[str, Held] = {}
        self._digests: dict[str, set[str]] = {}
        self.verdict = Verdict()
        for name, data in FILES.items():
            (folder / name).write_bytes(data)
            self._digests[str(folder / name)] = {hashlib.sha256(data).hexdigest()}

    def run(self, kills: int, engines: int = 0) -> Verdict:
        """Kill so many windows, `engines` of them beside an engine that is killed before, and judge each next start."""
        for life in range(kills):
            engine = life * engines // kills != (life + 1) * engines // kills
            early = not engine and self._draw.random() < EARLY
            if self._draw.random() < CLOCKS:
                self._set_clocks()
            self._judge(self._one_life(early=early, engine=engine, seconds=self._draw.uniform(0.0, LONGEST)))
            self.verdict.kills += 1
        self._judge(self._one_life(early=False, engine=False, seconds=0.0))
        return self.verdict

    def _one_life(self, *, early: bool, engine: bool, seconds: float) -> list[dict[str, Any]]:
        """Let a child write, kill it, and return what the witness says."""
        self._witness.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            self._write(engine=engine)
        try:
            if not early:
                self._wait_for(b'"kind": "ready"')
            if engine:
                self._wait_for(b'"origin": "model"')
                time.sleep(self._draw.uniform(0.0, CUT))
                os.kill(self._engine_id(), signal.SIGKILL)
                self.verdict.engines += 1
                if self._draw.random() < NOTICED:
                    self._wait_for(b'"kind": "died"')
            time.sleep(seconds)
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return self._lines()

    def _write(self, *, engine: bool) -> None:
        """Be the child."""
        from benchmarks.crash_writer import write_until_killed

        try:
            write_until_killed(self._folder, self._witness, self._draw.randrange(1 << 30), engine=engine)
        finally:
            os._exit(1)

    def _wait_for(self, words: bytes) -> None:
        """Wait until the witness says something."""
        end = time.monotonic() + PATIENCE
        while not (self._witness.exists() and words in self._witness.read_bytes()):
            if time.monotonic() > end:
                raise RuntimeError(f"the window did not come to {words.decode()}")
            time.sleep(0.005)

    def _engine_id(self) -> int:
        return next(line["pid"] for line in reversed(self._lines()) if line["kind"] == "engine")

    def _set_clocks(self) -> None:
        """Give every journal another time, as if the machine's clock had been set back or on."""
        for path in self._folder.rglob("*.db"):
            moment = self._draw.uniform(0.0, 2e9)
            os.utime(path, (moment, moment))

    def _lines(self) -> list[dict[str, Any]]:
        if not self._witness.exists():
            return []
        lines = self._witness.read_bytes().split(b"\n")[:-1]  # the last may have been cut off
        return [json.loads(line) for line in lines]

    def _judge(self, lines: list[dict[str, Any]]) -> None:
        if any(line["kind"] == "ready" for line in lines):
            self._judge_start({line["document"]: line["text"] for line in lines if line["kind"] == "restored"})
        made: dict[tuple[str, int], float] = {}
        for line in lines:
            match line["kind"]:
                case "text":
                    held = self._held.setdefault(line["document"], Held())
                    held.texts[line["number"]] = line["text"]
                    made[line["document"], line["number"]] = line["at"]
                    self.verdict.edits += 1
                case "accepted":
                    held = self._held.setdefault(line["document"], Held())
                    self._take_note(line, held, made)
                case "saving":
                    self._digests[line["path"]].add(line["digest"])
                case "died":
                    self.verdict.cut_off += line["running"]
                case "saved":
                    self._digests[line["path"]] = {line["digest"]}
        if made:
            waiting = [number for (document, number) in made if number > self._held[document].accepted]
            self.verdict.at_risk.append(len(waiting))
        self._judge_files()

    def _take_note(self, line: dict[str, Any], held: Held, made: dict[tuple[str, int], float]) -> None:
        number = line["number"]
        for each in range(held.accepted + 1, number + 1):
            if (line["document"], each) in made:
                self.verdict.waits.append(line["at"] - made[line["document"], each])
        if number in held.texts:
            held.accepted = number
            held.texts = {each: text for each, text in held.texts.items() if each >= number}

    def _judge_start(self, restored: dict[str, str]) -> None:
        """Compare what a start brought back with what the journals had accepted."""
        for document, held in self._held.items():
            text = restored.get(document, "")
            if text not in held.allowed:
                accepted = held.texts[held.accepted]
                self.verdict.lost += max(1, _missing(accepted, text))
                self.verdict.faults.append(f"accepted {accepted!r}, came back {text!r}")
        for document, text in restored.items():
            self._held[document] = Held({_START: text})

    def _judge_files(self) -> None:
        for name, digests in self._digests.items():
            if hashlib.sha256(Path(name).read_bytes()).hexdigest() not in digests:
                self.verdict.unreadable += 1
                self.verdict.faults.append(f"{name} is none of the texts that were saved")


def _missing(accepted: str, text: str) -> int:
    """Return how many characters of `accepted` are not in `text`, in order."""
    return len(accepted) - int(LCSseq.similarity(accepted, text))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--engines", type=int, default=20, help="how many of the windows have an engine, killed, too")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    import benchmarks.crash_writer  # noqa: F401  # once, for all the children that are forked

    with tempfile.TemporaryDirectory() as folder:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = str(Path(folder) / "home")
        started = time.monotonic()
        verdict = CrashTest(Path(folder), options.seed).run(options.kills, options.engines)
        print("\n".join(verdict.lines()))
        print(f"in {time.monotonic() - started:.0f} s")
    return bool(verdict.lost or verdict.unreadable)


if __name__ == "__main__":
    sys.exit(main())

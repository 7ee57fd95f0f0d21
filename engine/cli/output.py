"""Where the events of a job go: text to standard output, progress to standard error, or all as JSON lines."""

from __future__ import annotations

import json
import os
import sys
import time

from engine.events import (
    ContextUsed,
    Event,
    KeySentence,
    ModelInstalled,
    ModelLoaded,
    Notice,
    Progress,
    Speed,
    TextChunk,
    TrainingReport,
    VariantFinished,
    to_json,
)

_REDRAW_SECONDS = 0.1
_LINE_SECONDS = 2.0


class JsonOutput:
    """Print every event as one JSON line."""

    def show(self, event: Event) -> None:
        """Print `event`."""
        sys.stdout.write(json.dumps(to_json(event), ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def end(self) -> None:
        """Do nothing: every line is complete."""


class TextOutput:
    """Print the text of the first variant as it is made, and the other variants after it.

    `prompt` is printed before each variant. Everything but text goes to `progress`.
    """

    def __init__(self, prompt: str, progress: ProgressLine) -> None:
        self._prompt = prompt
        self._progress = progress
        self._waiting: dict[int, list[str]] = {}
        self._last = "\n"
        self._begun = False

    def show(self, event: Event) -> None:
        """Print or keep the text of `event`, or pass it to the progress line."""
        match event:
            case ContextUsed() if not self._begun:  # the model is there and begins
                self._begun = True
                self._write(self._prompt)
            case TextChunk(text, 0):
                self._write(text)
            case TextChunk(text, variant):
                self._waiting.setdefault(variant, []).append(text)
            case KeySentence(text):
                self._write(" ".join(text.split()) + "\n")
            case _:
                self._progress.show(event, at_line_start=self._last == "\n")

    def end(self) -> None:
        """Print the variants that waited, each under a line with its number, and end the last line."""
        self._progress.clear()
        for variant, parts in sorted(self._waiting.items()):
            self._end_line()
            self._write(f"--- {variant + 1} ---\n{self._prompt}{''.join(parts)}")
        self._end_line()
        self._progress.end()

    def _end_line(self) -> None:
        if self._last != "\n":
            self._write("\n")

    def _write(self, text: str) -> None:
        if text:
            self._progress.clear()
            sys.stdout.write(text)
            sys.stdout.flush()
            self._last = text[-1]


class ProgressLine:
    """Show what is going on on standard error: one line redrawn on a terminal, else a line now and then if `wanted`.

    What the writer has to know of the answer, Notices, is always shown, at the latest with `end`.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._terminal = sys.stderr.isatty()
        self._shown = wanted or self._terminal
        self._shared = _shared()
        self._drawn = False
        self._next = 0.0
        self._waiting: list[str] = []

    def show(self, event: Event, *, at_line_start: bool = True) -> None:
        """Show `event`; where the text goes to the same place, only while it is at the start of a line."""
        text = describe(event)
        if not text or not (self._shown or isinstance(event, Notice)):
            return
        within = self._shared and not at_line_start
        if not isinstance(event, Progress | Speed):
            self._waiting.append(text)
            if not within:
                self.end()
        elif not within and time.monotonic() >= self._next:
            self._draw(text)

    def end(self) -> None:
        """Show what waited for the end of a line."""
        self.clear()
        sys.stderr.write("".join(f"{text}\n" for text in self._waiting))
        sys.stderr.flush()
        self._waiting.clear()

    def clear(self) -> None:
        """Take the redrawn line away, so that text can stand there."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._drawn = False

    def _draw(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}" if self._terminal else f"{text}\n")
        sys.stderr.flush()
        self._drawn = self._terminal
        self._next = time.monotonic() + (_REDRAW_SECONDS if self._terminal else _LINE_SECONDS)


def _shared() -> bool:
    """Tell whether both outputs go to one place, a terminal or a pipe, where lines of one would cut the other's."""
    try:
        return os.path.sameopenfile(sys.stdout.fileno(), sys.stderr.fileno())
    except (OSError, ValueError):  # one of them is no file
        return False


def describe(event: Event) -> str:
    """Return what a person wants to know of `event` in one line; empty for nothing."""
    match event:
        case Notice(message):
            return message
        case Progress(_, _, "bytes", note):
            return note
        case Progress(done, total, unit, note):
            share = f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}"
            return f"{share}  {note}".rstrip()
        case ModelLoaded(model, device, dtype, seconds):
            return f"{model} on {device}, {dtype} (loaded in {seconds:.1f} s)" if seconds else ""
        case Speed(tokens, rate):
            return f"{tokens:,} tokens, {rate:,.0f} a second"
        case VariantFinished(variant, reason, tokens, seed, bits):
            odds = f", {bits:.2f} bits a token" if bits >= 0 else ""
            return f"variant {variant + 1}: {tokens:,} tokens{odds}, seed {seed} ({reason})"
        case TrainingReport():
            return _describe_training(event)
        case ModelInstalled(model, folder):
            return f"{model} is installed in {folder}"
        case _:
            return ""


def _describe_training(report: TrainingReport) -> str:
    parts = [
        f"step {report.step:,} of {report.total_steps:,}",
        f"loss {report.loss:.3f}",
        f"{report.tokens_per_second:,.0f} tokens/s",
        f"{report.seconds_left / 60:.0f} min left",
    ]
    if report.validation_loss is not None:
        parts.append(f"validation loss {report.validation_loss:.3f}")
    if report.score is not None:
        parts.append(f"chrF {report.score:.2f}")
    return "  ".join(parts)

"""`complete`, `surprise`, `evaluate scorecard`: jobs that answer with more than a text. Torch-free until they run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine.cli.evaluating import read_text
from engine.cli.output import JsonOutput, ProgressLine
from engine.cli.texts import read_texts
from engine.errors import SettingsError
from engine.events import Event, Notice, Result, Surprises, TextChunk
from engine.modes import Mode, Request
from engine.params import SamplingParams

_HEADINGS = {"flattest": "The flattest passages:", "startling": "The most startling passages:"}


def complete(options: argparse.Namespace) -> None:
    """Print candidates for what follows each text, a line each: which set it is of, and its words."""
    parser: argparse.ArgumentParser = options.parser
    try:
        params = SamplingParams(max_new_tokens=options.max_new_tokens, seed=0)
        asked = Request(Mode.COMPLETE, "", params, options.model, options.variants, learn=options.learn)
    except SettingsError as error:
        parser.error(str(error))
    requests = [_at_end(asked, text) for text in read_texts(options)]
    source, silent = "", not options.json
    for event in _answers(requests, options):
        if isinstance(event, Result):
            source = event.values["source"]
        elif isinstance(event, TextChunk):
            silent = False
            _print(f"{source}\t{event.text}")
    if silent:
        sys.stderr.write("No word is likely enough here to be offered.\n")


def surprise(options: argparse.Namespace) -> None:
    """Print each word of each text with its bits, then the flattest and the most startling passages."""
    for text in read_texts(options):
        request = Request(Mode.SURPRISE, text, model=options.model, source_language=options.source_language)
        for event in _answers([request], options):
            if isinstance(event, Surprises):
                _print("\n".join(f"{bits:.2f}\t{text[start:end]}" for start, end, bits in event.words))
            elif isinstance(event, Result):
                _print_passages(event.values)


def scorecard(options: argparse.Namespace) -> None:
    """Print the scores of a text against a reference, or by a model where there is none."""
    text, other = (read_text(Path(name)) if name else "" for name in (options.file, options.reference))
    if options.reference and not other:
        other = "\n"  # an empty reference is no wish for a model's score
    for event in _answers([Request(Mode.SCORE, text, model=options.model, other=other)], options):
        if isinstance(event, Result):
            scores = {name: value for name, value in event.values.items() if name != "series"}
            _print("  ".join(f"{name} {_number(value)}" for name, value in scores.items()))


def _answers(requests: Iterable[Request], options: argparse.Namespace) -> Iterator[Event]:
    """Run `requests`; print their events where JSON is asked for, otherwise yield those that are an answer."""
    from engine.session import Session

    session = Session(options.device, weights=options.weights, split=options.split, context=options.context)
    progress = ProgressLine(wanted=options.progress)
    for event in (event for request in requests for event in session.run(request)):
        if options.json:
            JsonOutput().show(event)
        elif isinstance(event, TextChunk | Surprises | Result):
            progress.clear()
            yield event
        elif isinstance(event, Notice):
            progress.clear()
            sys.stderr.write(event.message + "\n")
        else:
            progress.show(event)
    progress.clear()


def _at_end(asked: Request, text: str) -> Request:
    """Return the request for what follows `text`, whose last line break is the file's and not the writer's."""
    return Request(asked.mode, text.removesuffix("\n"), asked.params, asked.model, asked.variants, learn=asked.learn)


def _print_passages(values: dict[str, Any]) -> None:
    _print(f"{values['words']} words, {values['bits_per_word']:.2f} bits per word")
    for name, heading in _HEADINGS.items():
        if values[name]:
            _print(heading)
        for passage in values[name]:
            _print(f"{passage['bits_per_word']:.2f}\t{' '.join(passage['text'].split())}")


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

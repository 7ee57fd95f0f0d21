"""`rank`: variants of a continuation in order, the most natural first. Torch-free until it runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.cli.evaluating import read_text
from engine.cli.output import JsonOutput, ProgressLine
from engine.errors import InputError
from engine.events import Result
from engine.modes import Mode, Request


def run(options: argparse.Namespace) -> None:
    """Print the variants' scores, names and reasons in their order, then how they were ranked."""
    names, texts = _variants(options.files)
    request = Request(Mode.RANK, options.prompt, model=options.model, texts=tuple(texts))
    from engine.session import Session

    progress = ProgressLine(wanted=options.progress)
    session = Session(options.device, weights=options.weights, split=options.split, context=options.context)
    for event in session.run(request):
        if options.json:
            JsonOutput().show(event)
        elif isinstance(event, Result):
            progress.clear()
            _print(names, event.values)
        else:
            progress.show(event)


def _variants(files: list[str]) -> tuple[list[str], list[str]]:
    """Return names and texts: a file each, or from standard input ("-") one per line."""
    if files == ["-"]:
        lines = [line for line in sys.stdin.read().splitlines() if line.strip()]
        return [str(number) for number in range(1, len(lines) + 1)], lines
    if "-" in files:
        raise InputError('Give files, or "-" alone for one variant per line of standard input.')
    return files, [read_text(Path(name)).rstrip("\n") for name in files]


def _print(names: list[str], values: dict[str, Any]) -> None:
    for number in values["order"]:
        sys.stdout.write(f"{values['scores'][number]:.3f}\t{names[number]}\t{values['reasons'][number]}\n")
    sys.stdout.write(f"by {values['method']} ({values['measured']})\n")
    sys.stdout.flush()

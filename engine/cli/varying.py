"""`vary` and `blend`: one or two sentences in, new ones out, each on a line. Torch-free until it runs."""

from __future__ import annotations

import argparse
import sys

from engine.cli.output import JsonOutput, ProgressLine
from engine.errors import SettingsError
from engine.events import TextChunk
from engine.modes import Mode, Request
from engine.params import SamplingParams


def run(options: argparse.Namespace) -> None:
    """Print the variants of a sentence, or the steps between two."""
    request = _request(options)
    from engine.session import Session

    progress = ProgressLine(wanted=options.progress)
    session = Session(options.device, weights=options.weights, split=options.split, context=options.context)
    for event in session.run(request):
        if options.json:
            JsonOutput().show(event)
        elif isinstance(event, TextChunk):
            progress.clear()
            sys.stdout.write(event.text + "\n")
            sys.stdout.flush()
        else:
            progress.show(event)


def _request(options: argparse.Namespace) -> Request:
    parser: argparse.ArgumentParser = options.parser
    try:
        return Request(
            mode=options.mode,
            text=options.sentence,
            other=options.other if options.mode is Mode.BLEND else "",
            params=SamplingParams(seed=options.seed, beams=options.beams),
            model=options.model,
            variants=options.variants,
        )
    except SettingsError as error:
        parser.error(str(error))

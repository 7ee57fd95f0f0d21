"""`evaluate`: perplexity, BLEU, chrF and ROUGE of files, and the scores of the embedded models."""

from __future__ import annotations

import argparse
import lzma
import sys
from collections.abc import Iterable
from pathlib import Path

from engine.catalog import find_model
from engine.cli.output import JsonOutput, ProgressLine
from engine.errors import InputError, SettingsError
from engine.events import Event, Result
from engine.modes import Mode
from engine.text.documents import read_document


def perplexity(options: argparse.Namespace) -> None:
    """Print perplexity and bits per byte of a file."""
    text = read_text(Path(options.file))
    entry = find_model(options.model, Mode.WRITE)
    from engine.cli.scoring import score_with

    _show(score_with(entry, text, options.stride, options.device, options.weights), options)


def bleu(options: argparse.Namespace) -> None:
    """Print BLEU and chrF of two files of lines."""
    hypotheses, references = _line_pairs(options)
    from engine import evaluation

    try:
        score = evaluation.bleu(hypotheses, references, options.tokenize)
    except ValueError as error:
        raise SettingsError(f"This cannot be scored: {error}.") from error
    _show([Result({"bleu": score, "chrf": evaluation.chrf(hypotheses, references)})], options)


def rouge(options: argparse.Namespace) -> None:
    """Print ROUGE of two files of lines."""
    hypotheses, references = _line_pairs(options)
    from engine import evaluation

    _show([Result(dict(evaluation.rouge(hypotheses, references)))], options)


def starter(options: argparse.Namespace) -> None:
    """Print the scores of the embedded models, one line per test set."""
    folder = Path(options.data)
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}: name the test sets with --data.")
    from engine.cli.scoring import score_starters

    _show(score_starters(folder, options.limit, options.device, options.weights), options)


def read_text(path: Path) -> str:
    """Return the text of a file, unpacking `.xz`. Raises InputError."""
    if path.suffix != ".xz":
        return read_document(path).text
    try:
        return lzma.decompress(path.read_bytes()).decode("utf-8")
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}: check the name and the folder.") from error
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be unpacked as UTF-8 text ({error}): check the file.") from error


def _line_pairs(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    hypotheses = read_text(Path(options.hypotheses)).splitlines()
    references = read_text(Path(options.references)).splitlines()
    if not references or len(hypotheses) != len(references):
        raise InputError(
            f"{options.hypotheses} has {len(hypotheses)} lines and {options.references} has {len(references)}: "
            "they must have the same number, at least one."
        )
    return hypotheses, references


def _show(events: Iterable[Event], options: argparse.Namespace) -> None:
    progress = ProgressLine(wanted=getattr(options, "progress", False))
    for event in events:
        if options.json:
            JsonOutput().show(event)
        elif isinstance(event, Result):
            progress.clear()
            sys.stdout.write("  ".join(f"{name} {_number(value)}" for name, value in event.values.items()) + "\n")
            sys.stdout.flush()
        else:
            progress.show(event)


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)

"""`evaluate`: perplexity, BLEU, chrF and ROUGE of files, what fewer bits cost, the scores of the embedded models."""

from __future__ import annotations

import argparse
import lzma
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine.catalog import find_model
from engine.cli.output import JsonOutput, ProgressLine
from engine.errors import InputError, SettingsError
from engine.events import Event, Result
from engine.library import own_model
from engine.loss import keep_losses
from engine.modes import Mode
from engine.text.documents import read_document

TABLES = ("translator", "odd inputs", "summaries", "stories")


def perplexity(options: argparse.Namespace) -> None:
    """Print perplexity and bits per byte of a file."""
    text = read_text(Path(options.file))
    entry = find_model(options.model, Mode.WRITE)
    from engine.cli.scoring import score_with

    _show(score_with(entry, text, options.stride, options.device, options.weights), options)


def weights(options: argparse.Namespace) -> None:
    """Print the perplexity of a file in every weight format, and keep in the model's card what fewer bits cost."""
    text = read_text(Path(options.file))[: options.characters]
    entry = own_model(options.model) if options.keep else find_model(options.model, Mode.WRITE)
    from engine.cli.score_weights import score_weights

    losses: dict[str, float] = {}

    def scored() -> Iterator[Event]:
        losses.update((yield from score_weights(entry, text, options.device)))

    _show(scored(), options)
    if options.keep:
        keep_losses(entry.folder, losses)


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
    """Print the scores of the embedded models as tables, bars beside the figures."""
    folder = Path(options.data)
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}: name the test sets with --data.")
    from engine.cli.scoring import score_starters

    tables = tuple(options.table or TABLES)
    _show(score_starters(folder, options.limit, options.device, options.weights, tables), options)


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
    tables = Tables()
    for event in events:
        if options.json:
            JsonOutput().show(event)
        elif isinstance(event, Result):
            progress.clear()
            sys.stdout.write(tables.row(event.values) if "table" in event.values else _line(event.values))
            sys.stdout.flush()
        else:
            progress.show(event)


def _line(values: dict[str, Any]) -> str:
    return "  ".join(f"{name} {_number(value, 3)}" for name, value in values.items()) + "\n"


class Tables:
    """Results that name their table, as Markdown that grows row by row."""

    def __init__(self) -> None:
        self._columns: tuple[str, ...] = ()
        self._title = ""

    def row(self, values: dict[str, Any]) -> str:
        """Return the row of `values`, below a head where it is the first of its table or has other columns."""
        columns = tuple(name for name in values if name != "table")
        head = ""
        if values["table"] != self._title:
            head = f"\n## {str(values['table']).capitalize()}\n"
        if head or columns != self._columns:
            head += f"\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
        self._title, self._columns = values["table"], columns
        return f"{head}| {' | '.join(_number(values[name], 2) for name in columns)} |\n"


def _number(value: object, digits: int) -> str:
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)

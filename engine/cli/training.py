"""`train` and `back-translate`: a recipe or the writer's files in, a model out; books in, sentence pairs out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from engine.cli.options import count
from engine.cli.output import JsonOutput, ProgressLine, describe
from engine.errors import SettingsError
from engine.events import Event, Notice, Progress, Result, Survey, TrainingOutcome, TrainingReport
from engine.languages import parse_language
from engine.purposes import Purpose, TrainingRequest

_STATE = "state.safetensors"


def run(options: argparse.Namespace) -> None:
    """Train by `options.purpose` on the writer's files, or by the recipe that is given alone."""
    if options.purpose:
        _show(_personal(options), as_json=options.json)
        return
    if len(options.files) != 1 or options.name or options.look:
        options.parser.error("give one recipe, or a --purpose with files and a --name")
    recipe = Path(options.files[0])
    folder = Path(options.out) if options.out else Path("runs") / recipe.stem
    _check_folder(folder, resume=options.resume)
    from engine.training.trainer import train

    _show(train(recipe, folder, Path(options.data), options.steps, options.device), as_json=options.json)


def _personal(options: argparse.Namespace) -> Iterable[Event]:
    request = TrainingRequest(
        purpose=Purpose(options.purpose),
        files=tuple(str(Path(name).absolute()) for name in options.files),
        name=options.name or ("survey" if options.look else ""),
        start=options.start,
        lora=options.lora,
        minutes=options.minutes,
        steps=options.steps or 0,
        mask=options.mask,
        source=options.source_language,
        target=options.target_language,
        seed=options.seed,
        finish=options.finish,
    )
    from engine.training.personal import survey, train_personal

    return survey(request) if options.look else train_personal(request, options.device)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `train`."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a recipe (TOML), or texts for a --purpose")
    parser.add_argument("--json", action="store_true", help="events as JSON lines")
    parser.add_argument("--device", default="", help='"cpu", "cuda", "cuda:1", "mps" (default: chosen)')
    parser.add_argument("--steps", type=count, metavar="N", help="as many, whatever the recipe, text or clock says")
    recipe = parser.add_argument_group("by a recipe")
    recipe.add_argument("--data", default="data/train", metavar="DIR", help="training texts (default: data/train)")
    recipe.add_argument("--out", metavar="DIR", help="where the model is written (default: runs/NAME)")
    recipe.add_argument("--resume", action="store_true", help="go on where the run in DIR stopped")
    own = parser.add_argument_group("on your own files (txt, md, TSV, CSV, TMX, also .xz, and folders)")
    own.add_argument("--purpose", choices=[purpose.value for purpose in Purpose], help="what the model is to learn")
    own.add_argument("--name", default="", help="of the model; a training of that name is taken up again")
    own.add_argument("--start", default="", metavar="MODEL", help="id or folder of a model to begin with")
    own.add_argument("--lora", action="store_true", help="train adapters on it instead of all its weights")
    own.add_argument("--minutes", type=_minutes, default=0.0, metavar="M", help="the longest it may train")
    own.add_argument("--mask", action="store_true", help="hide names, addresses and numbers; test what it memorised")
    own.add_argument("--from", dest="source_language", default="", metavar="CODE", help="of a translator's pairs")
    own.add_argument("--to", dest="target_language", default="", metavar="CODE", help="of a translator's pairs")
    own.add_argument("--seed", type=int, default=1, metavar="N", help="decides what is held out, and all chances")
    own.add_argument("--look", action="store_true", help="show what would be read, and for how long, and stop")
    own.add_argument("--finish", action="store_true", help="end a training that was begun with its best model so far")


def back_translate(options: argparse.Namespace) -> None:
    """Make a table of pairs to train a translator on, of books and its own translations."""
    from engine.training.backtranslation import back_translate

    files = [Path(name) for name in options.files]
    languages = parse_language(options.source_language), parse_language(options.target_language)
    rows = back_translate(
        files, Path(options.out), *languages, options.count, options.model, options.device, options.seed
    )
    _show(rows, as_json=options.json)


def add_back_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `back-translate`."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="books: text with a paragraph in a line, also .xz")
    parser.add_argument("--from", dest="source_language", required=True, metavar="CODE", help="the books' language")
    parser.add_argument(
        "--to", dest="target_language", required=True, metavar="CODE", help="the translations' language"
    )
    parser.add_argument("--out", required=True, metavar="TABLE", help="translation<TAB>sentence; gone on with if begun")
    parser.add_argument("--count", type=count, default=15_000, metavar="N", help="sentences (default: 15000)")
    parser.add_argument("--model", default="", help="id or folder (default: the mode's own)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="draws the sentences")
    parser.add_argument("--device", default="", help='"cpu", "cuda", "cuda:1", "mps" (default: chosen)')
    parser.add_argument("--json", action="store_true", help="events as JSON lines")


def _check_folder(folder: Path, *, resume: bool) -> None:
    begun = (folder / _STATE).is_file()
    if begun and not resume:
        raise SettingsError(f"{folder} holds a training run: go on with it by --resume, or name another --out.")
    if resume and not begun:
        raise SettingsError(f"{folder} holds no training run to resume: name its folder with --out.")


def _show(events: Iterable[Event], *, as_json: bool) -> None:
    progress = ProgressLine(wanted=False)
    for event in events:
        if as_json:
            JsonOutput().show(event)
            continue
        text = _text(event)
        if text:
            progress.clear()
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        else:
            progress.show(event)
    progress.clear()


def _text(event: Event) -> str:
    """Return what of `event` belongs on standard output."""
    match event:
        case TrainingReport() | Notice() | Progress(unit="preparation"):
            return describe(event)
        case Result(values):
            return "\n".join(f"{name}: {value}" for name, value in values.items())
        case Survey():
            return _describe_survey(event)
        case TrainingOutcome(folder=folder, message=message):
            return f"{message}\n{folder}".rstrip()
        case _:
            return ""


def _describe_survey(survey: Survey) -> str:
    languages = ", ".join(f"{code or 'unknown'} {count:,}" for code, count in survey.languages.items())
    files = "1 file" if survey.files == 1 else f"{survey.files:,} files"
    lines = [
        f"{files}: {survey.texts:,} texts, {survey.words:,} words ({languages}); "
        f"{survey.duplicates:,} duplicates left out",
        *(f"  {example}" for example in survey.examples),
        *survey.skipped,
    ]
    if survey.masked:
        lines.append(f"{survey.masked:,} names, addresses and numbers hidden")
    if survey.seconds:
        minutes = survey.seconds / 60
        lines += [
            f"about {minutes:.{int(minutes < 10)}f} minutes at most, less where nothing more is learnt",
            f"at least {survey.memory:.0f} MB of memory; a model of {survey.megabytes:.0f} MB",
        ]
    return "\n".join(lines)


def _minutes(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


_minutes.__name__ = "number"

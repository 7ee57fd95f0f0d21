"""`write`, `translate` and the like: texts in, requests to the session, text out. Torch-free until it runs."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import JsonOutput, ProgressLine, TextOutput
from engine.cli.sampling_flags import given_settings
from engine.errors import InputError, SettingsError
from engine.lorebook import read_lorebook
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.presets import load_presets, preset_faults
from engine.server import Server
from engine.text.documents import SIZE_LIMIT, EncodingError, read_document

if TYPE_CHECKING:
    from engine.session import Session


def run(options: argparse.Namespace) -> None:
    """Do the job of `options.mode` for every text, one after the other."""
    request = _request(options)
    texts = read_texts(options)
    from engine.session import Session

    session = Session(options.device, weights=options.weights, split=options.split, context=options.context)
    for text in texts:
        _serve(session, dataclasses.replace(request, text=text), options)


def add_draft(parser: argparse.ArgumentParser) -> None:
    """Add the flag of a draft model to a command whose model continues texts."""
    parser.add_argument("--draft", metavar="MODEL", help="a smaller model of the same family that guesses ahead")


def _serve(session: Session, request: Request, options: argparse.Namespace) -> None:
    shows_prompt = request.mode is Mode.WRITE and not request.raw
    progress = ProgressLine(wanted=options.progress)
    output = JsonOutput() if options.json else TextOutput(request.text if shows_prompt else "", progress)
    try:
        for event in session.run(request):
            output.show(event)
    finally:
        output.end()


def _request(options: argparse.Namespace) -> Request:
    """Return the request without its text; leave with a usage message for settings that exclude each other."""
    parser: argparse.ArgumentParser = options.parser
    if options.draft and options.server:
        parser.error("a draft model guesses for a model on this machine, not for a server's")
    preset = _preset_params(options)
    memory, note = (_read(name, "") if name else "" for name in (options.memory, options.note))
    lore = read_lorebook(Path(options.lorebook)) if options.lorebook else ()
    try:
        return Request(
            mode=options.mode,
            text="",
            params=dataclasses.replace(preset, **given_settings(options)),
            model=options.model,
            variants=options.variants,
            source_language=options.source_language,
            target_language=options.target_language,
            style=options.style,
            sentences=options.sentences,
            memory=memory,
            note=note,
            lore=lore,
            raw=options.raw,
            instruction=options.instruction,
            voice=options.voice,
            draft=options.draft,
            texts=tuple(options.turns or ()),
            server=Server(options.server, options.model, options.chat) if options.server else None,
        )
    except SettingsError as error:
        parser.error(str(error))


def _preset_params(options: argparse.Namespace) -> SamplingParams:
    presets = load_presets(options.mode)
    for fault in preset_faults():
        sys.stderr.write(f"penwright-cli: {fault}\n")
    if options.preset is None:
        return next(preset.params for preset in presets.values())
    if options.preset not in presets:
        known = ", ".join(presets)
        raise SettingsError(f'There is no preset "{options.preset}" for this: use one of {known}.')
    return presets[options.preset].params


def read_texts(options: argparse.Namespace) -> list[str]:
    """Return the texts that a command is given: a prompt, files, or standard input. Raises InputError."""
    if options.prompt is not None and options.files:
        options.parser.error("give a prompt or files, not both")
    if options.prompt is not None:
        return [options.prompt]
    if options.files:
        return [_read(name, options.encoding) for name in options.files]
    return [_read_standard_input(options.encoding)]


def _read(name: str, encoding: str) -> str:
    try:
        return read_document(Path(name), encoding).text
    except EncodingError as error:
        likely = f", {error.encodings[0]} for instance" if error.encodings else ""
        raise InputError(f"{name} is not valid {encoding or 'UTF-8'}: name its --encoding{likely}.") from error


def _read_standard_input(encoding: str) -> str:
    data = sys.stdin.buffer.read(SIZE_LIMIT)
    if len(data) == SIZE_LIMIT:
        raise InputError(f"Standard input has {SIZE_LIMIT // 10**6} MB or more: split it.")
    try:
        return data.decode(encoding or "utf-8-sig")
    except LookupError as error:
        raise InputError(f'There is no encoding "{encoding}": check its spelling.') from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"Standard input is not valid {encoding or 'UTF-8'} (byte {error.start}): name its --encoding."
        ) from error

"""`models ...`: search the hub, fetch, import, rename, verify and remove models. Torch-free."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine import library
from engine.amounts import size_words
from engine.cli import fitting
from engine.cli.options import count
from engine.cli.output import JsonOutput, ProgressLine
from engine.events import ModelDetails, ModelFound, Notice
from engine.gguf.entry import others_models
from engine.hub.curated import curated_models
from engine.hub.request import PUBLIC_HUB, Connection, HubAction, HubRequest
from engine.hub.serve import serve
from engine.hub.staging import discard, unfinished
from engine.modes import TEXT_MODES

Run = Callable[[argparse.Namespace], None]
_PICKLED = (
    "Its weights are pickled, a format that can run programs: once here they are converted, in a process without "
    "network that may write nothing but the result."
)
_MODES = [mode.value for mode in TEXT_MODES]


def add_arguments(models: argparse.ArgumentParser) -> None:
    """Give the command `models` what it can do beside listing."""
    actions = models.add_subparsers(metavar="ACTION", title="actions")
    suggest = _action(actions, "suggest", _suggest, "models worth a look, for each mode; asks nobody")
    suggest.add_argument("--task", default="", choices=_MODES, help="only for this mode")
    search = _hub_action(actions, "search", _search, "find models on the hub")
    search.add_argument("words", nargs="*", metavar="WORD")
    search.add_argument("--task", default="", choices=_MODES, help="only for this mode")
    info = _hub_action(actions, "info", _info, "a model on the hub: files, sizes, licence, card")
    download = _hub_action(actions, "download", _download, "fetch a model, or go on with its download")
    for command in (info, download):
        command.add_argument("repo", metavar="OWNER/NAME")
        command.add_argument("--revision", default="", metavar="R", help="branch, tag or commit; default: the latest")
    download.add_argument("--cancel", action="store_true", help="leave nothing of a download that was begun")
    token = _hub_action(actions, "token", _token, "keep an access token for gated models in the system's keyring")
    token.add_argument("--forget", action="store_true", help="take the token away")
    _action(actions, "unfinished", _unfinished, "downloads that are not complete")
    fits = _action(actions, "fit", fitting.show_fit, "what a model needs of this machine, in each weight format")
    fits.add_argument("model", metavar="ID", help="id or folder")
    fits.add_argument("--context", type=count, default=0, metavar="N", help="tokens (default: its window, up to 4,096)")
    fits.add_argument("--variants", type=count, default=1, metavar="N", help="texts at once (default: 1)")
    _action(actions, "others", _others, "GGUF files of other programs, which can be used where they lie")
    imports = _action(actions, "import", _import, "copy a model from a folder")
    converts = _action(actions, "convert", _convert, "copy a model with pickled weights from a folder, as safetensors")
    for command in (imports, converts):
        command.add_argument("folder", metavar="FOLDER")
    verify = _action(actions, "verify", _verify, "compare a model byte for byte with its origin")
    repairs = _hub_action(actions, "repair", _repair, "fetch what is missing or damaged of a model again")
    remove = _action(actions, "remove", _remove, "delete a model of your own")
    rename = _action(actions, "rename", _rename, "give a model of your own another id")
    for command in (verify, repairs, remove, rename):
        command.add_argument("model", metavar="ID")
    rename.add_argument("new", metavar="NEW")


def _action(actions: Any, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    parser.set_defaults(run=run, parser=parser, network=False)
    parser.add_argument("--json", action="store_true", help="events as JSON lines")
    parser.add_argument("--progress", action="store_true", help="show progress also where it is no terminal")
    return parser


def _hub_action(actions: Any, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    parser = _action(actions, name, run, summary)
    parser.set_defaults(network=True)
    endpoint = os.environ.get("HF_ENDPOINT", PUBLIC_HUB)
    parser.add_argument("--endpoint", default=endpoint, metavar="URL", help="default: %(default)s")
    parser.add_argument("--proxy", default="", metavar="URL", help="default: as the system says")
    return parser


def _request(options: argparse.Namespace, action: HubAction, name: str) -> HubRequest:
    connection = Connection(options.endpoint, options.proxy) if options.network else Connection()
    task, revision = getattr(options, "task", ""), getattr(options, "revision", "")
    return HubRequest(action, name, task, revision, connection)


def _run(options: argparse.Namespace, action: HubAction, name: str) -> None:
    output, line = JsonOutput(), ProgressLine(wanted=options.progress)
    for event in serve(_request(options, action, name)):
        if options.json:
            output.show(event)
        elif isinstance(event, ModelFound | ModelDetails):
            sys.stdout.write(_told(event))
        elif isinstance(event, Notice) and action is HubAction.VERIFY:  # the answer
            line.clear()
            sys.stdout.write(event.message + "\n")
        else:
            line.show(event)
    line.clear()


def _search(options: argparse.Namespace) -> None:
    _run(options, HubAction.SEARCH, " ".join(options.words))


def _info(options: argparse.Namespace) -> None:
    _run(options, HubAction.DETAILS, options.repo)


def _download(options: argparse.Namespace) -> None:
    if options.cancel:
        discard(options.repo)
        return
    _run(options, HubAction.DOWNLOAD, options.repo)


def _token(options: argparse.Namespace) -> None:
    if options.forget:
        token = ""
    elif sys.stdin.isatty():
        token = getpass.getpass("Access token: ")
    else:
        token = sys.stdin.readline()
    _run(options, HubAction.SIGN_IN, token.strip())


def _import(options: argparse.Namespace) -> None:
    _run(options, HubAction.IMPORT, _named(options.folder))


def _convert(options: argparse.Namespace) -> None:
    _run(options, HubAction.CONVERT, _named(options.folder))


def _named(folder: str) -> str:
    """Return a folder by its own name, which the model gets: "." is none."""
    return str(Path(folder).expanduser().resolve())


def _verify(options: argparse.Namespace) -> None:
    _run(options, HubAction.VERIFY, options.model)


def _repair(options: argparse.Namespace) -> None:
    _run(options, HubAction.REPAIR, options.model)


def _remove(options: argparse.Namespace) -> None:
    library.remove_model(options.model)


def _rename(options: argparse.Namespace) -> None:
    library.rename_model(options.model, options.new)


def _suggest(options: argparse.Namespace) -> None:
    for model in curated_models():
        if options.task and options.task not in model.tasks:
            continue
        gated = ", terms to accept" if model.gated else ""
        facts = f"{', '.join(model.tasks)}; about {size_words(model.size_bytes)}; {model.licence}{gated}"
        values = {"repo": model.repo, "tasks": model.tasks, "licence": model.licence, "size_bytes": model.size_bytes}
        line = json.dumps(values) if options.json else f"{model.repo:36}  {facts}\n    {model.words}"
        sys.stdout.write(line + "\n")


def _others(options: argparse.Namespace) -> None:
    for entry in others_models():
        values = {"file": str(entry.folder), "title": entry.title, "size_bytes": entry.size_bytes}
        words = f"{entry.folder}  {size_words(entry.size_bytes)}  {entry.strength}"
        sys.stdout.write((json.dumps(values) if options.json else words) + "\n")


def _unfinished(options: argparse.Namespace) -> None:
    for begun in unfinished():
        values = {"repo": begun.repo, "done": begun.done, "total": begun.total}
        words = f"{begun.repo}  {size_words(begun.done)} of {size_words(begun.total)}"
        sys.stdout.write((json.dumps(values) if options.json else words) + "\n")


def _told(event: ModelFound | ModelDetails) -> str:
    if isinstance(event, ModelFound):
        size = size_words(event.size_bytes) if event.size_bytes else "?"
        gated = "  terms to accept" if event.gated else ""
        return f"{event.repo:48}  {size:>8}  {event.licence or 'no licence named'}  {event.task}{gated}\n"
    files = "".join(f"  {size_words(size):>8}  {path}\n" for path, size in event.files)
    total = size_words(sum(size for _, size in event.files))
    lines = [
        f"{event.repo}  {event.task}  {event.licence or 'no licence named'}  {' '.join(event.languages)}",
        event.problem or f"{total} to download:\n{files}".rstrip(),
        "Its terms have to be accepted on the hub first." if event.gated else "",
        _PICKLED if event.pickled else "",
        event.card,
    ]
    return "\n".join(line for line in lines if line) + "\n"

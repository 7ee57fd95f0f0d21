"""Servers that write in place of a model on this machine: set up by the writer, asked for document by document."""

from __future__ import annotations

from typing import Any

from engine.catalog import ModelEntry, list_models
from engine.errors import SettingsError
from engine.modes import CHAT_TASKS, Mode
from engine.paths import config_dir
from engine.server import Server
from gui.settings import Settings

_MARK = "server:"  # before the name of a server where the id of a model could stand
_TASKS = (Mode.WRITE.value, Mode.TRANSLATE.value, Mode.SUMMARISE.value)  # of a server whose model continues texts


def find_server(settings: Settings, model: str) -> Server | None:
    """Return the server that `model` stands for, None where it is a model on this machine."""
    if not model.startswith(_MARK):
        return None
    return _server(settings.servers.get(model.removeprefix(_MARK)))


def is_server(model: str) -> bool:
    """Tell whether `model` stands for a server."""
    return model.startswith(_MARK)


def choices(settings: Settings) -> list[ModelEntry]:
    """Return what there is to choose from: the models on this machine, then the servers, each marked as one."""
    return [*list_models(), *server_entries(settings)]


def server_entries(settings: Settings) -> list[ModelEntry]:
    """Return an entry for each server; those whose settings are damaged are left out."""
    entries = (_entry(name, _server(values)) for name, values in settings.servers.items())
    return [entry for entry in entries if entry is not None]


def addresses(settings: Settings) -> set[str]:
    """Return the addresses of all servers."""
    found = (_server(values) for values in settings.servers.values())
    return {server.address for server in found if server is not None}


def keep_server(settings: Settings, name: str, server: Server) -> None:
    """Keep a server under `name`, in place of one that was called so; nobody has agreed to it for a document yet."""
    forget_server(settings, name)
    settings.servers[name] = {"address": server.address, "model": server.model, "chat": server.chat}


def forget_server(settings: Settings, name: str) -> None:
    """Forget a server, and what was agreed to for it."""
    settings.servers.pop(name, None)
    settings.leaving = [each for each in settings.leaving if not each.startswith(f"{name}\n")]


def may_leave(settings: Settings, model: str, document: str) -> bool:
    """Tell whether the writer agreed that the text of `document` goes to the server `model`."""
    return _agreement(model, document) in settings.leaving


def agree(settings: Settings, model: str, document: str) -> None:
    """Note that the text of `document` may go to the server `model`."""
    if not may_leave(settings, model, document):
        settings.leaving.append(_agreement(model, document))


def _agreement(model: str, document: str) -> str:
    return f"{model.removeprefix(_MARK)}\n{document}"


def _entry(name: str, server: Server | None) -> ModelEntry | None:
    if server is None:
        return None
    words = f"{server.model} on {server.host}: text leaves this machine"
    tasks = CHAT_TASKS if server.chat else _TASKS
    return ModelEntry(_MARK + name, config_dir(), f"{name} ↗ {server.host}", tasks, strength=words)


def _server(values: Any) -> Server | None:
    """Return the server that settings describe, None where they are damaged."""
    try:
        return Server(**values)
    except (TypeError, SettingsError):
        return None

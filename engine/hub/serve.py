"""Requests to the hub, served as generators of events."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.catalog import list_models
from engine.conversion import convert_model
from engine.errors import ModelError
from engine.events import Event, Finished, Notice
from engine.hub.importing import import_model
from engine.hub.passwords import with_passwords, without_user
from engine.hub.request import HubAction, HubRequest
from engine.hub.tokens import keep_hub_password, keep_proxy_password, keep_token, read_token
from engine.library import verify_model

# The network library is imported only where the network is asked for.


def serve(request: HubRequest) -> Iterator[Event]:
    """Yield the events of `request`, Finished last. Raises EngineError with the reason it cannot be done."""
    match request.action:
        case HubAction.SEARCH:
            return _search(request)
        case HubAction.DETAILS:
            return _details(request)
        case HubAction.DOWNLOAD:
            return _download(request)
        case HubAction.IMPORT:
            return import_model(Path(request.name).expanduser())
        case HubAction.CONVERT:
            return convert_model(Path(request.name).expanduser())
        case HubAction.VERIFY:
            return _verify(request)
        case HubAction.REPAIR:
            return _repair(request)
        case HubAction.SIGN_IN:
            return _sign_in(request)
        case HubAction.PROXY_PASSWORD:
            return _keep_proxy_password(request)
        case HubAction.HUB_PASSWORD:
            return _keep_hub_password(request)


def _search(request: HubRequest) -> Generator[Event, None, None]:
    with _hub(request) as hub:
        yield from hub.search(request.name, request.task)
    yield Finished()


def _details(request: HubRequest) -> Generator[Event, None, None]:
    with _hub(request) as hub:
        yield hub.details(request.name, request.revision)
    yield Finished()


def _download(request: HubRequest) -> Generator[Event, None, None]:
    from engine.hub.download import download

    with _hub(request) as hub:
        yield from download(hub, request)


def _repair(request: HubRequest) -> Generator[Event, None, None]:
    from engine.hub.repair import repair

    with _hub(request) as hub:
        yield from repair(hub, request.name)


def _verify(request: HubRequest) -> Generator[Event, None, None]:
    for entry in list_models():
        if entry.id == request.name:
            yield from verify_model(entry)
            return
    raise ModelError(f'There is no model "{request.name}".')


def _sign_in(request: HubRequest) -> Generator[Event, None, None]:
    keep_token(request.name, without_user(request.connection.endpoint))
    kept = "The token is in the keyring of the system." if request.name else "The token is forgotten."
    yield Notice(kept)
    yield Finished()


def _keep_proxy_password(request: HubRequest) -> Generator[Event, None, None]:
    keep_proxy_password(request.name, request.connection.proxy)
    kept = "The password of the proxy is in the keyring of the system."
    yield Notice(kept if request.name else "The password of the proxy is forgotten.")
    yield Finished()


def _keep_hub_password(request: HubRequest) -> Generator[Event, None, None]:
    keep_hub_password(request.name, request.connection.endpoint)
    kept = "The password of the hub is in the keyring of the system."
    yield Notice(kept if request.name else "The password of the hub is forgotten.")
    yield Finished()


@contextmanager
def _hub(request: HubRequest):  # noqa: ANN202 - the class is imported below
    from engine.hub.client import Hub

    token = read_token(without_user(request.connection.endpoint))
    hub = Hub(with_passwords(request.connection), token)
    try:
        yield hub
    finally:
        hub.close()

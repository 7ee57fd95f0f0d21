"""Why a server gives no answer, and the sentence for it. Torch-free."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from engine.errors import EngineError, NetworkError, SettingsError
from engine.json_files import parse_json
from engine.remote.pieces import said
from engine.server import Server

_BUSY = (408, 429, 500, 502, 503, 504)


class RefusalError(Exception):
    """No answer: the `error` to be said, `status` where there was one, the server's own `words`.

    `passes` tells whether that passes by itself.
    """

    def __init__(self, error: EngineError, *, status: int = 0, passes: bool = False, words: str = "") -> None:
        super().__init__(str(error))
        self.error = error
        self.status = status
        self.passes = passes
        self.words = words


def away(server: Server) -> RefusalError:
    """Return the refusal of a server that does not answer."""
    sentence = f"{server.host} does not answer: is the server running, and the address right?"
    return RefusalError(NetworkError(sentence), passes=True)


def strange(server: Server) -> RefusalError:
    """Return the refusal of a server that answers something else."""
    sentence = f"{server.host} answered in a form that is not known: is it compatible, and the address right?"
    return RefusalError(NetworkError(sentence))


def complained(server: Server, words: str) -> RefusalError:
    """Return the refusal of a server that tells of a fault in its own `words`."""
    return RefusalError(NetworkError(f"{server.host} reports a fault: {words}"), words=words)


def refused(server: Server, response: httpx2.Response, data: str, path: str) -> RefusalError:
    """Return the refusal that `response` tells of, which has the body `data` and answers a request for `path`."""
    status = response.status_code
    return RefusalError(_error(server, response, data, path), status=status, passes=status in _BUSY)


@contextmanager
def explaining(server: Server, timeout: httpx2.Timeout) -> Iterator[None]:
    """Make a refusal of what goes wrong on the way to `server`, which had the time of `timeout`."""
    try:
        yield
    except httpx2.InvalidURL as error:
        sentence = f'"{server.address}" is no address of a server: write it like http://host:8000/v1.'
        raise RefusalError(SettingsError(sentence)) from error
    except httpx2.ReadTimeout as error:  # to ask again would have it read the text again
        sentence = f"{server.host} has been silent for {timeout.read:g} seconds: look after it, or ask for less."
        raise RefusalError(NetworkError(sentence)) from error
    except httpx2.TransportError as error:
        raise away(server) from error
    except httpx2.HTTPError as error:
        raise strange(server) from error


def _error(server: Server, response: httpx2.Response, data: str, path: str) -> NetworkError:
    host, status = server.host, response.status_code
    if response.next_request is not None:
        there = str(response.next_request.url).removesuffix(f"/{path}")
        return NetworkError(f"{host} sends requests on to {there}: if you trust it, give it as the address.")
    if status in (401, 403):
        return NetworkError(f"{host} refuses the key: give the right one in Models > Manage models, Servers.")
    if status == 404:
        return NetworkError(f"{host} has no model {server.model}, or no such address: check both.")
    if status in _BUSY:
        return NetworkError(f"{host} is busy or has a fault ({status}): try again later.")
    try:
        words = said(parse_json(data))
    except ValueError:
        words = said(None)
    return NetworkError(f"{host} refuses the request ({status}): {words}")

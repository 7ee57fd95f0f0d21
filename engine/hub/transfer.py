"""One file from the hub: what is missing of it is fetched, through cut connections and servers that ask for a pause."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2
from huggingface_hub import get_session
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import hf_raise_for_status

from engine.hub.client import Hub
from engine.hub.files import HubFile
from engine.tries import Waiting, wait

PATIENCE = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)  # seconds before the next try, as long as nothing comes
_LONGEST_PAUSE = 300.0  # that a server may ask for


@dataclass(frozen=True, slots=True)
class Received:
    """`count` bytes more are on the disk; negative where a server began anew and what was there is given up."""

    count: int


class _InterruptionError(Exception):
    """The connection was lost, or the server is busy: `pause` is what it asks for, `reason` what will be said."""

    def __init__(self, reason: Exception, pause: float = 0.0) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.pause = pause


def receive(
    hub: Hub, repo: str, commit: str, file: HubFile, path: Path, patience: Sequence[float] = PATIENCE
) -> Generator[Received | Waiting, None, None]:
    """Append to `path` what it lacks of `file`; close the generator at any yield and go on later.

    Every byte is written as it comes, so that a kill costs none. Raises EngineError once
    nothing came during all of `patience`, or for what waiting does not mend.
    """
    failures = 0
    url = hub.address(repo, commit, file.path)
    path.touch()
    while (before := path.stat().st_size) < file.size:
        try:
            yield from _append(url, hub.headers, file, path)
        except _InterruptionError as lost:
            failures = 0 if path.stat().st_size > before else failures
            if failures == len(patience):
                raise hub.explained(lost.reason, repo) from lost.reason
            yield from wait(max(patience[failures], lost.pause))
            failures += 1
        except (HfHubHTTPError, httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
            raise hub.explained(error, repo) from error


def _append(url: str, headers: dict[str, str], file: HubFile, path: Path) -> Generator[Received, None, None]:
    start = path.stat().st_size
    asked = {**headers, "Accept-Encoding": "identity", **({"Range": f"bytes={start}-"} if start else {})}
    try:
        with get_session().stream("GET", url, headers=asked) as response, path.open("r+b", buffering=0) as target:
            _raise_for_status(response)
            if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                yield Received(-start)  # all of it comes again
                target.truncate(start := 0)
            target.seek(start)
            for piece in response.iter_bytes():
                room = file.size - target.tell()
                target.write(piece[:room])
                yield Received(min(len(piece), room))
                if len(piece) >= room:
                    break  # also where more comes than there should be: the hash will tell
            os.fsync(target.fileno())
    except httpx2.TransportError as error:
        raise _InterruptionError(error) from error
    if path.stat().st_size < file.size:
        raise _InterruptionError(httpx2.ReadError("the answer ended early"))


def _raise_for_status(response: httpx2.Response) -> None:
    if response.is_error:
        response.read()
    try:
        hf_raise_for_status(response)
    except HfHubHTTPError as error:
        if response.status_code in (408, 429) or response.status_code >= 500:
            raise _InterruptionError(error, _asked_pause(response)) from error
        raise


def _asked_pause(response: httpx2.Response) -> float:
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), _LONGEST_PAUSE) if asked.isdecimal() else 0.0

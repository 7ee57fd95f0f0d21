"""Downloads that are killed, by the signal that no process can answer."""

import multiprocessing
import os
from dataclasses import dataclass

from engine.cli import main
from engine.hub.staging import staging_folder

# A process that has imported everything and forks the others off: they start in milliseconds instead of a second.
_KIND = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_PROCESSES = multiprocessing.get_context(_KIND)
_PROCESSES.set_forkserver_preload(["engine.cli", "engine.hub.download", "keyring.backends.fail"])
_NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}  # nobody's own is asked


@dataclass(frozen=True)
class Kill:
    """One start of a download: bytes on the disk before and after it, and where it asked the server to begin."""

    had: int
    asked_from: int
    kept: int


def kill_download(server, repo, kills, draw, most=80_000):
    """Start the download of `repo` and kill it at a random place, `kills` times; `draw` is a random.Random."""
    path = staging_folder(repo) / "model.safetensors"
    seen = []
    for _ in range(kills):
        had = path.stat().st_size if path.is_file() else 0
        before = len(server.asked)
        process = start_download(server, repo)
        wanted = had + draw.randrange(1, most)
        while process.is_alive() and (not path.is_file() or path.stat().st_size < wanted):
            server.wake.wait(0.002)
        process.kill()
        process.join()
        asked = next(each for name, each in server.asked[before:] if name == path.name)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        seen.append(Kill(had, start, path.stat().st_size))
    return seen


def start_download(server, repo):
    """Start the command line's download in a process of its own."""
    arguments = ["models", "download", repo, "--endpoint", server.endpoint]
    process = _PROCESSES.Process(target=_run, args=(arguments, {**os.environ, **_NO_KEYRING}))
    process.start()
    return process


def _run(arguments, environment):
    os.environ.update(environment)  # that of the test, not of the first that started one
    raise SystemExit(main(arguments))

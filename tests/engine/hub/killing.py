"""Downloads that are killed, by the signal that no process can answer."""

import subprocess
import sys
from dataclasses import dataclass

from engine.hub.staging import staging_folder

_CODE = "import sys; from engine.cli import main; sys.exit(main(sys.argv[1:]))"


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
        while process.poll() is None and (not path.is_file() or path.stat().st_size < wanted):
            server.wake.wait(0.002)
        process.kill()
        process.wait()
        asked = next(each for name, each in server.asked[before:] if name == path.name)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        seen.append(Kill(had, start, path.stat().st_size))
    return seen


def start_download(server, repo):
    """Start the command line's download in a process of its own."""
    arguments = ["models", "download", repo, "--endpoint", server.endpoint]
    return subprocess.Popen([sys.executable, "-c", _CODE, *arguments])

"""Kill a download again and again and look what is left: python -m benchmarks.download_kills --kills 20.

The server is the tests' own and runs on loopback, slowed down so that the download lasts.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from pathlib import Path


def main() -> None:
    """Download through the kills and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--megabytes", type=int, default=40, help="size of the model")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = home
        print(measure(Path(home), options.kills, options.megabytes * 1_000_000, random.Random(options.seed)))


def measure(home: Path, kills: int, size: int, draw: random.Random) -> str:
    """Return in one line how the download of `size` bytes fared."""
    from engine.paths import downloads_dir, models_dir
    from tests.engine.hub.fake_hub import FakeRepo, fake_hub, model_files
    from tests.engine.hub.killing import kill_download, start_download

    repo, files = "writers/tiny", model_files(home / "origin" / "tiny", padding=size)
    weights = files["model.safetensors"]
    with fake_hub({repo: FakeRepo(files)}) as server:
        server.seconds_per_piece = 0.001
        seen = kill_download(server, repo, kills, draw, most=2 * size // kills)
        twice = sum(kill.had - kill.asked_from for kill in seen)
        start_download(server, repo).join()
    whole = (models_dir() / "tiny" / "model.safetensors").read_bytes() == weights
    left = downloads_dir().exists()
    return (
        f"{len(seen)} kills of a download of {len(weights):,} bytes: {'intact' if whole else 'DAMAGED'}, "
        f"{twice:,} bytes fetched twice, {'something' if left else 'nothing'} left in the downloads folder"
    )


if __name__ == "__main__":
    main()

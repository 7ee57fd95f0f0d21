"""Run the benchmarks that need no data, one after the other: python -m benchmarks [--quick].

With a GPU, speed, growth and translation are measured there as well. --quick only tries the programs, on tiny models:
its figures mean nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping

import torch

# Each program, its arguments, and those that make it quick.
PROGRAMS = (
    ("engine.compiled.library", [], []),  # which would be at work beside the others
    ("benchmarks.process", [], ["--rounds", "1"]),
    ("benchmarks.window", [], []),
    ("benchmarks.first_words", [], ["--rounds", "1"]),
    (
        "benchmarks.speed",
        ["30m", "story-en", "0.5b", "1.5b"],
        ["tiny", "--rounds", "1", "--long", "300", "--longest", "0"],
    ),
    ("benchmarks.profile_token", [], ["--tokens", "20"]),
    ("benchmarks.growth", ["30m", "0.5b"], ["tiny", "--rounds", "1", "--most", "512"]),
    ("benchmarks.translation_speed", [], ["--rounds", "1"]),
    ("benchmarks.project", [], ["--rounds", "1"]),
)
ON_GPU = (
    ("benchmarks.speed", ["30m", "0.5b", "7b", "--device", "cuda"]),
    ("benchmarks.growth", ["30m", "0.5b", "7b", "--device", "cuda"]),
    ("benchmarks.translation_speed", ["--device", "cuda"]),
)


def commands(*, quick: bool, gpu: bool, folder: str) -> Iterator[list[str]]:
    """Yield the programs with their arguments; pictures that mean nothing go into `folder`."""
    for program, whole, fast in PROGRAMS:
        drawn = ["--folder", folder] if program == "benchmarks.growth" else []
        yield [program, *(fast + drawn if quick else whole)]
    if gpu and not quick:
        for program, arguments in ON_GPU:
            yield [program, *arguments]


def platform_variables(variables: Mapping[str, str], system: str) -> dict[str, str]:
    """Return `variables` with Qt's own platform for no display, where there is none: else windows end their process."""
    shown = system != "linux" or any(variables.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return dict(variables) if shown else {"QT_QPA_PLATFORM": "offscreen", **variables}


def main() -> None:
    """Run them; the first that fails ends it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="try the programs on tiny models")
    options = parser.parse_args()
    variables = platform_variables(os.environ, sys.platform)
    with tempfile.TemporaryDirectory() as folder:
        for command in commands(quick=options.quick, gpu=torch.cuda.is_available(), folder=folder):
            print(f"\n== {' '.join(command)}", flush=True)
            subprocess.run([sys.executable, "-m", *command], check=True, env=variables)


if __name__ == "__main__":
    main()

"""Run the benchmarks that need no data, one after the other: python -m benchmarks."""

from __future__ import annotations

import subprocess
import sys

PROGRAMS = (
    "benchmarks.process",
    "benchmarks.window",
    "benchmarks.speed",
    "benchmarks.translation_speed",
    "benchmarks.project",
)

if __name__ == "__main__":
    for program in PROGRAMS:
        subprocess.run([sys.executable, "-m", program], check=True)

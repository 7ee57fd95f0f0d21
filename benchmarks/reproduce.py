"""Repeat published figures: `python -m benchmarks.reproduce NAME --data RESEARCH`; `--table` joins the results.

Each result is kept in docs/results/reproduction/NAME.md with the commit, the machine and the wall time.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import platform
import subprocess
import time
from pathlib import Path

import torch

from benchmarks import reproduction
from benchmarks.reproduction.row import Outcome, Row

_ROOT = Path(__file__).resolve().parent.parent
_RESULTS = _ROOT / "docs" / "results"
_WORDS = {True: "met", False: "missed", None: "reported"}


def rows() -> dict[str, Row]:
    """Return every row by name: each module of `benchmarks.reproduction` lists its own in `ROWS`."""
    found: dict[str, Row] = {}
    for module in pkgutil.iter_modules(reproduction.__path__, "benchmarks.reproduction."):
        for row in getattr(importlib.import_module(module.name), "ROWS", ()):
            found[row.name] = row
    return found


def reproduce(row: Row, data: Path, work: Path) -> None:
    """Run a row, print its curve, and keep the result."""
    work.mkdir(parents=True, exist_ok=True)
    commit, started, curve = _commit(), time.monotonic(), []
    run = row.run(data, work)
    while True:
        try:
            line = next(run)
        except StopIteration as end:
            outcome: Outcome = end.value
            break
        curve.append(line)
        print(line, flush=True)
    minutes = (time.monotonic() - started) / 60
    text = _report(row, outcome, curve, commit, minutes)
    (_RESULTS / "reproduction").mkdir(parents=True, exist_ok=True)
    (_RESULTS / "reproduction" / f"{row.name}.md").write_text(text, encoding="utf-8")
    print(f"{row.name}: {outcome.figure}; bar {row.bar}: {_WORDS[outcome.met]}. {outcome.notes}")


def _report(row: Row, outcome: Outcome, curve: list[str], commit: str, minutes: float) -> str:
    entries = {
        "system": row.system,
        "published": row.published,
        "bar": row.bar,
        "ours": outcome.figure,
        "result": _WORDS[outcome.met],
        "notes": outcome.notes,
        "command": f"python -m benchmarks.reproduce {row.name} --data RESEARCH",
        "commit": commit,
        "wall time": f"{minutes:.1f} minutes",
        "machine": _machine(),
    }
    listed = "".join(f"- {name}: {value}\n" for name, value in entries.items() if value)
    return f"# {row.name}\n\n{listed}\n```\n" + "\n".join(curve) + "\n```\n"


def table() -> str:
    """Return all rows with the results that are kept, as Markdown."""
    lines = ["| row | system | published | bar | ours | result | minutes |", "|---|---|---|---|---|---|---|"]
    for row in rows().values():
        kept = _kept(row.name)
        cells = (row.system, row.published, row.bar, kept.get("ours", "–"), kept.get("result", "not run"))
        minutes = kept.get("wall time", "–").removesuffix(" minutes")
        lines.append("| " + " | ".join((f"`{row.name}`", *cells, minutes)) + " |")
    return "\n".join(lines) + "\n"


def _kept(name: str) -> dict[str, str]:
    path = _RESULTS / "reproduction" / f"{name}.md"
    if not path.is_file():
        return {}
    entries = [line[2:].split(": ", 1) for line in path.read_text(encoding="utf-8").splitlines() if line[:2] == "- "]
    return {entry[0]: entry[1] for entry in entries if len(entry) == 2}


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or os.environ.get("COMMIT", "unknown")


def _machine() -> str:
    threads = f"{torch.get_num_threads()} of {os.cpu_count()} cores"
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else threads
    return f"{platform.system()} {platform.machine()}, {device}, torch {torch.__version__}"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(rows()), help="the row to run")
    parser.add_argument("--data", type=Path, default=Path("data/research"), help="folder of the research data")
    parser.add_argument("--work", type=Path, default=Path("runs/reproduction"), help="where runs keep their state")
    parser.add_argument("--table", action="store_true", help="write docs/results/reproduction.md from what is kept")
    options = parser.parse_args()
    if options.name:
        reproduce(rows()[options.name], options.data, options.work / options.name)
    if options.table:
        heading = "# Published figures, repeated\n\nMade by `python -m benchmarks.reproduce --table`.\n\n"
        (_RESULTS / "reproduction.md").write_text(heading + table(), encoding="utf-8")


if __name__ == "__main__":
    main()

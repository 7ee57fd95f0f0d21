"""What training on a writer's own files comes to: a voice from one novel, and a translator killed half-way.

    python -m benchmarks.personal novel --text BOOKS.txt.xz [--start story-en] --minutes 15
    python -m benchmarks.personal killed --pairs DIR [--start translate] --minutes 20

`novel` trains on the first book of a file of books (blank lines part them). `killed` makes a TSV of the Multi30k files
in DIR, trains a translator twice, once killed half-way and taken up again, and compares both on the same pairs.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

Outcome = dict[str, Any]


def novel(work: Path, text: Path, start: str, minutes: float) -> None:
    """Train on one book and print the outcome and the processor's time."""
    with lzma.open(text, "rt", encoding="utf-8") as file:
        book = file.read().split("\n\n")[0]
    (work / "novel.txt").write_text(book, encoding="utf-8")
    wishes = ["--purpose", "continue", str(work / "novel.txt"), "--name", "voice", "--minutes", str(minutes)]
    outcome = _train(work / "home", wishes + (["--start", start] if start else []))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    _show("novel", outcome)
    print(f"processor time, reading and scoring included: {(spent.ru_utime + spent.ru_stime) / 60:.1f} minutes")


def killed(work: Path, pairs: Path, start: str, minutes: float) -> None:
    """Train a translator without and with a kill half-way and print both scores."""
    packed = [(pairs / f"train.lc.norm.tok.{code}.xz").read_bytes() for code in ("en", "de")]
    sides = [lzma.decompress(data).decode().split("\n") for data in packed]
    lines = [f"{one}\t{other}\n" for one, other in zip(*sides, strict=True) if one]
    (work / "pairs.tsv").write_text("en\tde\n" + "".join(lines), encoding="utf-8")
    wishes = ["--purpose", "translate", str(work / "pairs.tsv"), "--name", "memory", "--minutes", str(minutes)]
    wishes += ["--start", start] if start else []
    whole = _train(work / "whole", wishes)
    _train(work / "killed", wishes, kill_at=0.5)
    resumed = _train(work / "killed", wishes)
    _show("uninterrupted", whole)
    _show("killed half-way and taken up", resumed)
    print(f"difference: {abs(whole['score'] - resumed['score']):.2f} {whole['measure']}")


def _train(home: Path, wishes: list[str], kill_at: float = 2.0) -> Outcome:
    """Run the command line in a home of its own; kill it when that share of the steps is done."""
    command = [sys.executable, "-c", "import sys; from engine.cli import main; sys.exit(main())", "train", *wishes]
    environment = {**os.environ, "XDG_DATA_HOME": str(home), "HOME": str(home)}
    outcome: Outcome = {}
    with subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout or ():
            event = json.loads(line)
            if event["event"] == "TrainingReport":
                print(event["step"], event["total_steps"], event["loss"], event["validation_loss"], flush=True)
                if event["step"] >= kill_at * event["total_steps"]:
                    process.send_signal(signal.SIGKILL)
                    break
            elif event["event"] == "TrainingOutcome":
                outcome = event
    return outcome


def _show(name: str, outcome: Outcome) -> None:
    print(f"{name}: {outcome['score']:.3f} {outcome['measure']}; {outcome['baselines']}; kept: {outcome['kept']}")
    print(outcome["message"])


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("novel", "killed"))
    parser.add_argument("--text", type=Path, default=Path("data/eval/lm/gutenberg_heldout_books.txt.xz"))
    parser.add_argument("--pairs", type=Path, default=Path("data/research/multi30k_tok"))
    parser.add_argument("--start", default="", help="id or folder of a model to begin with")
    parser.add_argument("--minutes", type=float, default=15.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.what == "novel":
            novel(Path(folder), options.text, options.start, options.minutes)
        else:
            killed(Path(folder), options.pairs, options.start, options.minutes)


if __name__ == "__main__":
    main()

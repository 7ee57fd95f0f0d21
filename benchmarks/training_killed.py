"""Train a translator in the real window, kill its process half-way, go on, and compare with a training left in peace.

    QT_QPA_PLATFORM=offscreen python -m benchmarks.training_killed DIR [--steps N] [--pairs N] [--anew] [--folder DIR]

DIR holds the Multi30k files (`train.lc.norm.tok.en.xz` and `.de.xz`); a translation memory (TMX) is made of their first
`--pairs`. Both trainings take the same number of steps, by which they do not depend on the clock. With `--folder`,
pictures of the first one are kept there: under way, and its card.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import os
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from benchmarks.training_screenshots import Session

if TYPE_CHECKING:
    from engine.events import TrainingOutcome
    from engine.purposes import TrainingRequest

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4"><header srclang="en"/><body>\n'
_LATE = 0.8  # of the steps: when the picture of the curves is taken


def main() -> None:
    """Train twice and print both scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the Multi30k files")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--pairs", type=int, default=29_000)
    parser.add_argument("--anew", action="store_true", help="begin with no model, instead of the embedded translator")
    parser.add_argument("--folder", type=Path, help="where pictures shall lie")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = folder
        memory = home / "memory.tmx"
        _write_memory(memory, options.data, options.pairs)
        session = Session(home, options.folder)
        request = _ask(session, memory, options.steps, anew=options.anew)
        whole = _train(session, request)
        killed = _train(session, replace(request, name=f"{request.name} 2"), kill=True)
        session.close()
    print(f"difference: {abs(whole.score - killed.score):.2f} {whole.measure}")


def _write_memory(path: Path, data: Path, count: int) -> None:
    """Write the first `count` pairs as a translation memory."""
    packed = [(data / f"train.lc.norm.tok.{code}.xz").read_bytes() for code in ("en", "de")]
    sides = [lzma.decompress(raw).decode().splitlines()[:count] for raw in packed]
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for pair in zip(*sides, strict=True):
            english, german = map(escape, pair)
            file.write(
                f'<tu><tuv xml:lang="en"><seg>{english}</seg></tuv><tuv xml:lang="de"><seg>{german}</seg></tuv></tu>\n'
            )
        file.write("</body></tmx>\n")


def _ask(session: Session, memory: Path, steps: int, *, anew: bool) -> TrainingRequest:
    """Choose purpose and file as a writer does, and return what Start would ask for, but in steps."""
    from engine.purposes import Purpose

    view = session.open()
    view.setup.purposes.card(Purpose.TRANSLATE).click()
    view.setup.files.add([memory])
    session.settle(1.0)
    session.until(view.setup.start.isEnabled)
    session.settle(1.0)  # what it begins with follows from the languages and is looked at once more
    session.until(view.setup.start.isEnabled)
    session.picture("train-setup-translator")
    print(view.setup.view.words.split("\nExamples")[0].replace("\n", "; "))
    print(view.setup.words)
    request = view.setup.wishes.request(view.setup.files.paths)
    request = replace(request, start="" if anew else request.start, steps=steps)
    print(f"begins with {request.start or 'nothing'}", flush=True)
    return request


def _train(session: Session, request: TrainingRequest, *, kill: bool = False) -> TrainingOutcome:
    """Train to the end, killed half-way if asked for, and print what the window says."""
    training, begun = session.training, time.monotonic()
    training.start(request)
    if kill:
        session.until(lambda: bool(training.reports) and training.reports[-1].step >= request.steps / 2)
        os.kill(training.process_id, signal.SIGKILL)
        session.until(lambda: not training.busy)
        print(f"killed at step {training.reports[-1].step}; the window says: {session.view.run.words.splitlines()[0]}")
        session.view.run.resume.click()
        session.until(lambda: bool(training.notices) or not training.busy)
        print(*training.notices)
    else:
        session.until(
            lambda: not training.busy or (bool(training.reports) and training.reports[-1].step >= _LATE * request.steps)
        )
        session.picture("train-translator")
    session.until(lambda: not training.busy)
    outcome = training.outcome
    if outcome is None:
        raise SystemExit(training.sentence)
    if not kill:
        session.picture("train-card-translator")
    weights = hashlib.sha256((Path(outcome.folder) / "model.safetensors").read_bytes()).hexdigest()[:12]
    how = "killed half-way" if kill else "left in peace"
    print(f"{how}: {outcome.score:.2f} {outcome.measure} after {training.reports[-1].step} steps,")
    print(f"  {(time.monotonic() - begun) / 60:.1f} minutes; weights {weights}; {outcome.baselines}; {outcome.message}")
    training.leave()
    return outcome


if __name__ == "__main__":
    main()

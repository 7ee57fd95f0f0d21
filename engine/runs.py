"""Trainings that were begun and are not over: what was asked for, and the curve so far. Torch-free.

Each has a folder of its own, in which the trainer keeps its state too. A training that has ended has none.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

from engine.errors import EngineError, StorageError
from engine.events import TrainingReport, from_json, to_json
from engine.json_files import parse_json, read_object
from engine.paths import data_dir
from engine.purposes import TrainingRequest

_REQUEST = "request.json"
_REPORTS = "reports.jsonl"


def run_folder(name: str) -> Path:
    """Return where the training called `name` keeps its state."""
    return data_dir() / "training" / name


def keep_request(request: TrainingRequest) -> Path:
    """Keep what was asked for, so that it can be taken up again, and return the run's folder.

    Raises StorageError where that is impossible.
    """
    folder = run_folder(request.name)
    part = folder / f"{_REQUEST}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({**request.to_json(), "finish": False}), encoding="utf-8")
        part.replace(folder / _REQUEST)
    except OSError as error:
        raise StorageError(
            f"The training cannot be kept in {folder} ({error.strerror}): free some space or allow writing there."
        ) from error
    return folder


def keep_report(name: str, report: TrainingReport) -> None:
    """Append a point to the curve of a run that has a folder. Raises StorageError where that is impossible."""
    path = run_folder(name) / _REPORTS
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(to_json(report)) + "\n")
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}): free some space.") from error


def past_reports(name: str) -> list[TrainingReport]:
    """Return the curve of a run so far; a line that a crash cut off is left out."""
    reports: list[TrainingReport] = []
    try:
        lines = (run_folder(name) / _REPORTS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return reports
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):
            event = from_json(parse_json(line))
            if isinstance(event, TrainingReport):
                while reports and reports[-1].step >= event.step:  # trained anew from an older state
                    reports.pop()
                reports.append(event)
    return reports


def unfinished_runs() -> list[TrainingRequest]:
    """Return what the unfinished trainings were asked to do, the latest begun or resumed first."""
    paths = sorted((data_dir() / "training").glob(f"*/{_REQUEST}"), key=_age, reverse=True)
    found: list[TrainingRequest] = []
    for path in paths:
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, EngineError):
            found.append(TrainingRequest.from_json(read_object(path)))
    return found


def forget_run(name: str) -> None:
    """Remove a run's folder with all that is in it."""
    shutil.rmtree(run_folder(name), ignore_errors=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

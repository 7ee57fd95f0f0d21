"""Models that learn from the writer: from files to an installed model with an honest card.

Everything is a generator of events. A run closed or killed at any moment leaves its state in its folder; the same
request takes it up again.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.card import write_card
from engine.checkpoint import staged_folder
from engine.device import choose_device
from engine.errors import EngineError, StorageError, TrainingStateError
from engine.events import Event, Finished, Notice, Progress, Result, Survey, TrainingOutcome, TrainingReport
from engine.json_files import read_object
from engine.models.loaded import load_model
from engine.paths import data_dir
from engine.purposes import Purpose, TrainingRequest
from engine.runs import forget_run, keep_report, keep_request
from engine.training.canary import Exposure, canary_exposure
from engine.training.discriminating import train_discriminator
from engine.training.estimates import estimate
from engine.training.material import Material, read_material
from engine.training.ngram import keep_ngrams
from engine.training.personal_card import canary_sentence, final_card, verdict
from engine.training.personal_plan import Plan, make_plan
from engine.training.personal_scores import Score, score_model
from engine.training.trainer import finish_recipe, train_recipe

_PLAN = "plan.json"  # in a run's folder: what it depends on
_RECORD = "training.json"  # in an installed model: how it scored on what
_DISCRIMINATOR_SHARE = 0.1  # of the training's time
_UNTIMED = 10.0  # minutes that a training which counts steps is taken for


def survey(request: TrainingRequest) -> Iterator[Event]:
    """Read what `request` names without training; yield progress, a Survey with an estimate, and Finished.

    Raises EngineError kinds where nothing can be learnt from it.
    """
    material = yield from read_material(request)
    plan = make_plan(request, material)
    yield Progress(0, 0, "steps", "measuring how long a step takes")
    estimated = estimate(plan)
    yield replace(_survey(material), seconds=estimated.seconds, megabytes=estimated.megabytes, memory=estimated.memory)
    yield Finished()


def train_personal(request: TrainingRequest, device: str = "") -> Iterator[Event]:
    """Train, score and install a model as `request` asks, taking up a run of that name that was begun.

    Yields a Survey, TrainingReports, and a TrainingOutcome before Finished. The installed model is data_dir()/models/
    `request.name`; where it would be worse than what it began with, or than the model of that name on the same held-out
    texts, those stay and the outcome says so. Raises EngineError kinds.
    """
    material = yield from read_material(request)
    plan = make_plan(request, material)
    yield _survey(material)
    folder = keep_request(request)
    yield from _begin(plan, folder)
    for event in _training(plan, folder, device):
        if isinstance(event, TrainingReport):
            keep_report(request.name, event)
        if isinstance(event, TrainingReport):  # the word that names the language is for the model alone
            yield replace(event, sample=event.sample.removeprefix(plan.before))
        elif not isinstance(event, Finished | Result):
            yield event
    score = yield from score_model(plan, folder / "model", device)
    if not math.isfinite(score.value):
        raise TrainingStateError("The training went wrong and its model is of no use: give it more text or time.")
    exposure = yield from _exposure(plan, folder / "model", device)
    if exposure is not None:
        yield Notice(canary_sentence(exposure))
    outcome = _install(plan, folder / "model", score, exposure)
    forget_run(request.name)
    if outcome.kept and request.purpose is Purpose.CONTINUE:
        yield from _discriminate(plan, Path(outcome.folder))
    yield outcome
    yield Finished()


def _survey(material: Material) -> Survey:
    return Survey(
        material.files,
        len(material.rows),
        material.words,
        material.duplicates,
        dict(material.languages),
        material.examples(),
        material.skipped,
        material.masked,
        pair=f"{material.source}-{material.target}" if material.source and material.target else "",
    )


def _begin(plan: Plan, folder: Path) -> Iterator[Event]:
    """Make sure that what `folder` holds belongs to `plan`; a run of anything else is removed."""
    path = folder / _PLAN
    begun = _read_json(path).get("fingerprint")
    if begun == plan.fingerprint:
        return
    if begun:
        yield Notice("The files or wishes have changed since this training was begun: it begins anew.")
        forget_run(plan.request.name)
        keep_request(plan.request)
    _write_json(path, {"fingerprint": plan.fingerprint})


def _training(plan: Plan, folder: Path, device: str) -> Iterator[Event]:
    run = finish_recipe if plan.request.finish else train_recipe
    return run(plan.recipe, plan.texts(), folder, device)


def _exposure(plan: Plan, folder: Path, device: str) -> Generator[Event, None, Exposure | None]:
    if not plan.canaries:
        return None
    model = yield from load_model(folder, choose_device(device))
    return (yield from canary_exposure(model, plan.canaries))


@dataclass(frozen=True, slots=True)
class _Rival:
    """What a new model must beat to be installed: how it is called, and its score."""

    name: str
    score: float


def _install(plan: Plan, trained: Path, score: Score, exposure: Exposure | None) -> TrainingOutcome:
    """Put the model in `trained` in its place, unless a rival is better."""
    place = data_dir() / "models" / plan.request.name
    better = next((rival for rival in _rivals(plan, place, score) if score.loses_to(rival.score)), None)
    message = verdict(score, better.name if better else "")
    if better is None:
        write_card(trained, final_card(plan, score, exposure))
        record = {"held_out": plan.held_out_fingerprint, "measure": score.measure, "score": score.value}
        if plan.request.purpose is Purpose.CONTINUE:
            keep_ngrams(trained, [text for _, text in plan.split.learnt])
        with staged_folder(place) as staging:
            shutil.copytree(trained, staging, dirs_exist_ok=True)
            _write_json(staging / _RECORD, record)
    return TrainingOutcome(
        plan.request.name,
        str(place) if better is None or place.is_dir() else "",
        better is None,
        score.measure,
        score.value,
        score.baselines,
        score.lower_is_better,
        message,
    )


def _rivals(plan: Plan, place: Path, score: Score) -> Iterator[_Rival]:
    if plan.start is not None:
        yield _Rival(plan.start_title, score.baselines[plan.start_title])
    record = _read_json(place / _RECORD)
    if record.get("held_out") == plan.held_out_fingerprint and record.get("measure") == score.measure:
        yield _Rival("the one you had", float(record["score"]))


def _discriminate(plan: Plan, folder: Path) -> Iterator[Event]:
    """Let a discriminator learn to tell the writer's text from the model's, for ranking variants."""
    seconds = 60 * (plan.recipe.schedule.minutes or _UNTIMED) * _DISCRIMINATOR_SHARE
    texts = [text for _, text in plan.split.held_out]  # which are new to the model
    try:
        for event in train_discriminator(folder, texts, seconds, plan.request.seed):
            if isinstance(event, Progress | Notice):
                yield event
    except EngineError as error:
        yield Notice(f"Variants by this model will be ranked by how usual they are. {error}")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return read_object(path)
    except (OSError, ValueError):
        return {}


def _write_json(path: Path, data: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(data), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}): free some space.") from error

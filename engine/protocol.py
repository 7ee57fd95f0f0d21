"""What the window and the engine process say to each other: one JSON object per line.

Lines are ASCII (other characters as JSON escapes), so a line break ends a message and nothing
else does, and a lone surrogate half from an editor crosses unharmed. This module is torch-free.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.events import Event, from_json, to_json
from engine.hub.request import HubRequest
from engine.modes import Mode, Request
from engine.purposes import TrainingRequest


@dataclass(frozen=True, slots=True)
class Run:
    """Ask for a job; its events carry the same number."""

    job: int
    request: Request


@dataclass(frozen=True, slots=True)
class Warm:
    """Ask for the model of `mode` to be loaded ahead; empty `model` is the mode's default."""

    job: int
    mode: Mode
    model: str = ""


@dataclass(frozen=True, slots=True)
class Train:
    """Ask for a model trained on the writer's files; only an engine process of its own gets this."""

    job: int
    request: TrainingRequest


@dataclass(frozen=True, slots=True)
class Look:
    """Ask what a training would read, without training."""

    job: int
    request: TrainingRequest


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask something of the hub; only an engine process of its own, the one that may use the network, gets this."""

    job: int
    request: HubRequest


class Care(StrEnum):
    """What an engine process can be asked about itself."""

    DEVICES = "devices"  # which there are, and what is free
    MEASURE = "measure"  # how fast the one in use is; then the same
    UNLOAD = "unload"  # let go of all models; then the same


@dataclass(frozen=True, slots=True)
class Tend:
    """Ask an engine process to look after its device and memory."""

    job: int
    care: Care


@dataclass(frozen=True, slots=True)
class Stop:
    """Ask for the end of a job that waits or runs; unknown numbers are ignored."""

    job: int


Job = Run | Warm | Train | Look | Fetch | Tend
Command = Job | Stop


@dataclass(frozen=True, slots=True)
class Ready:
    """Say once that commands are read; `device` is the one asked for, empty when it is chosen at load."""

    device: str


@dataclass(frozen=True, slots=True)
class JobEvent:
    """An event of a job; the last one of every job is Finished or Failed."""

    job: int
    event: Event


Message = Ready | JobEvent


def encode_command(command: Command) -> bytes:
    """Return the line, its end included, that `decode_command` reads."""
    match command:
        case Run(job, request):
            return _line({"job": job, "do": "run", "request": request.to_json()})
        case Warm(job, mode, model):
            return _line({"job": job, "do": "warm", "mode": mode, "model": model})
        case Train(job, request):
            return _line({"job": job, "do": "train", "request": request.to_json()})
        case Look(job, request):
            return _line({"job": job, "do": "look", "request": request.to_json()})
        case Fetch(job, request):
            return _line({"job": job, "do": "fetch", "request": request.to_json()})
        case Tend(job, care):
            return _line({"job": job, "do": "tend", "care": care})
        case Stop(job):
            return _line({"do": "stop", "job": job})


def decode_command(line: bytes) -> Command:
    """Return the command of a line. Raises ValueError for anything `encode_command` cannot have made."""
    data = _object(line)
    match data.get("do"):
        case "run":
            return Run(data["job"], Request.from_json(data["request"]))
        case "warm":
            return Warm(data["job"], Mode(data["mode"]), data["model"])
        case "train":
            return Train(data["job"], TrainingRequest.from_json(data["request"]))
        case "look":
            return Look(data["job"], TrainingRequest.from_json(data["request"]))
        case "fetch":
            return Fetch(data["job"], HubRequest.from_json(data["request"]))
        case "tend":
            return Tend(data["job"], Care(data["care"]))
        case "stop":
            return Stop(data["job"])
        case other:
            raise ValueError(f"unknown command {other!r}")


def encode_message(message: Message) -> bytes:
    """Return the line, its end included, that `decode_message` reads."""
    if isinstance(message, Ready):
        return _line({"ready": True, "device": message.device})
    return _line({"job": message.job, **to_json(message.event)})


def decode_message(line: bytes) -> Message:
    """Return the message of a line. Raises ValueError for anything `encode_message` cannot have made."""
    data = _object(line)
    if "ready" in data:
        return Ready(data["device"])
    if "job" not in data:
        raise ValueError(f"not a message of the engine: {line[:80]!r}")
    return JobEvent(data.pop("job"), from_json(data))


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode("ascii") + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    data = json.loads(line)
    if not isinstance(data, dict):
        raise ValueError(f"not a JSON object: {line[:80]!r}")
    return data

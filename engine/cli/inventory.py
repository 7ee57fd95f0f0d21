"""`models` and `devices`: what this machine has to work with."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from engine.amounts import size_words
from engine.catalog import ModelEntry, list_models
from engine.events import DeviceFound


def show_models(options: argparse.Namespace) -> None:
    """Print a line for each model."""
    for entry in list_models():
        sys.stdout.write((_model_json(entry) if options.json else _model_line(entry)) + "\n")


def show_devices(options: argparse.Namespace) -> None:
    """Print a line for each device, after measuring the best one if that is asked for."""
    from engine.protocol import Care
    from engine.session import Session

    for event in Session().tend(Care.MEASURE if options.measure else Care.DEVICES):
        if isinstance(event, DeviceFound):
            values = {"device": event.name, "dtype": event.weights, **dataclasses.asdict(event)}
            sys.stdout.write((json.dumps(values) if options.json else _device_line(event)) + "\n")


def _device_line(device: DeviceFound) -> str:
    speed = f"  {size_words(device.bandwidth)} a second" if device.bandwidth else ""
    memory = f"{size_words(device.free_bytes)} of {size_words(device.total_bytes)} free"
    return f"{device.name:10}  {device.description}, {device.weights}  {memory}{speed}  {device.why}"


def _model_line(entry: ModelEntry) -> str:
    tasks, languages = ", ".join(entry.tasks), " ".join(entry.languages) or "any language"
    return f"{entry.id:16}  {tasks:20}  {languages:32}  {entry.size_bytes / 1e6:8,.1f} MB  {entry.title}"


def _model_json(entry: ModelEntry) -> str:
    return json.dumps({**dataclasses.asdict(entry), "folder": str(entry.folder)}, ensure_ascii=False)

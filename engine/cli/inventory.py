"""`models` and `devices`: what this machine has to work with."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from engine.catalog import ModelEntry, list_models


def show_models(options: argparse.Namespace) -> None:
    """Print a line for each model."""
    for entry in list_models():
        sys.stdout.write((_model_json(entry) if options.json else _model_line(entry)) + "\n")


def show_devices(options: argparse.Namespace) -> None:
    """Print a line for each device."""
    from engine.device import list_devices

    for device in list_devices():
        values = {"device": str(device.torch_device), "dtype": str(device.dtype), "description": device.description}
        line = json.dumps(values) if options.json else f"{values['device']:10}  {device.description}"
        sys.stdout.write(line + "\n")


def _model_line(entry: ModelEntry) -> str:
    tasks, languages = ", ".join(entry.tasks), " ".join(entry.languages) or "any language"
    return f"{entry.id:16}  {tasks:20}  {languages:32}  {entry.size_bytes / 1e6:8,.1f} MB  {entry.title}"


def _model_json(entry: ModelEntry) -> str:
    return json.dumps({**dataclasses.asdict(entry), "folder": str(entry.folder)}, ensure_ascii=False)

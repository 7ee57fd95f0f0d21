"""`models fit`: what a model needs of this machine before it is loaded."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from engine.catalog import find_folder
from engine.errors import ModelError
from engine.events import DeviceFound
from engine.fit import WEIGHT_BYTES, Fit, Speeds, fit, tokens_per_second
from engine.model_shape import ModelShape, read_shape
from engine.protocol import Care


def show_fit(options: argparse.Namespace) -> None:
    """Print a line for each weight format, the device's own first."""
    from engine.session import Session

    folder = find_folder(options.model)
    try:
        shape = read_shape(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The model in {folder} does not say what it needs ({error}): verify it.") from error
    device = next(event for event in Session().tend(Care.DEVICES) if isinstance(event, DeviceFound) and event.chosen)
    formats = sorted(WEIGHT_BYTES, key=lambda name: (name != device.weights, -WEIGHT_BYTES[name]))
    if shape.file_bytes:
        formats = formats[:1]  # a GGUF file has but its own
    for weights in formats:
        found = fit(
            shape, weights, device.free_bytes, options.context, options.variants, accelerated=device.name != "cpu"
        )
        rate = _rate(shape, found, device)
        line = (
            json.dumps({**dataclasses.asdict(found), "tokens_per_second": rate}) if options.json else _line(found, rate)
        )
        sys.stdout.write(line + "\n")


def _rate(shape: ModelShape, found: Fit, device: DeviceFound) -> float:
    """Return the speed to expect, 0 where the device was not measured."""
    if not device.bandwidth:
        return 0.0
    speeds = Speeds(device.bandwidth, device.layer_seconds, device.formats, device.step_seconds)
    return tokens_per_second(shape, found.weights, speeds, found.context // 2)


def _line(found: Fit, rate: float) -> str:
    return f"{found.weights:9}  {found.sentence}" + (f" About {rate:,.0f} tokens a second." if rate else "")

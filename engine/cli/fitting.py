"""`models fit`: what a model needs of this machine before it is loaded."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from engine.catalog import find_folder
from engine.errors import ModelError
from engine.events import DeviceFound
from engine.fit import WEIGHT_BYTES, Fit, Verdict, fit, rate_words, tokens_per_second
from engine.loss import loss_words, losses_of
from engine.model_shape import ModelShape, read_shape
from engine.protocol import Care
from engine.room import can_split
from engine.splitting import split_tokens_per_second


def show_fit(options: argparse.Namespace) -> None:
    """Print a line for each weight format, the device's own first."""
    from engine.session import Session

    folder = find_folder(options.model)
    try:
        shape = read_shape(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The model in {folder} does not say what it needs ({error}): verify it.") from error
    device = next(event for event in Session().tend(Care.DEVICES) if isinstance(event, DeviceFound) and event.chosen)
    first = device.weights_of(shape)
    formats = sorted(WEIGHT_BYTES, key=lambda name: (name != first, -WEIGHT_BYTES[name]))
    if shape.file_bytes:
        formats = formats[:1]  # a GGUF file has but its own
    losses = losses_of(folder)
    for weights in formats:
        found = fit(
            shape,
            weights,
            device.free_bytes,
            options.context,
            options.variants,
            accelerated=device.name != "cpu",
            copied=device.copies,
        )
        rate = _rate(shape, weights, found, device)
        split = split_rate(shape, weights, found, device)
        values = {
            **dataclasses.asdict(found),
            "tokens_per_second": rate,
            "split_tokens_per_second": split,
            "loss": (losses or {}).get(weights),
        }
        words = f"{_line(found, rate, split)} {loss_words(losses, weights)}".rstrip()
        sys.stdout.write((json.dumps(values) if options.json else words) + "\n")


def split_rate(shape: ModelShape, weights: str, found: Fit, device: DeviceFound) -> float:
    """Return the tokens a second of a model that does not fit whole and is split; 0 where it cannot be, or is not."""
    if found.verdict is not Verdict.NO or not can_split(device.name, shape) or device.speeds is None:
        return 0.0
    return split_tokens_per_second(shape, weights, device.speeds, device.free_bytes)


def _rate(shape: ModelShape, weights: str, found: Fit, device: DeviceFound) -> float:
    """Return the speed to expect, 0 where the device was not measured."""
    if device.speeds is None or found.verdict is Verdict.NO:
        return 0.0
    accelerated = device.name != "cpu"
    return tokens_per_second(shape, weights, device.speeds, found.context // 2, accelerated=accelerated)


def _line(found: Fit, rate: float, split: float) -> str:
    words = f"{found.weights:9}  {found.sentence}"
    words += f" {rate_words(rate)}." if rate else ""
    return words + (f" {rate_words(split)} where it is split." if split else "")

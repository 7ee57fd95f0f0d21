"""Whether there is room for a model on its device, and what may help where there is none. Torch-free until asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from engine.amounts import size_words
from engine.errors import DeviceError, ModelError
from engine.fit import WEIGHT_BYTES, Verdict, fit, free_memory, need_of
from engine.machine import device_memory
from engine.model_shape import ModelShape, read_shape
from engine.placement import shorter_context

if TYPE_CHECKING:
    from engine.catalog import ModelEntry
    from engine.device import Device
    from engine.models.loaded import LoadedModel
    from engine.modes import Request


class Remedy(StrEnum):
    """What the writer can do at once about a lack of memory."""

    INT8 = "int8"  # hold weights in 8 bits
    INT4 = "int4"  # hold weights in 4 bits
    SPLIT = "split"  # keep some layers in main memory
    CPU = "cpu"  # run on the processor
    FEWER = "fewer"  # write one text at a time
    BEAMS = "beams"  # search with one beam
    UNLOAD = "unload"  # let go of other models that are loaded
    CONTEXT = "context"  # read less of the text


_BITS = (Remedy.INT8, Remedy.INT4)
_WORDS = {
    Remedy.INT8: "hold its weights in 8 bits",
    Remedy.INT4: "hold its weights in 4 bits",
    Remedy.SPLIT: "keep some of its layers in main memory, which is slow",
    Remedy.CPU: "run it on the processor",
    Remedy.FEWER: "ask for one text at a time",
    Remedy.BEAMS: "search with one beam",
    Remedy.UNLOAD: "unload the other models",
    Remedy.CONTEXT: "let it read less of the text at once",
}


def placed(entry: ModelEntry, device: Device, others: Collection[LoadedModel] = ()) -> tuple[Device, str]:
    """Return `device` as `entry` can be loaded on it, and a sentence of warning, "" where it simply fits.

    `others` are the models that are loaded already. A model that fits is never split. Raises DeviceError, with
    remedies, where its weights alone are more than all that is free: to try would end the process.
    """
    from engine.models.families import weights_held
    from engine.models.formats import is_compiled

    whole = replace(device, split=False)
    try:
        shape = read_shape(entry.folder)
    except (OSError, ValueError, KeyError, TypeError):
        return whole, ""  # damaged, which loading will say better
    free, _ = device_memory(device)
    held = weights_held(entry.folder, whole)
    copied = not is_compiled("int4")
    found = fit(shape, held, free, device.context, accelerated=_accelerated(device), copied=copied)
    if found.need.weights <= free:
        return whole, "" if found.verdict is Verdict.GOOD else f"{entry.id}: {found.sentence}"
    if device.split and can_split(str(device.torch_device), shape):
        return device, (
            f"{entry.id} is larger than the memory of {device.description}: some of its layers wait in main memory, "
            "and it writes slowly."
        )
    remedies = remedies_for(shape, held, str(device.torch_device), free, free_memory(), copied=copied)
    if found.need.weights <= free + sum(map(_weight_bytes, others)):
        remedies.insert(0, Remedy.UNLOAD)
    lack = (
        f"The weights of {entry.id} take {size_words(found.need.weights)} in {found.weights}, but only "
        f"{size_words(free)} are free {_place(device)}"
    )
    raise DeviceError(_advice(lack, remedies), *remedies)


def remedies_for(
    shape: ModelShape, held: str, place: str, free: int, memory: int, *, copied: bool = True
) -> list[Remedy]:
    """Return what would make room for a model held as `held`, the best first.

    `free` bytes are there on the device called `place`, `memory` in main memory. `copied` is as in
    `engine.fit.need_of`.
    """
    accelerated = place != "cpu"
    on_cpu = [Remedy.CPU] if accelerated and fit(shape, "int8", memory).verdict is not Verdict.NO else []
    if shape.file_bytes:  # a GGUF file has but its own format
        return on_cpu
    smaller = [
        remedy
        for remedy in _BITS
        if WEIGHT_BYTES[remedy] < WEIGHT_BYTES[held]
        and fit(shape, remedy, free, accelerated=accelerated, copied=copied).verdict is not Verdict.NO
    ]
    split = can_split(place, shape) and fit(shape, held, free + memory, accelerated=True).verdict is not Verdict.NO
    return [*smaller, *([Remedy.SPLIT] if split else []), *on_cpu]


def can_split(place: str, shape: ModelShape) -> bool:
    """Tell whether a model can be split between the device called `place` and main memory."""
    return place.startswith("cuda") and not shape.file_bytes


def short_of_memory(
    device: Device, request: Request, model: LoadedModel | None = None, others: Collection[LoadedModel] = ()
) -> DeviceError:
    """Return what to tell of a job that ran out of memory on `device`: which limit was met, and what to lower.

    `model` is the one that served it, None where it was not loaded yet, `others` are those that are loaded beside it.
    """
    remedies = [Remedy.FEWER] if request.variants > 1 else []
    if request.params.beams > 1:
        remedies.append(Remedy.BEAMS)
    if others:
        remedies.append(Remedy.UNLOAD)
    remedies += _narrower(device, model)
    if model is not None and _reads_more(model, request, shorter_context(device.context)):
        remedies.append(Remedy.CONTEXT)
    if _accelerated(device):
        remedies.append(Remedy.CPU)
    free, total = device_memory(device)
    texts = f"{request.variants} texts at once" if request.variants > 1 else "this text"
    lack = f"{_memory(device)} ({size_words(free)} of {size_words(total)} free) was not enough for {texts}"
    return DeviceError(_advice(lack, remedies), *remedies)


def _reads_more(model: LoadedModel, request: Request, context: int) -> bool:
    """Tell whether a model reads more than `context` tokens of a request: at most one of every character."""
    return 0 < context < min(model.decoder.context_length, len(request.text))


def _narrower(device: Device, model: LoadedModel | None) -> list[Remedy]:
    """Return the formats in which the weights of a model would take less than they do."""
    if model is None:  # then nothing is known of it but how weights are to be held
        held = device.weights if device.weights in WEIGHT_BYTES else "bfloat16" if _accelerated(device) else "int8"
        return [remedy for remedy in _BITS if WEIGHT_BYTES[remedy] < WEIGHT_BYTES[held]]
    now = _weight_bytes(model)
    return [
        remedy for remedy in _BITS if _weight_bytes(model, remedy) < now and _can_hold(model.folder, device, remedy)
    ]


def _weight_bytes(model: LoadedModel, weights: str = "") -> int:
    """Return what the weights of a loaded model take as they are held, or as they would in the format `weights`."""
    from engine.models.formats import is_compiled

    try:
        shape = read_shape(model.folder)
    except (OSError, ValueError, KeyError, TypeError):
        return 0  # its files have gone or changed since
    accelerated, copied = _accelerated(model.device), not is_compiled("int4")
    return need_of(shape, weights or model.held, 0, accelerated=accelerated, copied=copied).weights


def _can_hold(folder: Path, device: Device, weights: str) -> bool:
    """Tell whether the model in `folder` can be held in the format `weights`, which not all kinds of models can."""
    from engine.models.families import weights_held

    try:
        return weights_held(folder, replace(device, weights=weights)) == weights
    except (DeviceError, ModelError):
        return False


def ways_out(remedies: list[Remedy]) -> str:
    """Return what the writer can do, as the end of a sentence; "" where there is nothing."""
    return _either(_words(remedies))


def _advice(lack: str, remedies: list[Remedy]) -> str:
    return f"{lack}: {_either([*_words(remedies), 'close other programs', 'choose a smaller model'])}."


def _words(remedies: list[Remedy]) -> list[str]:
    if Remedy.INT8 in remedies and Remedy.INT4 in remedies:  # in one breath
        return ["hold its weights in 8 or 4 bits", *(_WORDS[each] for each in remedies if each not in _BITS)]
    return [_WORDS[remedy] for remedy in remedies]


def _either(ways: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(ways[:-1]), *ways[-1:])))


def _place(device: Device) -> str:
    return f"on {device.description}" if _accelerated(device) else "in main memory"


def _memory(device: Device) -> str:
    return f"The memory of {device.description}" if _accelerated(device) else "Main memory"


def _accelerated(device: Device) -> bool:
    return device.torch_device.type != "cpu"

"""The options that several commands of `penwright-cli` share. Torch-free."""

from __future__ import annotations

import argparse

_WEIGHTS = ("float32", "bfloat16", "int8", "int4", "auto")  # engine.device's, which needs torch
_LEAST_CONTEXT = 256  # tokens: half of them are for what is written


def add_files(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take files, or else standard input."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="standard input by default")
    parser.add_argument("--encoding", default="", help="of files and standard input (default: UTF-8)")


def add_model(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take a model, where it is to run, and how its events are to come out."""
    parser.add_argument("--model", default="", help="id or folder (default: the mode's own)")
    add_placement(parser)
    add_output(parser)


def add_output(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take how events are to come out, see `engine.cli.output`."""
    parser.add_argument("--json", action="store_true", help="events as JSON lines")
    add_progress(parser)


def add_progress(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take that progress is shown anyway."""
    parser.add_argument("--progress", action="store_true", help="show progress also where it is no terminal")


def add_placement(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take a device, the format of weights, whether a large model may be split, and how much it reads."""
    add_device(parser)
    parser.add_argument(
        "--split", action="store_true", help="keep layers for which the GPU has no room in main memory, which is slow"
    )
    parser.add_argument(
        "--context",
        type=_context,
        default=0,
        metavar="N",
        help="tokens that a model reads at most, which bounds its memory (default: as many as it can)",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take a device and the format of weights."""
    parser.add_argument("--device", default="", help='"cpu", "cuda", "cuda:1", "mps" (default: chosen)')
    parser.add_argument(
        "--weights",
        type=_weights,
        default="auto",
        metavar="FORMAT",
        help="float32, bf16, int8, int4, or auto: the fastest that is nearly as good (default)",
    )


def count(text: str) -> int:
    """Return the whole number that `text` says. Raises ArgumentTypeError or ValueError for anything below 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


count.__name__ = "whole number"  # as argparse calls it


def _context(text: str) -> int:
    value = int(text)
    if value < _LEAST_CONTEXT:
        raise argparse.ArgumentTypeError(f"{text} is not {_LEAST_CONTEXT} or more")
    return value


_context.__name__ = "whole number"


def _weights(text: str) -> str:
    name = {"bf16": "bfloat16"}.get(text, text)
    if name not in _WEIGHTS:
        raise argparse.ArgumentTypeError(f"{text} is none of float32, bf16, int8, int4, auto")
    return name

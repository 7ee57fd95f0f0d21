"""Write pickled weights as safetensors, locked up: `python -m engine.models.unpickle TARGET PICKLE...`.

torch's own reader takes tensors and refuses everything else. Should it be outwitted, there is no network, no other
process, no file that could be written but the target, and an end to the processor's time.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path
from typing import Any

_SECONDS = 1800  # of a processor
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.spawn",
    "ctypes.dlopen",
)
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "shutil.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    """Read the pickles and write the target."""
    target, pickles = Path(sys.argv[1]), sys.argv[2:]
    leave_the_network()
    import torch
    from safetensors.torch import save_file

    lock(target)
    tensors: dict[str, Any] = {}
    for path in pickles:
        found = torch.load(path, map_location="cpu", weights_only=True)
        if not all(isinstance(tensor, torch.Tensor) for tensor in found.values()):
            raise TypeError("there is more than tensors")
        tensors |= separate(found)
    save_file(tensors, target, metadata={"format": "pt"})


def separate(tensors: dict[str, Any]) -> dict[str, Any]:
    """Return copies of `tensors` that share no memory, of tied matrices the first alone.

    A model names the matrix before those that are tied to it, and whoever loads it ties them again; as copies they
    would nearly double a small translator.
    """
    copies: dict[str, Any] = {}
    seen = set()
    for name, tensor in tensors.items():
        place = (tensor.data_ptr(), tensor.dtype, tensor.shape, tensor.stride())
        if tensor.ndim < 2 or not tensor.numel() or place not in seen:  # vectors take no room: they stay as named
            copies[name] = tensor.contiguous().clone()
        seen.add(place)
    return copies


def leave_the_network() -> None:
    """Bound the processor's time, and on Linux go where there is no network; one thread may, so it comes first."""
    with contextlib.suppress(ImportError):  # Windows has no such bounds
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # where namespaces are off for users, the lock remains
        ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def lock(target: Path) -> None:
    """Refuse, for good, whatever reading weights does not need; files may be read, and `target` written."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN) or event.startswith(_CHANGES):
            raise PermissionError(event)
        if (
            event == "open"
            and isinstance(arguments[2], int)
            and arguments[2] & _WRITING
            and arguments[0] != str(target)
        ):
            raise PermissionError(f"write {arguments[0]}")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    main()

"""The sentence for whatever ended a job, shared by the engine process and the command line. Torch-free."""

from __future__ import annotations

import errno
import sys

from engine.errors import EngineError

_MEMORY = (
    "There was not enough memory for this job: close other programs, choose a smaller model, "
    "or ask for fewer variants or beams."
)
_NO_NUMBERS = (
    "The model led to numbers that are none, so its weights are damaged or of another kind than they say: "
    "download it again or choose another."
)
_FULL = "There is no room left on the disk, so the answer is not complete: make room and try again."
_UNKNOWN = "The engine met an error it does not know ({kind}): try again, and report it if it comes back."


def failure_sentence(error: BaseException) -> str:
    """Return one sentence that tells the writer what `error` means and what to do."""
    if isinstance(error, EngineError):
        return str(error)
    if is_memory_error(error):
        return _MEMORY
    if _is_number_error(error):
        return _NO_NUMBERS
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _FULL
    return _UNKNOWN.format(kind=type(error).__name__)


def is_memory_error(error: BaseException) -> bool:
    """Tell whether `error` means that there was not enough memory."""
    return isinstance(error, MemoryError) or _is_torch_memory_error(error)


def _is_number_error(error: BaseException) -> bool:
    """Tell whether infinite numbers, or none, came where finite ones are needed; only torch's text tells."""
    signs = ("ChooseQuantizationParams", "probability tensor contains", "index out of range in self")
    return isinstance(error, RuntimeError | IndexError) and any(sign in str(error) for sign in signs)


def _is_torch_memory_error(error: BaseException) -> bool:
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    # The processor's allocator raises a plain RuntimeError; only its text tells.
    return isinstance(error, torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)
    )

"""The compiled functions: made once for this machine, kept, and used only when they are ready, so that nobody waits.

numba compiles them, which takes ten to thirty seconds for each kind of weights; `build_in_background` does that in a
process of its own, at the lowest priority. Whoever computes asks `ready` and works without them until then.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from engine.compiled.trial import run_once
from engine.paths import cache_dir

_begun = False
LOCK = "building.lock"  # in the folder of the functions, held by the process that makes them
KINDS = ("int8", "bfloat16", "float32", "int4")  # those that most ask for first


@dataclass(frozen=True, slots=True)
class Functions:
    """The entry points of `engine.compiled`; each compiles, if it has to, when it is called."""

    multiply: Callable[..., None]
    pack: Callable[..., None]
    unpack: Callable[..., None]
    to_rows: Callable[..., None]
    read_llama: Callable[..., None]
    read_marian: Callable[..., None]
    find_largest: Callable[..., None]
    to_log_softmax: Callable[..., None]
    set_threads: Callable[[int], None]
    byte_block: int  # rows of weights in 8 bits that are packed side by side; 0 where the processor cannot use that
    float_block: int  # rows of floats, and of codes that become floats
    wide: bool  # whether registers are so wide that ours multiply bfloat16 faster than torch, which first widens it


def ready(kind: str) -> bool:
    """Tell whether the functions for weights of `kind`, one of KINDS, can be had without waiting."""
    return _mark(kind).is_file()


@cache
def functions() -> Functions:
    """Return the functions, from where they are kept."""
    _configure(folder())
    from numba import set_num_threads
    from numba.core import config

    from engine.compiled import float_tiles, lanes, tiles
    from engine.compiled.columns import find_largest, to_log_softmax
    from engine.compiled.float_products import to_rows
    from engine.compiled.levels import pack
    from engine.compiled.llama import read_llama
    from engine.compiled.loading import load_lightly
    from engine.compiled.marian import read_marian
    from engine.compiled.nibbles import unpack
    from engine.compiled.products import multiply

    load_lightly(multiply, pack, unpack, to_rows, read_llama, read_marian, find_largest, to_log_softmax)
    most: int = config.NUMBA_NUM_THREADS  # pyright: ignore[reportAttributeAccessIssue] (set when it is imported)

    def set_threads(count: int) -> None:
        set_num_threads(min(count, most))

    block = tiles.BLOCK if lanes.AVAILABLE else 0
    return Functions(
        multiply,
        pack,
        unpack,
        to_rows,
        read_llama,
        read_marian,
        find_largest,
        to_log_softmax,
        set_threads,
        byte_block=block,
        float_block=float_tiles.BLOCK,
        wide=float_tiles.WIDE,
    )


def in_use() -> Functions | None:
    """Return the functions where a model in this process computes with them, and so nobody waits for them."""
    return functions() if functions.cache_info().currsize else None


def build(kind: str) -> None:
    """Compile the functions for weights of `kind` and keep them; does nothing where they are ready."""
    if ready(kind):
        return
    folder().mkdir(parents=True, exist_ok=True)
    run_once(functions(), kind)
    _mark(kind).touch()


def build_all() -> None:
    """Compile what is not ready. A kind that cannot be compiled keeps no other from it, and is not tried again.

    Raises OSError and MemoryError, which may be of this moment.
    """
    for kind in _wanted():
        try:
            build(kind)
        except (OSError, MemoryError):
            raise
        except Exception:  # numba and LLVM have many kinds, and none may keep the other formats from being made
            _failure(kind).write_text(traceback.format_exc(), encoding="utf-8")


def build_in_background() -> None:
    """Begin to do what `build_all` does, in a process of its own that nobody waits for.

    Not where the variable PENWRIGHT_COMPILER is "off", and only once in a process.
    """
    global _begun
    if _begun or os.environ.get("PENWRIGHT_COMPILER") == "off" or not _wanted():
        return
    _begun = True
    quiet = subprocess.DEVNULL
    subprocess.Popen(
        [sys.executable, "-m", "engine.compiled.library"],
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        cwd=Path(__file__).parents[2],
    )


@cache
def _key() -> str:
    """Return a name for all that the compiled code depends on: these sources, numba, Python, the processor.

    numba keeps what it made by the place and the time of the sources: another checkout of them would wait for it.
    """
    import llvmlite.binding as llvm

    parts = [version("numba"), version("llvmlite"), platform.python_version(), platform.machine(), sys.platform]
    parts += [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    for path in sorted(Path(__file__).parent.glob("*.py")):
        parts += [f"{path} {path.stat().st_mtime_ns}", path.read_text()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def folder() -> Path:
    """Return where the functions are kept."""
    return cache_dir() / "compiled" / _key()


def _mark(kind: str) -> Path:
    return folder() / f"{kind}.ready"


def _failure(kind: str) -> Path:
    """Return where it says why the functions for weights of `kind` could not be compiled."""
    return folder() / f"{kind}.failed"


def _wanted() -> list[str]:
    return [kind for kind in KINDS if not (ready(kind) or _failure(kind).is_file())]


def _configure(place: Path) -> None:
    """Set what numba reads from the environment, whether it has been imported by now or not."""
    import llvmlite.binding as llvm

    os.environ["NUMBA_CACHE_DIR"] = str(place)
    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):  # its widest registers read weights a quarter faster; the compiler avoids them
        os.environ["NUMBA_CPU_NAME"] = llvm.get_host_cpu_name()
        os.environ["NUMBA_CPU_FEATURES"] = f"{features.flatten()},-prefer-256-bit"
    from numba.core import config

    config.reload_config()


def main() -> None:
    """Compile everything, giving way to all other programs; leave it to another process that is at it already."""
    from filelock import FileLock, Timeout  # here, since whoever computes does not need it

    if hasattr(os, "nice"):
        os.nice(19)
    if not _wanted():
        return
    folder().mkdir(parents=True, exist_ok=True)
    with suppress(Timeout), FileLock(folder() / LOCK, timeout=0):
        build_all()


if __name__ == "__main__":
    main()

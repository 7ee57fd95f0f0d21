"""Environment of a process that computes: set before torch and transformers are imported. Torch-free."""

from __future__ import annotations

import os

_ENVIRONMENT = {
    "GGML_NO_BACKTRACE": "1",  # llama.cpp would have a debugger look at a process that a damaged file ends
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",  # it warns of every model_type that is the project's own
}
# Turns that an OpenMP thread waits busily for the next piece of work. GNU's own 300,000 let two threads on a core that
# another program uses fall to a fortieth of the speed of one; this many lose little on a quiet machine.
_SPIN_COUNT = "10000"


def prepare_environment(*, network: bool = False) -> None:
    """Keep the libraries quiet, tokenizers off own threads, threads from busy waiting, and all off the network.

    `network` is for a process that the writer asked to fetch something, and for none else.
    """
    os.environ.update(_ENVIRONMENT)
    if network:
        del os.environ["HF_HUB_OFFLINE"]
    os.environ.setdefault("GOMP_SPINCOUNT", _SPIN_COUNT)


def leave_a_core() -> None:
    """Let torch, imported later, compute with one thread fewer than there are cores, but at least one."""
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) - 1)))

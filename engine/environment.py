"""Environment of a process that computes: set before torch and transformers are imported. Torch-free."""

from __future__ import annotations

import os

_ENVIRONMENT = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false"}


def prepare_environment() -> None:
    """Keep the libraries off the network, and their tokenizers off threads of their own."""
    os.environ.update(_ENVIRONMENT)

"""The writer's token for the hub: kept in the keyring of the system and in no file. Torch-free."""

from __future__ import annotations

import os

from engine.errors import StorageError
from engine.hub.request import PUBLIC_HUB

_SERVICE = "penwright"


def read_token(endpoint: str = PUBLIC_HUB) -> str:
    """Return the token for the hub at `endpoint`, of the environment (HF_TOKEN) or the keyring; "" without one."""
    import keyring
    import keyring.errors

    if os.environ.get("HF_TOKEN"):
        return os.environ["HF_TOKEN"]
    try:
        return keyring.get_password(_SERVICE, endpoint) or ""
    except keyring.errors.KeyringError:  # locked, or none on this machine: what is open to all needs no token
        return ""


def keep_token(token: str, endpoint: str = PUBLIC_HUB) -> None:
    """Put `token` into the keyring; an empty one takes away what is there.

    Raises StorageError where the system has no keyring, or keeps it locked.
    """
    import keyring
    import keyring.errors

    try:
        if token:
            keyring.set_password(_SERVICE, endpoint, token)
        elif keyring.get_password(_SERVICE, endpoint) is not None:
            keyring.delete_password(_SERVICE, endpoint)
    except keyring.errors.KeyringError as error:
        raise StorageError(
            "The token was not kept: this system has no keyring, or it is locked. Unlock it, or set HF_TOKEN instead."
        ) from error

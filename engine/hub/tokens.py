"""The writer's tokens, keys and passwords for hub, servers and proxies: in the system's keyring. Torch-free."""

from __future__ import annotations

import os

from engine.errors import StorageError
from engine.hub.request import PUBLIC_HUB

_SERVICE = "penwright"


def read_token(endpoint: str = PUBLIC_HUB) -> str:
    """Return the token for the hub at `endpoint`, of the environment or the keyring; "" without one.

    HF_TOKEN is for the public hub, and for the one that HF_ENDPOINT names.
    """
    return _given("HF_TOKEN", endpoint, PUBLIC_HUB, os.environ.get("HF_ENDPOINT", "")) or _kept(endpoint)


def read_key(address: str) -> str:
    """Return the key for the server at `address`, of the environment or the keyring; "" without one.

    PENWRIGHT_SERVER_KEY is for the server that PENWRIGHT_SERVER names.
    """
    return _given("PENWRIGHT_SERVER_KEY", address, os.environ.get("PENWRIGHT_SERVER", "")) or _kept(address)


def read_password(address: str) -> str:
    """Return the password for the hub or proxy at `address`, which names the user; "" without one."""
    return _kept(address)


def keep_token(token: str, endpoint: str = PUBLIC_HUB) -> None:
    """Put `token` into the keyring; an empty one takes away what is there.

    Raises StorageError where the system has no keyring, or keeps it locked.
    """
    way = "set HF_TOKEN for the hub, PENWRIGHT_SERVER and PENWRIGHT_SERVER_KEY for a server"
    _keep(token, endpoint, "token", way)


def keep_proxy_password(password: str, proxy: str) -> None:
    """Put the password for the proxy at the address `proxy` into the keyring; an empty one takes away what is there.

    Raises StorageError where the system has no keyring, or keeps it locked.
    """
    _keep(password, proxy, "password of the proxy", "leave the proxy empty and set HTTPS_PROXY to all of its address")


def keep_hub_password(password: str, endpoint: str) -> None:
    """Put the password for the hub at `endpoint`, which names the user, into the keyring, as for a proxy."""
    way = "leave the address empty, set HF_ENDPOINT to all of it and use `penwright-cli models`"
    _keep(password, endpoint, "password of the hub", way)


def _keep(secret: str, address: str, what: str, way: str) -> None:
    """Put `secret`, called `what` to the writer, into the keyring; `way` is what to do where there is none."""
    import keyring
    import keyring.errors

    address = _plain(address)
    try:
        if secret:
            keyring.set_password(_SERVICE, address, secret)
        elif keyring.get_password(_SERVICE, address) is not None:
            keyring.delete_password(_SERVICE, address)
    except keyring.errors.KeyringError as error:
        if not secret and isinstance(error, keyring.errors.NoKeyringError):
            return  # where none is, nothing was kept
        done = "kept" if secret else "taken away"
        raise StorageError(
            f"The {what} was not {done}: this system has no keyring, or it is locked. Unlock it, or {way}."
        ) from error


def _given(name: str, address: str, *owners: str) -> str:
    """Return what the environment holds under `name`, which goes to none but the addresses `owners`."""
    return os.environ.get(name, "") if _plain(address) in map(_plain, filter(None, owners)) else ""


def _plain(address: str) -> str:
    """Return an address in the one form that it is known by."""
    return address.strip().rstrip("/")


def _kept(address: str) -> str:
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(_SERVICE, _plain(address)) or ""
    except keyring.errors.KeyringError:  # locked, or none on this machine: what is open to all needs no token
        return ""

"""Addresses of hubs and proxies that want a user and a password: they may lie in a file without it. Torch-free."""

from __future__ import annotations

import re

from engine.hub.request import Connection
from engine.hub.tokens import read_password

_USER = re.compile(r"(?P<scheme>[^/@:]+://)(?P<user>[^/?#@:]*)(?::(?P<password>[^/?#]*))?@")


def split_password(address: str) -> tuple[str, str]:
    """Return an address without the password in it, and the password as it was written, "" for none."""
    found = _USER.match(address)
    if found is None:
        return address, ""
    return f"{found['scheme']}{found['user']}@{address[found.end() :]}", found["password"] or ""


def names_user(address: str) -> bool:
    """Tell whether an address says who asks."""
    return _USER.match(address) is not None


def without_user(address: str) -> str:
    """Return an address without the user and the password in it."""
    return _USER.sub(r"\g<scheme>", address, count=1)


def with_passwords(connection: Connection) -> Connection:
    """Return `connection` with what the keyring has for the addresses in it that name a user and no password."""
    return Connection(_with_password(connection.endpoint), _with_password(connection.proxy))


def _with_password(address: str) -> str:
    address_kept, password = split_password(address)
    found = _USER.match(address_kept)
    if found is None or password or not (password := read_password(address_kept)):
        return address
    return f"{found['scheme']}{found['user']}:{password}@{address_kept[found.end() :]}"

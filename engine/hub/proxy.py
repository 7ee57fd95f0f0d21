"""A proxy that wants a user and a password: its address may lie in a file, its password in none. Torch-free."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.hub.request import Connection
from engine.hub.tokens import read_proxy_password

_USER = re.compile(r"(?P<user>[^/@:]+://[^/?#@:]*)(?::(?P<password>[^/?#]*))?@")


def split_proxy(address: str) -> tuple[str, str]:
    """Return the address of a proxy without the password in it, and the password as it was written, "" for none."""
    found = _USER.match(address)
    if found is None:
        return address, ""
    return f"{found['user']}@{address[found.end() :]}", found["password"] or ""


def names_user(address: str) -> bool:
    """Tell whether the address of a proxy says who asks."""
    return _USER.match(address) is not None


def with_password(connection: Connection) -> Connection:
    """Return `connection` with the password that the keyring has for its proxy, if it names a user and no password."""
    address, password = split_proxy(connection.proxy)
    found = _USER.match(address)
    if found is None or password or not (password := read_proxy_password(address)):
        return connection
    return replace(connection, proxy=f"{found['user']}:{password}@{address[found.end() :]}")

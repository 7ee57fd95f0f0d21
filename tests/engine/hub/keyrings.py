"""Keyrings for tests, so that nobody's own is asked."""

from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend


class Drawer(KeyringBackend):
    """A keyring that lives as long as the test."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@contextmanager
def use(ring):
    """Make `ring` the keyring of the system for a while."""
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        yield ring
    finally:
        keyring.set_keyring(before)

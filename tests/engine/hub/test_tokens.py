import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from engine.errors import StorageError
from engine.hub.tokens import keep_token, read_token


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


@pytest.fixture
def ring(monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    before = keyring.get_keyring()
    made = Drawer()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_token_is_kept_per_hub_and_forgotten(ring):
    keep_token("secret", "https://hub.example")
    assert read_token("https://hub.example") == "secret"
    assert read_token("https://other.example") == ""
    keep_token("", "https://hub.example")
    keep_token("", "https://hub.example")
    assert read_token("https://hub.example") == ""


def test_the_environment_goes_before_the_keyring(ring, monkeypatch):
    keep_token("kept", "https://hub.example")
    monkeypatch.setenv("HF_TOKEN", "given")
    assert read_token("https://hub.example") == "given"


def test_a_system_without_a_keyring_is_a_sentence(ring):
    keyring.set_keyring(fail.Keyring())
    assert read_token() == ""
    with pytest.raises(StorageError, match="no keyring"):
        keep_token("secret")
    keep_token("")  # nothing was kept that would have to be taken away

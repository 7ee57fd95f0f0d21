import keyring
import pytest
from keyring.backends import fail

from tests.engine.remote.fake_server import fake_server


@pytest.fixture
def fake(monkeypatch):
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # nobody's own is asked
    with fake_server() as running:
        yield running
    keyring.set_keyring(before)

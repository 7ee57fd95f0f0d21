import keyring
import pytest
from keyring.backends import fail

from engine.errors import StorageError
from engine.hub.tokens import keep_proxy_password, keep_token, read_key, read_password, read_token
from tests.engine.hub.keyrings import Drawer, use


@pytest.fixture
def ring(monkeypatch):
    for name in ("HF_TOKEN", "HF_ENDPOINT", "PENWRIGHT_SERVER", "PENWRIGHT_SERVER_KEY"):
        monkeypatch.delenv(name, raising=False)
    with use(Drawer()) as made:
        yield made


def test_a_token_is_kept_per_hub_and_forgotten(ring):
    keep_token("secret", "https://hub.example")
    assert read_token("https://hub.example") == "secret"
    assert read_token("https://other.example") == ""
    keep_token("", "https://hub.example")
    keep_token("", "https://hub.example")
    assert read_token("https://hub.example") == ""


def test_the_environment_goes_before_the_keyring(ring, monkeypatch):
    keep_token("kept")
    monkeypatch.setenv("HF_TOKEN", "given")
    assert read_token() == "given"


def test_the_token_of_the_environment_goes_to_no_other_hub(ring, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "given")
    for other in ("http://evil.example", "http://huggingface.co", "https://huggingface.co.evil.example", ""):
        assert read_token(other) == ""
    assert read_token("https://huggingface.co/") == "given"
    keep_token("kept", "https://mirror.example")
    assert read_token("https://mirror.example") == "kept"
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    assert read_token("https://mirror.example") == "given"


def test_the_key_of_the_environment_goes_to_the_server_it_is_for(ring, monkeypatch):
    monkeypatch.setenv("PENWRIGHT_SERVER_KEY", "given")
    assert read_key("http://studio.example/v1") == ""
    monkeypatch.setenv("PENWRIGHT_SERVER", "http://studio.example/v1/")
    assert read_key("http://studio.example/v1") == "given"
    assert read_key("http://evil.example/v1") == ""


def test_an_address_is_the_same_with_a_slash_behind_it(ring):
    keep_token("secret", "https://hub.example/")
    assert read_token("https://hub.example") == "secret"
    keep_token("", "https://hub.example")
    assert ring.kept == {}


def test_a_system_without_a_keyring_is_a_sentence(ring):
    keyring.set_keyring(fail.Keyring())
    assert read_token() == ""
    with pytest.raises(StorageError, match="no keyring"):
        keep_token("secret")
    keep_token("")  # nothing was kept that would have to be taken away


def test_the_password_of_a_proxy_is_kept_by_its_address_and_user(ring):
    keep_proxy_password("secret", "http://me@proxy:3128/")
    assert read_password("http://me@proxy:3128") == "secret"
    assert read_password("http://you@proxy:3128") == ""
    keep_proxy_password("", "http://me@proxy:3128")
    assert ring.kept == {}


def test_a_password_without_a_keyring_is_a_sentence_about_the_password(ring):
    keyring.set_keyring(fail.Keyring())
    with pytest.raises(StorageError, match="The password of the proxy was not kept: this system has no keyring"):
        keep_proxy_password("secret", "http://me@proxy:3128")

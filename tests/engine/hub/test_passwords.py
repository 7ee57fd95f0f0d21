import base64
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from engine.errors import NetworkError
from engine.events import Finished, Notice
from engine.hub.passwords import names_user, split_password, with_passwords, without_user
from engine.hub.request import Connection, HubAction, HubRequest
from engine.hub.serve import serve
from tests.engine.hub.keyrings import Drawer, use

USER = base64.b64encode(b"me:se:cr@t").decode()


class _Proxy(BaseHTTPRequestHandler):
    """A proxy that lets those through who name the one user; behind it is a hub without models."""

    asks, header = 407, "Proxy-Authorization"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._answer(b"[]")

    def do_CONNECT(self):
        self._answer(b"")

    def _answer(self, body):
        known = self.headers.get(self.header) == f"Basic {USER}"
        body = body if known else b"<h1>Who are you?</h1>"
        self.send_response(200 if known else self.asks)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def listening(kind):
    """Say where a server of a kind listens for a while, without scheme and user."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def proxy():
    """Return where a proxy listens."""
    with listening(_Proxy) as place:
        yield place


@pytest.fixture
def ring():
    with use(Drawer()) as made:
        yield made


@pytest.mark.parametrize(
    ("address", "kept", "password"),
    [
        ("http://me:secret@proxy:3128", "http://me@proxy:3128", "secret"),
        ("http://me:p@ss:w@proxy:3128/", "http://me@proxy:3128/", "p@ss:w"),
        ("https://me:p%40ss@[::1]:80", "https://me@[::1]:80", "p%40ss"),
        ("socks5://me:secret@proxy", "socks5://me@proxy", "secret"),
        ("http://:secret@proxy", "http://@proxy", "secret"),
        ("http://me:@proxy", "http://me@proxy", ""),
        ("http://me@proxy", "http://me@proxy", ""),
        ("http://proxy:3128", "http://proxy:3128", ""),
        ("http://proxy:3128/a@b", "http://proxy:3128/a@b", ""),
        ("http://[::1]:3128", "http://[::1]:3128", ""),
        ("", "", ""),
    ],
)
def test_a_password_is_taken_out_of_an_address(address, kept, password):
    assert split_password(address) == (kept, password)


def test_the_address_is_as_it_was_with_the_password_of_the_keyring(ring):
    for address in ("http://me:p@ss:w@proxy:3128", "https://me:p%40ss@[::1]:80/"):
        way = Connection("https://hub.example", split_password(address)[0])
        list(serve(HubRequest(HubAction.PROXY_PASSWORD, split_password(address)[1], connection=way)))
        assert with_passwords(way) == Connection("https://hub.example", address)


def test_the_keyring_is_asked_for_no_proxy_without_a_user_or_with_a_password(ring):
    ring.kept["penwright", "http://proxy"] = ring.kept["penwright", "http://me@proxy"] = "kept"
    for address in ("http://proxy", "http://me:given@proxy", "http://you@proxy", ""):
        assert with_passwords(Connection(proxy=address)) == Connection(proxy=address)
    assert names_user("http://me@proxy")
    assert not names_user("http://proxy")


def test_a_kept_password_opens_the_proxy_and_a_forgotten_one_is_a_sentence(ring, proxy):
    way = Connection("http://hub.invalid", f"http://me@{proxy}")
    search = HubRequest(HubAction.SEARCH, "tiny", connection=way)
    kept = list(serve(HubRequest(HubAction.PROXY_PASSWORD, "se:cr@t", connection=way)))
    assert kept == [Notice("The password of the proxy is in the keyring of the system."), Finished()]
    assert list(serve(search)) == [Finished()]
    forgotten = list(serve(HubRequest(HubAction.PROXY_PASSWORD, "", connection=way)))
    assert forgotten == [Notice("The password of the proxy is forgotten."), Finished()]
    with pytest.raises(NetworkError, match="proxy refuses its user or password"):
        list(serve(search))


def test_a_proxy_that_opens_no_tunnel_without_its_user_is_a_sentence(ring, proxy):
    way = Connection("https://hub.invalid", f"http://me:wrong@{proxy}")
    with pytest.raises(NetworkError, match="proxy refuses its user or password"):
        list(serve(HubRequest(HubAction.SEARCH, "tiny", connection=way)))


def test_the_password_of_a_hub_lies_beside_its_token(ring):
    whole = Connection("https://me:secret@mirror.example")
    way = Connection(split_password(whole.endpoint)[0])
    kept = list(serve(HubRequest(HubAction.HUB_PASSWORD, "secret", connection=way)))
    assert kept == [Notice("The password of the hub is in the keyring of the system."), Finished()]
    list(serve(HubRequest(HubAction.SIGN_IN, "token", connection=way)))
    assert ring.kept == {
        ("penwright", "https://me@mirror.example"): "secret",
        ("penwright", "https://mirror.example"): "token",
    }
    assert with_passwords(way) == whole
    assert without_user(whole.endpoint) == without_user(way.endpoint) == "https://mirror.example"
    forgotten = list(serve(HubRequest(HubAction.HUB_PASSWORD, "", connection=way)))
    assert forgotten == [Notice("The password of the hub is forgotten."), Finished()]
    assert with_passwords(way) == way


class _Mirror(_Proxy):
    """A hub without models for the one user."""

    asks, header = 401, "Authorization"


def test_a_kept_password_opens_the_hub_and_a_wrong_one_is_a_sentence_without_it(ring):
    with listening(_Mirror) as place:
        way = Connection(f"http://me@{place}")
        list(serve(HubRequest(HubAction.HUB_PASSWORD, "se:cr%40t", connection=way)))
        assert list(serve(HubRequest(HubAction.SEARCH, "tiny", connection=way))) == [Finished()]
        for action in (HubAction.SEARCH, HubAction.DETAILS):
            with pytest.raises(NetworkError, match="hub refuses its user or password"):
                list(serve(HubRequest(action, "writers/tiny", connection=Connection(f"http://me:wrong@{place}"))))
    with pytest.raises(NetworkError, match="does not answer") as said:
        list(serve(HubRequest(HubAction.SEARCH, "tiny", connection=way)))
    assert "se:cr" not in str(said.value)

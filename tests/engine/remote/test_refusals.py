import httpx2
import pytest

from engine.errors import NetworkError, SettingsError
from engine.remote.refusals import RefusalError, explaining, refused
from engine.server import Server

SERVER = Server("http://near.example:8000/v1", "big-model")
TIMEOUT = httpx2.Timeout(7.0, connect=1.0)


def refusal(status, body="", **heads):
    request = httpx2.Request("POST", "http://near.example:8000/v1/completions")
    return refused(SERVER, httpx2.Response(status, headers=heads, request=request), body, "completions")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes_by_itself_is_known(status):
    found = refusal(status)
    assert (found.status, found.passes) == (status, True)
    assert f"busy or has a fault ({status})" in str(found.error)


@pytest.mark.parametrize(
    ("status", "sentence"), [(401, "refuses the key"), (403, "refuses the key"), (404, "has no model big-model")]
)
def test_what_the_writer_can_mend_is_said_and_does_not_pass(status, sentence):
    found = refusal(status)
    assert sentence in str(found.error)
    assert not found.passes


def test_other_refusals_are_in_the_words_of_the_server():
    assert str(refusal(400, '{"error": {"message": "too  long"}}')).endswith("refuses the request (400): too long")
    assert str(refusal(400, "<p>")).endswith("refuses the request (400): it does not say why.")


@pytest.mark.parametrize(
    ("error", "kind", "sentence", "passes"),
    [
        (httpx2.InvalidURL("no"), SettingsError, "is no address of a server", False),
        (httpx2.ReadTimeout("no"), NetworkError, "has been silent for 7 seconds", False),
        (httpx2.ConnectTimeout("no"), NetworkError, "does not answer", True),
        (httpx2.ConnectError("no"), NetworkError, "does not answer", True),
        (httpx2.DecodingError("no"), NetworkError, "in a form that is not known", False),
    ],
)
def test_what_goes_wrong_on_the_way_is_a_refusal(error, kind, sentence, passes):
    with pytest.raises(RefusalError, match=sentence) as found, explaining(SERVER, TIMEOUT):
        raise error
    assert isinstance(found.value.error, kind)
    assert found.value.passes == passes
